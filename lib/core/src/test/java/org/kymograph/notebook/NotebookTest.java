package org.kymograph.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.kymograph.plot.Plots;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.api.BoxPlot;
import tech.tablesaw.plotly.api.Histogram;
import tech.tablesaw.plotly.api.HorizontalBarPlot;
import tech.tablesaw.plotly.api.PiePlot;
import tech.tablesaw.plotly.api.ScatterPlot;
import tech.tablesaw.plotly.api.VerticalBarPlot;
import tech.tablesaw.plotly.components.Figure;

class NotebookTest {
    @Test
    void aTableShowsTwentyRowsAndSaysHowManyMore() {
        Table table = Table.create("t", IntColumn.indexColumn("n", 1023, 0));
        Map<String, String> bundle = Notebook.bundle(table);
        assertThat(bundle.get("text/html").split("<tr", -1)).hasSize(1 + 1 + TableHtml.ROWS);
        assertThat(bundle.get("text/html")).contains("… 1,003 more rows");
        assertThat(bundle.get("text/plain")).contains("… 1,003 more rows");
        assertThat(Notebook.bundle(table.first(20)).get("text/html")).doesNotContain("more row");
        assertThat(Notebook.bundle(table.first(21)).get("text/html")).contains("… 1 more row<");
    }

    @Test
    void aTableAlignsNumbersToTheRightAndEscapesText() {
        Table table = Table.create(
                "<b>",
                DoubleColumn.create("a & b", 0.5, 12.25, Double.NaN),
                StringColumn.create("\"s\"", "<script>", "x", ""));
        String html = Notebook.bundle(table).get("text/html");
        assertThat(html)
                .contains("&lt;b&gt;")
                .contains("a &amp; b")
                .contains("&quot;s&quot;")
                .contains("&lt;script&gt;")
                .doesNotContain("<script>");
        assertThat(html)
                .containsPattern("<td class=\"number\" style=\"text-align:right[^>]*> ?0\\.50</td>")
                .contains(">12.25</td>")
                .contains("></td>");
        assertThat(html).containsPattern("<td class=\"text\" style=\"text-align:left[^>]*>x</td>");
        assertThat(html).contains("overflow-x:auto");
    }

    @Test
    void aColumnHasAsManyDecimalsAsItNeeds() {
        assertThat(Numbers.column(new double[] {1, 2.5, -100})).containsExactly("1.0", "2.5", "-100.0");
        assertThat(Numbers.column(new double[] {0.1234567, 0})).containsExactly("0.1235", "0.0000");
        assertThat(Numbers.column(new double[] {265.939140, 12.5})).containsExactly("265.94", "12.50");
        assertThat(Numbers.column(new double[] {21.27679, 9.67911})).containsExactly("21.277", "9.679");
        assertThat(Numbers.column(new double[] {1.25e-7, 3})).containsExactly("1.25e-07", "3");
        assertThat(Numbers.column(new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1234567}))
                .containsExactly("NaN", "−∞", "1234567");
        assertThat(Numbers.column(new double[] {0.7092, 1.11e-16, -1e-17}))
                .containsExactly("0.7092", "0.0000", "0.0000");
        assertThat(Numbers.column(new double[0])).isEmpty();
        assertThat(Numbers.text(0.1234567)).isEqualTo("0.123457");
    }

    @Test
    void pValuesHaveStarsAndFlagsAreWords() {
        Table table = Table.create(
                DoubleColumn.create("p (Holm)", 0.00001, 0.004, 0.04, 0.31, Double.NaN),
                DoubleColumn.create("map", 0.00001, 0.004, 0.04, 0.31, 1),
                BooleanColumn.create("detour", true, false, false, false, true));
        String text = TableHtml.bundle(table).get("text/plain");
        assertThat(text.lines().map(String::strip))
                .contains(
                        "< 0.001 ***  1.00e-05  yes",
                        "0.004 **\u2007     0.004  no",
                        "0.310 \u2007\u2007\u2007     0.310  no");
    }

    @Test
    void runsOfOneSettingAreToldBySeed() {
        Table one = Table.create(
                StringColumn.create("run", "0cc7be17-seed3", "0cc7be17-seed4"),
                StringColumn.create("members", "0cc7be17-seed3, 0cc7be17-seed4", "runs/0cc7be17-seed3.csv"));
        assertThat(TableHtml.bundle(one).get("text/plain"))
                .contains("seed 3  seed 3, seed 4", "seed 4  runs/0cc7be17-seed3.csv");
        Table two = Table.create(StringColumn.create("run", "0cc7be17-seed3", "2eee1e5d-seed3"));
        assertThat(TableHtml.bundle(two).get("text/plain")).contains("0cc7be17-seed3", "2eee1e5d-seed3");
    }

    @Test
    void wideTablesBreakNamesAtUnderscoresAndSentencesIntoLines() {
        Table table = Table.create(
                "",
                DoubleColumn.create("whole_precision", 0.5),
                StringColumn.create("health", "the chains do not agree, and longer ones are needed"),
                StringColumn.create("reason", "none"));
        String html = TableHtml.bundle(table).get("text/html");
        assertThat(html).contains("whole_<wbr>precision");
        String head = html.substring(0, html.lastIndexOf("the chains do not"));
        assertThat(head.substring(head.lastIndexOf("<td"))).contains("white-space:normal;min-width");
        head = html.substring(0, html.lastIndexOf("none<"));
        assertThat(head.substring(head.lastIndexOf("<td"))).contains("white-space:nowrap");
        assertThat(TableHtml.bundle(table).get("text/plain")).startsWith("whole_precision");
    }

    @Test
    void anArrayShowsItsShapeItsTypeAndACorner() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray array = manager.arange(3 * 10 * 20f).reshape(3, 10, 20);
            array.setName("<w>");
            String html = Notebook.bundle(array).get("text/html");
            assertThat(html)
                    .contains("(3, 10, 20) float32 &lt;w&gt;")
                    .contains("… 536 more values")
                    .contains(">147</td>")
                    .doesNotContain(">148</td>");
            assertThat(html.split("<td", -1)).hasSize(65);
            assertThat(Notebook.bundle(manager.create(new boolean[] {true, false}))
                            .get("text/html"))
                    .contains(">true<")
                    .contains(">false<");
            assertThat(Notebook.bundle(manager.create(2.5)).get("text/html")).contains(">2.5<");
            assertThat(Notebook.bundle(manager.create(new Shape(0, 3))).get("text/html"))
                    .contains("(0, 3)");
            int before = manager.getManagedArrays().size();
            Notebook.bundle(array);
            assertThat(manager.getManagedArrays()).hasSize(before);
            array.close();
            assertThat(Notebook.bundle(array).get("text/plain")).contains("closed");
        }
    }

    @Test
    void whatHasNoRendererIsPlainText() {
        assertThat(Notebook.bundle("<b>bold</b>"))
                .containsOnlyKeys("text/plain")
                .containsValue("<b>bold</b>");
        assertThat(Notebook.bundle(null)).containsEntry("text/plain", "null");
        assertThat(Notebook.bundle(new double[] {1.5, 2})).containsEntry("text/plain", "[1.5, 2]");
        assertThat(Notebook.bundle(new int[25]).get("text/plain")).endsWith("… 5 more values]");
        assertThat(Notebook.renders("text")).isFalse();
        assertThat(Notebook.renders(null)).isFalse();
        assertThat(Notebook.bundle(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB)))
                .containsKey("image/png");
    }

    @Test
    void theRendererSetLastIsUsed() {
        record Result(int n) {}
        Notebook.render(Record.class, value -> Map.of("text/plain", "any record"));
        Notebook.render(Result.class, value -> Map.of("text/plain", "result " + value.n()));
        assertThat(Notebook.bundle(new Result(3))).containsEntry("text/plain", "result 3");
    }

    @Test
    void aFigureIsOneDivisionAndAScriptWithItsJson() throws JsonProcessingException {
        String html = Notebook.bundle(Plots.line(new double[] {1, 2}, new double[] {3, Double.NaN})
                        .withTitle("\"a\" </div> </script>"))
                .get("text/html");
        assertThat(html.split("</script>", -1)).hasSize(2);
        Matcher call = Pattern.compile("page\\.draw\\(\"([0-9a-f]{16})\", (\\{.*})\\);")
                .matcher(html);
        assertThat(call.find()).isTrue();
        assertThat(FigureHtml.key(html)).isEqualTo(call.group(1));
        JsonNode figure = new ObjectMapper().readTree(call.group(2));
        assertThat(figure.at("/data/0/y").toString()).isEqualTo("[3,null]");
        assertThat(FigureHtml.hasPicture(html)).isFalse();
        String baked = FigureHtml.withPicture(html, "AAAA");
        assertThat(FigureHtml.hasPicture(baked)).isTrue();
        assertThat(FigureHtml.withPicture(baked, "AAAA")).isEqualTo(baked);
        assertThat(baked).contains("alt=\"&quot;a&quot;");
    }

    @Test
    void whateverNamesATableHoldsNoneRunsAsAScript() {
        for (String name : List.of(
                "</scr</script>ipt><img src=x onerror=alert(1)>",
                "</script><script>alert(1)</script>",
                "<!--<script>alert(1)",
                "</SCRIPT ><b>")) {
            Table table = Table.create(name, StringColumn.create("class", name, "b"), DoubleColumn.create("n", 1, 2));
            for (Figure figure : List.of(
                    VerticalBarPlot.create(name, table, "class", "n"),
                    HorizontalBarPlot.create(name, table, "class", "n"),
                    PiePlot.create(name, table, "class", "n"),
                    BoxPlot.create(name, table, "class", "n"),
                    Histogram.create(name, table, "n"),
                    ScatterPlot.create(name, table, "n", "n", "class"))) {
                String html = Notebook.bundle(figure).get("text/html");
                assertThat(html.split("(?i)</script", -1)).as(name).hasSize(2);
                assertThat(html.split("(?i)<!--", -1)).as(name).hasSize(1);
                assertThat(html.indexOf("onerror") < 0 || html.indexOf("onerror") > html.indexOf("<script>"))
                        .as(name)
                        .isTrue();
            }
        }
    }

    @Test
    void aColumnWithoutANameIsShownToo() {
        Table table = Table.create(
                "100 %",
                StringColumn.create("", "", ""), IntColumn.create("a", 1, 20), StringColumn.create("%s", "x", "%n"));
        assertThat(Notebook.bundle(table).get("text/plain")).isEqualTo("100 %\n   a  %s\n   1  x\n  20  %n");
        assertThat(Notebook.bundle(table).get("text/html")).contains(">20<");
    }

    @Test
    void theSameFigureGivesTheSameText() {
        assertThat(FigureHtml.html(Plots.line(new double[] {1}, new double[] {2})))
                .isEqualTo(FigureHtml.html(Plots.line(new double[] {1}, new double[] {2})));
        assertThat(FigureHtml.html(Plots.line(new double[] {1}, new double[] {2})))
                .isNotEqualTo(FigureHtml.html(Plots.line(new double[] {1}, new double[] {3})));
    }

    @Test
    void tablesawsOwnFiguresAreDrawnInTheSameTheme() {
        Table table = Table.create(DoubleColumn.create("x", 1, 2), DoubleColumn.create("y", 3, 4));
        Map<String, String> bundle = Notebook.bundle(ScatterPlot.create("It's", table, "x", "y"));
        assertThat(bundle.get("text/html"))
                .contains("draw: function (document, Plotly)")
                .contains("paper_bgcolor");
        assertThat(bundle.get("text/html").split("</?script>", -1)).hasSize(3);
        assertThat(bundle.get("text/plain")).isEqualTo("Figure: It's");
    }

    @Test
    void aTableWithAnEmptyColumnWithoutANameIsShown() {
        Table table = Table.create(StringColumn.create("", ""), DoubleColumn.create("a", 1));
        assertThat(Notebook.bundle(table).get("text/plain")).contains("a");
        assertThat(table.columnNames()).containsExactly("", "a");
    }

    @Test
    void anArrayThatHoldsItselfIsShown() {
        Object[] ring = {1, null};
        ring[1] = new Object[] {ring, ring[0]};
        assertThat(Notebook.bundle(ring).get("text/plain")).isEqualTo("[1, [[…], 1]]");
    }

    @Test
    void anObjectWithoutTextIsShown() {
        Object silent = new Object() {
            @Override
            @SuppressWarnings("ToStringReturnsNull") // as careless classes do
            public String toString() {
                return null;
            }
        };
        assertThat(Notebook.bundle(silent).get("text/plain")).isEqualTo("null");
    }

    @Test
    void aSentenceThatDoesNotHoldIsMarkedOrStopsTheCell() {
        assertThat(Notebook.claim("seeds differ", true)).isEqualTo("✓ seeds differ");
        assertThat(Notebook.claim("seeds differ", false, false)).isEqualTo("✗ not in this run: seeds differ");
        assertThatThrownBy(() -> Notebook.claim("seeds differ", false, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this run does not bear out: seeds differ");
    }
}

package org.kymograph.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Columns;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class PlotsTest {
    private static final Table RUNS = Table.create(
            "runs",
            IntColumn.create("epoch", 0, 1, 2, 0, 1, 2),
            DoubleColumn.create("loss", 1, 0.5, Double.NaN, 3, 1.5, 0.25),
            StringColumn.create("run", "seed0", "seed0", "seed0", "seed1", "seed1", "seed1"));

    @Test
    void drawsOneLinePerRunWithGapsWhereNothingIsKnown() throws JsonProcessingException {
        JsonNode figure = json(Plots.lines(RUNS, "epoch", "loss", "run"));
        assertThat(figure.at("/data")).hasSize(2);
        assertThat(figure.at("/data/0/name").asText()).isEqualTo("seed0");
        assertThat(figure.at("/data/0/y").toString()).isEqualTo("[1,0.5,null]");
        assertThat(figure.at("/data/1/line/color").asText())
                .isEqualTo(Palette.at(1).colour());
        assertThat(figure.at("/layout/xaxis/title/text").asText()).isEqualTo("epoch");
        assertThat(figure.at("/layout/template/layout/paper_bgcolor").asText()).isEqualTo("rgba(0,0,0,0)");
    }

    @Test
    void seedsStandInTheirOrderHoweverTheyCame() throws JsonProcessingException {
        Table table = Table.create(
                IntColumn.create("x", 1, 1, 1),
                IntColumn.create("y", 1, 1, 1),
                StringColumn.create("run", "seed10", "seed9", "seed0"));
        assertThat(json(Plots.lines(table, "x", "y", "run")).at("/data").findValuesAsText("name"))
                .containsExactly("seed0", "seed9", "seed10");
        table.replaceColumn("run", StringColumn.create("run", "train", "eval", "all"));
        assertThat(json(Plots.lines(table, "x", "y", "run")).at("/data").findValuesAsText("name"))
                .containsExactly("train", "eval", "all");
    }

    @Test
    void theSameRunKeepsItsColourInAnotherFigure() throws JsonProcessingException {
        JsonNode all = json(Plots.lines(RUNS, "epoch", "loss", "run"));
        JsonNode second = json(Plots.scatter(RUNS.dropRange(3), "epoch", "loss", "run"));
        assertThat(second.at("/data/0/marker/color")).isEqualTo(all.at("/data/1/line/color"));
    }

    @Test
    void titlesCannotEndTheScriptTheyStandIn() throws JsonProcessingException {
        String title = "</script><!-- \"it's\" \u2028";
        Plot plot = Plots.line(new double[] {1}, new double[] {2}).withTitle(title);
        assertThat(plot.json()).doesNotContain("</").doesNotContain("<!--").doesNotContain("\u2028");
        assertThat(json(plot).at("/layout/title/text").asText()).isEqualTo(title);
    }

    @Test
    void meanAndBandsAreThoseOfTheRunsThatHaveAValue() {
        Band.Edges sd = Band.standardDeviation().of(Columns.numbers(RUNS, "epoch"), Columns.numbers(RUNS, "loss"));
        assertThat(sd.x()).containsExactly(0, 1, 2);
        assertThat(sd.mean()).containsExactly(2, 1, 0.25);
        assertThat(sd.high()[0]).isCloseTo(2 + Math.sqrt(2), within(1e-12));
        assertThat(sd.runs()).containsExactly(2, 2, 1);
        assertThat(sd.low()[2]).isEqualTo(0.25);
        Band.Edges middle =
                Band.quantiles(0.25, 0.75).of(Columns.numbers(RUNS, "epoch"), Columns.numbers(RUNS, "loss"));
        assertThat(middle.low()[0]).isEqualTo(1.5);
        assertThat(middle.high()[0]).isEqualTo(2.5);
        assertThatThrownBy(() -> Band.quantiles(0.9, 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.9");
    }

    @Test
    void onALogAxisRangesAndNotesAreInPowersAndBandsStayAboveZero() throws JsonProcessingException {
        Plot plot = Plots.mean(RUNS, "epoch", "loss", "run", Band.standardDeviation())
                .withLogY()
                .withYRange(0.01, 10)
                .withLineAtY(0.1, "chance");
        JsonNode figure = json(plot);
        assertThat(figure.at("/layout/yaxis/range").toString()).isEqualTo("[-2,1]");
        assertThat(figure.at("/layout/annotations/0/y").asDouble()).isEqualTo(-1);
        assertThat(figure.at("/layout/shapes/0/y0").asDouble()).isCloseTo(0.1, within(1e-6));
        figure.at("/data/0/y").forEach(y -> assertThat(y.asDouble()).isPositive());
        assertThatThrownBy(() -> plot.withYRange(0, 1).json())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("log axis");
    }

    @Test
    void binsHoldEveryFiniteValueOnce() {
        Bins bins = Bins.of(
                List.of(new double[] {0, 1, 2, 3, 4, Double.NaN}, new double[] {4, Double.POSITIVE_INFINITY}), 4);
        assertThat(bins.counts().get(0)).containsExactly(1, 1, 1, 2);
        assertThat(bins.counts().get(1)).containsExactly(0, 0, 0, 1);
        assertThat(Bins.of(List.of(new double[] {7, 7}), 0).counts().get(0)).containsExactly(2);
        assertThat(Bins.of(List.of(new double[0]), 3).counts().get(0)).containsExactly(0, 0, 0);
    }

    @Test
    void binsThatAreChosenHaveRoundEdgesAndHoldEveryValue() {
        double[] epochs = {94, 101, 110, 120, 128, 131, 134, 140, 144, 150, 163, 180};
        Bins bins = Bins.of(List.of(epochs), 0);
        assertThat(bins.start() % bins.width()).isZero();
        assertThat(bins.width()).isIn(5.0, 10.0, 20.0);
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            double scale = Math.pow(10, random.nextInt(12) - 6);
            double[] values =
                    random.doubles(1 + random.nextInt(300), -scale, 3 * scale).toArray();
            Bins drawn = Bins.of(List.of(values), 0);
            assertThat(Arrays.stream(drawn.counts().get(0)).sum())
                    .as("seed " + seed)
                    .isEqualTo(values.length);
            assertThat(drawn.start())
                    .as("seed " + seed)
                    .isLessThanOrEqualTo(Arrays.stream(values).min().orElseThrow() + 1e-9 * scale);
            assertThat(drawn.counts().get(0)).as("seed " + seed).hasSizeBetween(1, 260);
        }
    }

    @Test
    void fewCountsHaveNoTicksBetweenWholeNumbers() throws JsonProcessingException {
        assertThat(json(Plots.histogram(new double[] {1, 2, 3}))
                        .at("/layout/yaxis/dtick")
                        .asInt())
                .isEqualTo(1);
        assertThat(json(Plots.histogram(new double[100]))
                        .at("/layout/yaxis/dtick")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void publishedNumbersAreOpenSymbolsWithTheOnlyEntryOfALegendThatWasOff() throws JsonProcessingException {
        Plot bars = Plots.bars(new String[] {"a", "b"}, new double[] {1, 2}).withoutLegend();
        JsonNode figure = json(bars.withPublished(new String[] {"b", "c"}, new double[] {1.5, 3}, "a paper"));
        assertThat(figure.at("/layout/showlegend").asBoolean()).isTrue();
        assertThat(figure.at("/data/0/showlegend").asBoolean(true)).isFalse();
        assertThat(figure.at("/data/1/marker/symbol").asText()).isEqualTo("diamond");
        assertThat(figure.at("/data/1/marker/color").asText()).isEqualTo("white");
        assertThat(figure.at("/data/1/x").toString()).isEqualTo("[\"b\",\"c\"]");
        assertThat(figure.at("/data/1/name").asText()).isEqualTo("a paper");
        assertThatThrownBy(() -> bars.withPublished(new String[] {"b"}, new double[] {1, 2}, "a paper"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("y");
    }

    @Test
    void whatOneTriesFirstOnATableIsDrawn() throws JsonProcessingException {
        assertThat(json(Plots.lines(RUNS, "epoch", "loss")).at("/data/0/y").toString())
                .isEqualTo("[1,0.5,null,3,1.5,0.25]");
        assertThat(json(Plots.lines(RUNS, "epoch", "loss"))
                        .at("/layout/yaxis/title/text")
                        .asText())
                .isEqualTo("loss");
        JsonNode words = json(Plots.empty("learned_for_good", "eval_loss")).at("/layout");
        assertThat(words.at("/xaxis/title/text").asText()).isEqualTo("learned for good");
        assertThat(words.at("/yaxis/title/text").asText()).isEqualTo("evaluation loss");
        assertThat(json(Plots.scatter(RUNS, "epoch", "loss")).at("/data/0/mode").asText())
                .isEqualTo("markers");
        JsonNode histogram = json(Plots.histogram(RUNS, "loss"));
        assertThat(histogram.at("/layout/xaxis/title/text").asText()).isEqualTo("loss");
        assertThat(json(Plots.histogram(RUNS.doubleColumn("loss")))).isEqualTo(histogram);
        assertThat(json(Plots.histogram(RUNS, "loss", "run")).at("/data")).hasSize(2);
        assertThat(json(Plots.grid(RUNS, "run", rows -> Plots.lines(rows, "epoch", "loss")))
                        .at("/layout/annotations/1/text")
                        .asText())
                .isEqualTo("seed1");
    }

    @Test
    void aColumnThatIsMisspeltIsProposed() {
        assertThatThrownBy(() -> Plots.lines(RUNS, "epoch", "los"))
                .hasMessage("column is \"los\"; expected one of epoch, loss, run; did you mean 'loss'?");
        assertThatThrownBy(() -> Plots.histogram(RUNS, "zzz"))
                .hasMessage("column is \"zzz\"; expected one of epoch, loss, run");
    }

    @Test
    void logAxesHaveTicksBetweenFewPowers() throws JsonProcessingException {
        double[] x = {1, 2};
        assertThat(json(Plots.line(x, new double[] {0.1, 3}).withLogY())
                        .at("/layout/yaxis/dtick")
                        .asText())
                .isEqualTo("D2");
        assertThat(json(Plots.line(x, new double[] {1e-4, 3}).withLogY())
                        .at("/layout/yaxis/dtick")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void aSmallMatrixHasOneTickForEachRowAndColumn() throws JsonProcessingException {
        JsonNode figure = json(Plots.heatMap(new double[][] {{1, 2}, {3, 4}}));
        assertThat(figure.at("/layout/xaxis/dtick").asInt()).isEqualTo(1);
        assertThat(figure.at("/layout/yaxis/dtick").asInt()).isEqualTo(1);
    }

    @Test
    void aFigureWithoutATitleKeepsNoRoomForOne() throws JsonProcessingException {
        Plot plot = Plots.line(new double[] {1}, new double[] {2});
        assertThat(json(plot).at("/layout/margin/t").asInt()).isEqualTo(Theme.UNTITLED);
        assertThat(json(plot.withTitle("a")).at("/layout/margin/t").isMissingNode())
                .isTrue();
    }

    @Test
    void panelsThatShareNamesShareColours() throws JsonProcessingException {
        double[] x = {1, 2};
        Plot both = Plots.lines(x, new TreeMap<>(Map.of("eval", x, "train", x)));
        Plot one = Plots.lines(x, Map.of("train", x));
        JsonNode data = json(Plots.grid(2, both, one)).at("/data");
        assertThat(data.at("/2/line/color")).isEqualTo(data.at("/1/line/color"));
        assertThat(data.at("/1/line/color")).isNotEqualTo(data.at("/0/line/color"));
    }

    @Test
    void manyPointsAreDrawnByWebGlAndNoneIsLeftOut() throws JsonProcessingException {
        double[] many = new double[Plots.WEBGL + 1];
        JsonNode figure = json(Plots.scatter(many, many));
        assertThat(figure.at("/data/0/type").asText()).isEqualTo("scattergl");
        assertThat(figure.at("/data/0/x")).hasSize(many.length);
    }

    @Test
    void smallMultiplesShareOneLegendAndTheirAxes() throws JsonProcessingException {
        Plot plot = Plots.lines(RUNS, "epoch", "loss", "run").withTitle("panel").withLineAtX(1, "");
        JsonNode figure = json(Plots.grid(2, plot, plot, plot).withSharedX().withSharedY());
        assertThat(figure.at("/data")).hasSize(6);
        int listed = 0;
        for (JsonNode trace : figure.at("/data")) {
            listed += trace.at("/showlegend").asBoolean() ? 1 : 0;
        }
        assertThat(listed).isEqualTo(2);
        assertThat(figure.at("/data/4/xaxis").asText()).isEqualTo("x3");
        assertThat(figure.at("/layout/xaxis3/matches").asText()).isEqualTo("x");
        assertThat(figure.at("/layout/shapes/2/xref").asText()).isEqualTo("x3");
        assertThat(figure.at("/layout/shapes/2/yref").asText()).isEqualTo("y3 domain");
        assertThat(figure.at("/layout/xaxis/domain/1").asDouble())
                .isLessThan(figure.at("/layout/xaxis2/domain/0").asDouble());
        assertThat(figure.at("/layout/yaxis3/domain/1").asDouble())
                .isLessThan(figure.at("/layout/yaxis/domain/0").asDouble());
    }

    @Test
    void everyKindIsWellFormed() throws JsonProcessingException {
        double[][] matrix = {{1, 2}, {3, 4}};
        for (PlotlyFigure figure : List.of(
                Plots.histogram(new double[] {1, 2, 3}),
                Plots.bars(new String[] {"a"}, new double[] {1}),
                Plots.boxes(Map.of("a", new double[] {1, 2})),
                Plots.heatMap(matrix),
                Plots.heatMap(new double[] {1, 2}, new double[] {1, 2}, matrix),
                Plots.heatMap(new String[] {"a", "b"}, new String[] {"c", "d"}, matrix),
                Plots.bars(RUNS, "epoch", "loss", "run"),
                Plots.means(RUNS, "epoch", "loss", "run", "run", Band.range()),
                Plots.histogram(RUNS, "loss", "run", 3))) {
            JsonNode json = json(figure);
            assertThat(json.at("/data").size()).isPositive();
            json.at("/data")
                    .forEach(trace -> assertThat(trace.at("/type").isTextual()).isTrue());
        }
        assertThat(json(Plots.heatMap(new double[][] {{-1, 1}}))
                        .at("/data/0/zmid")
                        .isNumber())
                .isTrue();
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> Plots.line(new double[2], new double[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("y has length 3; expected 2, the length of x");
        assertThatThrownBy(() -> Plots.lines(RUNS, "epoch", "acc", "run"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"acc\"")
                .hasMessageContaining("loss");
        assertThatThrownBy(() -> Plots.lines(RUNS, "run", "loss", "run"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected numbers");
        assertThatThrownBy(() -> Plots.heatMap(new double[][] {{1}, {1, 2}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("length 2; expected 1");
        assertThatThrownBy(() -> Plots.grid(0, Plots.line(new double[1], new double[1])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Series(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("type");
    }

    private static JsonNode json(PlotlyFigure figure) throws JsonProcessingException {
        return new ObjectMapper().readTree(figure.json());
    }

    @Test
    void aSliderHoldsOnlyWhatChanges() throws JsonProcessingException {
        double[] x = {0, 1};
        Plot fixed = Plots.line(x, new double[] {5, 6});
        Map<String, Plot> steps = new LinkedHashMap<>();
        steps.put("one", fixed.and(Plots.scatter(x, new double[] {1, 2})).withTitle("first"));
        steps.put("two", fixed.withTitle("second"));
        JsonNode figure = json(Animation.of("step", steps, "one"));
        assertThat(figure.at("/data")).hasSize(2);
        assertThat(figure.at("/layout/title/text").asText()).isEqualTo("first");
        assertThat(figure.at("/frames/1/traces").toString())
                .as("the line stays")
                .isEqualTo("[1]");
        assertThat(figure.at("/frames/1/layout/title/text").asText()).isEqualTo("second");
        assertThat(figure.at("/frames/1/data/0/y/0").isNull())
                .as("a trace that it lacks is empty")
                .isTrue();
        assertThat(figure.at("/frames/1/data/0/marker").has("size"))
                .as("and a group of attributes is taken away one by one: plotly fails at a null in its place")
                .isTrue();
        assertThatThrownBy(() -> Animation.of("step", steps, "three"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("three");
        Map<String, PlotGrid> panels = Map.of("one", Plots.grid(1, fixed.withTitle("a panel")));
        Animation untitled = Animation.of("step", panels);
        assertThat(untitled.withTitle("all").height())
                .as("room above the panels' headings")
                .isGreaterThan(untitled.height());
        assertThat(json(Animation.menu("figure", steps))
                        .at("/layout/updatemenus/0/buttons/1/label")
                        .asText())
                .isEqualTo("figure: two");
    }

    @Test
    void aCurveOverASliderMarksTheLeastAndWhereTheSliderIs() throws JsonProcessingException {
        double[] x = {0, 1};
        Map<String, Plot> steps = new LinkedHashMap<>();
        steps.put("one", Plots.line(x, x).withLineAtX(1, "here"));
        steps.put("two", Plots.line(x, x));
        steps.put("three", Plots.line(x, x));
        Animation plain = Animation.of("step", steps, "two");
        assertThat(json(plain).at("/layout/sliders/0/tickcolor").asText())
                .as("plotly's own ticks vanish on dark pages")
                .isEqualTo(Palette.TEXT);
        JsonNode figure = json(plain.withCurve("cost", -1234.4, Double.NaN, -2000));
        assertThat(figure.at("/layout/height").asInt()).isGreaterThan(plain.height());
        assertThat(figure.at("/layout/sliders/0/pad/t").asInt())
                .isGreaterThan(json(plain).at("/layout/sliders/0/pad/t").asInt());
        assertThat(figure.at("/layout/updatemenus/0/pad/t").asInt())
                .isGreaterThan(json(plain).at("/layout/updatemenus/0/pad/t").asInt());
        assertThat(figure.at("/frames")).hasSize(3);
        double before = 0;
        for (int i = 0; i < 3; i++) {
            JsonNode layout = figure.at("/frames/" + i + "/layout");
            assertThat(layout.at("/shapes"))
                    .as("the mark, the curve and the point")
                    .hasSize(3);
            assertThat(layout.at("/annotations")).hasSize(3);
            assertThat(layout.at("/annotations/1/text").asText()).isEqualTo("★");
            assertThat(layout.at("/annotations/1/x")).isEqualTo(figure.at("/frames/2/layout/shapes/2/xanchor"));
            double now = layout.at("/shapes/2/xanchor").asDouble();
            assertThat(now).isGreaterThan(before);
            before = now;
            assertThat(layout.at("/shapes/2/visible").asBoolean()).isEqualTo(i != 1);
            assertThat(layout.at("/shapes/1/path").asText())
                    .as("a gap, no line, where there is no value")
                    .matches("M[^ML]*M[^ML]*");
        }
        assertThat(figure.at("/frames/0/layout/annotations/2/text").asText()).isEqualTo("<b>cost</b><br>−1,234");
        assertThat(figure.at("/frames/2/layout/annotations/2/text").asText()).isEqualTo("<b>cost</b><br>−2,000 ★");
        assertThat(figure.at("/layout/annotations/2/text").asText())
                .as("of the step that is shown first")
                .isEqualTo("<b>cost</b><br>–");
        assertThat(figure.at("/frames/0/layout/shapes/2/y0").asDouble())
                .as("less is lower")
                .isGreaterThan(figure.at("/frames/2/layout/shapes/2/y0").asDouble());
        assertThatThrownBy(() -> plain.withCurve("cost", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("values");
        assertThatThrownBy(() -> Animation.menu("figure", steps).withCurve("cost", 1, 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slider");
    }

    @Test
    void aNameKeepsItsOwnColour() throws JsonProcessingException {
        Map<String, double[]> lines = new LinkedHashMap<>();
        lines.put("other", new double[] {1, 2});
        lines.put("hard", new double[] {2, 1});
        Plot plot = Plots.lines(new double[] {0, 1}, lines);
        JsonNode figure = json(plot.withColours(Map.of("hard", "#123456", "absent", "#654321")));
        assertThat(figure.at("/data/0")).isEqualTo(json(plot).at("/data/0"));
        assertThat(figure.at("/data/1/line/color").asText()).isEqualTo("#123456");
        assertThat(figure.at("/data/1/line/dash")).isEqualTo(json(plot).at("/data/1/line/dash"));
    }

    @Test
    void aLongLegendLiesBelow() throws JsonProcessingException {
        Map<String, double[]> many = new LinkedHashMap<>();
        for (int seed = 0; seed < 16; seed++) {
            many.put("seed " + seed, new double[] {seed, seed + 1});
        }
        Plot plot = Plots.lines(new double[] {0, 1}, many).withLegend("seed");
        assertThat(json(plot).at("/layout/legend/orientation").asText()).isEqualTo("h");
        assertThat(plot.height()).isGreaterThan(380);
        JsonNode grid = json(Plots.grid(2, plot, plot));
        assertThat(grid.at("/layout/legend/y").asDouble()).isNegative();
    }

    @Test
    void panelsBesideEachOtherHaveTheirLegendBelowAndOneTitleOfTheAxisTheyShare() throws JsonProcessingException {
        Plot plot = Plots.lines(RUNS, "epoch", "loss", "run").withTitle("a title of more than twenty-seven letters");
        JsonNode layout = json(Plots.grid(2, plot, plot)).at("/layout");
        assertThat(layout.at("/legend/orientation").asText()).isEqualTo("h");
        assertThat(layout.at("/legend/y").asDouble()).isNegative();
        assertThat(layout.at("/yaxis/title/text").asText()).isEqualTo("loss");
        assertThat(layout.at("/yaxis2/title/text").asText()).isEmpty();
        assertThat(layout.at("/annotations/0/font/size").asInt()).isEqualTo(12);
        JsonNode other = json(Plots.grid(2, plot.withTitle("short"), plot.withY("other")))
                .at("/layout");
        assertThat(other.at("/yaxis2/title/text").asText()).isEqualTo("other");
        assertThat(other.at("/annotations/0/font/size").asInt()).isEqualTo(14);
    }

    @Test
    void labelsOfLinesLieBelowEachOtherAndSmallPrintOutlivesATitle() throws JsonProcessingException {
        Plot lines =
                Plots.empty("x", "y").withLineAtX(1, "one").withLineAtX(2, "").withLineAtX(1.01, "two");
        JsonNode notes = json(lines).at("/layout/annotations");
        assertThat(notes.at("/0/yshift").asInt()).isZero();
        assertThat(notes.at("/1/yshift").asInt()).isNegative();
        Plot small = lines.withTitle("old<br><sup>8 of 9 samples</sup>");
        assertThat(json(small.withTitle("new")).at("/layout/title/font").isMissingNode())
                .isTrue();
        assertThat(json(small.withTitle("long ".repeat(13)))
                        .at("/layout/title/font/size")
                        .asInt())
                .isEqualTo(13);
        assertThat(small.withTitle("new").title()).isEqualTo("new<br><sup>8 of 9 samples</sup>");
        assertThat(small.withTitle("new<br><sup>other</sup>").title()).isEqualTo("new<br><sup>other</sup>");
    }

    @Test
    void tracesKeepTheirAxesAndMarksTheirNumberInAllSteps() throws JsonProcessingException {
        Series other = Series.of("type: scatter, xaxis: x2, yaxis: y2, x: [1], y: [1]");
        Plot line = Plots.line(new double[] {0, 1}, new double[] {5, 6});
        Map<String, Plot> steps = new LinkedHashMap<>();
        steps.put("one", line.and(other).withLineAtX(1, "here"));
        steps.put("two", line.and(line).and(other));
        JsonNode figure = json(Animation.of("step", steps, "two"));
        assertThat(figure.at("/data")).hasSize(3);
        assertThat(figure.at("/data/2/xaxis").asText()).isEqualTo("x2");
        for (JsonNode frame : figure.at("/frames")) {
            for (int i = 0; i < frame.at("/traces").size(); i++) {
                assertThat(frame.at("/traces").get(i).asInt())
                        .as("only the second changes")
                        .isEqualTo(1);
            }
            assertThat(frame.at("/layout/annotations")).hasSize(1);
        }
        assertThat(figure.at("/frames/1/layout/annotations/0/visible").asBoolean(true))
                .isFalse();
        assertThat(figure.at("/frames/1/layout/annotations/0/text").isNull()).isTrue();
    }

    @Test
    void numbersInCellsOfEitherSignAreDarkOnPaleColours() throws JsonProcessingException {
        String[] names = {"a", "b"};
        JsonNode signed = json(Plots.heatMap(names, names, new double[][] {{1, -1}, {0, 0.5}}))
                .at("/data/0");
        assertThat(signed.at("/textfont/color").asText()).isEqualTo("#222222");
        assertThat(signed.at("/colorscale/0/1").asText()).isEqualTo("#4393C3");
        JsonNode positive = json(Plots.heatMap(names, names, new double[][] {{1, 0}, {0, 0.5}}))
                .at("/data/0");
        assertThat(positive.at("/textfont").isMissingNode()).isTrue();
    }

    @Test
    void aGridHasTheLegendThatItsPlotsHaveAlone() throws Exception {
        double[] x = {0, 1};
        Plot named = Plots.lines(x, Map.of("a", x, "b", x));
        assertThat(json(Plots.grid(1, named, named)).at("/layout/showlegend").asBoolean())
                .isTrue();
        assertThat(json(Plots.grid(1, named.withoutLegend(), Plots.line(x, x)))
                        .at("/layout/showlegend")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void figuresAreDescribedInWords() {
        assertThat(Plots.line(new double[1], new double[1])
                        .withX("epoch")
                        .withY("loss")
                        .description())
                .isEqualTo("loss over epoch");
        assertThat(Plots.line(new double[1], new double[1])
                        .withTitle("A<br><sup>b</sup>")
                        .description())
                .isEqualTo("A, b");
        assertThat(Plots.empty("", "")
                        .and(Series.of("surface").with("colorbar.title.text", "loss"))
                        .description())
                .isEqualTo("surface of loss");
    }
}

package org.kymograph.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
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
                .isEqualTo(Palette.of("1").colour());
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
        Band.Edges sd = Band.standardDeviation().of(Curve.each(RUNS, "epoch", "loss", "run"));
        assertThat(sd.x()).containsExactly(0, 1, 2);
        assertThat(sd.mean()).containsExactly(2, 1, 0.25);
        assertThat(sd.high()[0]).isCloseTo(2 + Math.sqrt(2), within(1e-12));
        assertThat(sd.runs()).containsExactly(2, 2, 1);
        assertThat(sd.low()[2]).isEqualTo(0.25);
        Band.Edges middle = Band.quantiles(0.25, 0.75).of(Curve.each(RUNS, "epoch", "loss", "run"));
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
                .hasMessageContaining("2 and 3");
        assertThatThrownBy(() -> Plots.lines(RUNS, "epoch", "acc", "run"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"acc\"")
                .hasMessageContaining("loss");
        assertThatThrownBy(() -> Plots.lines(RUNS, "run", "loss", "run"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected numbers");
        assertThatThrownBy(() -> Plots.heatMap(new double[][] {{1}, {1, 2}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 and 2");
        assertThatThrownBy(() -> Plots.grid(0, Plots.line(new double[1], new double[1])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Series(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("type");
    }

    private static JsonNode json(PlotlyFigure figure) throws JsonProcessingException {
        return new ObjectMapper().readTree(figure.json());
    }
}

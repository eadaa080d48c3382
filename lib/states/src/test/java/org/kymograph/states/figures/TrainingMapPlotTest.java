package org.kymograph.states.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotlyFigure;

class TrainingMapPlotTest {
    private static final Map<String, MapContent> MAPS = MapGallery.all();

    static Set<String> maps() {
        return MAPS.keySet();
    }

    @ParameterizedTest
    @MethodSource("maps")
    void nodesAndLabelsStayApartAndInside(String name) throws JsonProcessingException {
        JsonNode figure = json(MapDrawing.of(MAPS.get(name), 3));
        List<Box> boxes = new ArrayList<>();
        for (JsonNode trace : figure.at("/data")) {
            if (trace.at("/name").asText().startsWith("state ") && !trace.has("stackgroup")) {
                double side = trace.at("/marker/size/0").asDouble();
                boxes.add(new Box(trace.at("/x/0").asDouble(), trace.at("/y/0").asDouble(), side, side));
            }
        }
        assertThat(boxes).hasSameSizeAs(MAPS.get(name).nodes());
        for (JsonNode trace : figure.at("/data")) {
            if (trace.at("/name").asText().contains("→")) {
                trace.at("/x").forEach(x -> assertThat(x.asDouble())
                        .as("arrow %s", trace.at("/name").asText())
                        .isBetween(0.0, figure.at("/layout/xaxis/range/1").asDouble()));
            }
        }
        for (JsonNode note : figure.at("/layout/annotations")) {
            if (note.has("hovertext")) {
                double[] size = TextSize.of(List.of(note.at("/text").asText().split("<br>")), 11);
                boxes.add(new Box(note.at("/x").asDouble(), note.at("/y").asDouble(), size[0], size[1]));
            }
        }
        for (int i = 0; i < boxes.size(); i++) {
            Box box = boxes.get(i);
            assertThat(box.left()).isPositive();
            assertThat(box.right())
                    .isLessThan(figure.at("/layout/xaxis/range/1").asDouble());
            assertThat(box.bottom())
                    .isLessThan(figure.at("/layout/yaxis/range/0").asDouble());
            assertThat(box.top())
                    .isGreaterThan(figure.at("/layout/yaxis/range/1").asDouble());
            for (Box other : boxes.subList(0, i)) {
                assertThat(box.overlaps(other, 0)).as("%s and %s", box, other).isFalse();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("maps")
    @Tag("slow")
    void theSameMapIsDrawnTheSame(String name) {
        assertThat(MapDrawing.of(MAPS.get(name), 3).json())
                .isEqualTo(MapDrawing.of(MapGallery.all().get(name), 3).json());
    }

    @Test
    void statesStandFromLeftToRightAsTheyAreVisited() {
        MapLayout layout = MapLayout.of(MAPS.get("linear"), 880, 60, 40);
        assertThat(IntStream.of(4, 1, 3, 2, 0)
                        .mapToDouble(s -> layout.nodes().get(s).x)
                        .toArray())
                .isSorted();
        assertThat(layout.nodes().values())
                .extracting(c -> c.y)
                .containsOnly(layout.nodes().get(0).y);
        MapLayout fork = MapLayout.of(MAPS.get("fork"), 880, 60, 40);
        assertThat(fork.nodes().get(5).x)
                .isBetween(fork.nodes().get(1).x, fork.nodes().get(2).x);
        assertThat(fork.nodes().get(5).y).isNotEqualTo(fork.nodes().get(2).y);
    }

    @Test
    void discsGrowByAreaAndArrowsByRuns() throws JsonProcessingException {
        MapContent content = MAPS.get("fork");
        MapLayout layout = MapLayout.of(content, 880, 60, 40);
        MapLayout.Cell most = layout.nodes().get(0);
        MapLayout.Cell some = layout.nodes().get(2);
        assertThat(Math.pow(some.radius / most.radius, 2))
                .isCloseTo(some.node.occupancy() / most.node.occupancy(), within(1e-9));
        JsonNode figure = json(MapDrawing.of(content, 3));
        assertThat(trace(figure, "1 → 2").at("/line/width").asDouble())
                .isGreaterThan(trace(figure, "1 → 5").at("/line/width").asDouble());
        assertThat(trace(figure, "state 3").at("/marker/color").asText()).isEqualTo(StateColours.of(3));
    }

    @Test
    void aMovieMovesTheRunsAndTheTimeAlone() throws JsonProcessingException {
        MapContent content = MAPS.get("fork");
        JsonNode figure = json(MapDrawing.movie(content, 1, 4));
        assertThat(figure.at("/frames")).hasSize(4);
        int traces = figure.at("/data").size();
        for (JsonNode frame : figure.at("/frames")) {
            assertThat(frame.at("/traces")).hasSize(2);
            assertThat(figure.at("/data/" + frame.at("/traces/0").asInt() + "/name")
                            .asText())
                    .isEqualTo("runs");
            assertThat(frame.at("/traces/1").asInt()).isEqualTo(traces - 1);
            assertThat(frame.at("/data/0/x")).hasSameSizeAs(content.runs());
            assertThat(frame.has("layout")).isFalse();
        }
        assertThat(figure.at("/frames/0/data/1/x/0").asDouble())
                .isLessThan(figure.at("/frames/3/data/1/x/0").asDouble());
        assertThat(json(MapDrawing.movie(content, 1, 1)).at("/frames"))
                .as("runs of a single checkpoint have one moment")
                .hasSize(1);
    }

    @Test
    void mapsUnderASliderKeepTheirScaleAndPlace() throws JsonProcessingException {
        Map<String, Plot> plots = new LinkedHashMap<>();
        MAPS.forEach((name, content) -> plots.put(name, MapDrawing.of(content, 3)));
        JsonNode figure = json(Animation.of("map", plots, "one"));
        JsonNode layout = figure.at("/layout");
        JsonNode x = layout.at("/xaxis/range");
        JsonNode y = layout.at("/yaxis/range");
        JsonNode margin = layout.at("/margin");
        double area = layout.at("/height").asDouble()
                - margin.at("/t").asDouble()
                - margin.at("/b").asDouble();
        double domain = 1 - layout.at("/yaxis/domain/0").asDouble();
        assertThat(layout.at("/width").asDouble()
                        - margin.at("/l").asDouble()
                        - margin.at("/r").asDouble())
                .isCloseTo(x.get(1).asDouble() - x.get(0).asDouble(), within(1.0));
        assertThat(domain * area).isCloseTo(y.get(0).asDouble() - y.get(1).asDouble(), within(1.5));
        for (Plot plot : plots.values()) {
            JsonNode own = json(plot).at("/layout");
            assertThat(own.at("/yaxis/range/0").asDouble())
                    .isLessThanOrEqualTo(y.get(0).asDouble());
            assertThat(own.at("/yaxis/range/1").asDouble())
                    .isGreaterThanOrEqualTo(y.get(1).asDouble());
            double strip = own.at("/yaxis2/domain/1").asDouble()
                    * (own.at("/height").asDouble()
                            - own.at("/margin/t").asDouble()
                            - own.at("/margin/b").asDouble());
            assertThat(layout.at("/yaxis2/domain/1").asDouble() * area).isCloseTo(strip, within(1.0));
        }
        for (JsonNode frame : figure.at("/frames")) {
            assertThat(frame.at("/layout").has("yaxis")).as("ranges stay").isFalse();
            assertThat(frame.at("/layout").has("xaxis")).isFalse();
        }
    }

    @Test
    void labelsNameTheFirstFeaturesAndHoveringAll() throws JsonProcessingException {
        MapContent.Edge edge = new MapContent.Edge(
                0,
                1,
                3,
                4,
                List.of(
                        new MapContent.Shift("l2", 3, -0.598),
                        new MapContent.Shift("a<b>", 2, 0.29),
                        new MapContent.Shift("spectral", 1e-7, 1)),
                12.5,
                1.21,
                1);
        MapContent content = new MapContent(
                "map", 4, List.of(node(0, 0.5, 4), node(1, 0.5, 3)), List.of(edge), List.of(), "epoch", 1);
        JsonNode figure = json(MapDrawing.of(content, 2));
        String label = figure.at("/layout/annotations/0/text").asText().replaceAll("<[^>]*>", "|");
        assertThat(label)
                .contains("3/4", "↓| L2 −0.59", "↑| a&lt;b&gt; +0.29", "conv. 12.5 ± 1.2")
                .doesNotContain("λmax");
        assertThat(trace(figure, "0 → 1").at("/hovertemplate").asText())
                .contains("3 of 4 runs, 4 times", "↑ λmax  +1.00,  1.0e−07", "a&lt;b&gt;", "counting 1 that never do");
    }

    @Test
    void choosingARunDimsWhatItDoesNotVisit() throws JsonProcessingException {
        MapContent content = MAPS.get("fork");
        JsonNode figure = json(MapDrawing.of(content, 3));
        JsonNode buttons = figure.at("/layout/updatemenus/0/buttons");
        assertThat(buttons).hasSize(41);
        int run = IntStream.range(0, 40)
                .filter(i -> IntStream.of(content.runs().get(i).states()).anyMatch(s -> s == 5))
                .findFirst()
                .orElseThrow();
        JsonNode button = buttons.get(run + 1);
        JsonNode opacity = button.at("/args/0/opacity");
        assertThat(opacity).hasSameSizeAs(figure.at("/data"));
        Set<String> lit = new HashSet<>();
        for (int i = 0; i < opacity.size(); i++) {
            if (opacity.get(i).asDouble() == 1 && figure.at("/data").get(i).has("name")) {
                lit.add(figure.at("/data").get(i).at("/name").asText());
            }
        }
        assertThat(lit).contains("1 → 5", "5 → 2", "state 5", "state 1").doesNotContain("1 → 2", "0 → 4", "state 4");
        String sentence = figure.at("/layout/updatemenus/0/buttons")
                .get(run + 1)
                .at("/args/1")
                .toString();
        assertThat(sentence).contains("<b>1</b> ×", "→ <b>5</b> ×", "converged at epoch");
        assertThat(sentence)
                .as("the name that the menu has")
                .contains("\"" + buttons.get(run + 1).at("/label").asText() + ":  ");
        assertThat(buttons.get(0).at("/args/0/opacity").findValues("x")).isEmpty();
        buttons.get(0).at("/args/0/opacity").forEach(o -> assertThat(o.asDouble())
                .isEqualTo(1));
    }

    @Test
    void runNamesCannotBreakThePage() throws JsonProcessingException {
        MapContent.Run run = new MapContent.Run("</script><b>x", new int[] {0, 0}, Double.NaN);
        Plot plot =
                MapDrawing.of(new MapContent("map", 1, List.of(node(0, 1, 1)), List.of(), List.of(run), "epoch", 1), 3);
        assertThat(plot.json()).doesNotContain("</");
        assertThat(json(plot).at("/layout/updatemenus/0/buttons/1/label").asText())
                .isEqualTo("&lt;/script&gt;&lt;b&gt;x");
    }

    @Test
    void decimalsAreCutOff() {
        assertThat(Symbols.truncated(-0.598)).isEqualTo("−0.59");
        assertThat(Symbols.truncated(0.29)).isEqualTo("+0.29");
        assertThat(Symbols.truncated(1.999)).isEqualTo("+1.99");
        assertThat(Symbols.truncated(-0.004)).isEqualTo("0.00");
        assertThat(Symbols.truncated(Double.NaN)).isEqualTo("n/a");
        assertThat(Symbols.spread(2950.4, 104.2)).isEqualTo("2950 ± 104");
        assertThat(Symbols.shortened("transformer-layernorm-seed12", 12))
                .hasSize(12)
                .endsWith("seed12");
    }

    @Test
    void statesKeepTheirColoursAndTheirNumbersCanBeRead() {
        assertThat(StateColours.of(0)).isEqualTo("#44BB99");
        assertThat(IntStream.range(0, 16).mapToObj(StateColours::of)).doesNotHaveDuplicates();
        assertThat(StateColours.of(16)).isEqualTo(StateColours.of(0));
        for (int k = 0; k < 16; k++) {
            assertThat(StateColours.contrast(StateColours.of(k), StateColours.text(k)))
                    .isGreaterThan(4.5);
        }
        assertThat(StateColours.contrast("#000000", "#ffffff")).isCloseTo(21, within(1e-9));
        assertThatThrownBy(() -> StateColours.of(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void drawsDecodedRunsInTheirUnit() throws JsonProcessingException {
        StateExample example = StateExample.of(16);
        TrainingMapPlot map = TrainingMapPlot.of(example.decoded, example.convergence);
        JsonNode figure = json(map.withUnit("epoch", 10).withFeatures(1).plot());
        assertThat(figure.at("/layout/title/text").asText()).contains("16 runs, 4 states", "R²");
        assertThat(figure.at("/layout/xaxis2/range/1").asDouble())
                .as("the last of 80 checkpoints, counted from 0")
                .isEqualTo(790);
        assertThat(figure.at("/data").findValuesAsText("name")).contains("0 → 1", "state 3");
        assertThat(json(TrainingMapPlot.of(example.decoded).plot())
                        .at("/layout/title/text")
                        .asText())
                .doesNotContain("R²");
        assertThat(json(TrainingMapPlot.sketch(example.model)).at("/layout/updatemenus/0/buttons"))
                .hasSize(17);
        assertThatThrownBy(() -> map.withUnit("epoch", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        assertThatThrownBy(() -> map.withFeatures(6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6");
    }

    private static MapContent.Node node(int state, double occupancy, int runs) {
        return new MapContent.Node(
                state, occupancy, state, runs, state == 0 ? runs : 0, runs, 5, Double.NaN, Double.NaN, false);
    }

    private static JsonNode trace(JsonNode figure, String name) {
        for (JsonNode trace : figure.at("/data")) {
            if (trace.at("/name").asText().equals(name)) {
                return trace;
            }
        }
        throw new AssertionError("no trace " + name);
    }

    private static JsonNode json(PlotlyFigure figure) throws JsonProcessingException {
        return new ObjectMapper().readTree(figure.json());
    }
}

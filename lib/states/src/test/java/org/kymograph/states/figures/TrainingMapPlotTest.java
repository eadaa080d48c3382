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
        assertThat(figure.at("/frames").findValuesAsText("name"))
                .as("300 checkpoints of 10 epochs each, round times and the last")
                .containsExactly("0", "1000", "2000", "2990");
        int traces = figure.at("/data").size();
        JsonNode rows = trace(figure, "converged");
        assertThat(rows.at("/y")).hasSize(40);
        for (JsonNode frame : figure.at("/frames")) {
            assertThat(frame.at("/traces")).hasSize(2);
            assertThat(figure.at("/data/" + frame.at("/traces/0").asInt() + "/name")
                            .asText())
                    .isEqualTo("runs");
            assertThat(frame.at("/traces/1").asInt()).isEqualTo(traces - 1);
            assertThat(frame.at("/data/0/x")).hasSameSizeAs(content.runs());
            String now = frame.at("/name").asText();
            assertThat(frame.at("/data/1/x").toString())
                    .as("an upright line at its time")
                    .isEqualTo("[" + now + "," + now + "]");
            assertThat(frame.has("layout")).isFalse();
        }
        JsonNode line = figure.at("/data/" + (traces - 1));
        assertThat(line.at("/yaxis").asText()).isEqualTo("y2");
        assertThat(line.at("/y")).as("over all rows").isEqualTo(figure.at("/layout/yaxis2/range"));
        JsonNode cells = figure.at("/data/" + (traces - 3));
        assertThat(cells.at("/type").asText()).isEqualTo("heatmap");
        assertThat(cells.at("/z")).hasSize(40);
        assertThat(rows.at("/x/0").asDouble())
                .as("the first to converge on top")
                .isLessThan(rows.at("/x/39").asDouble());
        MapContent short1 = MapGallery.content("seed", "step", 1, 1, List.of(new MapGallery.Path(2, 0, 0)));
        assertThat(json(MapDrawing.movie(short1, 1, 1)).at("/frames"))
                .as("runs of a single checkpoint have one moment")
                .hasSize(1);
    }

    @Test
    void aRunChosenInAMovieStandsOutOnTheMapAndInItsRow() throws JsonProcessingException {
        MapContent content = MAPS.get("fork");
        JsonNode figure = json(MapDrawing.movie(content, 1, 4));
        JsonNode menus = figure.at("/layout/updatemenus");
        assertThat(menus).as("the runs, and play and pause").hasSize(2);
        int runs = figure.at("/frames/0/traces/0").asInt();
        JsonNode style = menus.at("/0/buttons/3/args/0");
        assertThat(style.at("/selectedpoints")).hasSameSizeAs(figure.at("/data"));
        for (int i = 0; i < figure.at("/data").size(); i++) {
            assertThat(style.at("/selectedpoints/" + i).toString()).isEqualTo(i == runs ? "[2]" : "null");
        }
        assertThat(style.at("/opacity/" + runs).asDouble()).isEqualTo(1);
        int cells = figure.at("/data").size() - 3;
        assertThat(style.at("/opacity/" + cells).asDouble()).isLessThan(0.5);
        assertThat(style.at("/opacity/" + (cells + 2)).asDouble())
                .as("the line that tells the time")
                .isEqualTo(1);
        int row = IntStream.range(0, 40)
                .filter(r -> Math.abs(trace(figure, "converged").at("/x/" + r).asDouble()
                                - content.runs().get(2).convergence())
                        < 1e-2)
                .findFirst()
                .orElseThrow();
        JsonNode shown = menus.at("/0/buttons/3/args/1");
        List<String> paths = new ArrayList<>();
        shown.fieldNames().forEachRemaining(name -> {
            if (name.endsWith(".path") && !shown.get(name).asText().equals("M0,0Z")) {
                paths.add(shown.get(name).asText());
            }
        });
        assertThat(paths)
                .isNotEmpty()
                .allMatch(path -> path.contains("," + (row + 0.5) + "H") && path.contains("V" + (row - 0.5) + "H"));
        assertThat(menus.at("/0/buttons/0/args/0/selectedpoints/" + runs).isNull())
                .as("all of them again")
                .isTrue();
    }

    @Test
    void momentsAreRoundWhereTheyCanBe() {
        assertThat(MapDrawing.moments(300, 1, 50))
                .hasSize(61)
                .startsWith(0, 5, 10)
                .endsWith(290, 295, 299);
        assertThat(MapDrawing.moments(301, 1, 50)).hasSize(61).endsWith(295, 300);
        assertThat(MapDrawing.moments(31, 10, 50)).hasSize(31).startsWith(0, 1, 2);
        assertThat(MapDrawing.moments(100, 0.25, 10))
                .as("times of 2 and 5 are as near; checkpoints of a quarter")
                .startsWith(0, 8, 16)
                .endsWith(99);
        assertThat(MapDrawing.moments(51, 0.997, 11)).as("none is round").startsWith(0, 5, 10);
        assertThat(MapDrawing.moments(1, 1, 2)).containsExactly(0);
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

package org.kymograph.cartography.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.kymograph.cartography.figures.DataMapPlotTest.json;
import static org.kymograph.cartography.figures.DataMapPlotTest.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.noise.DensityShift;
import org.kymograph.cartography.noise.Detection;
import org.kymograph.cartography.noise.LabelNoise;
import org.kymograph.cartography.noise.NoisyLabels;
import org.kymograph.cartography.select.Comparison;
import org.kymograph.cartography.select.Regions;
import org.kymograph.cartography.select.SelectionTrial;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Plot;
import org.kymograph.record.dynamics.Guids;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class CartographyPlotsTest {
    private static final SampleMetrics STRONG = MapExample.metrics(500, 4, 1);
    private static final SampleMetrics WEAK = MapExample.metrics(500, 4, 0.3);
    private static final Comparison BOTH = Comparison.of(WEAK, STRONG);

    @Test
    void theComparisonDrawsStrongMinusWeakByGuid() throws JsonProcessingException {
        int[] backwards = IntStream.range(0, 500).map(i -> 499 - i).toArray();
        JsonNode figure = json(ComparisonPlots.map(Comparison.of(WEAK, STRONG.at(backwards)), "tiny", "large"));
        assertThat(figure.at("/layout/title/text").asText()).startsWith("large vs. tiny Data Map");
        int points = 0;
        for (JsonNode trace : figure.at("/data")) {
            for (int p = 0;
                    p < trace.at("/customdata").size()
                            && !trace.at("/type").asText().equals("bar");
                    p++, points++) {
                int i = trace.at("/customdata").get(p).asInt();
                assertThat(trace.at("/y").get(p).asDouble())
                        .isCloseTo(STRONG.value(Metric.CONFIDENCE, i) - WEAK.value(Metric.CONFIDENCE, i), within(1e-5));
                int delta = (int) (STRONG.value(Metric.CORRECTNESS, i) - WEAK.value(Metric.CORRECTNESS, i));
                assertThat(trace.at("/name").asText())
                        .isEqualTo(CorrectnessHue.signed(delta) + (delta == 0 ? "" : "/4"));
            }
        }
        assertThat(points).isEqualTo(500);
        assertThat(trace(figure, "0").at("/marker/color").asText()).isEqualTo("#222222");
        assertThat(trace(figure, "Δ forgetfulness").at("/x").toString())
                .contains("never")
                .doesNotContain("1000")
                .doesNotContain("999");
    }

    @Test
    void samplesOfOneModelOnlyAreCounted() throws JsonProcessingException {
        Comparison part = Comparison.of(WEAK, STRONG.at(IntStream.range(0, 480).toArray()));
        assertThat(json(ComparisonPlots.map(part, "a", "b"))
                        .at("/layout/title/text")
                        .asText())
                .contains("480 samples of both, 20 of one model only");
    }

    @Test
    void theStrongModelLiesAcross() throws JsonProcessingException {
        JsonNode figure = json(ComparisonPlots.scatter(BOTH, Metric.CONFIDENCE, "tiny", "large"));
        assertThat(figure.at("/data/0/x/3").asDouble()).isCloseTo(STRONG.value(Metric.CONFIDENCE, 3), within(1e-5));
        assertThat(figure.at("/data/0/y/3").asDouble()).isCloseTo(WEAK.value(Metric.CONFIDENCE, 3), within(1e-5));
        assertThat(figure.at("/layout/xaxis/title/text").asText()).isEqualTo("confidence, large");
    }

    @Test
    void migrantsHaveTwoColoursAClass() throws JsonProcessingException {
        JsonNode figure = json(ComparisonPlots.migration(Comparison.Migration.of(BOTH, 20, true)));
        assertThat(figure.at("/data").findValuesAsText("name"))
                .containsExactly("weak_0", "strong_0", "weak_1", "strong_1", "weak_2", "strong_2");
        assertThat(trace(figure, "weak_1").at("/marker/color").asText()).isEqualTo("#F2C14E");
        assertThat(trace(figure, "strong_2").at("/marker/color").asText()).isEqualTo("#222222");
        assertThat(trace(figure, "weak_0").at("/customdata"))
                .isEqualTo(trace(figure, "strong_0").at("/customdata"))
                .hasSize(20);
    }

    @Test
    void mapsOfRegressionsReachAsFarAsTheirErrorsVary() throws JsonProcessingException {
        SampleMetrics wide = SampleMetrics.of(
                Guids.rows(3),
                new int[3],
                Map.of(
                        Metric.CONFIDENCE,
                        new double[] {0.5, 0.2, 0.1},
                        Metric.VARIABILITY,
                        new double[] {0.3, 1.7, 1},
                        Metric.CORRECTNESS,
                        new double[] {3, 0, 1}),
                3);
        JsonNode migration =
                json(ComparisonPlots.migration(Comparison.Migration.of(Comparison.of(wide, wide), 3, true)));
        assertThat(migration.at("/layout/xaxis/range/1").asDouble()).isBetween(1.71, 1.8);
        SampleMetrics narrow = STRONG.at(new int[] {0, 1, 2});
        assertThat(json(MapEpochs.of(List.of(narrow, wide), 10, 0))
                        .at("/layout/xaxis/range/1")
                        .asDouble())
                .as("the same in every frame")
                .isBetween(1.71, 1.8);
        assertThat(json(MapEpochs.of(List.of(narrow), 10, 0))
                        .at("/layout/xaxis/range/1")
                        .asDouble())
                .isEqualTo(0.512);
    }

    @Test
    void transitionsAreSharesOfTheirRow() throws JsonProcessingException {
        JsonNode z = json(ComparisonPlots.transitions(BOTH, 0.33)).at("/data/0/z");
        for (JsonNode row : z) {
            assertThat(StreamSupport.stream(row.spliterator(), false)
                            .mapToDouble(JsonNode::asDouble)
                            .sum())
                    .isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void aFrameIsTheMapOfSoManyEpochs() throws JsonProcessingException {
        JsonNode figure = json(MapEpochs.of(MapExample.dynamics(50, 3, 3, 1)));
        assertThat(figure.at("/frames").findValuesAsText("name")).containsExactly("1", "2", "3");
        figure.at("/frames/0/data/0/x").forEach(x -> assertThat(x.asDouble()).isZero());
        SampleMetrics two = SampleMetrics.of(MapExample.dynamics(50, 3, 3, 1).upTo(2));
        assertThat(figure.at("/frames/1/data/0/y/7").asDouble())
                .isCloseTo(two.value(Metric.CONFIDENCE, 7), within(1e-5));
        assertThat(figure.at("/frames/1/data/0/marker/color/7").asDouble())
                .isEqualTo(two.value(Metric.CORRECTNESS, 7) / 2);
        assertThat(figure.at("/layout/sliders/0/steps")).hasSize(3);
        assertThat(figure.at("/layout/updatemenus/0/buttons")).hasSize(2);
        assertThatThrownBy(() -> MapEpochs.of(List.of(STRONG, STRONG.at(new int[] {1})), 10, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("number 1");
        assertThatThrownBy(() -> Animation.of("epoch", Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sortedCurvesRiseAndClassesAreCounted() throws JsonProcessingException {
        JsonNode byClass = json(SelectionPlots.sortedByClass(STRONG, Metric.CONFIDENCE, "a", "b", "c"));
        assertThat(byClass.at("/data").findValuesAsText("name")).containsExactly("a", "b", "c");
        double before = 0;
        for (JsonNode y : json(SelectionPlots.sorted(STRONG, Metric.CONFIDENCE)).at("/data/0/y")) {
            assertThat(y.asDouble()).isGreaterThanOrEqualTo(before);
            before = y.asDouble();
        }
        SampleMetrics ranked = SampleMetrics.of(
                Guids.rows(10),
                new int[] {0, 0, 0, 0, 0, 1, 1, 1, 2, 1},
                Map.of(
                        Metric.CONFIDENCE,
                        IntStream.range(0, 10).mapToDouble(i -> i / 10.0).toArray()),
                0);
        assertThat(json(SelectionPlots.topClasses(ranked, Metric.CONFIDENCE, true, 0.2))
                        .at("/data/0/y")
                        .toString())
                .isEqualTo("[0,1,1]");
        assertThat(json(SelectionPlots.topClasses(ranked, Metric.CONFIDENCE, false, 0.6))
                        .at("/data/0/y")
                        .toString())
                .isEqualTo("[5,1,0]");
        assertThat(json(SelectionPlots.weights(ranked, c -> 1 - c))
                        .at("/data/1/y/9")
                        .asDouble())
                .isCloseTo(0.1, within(1e-6));
        assertThatThrownBy(() -> SelectionPlots.topClasses(ranked, Metric.CONFIDENCE, true, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("share");
        assertThatThrownBy(() -> SelectionPlots.sortedByClass(
                        SampleMetrics.of(Guids.rows(1), null, Map.of(), 0), Metric.CONFIDENCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("labels");
    }

    @Test
    void detectorsCurvesGoThroughTheirCounts() throws JsonProcessingException {
        Detection detection = new Detection("mine", Guids.rows(5), new double[] {5, 4, 3, 3, 1}, new boolean[5]);
        boolean[] truth = {true, false, true, false, false};
        JsonNode roc = json(NoisePlots.roc(List.of(detection), truth));
        assertThat(roc.at("/data/0/x").toString()).isEqualTo("[0,0,0.33333334,0.6666667,1]");
        assertThat(roc.at("/data/0/y").toString()).isEqualTo("[0,0.5,0.5,1,1]");
        JsonNode pr = json(NoisePlots.precisionRecall(List.of(detection), truth));
        assertThat(pr.at("/data/0/x").toString()).isEqualTo("[0.5,0.5,1,1]");
        assertThat(pr.at("/data/0/y").toString()).isEqualTo("[1,0.5,0.5,0.4]");
        assertThat(pr.at("/layout/title/text").asText()).contains("chance 0.400");
        assertThatThrownBy(() -> NoisePlots.roc(List.of(detection), new boolean[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the number of wrong labels is 0; expected 1 to 4");
        assertThatThrownBy(() -> NoisePlots.roc(List.of(detection), new boolean[4]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("truth has length 4; expected 5");
    }

    @Test
    void densitiesAreSmoothAndLogarithmic() throws JsonProcessingException {
        JsonNode figure = json(NoisePlots.shift(
                DensityShift.of(STRONG, WEAK, STRONG.guids(), Metric.CONFIDENCE, 200),
                DensityShift.of(STRONG, WEAK, STRONG.guids(), Metric.VARIABILITY, 20)));
        assertThat(figure.at("/data").findValuesAsText("name")).containsExactly("before", "after", "before", "after");
        assertThat(figure.at("/layout/yaxis2/type").asText()).isEqualTo("log");
        assertThat(StreamSupport.stream(figure.at("/data/0/y").spliterator(), false)
                        .anyMatch(JsonNode::isNull))
                .isTrue();
    }

    @Test
    void aSmoothedDensityStillIntegratesToOne() throws JsonProcessingException {
        DensityShift shift = new DensityShift(
                Metric.CONFIDENCE, new double[] {0.25, 0.75}, new double[] {0, 2}, new double[] {2, 0});
        JsonNode before = json(NoisePlots.shift(shift)).at("/data/0");
        double step = before.at("/x/1").asDouble() - before.at("/x/0").asDouble();
        double sum = StreamSupport.stream(before.at("/y").spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .sum();
        assertThat(sum * step).isCloseTo(1, within(0.01));
    }

    @Test
    void theLimitOfADetectorIsAtItsBestFirst() throws JsonProcessingException {
        boolean[] truth = new boolean[STRONG.size()];
        double[] confidence = STRONG.values(Metric.CONFIDENCE);
        for (int i = 0; i < truth.length; i++) {
            truth[i] = confidence[i] < 0.3;
        }
        JsonNode figure = json(NoisePlots.threshold(STRONG, Metric.CONFIDENCE, truth));
        assertThat(figure.at("/layout/title/text").asText()).contains("F1 0.9");
        assertThat(figure.at("/frames")).hasSize(19);
        assertThat(figure.at("/frames/0/layout/title/text").asText()).startsWith("precision");
        assertThat(figure.at("/frames/0/data")).as("the bars stay").isEmpty();
        assertThatThrownBy(() -> NoisePlots.threshold(STRONG, Metric.CONFIDENCE, new boolean[STRONG.size()]))
                .hasMessageContaining("the number of wrong labels is 0; expected 1 to");
    }

    @Test
    void changedSamplesFlyFromMapToMap() throws JsonProcessingException {
        NoisyLabels noise = LabelNoise.uniform(0.1).inject(WEAK.guids(), WEAK.gold(), 3, 0);
        JsonNode figure = json(NoisePlots.moved(WEAK, STRONG, noise, "a", "b", "c"));
        assertThat(figure.at("/layout/title/text").asText())
                .startsWith("Trained with " + noise.size() + " wrong labels");
        assertThat(trace(figure, "changed").at("/x")).hasSize(noise.size());
        assertThat(trace(figure, "changed").at("/type").asText())
                .as("WebGL does not fly")
                .isEqualTo("scatter");
        assertThat(trace(figure, "changed").at("/text/0").asText()).matches(" · [abc] → [abc]");
        assertThat(trace(figure, "right").at("/marker/color").asText()).isEqualTo("#0072B2");
        int row = WEAK.guids()
                .indexOf(trace(figure, "changed").at("/customdata/0").asLong());
        JsonNode line = figure.at("/data/0");
        assertThat(line.at("/y/0").asDouble()).isCloseTo(WEAK.value(Metric.CONFIDENCE, row), within(1e-6));
        assertThat(line.at("/y/1").asDouble()).isCloseTo(STRONG.value(Metric.CONFIDENCE, row), within(1e-6));
        assertThat(line.at("/y/2").isNull()).as("a gap").isTrue();
        JsonNode start = figure.at("/frames/0");
        assertThat(start.at("/traces").toString()).isEqualTo("[0,1,2]");
        assertThat(start.at("/data/0/y/1")).as("lines grow").isEqualTo(start.at("/data/0/y/0"));
        assertThat(figure.at("/layout/updatemenus/0/buttons/0/args/1/transition/duration")
                        .asInt())
                .isPositive();
        assertThatThrownBy(() -> NoisePlots.moved(WEAK, STRONG.at(new int[] {0, 1}), noise))
                .hasMessage("after is a map of other samples than before");
    }

    @Test
    void oneThingHasOneColour() throws JsonProcessingException {
        boolean[] truth = new boolean[STRONG.size()];
        Arrays.fill(truth, 0, 60, true);
        JsonNode map = json(DataMapPlot.of(STRONG)
                .withMarked("label", truth, "wrong", "right")
                .plot());
        assertThat(map.at("/data/1/name").asText()).as("on top").isEqualTo("wrong");
        JsonNode bars = json(NoisePlots.threshold(STRONG, Metric.CONFIDENCE, truth));
        for (String name : List.of("wrong", "right")) {
            assertThat(trace(bars, name).at("/marker/color"))
                    .isEqualTo(trace(map, name).at("/marker/color"));
        }
        Regions regions = Regions.of(STRONG, 0.33);
        JsonNode region = json(DataMapPlot.of(STRONG).withRegions(regions).plot());
        JsonNode classes = json(SelectionPlots.classes(STRONG, regions, "a", "b", "c"));
        for (String name : List.of("easy", "ambiguous", "hard")) {
            assertThat(trace(classes, name).at("/marker/color"))
                    .isEqualTo(trace(region, name).at("/marker/color"));
        }
        assertThat(StreamSupport.stream(trace(classes, "hard").at("/y").spliterator(), false)
                        .mapToInt(JsonNode::asInt)
                        .sum())
                .isEqualTo(regions.hard().length);
    }

    @Test
    void regionsGrowWithTheSlider() throws JsonProcessingException {
        JsonNode figure = json(SelectionPlots.regionSizes(STRONG, 10, 30, 50));
        assertThat(figure.at("/layout/sliders/0/active").asInt()).isEqualTo(1);
        assertThat(figure.at("/frames")).hasSize(3);
        assertThat(figure.at("/layout/title/text").asText()).startsWith("150 samples a region");
    }

    @Test
    void theColourOfAMapIsChosenInAMenu() throws JsonProcessingException {
        JsonNode figure = json(DataMapPlot.of(STRONG).withClasses("a", "b", "c").colourMenu());
        assertThat(figure.at("/layout/updatemenus/0/buttons").findValuesAsText("label"))
                .contains("colour: correctness", "colour: class");
        assertThat(figure.at("/frames")).hasSameSizeAs(figure.at("/layout/updatemenus/0/buttons"));
    }

    @Test
    void cellsOfTheMapHoldMeans() throws JsonProcessingException {
        SampleMetrics metrics = SampleMetrics.of(
                Guids.rows(3),
                null,
                Map.of(Metric.CONFIDENCE, new double[] {1, 0.99, 0}, Metric.VARIABILITY, new double[] {0, 0.01, 0.5}),
                0);
        JsonNode heat = json(SelectionPlots.binned(metrics, new double[] {1, 2, 7}, "agreement"))
                .at("/data/0");
        assertThat(heat.at("/z/24/0").asDouble()).isEqualTo(1.5);
        assertThat(heat.at("/customdata/24/0").asInt()).isEqualTo(2);
        assertThat(heat.at("/z/0/24").asDouble()).isEqualTo(7);
        assertThat(heat.at("/z/12/12").isNull()).isTrue();
        assertThatThrownBy(() -> SelectionPlots.binned(metrics, new double[2], "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2");
    }

    @Test
    void accuraciesHaveAPanelForEachTestSet() throws JsonProcessingException {
        Table table = Table.create(
                "t",
                DoubleColumn.create("share", 10, 10, 10, 10),
                DoubleColumn.create("accuracy", 1, 3, 5, 7),
                IntColumn.create("seed", new int[] {0, 1, 0, 1}),
                StringColumn.create("selection", "random", "random", "random", "random"),
                StringColumn.create("test", "in", "in", "out", "out"));
        JsonNode figure = json(SelectionPlots.accuracies(table, "share", "accuracy", "seed", "selection", "test"));
        assertThat(figure.at("/layout/annotations").findValuesAsText("text")).containsExactly("in", "out");
        assertThat(figure.at("/data/1/y/0").asDouble()).isEqualTo(2);
        assertThat(figure.at("/data/3/y/0").asDouble()).isEqualTo(6);
        Map<String, Integer> bars = new LinkedHashMap<>();
        json(SelectionPlots.bars(table.where(table.intColumn("seed").isEqualTo(0)), "selection", "accuracy", "test"))
                .at("/data")
                .forEach(
                        bar -> bars.put(bar.at("/name").asText(), bar.at("/y/0").asInt()));
        assertThat(bars).isEqualTo(Map.of("in", 1, "out", 5));
        assertThat(Arrays.asList("in", "out")).containsExactlyElementsOf(bars.keySet());
        JsonNode out = json(SelectionPlots.bars(table, "selection", "accuracy", "test"))
                .at("/data/1");
        assertThat(out.at("/y/0").asDouble()).isEqualTo(6);
        assertThat(out.at("/error_y/array/0").asDouble()).isCloseTo(1, within(1e-6));
        JsonNode titled = json(SelectionPlots.bars(table, "selection", "accuracy", "test")
                        .withTitle("Accuracy"))
                .at("/layout");
        assertThat(titled.at("/title/yanchor").asText())
                .as("the title hangs from the figure's edge, above the legend")
                .isEqualTo("top");
        assertThat(titled.at("/margin/t").asInt()).isGreaterThan(70);
        Plot bars2 = SelectionPlots.bars(table, "selection", "accuracy", "test");
        JsonNode published = json(SelectionPlots.withPublished(bars2, SelectionTrial.published(), "SNLI", "WSC"))
                .at("/data");
        assertThat(published.at("/2/marker/symbol").asText()).isEqualTo("circle");
        assertThat(published.at("/2/name").asText()).isEqualTo("SNLI, published");
        assertThat(published.at("/3/y/0").asDouble()).isEqualTo(0.86);
        assertThatThrownBy(() -> SelectionPlots.withPublished(bars2, SelectionTrial.published(), "SNLY"))
                .hasMessageContaining("test set is \"SNLY\"");
    }
}

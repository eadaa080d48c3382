package org.kymograph.cartography.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.select.Comparison;
import org.kymograph.cartography.select.Regions;
import org.kymograph.cartography.select.Regions.Region;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotlyFigure;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.tensors.Tensor;

class DataMapPlotTest {
    private static final SampleMetrics METRICS = MapExample.metrics(600, 6, 1);

    @Test
    void everySampleIsAPointOfItsCorrectness() throws JsonProcessingException {
        JsonNode figure = json(DataMapPlot.of(METRICS).plot());
        Set<Integer> seen = new HashSet<>();
        for (JsonNode trace : figure.at("/data")) {
            if (trace.at("/type").asText().equals("bar")) {
                continue;
            }
            for (int p = 0; p < trace.at("/x").size(); p++) {
                int i = trace.at("/customdata").get(p).asInt();
                assertThat(seen.add(i)).isTrue();
                assertThat(trace.at("/x").get(p).asDouble())
                        .isCloseTo(METRICS.value(Metric.VARIABILITY, i), within(1e-5));
                assertThat(trace.at("/y").get(p).asDouble())
                        .isCloseTo(METRICS.value(Metric.CONFIDENCE, i), within(1e-5));
                assertThat(trace.at("/name").asText()).isEqualTo((int) METRICS.value(Metric.CORRECTNESS, i) + "/6");
            }
        }
        assertThat(seen).hasSize(600);
    }

    @Test
    void coloursGoFromBlueToRedAndMarkersDifferBelowEightHues() throws JsonProcessingException {
        JsonNode never = trace(json(DataMapPlot.of(METRICS).plot()), "0/6");
        assertThat(never.at("/marker/color").asText()).isEqualTo("#5070db");
        assertThat(never.at("/marker/symbol").asText()).isEqualTo("circle");
        assertThat(never.at("/marker/line/color").asText()).isEqualTo("white");
        JsonNode always = trace(json(DataMapPlot.of(METRICS).plot()), "6/6");
        assertThat(always.at("/marker/color").asText()).isEqualTo("#d1483a");
        assertThat(always.at("/marker/symbol").asText()).isEqualTo("triangle-up");
        assertThat(trace(json(DataMapPlot.of(METRICS).plot()), "3/6")
                        .at("/marker/color")
                        .asText())
                .isEqualTo("#222222");
        assertThat(trace(json(DataMapPlot.of(MapExample.metrics(600, 7, 1)).plot()), "7/7")
                        .at("/marker/symbol")
                        .asText())
                .isEqualTo("circle");
        assertThat(trace(
                                json(DataMapPlot.of(METRICS)
                                        .withStyle(DataMapPlot.Style.NOTEBOOK)
                                        .plot()),
                                "6/6")
                        .at("/marker/symbol")
                        .asText())
                .isEqualTo("circle");
    }

    @Test
    void mapsOfRegressionsReachAsFarAsTheirErrorsVary() throws JsonProcessingException {
        Map<Metric, double[]> columns = Map.of(
                Metric.CONFIDENCE,
                new double[] {0.5, 0.2},
                Metric.VARIABILITY,
                new double[] {0.3, 1.7},
                Metric.CORRECTNESS,
                new double[] {3, 0});
        JsonNode range = json(DataMapPlot.of(SampleMetrics.of(Guids.rows(2), null, columns, 6))
                        .plot())
                .at("/layout/xaxis/range");
        assertThat(range.get(1).asDouble()).isBetween(1.71, 1.8);
        assertThat(json(DataMapPlot.of(METRICS).plot())
                        .at("/layout/xaxis/range")
                        .get(1)
                        .asDouble())
                .isEqualTo(0.512);
    }

    @Test
    void manyEpochsShareHuesByTenths() throws JsonProcessingException {
        assertThat(names(json(DataMapPlot.of(MapExample.metrics(600, 20, 1)).plot())))
                .contains("1.0", "0.0")
                .allMatch(name -> name.matches("[01]\\.\\d"));
        assertThat(CorrectnessHue.groups(new double[] {5, 15}, 20, new int[] {0, 1}, false))
                .extracting(PointGroup::name)
                .containsExactly("0.2", "0.8");
    }

    @Test
    void palettesAreThePublishedOnes() {
        assertThat(CorrectnessHue.palette(5)).containsExactly("#5070db", "#39497f", "#222222", "#7c352e", "#d1483a");
        for (int hues = 2; hues < 30; hues++) {
            assertThat(CorrectnessHue.palette(hues))
                    .hasSize(hues)
                    .startsWith("#5070db")
                    .endsWith("#d1483a")
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void stylesDifferInTheirPanels() throws JsonProcessingException {
        JsonNode script =
                json(DataMapPlot.of(METRICS).withTask("RTE").withModel("BERT").plot());
        assertThat(bars(script)).containsExactly("confidence", "variability", "correctness");
        assertThat(script.at("/layout/title/text").asText()).isEqualTo("RTE-BERT Data Map");
        assertThat(script.at("/layout/annotations").findValuesAsText("text"))
                .containsExactly("ambiguous", "easy-to-learn", "hard-to-learn");
        assertThat(script.at("/layout/annotations").findValuesAsText("textangle"))
                .containsExactly("10", "10", "10");
        assertThat(script.at("/layout/annotations/1/bordercolor").asText()).isEqualTo("#c44e52");
        JsonNode notebook = json(
                DataMapPlot.of(METRICS).withStyle(DataMapPlot.Style.NOTEBOOK).plot());
        assertThat(bars(notebook)).containsExactly("confidence", "variability", "correctness", "forgetfulness");
        JsonNode forgetting = trace(notebook, "forgetfulness");
        assertThat(forgetting.at("/x").get(forgetting.at("/x").size() - 1).asText())
                .isEqualTo("never");
        long never = Arrays.stream(METRICS.values(Metric.CORRECTNESS))
                .filter(v -> v == 0)
                .count();
        assertThat(forgetting.at("/y").get(forgetting.at("/y").size() - 1).asLong())
                .isEqualTo(never)
                .isPositive();
        JsonNode allenai = json(DataMapPlot.of(METRICS)
                .withTask("RTE")
                .withModel("BERT")
                .withStyle(DataMapPlot.Style.ALLENAI)
                .plot());
        assertThat(allenai.at("/layout/title/text").asText()).isEqualTo("BERT-RTE Data Map");
        assertThat(allenai.at("/layout/annotations").findValuesAsText("textangle"))
                .containsExactly("10", "0", "0");
        assertThat(allenai.at("/layout/yaxis/domain/0").asDouble()).isGreaterThan(0.2);
        JsonNode compact = json(
                DataMapPlot.of(METRICS).withStyle(DataMapPlot.Style.COMPACT).plot());
        assertThat(bars(compact)).isEmpty();
    }

    @Test
    void histogramsCountWhatIsDrawn() throws JsonProcessingException {
        JsonNode figure = json(DataMapPlot.of(METRICS).withLimit(500).plot());
        for (String panel : List.of("confidence", "variability", "correctness")) {
            assertThat(StreamSupport.stream(trace(figure, panel).at("/y").spliterator(), false)
                            .mapToInt(JsonNode::asInt)
                            .sum())
                    .isEqualTo(500);
        }
        assertThat(trace(figure, "confidence").at("/y")).hasSize(10);
        assertThat(figure.at("/layout/title/text").asText()).contains("500 of 600 samples");
    }

    @Test
    void theSameSeedGivesTheSamePicture() {
        DataMapPlot map = DataMapPlot.of(METRICS).withLimit(100);
        assertThat(map.plot().json())
                .isEqualTo(map.withSeed(0).plot().json())
                .isNotEqualTo(map.withSeed(1).plot().json());
    }

    @Test
    void crowdsAreDrawnByWebGlAndStaySmall() throws JsonProcessingException {
        Plot large = DataMapPlot.of(MapExample.metrics(5_000, 6, 1)).plot();
        assertThat(trace(json(large), "6/6").at("/type").asText()).isEqualTo("scattergl");
        assertThat(large.json().length()).isLessThan(5_000 * 40);
        assertThat(trace(json(DataMapPlot.of(METRICS).plot()), "6/6")
                        .at("/type")
                        .asText())
                .isEqualTo("scatter");
    }

    @Test
    void pointingTellsLabelAndText() throws JsonProcessingException {
        JsonNode figure = json(DataMapPlot.of(METRICS)
                .withClasses("yes & no", "b", "c")
                .withTexts(i -> "Text <" + i + "> " + "word ".repeat(100))
                .withDetails(50)
                .plot());
        int told = 0;
        for (JsonNode trace : figure.at("/data")) {
            for (int p = 0; p < trace.at("/text").size(); p++) {
                int i = trace.at("/customdata").get(p).asInt();
                String text = trace.at("/text").get(p).asText();
                assertThat(text)
                        .startsWith(" · " + List.of("yes &amp; no", "b", "c").get(METRICS.gold()[i]));
                if (text.contains("<br>")) {
                    told++;
                    assertThat(text)
                            .contains("Text &lt;" + i + "&gt;")
                            .endsWith("…")
                            .hasSizeLessThan(260);
                }
            }
        }
        assertThat(told).isEqualTo(50);
    }

    @Test
    void imagesStandOnOneSheet() throws JsonProcessingException {
        byte[] pixels = new byte[600 * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i / 16);
        }
        Dataset images = new Dataset(
                "x", "train", 0, Tensor.of(pixels, 600, 1, 4, 4), Tensor.of(new long[600], 600), 2, Scaling.UNIT);
        JsonNode figure =
                json(DataMapPlot.of(METRICS).withImages(images).withDetails(40).plot());
        JsonNode sheet = figure.at("/layout/meta/pictures");
        assertThat(sheet.at("/sheet").asText()).startsWith("data:image/png;base64,");
        Set<Integer> places = new HashSet<>();
        for (int t = 0; t < sheet.at("/places").size(); t++) {
            assertThat(sheet.at("/places").get(t))
                    .hasSameSizeAs(figure.at("/data").get(t).at("/x"));
            sheet.at("/places").get(t).forEach(place -> places.add(place.asInt()));
        }
        assertThat(places).hasSize(41).contains(-1, 0, 39);
        assertThat(Thumbnails.of(images).image(7).getRaster().getSample(2, 2, 0))
                .isEqualTo(7);
        assertThatThrownBy(() -> DataMapPlot.of(METRICS).withImages(images.take(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("images has length 5; expected 600");
        Dataset flat = new Dataset(
                "x", "train", 0, Tensor.of(new float[1200], 600, 2), Tensor.of(new long[600], 600), 2, Scaling.NONE);
        assertThatThrownBy(() -> DataMapPlot.of(METRICS).withImages(flat))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("F32");
    }

    @Test
    void regionsHaveTheColoursOfTheirBoxes() throws JsonProcessingException {
        Regions regions = Regions.of(METRICS, 0.2);
        JsonNode figure = json(DataMapPlot.of(METRICS).withRegions(regions).plot());
        assertThat(figure.at("/layout/annotations").findValuesAsText("text"))
                .as("colours tell the regions")
                .noneMatch(text -> text.contains("ambiguous"));
        assertThat(trace(figure, "hard").at("/marker/color").asText()).isEqualTo("#4c72b0");
        long hard =
                Arrays.stream(regions.labels()).filter(r -> r == Region.HARD).count();
        assertThat(trace(figure, "hard").at("/x").size()).isEqualTo((int) hard);
        String[] names = new String[600];
        Arrays.setAll(names, i -> i % 2 == 0 ? "even" : "odd");
        assertThat(trace(
                                json(DataMapPlot.of(METRICS)
                                        .withColours("row", names, Map.of("odd", "#ff0000"))
                                        .plot()),
                                "even")
                        .at("/x"))
                .hasSize(300);
    }

    @Test
    void thinPlacesComeFirst() {
        double[] x = new double[1000];
        double[] y = new double[1000];
        x[17] = 1;
        y[400] = 1;
        assertThat(RowSample.spread(x, y, 3, 5)).contains(17, 400).hasSize(3);
        assertThat(RowSample.of(10, 4, 1)).hasSize(4).isSorted().doesNotHaveDuplicates();
        assertThat(RowSample.of(4, 10, 1)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void saysWhatIsMissing() {
        SampleMetrics confidence = SampleMetrics.of(Guids.rows(2), null, Map.of(Metric.CONFIDENCE, new double[2]), 3);
        assertThatThrownBy(() -> DataMapPlot.of(confidence))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("variability");
        assertThatThrownBy(() -> DataMapPlot.of(METRICS).withLimit(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limit is 0; expected at least 1");
        assertThatThrownBy(() -> DataMapPlot.of(METRICS.at(new int[0])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("samples of the metrics is 0; expected at least 1");
        assertThatThrownBy(() -> DataMapPlot.of(METRICS).withColours("x", new String[3], Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3");
    }

    @Test
    void textsOfGuidsAndUnknownEpochsAreFine() throws JsonProcessingException {
        SampleMetrics metrics = SampleMetrics.of(
                Guids.of(List.of("a<b", "c")),
                null,
                Map.of(
                        Metric.CONFIDENCE,
                        new double[] {0.2, 0.9},
                        Metric.VARIABILITY,
                        new double[] {0.1, Double.NaN},
                        Metric.CORRECTNESS,
                        new double[] {1, 4}),
                0);
        JsonNode figure = json(DataMapPlot.of(metrics).plot());
        assertThat(names(figure)).contains("1/4", "4/4");
        assertThat(trace(figure, "1/4").at("/customdata/0").asText()).isEqualTo("a&lt;b");
        assertThat(trace(figure, "4/4").at("/x/0").isNull()).isTrue();
    }

    static JsonNode json(PlotlyFigure figure) throws JsonProcessingException {
        return new ObjectMapper().readTree(figure.json());
    }

    static JsonNode trace(JsonNode figure, String name) {
        for (JsonNode trace : figure.at("/data")) {
            if (trace.at("/name").asText().equals(name)) {
                return trace;
            }
        }
        throw new AssertionError("no trace " + name + " in " + names(figure));
    }

    private static List<String> names(JsonNode figure) {
        List<String> names = new ArrayList<>();
        figure.at("/data").forEach(trace -> {
            if (!trace.at("/type").asText().equals("bar")) {
                names.add(trace.at("/name").asText());
            }
        });
        return names;
    }

    private static List<String> bars(JsonNode figure) {
        List<String> names = new ArrayList<>();
        figure.at("/data").forEach(trace -> {
            if (trace.at("/type").asText().equals("bar")) {
                names.add(trace.at("/name").asText());
            }
        });
        return names;
    }

    @Test
    void largeIdsAreTextsSinceBrowsersRoundThem() {
        long[] ids = {
            1, -9007199254740991L, 9007199254740991L, 9007199254740993L, 1234567890123456789L, -9007199254740993L
        };
        Map<Metric, double[]> columns = new EnumMap<>(Metric.class);
        for (Metric m : List.of(Metric.CONFIDENCE, Metric.VARIABILITY, Metric.CORRECTNESS)) {
            columns.put(m, new double[ids.length]);
        }
        String json = DataMapPlot.of(SampleMetrics.of(Guids.of(ids), null, columns, 3))
                .plot()
                .json();
        assertThat(json)
                .contains("[1,-9007199254740991,9007199254740991,\"9007199254740993\",\"1234567890123456789\",")
                .contains("\"-9007199254740993\"]");
    }

    @Test
    void aMapWithoutPlacesIsRefused() {
        double[] none = {Double.NaN, Double.NaN};
        Map<Metric, double[]> columns = new EnumMap<>(Metric.class);
        columns.put(Metric.CONFIDENCE, new double[] {.5, .6});
        columns.put(Metric.VARIABILITY, none);
        columns.put(Metric.CORRECTNESS, new double[] {1, 0});
        SampleMetrics metrics = SampleMetrics.of(Guids.rows(2), null, columns, 1);
        String sentence =
                "variability of all 2 samples is NaN, as the variability with its own variance (--include-ci) of one"
                        + " epoch is; expected a number for at least one";
        assertThatThrownBy(() -> DataMapPlot.of(metrics)).hasMessage(sentence);
        assertThatThrownBy(() -> SelectionPlots.binned(metrics, new double[2], "x"))
                .hasMessage(sentence);
        Comparison both = Comparison.of(metrics, metrics);
        assertThatThrownBy(() -> ComparisonPlots.map(both, "a", "b")).hasMessage(sentence);
        assertThatThrownBy(() -> ComparisonPlots.scatter(both, Metric.VARIABILITY, "a", "b"))
                .hasMessage(sentence);
    }

    @Test
    void countsOfFewSamplesAreWholeNumbers() {
        Map<Metric, double[]> columns = new EnumMap<>(Metric.class);
        for (Metric m : List.of(Metric.CONFIDENCE, Metric.VARIABILITY, Metric.CORRECTNESS)) {
            columns.put(m, new double[] {0.25, 0.25});
        }
        String json = DataMapPlot.of(SampleMetrics.of(Guids.rows(2), null, columns, 3))
                .plot()
                .json();
        assertThat(json).contains("\"tickformat\":\",d\",\"dtick\":1").doesNotContain("~s");
    }
}

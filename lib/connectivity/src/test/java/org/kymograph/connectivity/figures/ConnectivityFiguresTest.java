package org.kymograph.connectivity.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;
import org.kymograph.connectivity.berts.FeatherBerts;
import org.kymograph.connectivity.cluster.Association;
import org.kymograph.connectivity.cluster.BasinDynamics;
import org.kymograph.connectivity.cluster.BasinSettings;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.cluster.ClusterEffect;
import org.kymograph.connectivity.cluster.ExtremeModels;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.connectivity.curves.PairCurves;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.gap.Transitivity;
import org.kymograph.connectivity.plane.Surface;
import org.kymograph.notebook.Notebook;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotGrid;
import org.kymograph.plot.Plots;
import org.kymograph.record.files.Json;

class ConnectivityFiguresTest {
    private static final int N = 9;
    private static final PairCurves CURVES = curves();
    private static final GapMatrix GAP = CURVES.gap();
    private static final Basins BASINS = Basins.of(GAP, BasinSettings.defaults().withDraws(19));
    private static final double[] SCORES = IntStream.range(0, N)
            .mapToDouble(i -> i % 3 == 0 ? 0.1 + i / 100.0 : 0.9)
            .toArray();

    private static PairCurves curves() {
        RandomGenerator random = Streams.of(2, "curves");
        List<PairCurve> all = new ArrayList<>();
        for (int i = 0; i < N; i++) {
            for (int j = i + 1; j < N; j++) {
                double height =
                        i % 3 == 0 == (j % 3 == 0) ? 0.02 * random.nextDouble() : 0.5 + 0.1 * random.nextDouble();
                double[] losses = IntStream.range(0, 10)
                        .mapToDouble(k -> 0.2 + height * Math.sin(Math.PI * k / 9))
                        .toArray();
                all.add(new PairCurve("" + i, "" + j, 1, losses, Map.of("accuracy", losses), null));
            }
        }
        return PairCurves.of(all);
    }

    @Test
    void aMapIsOrderedAndBordered() {
        Plot plot =
                GapMap.of(GAP).withBasins(BASINS).withScores("A-only", SCORES).plot();
        String json = plot.json();
        assertThat(json).contains("\"zmin\":0", "x2", "A-only", "Gap between models", "\"text\":\"gap\"");
        assertThat(GapMap.of(GAP).withMeasure("disagreement").plot().json())
                .contains("Disagreement between models", "\"text\":\"disagreement\"");
        String[] rows = (String[]) plot.traces().get(0).get("y");
        assertThat(rows).containsExactly("1", "2", "4", "5", "7", "8", "0", "3", "6");
        assertThat((List<?>) plot.layout().get("shapes")).hasSize(2);
        GapMap scored = GapMap.of(GAP).withScores("A-only", SCORES).withOrder(GapMap.Order.PERFORMANCE);
        assertThat((String[]) scored.plot().traces().get(0).get("y")).startsWith("0", "3", "6", "1");
        assertThatThrownBy(() -> GapMap.of(GAP).withOrder(GapMap.Order.CLUSTER)).hasMessageContaining("with clusters");
    }

    @Test
    void everyFigureSaysWhatItShows() {
        assertThat(BasinPlots.scatter(BASINS, SCORES, "A-only").json())
                .contains("cluster 0", "cluster 1", "Pearson's r = -0.99");
        assertThat(BasinPlots.histogram(BASINS, SCORES, "A-only").json()).contains("cluster 1");
        assertThat(BasinPlots.eigenvalues(BASINS).json()).contains("eigenvalue");
        BasinDynamics still = BasinDynamics.of(List.of(1L, 2L), List.of(BASINS, BASINS));
        Plot quiver = BasinPlots.quiver(still, new double[][] {SCORES, SCORES}, "A-only");
        assertThat((List<?>) quiver.layout().get("annotations")).hasSize(N);
        assertThat(quiver.json()).contains("cluster 0, 1 steps", "axref");
        assertThat(BasinPlots.violations(Transitivity.of(GAP)).json()).contains("729 triples", "10<sup>4");
        assertThat(BasinPlots.gaps(GAP, BASINS).json()).contains("within a cluster", "across clusters");
        Plot against = BasinPlots.against(BASINS, SCORES, "sharpness", SCORES, "accuracy");
        assertThat(against.json()).contains("sharpness", "cluster 1");
        assertThat((double[]) against.traces().get(0).get("x")).hasSize(6);
        ExtremeModels selection = ExtremeModels.of(GAP.names(), SCORES, 3);
        assertThat(CurvePlots.peaksAndValleys(Map.of("task", CURVES), selection, true)
                        .json())
                .contains("gen.-to-gen.", "heur.-to-middle", "N = 6", "N = 9", "(1, 0)");
    }

    @Test
    void surfacesHaveOneBarOfTheirScaleAndNamesThatDoNotLieOverEachOther() {
        double[] sides = {-1, 0, 1};
        Map<String, double[][]> values = Map.of("loss", new double[][] {{0, 1, 2}, {1, 2, 3}, {2, 3, 4}});
        Map<String, double[]> three = new LinkedHashMap<>();
        Map<String, double[]> training = new LinkedHashMap<>();
        for (int i = 0; i < 3; i++) {
            three.put("model " + i, new double[] {i < 2 ? 0 : 1, i % 2});
        }
        for (int t = 0; t < 6; t++) {
            training.put("step " + t, new double[] {t < 3 ? t : 3 + t / 100.0, 0});
        }
        Surface triangle = new Surface(sides, sides, values, three);
        Surface path = new Surface(sides, sides, values, training);
        JsonNode same =
                parsed(SurfacePlots.sameScale(new LinkedHashMap<>(Map.of("a", triangle, "b", path)), "loss", 3));
        assertThat(bars(same)).isEqualTo(1);
        JsonNode apart =
                parsed(Plots.grid(2, SurfacePlots.contours(triangle, "loss"), SurfacePlots.contours(path, "loss")));
        assertThat(bars(apart)).isEqualTo(2);
        assertThat(apart.at("/data/0/colorbar/x").asDouble())
                .isLessThan(apart.at("/layout/xaxis2/domain/0").asDouble());
        assertThat(apart.at("/data/2/colorbar/x").asDouble()).isGreaterThan(1);
        // A triangle is closed and a training is not; of the three last steps, which touch, the last has its name.
        assertThat(apart.at("/data/1/x")).hasSize(4);
        assertThat(apart.at("/data/3/x")).hasSize(6);
        List<String> names = new ArrayList<>();
        apart.at("/layout/annotations")
                .forEach(note -> names.add(note.path("text").asText()));
        assertThat(names)
                .contains("model 0", "model 1", "model 2", "step 0", "step 1", "step 2", "step 5")
                .doesNotContain("step 3", "step 4");
    }

    private static long bars(JsonNode figure) {
        return StreamSupport.stream(figure.path("data").spliterator(), false)
                .filter(t -> t.path("type").asText().equals("contour")
                        && t.path("showscale").asBoolean(true))
                .count();
    }

    private static JsonNode parsed(PlotGrid figure) {
        return Json.parseLine(Path.of("figure"), 1, figure.json().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void distributionsShareBinsAndDensitiesAreAsLargeAsBars() {
        double[] other = {0.2, 0.25, 0.3, Double.NaN};
        Map<String, double[]> narrow = Map.of("loss", other, "only here", other);
        PlotGrid grid = ScorePlots.distributions(
                new LinkedHashMap<>(Map.of("all", Map.of("loss", SCORES), "few", narrow)), false);
        assertThat(grid.json()).doesNotContain("only here");
        JsonNode traces = parsed(grid).path("data");
        assertThat(traces).hasSize(4);
        double models = 0;
        for (int g = 0; g < 2; g++) {
            JsonNode bars = traces.get(g);
            JsonNode line = traces.get(2 + g);
            assertThat(line.at("/line/color")).isEqualTo(bars.at("/marker/color"));
            double[] x = Json.value(line.path("x"), double[].class);
            double area =
                    Arrays.stream(Json.value(line.path("y"), double[].class)).sum() * (x[1] - x[0]);
            double counted =
                    Arrays.stream(Json.value(bars.path("y"), double[].class)).sum();
            models += counted;
            // A part of the density lies outside the bars.
            assertThat(area / (counted * bars.path("width").asDouble())).isBetween(0.5, 1.01);
        }
        assertThat(models).isEqualTo(N + 3);
        JsonNode same = parsed(ScorePlots.distributions(Map.of("all", Map.of("a", SCORES, "b", other)), true))
                .path("layout");
        assertThat(same.at("/xaxis/range")).hasSize(2).isEqualTo(same.at("/xaxis2/range"));
    }

    @Test
    void resultsShowThemselvesWithTheirEvidence() {
        assertThat(Notebook.bundle(BASINS).get("text/html"))
                .contains("silhouette", "shuffled", "The clusters are more than chance");
        assertThat(Notebook.bundle(GAP).get("text/html")).contains("kymograph-figure");
        assertThat(Notebook.bundle(CURVES).get("text/html")).contains("alpha");
        assertThat(Notebook.bundle(CURVES.curves().get(0)).get("text/html")).contains("kymograph-figure");
        assertThat(Notebook.bundle(FeatherBerts.load()).get("text/html")).contains("Cohen");
        assertThat(Notebook.bundle(ClusterEffect.of(BASINS, SCORES, 1)).get("text/html"))
                .contains("permutation");
        assertThat(Notebook.bundle(Association.of(BASINS, SCORES, 1)).get("text/html"))
                .contains("spearman");
    }
}

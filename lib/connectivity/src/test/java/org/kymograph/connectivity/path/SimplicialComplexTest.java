package org.kymograph.connectivity.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.connectivity.tasks.CueReader;
import org.kymograph.connectivity.tasks.TwoCue;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class SimplicialComplexTest {
    @Test
    void volumesAreThoseOfElementaryGeometry() {
        assertThat(new SimplexVolume(new double[] {0, 0}, new double[] {3, 0}, new double[] {0, 4}).volume())
                .isCloseTo(6, within(1e-12));
        assertThat(new SimplexVolume(new double[] {1, 1, 1}, new double[] {1, 4, 5}).volume())
                .isCloseTo(5, within(1e-12));
        assertThat(new SimplexVolume(
                                new double[] {0, 0, 0, 0},
                                new double[] {1, 0, 0, 0},
                                new double[] {0, 1, 0, 0},
                                new double[] {0, 0, 1, 0})
                        .volume())
                .isCloseTo(1.0 / 6, within(1e-12));
        assertThat(new SimplexVolume(new double[] {0, 0}, new double[] {1, 1}, new double[] {2, 2}).volume())
                .isZero();
    }

    @Test
    void theGradientOfAVolumeIsThatOfDifferences() {
        long seed = 11;
        var random = Streams.of(seed, "corners");
        double[][] x = new double[4][];
        Arrays.setAll(x, i -> random.doubles(7).toArray());
        for (int vertex = 0; vertex < 4; vertex++) {
            double[] gradient = new double[7];
            new SimplexVolume(x).addGradient(vertex, 2, gradient);
            for (int d = 0; d < 7; d++) {
                double at = x[vertex][d];
                x[vertex][d] = at + 1e-6;
                double up = new SimplexVolume(x).volume();
                x[vertex][d] = at - 1e-6;
                double down = new SimplexVolume(x).volume();
                x[vertex][d] = at;
                assertThat(gradient[d]).as("seed %d", seed).isCloseTo((up - down) / 1e-6, within(1e-6));
            }
        }
    }

    @Test
    @Tag("slow")
    void connectorsJoinAllModelsAtLowLossWithoutCollapsing() {
        Objective objective = Objective.of(
                        CueReader.withDefaults(),
                        Loss.CROSS_ENTROPY,
                        TwoCue.withDefaults().sample(0).train().take(256))
                .withThreads(1);
        List<ParameterVector> models = Columns.each(3, objective::initial);
        ComplexSettings settings = ComplexSettings.defaults().withSteps(60);
        SimplicialComplex complex = SimplicialComplex.train(objective, models, settings);
        assertThat(complex.connectors()).hasSize(2);
        assertThat(complex.losses()).hasSize(120);
        assertThat(complex.simplices()).hasSize(3).allMatch(s -> s.size() == 3);
        assertThat(Arrays.stream(complex.simplexVolumes())).allMatch(v -> v > 1e-3);
        LossCurve straight = LossCurve.along(objective, ParameterPath.segment(models.get(0), models.get(2)), 5);
        LossCurve curved = complex.along(objective, 0, 2, 5);
        assertThat(curved.means()[0]).isEqualTo(straight.means()[0]);
        assertThat(curved.means()[4]).isEqualTo(straight.means()[4]);
        assertThat(curved.means()[2]).isLessThan(straight.means()[2] - 0.1);
        assertThat(complex.evaluate(objective, 8, 1).rowCount()).isEqualTo(3);
        double free = Arrays.stream(SimplicialComplex.train(objective, models, settings.withVolumeWeight(0))
                        .simplexVolumes())
                .sum();
        double wide = Arrays.stream(SimplicialComplex.train(objective, models, settings.withVolumeWeight(1))
                        .simplexVolumes())
                .sum();
        assertThat(wide).isGreaterThan(1.2 * free);
        assertThatThrownBy(() -> SimplicialComplex.train(objective, models.subList(0, 1), settings))
                .hasMessageContaining("the number of models is 1; expected at least 2");
        assertThatThrownBy(() -> complex.path(0, 3)).hasMessageContaining("to is 3; expected 0 to 2");
    }

    @Test
    void simplicesAndSegmentsAreTheMaximalCliquesOfTheirLinks() {
        Objective objective = Objective.of(
                        CueReader.withDefaults(),
                        Loss.CROSS_ENTROPY,
                        TwoCue.withDefaults().sample(0).train().take(32))
                .withThreads(1);
        List<ParameterVector> models = Columns.each(3, objective::initial);
        SimplicialComplex complex = SimplicialComplex.train(
                objective, models, ComplexSettings.defaults().withSteps(1));
        // Models are not linked with each other; a connector is linked with all vertices before it.
        List<ParameterVector> vertices = new ArrayList<>(models);
        vertices.addAll(complex.connectors());
        assertThat(complex.simplices())
                .containsExactlyInAnyOrderElementsOf(cliques(vertices, (a, b) -> a < b ? b > 2 : a > 2));
        ConnectingPath bent = ConnectingPath.train(
                objective,
                models.get(0),
                models.get(1),
                PathSettings.defaults()
                        .withKind(PathSettings.Kind.CHAIN)
                        .withBends(3)
                        .withSteps(1));
        assertThat(bent.vertices()).hasSize(5);
        List<List<ParameterVector>> segments = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            segments.add(bent.vertices().subList(k, k + 2));
        }
        assertThat(segments)
                .containsExactlyInAnyOrderElementsOf(cliques(bent.vertices(), (a, b) -> Math.abs(a - b) == 1));
    }

    // The largest sets of vertices that are all linked, by trying all sets.
    private static List<List<ParameterVector>> cliques(
            List<ParameterVector> vertices, BiPredicate<Integer, Integer> linked) {
        List<Integer> cliques = new ArrayList<>();
        for (int set = 1; set < 1 << vertices.size(); set++) {
            boolean all = true;
            for (int a = 0; a < vertices.size(); a++) {
                for (int b = 0; b < a; b++) {
                    all &= (set >> a & set >> b & 1) == 0 || linked.test(a, b);
                }
            }
            if (all) {
                cliques.add(set);
            }
        }
        return cliques.stream()
                .filter(c -> cliques.stream().noneMatch(other -> !other.equals(c) && (other & c) == c))
                .map(c -> IntStream.range(0, vertices.size())
                        .filter(v -> (c >> v & 1) == 1)
                        .mapToObj(vertices::get)
                        .toList())
                .toList();
    }
}

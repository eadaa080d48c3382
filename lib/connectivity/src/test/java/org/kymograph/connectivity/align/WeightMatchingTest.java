package org.kymograph.connectivity.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.tasks.Glyphs;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.evaluate.Activations;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Objective;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

class WeightMatchingTest {
    private static final Glyphs TASK = Glyphs.withDefaults().withSizes(64, 64);

    @Test
    void assignmentsAreTheBestOfAllPermutations() {
        long seed = 3;
        RandomGenerator random = Streams.of(seed, "gains");
        for (int trial = 0; trial < 50; trial++) {
            double[][] gain = IntStream.range(0, 5)
                    .mapToObj(i -> random.doubles(5).toArray())
                    .toArray(double[][]::new);
            int[] found = Assignment.largest(gain);
            assertThat(found).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
            double sum =
                    IntStream.range(0, 5).mapToDouble(i -> gain[i][found[i]]).sum();
            assertThat(sum).as("seed %d", seed).isCloseTo(best(gain, 0, 0), within(1e-12));
        }
    }

    private static double best(double[][] gain, int row, int used) {
        double most = row == gain.length ? 0 : Double.NEGATIVE_INFINITY;
        for (int j = 0; row < gain.length && j < gain.length; j++) {
            if ((used >> j & 1) == 0) {
                most = Math.max(most, gain[row][j] + best(gain, row + 1, used | 1 << j));
            }
        }
        return most;
    }

    @Test
    void aPermutedCopyIsRecoveredExactly() {
        for (Mlp.Norm norm : new Mlp.Norm[] {Mlp.Norm.NONE, Mlp.Norm.LAYER}) {
            Mlp network = Mlp.of(10, 24, 16, 20).withNorm(norm);
            Objective objective = Objective.of(
                            network, Loss.CROSS_ENTROPY, TASK.sample(0).test())
                    .withThreads(1);
            ParameterVector fixed = objective.initial(1);
            List<int[]> shuffled = network.hidden().stream()
                    .map(n -> Streams.permutation(Streams.of(7, "units"), n))
                    .toList();
            ParameterVector moved = WeightMatching.permute(network, fixed, shuffled);
            assertThat(moved.distance(fixed)).isGreaterThan(1);
            assertThat(objective.meanLosses(List.of(moved))[0])
                    .isCloseTo(objective.meanLosses(List.of(fixed))[0], within(1e-5));
            WeightMatching matching = WeightMatching.of(network, fixed, moved, 5);
            assertThat(matching.aligned().toArray()).containsExactly(fixed.toArray());
            assertThat(matching.after()).isZero();
            assertThat(matching.table().rowCount()).isEqualTo(3);
        }
        assertThatThrownBy(() -> WeightMatching.of(Mlp.of(2, 4, 4).withSkip(true), null, null, 0))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void repairedUnitsHaveTheStatisticsBetweenThoseOfBothEnds() {
        Mlp network = Mlp.of(10, 24, 16);
        Dataset data = TASK.sample(0).train();
        Objective objective = Objective.of(network, Loss.CROSS_ENTROPY, data).withThreads(1);
        ParameterVector a = objective.initial(1);
        ParameterVector b = objective.initial(2);
        ParameterVector middle = Repair.segment(network, data, a, b).at(0.25);
        for (String point : List.of("mlp_pre.0", "mlp_pre.1")) {
            double[][] at = moments(network, middle, data, point);
            double[][] first = moments(network, a, data, point);
            double[][] second = moments(network, b, data, point);
            for (int u = 0; u < at[0].length; u++) {
                assertThat(at[0][u]).isCloseTo(0.75 * first[0][u] + 0.25 * second[0][u], within(1e-5));
                assertThat(at[1][u]).isCloseTo(0.75 * first[1][u] + 0.25 * second[1][u], within(1e-5));
            }
        }
        assertThatThrownBy(() -> Repair.segment(network.withNorm(Mlp.Norm.LAYER), data, a, b))
                .hasMessageContaining("expected one without norms and skip connections");
    }

    private static double[][] moments(Mlp network, ParameterVector w, Dataset data, String point) {
        double[][] rows = Activations.of(network, w, data, point).rows(point);
        double[][] out = new double[2][rows[0].length];
        for (int u = 0; u < rows[0].length; u++) {
            int unit = u;
            double[] x = Arrays.stream(rows).mapToDouble(r -> r[unit]).toArray();
            double mean = Arrays.stream(x).average().orElseThrow();
            out[0][u] = mean;
            out[1][u] = Math.sqrt(
                    Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
        }
        return out;
    }

    @Test
    @Tag("slow")
    void matchingRemovesTheBarrierOfIndependentTrainings(@TempDir Path folder) {
        Glyphs task = Glyphs.withDefaults();
        Mlp network = (Mlp) task.experiment().network();
        Models models = Models.of(Trainer.of(task.experiment()).train(folder, 1, 2));
        Objective objective = Objective.of(task.experiment(), task.sample(0).test());
        ParameterVector a = models.load("1", objective.initial(0));
        ParameterVector b = models.load("2", objective.initial(0));
        double before =
                LossCurve.along(objective, ParameterPath.segment(a, b), 11).barrierHeight();
        WeightMatching matching = WeightMatching.of(network, a, b, 1);
        double after = LossCurve.along(objective, ParameterPath.segment(a, matching.aligned()), 11)
                .barrierHeight();
        for (double accuracy : objective.accuracies(List.of(a, b, matching.aligned()))) {
            assertThat(accuracy).isGreaterThan(0.9);
        }
        Split split = task.sample(0);
        ParameterPath repaired = Repair.segment(network, split.train().take(512), a, matching.aligned());
        assertThat(repaired.at(0)).isEqualTo(a);
        assertThat(repaired.at(1)).isEqualTo(matching.aligned());
        LossCurve unmatched =
                LossCurve.along(objective, Repair.segment(network, split.train().take(512), a, b), 11);
        assertThat(LossCurve.along(objective, repaired, 11).barrierHeight()).isLessThan(after + 0.02);
        assertThat(unmatched.barrierHeight()).isLessThan(before);
        assertThat(before).isGreaterThan(0.5);
        assertThat(after).isLessThan(0.15);
        assertThat(matching.after()).isLessThan(matching.before());
    }
}

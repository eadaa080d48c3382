package org.kymograph.connectivity.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kymograph.connectivity.tasks.CueReader;
import org.kymograph.connectivity.tasks.TwoCue;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class MergingTest {
    private static final ParameterVector BASE = vector(1, 1, 1, 1);

    private static ParameterVector vector(double... values) {
        return ParameterVector.of(Map.of("w", Tensor.of(values, values.length)));
    }

    @Test
    void onTheSphere() {
        assertThat(Merging.slerp(vector(1, 0), vector(0, 1), 0.5).toArray())
                .containsExactly(new double[] {Math.sqrt(0.5), Math.sqrt(0.5)}, within(1e-12));
        assertThat(Merging.slerp(vector(1, 0), vector(2, 0), 0.5).toArray()).containsExactly(1.5, 0);
        ParameterVector two = Merging.karcherMean(List.of(vector(2, 0), vector(0, 4)));
        assertThat(two.toArray()).containsExactly(new double[] {3 * Math.sqrt(0.5), 3 * Math.sqrt(0.5)}, within(1e-9));
        // Angles 0, 0.3 and 0.9 on a circle have the mean 0.4.
        ParameterVector three = Merging.karcherMean(IntStream.range(0, 3)
                .mapToObj(i -> new double[] {0, 0.3, 0.9}[i])
                .map(a -> vector(Math.cos(a), Math.sin(a)))
                .toList());
        assertThat(Math.atan2(three.toArray()[1], three.toArray()[0])).isCloseTo(0.4, within(1e-9));
        assertThat(three.norm()).isCloseTo(1, within(1e-9));
    }

    @Test
    void taskVectors() {
        List<ParameterVector> models = List.of(vector(4, 1.1, 0, 1), vector(2, 0.8, 4, 1));
        assertThat(Merging.mean(models).toArray()).containsExactly(new double[] {3, 0.95, 2, 1}, within(1e-12));
        assertThat(Merging.taskArithmetic(BASE, models, 0.5).toArray())
                .containsExactly(new double[] {3, 0.95, 2, 1}, within(1e-12));
        // Of (3, .1, −1, 0) and (1, −.2, 3, 0) the halves (3, 0, −1, 0) and (1, 0, 3, 0) are kept; the third sign is +.
        assertThat(Merging.ties(BASE, models, 0.5, 1).toArray()).containsExactly(3, 1, 4, 1);
        assertThat(Merging.dare(BASE, models, 0, 1, 3).toArray())
                .containsExactly(Merging.mean(models).toArray(), within(1e-12));
        double[] mean = new double[4];
        for (int seed = 0; seed < 2000; seed++) {
            double[] drawn = Merging.dare(BASE, models, 0.5, 1, seed).toArray();
            Arrays.setAll(mean, i -> mean[i] + drawn[i] / 2000);
        }
        assertThat(mean).containsExactly(Merging.mean(models).toArray(), within(0.12));
        assertThatThrownBy(() -> Merging.dare(BASE, models, 1, 1, 0)).hasMessage("drop is 1; expected 0 to below 1");
    }

    @Test
    void modelStockTrustsModelsThatAgree() {
        List<ParameterVector> same = List.of(vector(2, 1, 1, 1), vector(2, 1, 1, 1));
        assertThat(Merging.modelStock(BASE, same).toArray()).containsExactly(new double[] {2, 1, 1, 1}, within(1e-12));
        List<ParameterVector> orthogonal = List.of(vector(2, 1, 1, 1), vector(1, 2, 1, 1));
        assertThat(Merging.modelStock(BASE, orthogonal).toArray()).containsExactly(BASE.toArray(), within(1e-12));
    }

    @Test
    void aGreedySoupIsNoWorseThanItsBestModel() {
        Objective objective = Objective.of(
                        CueReader.withDefaults(),
                        Loss.CROSS_ENTROPY,
                        TwoCue.withDefaults().sample(0).test().take(200))
                .withThreads(1);
        List<ParameterVector> models = IntStream.range(0, 4)
                .mapToObj(i -> objective.initial(i).scale(2))
                .toList();
        double best = Arrays.stream(objective.accuracies(models)).max().orElseThrow();
        assertThat(objective.accuracies(List.of(Merging.greedySoup(objective, models)))[0])
                .isGreaterThanOrEqualTo(best);
    }
}

package org.kymograph.stories.tracr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.evaluate.Activations;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class CompiledProgramTest {
    private static double accuracy(CompiledProgram net, Dataset data, ParameterVector at) {
        return Objective.of(net, Loss.CROSS_ENTROPY, data).withThreads(1).accuracies(List.of(at, at))[1];
    }

    @Test
    void counterIsExactOn500Of500() {
        CompiledProgram net = CompiledProgram.counter();
        for (double correlated : new double[] {0, 1}) {
            Dataset data = LetterCounting.of(net)
                    .withCounted(0)
                    .withTestCorrelated(correlated)
                    .sample(7)
                    .test();
            ParameterVector exact = Objective.of(net, Loss.CROSS_ENTROPY, data).initial(0);
            assertThat(data.size()).isEqualTo(500);
            assertThat(accuracy(net, data, exact)).isEqualTo(1);
        }
    }

    @Test
    void counterAttendsToTheFirstLetterOnly() {
        CompiledProgram net = CompiledProgram.counter();
        Dataset data = LetterCounting.of(net).withSizes(1, 3).sample(1).test();
        ParameterVector exact = Objective.of(net, Loss.CROSS_ENTROPY, data).initial(0);
        Tensor pattern = Activations.of(net, exact, data, "pattern.1").get("pattern.1");
        assertThat(pattern.shape()).containsExactly(3, 1, 21, 21);
        long[] tokens = data.inputs().toLongs();
        for (int i = 0; i < 3; i++) {
            for (int key = 0; key < 21; key++) {
                double weight = pattern.getDouble((i * 21 + 2) * 21 + key);
                boolean attended = tokens[i * 21 + key] == 0 || key == 0;
                assertThat(weight > 1e-6).as("key %d", key).isEqualTo(attended);
            }
        }
    }

    @Test
    void selectorFindsTheFifthSmallest() {
        CompiledProgram net = CompiledProgram.selector();
        int n = 500;
        long[] inputs = new long[n * 11];
        long[] targets = new long[n];
        RandomGenerator random = Streams.of(3, "letters");
        for (int i = 0; i < n; i++) {
            int[] sample = i == 0
                    ? "bdafhmxpqn".chars().map(c -> c - 'a').toArray()
                    : Arrays.copyOf(Streams.permutation(random, 26), 10);
            inputs[i * 11] = net.bos();
            for (int p = 0; p < 10; p++) {
                inputs[i * 11 + 1 + p] = sample[p];
            }
            targets[i] = Arrays.stream(sample).sorted().toArray()[4];
        }
        assertThat(targets[0]).isEqualTo('h' - 'a');
        Dataset data =
                new Dataset("letters", "test", 3, Tensor.of(inputs, n, 11), Tensor.of(targets, n), 26, Scaling.NONE);
        ParameterVector exact = Objective.of(net, Loss.CROSS_ENTROPY, data).initial(0);
        assertThat(accuracy(net, data, exact)).isEqualTo(1);
    }

    @Test
    void noiseFollowsFromTheSeed() {
        CompiledProgram net = CompiledProgram.counter().withSizes(6, 16).withNoise(0.001);
        Dataset data = LetterCounting.of(net).withSizes(1, 8).sample(0).test();
        Objective objective = Objective.of(net, Loss.CROSS_ENTROPY, data);
        assertThat(objective.initial(1)).isEqualTo(objective.initial(1)).isNotEqualTo(objective.initial(2));
    }

    @Test
    void otherLengthsAreRefused() {
        CompiledProgram net = CompiledProgram.counter();
        assertThatThrownBy(() -> net.single(null, new Shape(20), 0))
                .hasMessage("shape of an input is (20); expected [21], tokens");
    }

    @Test
    void correlatedSamplesHaveTheirShift() {
        CompiledProgram net = CompiledProgram.counter();
        for (double share : new double[] {0, 1}) {
            LetterCounting task = LetterCounting.of(net).withTestCorrelated(share);
            Dataset b = task.sample(5).test();
            Dataset a = task.withCounted(0).sample(5).test();
            long[] as = a.targets().toLongs();
            long[] bs = b.targets().toLongs();
            for (int i = 0; i < as.length; i++) {
                assertThat(bs[i] == as[i] + 1).as("seed 5, sample %d", i).isEqualTo(share == 1);
            }
        }
    }
}

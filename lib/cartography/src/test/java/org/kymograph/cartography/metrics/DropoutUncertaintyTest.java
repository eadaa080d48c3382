package org.kymograph.cartography.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

class DropoutUncertaintyTest {
    @TempDir
    Path root;

    /** Class 1 to the right of 0; half of the samples lie far from there, half near. */
    private static Dataset line(int n) {
        RandomGenerator random = Streams.of(1, "line");
        float[] x = new float[n];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) (i < n / 2 ? 0.1 : 4) * (random.nextBoolean() ? 1 : -1) * (1 + random.nextFloat());
            y[i] = x[i] > 0 ? 1 : 0;
        }
        return new Dataset("line", "train", 0, Tensor.of(x, n, 1), Tensor.of(y, n), 2, Scaling.NONE);
    }

    private static Experiment experiment(Dataset data, double dropout) {
        return Experiment.of(
                        "line-" + dropout,
                        Task.of("line", new Split(data, data.withSplit("test"))),
                        Mlp.of(2, 16).withDropout(dropout),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(0.02))
                .withLength(Span.epochs(12));
    }

    private RunFolder trained(Experiment experiment) {
        return Trainer.of(experiment).train(root, 0).runs().get(0);
    }

    @Test
    @Tag("slow")
    void whatIsNearTheBorderIsUncertain() {
        Dataset data = line(200);
        Experiment experiment = experiment(data, 0.3);
        RunFolder run = trained(experiment);
        double[] spread = Agreement.dropoutUncertainty(experiment, run, data, 20, 5);
        assertThat(Arrays.stream(spread)).hasSize(200).allMatch(v -> v >= 0 && v <= 0.5);
        double near = Arrays.stream(spread, 0, 100).average().orElseThrow();
        double far = Arrays.stream(spread, 100, 200).average().orElseThrow();
        assertThat(near).isGreaterThan(2 * far);
        assertThat(Agreement.dropoutUncertainty(experiment, run, data, 20, 5)).containsExactly(spread);
        assertThat(Agreement.dropoutUncertainty(experiment, run, data, 20, 6)).isNotEqualTo(spread);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Agreement.dropoutUncertainty(experiment, run, data, 1, 5))
                .withMessageContaining("passes is 1; expected at least 2");
    }

    @Test
    void withoutDropoutAllIsCertain() {
        Dataset data = line(40);
        Experiment experiment = experiment(data, 0);
        assertThat(Arrays.stream(Agreement.dropoutUncertainty(experiment, trained(experiment), data, 3, 5)))
                .allMatch(v -> v < 1e-12);
    }
}

package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Evaluation;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

class TargetPathTest {
    /** Samples of two kinds: the even ones have the class of their input's sign, the odd ones the other. */
    private static Dataset data(int n, boolean otherKind) {
        float[] x = new float[n];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
            x[i] = (i / 2 % 2 == 0 ? 1 : -1) * (0.5f + i / (float) n);
            y[i] = (x[i] > 0) == (i % 2 == 1 && otherKind) ? 0 : 1;
        }
        return new Dataset("signs", "train", 0, Tensor.of(x, n, 1), Tensor.of(y, n), 2, Scaling.NONE);
    }

    private static Experiment warmUp(int epochs) {
        Dataset target = data(16, false);
        return Experiment.of(
                        "warm-up",
                        Task.of("target", new Split(target, target)),
                        Mlp.of(2, 4),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(0.01))
                .withBatchSize(8)
                .withLength(Span.epochs(epochs))
                .withCheckpoints(Span.epochs(1));
    }

    private static RunFolder run(Path root, Experiment warmUp) {
        return Trainer.of(warmUp).train(root, 0).runs().get(0);
    }

    @Test
    void scoresAreTheFallOfTheLossAsAShareOfTheFirst() {
        double[] scores =
                TargetPath.scores(new double[] {2, 4, 0.5, 0, 0.25, 1}, new double[] {1, 1, 0.75, 0, 0.125, 0});
        assertThat(scores).containsExactly(0.5, 0.75, -0.5, 0, 0.5, 1);
        assertThat(TargetPath.select(scores, 0.7)).as("ties by index").containsExactly(5, 1, 0, 4);
    }

    @Test
    void candidatesOfTheTargetsKindComeFirst(@TempDir Path root) {
        Experiment warmUp = warmUp(4);
        Dataset candidates = data(40, true);
        double[] scores = TargetPath.scores(warmUp, run(root, warmUp), candidates);
        assertThat(Arrays.stream(TargetPath.select(scores, 0.5)).filter(i -> i % 2 == 0))
                .hasSize(20);
        assertThat(Arrays.stream(scores).filter(score -> score < 0)).hasSize(20);
    }

    @Test
    void lossesAreThoseAfterTheFirstAndTheLastEpoch(@TempDir Path root) {
        Experiment warmUp = warmUp(3);
        RunFolder run = run(root, warmUp);
        Dataset candidates = data(6, true);
        double[] scores = TargetPath.scores(warmUp, run, candidates);
        for (int i = 0; i < scores.length; i++) {
            double first = Evaluation.of(warmUp, run, 2, candidates.subset(new int[] {i}))
                    .loss();
            double last = Evaluation.of(warmUp, run, 6, candidates.subset(new int[] {i}))
                    .loss();
            assertThat(scores[i]).as("candidate %d", i).isEqualTo((first - last) / first, within(1e-5));
        }
    }

    @Test
    void wrongInputIsNamed(@TempDir Path root) {
        Experiment warmUp = warmUp(1);
        RunFolder run = run(root, warmUp);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetPath.scores(warmUp, run, data(6, true)))
                .withMessage("the number of checkpoints after the start is 1; expected at least 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetPath.scores(new double[2], new double[3]))
                .withMessage("last has length 3; expected 2, the length of first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetPath.select(new double[3], 0))
                .withMessage("fraction is 0; expected above 0 to 1");
    }
}

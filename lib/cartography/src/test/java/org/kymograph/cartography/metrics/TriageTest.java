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
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.dynamics.Recorder;
import org.kymograph.train.loss.Loss;

class TriageTest {
    @TempDir
    Path root;

    @Test
    void scoresAreTheConformalDistributionAtTheTarget() {
        // Predictions are 0, so that residuals are the targets.
        Dynamics log = Dynamics.regression(Guids.rows(4), new double[] {-5, 0.5, 1, 9}, new float[2][4]);
        double[] residuals = {2, -1, 0, 1};
        Triage triage = Triage.of(log, new double[][] {residuals, residuals});
        // Below: 0, 2, 2 and one equal, 4; of 4 residuals.
        assertThat(triage.mean()).containsExactly(0.5 / 5, 2.5 / 5, 3.0 / 5, 4.5 / 5);
        assertThat(triage.deviation()).containsOnly(0);
        assertThat(triage.groups())
                .containsExactly(
                        Triage.Group.OVER_ESTIMATED,
                        Triage.Group.WELL_ESTIMATED,
                        Triage.Group.WELL_ESTIMATED,
                        Triage.Group.UNDER_ESTIMATED);
        assertThat(triage.table().intColumn("samples").asObjectArray()).containsExactly(1, 2, 1);
    }

    @Test
    void whatVariesMostIsOnNoSide() {
        Dynamics log = Dynamics.regression(
                Guids.rows(4), new double[] {9, 9, 9, 9}, new float[][] {{0, 0, 0, 8.5f}, {0, 0, 0, 0}});
        double[] residuals = {-1, 0, 1, 2};
        Triage triage = Triage.of(log, new double[][] {residuals, residuals});
        assertThat(triage.in(Triage.Group.UNDER_ESTIMATED)).containsExactly(0, 1, 2);
        assertThat(triage.in(Triage.Group.WELL_ESTIMATED)).containsExactly(3);
    }

    private static Dataset lines(String split, int n, int raised, long seed) {
        RandomGenerator random = Streams.of(seed, "lines");
        float[] x = new float[2 * n];
        float[] y = new float[n];
        for (int i = 0; i < n; i++) {
            x[2 * i] = (float) Streams.gaussian(random);
            x[2 * i + 1] = (float) Streams.gaussian(random);
            y[i] = x[2 * i] - x[2 * i + 1] + 0.1f * (float) Streams.gaussian(random) + (i < raised ? 3 : 0);
        }
        return new Dataset("lines", split, seed, Tensor.of(x, n, 2), Tensor.of(y, n), 0, Scaling.NONE);
    }

    @Test
    @Tag("slow")
    void targetsThatWereRaisedAreUnderEstimated() {
        Experiment experiment = Experiment.of(
                        "lines",
                        Task.of("lines", new Split(lines("train", 200, 20, 0), lines("test", 50, 0, 1))),
                        Mlp.of(1, 16),
                        Loss.MEAN_SQUARED_ERROR,
                        Optimizer.adamW(0.01))
                .withLength(Span.epochs(10))
                .withCheckpoints(Span.epochs(1));
        RunFolder run = Trainer.of(experiment)
                .withListener(Recorder.withDefaults())
                .train(root, 0)
                .runs()
                .get(0);
        Triage triage = Triage.of(experiment, run, lines("calibration", 100, 0, 2));
        int[] under = triage.in(Triage.Group.UNDER_ESTIMATED);
        assertThat(Arrays.stream(under).filter(i -> i < 20).count()).isGreaterThan(15);
        assertThat(triage.mean()[0]).isGreaterThan(0.9);
    }

    @Test
    void wrongInputIsNamed() {
        Dynamics classes = Samples.walks(5, 2, 3, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Triage.of(classes, new double[2][3]))
                .withMessage("the log's kind is CLASSES; expected REGRESSION");
        Dynamics log = Dynamics.regression(Guids.rows(1), new double[] {0}, new float[2][1]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Triage.of(log, new double[1][3]))
                .withMessageContaining("residuals");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Triage.of(log, new double[2][0]))
                .withMessage("the number of residuals of epoch 0 is 0; expected at least 1");
    }
}

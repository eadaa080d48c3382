package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Outputs;
import org.kymograph.train.Span;
import org.kymograph.train.StartingPoint;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

class SampleWeightsTest {
    @TempDir
    Path root;

    private static SampleMetrics confidences(double... c) {
        return SampleMetrics.of(Guids.rows(c.length), null, Map.of(Metric.CONFIDENCE, c), 3);
    }

    @Test
    void ambiguousSamplesCountMost() {
        double[] w = SampleWeights.ambiguousFirst(confidences(0, 0.8, 1, 0.4), 0.8, 4)
                .weights();
        assertThat(w).containsExactly(new double[] {0, 1, .99609, 1 - 1 / 16.0}, within(1e-5));
        assertThat(SampleWeights.ambiguousFirst(confidences(1), 0.6, 4).weight(0))
                .isCloseTo(.80247, within(1e-5));
        // Below a half it would turn negative.
        assertThat(SampleWeights.ambiguousFirst(confidences(0.3, 0.9), 0.3, 2).weights())
                .containsExactly(1, 0);
    }

    @Test
    void aFileHoldsThemAsTheyAre() throws IOException {
        Path file = root.resolve("weights.jsonl");
        SampleWeights numbers = SampleWeights.of(Guids.of(50325, 7), new double[] {0.1, 1});
        numbers.write(file);
        assertThat(Files.readString(file)).isEqualTo("{\"guid\":50325,\"weight\":0.1}\n{\"guid\":7,\"weight\":1.0}\n");
        SampleWeights read = SampleWeights.read(file);
        assertThat(read.guids()).isEqualTo(numbers.guids());
        assertThat(read.weights()).containsExactly(0.1, 1);
        SampleWeights.of(Guids.of(List.of("a\"", "b")), new double[] {2, 0}).write(file);
        assertThat(SampleWeights.read(file).guids().text(0)).isEqualTo("a\"");
        for (String bad : List.of(
                "{\"guid\":1}",
                "{\"weight\":1}",
                "{\"guid\":1,\"weight\":-1}",
                "{\"guid\":1,\"weight\":\"x\"}",
                "{\"guid\":1.5,\"weight\":1}",
                "{\"guid\":1,\"weight\":NaN}",
                "{\"guid\":1,\"weight\":1")) {
            Files.writeString(file, "{\"guid\":0,\"weight\":1}\n" + bad + "\n");
            assertThatThrownBy(() -> SampleWeights.read(file))
                    .as(bad)
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("line 2");
        }
        Files.writeString(file, "{\"guid\":0,\"weight\":1}\n{\"guid\":0,\"weight\":1}\n");
        assertThatThrownBy(() -> SampleWeights.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("guid 0");
    }

    private static Dataset data(int n) {
        float[] x = new float[3 * n];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < 3; k++) {
                x[3 * i + k] = (float) Math.sin(i * 12.9898 + k * 78.233);
            }
            y[i] = x[3 * i] > 0 ? 1 : 0;
        }
        return new Dataset("waves", "train", 0, Tensor.of(x, n, 3), Tensor.of(y, n), 2, Scaling.NONE);
    }

    private static float[] weights(Population p, int run) {
        RunFolder folder = p.runs().get(run);
        try (TensorFile file = folder.checkpoint(folder.lastGoodCheckpoint().orElseThrow())) {
            return file.read("0.weight").toFloats();
        }
    }

    @Test
    void weightsOfNothingAndOneTrainOnASubset() {
        Dataset all = data(30);
        double[] w = new double[30];
        int[] kept = new int[10];
        for (int i = 0; i < 10; i++) {
            kept[i] = 3 * i + 1;
            w[3 * i + 1] = 1;
        }
        Dataset weighted = SampleWeights.of(Guids.rows(30), w).join(all, Guids.rows(30));
        // The mean is over the batch and not over the weights: a third of the samples, a third of the gradient.
        Experiment subset = Experiment.of(
                        "subset",
                        Task.of("part", new Split(all.subset(kept), all)),
                        Mlp.of(2, 8),
                        Loss.CROSS_ENTROPY,
                        Optimizer.sgd(0.1))
                .withBatchSize(30)
                .withLength(Span.steps(5));
        Experiment some = subset.withName("some")
                .withTask(Task.of("all", new Split(weighted, all)))
                .withLoss(Loss.weighted(Loss.CROSS_ENTROPY))
                .withOptimizer(Optimizer.sgd(0.3));
        assertThat(weights(Trainer.of(some).train(root, 0, 1), 1))
                .containsExactly(weights(Trainer.of(subset).train(root, 0, 1), 1), within(1e-6f));
    }

    @Test
    void aRunGoesOnWithWeightsAndWithoutForgetting() {
        Dataset all = data(40);
        Experiment first = Experiment.of(
                        "first",
                        Task.of("waves", new Split(all, all)),
                        Mlp.of(2, 8),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(0.01))
                .withLength(Span.epochs(3));
        RunFolder run = Trainer.of(first).train(root, 0).runs().get(0);
        long step = run.lastGoodCheckpoint().orElseThrow();
        Dataset weighted = SampleWeights.of(Guids.rows(40), new double[40]).join(all, Guids.rows(40));
        Tensor old;
        try (TensorFile file = run.checkpoint(step)) {
            old = Outputs.of(first.network(), file, all, 7);
        }
        assertThat(old.shape()).containsExactly(40, 2);
        // All weights are 0: only the old network's outputs count, and its continuation has them already.
        Dataset taught = weighted.withAuxiliaryBefore(old);
        Experiment on = first.withName("on")
                .withTask(Task.of("waves", new Split(taught, all)))
                .withLoss(Loss.distilled(Loss.weighted(Loss.CROSS_ENTROPY), 0.5, 1))
                .withOptimizer(Optimizer.sgd(0.5))
                .withStart(StartingPoint.of(run, step));
        Population continued = Trainer.of(on).train(root, 0);
        assertThat(weights(continued, 0)).containsExactly(weights(Population.of(List.of(run)), 0), within(1e-4f));
        Population strayed = Trainer.of(on.withTask(Task.of(
                        "waves", new Split(weighted.withAuxiliaryBefore(Tensor.of(new float[80], 40, 2)), all))))
                .train(root, 0);
        Experiment taughtLater = on.withTask(
                StartingPoint.of(run, step).teaching(Task.of("waves", new Split(weighted, all)), first.network(), 7));
        assertThat(weights(Trainer.of(taughtLater).train(root, 0), 0)).containsExactly(weights(continued, 0));
        assertThat(weights(strayed, 0)[0]).isNotCloseTo(weights(continued, 0)[0], within(1e-3f));
    }

    @Test
    void joinsById() {
        SampleWeights w = SampleWeights.of(Guids.of(7, 5, 6), new double[] {0.7, 0.5, 0.6});
        assertThat(w.join(data(2), Guids.of(List.of("5", "7"))).auxiliary().toFloats())
                .containsExactly(0.5f, 0.7f);
        assertThatThrownBy(() -> w.join(data(3), Guids.of(5, 8, 9)))
                .hasMessageContaining("2 of 3 examples have no weight")
                .hasMessageContaining("guid 8");
        assertThatThrownBy(() -> w.join(data(3), Guids.of(5))).hasMessageContaining("ids has length 1; expected 3");
        assertThatThrownBy(() -> SampleWeights.of(Guids.rows(1), new double[] {-1}))
                .hasMessageContaining("is -1.0; expected at least 0");
        assertThatThrownBy(() -> SampleWeights.ambiguousFirst(confidences(1), 0.8, 3))
                .hasMessageContaining("k is 3; expected");
    }
}

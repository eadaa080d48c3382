package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.model.Mlp;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.loss.Loss;

class ExperimentsTest {
    @TempDir
    Path root;

    private static Split images(int channels, int size, int classes) {
        byte[] pixels = new byte[40 * channels * size * size];
        long[] labels = new long[40];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31 + i / 40 * 7);
        }
        for (int i = 0; i < 40; i++) {
            labels[i] = i % classes;
        }
        Dataset data = new Dataset(
                "dots",
                "train",
                0,
                Tensor.of(Dtype.U8, new long[] {40, channels, size, size}, ByteBuffer.wrap(pixels)),
                Tensor.of(labels, 40),
                classes,
                Scaling.UNIT);
        return new Split(data, data);
    }

    private static Experiment named(String name) {
        return switch (name) {
            case "modular-addition" -> Experiments.modularAddition();
            case "modular-addition-stabilised" -> Experiments.modularAdditionStabilised();
            case "modular-addition-small" -> Experiments.modularAdditionSmall();
            case "modular-addition-small-stabilised" -> Experiments.modularAdditionSmallStabilised();
            case "sparse-parity" -> Experiments.sparseParity();
            case "sparse-parity-stabilised" -> Experiments.sparseParityStabilised();
            case "mnist" -> Experiments.mnist(images(1, 28, 10));
            case "mnist-lenet" -> Experiments.mnistLenet(images(1, 28, 10));
            case "deep" -> Experiments.deep(images(1, 28, 10), true);
            case "deep-destabilised" -> Experiments.deep(images(1, 28, 10), false);
            default ->
                Experiments.cifar100(
                        images(3, 32, 100),
                        name.equals("cifar100") || name.endsWith("norm-only"),
                        name.equals("cifar100") || name.endsWith("residual-only"));
        };
    }

    // The settings behind the paper's figures; and those of the variants.
    @ParameterizedTest
    @CsvSource({
        "modular-addition, 2048, 10000 EPOCHS, 10 EPOCHS, ADAMW, 0.001, 1",
        "modular-addition-stabilised, 256, 300 EPOCHS, 10 EPOCHS, ADAMW, 0.001, 1",
        "modular-addition-small, 256, 3000 EPOCHS, 10 EPOCHS, ADAMW, 0.001, 1",
        "modular-addition-small-stabilised, 64, 200 EPOCHS, 5 EPOCHS, ADAMW, 0.001, 1",
        "sparse-parity, 32, 300 EPOCHS, 1 EPOCHS, SGD, 0.1, 0.01",
        "sparse-parity-stabilised, 32, 30 EPOCHS, 1 EPOCHS, ADAMW, 0.1, 0.01",
        "mnist, 256, 1000 STEPS, 4 STEPS, ADAMW, 0.001, 0.01",
        "mnist-lenet, 128, 2000 STEPS, 10 STEPS, ADAMW, 0.001, 0.01",
        "cifar100, 256, 6000 STEPS, 20 STEPS, ADAMW, 0.001, 0.01",
        "cifar100-norm-only, 256, 6000 STEPS, 20 STEPS, ADAMW, 0.001, 0.01",
        "cifar100-residual-only, 256, 6000 STEPS, 20 STEPS, ADAMW, 0.001, 0.01",
        "cifar100-destabilised, 256, 12000 STEPS, 20 STEPS, ADAMW, 0.001, 0.01",
        "deep, 128, 1000 STEPS, 10 STEPS, SGD, 0.05, 0.01",
        "deep-destabilised, 128, 3000 STEPS, 10 STEPS, SGD, 0.05, 0.01"
    })
    void haveThePublishedSettings(
            String name, int batch, String length, String evaluation, Optimizer.Kind kind, double rate, double decay) {
        Experiment e = named(name);
        assertThat(e.name()).isEqualTo(name);
        assertThat(e.batchSize()).isEqualTo(batch);
        assertThat(e.length().count() + " " + e.length().unit()).isEqualTo(length);
        assertThat(e.evaluation().count() + " " + e.evaluation().unit()).isEqualTo(evaluation);
        assertThat(e.optimizer().kind()).isEqualTo(kind);
        assertThat(e.optimizer().learningRate()).isEqualTo(rate);
        assertThat(e.optimizer().weightDecay()).isEqualTo(decay);
        assertThat(e.statistics()).isTrue();
        assertThat(e.clipNorm()).isInfinite();
        assertThat(e.schedule()).isEqualTo(Schedule.CONSTANT);
    }

    @Test
    void deepNetworksTrainInStacks() {
        for (boolean stable : new boolean[] {true, false}) {
            Experiment e = Experiments.deep(images(1, 28, 10), stable)
                    .withBatchSize(20)
                    .withLength(Span.steps(20));
            assertThat(Trainer.of(e).train(root, 0, 1).runs()).allSatisfy(r -> {
                List<ObjectNode> lines = r.metrics().read();
                assertThat(lines).hasSize(2);
                // Thirteen linear maps with their biases; norms don't count.
                assertThat(lines.get(0).get("tensors")).hasSize(26);
            });
        }
    }

    @Test
    void skipConnectionsKeepASignalThatDeepLayersLose() {
        double[] spread = new double[2];
        for (boolean skip : new boolean[] {false, true}) {
            Experiment plain = Experiments.deep(images(1, 28, 10), false);
            Experiment e = plain.withNetwork(((Mlp) plain.network()).withSkip(skip))
                    .withLength(Span.steps(10))
                    .withOptimizer(Optimizer.sgd(0))
                    .withBatchSize(40);
            double loss = Trainer.of(e)
                    .train(root.resolve("" + skip), 0)
                    .runs()
                    .get(0)
                    .metrics()
                    .read()
                    .get(0)
                    .get("train_loss")
                    .asDouble();
            spread[skip ? 1 : 0] = Math.abs(loss - Math.log(10));
        }
        assertThat(spread[0]).isCloseTo(0, within(0.05));
        assertThat(spread[1]).isGreaterThan(0.2);
    }

    @Test
    void theClothesForDataMaps() {
        Experiment e = Experiments.fashionMnist(images(1, 28, 10));
        assertThat(e.network()).isEqualTo(Mlp.of(10, 256, 256).withDropout(0.1));
        assertThat(e.optimizer()).isEqualTo(Optimizer.adamW(1e-3).withWeightDecay(0.01));
        assertThat(e.schedule()).isEqualTo(Schedule.LINEAR);
        assertThat(e.batchSize()).isEqualTo(128);
        assertThat(e.length()).isEqualTo(Span.epochs(6));
        assertThat(e.loss()).isEqualTo(Loss.CROSS_ENTROPY);
    }
}

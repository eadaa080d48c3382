package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.data.Dataset;
import org.kymograph.data.ModularArithmetic;
import org.kymograph.data.SparseParity;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.model.Transformer;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.loss.Loss;

/** What a run computes does not depend on the runs beside it, whatever the sizes of batches and networks. */
class CompanyTest {
    @TempDir
    Path root;

    private static Experiment parity(int samples, int tests, int batch, int bits, Mlp net) {
        return Experiment.of(
                        "parity",
                        SparseParity.withDefaults()
                                .withBits(bits)
                                .withTrain(samples)
                                .withTest(tests),
                        net,
                        Loss.HINGE,
                        Optimizer.sgd(0.1).withWeightDecay(0.01))
                .withBatchSize(batch)
                .withEvaluationBatch(64)
                .withLength(Span.epochs(4));
    }

    private static List<byte[]> record(RunFolder run) throws IOException {
        long last = run.lastGoodCheckpoint().orElseThrow();
        return List.of(
                Files.readAllBytes(run.path().resolve("metrics.jsonl")),
                Files.readAllBytes(run.path().resolve(String.format("checkpoints/step-%08d.safetensors", last))));
    }

    private void assertThatCompanyIsNotFelt(Experiment e) throws IOException {
        List<RunFolder> together = Trainer.of(e)
                .withWorkers(1)
                .withStackSize(3)
                .train(root.resolve("a"), 3, 4, 5)
                .runs();
        List<RunFolder> alone = Trainer.of(e)
                .withWorkers(1)
                .withStackSize(1)
                .train(root.resolve("b"), 3, 4, 5)
                .runs();
        for (int r = 0; r < 3; r++) {
            List<byte[]> one = record(alone.get(r));
            List<byte[]> other = record(together.get(r));
            assertThat(other.get(0)).as("metrics of run %d", r).isEqualTo(one.get(0));
            assertThat(other.get(1)).as("checkpoint of run %d", r).isEqualTo(one.get(1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "89, 64, 16, 40, 32",
        "77, 77, 32, 40, 32",
        "70, 70, 32, 40, 200",
        "73, 73, 32, 10, 200",
        "81, 81, 32, 40, 200",
        "72, 72, 32, 40, 200",
        "69, 69, 8, 3, 48"
    })
    @Tag("slow")
    void batchesOfAnySize(int samples, int tests, int batch, int bits, int hidden) throws IOException {
        assertThatCompanyIsNotFelt(parity(samples, tests, batch, bits, Mlp.of(1, hidden)));
    }

    @ParameterizedTest
    @CsvSource({"10, 17", "41, 17", "41, 32", "13, 200", "7, 33", "40, 30"})
    @Tag("slow")
    void networksOfAnySize(int bits, int hidden) throws IOException {
        assertThatCompanyIsNotFelt(parity(73, 64, 32, bits, Mlp.of(1, hidden, hidden + 1)));
    }

    @ParameterizedTest
    @EnumSource(Mlp.Norm.class)
    @Tag("slow")
    void norms(Mlp.Norm norm) throws IOException {
        assertThatCompanyIsNotFelt(parity(73, 70, 32, 10, Mlp.of(1, 200).withNorm(norm)));
    }

    @ParameterizedTest
    @EnumSource(Mlp.Activation.class)
    @Tag("slow")
    void activations(Mlp.Activation activation) throws IOException {
        assertThatCompanyIsNotFelt(parity(68, 70, 32, 40, Mlp.of(1, 20, 20).withActivation(activation)));
    }

    @ParameterizedTest
    @CsvSource({"68, 30, 3", "37, 16, 5"})
    void severalLabels(int samples, int batch, int labels) throws IOException {
        Dataset signs = SparseParity.withDefaults()
                .withBits(10)
                .withTrain(samples)
                .withTest(8)
                .sample(0)
                .train();
        float[] y = new float[samples * labels];
        for (int i = 0; i < y.length; i++) {
            y[i] = i * i % 7 % 2;
        }
        Dataset all = new Dataset(
                "labels", "train", 0, signs.inputs(), Tensor.of(y, samples, labels), labels, signs.scaling());
        assertThatCompanyIsNotFelt(Experiment.of(
                        "labels",
                        Task.of("labels", new Split(all, all)),
                        Mlp.of(labels, 20),
                        Loss.BINARY_CROSS_ENTROPY,
                        Optimizer.sgd(0.5))
                .withBatchSize(batch)
                .withEvaluationBatch(batch)
                .withLength(Span.epochs(4)));
    }

    static Stream<Transformer> transformers() {
        Transformer net = Transformer.of(32);
        return Stream.of(
                        net.withSizes(48, 2, 24, 64),
                        net.withSizes(12, 2, 5, 20),
                        net.withSizes(13, 1, 7, 33),
                        net.withSizes(48, 3, 15, 35))
                .flatMap(n -> Stream.of(n, n.withLastPositionOnly(false)));
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("transformers")
    void transformersOfAnySize(Transformer net) throws IOException {
        ModularArithmetic task =
                ModularArithmetic.withDefaults().withModulus(31).withFraction(0.3);
        assertThatCompanyIsNotFelt(Experiment.of(
                        "sums",
                        task,
                        net,
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(0.01).withWeightDecay(1))
                .withBatchSize(63)
                .withEvaluationBatch(62)
                .withLength(Span.epochs(2)));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 63})
    void listenersSeeTheRowsOfTheBatch(int samples) {
        int[] seen = new int[1];
        Trainer.of(parity(samples, 30, 32, 10, Mlp.of(1, 8)))
                .withWorkers(1)
                .withListener(new TrainingListener() {
                    @Override
                    public void onBatch(Batch batch) {
                        int rows = batch.step() % 2 == 1 ? 32 : samples - 32;
                        assertThat(batch.rows()[0]).hasSize(rows);
                        assertThat(batch.outputs().getShape().getShape()).containsExactly(2, rows, 1);
                        seen[0] += batch.rows()[1].length;
                    }
                })
                .train(root, 0, 1);
        assertThat(seen[0]).isEqualTo(4 * samples);
    }

    @Test
    void whatFillsABatchIsNotCounted() {
        // One batch an epoch, without learning: its mean loss is the evaluation's on the same rows.
        Dataset all = SparseParity.withDefaults()
                .withBits(10)
                .withTrain(33)
                .withTest(8)
                .sample(0)
                .train();
        Experiment e = Experiment.of(
                        "same",
                        Task.of("same", new Split(all, all)),
                        Mlp.of(1, 24),
                        Loss.MEAN_SQUARED_ERROR,
                        Optimizer.sgd(0))
                .withBatchSize(64)
                .withLength(Span.epochs(2));
        for (ObjectNode line :
                Trainer.of(e).train(root, 0, 1).runs().get(1).metrics().read()) {
            assertThat(line.get("train_loss").asDouble())
                    .isCloseTo(line.get("eval_loss").asDouble(), within(1e-6));
            assertThat(line.get("train_accuracy").asDouble())
                    .isEqualTo(line.get("eval_accuracy").asDouble());
        }
    }
}

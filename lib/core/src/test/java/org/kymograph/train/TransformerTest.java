package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.kymograph.data.Dataset;
import org.kymograph.data.ModularArithmetic;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.evaluate.Activations;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.Transformer;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.loss.Loss;

class TransformerTest {
    private static final JsonNode GOLDEN =
            Json.read(Path.of("src/test/resources/org/kymograph/train/pytorch-transformer.json"));

    @TempDir
    Path root;

    private static Experiment small(boolean layerNorm) {
        ModularArithmetic task = ModularArithmetic.withDefaults().withModulus(7).withFraction(0.6);
        return Experiment.of(
                        "addition",
                        task,
                        Transformer.of(8).withSizes(12, 2, 5, 20).withLayerNorm(layerNorm),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(0.01).withWeightDecay(1))
                .withBatchSize(11)
                .withLength(Span.epochs(3))
                .withStatistics(true);
    }

    static Stream<JsonNode> cases() {
        return StreamSupport.stream(GOLDEN.get("cases").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void threeStepsAgreeWithPyTorch(JsonNode golden) {
        int p = GOLDEN.get("modulus").asInt();
        Dataset all = ModularArithmetic.withDefaults().withModulus(p).pairs(0);
        Transformer net = Transformer.of(p + 1)
                .withLayerNorm(golden.get("layerNorm").asBoolean())
                .withSizes(
                        GOLDEN.get("dModel").asInt(),
                        GOLDEN.get("heads").asInt(),
                        GOLDEN.get("dHead").asInt(),
                        GOLDEN.get("dMlp").asInt());
        for (boolean lastOnly : new boolean[] {true, false}) {
            Experiment e = Experiment.of(
                            "golden-" + lastOnly,
                            Task.of("all", new Split(all, all)),
                            new Golden.Started(net.withLastPositionOnly(lastOnly), Golden.tensors(golden.get("start"))),
                            Loss.CROSS_ENTROPY,
                            Optimizer.adamW(0.02).withWeightDecay(1).withEpsilon(1e-3))
                    .withBatchSize(p * p)
                    .withLength(Span.steps(3));
            RunFolder run = Golden.stack(e, root, 1, 2).get(1);
            double[] losses = run.metrics().table().doubleColumn("train_loss").asDoubleArray();
            assertThat(losses).containsExactly(Golden.doubles(golden.get("losses")), within(2e-6));
            try (TensorFile end = run.checkpoint(3)) {
                Golden.tensors(golden.get("end")).forEach((name, expected) -> {
                    assertThat(end.shape(name)).as(name).isEqualTo(expected.shape());
                    assertThat(end.read(name).toDoubles()).as(name).containsExactly(expected.toDoubles(), within(3e-6));
                });
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aRunInAStackIsTheSameRunAlone(boolean layerNorm) throws IOException {
        RunFolder stacked = Trainer.of(small(layerNorm))
                .withWorkers(1)
                .train(root.resolve("a"), 3, 4, 5)
                .runs()
                .get(1);
        RunFolder alone = Trainer.of(small(layerNorm))
                .withStackSize(1)
                .train(root.resolve("b"), 4)
                .runs()
                .get(0);
        for (String file : List.of("metrics.jsonl", "checkpoints/step-00000009.safetensors")) {
            assertThat(Files.readAllBytes(alone.path().resolve(file)))
                    .isEqualTo(Files.readAllBytes(stacked.path().resolve(file)));
        }
    }

    @Test
    void constantAttentionIsTheMeanAndLearnsNoQueries() {
        ModularArithmetic task = ModularArithmetic.withDefaults().withModulus(7).withFraction(0.6);
        Experiment e = small(false);
        Transformer net = ((Transformer) e.network()).withConstantAttention(true);
        RunFolder run = Trainer.of(e.withNetwork(net)).train(root, 3).runs().get(0);
        assertThat(run.setting().get("network").get("constantAttention").asBoolean())
                .isTrue();
        assertThat(Json.value(Json.tree(net), Transformer.class)).isEqualTo(net);
        try (TensorFile before = run.checkpoint(0);
                TensorFile after = run.checkpoint(9)) {
            double[] queries = before.read("blocks.0.attn.W_Q").toDoubles();
            double decayed = Math.pow(1 - 0.01, 9);
            assertThat(after.read("blocks.0.attn.W_Q").toDoubles())
                    .containsExactly(
                            Arrays.stream(queries).map(q -> decayed * q).toArray(), within(1e-6));
            double[] patterns = Activations.of(net, after, task.pairs(0), "pattern.0")
                    .get("pattern.0")
                    .toDoubles();
            for (int i = 0; i < patterns.length; i += 9) {
                assertThat(Arrays.copyOfRange(patterns, i, i + 9))
                        .containsExactly(new double[] {1, 0, 0, 0.5, 0.5, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0}, within(1e-6));
            }
            assertThat(Outputs.of(net, after, task.pairs(0), 64).toDoubles())
                    .containsExactly(
                            Outputs.of(net.withLastPositionOnly(false), after, task.pairs(0), 64)
                                    .toDoubles(),
                            within(1e-5));
        }
    }

    @Test
    void aStackStartsFromTheSingleNetworks() {
        Transformer net =
                Transformer.of(8).withSizes(12, 2, 5, 20).withLayerNorm(true).withInitScaling(0.5);
        try (NDManager manager = NDManager.newBaseManager()) {
            ParameterVector single = ParameterVector.of(net.single(manager, new Shape(3), 9));
            ParameterVector slice = ParameterVector.of(net.stack(manager, new Shape(3), new long[] {8, 9}), 1);
            assertThat(slice.toArray()).isEqualTo(single.toArray());
            assertThat(slice.segments()).isEqualTo(single.segments());
        }
    }

    @Test
    void startsAtThePublishedScales() {
        try (NDManager manager = NDManager.newBaseManager()) {
            var params = Transformer.of(114)
                    .withLayerNorm(true)
                    .single(manager, new Shape(3), 0)
                    .getParameters();
            assertThat(params.keys())
                    .containsExactly(
                            "embed.W_E",
                            "pos_embed.W_pos",
                            "blocks.0.ln1.weight",
                            "blocks.0.ln1.bias",
                            "blocks.0.attn.W_K",
                            "blocks.0.attn.W_Q",
                            "blocks.0.attn.W_V",
                            "blocks.0.attn.W_O",
                            "blocks.0.ln2.weight",
                            "blocks.0.ln2.bias",
                            "blocks.0.mlp.W_in",
                            "blocks.0.mlp.b_in",
                            "blocks.0.mlp.W_out",
                            "blocks.0.mlp.b_out",
                            "unembed.W_U");
            Map<String, Integer> over = Map.of(
                    "embed.W_E",
                    128,
                    "blocks.0.attn.W_K",
                    128,
                    "blocks.0.attn.W_O",
                    128,
                    "blocks.0.mlp.W_in",
                    128,
                    "blocks.0.mlp.W_out",
                    128,
                    "unembed.W_U",
                    114);
            over.forEach((name, n) -> {
                double variance = params.get(name).getArray().square().mean().getFloat();
                // Of at least 14,592 numbers: its standard error is 1.2 %.
                assertThat(variance * n).as(name).isCloseTo(1, within(0.06));
            });
            assertThat(params.get("blocks.0.ln1.weight").getArray().toFloatArray())
                    .containsOnly(1);
            assertThat(params.get("blocks.0.mlp.b_in").getArray().toFloatArray())
                    .containsOnly(0);
            assertThat(params.values().stream()
                            .mapToLong(p -> p.getArray().size())
                            .sum())
                    .isEqualTo(2 * 128 * 114 + 3 * 128 + 4 * 128 * 128 + 2 * 512 * 128 + 512 + 128 + 4 * 128);
        }
    }

    @Test
    void measuresEveryHeadAndNeitherEmbeddingsNorNorms() {
        JsonNode tensors = Trainer.of(small(true))
                .train(root, 0)
                .runs()
                .get(0)
                .metrics()
                .read()
                .get(0)
                .get("tensors");
        int matrices = 0;
        for (JsonNode t : tensors) {
            matrices += t.has("slices") ? t.get("slices").size() : t.has("spectral") ? 1 : 0;
        }
        assertThat(matrices).isEqualTo(3 * 2 + 3);
        assertThat(tensors.properties().stream().map(Map.Entry::getKey))
                .containsExactly(
                        "blocks.0.attn.W_K",
                        "blocks.0.attn.W_Q",
                        "blocks.0.attn.W_V",
                        "blocks.0.attn.W_O",
                        "blocks.0.mlp.W_in",
                        "blocks.0.mlp.b_in",
                        "blocks.0.mlp.W_out",
                        "blocks.0.mlp.b_out");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void learnsEveryOperator(ModularArithmetic.Operator operator) {
        Experiment e = small(true)
                .withTask(new ModularArithmetic(operator, 7, 0.9))
                .withLength(Span.epochs(60))
                .withNetwork(Transformer.of(8).withSizes(32, 2, 16, 64))
                .withOptimizer(Optimizer.adamW(0.01))
                .withStatistics(false);
        RunFolder run = Trainer.of(e).train(root, 0).runs().get(0);
        assertThat(run.metrics().read().get(59).get("train_accuracy").asDouble())
                .isGreaterThan(0.9);
    }

    @Test
    void refusesWhatItCannotCompute() {
        Tensor tokens = Tensor.of(new long[] {1, 2, 7, 1, 2, 6}, 2, 3);
        Dataset mixed = new Dataset("mixed", "train", 0, tokens, Tensor.of(new long[] {3, 3}, 2), 7, Scaling.NONE);
        Experiment e = small(false).withTask(Task.of("mixed", new Split(mixed, mixed)));
        assertThatThrownBy(() -> Trainer.of(e).train(root, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lastPositionOnly");
        Transformer net = (Transformer) e.network();
        Trainer.of(e.withNetwork(net.withLastPositionOnly(false))).train(root, 0);
        assertThatThrownBy(
                        () -> Trainer.of(e.withNetwork(net.withVocabulary(7))).train(root, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token is 7; expected 0 to 6");
        assertThatThrownBy(() -> Transformer.of(1)).hasMessageContaining("vocabulary is 1; expected at least 2");
        assertThatThrownBy(() -> net.withInitScaling(Double.NaN))
                .hasMessageContaining("initScaling is NaN; expected a finite number");
        assertThatThrownBy(() -> net.withSizes(10, 3, 40))
                .hasMessage("heads is 3; expected a divisor of dModel, which is 10");
    }
}

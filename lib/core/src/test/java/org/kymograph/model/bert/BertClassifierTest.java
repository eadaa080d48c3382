package org.kymograph.model.bert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.weights.WeightPreset;
import org.kymograph.model.weights.WeightRoles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;

class BertClassifierTest {
    private static final Path MODEL = resource("bert");
    private static final Path OLD = resource("bert-old");
    private static final JsonNode GOLDEN = Json.read(MODEL.resolve("golden.json"));

    @TempDir
    Path dir;

    private static Path resource(String name) {
        try {
            return Path.of(BertClassifierTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long[] input(List<String> fields) {
        int n = GOLDEN.get("ids").size();
        int t = GOLDEN.get("ids").get(0).size();
        long[] x = new long[n * 3 * t];
        for (int i = 0; i < n; i++) {
            for (int f = 0; f < 3; f++) {
                for (int k = 0; k < t && !fields.get(f).isEmpty(); k++) {
                    x[(i * 3 + f) * t + k] =
                            GOLDEN.get(fields.get(f)).get(i).get(k).longValue();
                }
            }
        }
        return x;
    }

    private static float[] logits(Block block, NDManager manager, long[] x) {
        int n = GOLDEN.get("ids").size();
        NDArray in = manager.create(x, new Shape(n, 3, x.length / n / 3));
        return block.forward(new ParameterStore(manager, false), new NDList(in), false)
                .singletonOrThrow()
                .toFloatArray();
    }

    private static void assertLogits(float[] found, JsonNode expected) {
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i])
                    .as("logit %d", i)
                    .isCloseTo(expected.get(i / 3).get(i % 3).doubleValue(), within(1e-5));
        }
    }

    @Test
    void logitsAgreeWithPlainTorchInEitherFileFormat() {
        for (Path folder : List.of(MODEL, OLD)) {
            try (NDManager manager = NDManager.newBaseManager()) {
                Block block = BertClassifier.open(folder).block(manager, 0);
                assertLogits(logits(block, manager, input(List.of("ids", "mask", "types"))), GOLDEN.get("logits"));
                assertLogits(
                        logits(block, manager, input(List.of("ids", "mask", ""))), GOLDEN.get("logits_without_types"));
            }
        }
    }

    @Test
    void gradientsAgreeWithPlainTorch() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = BertClassifier.open(MODEL).block(manager, 0);
            block.getParameters().values().forEach(p -> p.getArray().setRequiresGradient(true));
            int n = GOLDEN.get("ids").size();
            int t = GOLDEN.get("ids").get(0).size();
            float[] chosen = new float[n * 3];
            for (int i = 0; i < n; i++) {
                chosen[i * 3 + GOLDEN.get("labels").get(i).intValue()] = -1f / n;
            }
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray in = manager.create(input(List.of("ids", "mask", "types")), new Shape(n, 3, t));
                NDArray out = block.forward(new ParameterStore(manager, false), new NDList(in), false)
                        .singletonOrThrow();
                collector.backward(out.logSoftmax(1)
                        .mul(manager.create(chosen, new Shape(n, 3)))
                        .sum());
            }
            block.getParameters().forEach(p -> {
                float[] gradient = p.getValue().getArray().getGradient().toFloatArray();
                double squares = 0;
                for (float g : gradient) {
                    squares += g * g;
                }
                JsonNode expected = GOLDEN.get("gradients").get(p.getKey());
                double norm = expected.get(0).doubleValue();
                assertThat(Math.sqrt(squares)).as(p.getKey()).isCloseTo(norm, within(1e-4 * norm + 1e-6));
                assertThat((double) gradient[gradient.length - 1])
                        .as(p.getKey())
                        .isCloseTo(expected.get(1).doubleValue(), within(1e-4 * norm + 1e-6));
            });
        }
    }

    @Test
    void tinyHasThePublishedSize() {
        try (NDManager manager = NDManager.newBaseManager()) {
            long parameters =
                    BertClassifier.of(BertConfig.tiny(30_522, List.of("a", "b")))
                            .block(manager, 0)
                            .getParameters()
                            .stream()
                            .mapToLong(p -> p.getValue().getArray().size())
                            .sum();
            assertThat(parameters).isEqualTo(4_385_920 + 2 * 128 + 2);
        }
    }

    @Test
    void paddingChangesNothing() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = BertClassifier.open(MODEL).block(manager, 0);
            int t = GOLDEN.get("ids").get(0).size();
            long[] x = input(List.of("ids", "mask", "types"));
            for (int i = 0; i < x.length; i++) {
                // Another word where the mask is 0.
                boolean ids = i / t % 3 == 0;
                x[i] = ids && x[i + t] == 0 ? 7 : x[i];
            }
            assertLogits(logits(block, manager, x), GOLDEN.get("logits"));
        }
    }

    private Map<String, Tensor> tensors() {
        Map<String, Tensor> out = new LinkedHashMap<>();
        try (TensorFile file = TensorFile.open(MODEL.resolve("model.safetensors"))) {
            file.names().forEach(name -> out.put(name, file.read(name)));
        }
        return out;
    }

    private void assertRefused(Map<String, Tensor> tensors, String message) throws Exception {
        Files.writeString(dir.resolve("config.json"), Files.readString(MODEL.resolve("config.json")));
        Path file = dir.resolve("model.safetensors");
        Safetensors.write(file, tensors, Map.of());
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThatThrownBy(() -> BertClassifier.open(dir).block(manager, 0))
                    .isInstanceOf(RecordException.class)
                    .hasMessageStartingWith(file + ": ")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void missingMisshapenAndUnknownTensorsAreToldOf() throws Exception {
        Map<String, Tensor> missing = tensors();
        missing.remove("bert.encoder.layer.1.attention.self.key.weight");
        assertRefused(missing, "has no tensor 'bert.encoder.layer.1.attention.self.key.weight'");
        Map<String, Tensor> misshapen = tensors();
        misshapen.put("bert.pooler.dense.bias", Tensor.of(new float[8], 8));
        assertRefused(misshapen, "tensor 'bert.pooler.dense.bias' has the shape [8]; expected [16]");
        Map<String, Tensor> unknown = tensors();
        unknown.put("bert.encoder.layer.2.output.dense.bias", Tensor.of(new float[16], 16));
        assertRefused(unknown, "'bert.encoder.layer.2.output.dense.bias', which config.json doesn't describe");
        Map<String, Tensor> twice = tensors();
        twice.put("pooler.dense.bias", Tensor.of(new float[16], 16));
        assertRefused(twice, "'pooler.dense.bias', which are the same");
        assertThatThrownBy(() -> BertClassifier.open(resource("bert").resolveSibling("absent")))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("config.json");
    }

    @Test
    void weightsInSeveralFilesOrNoneAreToldOf() throws Exception {
        Files.copy(MODEL.resolve("config.json"), dir.resolve("config.json"));
        assertThatThrownBy(() -> BertClassifier.open(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(dir + ": holds none of [model.safetensors, pytorch_model.bin]");
        Files.writeString(dir.resolve("model.safetensors.index.json"), "{}");
        assertThatThrownBy(() -> {
                    try (NDManager manager = NDManager.newBaseManager()) {
                        BertClassifier.open(dir).block(manager, 0);
                    }
                })
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("expected the index of a checkpoint in parts");
        // The same weights, in two files.
        ObjectNode index = Json.object();
        try (TensorFile whole = TensorFile.open(MODEL)) {
            List<Map<String, Tensor>> parts = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
            for (String name : whole.names()) {
                int part = parts.get(0).size() <= parts.get(1).size() ? 0 : 1;
                parts.get(part).put(name, whole.read(name));
                index.withObject("/weight_map").put(name, "model-" + part + "-of-2.safetensors");
            }
            for (int part = 0; part < 2; part++) {
                Safetensors.write(dir.resolve("model-" + part + "-of-2.safetensors"), parts.get(part), Map.of());
            }
        }
        Json.write(dir.resolve("model.safetensors.index.json"), index);
        try (NDManager manager = NDManager.newBaseManager()) {
            Block parts = BertClassifier.open(dir).block(manager, 0);
            Block whole = BertClassifier.open(MODEL).block(manager, 0);
            assertThat(parts.getParameters().values().get(3).getArray())
                    .isEqualTo(whole.getParameters().values().get(3).getArray());
        }
    }

    @Test
    void wrongConfigurationsAreToldOf() {
        config("hidden_size", null, "field 'hidden_size' is missing");
        config("num_attention_heads", 3, "num_attention_heads is 3; expected a divisor of hidden_size, which is 16");
        config("hidden_act", "swish", "hidden_act is \"swish\"; expected one of");
        config("model_type", "roberta", "expected 'bert'");
        config("position_embedding_type", "relative_key", "expected 'absolute'");
        config("layer_norm_eps", "x", "field 'layer_norm_eps' is \"x\"");
    }

    private void config(String field, Object value, String message) {
        ObjectNode json = Json.readObject(MODEL.resolve("config.json"));
        json.set(field, Json.tree(value));
        if (value == null) {
            json.remove(field);
        }
        Json.write(dir.resolve("config.json"), json);
        assertThatThrownBy(() -> BertConfig.read(dir.resolve("config.json")))
                .isInstanceOf(RecordException.class)
                .hasMessageStartingWith(dir.resolve("config.json") + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void aPretrainedEncoderGetsANewHeadFromTheSeed() throws Exception {
        Map<String, Tensor> encoder = tensors();
        encoder.keySet().removeIf(name -> name.startsWith("classifier") || name.startsWith("bert.pooler"));
        encoder.put("cls.predictions.bias", Tensor.of(new float[2], 2));
        assertRefused(encoder, "has no tensor 'bert.pooler.dense.weight'");
        BertClassifier network = BertClassifier.pretrained(dir, List.of("no", "yes"));
        try (NDManager manager = NDManager.newBaseManager()) {
            ParameterVector a = ParameterVector.of(network.block(manager, 1));
            ParameterVector b = ParameterVector.of(network.block(manager, 1));
            ParameterVector c = ParameterVector.of(network.block(manager, 2));
            assertThat(a).isEqualTo(b).isNotEqualTo(c);
            assertThat(network.block(manager, 1)
                            .getParameters()
                            .get("classifier.weight")
                            .getArray()
                            .getShape())
                    .isEqualTo(new Shape(2, 16));
        }
    }

    @Test
    void longInputIsRefused() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = BertClassifier.open(MODEL).block(manager, 0);
            NDArray x = manager.zeros(new Shape(1, 3, 33));
            assertThatThrownBy(() -> block.forward(new ParameterStore(manager, false), new NDList(x), false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("T from 1 to 32");
        }
    }

    @Test
    void statisticsCountTheEncodersMatricesUnderAnyPrefix() {
        for (String prefix : List.of("bert.", "roberta.", "")) {
            Map<String, Tensor> renamed = new LinkedHashMap<>();
            tensors().forEach((name, t) -> renamed.put(name.replaceFirst("^bert\\.", prefix), t));
            renamed.put(
                    "optimizer.first_moment.bert.encoder.layer.0.output.dense.weight",
                    Tensor.of(new float[16 * 32], 16, 32));
            Safetensors.write(dir.resolve("m.safetensors"), renamed, Map.of());
            try (TensorFile file = TensorFile.open(dir.resolve("m.safetensors"))) {
                WeightRoles roles = WeightPreset.BERT.roles(file);
                assertThat(file.names().stream().filter(roles.weights()))
                        .hasSize(12)
                        .allMatch(n -> n.contains("encoder.layer.") && !n.contains("LayerNorm"));
                assertThat(file.names().stream().filter(roles.biases()))
                        .containsExactlyInAnyOrder(
                                prefix + "encoder.layer.0.intermediate.dense.bias",
                                        prefix + "encoder.layer.0.output.dense.bias",
                                prefix + "encoder.layer.1.intermediate.dense.bias",
                                        prefix + "encoder.layer.1.output.dense.bias");
                assertThat(WeightPreset.AUTO.roles(file).weights().test(prefix + "encoder.layer.0.output.dense.weight"))
                        .isTrue();
                assertThat(WeightPreset.AUTO.roles(file).weights().test("bert.pooler.dense.weight"))
                        .isFalse();
            }
        }
    }
}

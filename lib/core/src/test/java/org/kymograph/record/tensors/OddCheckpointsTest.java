package org.kymograph.record.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.model.weights.WeightPreset;
import org.kymograph.model.weights.WeightRoles;
import org.kymograph.model.weights.WeightStatistics;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/** What is odd beside a model leaves the model readable, and what is not a checkpoint is named as what it is. */
class OddCheckpointsTest {
    private static final Path FILES = Path.of("src/test/resources/torch");

    @TempDir
    Path dir;

    private Path safetensors(String header, int bytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + json.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(json.length).put(json);
        for (int i = 0; i < bytes / 4; i++) {
            all.putFloat(i);
        }
        return Files.write(dir.resolve("odd.safetensors"), all.array());
    }

    @ParameterizedTest
    @CsvSource({
        "I8, 8",
        "I16, 4",
        "U16, 4",
        "U32, 2",
        "U64, 1",
        "F8_E4M3, 8",
        "F8_E5M2, 8",
        "F8_E8M0, 8",
        "C64, 1",
        "F4, 16",
        "F8_E4M3FNUZ, 8",
        "F8_E5M2FNUZ, 8",
        "I128, 1",
        "'', 3",
        "née, 5",
    })
    void aTypeThatIsNotKnownLeavesTheOthersReadable(String type, int elements) throws IOException {
        Path file = safetensors(
                "{\"fc.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24],\"extra\":{\"a\":[1]}},"
                        + "\"__metadata__\":null,\"buf\":{\"dtype\":\"" + type + "\",\"shape\":[" + elements
                        + "],\"data_offsets\":[24,32]}}",
                32);
        try (TensorFile in = TensorFile.open(file)) {
            assertThat(in.names()).containsExactly("fc.weight", "buf");
            assertThat(in.shape("buf")).containsExactly(elements);
            assertThat(in.read("fc.weight").toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
            ObjectNode statistics = WeightStatistics.of(in, WeightRoles.byName(in), n -> {});
            assertThat(statistics.at("/tensors/buf/shape/0").asInt()).isEqualTo(elements);
            if (in.dtype("buf") == Dtype.OPAQUE) {
                assertThatThrownBy(() -> in.read("buf"))
                        .isInstanceOf(RecordException.class)
                        .hasMessageContaining("tensor 'buf' has the type " + type + ", whose elements can't be read");
            } else {
                assertThat(in.dtype("buf").name()).isEqualTo(type);
                assertThat(in.read("buf").toDoubles()).hasSize(elements);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[0,24]', twice",
        "'\"x\":1,\"x\":1,\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[0,24]', twice",
        "'\"dtype\":\"C64\",\"shape\":[6],\"data_offsets\":[0,24]', takes 48",
        "'\"dtype\":\"F4\",\"shape\":[2,8],\"data_offsets\":[0,24]', takes 8",
        "'\"dtype\":\"F6_E2M3\",\"shape\":[8],\"data_offsets\":[0,24]', takes 6",
        "'\"dtype\":\"U16\",\"shape\":[2],\"data_offsets\":[0,24]', takes 4",
        "'\"dtype\":7,\"shape\":[6],\"data_offsets\":[0,24]', expected a string",
        "'\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]', its download did not end",
    })
    void whatContradictsItselfIsRefused(String entry, String message) throws IOException {
        Path file = safetensors("{\"w\":{" + entry + "}}", 24);
        assertThatThrownBy(() -> TensorFile.open(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(message);
    }

    @Test
    void theTypesAreExact() {
        assertThat(tensor(Dtype.I8, -128, 127).toDoubles()).containsExactly(-128, 127);
        assertThat(tensor(Dtype.I8, -128, 127).toLongs()).containsExactly(-128, 127);
        assertThat(tensor(Dtype.U16, 0xff, 0xff, 1, 0).toLongs()).containsExactly(65535, 1);
        assertThat(tensor(Dtype.I16, 0xff, 0xff, 1, 0).toDoubles()).containsExactly(-1, 1);
        assertThat(tensor(Dtype.U32, 0xff, 0xff, 0xff, 0xff).toLongs()).containsExactly(4294967295L);
        Tensor large = tensor(Dtype.U64, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
        assertThat(large.toDoubles()).containsExactly(0x1p64);
        assertThatThrownBy(large::toLongs).hasMessageContaining("18446744073709551615");
        // ml_dtypes: 0x7e is 448, 0x7f NaN, 0x01 2^-9, 0x38 1, 0xb8 -1.
        assertThat(tensor(Dtype.F8_E4M3, 0x7e, 0x7f, 1, 0x38, 0xb8, 0x80, 0x08).toDoubles())
                .containsExactly(448, Double.NaN, 0x1p-9, 1, -1, -0.0, 0x1p-6);
        // 0x7b is 57344, 0x7c infinity, 0x3c 1, 0x01 2^-16.
        assertThat(tensor(Dtype.F8_E5M2, 0x7b, 0x7c, 0x3c, 1, 0xfc).toDoubles())
                .containsExactly(57344, Double.POSITIVE_INFINITY, 1, 0x1p-16, Double.NEGATIVE_INFINITY);
        assertThat(tensor(Dtype.F8_E8M0, 127, 0, 254, 255).toDoubles())
                .containsExactly(1, 0x1p-127, 0x1p127, Double.NaN);
        assertThatThrownBy(() -> tensor(Dtype.OPAQUE, 1)).hasMessageContaining("dtype is OPAQUE");
    }

    private static Tensor tensor(Dtype dtype, int... bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
        for (int b : bytes) {
            buffer.put((byte) b);
        }
        return Tensor.of(dtype, new long[] {bytes.length / Math.max(1, dtype.bytes())}, buffer.flip());
    }

    @Test
    void theScheduleOfAResNetLeavesItsWeightsReadable() {
        try (TensorFile in = TensorFile.open(FILES.resolve("schedule.pth.tar"))) {
            assertThat(in.names()).startsWith("model.0.weight", "model.0.bias");
            assertThat(in.metadata())
                    .containsEntry("scheduler.milestones.3", "1")
                    .containsEntry("scheduler.milestones.5", "1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"odd2.TH", "odd4.TH"})
    void pythonObjectsLeaveTheTensorsReadable(String file) {
        try (TensorFile in = TensorFile.open(FILES.resolve(file))) {
            assertThat(in.names()).containsExactly("fc.weight", "int8", "int16", "complex", "(a, 1)", "last");
            assertThat(in.read("fc.weight").toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(in.read("int8").toLongs()).containsExactly(-128, 127);
            assertThat(in.read("int16").toLongs()).containsExactly(-32768, 32767);
            assertThat(in.read("last").toFloats()).containsExactly(1);
            assertThat(in.dtype("complex")).isEqualTo(Dtype.OPAQUE);
            assertThat(in.shape("complex")).containsExactly(2, 3);
            assertThatThrownBy(() -> in.read("complex"))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("tensor 'complex' has a type whose elements can't be read");
            assertThat(in.metadata())
                    .containsEntry("type", "I8")
                    .containsEntry("other_type", "<torch.complex64>")
                    .containsEntry("numpy", "<numpy.core.multiarray.scalar>")
                    .containsEntry("array", "<numpy.core.multiarray._reconstruct>")
                    .containsEntry("args", "<argparse.Namespace>")
                    .containsEntry("class", "<torch.optim.sgd.SGD>")
                    .containsEntry("config", "<__main__.Config>")
                    .containsEntry("sparse", "<torch._utils._rebuild_sparse_tensor>")
                    .containsEntry("quantized", "<torch._utils._rebuild_qtensor>")
                    .containsEntry("storage", "<torch.FloatStorage>")
                    .containsEntry("counter.a", "2")
                    .containsEntry("ordered.1", "2")
                    .containsEntry("None", "4")
                    .containsEntry("2.5", "6")
                    .containsKeys("bytes", "set", "frozen", "slice", "builtin", "complex_number");
            assertThat(in.metadata().values()).noneMatch(v -> v.contains("@"));
            assertThatThrownBy(() -> in.read("numpy"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has no tensor 'numpy'; under that name there is <numpy");
            assertThatThrownBy(() -> in.read("fc.wieght")).hasMessageContaining("did you mean 'fc.weight'?");
        }
    }

    @Test
    void prunedAndNormedLayersHaveTheWeightsThatTheyComputeWith() {
        JsonNode expected = Json.read(FILES.resolve("odd.json"));
        try (TensorFile in = TensorFile.open(FILES.resolve("effective.pt"))) {
            assertThat(in.names())
                    .contains("pruned.weight", "normed.weight", "spectral.weight", "orthogonal.weight")
                    .noneMatch(n -> n.matches(".*_(orig|mask|g|v|u)") || n.contains("parametrizations"));
            expected.properties().forEach(e -> {
                double[] weight = in.read(e.getKey() + ".weight").toDoubles();
                assertThat(weight).as(e.getKey()).hasSize(e.getValue().size());
                for (int i = 0; i < weight.length; i++) {
                    assertThat(weight[i])
                            .as(e.getKey())
                            .isCloseTo(e.getValue().get(i).asDouble(), withinPercentage(1e-4));
                }
            });
            assertThat(in.read("pruned.weight_mask").toDoubles()).contains(0, 1);
            assertThatThrownBy(() -> in.read("orthogonal.weight"))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("'orthogonal.weight' can't be put together")
                    .hasMessageContaining("the function");
            assertThat(in.part("normed.").names()).containsExactlyInAnyOrder("bias", "weight");
        }
        try (TensorFile in = TensorFile.open(FILES.resolve("parametrized.pt"));
                TensorFile old = TensorFile.open(FILES.resolve("effective.pt"))) {
            assertThat(in.names()).containsExactly("bias", "weight");
            assertThat(in.read("weight")).isEqualTo(old.read("normed.weight"));
        }
    }

    @Test
    void aSpectralNormIsPutTogetherFromAParametrizationToo() {
        Path file = dir.resolve("t.safetensors");
        String base = "fc.parametrizations.weight.";
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(base + "original", Tensor.of(new float[] {3, 0, 0, 1}, 2, 2));
        tensors.put(base + "0._u", Tensor.of(new float[] {1, 0}, 2));
        tensors.put(base + "0._v", Tensor.of(new float[] {1, 0}, 2));
        Safetensors.write(file, tensors, Map.of());
        try (TensorFile in = TensorFile.open(file)) {
            assertThat(in.names()).containsExactly("fc.weight");
            assertThat(in.read("fc.weight").toDoubles()).containsExactly(1, 0, 0, (float) (1 / 3.0));
        }
        tensors.put(base + "1.scale", Tensor.of(new float[] {2}, 1));
        Safetensors.write(file, tensors, Map.of());
        try (TensorFile in = TensorFile.open(file)) {
            assertThatThrownBy(() -> in.read("fc.weight")).hasMessageContaining("the function");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "diffusion_pytorch_model.safetensors, optimizer.pt",
        "model.fp16.safetensors, training_args.bin",
        "consolidated.00.pth, rng_state_0.pth",
        "epoch-3.ckpt, trainer_state.json"
    })
    void theOnlyWeightsInAFolderAreFound(String weights, String beside) throws IOException {
        Path folder = Files.createDirectories(dir.resolve("hf"));
        Files.writeString(folder.resolve(beside), "x");
        assertThat(TensorFile.weightsIn(folder)).isEmpty();
        Files.writeString(folder.resolve(weights), "x");
        assertThat(TensorFile.weightsIn(folder)).contains(folder.resolve(weights));
        Files.writeString(folder.resolve("second-" + weights), "x");
        assertThat(TensorFile.weightsIn(folder)).isEmpty();
    }

    @Test
    void aPartWithoutItsIndexIsNoCheckpoint() throws IOException {
        Path folder = Files.createDirectories(dir.resolve("hf"));
        Files.writeString(folder.resolve("model-00001-of-00002.safetensors"), "x");
        assertThatThrownBy(() -> TensorFile.weightsIn(folder))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(
                        "model-00001-of-00002.safetensors: is a part of a checkpoint whose index is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "Entry not found, a text that begins \"Entry not found\"",
        "'\ufeff<!DOCTYPE html><html>', a web page",
        "'  <HTML><head>', a web page",
        "'{\"error\":\"x\"}', JSON"
    })
    void whatADownloadGaveInsteadIsNamed(String content, String named) throws IOException {
        Path file = Files.writeString(dir.resolve("model.safetensors"), content);
        assertThatThrownBy(() -> TensorFile.open(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is " + named);
    }

    @Test
    void namesLikeThoseOfNormedLayersStayWhatTheyAre() {
        Path file = dir.resolve("t.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name :
                List.of("W_v", "W_g", "a.gate_v", "a.gate_g", "b_orig", "b.weight", "b.weight_orig", "b.weight_mask")) {
            tensors.put(name, Tensor.of(new float[] {1, 2}, 2));
        }
        Safetensors.write(file, tensors, Map.of());
        try (TensorFile in = TensorFile.open(file)) {
            assertThat(in.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
        }
    }

    @Test
    void twoNetworksInAFileAreToldApart() {
        try (TensorFile in = TensorFile.open(FILES.resolve("ema.pt"))) {
            for (WeightPreset preset : List.of(WeightPreset.AUTO, WeightPreset.MLP)) {
                assertThatThrownBy(() -> preset.roles(in))
                        .isInstanceOf(RecordException.class)
                        .hasMessageContaining("two networks, 'model.' and 'model_ema.'");
            }
            assertThatThrownBy(() -> WeightRoles.byName(in)).hasMessageContaining("two networks");
            TensorFile model = in.part("model.");
            TensorFile average = in.part("model_ema.");
            assertThat(model.names()).isEqualTo(average.names()).contains("0.weight");
            assertThat(average.read("0.weight").getDouble(0))
                    .isCloseTo(model.read("0.weight").getDouble(0) + 1, within(1e-6));
            assertThat(model.names()).anyMatch(WeightPreset.AUTO.roles(model).weights());
            assertThatThrownBy(() -> in.part("teacher."))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("begins with 'teacher.'");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "model, ema", "model, model_ema", "state_dict, state_dict_ema", "student, teacher", "encoder_q, encoder_k",
        "online_encoder, target_encoder", "actor, actor_target", "policy, old_policy", "model, ref_model", "best, last",
        "model, best_model", "final_state, init_state", "net, swa_model.module", "model, pretrained_model"
    })
    void copiesOfANetworkAreNeverAveraged(String one, String other) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String prefix : List.of(one, other)) {
            tensors.put(prefix + ".0.weight", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
            tensors.put(prefix + ".2.weight", Tensor.of(new float[] {5, 6}, 1, 2));
        }
        Path file = dir.resolve("two.safetensors");
        Safetensors.write(file, tensors, Map.of());
        try (TensorFile in = TensorFile.open(file)) {
            assertThatThrownBy(() -> WeightPreset.AUTO.roles(in))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("holds two networks");
        }
        try (TensorFile in = TensorFile.open(file, other + ".")) {
            assertThat(in.names())
                    .filteredOn(WeightPreset.AUTO.roles(in).weights())
                    .hasSize(2);
        }
    }

    @Test
    void theChecksumOfACheckpointInPartsIsThatOfAllItsParts() throws IOException {
        Path folder = Files.createDirectories(dir.resolve("parts"));
        Path index = Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"weight_map\":{\"a\":\"model-1-of-2.safetensors\",\"b\":\"model-2-of-2.safetensors\"}}");
        Safetensors.write(
                folder.resolve("model-1-of-2.safetensors"), Map.of("a", Tensor.of(new float[] {1}, 1)), Map.of());
        Path second = folder.resolve("model-2-of-2.safetensors");
        Safetensors.write(second, Map.of("b", Tensor.of(new float[] {1}, 1)), Map.of());
        String before = TensorFile.checksum(index);
        assertThat(TensorFile.checksum(folder)).isEqualTo(before);
        assertThat(TensorFile.checksum(second))
                .isEqualTo(AtomicFiles.checksum(second))
                .isNotEqualTo(before);
        Safetensors.write(second, Map.of("b", Tensor.of(new float[] {2}, 1)), Map.of());
        assertThat(TensorFile.checksum(index)).isNotEqualTo(before);
    }

    @Test
    void layersThatAreNamedLikeACopyAreNone() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String layer : List.of("fc", "target", "average", "last", "encoder.0", "decoder.0")) {
            tensors.put(layer + ".weight", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
        }
        Path file = dir.resolve("one.safetensors");
        Safetensors.write(file, tensors, Map.of());
        try (TensorFile in = TensorFile.open(file)) {
            assertThat(in.names())
                    .filteredOn(WeightPreset.AUTO.roles(in).weights())
                    .hasSize(6);
        }
    }

    @Test
    void theMomentumOfOurOwnOptimizerIsNoSecondNetwork() {
        Path file = dir.resolve("own.safetensors");
        Tensor weight = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        Safetensors.write(file, Map.of("0.weight", weight, "optimizer.momentum.0.weight", weight), Map.of());
        try (TensorFile in = TensorFile.open(file)) {
            assertThat(in.names()).filteredOn(WeightRoles.byName(in).weights()).containsExactly("0.weight");
            assertThat(in.names())
                    .filteredOn(WeightPreset.AUTO.roles(in).weights())
                    .containsExactly("0.weight");
        }
    }

    @Test
    @Tag("slow")
    void ourOwnHeadersOfAnyLengthAreOurs() {
        for (int length = 0; length < 1500; length += 7) {
            Path file = dir.resolve("own");
            Safetensors.write(file, Map.of("w", Tensor.of(new float[] {1}, 1)), Map.of("m", "x".repeat(length)));
            TensorFile.open(file).close();
        }
        // 0x034b50 and 0x054b50: "PK\3" and "PK\5".
        for (int header : new int[] {0x034b50, 0x054b50, 0x04034b50}) {
            Path file = dir.resolve("own");
            String start = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
            ByteBuffer all = ByteBuffer.allocate(8 + header + 4).order(ByteOrder.LITTLE_ENDIAN);
            all.putLong(header).put(start.getBytes(StandardCharsets.UTF_8));
            while (all.position() < 8 + header) {
                all.put((byte) ' ');
            }
            try {
                Files.write(file, all.putFloat(5).array());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            try (TensorFile in = TensorFile.open(file)) {
                assertThat(in.read("w").getDouble(0)).isEqualTo(5);
            }
        }
    }

    @Test
    void aCheckpointInPartsIsOne() throws IOException {
        Map<String, Tensor> first = Map.of("a", Tensor.of(new float[] {1, 2}, 2), "c", Tensor.of(new float[] {3}, 1));
        Map<String, Tensor> second = Map.of("b", Tensor.of(new float[] {4}, 1));
        Safetensors.write(dir.resolve("model-00001-of-00002.safetensors"), first, Map.of());
        Path part = dir.resolve("model-00002-of-00002.safetensors");
        Safetensors.write(part, second, Map.of());
        assertThatThrownBy(() -> TensorFile.open(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("whose index is missing");
        Path index = dir.resolve("model.safetensors.index.json");
        ObjectNode json = Json.object();
        json.putObject("metadata").put("total_size", 16);
        ObjectNode map = json.putObject("weight_map");
        map.put("a", "model-00001-of-00002.safetensors");
        map.put("b", "model-00002-of-00002.safetensors");
        map.put("c", "model-00001-of-00002.safetensors");
        Json.write(index, json);
        for (Path path : List.of(dir, index)) {
            try (TensorFile in = TensorFile.open(path)) {
                assertThat(in.names()).containsExactly("a", "c", "b");
                assertThat(in.read("b").getDouble(0)).isEqualTo(4);
                assertThat(in.shape("a")).containsExactly(2);
                assertThat(in.metadata()).containsEntry("total_size", "16");
                assertThat(in.path()).isEqualTo(index);
                assertThatThrownBy(() -> in.read("d")).hasMessageContaining("has no tensor 'd'");
            }
        }
        assertThat(TensorFile.weightsIn(dir)).hasValue(index);
        map.put("d", "model-00002-of-00002.safetensors");
        Json.write(index, json);
        assertThatThrownBy(() -> TensorFile.open(index)).hasMessageContaining("has no tensor 'd'");
        map.put("d", "../secret.safetensors");
        Json.write(index, json);
        assertThatThrownBy(() -> TensorFile.open(index)).hasMessageContaining("expected the name of a file beside it");
        map.remove("d");
        Json.write(index, json);
        Files.delete(part);
        assertThatThrownBy(() -> TensorFile.open(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("a part is missing");
        Files.delete(index);
        Files.delete(dir.resolve("model-00001-of-00002.safetensors"));
        assertThatThrownBy(() -> TensorFile.open(dir)).hasMessageContaining("is a folder without weights");
        Files.copy(FILES.resolve("pytorch_model.bin"), dir.resolve("pytorch_model.bin"));
        try (TensorFile in = TensorFile.open(dir)) {
            assertThat(in.names()).contains("0.weight");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version https://git-lfs.github.com/spec/v1\\noid sha256:00\\nsize 9 | Git LFS pointer",
                "<!DOCTYPE html><html><body>Sign in | is a web page",
                "\\n  <html lang=en> | is a web page",
                "<?xml version=\"1.0\"?><Error><Code>AccessDenied | XML",
                "{\"error\":\"not found\"} | is JSON",
                "GGUF\\3\\0\\0\\0 | GGUF",
                "\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0 | nothing but zeros",
                "hello, this is text | text",
                "\\0\\1 | 2 bytes long",
                "`` | empty",
            },
            quoteCharacter = '`')
    void whatIsNoCheckpointIsNamed(String content, String message) throws IOException {
        String text = content.replace("\\n", "\n")
                .replace("\\0", "\0")
                .replace("\\1", "\1")
                .replace("\\3", "\3");
        for (String name : List.of("a.bin", "a.PT", "a")) {
            Path file = Files.write(dir.resolve(name), text.getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> TensorFile.open(file))
                    .isInstanceOf(RecordException.class)
                    .hasMessageStartingWith(file + ": ")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void compressedAndUnfinishedFilesAreNamed() throws IOException {
        byte[] whole = Files.readAllBytes(FILES.resolve("checkpoint.pt"));
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("gzip", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0});
        byte[] tar = new byte[512];
        System.arraycopy("model.pt".getBytes(StandardCharsets.UTF_8), 0, tar, 0, 8);
        System.arraycopy("ustar".getBytes(StandardCharsets.UTF_8), 0, tar, 257, 5);
        files.put("tar archive", tar);
        files.put("its download did not end", java.util.Arrays.copyOf(whole, whole.length / 2));
        files.put("HDF5", "\u0089HDF\r\n\u001a\n00".getBytes(StandardCharsets.ISO_8859_1));
        files.put("Python pickle", new byte[] {(byte) 0x80, 4, '}', '.'});
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            assertThatThrownBy(() -> TensorFile.open(Files.write(dir.resolve("x.pth"), file.getValue())))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining(file.getKey());
        }
        assertThatThrownBy(() -> TensorFile.open(Files.writeString(dir.resolve("x.safetensors.part"), "abcdefghijk")))
                .hasMessageContaining("by its name its download did not end");
    }

    @Test
    void controlCharactersDoNotReachTheTerminal() throws IOException {
        String name = "\\u001b]0;PWNED\\u0007\\u001b[31m\\u202e\\u009b";
        Path file =
                safetensors("{\"" + name + "\":{\"dtype\":\"\\u001b[1m\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8);
        try (TensorFile in = TensorFile.open(file)) {
            String raw = in.names().get(0);
            assertThat(raw).contains("\u001b");
            for (String wanted : List.of(raw, raw + "x")) {
                assertThatThrownBy(() -> in.read(wanted))
                        .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("[\\p{Cc}\\u202e]"));
            }
        }
    }
}

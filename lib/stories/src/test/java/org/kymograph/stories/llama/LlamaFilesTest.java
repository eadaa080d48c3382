package org.kymograph.stories.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;

class LlamaFilesTest {
    private final LlamaModel model = GoldenLlama.model();

    @TempDir
    private Path folder;

    private static LlamaModel zeros(Llama net, int length) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        net.shapes()
                .forEach((name, s) ->
                        all.put(name, Tensor.of(new float[(int) Arrays.stream(s).reduce(1, (a, b) -> a * b)], s)));
        return new LlamaModel(net, length, all);
    }

    private long bytes(LlamaModel of, int version, int groupSize) throws IOException {
        Path file = folder.resolve("size.bin");
        LlamaBin.write(file, of, version, groupSize);
        return Files.size(file);
    }

    @Test
    void sizesAreThoseOfLlama2c() throws IOException {
        LlamaModel stories260K = zeros(Llama.of(512).withSizes(64, 5, 8, 4, 172), 512);
        assertThat(bytes(stories260K, 0, 64)).isEqualTo(1_056_540);
        assertThat(bytes(stories260K, 1, 64)).isEqualTo(1_040_384);
        assertThat(bytes(stories260K, 2, 64)).isEqualTo(278_608);
        assertThat(bytes(stories260K, 2, 4)).isEqualTo(521_728);
        assertThat(LlamaBin.groupSize(stories260K.network())).isEqualTo(4);
        assertThat(bytes(model, 0, 4)).isEqualTo(25_692);
    }

    @Test
    void readsWhatTorchSaved() throws Exception {
        Path file = Path.of(LlamaFilesTest.class.getResource("golden.pt").toURI());
        LlamaModel read = LlamaModel.read(file);
        assertThat(read.network()).isEqualTo(model.network());
        assertThat(read.length()).isEqualTo(16);
        assertThat(read.weights()).isEqualTo(model.weights());
        Path cut = folder.resolve("cut.pt");
        byte[] all = Files.readAllBytes(file);
        Files.write(cut, Arrays.copyOf(all, all.length / 2));
        assertThatThrownBy(() -> LlamaModel.read(cut))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("cut.pt");
    }

    @Test
    void headersAreThoseOfLlama2c() throws IOException {
        Path file = folder.resolve("m.bin");
        model.writeBin(file, 2);
        ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(Arrays.copyOf(b.array(), 4)).containsExactly(0x32, 0x34, 0x6b, 0x61);
        assertThat(b.getInt(4)).isEqualTo(2);
        assertThat(new int[] {b.getInt(8), b.getInt(12), b.getInt(28), b.getInt(32)})
                .containsExactly(16, 44, 32, 16);
        assertThat(b.get(36)).isEqualTo((byte) 1);
        assertThat(b.getInt(37)).isEqualTo(4);
    }

    @Test
    void floatFilesGiveTheSameModelBack() {
        for (int version = 0; version <= 1; version++) {
            for (boolean tied : new boolean[] {true, false}) {
                Map<String, Tensor> weights = new LinkedHashMap<>(model.weights());
                weights.put("output.weight", Tensor.of(new float[512], 32, 16));
                LlamaModel one = new LlamaModel(model.network().withTied(tied), 16, weights);
                Path file = folder.resolve("v" + version + tied + ".bin");
                one.writeBin(file, version);
                assertThat(LlamaModel.read(file)).isEqualTo(one);
            }
        }
    }

    @Test
    void quantizedFilesAreCloseAndKeepGroupsOfZeros() {
        Path file = folder.resolve("q.bin");
        model.writeBin(file, 2);
        LlamaModel back = LlamaModel.read(file);
        model.weights().forEach((name, t) -> assertThat(back.weights().get(name).toFloats())
                .as(name)
                .containsExactly(t.toFloats(), within(0.3f / 254 + 1e-6f)));
        LlamaModel zero = zeros(model.network(), 16);
        zero.writeBin(file, 2);
        assertThat(LlamaModel.read(file)).isEqualTo(zero);
    }

    @Test
    void huggingFaceFoldersGiveTheSameModelBack() throws IOException {
        Path there = folder.resolve("hf");
        model.writeHuggingFace(there);
        assertThat(LlamaModel.read(there)).isEqualTo(model);
        try (var file = Safetensors.open(there.resolve("model.safetensors"))) {
            float[] q = file.read("model.layers.0.self_attn.q_proj.weight").toFloats();
            float[] ours = model.weights().get("layers.0.attention.wq.weight").toFloats();
            // A head has 4 rows, which come as 0, 2, 1, 3.
            assertThat(Arrays.copyOfRange(q, 16, 32)).containsExactly(Arrays.copyOfRange(ours, 32, 48));
            assertThat(Arrays.copyOfRange(q, 0, 16)).containsExactly(Arrays.copyOfRange(ours, 0, 16));
        }
    }

    @Test
    void checkpointsOfACompiledModelAreRead() {
        Map<String, Tensor> named = new LinkedHashMap<>();
        model.weights().forEach((name, t) -> named.put("model._orig_mod." + name, t));
        named.put("model._orig_mod.output.weight", model.weights().get("tok_embeddings.weight"));
        Path file = folder.resolve("ckpt.safetensors");
        Safetensors.write(file, named, Map.of("model_args.n_heads", "4", "model_args.max_seq_len", "16"));
        assertThat(LlamaModel.read(file)).isEqualTo(model);
        Safetensors.write(file, named, Map.of("model_args.max_seq_len", "16"));
        assertThatThrownBy(() -> LlamaModel.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("doesn't say its n_heads");
    }

    @Test
    void cutFilesAreRefused() throws IOException {
        for (int version = 0; version <= 2; version++) {
            Path file = folder.resolve("cut.bin");
            model.writeBin(file, version);
            byte[] all = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(all, all.length - 1));
            assertThatThrownBy(() -> LlamaModel.read(file))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("it was cut off");
            Files.write(file, Arrays.copyOf(all, 20));
            assertThatThrownBy(() -> LlamaModel.read(file)).hasMessageContaining("it was cut off");
            Files.write(file, Arrays.copyOf(all, all.length + 1));
            assertThatThrownBy(() -> LlamaModel.read(file)).hasMessageContaining("something follows the weights");
        }
        Path text = folder.resolve("text.bin");
        Files.writeString(text, "Once upon a time there was a model that wasn't one.");
        assertThatThrownBy(() -> LlamaModel.read(text)).hasMessageContaining("isn't a model of llama2.c");
    }
}

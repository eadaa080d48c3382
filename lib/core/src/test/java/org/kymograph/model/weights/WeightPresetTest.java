package org.kymograph.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kymograph.record.files.RecordException;

class WeightPresetTest {
    private static final Path FILE = Path.of("net.pt");

    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    private void put(String name, long... shape) {
        shapes.put(name, shape);
    }

    private void norm(String name, long units) {
        put(name + ".weight", units);
        put(name + ".bias", units);
        put(name + ".running_mean", units);
        put(name + ".num_batches_tracked");
    }

    private List<String> weights(WeightPreset preset) {
        return shapes.keySet().stream()
                .filter(preset.roles(FILE, shapes).weights())
                .toList();
    }

    private List<String> biases(WeightPreset preset) {
        return shapes.keySet().stream()
                .filter(preset.roles(FILE, shapes).biases())
                .toList();
    }

    @Test
    void resnet18HasSeventeenConvolutionsAndOneMatrix() {
        put("conv1.weight", 64, 3, 3, 3);
        norm("bn1", 64);
        long in = 64;
        for (int stage = 1; stage <= 4; stage++) {
            long out = 32L << stage;
            for (int block = 0; block < 2; block++) {
                String name = "layer" + stage + "." + block;
                put(name + ".conv1.weight", out, in, 3, 3);
                norm(name + ".bn1", out);
                put(name + ".conv2.weight", out, out, 3, 3);
                norm(name + ".bn2", out);
                if (in != out) {
                    put(name + ".downsample.0.weight", out, in, 1, 1);
                    norm(name + ".downsample.1", out);
                }
                in = out;
            }
        }
        put("fc.weight", 100, 512);
        put("fc.bias", 100);
        for (WeightPreset preset : new WeightPreset[] {WeightPreset.RESNET18, WeightPreset.AUTO}) {
            assertThat(weights(preset))
                    .hasSize(18)
                    .contains("conv1.weight", "layer4.1.conv2.weight", "fc.weight")
                    .noneMatch(n -> n.contains("downsample") || n.contains("bn"));
            assertThat(biases(preset)).containsExactly("fc.bias");
        }
        shapes.remove("layer3.1.conv2.weight");
        assertThatThrownBy(() -> weights(WeightPreset.RESNET18))
                .isInstanceOf(RecordException.class)
                .hasMessage(
                        "net.pt: has 16 convolutions and 1 matrices among 17 weights; expected 17 and 1 of the preset "
                                + "resnet18");
    }

    @Test
    void lenet5HasTheBiasesOfItsConvolutionsToo() {
        put("layer1.0.weight", 6, 1, 5, 5);
        put("layer1.0.bias", 6);
        norm("layer1.1", 6);
        put("layer2.0.weight", 16, 6, 5, 5);
        put("layer2.0.bias", 16);
        norm("layer2.1", 16);
        for (String fc : new String[] {"fc", "fc1", "fc2"}) {
            put(fc + ".weight", 4, 3);
            put(fc + ".bias", 4);
        }
        assertThat(weights(WeightPreset.LENET5))
                .containsExactly("layer1.0.weight", "layer2.0.weight", "fc.weight", "fc1.weight", "fc2.weight");
        assertThat(biases(WeightPreset.LENET5))
                .containsExactly("layer1.0.bias", "layer2.0.bias", "fc.bias", "fc1.bias", "fc2.bias");
    }

    @Test
    void transformersCountNeitherEmbeddingsNorNorms() {
        put("embed.W_E", 8, 12);
        put("pos_embed.W_pos", 3, 8);
        put("blocks.0.ln1.w_ln", 8);
        put("blocks.0.ln1.b_ln", 8);
        for (String w : new String[] {"W_K", "W_Q", "W_V"}) {
            put("blocks.0.attn." + w, 4, 2, 8);
        }
        put("blocks.0.attn.W_O", 8, 8);
        put("blocks.0.mlp.W_in", 32, 8);
        put("blocks.0.mlp.b_in", 32);
        put("blocks.0.mlp.W_out", 8, 32);
        put("blocks.0.mlp.b_out", 8);
        put("unembed.W_U", 8, 12);
        put("optimizer.first_moment.blocks.0.mlp.W_in", 32, 8);
        put("optimizer.first_moment.blocks.0.mlp.b_in", 32);
        for (WeightPreset preset : new WeightPreset[] {WeightPreset.TRANSFORMER, WeightPreset.AUTO}) {
            assertThat(weights(preset))
                    .containsExactly(
                            "blocks.0.attn.W_K",
                            "blocks.0.attn.W_Q",
                            "blocks.0.attn.W_V",
                            "blocks.0.attn.W_O",
                            "blocks.0.mlp.W_in",
                            "blocks.0.mlp.W_out");
            assertThat(biases(preset)).containsExactly("blocks.0.mlp.b_in", "blocks.0.mlp.b_out");
        }
        shapes.remove("blocks.0.attn.W_V");
        assertThatThrownBy(() -> weights(WeightPreset.TRANSFORMER))
                .isInstanceOf(RecordException.class)
                .hasMessageStartingWith("net.pt: has no tensor 'W_V'");
    }

    @Test
    void networksWithoutMatricesAreRefused() {
        put("scale", 3);
        for (WeightPreset preset : WeightPreset.values()) {
            assertThatThrownBy(() -> weights(preset))
                    .as(preset.toString())
                    .isInstanceOf(RecordException.class)
                    .hasMessageStartingWith("net.pt: has ");
        }
    }
}

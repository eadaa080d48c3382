package org.kymograph.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kymograph.model.BagOfEmbeddings.Pooling;

class BagOfEmbeddingsTest {
    private static final BagOfEmbeddings NET = new BagOfEmbeddings(7, 5, Pooling.SUM, List.of(4), 3, 0.5, false, 0);

    /** The network in plain loops; texts of one example, each its word numbers. */
    static double[] byHand(BagOfEmbeddings net, Map<String, double[]> p, long[][] texts) {
        int w = net.width();
        double[][] vectors = new double[texts.length][w];
        for (int s = 0; s < texts.length; s++) {
            long[] words =
                    Arrays.stream(texts[s]).filter(t -> t != net.padding()).toArray();
            for (int j = 0; j < w; j++) {
                int at = j;
                double sum = Arrays.stream(words)
                        .mapToDouble(t -> p.get("embedding.weight")[(int) t * w + at])
                        .sum();
                double pooled = net.pooling() == Pooling.SUM ? sum : sum / Math.max(1, words.length);
                vectors[s][j] = Math.max(0, pooled + p.get("embedding.bias")[j]);
            }
        }
        double[] x = Arrays.stream(vectors).flatMapToDouble(Arrays::stream).toArray();
        if (net.interactions()) {
            double[] u = vectors[0];
            double[] v = vectors[1];
            x = IntStream.range(0, 4 * w)
                    .mapToDouble(k -> switch (k / w) {
                        case 0 -> u[k % w];
                        case 1 -> v[k % w];
                        case 2 -> Math.abs(u[k % w] - v[k % w]);
                        default -> u[k % w] * v[k % w];
                    })
                    .toArray();
        }
        for (int l = 0; l <= net.hidden().size(); l++) {
            double[] weight = p.get(l + ".weight");
            double[] bias = p.get(l + ".bias");
            double[] in = x;
            boolean last = l == net.hidden().size();
            x = IntStream.range(0, bias.length)
                    .mapToDouble(o -> {
                        double y = bias[o];
                        for (int i = 0; i < in.length; i++) {
                            y += weight[o * in.length + i] * in[i];
                        }
                        return last ? y : Math.max(0, y);
                    })
                    .toArray();
        }
        return x;
    }

    static Map<String, double[]> parameters(Block block) {
        Map<String, double[]> out = new LinkedHashMap<>();
        block.getParameters().forEach(p -> {
            float[] values = p.getValue().getArray().toFloatArray();
            out.put(
                    p.getKey(),
                    IntStream.range(0, values.length)
                            .mapToDouble(i -> values[i])
                            .toArray());
        });
        return out;
    }

    private static float[] outputs(BagOfEmbeddings net, long[][][] examples, boolean agree) {
        try (NDManager manager = NDManager.newBaseManager()) {
            int texts = examples[0].length;
            int length = examples[0][0].length;
            Shape input = texts == 1 ? new Shape(length) : new Shape(texts, length);
            Block block = net.single(manager, input, 4);
            long[] flat = Arrays.stream(examples)
                    .flatMap(Arrays::stream)
                    .flatMapToLong(Arrays::stream)
                    .toArray();
            float[] out = block.forward(
                            new ParameterStore(manager, false),
                            new NDList(manager.create(flat, new Shape(examples.length).addAll(input))),
                            false)
                    .singletonOrThrow()
                    .toFloatArray();
            double[] expected = Arrays.stream(examples)
                    .flatMapToDouble(e -> Arrays.stream(byHand(net, parameters(block), e)))
                    .toArray();
            for (int i = 0; agree && i < out.length; i++) {
                assertThat((double) out[i]).isEqualTo(expected[i], within(1e-5));
            }
            return out;
        }
    }

    @Test
    void computesWhatTheFormulasSay() {
        long[][][] single = {{{1, 2, 2, 0}}, {{0, 6, 0, 3}}, {{0, 0, 0, 0}}, {{5, 4, 3, 2}}};
        long[][][] pairs = {{{1, 2, 0}, {3, 3, 6}}, {{0, 0, 4}, {5, 0, 1}}};
        for (Pooling pooling : Pooling.values()) {
            outputs(NET.withPooling(pooling), single, true);
            outputs(NET.withPooling(pooling).withHidden(List.of()), single, true);
            outputs(NET.withPooling(pooling), pairs, true);
            outputs(NET.withPooling(pooling).withInteractions(true).withHidden(List.of(6, 2)), pairs, true);
        }
        outputs(NET, new long[][][] {{{1, 2}, {3, 4}, {5, 6}}}, true);
        outputs(NET.withPadding(6), new long[][][] {{{0, 6}}, {{6, 6}}}, true);
    }

    @Test
    void orderAndPaddingDoNotMatter() {
        float[] out = outputs(NET, new long[][][] {{{1, 2, 3, 0, 0}}, {{0, 3, 0, 1, 2}}}, false);
        assertThat(Arrays.copyOfRange(out, 3, 6)).containsExactly(Arrays.copyOf(out, 3), within(1e-6f));
        float[] mean = outputs(NET.withPooling(Pooling.MEAN), new long[][][] {{{1, 2, 0, 0}}, {{1, 2, 1, 2}}}, false);
        assertThat(Arrays.copyOfRange(mean, 3, 6)).containsExactly(Arrays.copyOf(mean, 3), within(1e-6f));
    }

    @Test
    void startsAsPyTorchsLinearLayersDo() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Map<String, double[]> p = parameters(BagOfEmbeddings.of(1000, 2).single(manager, new Shape(12), 1));
            assertThat(p.keySet())
                    .containsExactly("embedding.weight", "embedding.bias", "0.weight", "0.bias", "1.weight", "1.bias");
            p.forEach((name, values) -> {
                double bound = 1 / Math.sqrt(name.startsWith("embedding") ? 1000 : 256);
                assertThat(Arrays.stream(values).map(Math::abs).max().getAsDouble())
                        .as(name)
                        .isBetween(values.length > 100 ? 0.97 * bound : 0, bound);
                assertThat(Arrays.stream(values).average().getAsDouble() / bound)
                        .as(name)
                        .isEqualTo(0, within(4 / Math.sqrt(3 * values.length)));
            });
            assertThat(parameters(BagOfEmbeddings.of(1000, 2).single(manager, new Shape(12), 1))
                            .get("0.weight"))
                    .isEqualTo(p.get("0.weight"));
            assertThat(parameters(BagOfEmbeddings.of(1000, 2).single(manager, new Shape(12), 2))
                            .get("0.weight"))
                    .isNotEqualTo(p.get("0.weight"));
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> BagOfEmbeddings.of(1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vocabulary is 1; expected at least 2");
        assertThatThrownBy(() -> NET.withWidth(0)).hasMessageContaining("width is 0; expected at least 1");
        assertThatThrownBy(() -> NET.withHidden(List.of(3, 0)))
                .hasMessageContaining("hidden size is 0; expected at least 1");
        assertThatThrownBy(() -> NET.withDropout(1)).hasMessageContaining("dropout is 1; expected 0 to below 1");
        assertThatThrownBy(() -> NET.withPadding(7))
                .hasMessageContaining("padding is 7; expected 0 to 6")
                .hasMessageContaining("0 to 6");
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThatThrownBy(() -> NET.single(manager, new Shape(1, 2, 3), 0)).hasMessageContaining("(L) words");
            assertThatThrownBy(() -> NET.withInteractions(true).single(manager, new Shape(3), 0))
                    .hasMessageContaining("(2, L)");
        }
    }
}

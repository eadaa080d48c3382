package org.kymograph.stories.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.model.Hooks;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class LlamaGoldenTest {
    private static final int[] IDS = {1, 5, 9, 30};
    private final LlamaModel model = GoldenLlama.model();

    private Objective objective() {
        Dataset data = new Dataset(
                "golden",
                "test",
                0,
                Tensor.of(new long[] {1, 5, 9, 30}, 1, 4),
                Tensor.of(new long[] {5, 9, 30, 2}, 1, 4),
                32,
                Scaling.NONE);
        return Objective.of(model.network(), Loss.CROSS_ENTROPY, data).withThreads(1);
    }

    private static int argmax(float[] x) {
        int best = 0;
        for (int i = 0; i < x.length; i++) {
            best = x[i] > x[best] ? i : best;
        }
        return best;
    }

    @Test
    void plainJavaGivesTheGoldenLogits() {
        float[][] logits = LlamaGenerator.of(model).logits(IDS);
        float[] golden = {-.347242f, -.709992f, .058978f, .733937f, .239007f, -.636898f, -.497594f, .434870f};
        assertThat(Arrays.copyOf(logits[3], 8)).containsExactly(golden, within(2e-6f));
        assertThat(Arrays.stream(logits).mapToInt(LlamaGoldenTest::argmax)).containsExactly(28, 14, 28, 26);
    }

    @Test
    void greedyTextIsTheGoldenOne() {
        int[] text = LlamaGenerator.of(model).generate(new int[] {1}, TokenSampling.greedy(), 12);
        assertThat(text).containsExactly(1, 28, 14, 5, 5, 14, 19, 5, 28, 19, 10, 28, 14);
    }

    @Test
    void trainingsNetworkGivesTheGoldenLossAndGradients() {
        Objective objective = objective().withDtype(Dtype.F64);
        ParameterVector at = objective.initial(0).withValues(model.parameters().toArray());
        assertThat(at.segments()).isEqualTo(model.parameters().segments());
        assertThat(objective.meanLosses(List.of(at))[0]).isCloseTo(3.38765995, within(2e-8));
        ParameterVector g = objective.gradients(List.of(at)).get(0);
        assertThat(g.segment("layers.0.attention.wq.weight")[0]).isCloseTo(-.000172, within(1e-6));
        assertThat(g.segment("layers.1.feed_forward.w2.weight")[3 * 44 + 5]).isCloseTo(.023047, within(1e-6));
        assertThat(g.segment("tok_embeddings.weight")[5 * 16 + 2]).isCloseTo(.086166, within(1e-6));
        assertThat(g.segment("layers.1.attention_norm.weight")[4]).isCloseTo(-.013784, within(1e-6));
        assertThat(g.segment("layers.1.attention.wk.weight")[2 * 16 + 7]).isCloseTo(.005737, within(1e-6));
    }

    @Test
    void trainingsNetworkHasTheGoldenResiduals() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = model.network().single(manager, new Shape(4), 0);
            model.parameters().restore(block);
            try (Hooks hooks = Hooks.on(block).read("embed", "resid_post.0", "resid_post.1")) {
                block.forward(
                        new ParameterStore(manager, false),
                        new NDList(manager.create(new long[] {1, 5, 9, 30}, new Shape(1, 4))),
                        false);
                residual(hooks, "embed", -.273778f, -.288417f, -.167408f);
                residual(hooks, "resid_post.0", .834868f, 1.723543f, -.460276f);
                residual(hooks, "resid_post.1", .272729f, 1.105632f, -.145539f);
            }
        }
    }

    private static void residual(Hooks hooks, String point, float... expected) {
        float[] all = hooks.value(point).toFloatArray();
        assertThat(Arrays.copyOfRange(all, 48, 51)).as(point).containsExactly(expected, within(2e-6f));
    }

    @Test
    void plainJavaAndTrainingsNetworkAgreeOnAnyWeights() {
        long seed = System.nanoTime();
        Llama net = Llama.of(61)
                .withSizes(24, 3, 6, 3, 40)
                .withTied(false)
                .withTheta(1234)
                .withEpsilon(1e-3);
        long[] ids = new long[11];
        var random = Streams.of(seed, "test");
        Arrays.setAll(ids, i -> Streams.below(random, 61));
        Dataset data =
                new Dataset("any", "test", 0, Tensor.of(ids, 1, 11), Tensor.of(new long[11], 1, 11), 61, Scaling.NONE);
        Objective objective = Objective.of(net, Loss.CROSS_ENTROPY, data).withThreads(1);
        ParameterVector at = objective.initial(seed).scale(5);
        float[] theirs = objective.outputs(List.of(at)).get(0).toFloats();
        float[][] ours = LlamaGenerator.of(LlamaModel.of(net, 11, at))
                .logits(Arrays.stream(ids).mapToInt(i -> (int) i).toArray());
        for (int t = 0; t < 11; t++) {
            assertThat(ours[t])
                    .as("seed %d", seed)
                    .containsExactly(Arrays.copyOfRange(theirs, t * 61, (t + 1) * 61), within(1e-4f));
        }
    }

    @Test
    void sizesOfThePublishedModels() {
        assertThat(Llama.of(8192)
                        .withSizes(288, 6, 6, 6, Llama.mlpWidth(288, 32))
                        .parameters())
                .isEqualTo(8_335_008);
        assertThat(Llama.of(8192)
                        .withSizes(512, 8, 8, 8, Llama.mlpWidth(512, 64))
                        .parameters())
                .isEqualTo(29_893_120);
        assertThat(Llama.of(8192)
                        .withSizes(768, 12, 12, 12, Llama.mlpWidth(768, 64))
                        .parameters())
                .isEqualTo(91_245_312);
        assertThat(Llama.of(8192)
                        .withSizes(1024, 16, 16, 16, Llama.mlpWidth(1024, 64))
                        .parameters())
                .isEqualTo(210_797_568);
        assertThat(Llama.of(512).withSizes(64, 5, 8, 4, Llama.mlpWidth(64, 4)).parameters())
                .isEqualTo(260_032);
        assertThat(Llama.of(32000).withSizes(288, 6, 6, 6, 768).parameters()).isEqualTo(15_191_712);
    }

    @Test
    void initialisationScalesW3OrW2Down() {
        Llama net = Llama.of(40).withSizes(64, 8, 4, 4, 192);
        double small = 0.02 / 4;
        for (boolean mended : new boolean[] {false, true}) {
            Dataset data = objective().data();
            ParameterVector at = Objective.of(net.withScaledW2(mended), Loss.CROSS_ENTROPY, data)
                    .initial(3);
            assertThat(deviation(at.segment("layers.2.feed_forward.w3.weight")))
                    .isCloseTo(mended ? 0.02 : small, within(2e-4));
            assertThat(deviation(at.segment("layers.2.feed_forward.w2.weight")))
                    .isCloseTo(mended ? small : 0.02, within(5e-4));
            assertThat(deviation(at.segment("layers.2.attention.wo.weight"))).isCloseTo(small, within(2e-4));
        }
    }

    private static double deviation(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).average().orElseThrow());
    }
}

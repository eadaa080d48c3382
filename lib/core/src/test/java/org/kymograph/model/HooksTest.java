package org.kymograph.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.kymograph.base.Streams;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.model.bert.BertConfig;
import org.kymograph.model.llama.Llama;

/** Hooks on every block: what they read, replace and differentiate, and that they leave everything else as it is. */
class HooksTest {
    /** A network and the shape of its inputs; the largest token and one more, or 0 for numbers. */
    record Case(String name, Network network, Shape input, int tokens) {
        @Override
        public String toString() {
            return name;
        }
    }

    private boolean mode;
    private NDManager manager;
    private ParameterStore store;

    @BeforeEach
    void open() {
        Engine.getInstance();
        mode = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        manager = NDManager.newBaseManager();
        store = new ParameterStore(manager, false);
    }

    @AfterEach
    void close() {
        manager.close();
        JniUtils.setGradMode(mode);
    }

    static Stream<Case> cases() {
        Mlp mlp = Mlp.of(3, 6, 6, 5);
        BertConfig bert = BertConfig.tiny(20, List.of("a", "b"));
        return Stream.of(
                new Case("mlp", mlp, new Shape(4), 0),
                new Case("mlp with skips", mlp.withSkip(true).withNorm(Mlp.Norm.LAYER), new Shape(6), 0),
                new Case("transformer", Transformer.of(9).withSizes(12, 2, 5, 10), new Shape(3), 9),
                new Case(
                        "transformer with norms",
                        Transformer.of(9).withSizes(12, 3, 4, 10).withLayerNorm(true),
                        new Shape(3),
                        9),
                new Case("bag", BagOfEmbeddings.of(9, 3).withWidth(4).withHidden(List.of(5)), new Shape(2, 6), 9),
                new Case(
                        "bag of pairs",
                        BagOfEmbeddings.of(9, 3).withWidth(4).withInteractions(true),
                        new Shape(2, 6),
                        9),
                new Case("lenet", new LeNet5(10), new Shape(1, 32, 32), 0),
                new Case("resnet", new ResNet18(10, true, true), new Shape(3, 32, 32), 0),
                new Case("resnet without skips", new ResNet18(10, false, false), new Shape(3, 32, 32), 0),
                new Case("bert", BertClassifier.of(bert), new Shape(3, 5), 2),
                new Case("bert, pooled", BertClassifier.of(bert).pooled(), new Shape(3, 5), 2),
                new Case("llama", Llama.of(9).withSizes(16, 2, 4, 2, 12), new Shape(5), 9));
    }

    static Stream<Case> stackable() {
        return cases().filter(c -> c.network.stackable());
    }

    private NDArray inputs(Case c, int rows) {
        Shape shape = new Shape(rows).addAll(c.input);
        RandomGenerator random = Streams.of(7, c.name);
        if (c.tokens > 0) {
            long[] tokens = new long[(int) shape.size()];
            int length = (int) c.input.get(c.input.dimension() - 1);
            for (int i = 0; i < tokens.length; i++) {
                // All end in the same token, as the transformer's short way wants it.
                tokens[i] = i % length == length - 1 ? 1 : Streams.below(random, c.tokens);
            }
            return manager.create(tokens, shape);
        }
        float[] x = new float[(int) shape.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Streams.gaussian(random);
        }
        return manager.create(x, shape);
    }

    private Block block(Case c) {
        return c.network.single(manager, c.input, 3);
    }

    private NDArray forward(Block block, NDArray x) {
        return block.forward(store, new NDList(x), false).singletonOrThrow();
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("cases")
    void everyPointIsReadAndReplaced(Case c) {
        Block block = block(c);
        NDArray x = inputs(c, 4);
        float[] plain = forward(block, x).toFloatArray();
        List<String> points = ((Hooked) block).hookPoints();
        assertThat(points).isNotEmpty().doesNotHaveDuplicates();
        float[] hooked;
        try (Hooks hooks = Hooks.on(block).read(points.toArray(String[]::new))) {
            hooked = forward(block, x).toFloatArray();
            assertThat(hooked).containsExactly(plain, within(2e-5f));
            for (String point : points) {
                NDArray value = hooks.value(point);
                assertThat(value.getShape().get(0)).as(point).isEqualTo(4);
                assertThat(value.toFloatArray()).as(point).isNotEmpty();
            }
        }
        for (String point : points) {
            // What comes in is put back: nothing changes. Zeros in its place change the outputs.
            assertThat(replaced(block, point, NDArray::duplicate, x)).as(point).isEqualTo(hooked);
            try (Hooks zeros = Hooks.on(block).read(point).replace(point, NDArray::zerosLike)) {
                assertThat(forward(block, x).toFloatArray()).as(point).isNotEqualTo(hooked);
                assertThat(zeros.value(point).abs().max().getFloat()).isZero();
            }
        }
        assertThat(forward(block, x).toFloatArray()).as("without hooks").isEqualTo(plain);
    }

    private float[] replaced(Block block, String point, UnaryOperator<NDArray> function, NDArray x) {
        Hooks hooks = Hooks.on(block).replace(point, function);
        try {
            return forward(block, x).toFloatArray();
        } finally {
            hooks.close();
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAtEveryPointAreThoseOfSmallChanges(Case c) {
        Block block = block(c);
        NDArray x = inputs(c, 2);
        for (String point : ((Hooked) block).hookPoints()) {
            float[] gradient;
            int width;
            try (NDScope scope = new NDScope();
                    Hooks hooks = Hooks.on(block).read(point).gradients(point)) {
                scope.suppressNotUsedWarning();
                JniUtils.setGradMode(true);
                NDArray y = forward(block, x);
                JniUtils.setGradMode(false);
                JniUtils.backward((PtNDArray) y, (PtNDArray) weights(y), false, false);
                gradient = hooks.gradient(point).toFloatArray();
                width = gradient.length;
                assertThat(hooks.gradient(point).getShape())
                        .isEqualTo(hooks.value(point).getShape());
            }
            // Along itself a gradient is as steep as it is long.
            double length = 0;
            for (float g : gradient) {
                length += (double) g * g;
            }
            length = Math.sqrt(length);
            assertThat(length).as(point).isPositive();
            float[] direction = new float[width];
            for (int i = 0; i < width; i++) {
                direction[i] = (float) (gradient[i] / length);
            }
            double step = 2e-3;
            double slope =
                    (along(block, x, point, direction, step) - along(block, x, point, direction, -step)) / (2 * step);
            assertThat(slope).as(point).isCloseTo(length, within(3e-3 + 0.1 * length));
        }
    }

    private NDArray weights(NDArray y) {
        float[] w = new float[(int) y.size()];
        for (int i = 0; i < w.length; i++) {
            w[i] = 1 + i % 3;
        }
        return manager.create(w, y.getShape());
    }

    private double along(Block block, NDArray x, String point, float[] direction, double step) {
        float[] moved = new float[direction.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) (step * direction[i]);
        }
        float[] y = replaced(block, point, v -> v.add(manager.create(moved, v.getShape())), x);
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * (1 + i % 3);
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("stackable")
    void aStackShowsWhatItsNetworksShow(Case c) {
        Block stack = c.network.stack(manager, c.input, new long[] {3, 8});
        NDArray x = inputs(c, 4);
        NDArray twice = x.expandDims(0).concat(x.expandDims(0), 0);
        List<String> points = ((Hooked) stack).hookPoints();
        try (Hooks both = Hooks.on(stack).read(points.toArray(String[]::new))) {
            forward(stack, twice);
            for (int r = 0; r < 2; r++) {
                Block one = c.network.single(manager, c.input, new long[] {3, 8}[r]);
                try (Hooks hooks = Hooks.on(one).read(points.toArray(String[]::new))) {
                    forward(one, x);
                    for (String point : points) {
                        assertThat(both.value(point).get(r).toFloatArray())
                                .as(point)
                                .containsExactly(hooks.value(point).toFloatArray(), within(1e-5f));
                    }
                }
            }
        }
    }

    @Test
    void shapesAreTheFields() {
        Case c = cases().filter(k -> k.name.equals("llama")).findFirst().orElseThrow();
        Block block = block(c);
        try (Hooks hooks =
                Hooks.on(block).read("embed", "q.0", "k.1", "pattern.1", "z.0", "mlp_pre.1", "resid_post.1")) {
            forward(block, inputs(c, 3));
            assertThat(hooks.value("embed").getShape()).isEqualTo(new Shape(3, 5, 16));
            assertThat(hooks.value("q.0").getShape()).isEqualTo(new Shape(3, 5, 4, 4));
            assertThat(hooks.value("k.1").getShape()).isEqualTo(new Shape(3, 5, 2, 4));
            assertThat(hooks.value("pattern.1").getShape()).isEqualTo(new Shape(3, 4, 5, 5));
            assertThat(hooks.value("z.0").getShape()).isEqualTo(new Shape(3, 5, 4, 4));
            assertThat(hooks.value("mlp_pre.1").getShape()).isEqualTo(new Shape(3, 5, 12));
            assertThat(hooks.value("resid_post.1").getShape()).isEqualTo(new Shape(3, 5, 16));
            float[] rows = hooks.value("pattern.1").sum(new int[] {3}).toFloatArray();
            float[] ones = new float[rows.length];
            Arrays.fill(ones, 1);
            assertThat(rows).containsExactly(ones, within(1e-6f));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hook_embed, embed",
        "embed.hook_out, embed",
        "blocks.1.hook_resid_pre, resid_pre.1",
        "blocks.1.hook_in, resid_pre.1",
        "blocks.0.attn.hook_q, q.0",
        "blocks.0.attn.q.hook_out, q.0",
        "blocks.0.attn.hook_attn_scores, attn_scores.0",
        "blocks.0.attn.hook_pattern, pattern.0",
        "blocks.0.attn.hook_z, z.0",
        "blocks.0.attn.o.hook_in, z.0",
        "blocks.0.hook_attn_out, attn_out.0",
        "blocks.0.attn.hook_out, attn_out.0",
        "blocks.0.hook_resid_mid, resid_mid.0",
        "blocks.0.ln2.hook_in, resid_mid.0",
        "blocks.0.mlp.hook_pre, mlp_pre.0",
        "blocks.0.mlp.in.hook_out, mlp_pre.0",
        "blocks.0.mlp.hook_post, mlp_post.0",
        "blocks.0.mlp.out.hook_in, mlp_post.0",
        "blocks.0.hook_mlp_out, mlp_out.0",
        "blocks.0.mlp.hook_out, mlp_out.0",
        "blocks.1.hook_resid_post, resid_post.1",
        "blocks.1.hook_out, resid_post.1",
        "resid_post.1, resid_post.1"
    })
    void otherNames(String name, String point) {
        List<String> points = ((Hooked) Llama.of(9).single(manager, new Shape(4), 0)).hookPoints();
        assertThat(points).contains(point);
        assertThat(HookNames.resolve(name, points)).isEqualTo(point);
    }

    @Test
    void anUnknownPointGetsTheListAndTheLikeliest() {
        Block block = Mlp.of(2, 4).single(manager, new Shape(3), 0);
        try (Hooks hooks = Hooks.on(block)) {
            assertThatThrownBy(() -> hooks.read("mlp_psot.0"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("point is \"mlp_psot.0\"; expected one of mlp_pre.0, mlp_post.0; did you mean"
                            + " 'mlp_post.0'?");
            assertThatThrownBy(() -> hooks.replace("embedding of everything", x -> x))
                    .hasMessage("point is \"embedding of everything\"; expected one of mlp_pre.0, mlp_post.0");
            assertThatThrownBy(() -> hooks.read("mlp_pre.0").value("mlp_pre.0"))
                    .hasMessageContaining("no forward pass");
            assertThatThrownBy(() -> hooks.value("mlp_post.0"))
                    .hasMessage("point mlp_post.0 is not read by these hooks, which have mlp_pre.0");
            hooks.replace("mlp_pre.0", x -> x.sum());
            assertThatThrownBy(() -> forward(block, manager.ones(new Shape(2, 3))))
                    .hasMessageContaining("replacement at mlp_pre.0 is ()")
                    .hasMessageContaining("(2, 4)");
            assertThatThrownBy(() -> hooks.replace("mlp_pre.0", x -> x)).hasMessageContaining("not replaced already");
        }
        assertThatThrownBy(() -> Hooks.on(Blocks.identityBlock()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no points");
    }

    @Test
    void whatIsReadOutlivesScopesAndManagersButNotTheHooks() {
        Block block = Mlp.of(2, 4).single(manager, new Shape(3), 0);
        NDArray kept;
        try (Hooks hooks = Hooks.on(block).read("mlp_post.0")) {
            try (NDManager batch = manager.newSubManager();
                    NDScope outer = new NDScope();
                    NDScope inner = new NDScope()) {
                outer.suppressNotUsedWarning();
                inner.suppressNotUsedWarning();
                forward(block, batch.ones(new Shape(2, 3)));
            }
            kept = hooks.value("mlp_post.0");
            assertThat(kept.getShape()).isEqualTo(new Shape(2, 4));
            assertThat(kept.toFloatArray()).hasSize(8);
            forward(block, manager.ones(new Shape(5, 3)));
            assertThat(hooks.value("mlp_post.0").getShape()).isEqualTo(new Shape(5, 4));
            kept = hooks.value("mlp_post.0");
        }
        NDArray closed = kept;
        assertThatThrownBy(closed::toFloatArray).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void hooksAreNestedAndBelongToABlockAndAThread() {
        Block block = Mlp.of(2, 4).single(manager, new Shape(3), 0);
        Block other = Mlp.of(2, 4).single(manager, new Shape(3), 0);
        NDArray x = manager.ones(new Shape(2, 3));
        float[] plain = forward(block, x).toFloatArray();
        Hooks outer = Hooks.on(block).replace("mlp_post.0", NDArray::zerosLike);
        assertThat(forward(other, x).toFloatArray()).as("another block").isEqualTo(plain);
        try (Hooks inner = Hooks.on(block).read("mlp_post.0")) {
            forward(block, x);
            assertThat(inner.value("mlp_post.0").abs().max().getFloat()).isZero();
        }
        assertThat(CompletableFuture.supplyAsync(() -> forward(block, x).toFloatArray())
                        .join())
                .as("another thread")
                .isEqualTo(plain);
        assertThat(forward(block, x).toFloatArray()).isNotEqualTo(plain);
        outer.close();
        outer.close();
        assertThat(forward(block, x).toFloatArray()).isEqualTo(plain);
        Hooks first = Hooks.on(block).replace("mlp_post.0", NDArray::zerosLike);
        Hooks second = Hooks.on(block);
        first.close();
        assertThat(forward(block, x).toFloatArray())
                .as("closed in the order of opening")
                .isEqualTo(plain);
        second.close();
        Hooks third = Hooks.on(block);
        assertThatThrownBy(() -> CompletableFuture.runAsync(third::close).join())
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another thread");
        third.close();
    }
}

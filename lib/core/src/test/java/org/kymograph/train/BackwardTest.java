package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kymograph.data.Dataset;
import org.kymograph.model.Mlp;
import org.kymograph.model.Network;
import org.kymograph.model.Transformer;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.model.bert.BertConfig;
import org.kymograph.train.loss.Loss;

/** What the backward pass reads must outlast a garbage collection after the forward pass. */
class BackwardTest {
    static Stream<Arguments> networks() {
        Transformer t = Transformer.of(8).withSizes(12, 2, 5, 20).withLayerNorm(true);
        return Stream.of(
                Arguments.of(t, Loss.CROSS_ENTROPY),
                Arguments.of(t.withLastPositionOnly(false), Loss.MEAN_SQUARED_ERROR),
                Arguments.of(Mlp.of(1, 9).withNorm(Mlp.Norm.BATCH), Loss.HINGE),
                Arguments.of(Mlp.of(1, 9).withNorm(Mlp.Norm.LAYER).withSkip(true), Loss.MEAN_SQUARED_ERROR),
                Arguments.of(bert("gelu"), Loss.CROSS_ENTROPY),
                Arguments.of(bert("gelu_new"), Loss.CROSS_ENTROPY));
    }

    private static Network bert(String activation) {
        return BertClassifier.of(
                new BertConfig(9, 8, 2, 2, 12, 4, 2, activation, 1e-12, 0, 0, 0, 0.5, 0, List.of("a", "b", "c")));
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("networks")
    void aGarbageCollectionInBetweenChangesNothing(Network network, Loss loss) {
        assertThat(gradients(network, loss, true)).isEqualTo(gradients(network, loss, false));
    }

    private static Map<String, List<Float>> gradients(Network network, Loss loss, boolean collect) {
        try (NDManager manager = NDManager.newBaseManager()) {
            boolean tokens = network instanceof Transformer;
            boolean stacked = network.stackable();
            Block block = stacked
                    ? network.stack(manager, new Shape(3), new long[] {1, 2})
                    : network.single(manager, new Shape(3, 4), 1);
            Leaves leaves = new Leaves(manager, block);
            leaves.renew();
            NDArray x = !stacked
                    ? manager.create(
                            new long[] {1, 2, 7, 3, 1, 1, 1, 1, 0, 0, 1, 1, 4, 5, 6, 0, 1, 1, 1, 0, 0, 1, 1, 0},
                            new Shape(2, 3, 4))
                    : tokens
                            ? manager.create(new long[] {1, 2, 7, 3, 4, 7, 5, 6, 7, 0, 1, 7}, new Shape(2, 2, 3))
                            : manager.create(new float[] {1, -1, 2, 3, 1, -2, 0, 1, 2, -3, 1, 1}, new Shape(2, 2, 3));
            NDArray y = !stacked
                    ? manager.create(new long[] {2, 1}, new Shape(1, 2))
                    : tokens
                            ? manager.create(new long[] {3, 4, 5, 1}, new Shape(2, 2))
                            : manager.create(new float[] {1, -1, 1, -1}, new Shape(2, 2));
            JniUtils.setGradMode(true);
            NDArray sum = loss.perSample(
                            Outputs.withRunAxis(
                                    block.forward(leaves, new NDList(x), true).singletonOrThrow(),
                                    stacked,
                                    Dataset.Target.CLASS),
                            y,
                            null)
                    .sum();
            List<ByteBuffer> reused = new ArrayList<>();
            if (collect) {
                // A freed number's memory goes to the next who asks for as little.
                for (int round = 0; round < 3; round++) {
                    System.gc();
                    for (int i = 0; i < 5000; i++) {
                        reused.add(ByteBuffer.allocateDirect(4)
                                .order(ByteOrder.nativeOrder())
                                .putFloat(0, 1e9f));
                    }
                }
            }
            JniUtils.backward((PtNDArray) sum, (PtNDArray) sum.onesLike(), false, false);
            Map<String, List<Float>> out = new LinkedHashMap<>();
            leaves.trained().forEach((name, p) -> {
                List<Float> values = new ArrayList<>();
                for (float v : leaves.gradient(p).toFloatArray()) {
                    values.add(v);
                }
                out.put(name, values);
            });
            assertThat(reused).hasSize(collect ? 15_000 : 0);
            return out;
        } finally {
            JniUtils.setGradMode(false);
        }
    }
}

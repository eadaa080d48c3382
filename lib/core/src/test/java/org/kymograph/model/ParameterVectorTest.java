package org.kymograph.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kymograph.model.ParameterVector.Segment;
import org.kymograph.record.tensors.Tensor;

class ParameterVectorTest {
    private static final Mlp NET = Mlp.of(2, 3).withNorm(Mlp.Norm.BATCH);
    private static final Shape INPUT = new Shape(4);

    @Test
    void segmentsFollowTheNetwork() {
        try (NDManager manager = NDManager.newBaseManager()) {
            ParameterVector v = ParameterVector.of(NET.single(manager, INPUT, 1));
            assertThat(v.segments())
                    .extracting(Segment::name)
                    .containsExactly("0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias");
            assertThat(v.size()).isEqualTo(12 + 3 + 3 + 3 + 6 + 2);
            assertThat(v.segment("1.weight")).containsExactly(1, 1, 1);
            // Xavier's bound for 4 inputs and 3 outputs.
            assertThat(Arrays.stream(v.segment("0.weight")).map(Math::abs)).allMatch(w -> w <= Math.sqrt(6.0 / 7));
        }
    }

    @Test
    void aRunOfAStackIsTheSingleNetworkOfItsSeed() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block stack = NET.stack(manager, INPUT, new long[] {5, 6, 7});
            assertThat(ParameterVector.of(stack, 1)).isEqualTo(ParameterVector.of(NET.single(manager, INPUT, 6)));
            assertThat(ParameterVector.of(stack, 1)).isNotEqualTo(ParameterVector.of(stack, 2));
        }
    }

    @Test
    void restoringChangesOneRunOnly() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block stack = NET.stack(manager, INPUT, new long[] {5, 6, 7});
            ParameterVector first = ParameterVector.of(stack, 0);
            ParameterVector last = ParameterVector.of(stack, 2);
            last.restore(stack, 1);
            assertThat(ParameterVector.of(stack, 1)).isEqualTo(last);
            assertThat(ParameterVector.of(stack, 0)).isEqualTo(first);
            assertThat(ParameterVector.of(stack, 2)).isEqualTo(last);
            Block single = NET.single(manager, INPUT, 1);
            first.restore(single);
            assertThat(ParameterVector.of(single)).isEqualTo(first);
        }
    }

    @Test
    void arithmetic() {
        ParameterVector v = ParameterVector.of(Map.of("a", Tensor.of(new double[] {3, 4}, 2)));
        ParameterVector w = v.withValues(new double[] {1, -1});
        assertThat(v.norm()).isEqualTo(5);
        assertThat(v.dot(w)).isEqualTo(-1);
        assertThat(v.axpy(2, w).toArray()).containsExactly(5, 2);
        assertThat(v.lerp(w, 0)).isEqualTo(v);
        assertThat(v.lerp(w, 1)).isEqualTo(w);
        assertThat(v.lerp(w, 0.5).toArray()).containsExactly(2, 1.5);
        assertThat(v.scale(0.1).toArray()[1]).isCloseTo(0.4, within(1e-15));
        assertThat(ParameterVector.of(v.toTensors())).isEqualTo(v);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        ParameterVector a = ParameterVector.of(Map.of("a", Tensor.of(new double[] {3, 4}, 2)));
        ParameterVector b = ParameterVector.of(Map.of("b", Tensor.of(new double[] {3, 4}, 2)));
        assertThatThrownBy(() -> a.dot(b)).hasMessageContaining("[a]").hasMessageContaining("[b]");
        assertThatThrownBy(() -> a.segment("c")).hasMessageContaining("segment is \"c\"; expected one of");
        try (NDManager manager = NDManager.newBaseManager()) {
            Block net = NET.single(manager, INPUT, 1);
            assertThatThrownBy(() -> a.restore(net)).hasMessageContaining("0.weight");
            ParameterVector whole = ParameterVector.of(net);
            assertThatThrownBy(() -> whole.select(n -> !n.startsWith("3")).restore(net))
                    .hasMessageContaining("3.weight");
        }
    }
}

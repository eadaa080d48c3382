package org.kymograph.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LossTest {
    private static final float[] OUTPUTS = {0.8f, 0.1f, 1.3f, 1.1f, 2.2f, 0.9f, -0.4f, 0.3f, 2f, 0, 1, -1};
    private static final float[] OLD = {0.2f, 0.4f, 1f, -1, 2, 0.5f, 0, 0.1f, 0.3f, 3, -2, 1};

    // Two runs of two samples and three classes; the old outputs and the weight, where they are read, come along.
    static Stream<Arguments> losses() {
        return Stream.of(
                Arguments.of(Loss.CROSS_ENTROPY, 0),
                Arguments.of(Loss.BINARY_CROSS_ENTROPY, 0),
                Arguments.of(Loss.smoothed(0.1), 0),
                Arguments.of(Loss.clamped(0.7, 0.05), 0),
                Arguments.of(Loss.weighted(Loss.smoothed(0.2)), 1),
                Arguments.of(Loss.distilled(Loss.CROSS_ENTROPY, 0.5, 2), 3),
                Arguments.of(Loss.distilled(Loss.weighted(Loss.CROSS_ENTROPY), 0.5, 1), 4),
                Arguments.of(Loss.weighted(Loss.distilled(Loss.BINARY_CROSS_ENTROPY, 2, 3)), 4));
    }

    private static NDArray targets(NDManager m, Loss loss) {
        return loss.setting().toString().contains("LABELS")
                ? m.create(new float[] {1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0}, new Shape(2, 2, 3))
                : m.create(new long[] {0, 2, 1, 1}, new Shape(2, 2));
    }

    private static NDArray side(NDManager m, int sides) {
        if (sides == 0) {
            return null;
        }
        float[] out = new float[4 * sides];
        for (int i = 0; i < 4; i++) {
            for (int k = 0; k < sides; k++) {
                out[i * sides + k] = sides == 1 ? 0.5f + i : OLD[(i * 3 + k) % 12];
            }
        }
        return m.create(out, new Shape(2, 2, sides));
    }

    private static float[] perSample(Loss loss, float[] outputs, int sides) {
        try (NDManager m = NDManager.newBaseManager()) {
            return loss.perSample(m.create(outputs, new Shape(2, 2, 3)), targets(m, loss), side(m, sides))
                    .toFloatArray();
        }
    }

    /** The gradient of the sum; what the backward pass reads must outlast a garbage collection before it. */
    private static float[] gradient(Loss loss, int sides) {
        try (NDManager m = NDManager.newBaseManager()) {
            NDArray x = m.create(OUTPUTS, new Shape(2, 2, 3));
            x.setRequiresGradient(true);
            JniUtils.setGradMode(true);
            NDArray sum = loss.perSample(x, targets(m, loss), side(m, sides)).sum();
            List<ByteBuffer> reused = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                System.gc();
                for (int i = 0; i < 5000; i++) {
                    reused.add(ByteBuffer.allocateDirect(4)
                            .order(ByteOrder.nativeOrder())
                            .putFloat(0, 1e9f));
                }
            }
            JniUtils.backward((PtNDArray) sum, (PtNDArray) sum.onesLike(), false, false);
            assertThat(reused).hasSize(15_000);
            return x.getGradient().toFloatArray();
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("losses")
    void gradientsAreThoseOfFiniteDifferences(Loss loss, int sides) {
        assertThat(loss.auxiliaryTargets(3)).isEqualTo(sides);
        float[] gradient = gradient(loss, sides);
        for (int i = 0; i < OUTPUTS.length; i++) {
            float[] up = OUTPUTS.clone();
            float[] down = OUTPUTS.clone();
            up[i] += 1e-2f;
            down[i] -= 1e-2f;
            float[] more = perSample(loss, up, sides);
            float[] less = perSample(loss, down, sides);
            double difference = 0;
            for (int s = 0; s < more.length; s++) {
                difference += (double) more[s] - less[s];
            }
            assertThat(gradient[i]).isCloseTo((float) (difference / 2e-2), within(1e-3f));
        }
    }

    @Test
    void weightsMultiplySampleBySample() {
        float[] plain = perSample(Loss.CROSS_ENTROPY, OUTPUTS, 0);
        float[] weighted = perSample(Loss.weighted(Loss.CROSS_ENTROPY), OUTPUTS, 1);
        for (int i = 0; i < 4; i++) {
            assertThat(weighted[i]).isCloseTo(plain[i] * (0.5f + i), within(1e-6f));
        }
    }

    @Test
    void theDivergenceFromTheOldOutputsIsAddedAsWritten() {
        float[] plain = perSample(Loss.CROSS_ENTROPY, OUTPUTS, 0);
        for (double t : new double[] {1, 2}) {
            float[] distilled = perSample(Loss.distilled(Loss.CROSS_ENTROPY, 0.5, t), OUTPUTS, 3);
            for (int i = 0; i < 4; i++) {
                double[] p = softmax(OLD, 3 * i, t);
                double[] q = softmax(OUTPUTS, 3 * i, t);
                double kl = 0;
                for (int c = 0; c < 3; c++) {
                    kl += p[c] * Math.log(p[c] / q[c]);
                }
                assertThat((double) distilled[i]).isCloseTo(plain[i] + 0.5 * t * t * kl, within(1e-5));
            }
        }
    }

    private static double[] softmax(float[] z, int from, double t) {
        double[] p = new double[3];
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            p[c] = Math.exp(z[from + c] / t);
            sum += p[c];
        }
        for (int c = 0; c < 3; c++) {
            p[c] /= sum;
        }
        return p;
    }

    @Test
    void smoothingMovesTowardsTheMeanOverTheClasses() {
        double[] q = softmax(OUTPUTS, 0, 1);
        double mean = -(Math.log(q[0]) + Math.log(q[1]) + Math.log(q[2])) / 3;
        assertThat((double) perSample(Loss.smoothed(0.1), OUTPUTS, 0)[0])
                .isCloseTo(-0.9 * Math.log(q[0]) + 0.1 * mean, within(1e-6));
        assertThat(perSample(Loss.smoothed(0), OUTPUTS, 0))
                .containsExactly(perSample(Loss.CROSS_ENTROPY, OUTPUTS, 0), within(1e-6f));
    }

    @Test
    void labelsAreRightTogether() {
        try (NDManager m = NDManager.newBaseManager()) {
            NDArray outputs = m.create(new float[] {1, -1, 2, 100, -100, -3}, new Shape(1, 2, 3));
            NDArray targets = m.create(new float[] {1, 0, 1, 0, 1, 0}, new Shape(1, 2, 3));
            assertThat(Loss.BINARY_CROSS_ENTROPY.correct(outputs, targets).toBooleanArray())
                    .containsExactly(true, false);
            float[] loss =
                    Loss.BINARY_CROSS_ENTROPY.perSample(outputs, targets, null).toFloatArray();
            assertThat((double) loss[0])
                    .isCloseTo((2 * Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(-2))) / 3, within(1e-6));
            assertThat((double) loss[1]).isCloseTo((200 + Math.log1p(Math.exp(-3))) / 3, within(1e-4));
        }
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> Loss.smoothed(1)).hasMessage("epsilon is 1; expected from 0 to below 1");
        assertThatThrownBy(() -> Loss.distilled(Loss.HINGE, 1, 0))
                .hasMessage("temperature is 0; expected a finite number above 0");
        assertThatThrownBy(() -> perSample(Loss.weighted(Loss.CROSS_ENTROPY), OUTPUTS, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("auxiliary targets");
    }

    @Test
    void theClampedCrossEntropyIsBounded() {
        float[] got = perSample(Loss.clamped(2, 0.01), OUTPUTS, 0);
        int[] classes = {0, 2, 1, 1};
        for (int i = 0; i < 4; i++) {
            double sum = 0;
            for (int c = 0; c < 3; c++) {
                sum += Math.exp(2 * OUTPUTS[3 * i + c]);
            }
            double p = Math.exp(2 * OUTPUTS[3 * i + classes[i]]) / sum;
            assertThat((double) got[i]).isCloseTo(-Math.log(p + 0.01), within(1e-5));
        }
        float[] sure = {90, 0, 0, 90, 0, 0, 90, 0, 0, 90, 0, 0};
        assertThat(perSample(Loss.clamped(1, 1e-7), sure, 0)[1]).isCloseTo((float) -Math.log(1e-7), within(1e-3f));
        assertThat(perSample(Loss.clamped(1, 0), sure, 0)[1]).isCloseTo(90f, within(1e-3f));
        assertThatThrownBy(() -> Loss.clamped(0, 0)).hasMessageContaining("scaling is 0");
        assertThatThrownBy(() -> Loss.clamped(1, 1)).hasMessageContaining("floor is 1");
    }
}

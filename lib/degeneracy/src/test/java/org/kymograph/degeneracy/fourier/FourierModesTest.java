package org.kymograph.degeneracy.fourier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.base.Streams;

class FourierModesTest {
    private static final long SEED = 11;

    private static double[][] normal(int p, int d) {
        RandomGenerator random = Streams.of(SEED, "rows", p, d);
        double[][] rows = new double[p][d];
        for (double[] row : rows) {
            Arrays.setAll(row, c -> Streams.gaussian(random));
        }
        return rows;
    }

    /** Rows (α cos(2πkj/p), β sin(2πkj/p)) and a constant. */
    private static double[][] ring(int p, int k, double alpha, double beta, double constant) {
        return IntStream.range(0, p)
                .mapToObj(j -> new double[] {
                    alpha * Math.cos(2 * Math.PI * k * j / p), beta * Math.sin(2 * Math.PI * k * j / p), constant
                })
                .toArray(double[][]::new);
    }

    @Test
    void aRingHasOneModeOfAMagnitudeInClosedForm() {
        // Σ_j cos² = p/2, so that mode k has the norm √(α² + β²)·p/2, and mode 0 that of the constant, p·c.
        double[] magnitudes = FourierModes.magnitudes(ring(13, 3, 2, 5, 0.5));
        double[] expected = new double[7];
        expected[0] = 13 * 0.5;
        expected[3] = Math.sqrt(4 + 25) * 13 / 2;
        assertThat(magnitudes).containsExactly(expected, within(1e-12));
        assertThat(FourierModes.keyModes(magnitudes)).containsExactly(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 13, 53})
    void theModesHoldAllOfTheMatrix(int p) {
        double[][] rows = normal(p, 5);
        double[] magnitudes = FourierModes.magnitudes(rows);
        double modes = 0;
        for (int k = 0; k < magnitudes.length; k++) {
            modes += (k == 0 || 2 * k == p ? 1 : 2) * magnitudes[k] * magnitudes[k];
        }
        double all = Arrays.stream(rows)
                .flatMapToDouble(Arrays::stream)
                .map(x -> x * x)
                .sum();
        // Parseval
        assertThat(modes / p).as("seed " + SEED).isCloseTo(all, within(1e-9 * all));
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 13})
    void keepingModesIsAProjection(int p) {
        double[][] rows = normal(p, 4);
        int[] every = IntStream.rangeClosed(1, p / 2).toArray();
        same(FourierModes.keepOnly(rows, every), rows);
        double[][] some = FourierModes.keepOnly(rows, 2, 5);
        same(FourierModes.keepOnly(some, 2, 5), some);
        // Mode p − 5 is mode 5.
        same(FourierModes.keepOnly(rows, 2, p - 5, 5), some);
        double[] kept = FourierModes.magnitudes(some);
        double[] before = FourierModes.magnitudes(rows);
        for (int k = 0; k < kept.length; k++) {
            assertThat(kept[k]).as("mode " + k).isCloseTo(k == 0 || k == 2 || k == 5 ? before[k] : 0, within(1e-9));
        }
    }

    @Test
    void keepingDirectionsIsAProjectionAndMayBeSingular() {
        double[][] rows = normal(13, 6);
        double[][] some = FourierModes.keepOnlyDirections(rows, 2, 3);
        same(FourierModes.keepOnlyDirections(some, 2, 3), some);
        assertThat(FourierModes.magnitudes(some)[2]).isCloseTo(FourierModes.magnitudes(rows)[2], within(1e-9));
        assertThat(FourierModes.magnitudes(some)[3]).isCloseTo(FourierModes.magnitudes(rows)[3], within(1e-9));
        // Seven directions of six columns, and the same ones twice: everything is kept.
        same(FourierModes.keepOnlyDirections(rows, 1, 2, 3), rows);
        same(FourierModes.keepOnlyDirections(ring(13, 3, 2, 5, 0.5), 3, 4), ring(13, 3, 2, 5, 0.5));
    }

    @Test
    void theCircleOfAnAbsentModeIsAPointAndThatOfARingARing() {
        double[][][] circles = FourierModes.circles(ring(13, 3, 2, 2, 0));
        assertThat(circles.length).isEqualTo(7);
        for (int j = 0; j < 13; j++) {
            // Row k of CG is α²p/2 times cos(2πkj/p).
            assertThat(Math.hypot(circles[3][0][j], circles[3][1][j])).isCloseTo(4 * 13 / 2.0, within(1e-9));
            assertThat(circles[3][0][j]).isCloseTo(26 * Math.cos(2 * Math.PI * 3 * j / 13), within(1e-9));
            assertThat(Math.hypot(circles[4][0][j], circles[4][1][j])).isCloseTo(0, within(1e-9));
        }
    }

    @Test
    void sparsityIsTheGiniCoefficient() {
        assertThat(FourierModes.gini(new double[] {3, 3, 3})).isCloseTo(0, within(1e-12));
        assertThat(FourierModes.gini(new double[] {0, 0, 0, 8})).isCloseTo(0.75, within(1e-12));
        // 1, 3: (−1·1 + 1·3) / (2·4)
        assertThat(FourierModes.gini(new double[] {3, 1})).isCloseTo(0.25, within(1e-12));
        assertThatThrownBy(() -> FourierModes.gini(new double[] {0, 0})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void modesAreCheckedAndFolded() {
        assertThat(IntStream.of(0, 5, 26, 27, 52, 53, 54, -1).map(k -> FourierModes.fold(k, 53)))
                .containsExactly(0, 5, 26, 26, 1, 0, 1, 1);
        assertThatThrownBy(() -> FourierModes.keepOnly(normal(5, 2), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mode is 0; expected 1 to 4");
        assertThat(FourierModes.keyModes(new double[] {9, 1, 2, 1.5, 1})).containsExactly(2);
        assertThat(FourierModes.keyModes(new double[] {9, 1, 20, 1.5, 1, 30})).containsExactly(5, 2);
    }

    @Test
    void aFunctionOfTheSumIsItsRestriction() {
        int p = 7;
        double[][] logits = new double[p * p][p];
        int[] pairs = IntStream.range(0, p * p).toArray();
        int[] labels = IntStream.of(pairs).map(i -> (i / p + i % p) % p).toArray();
        for (int i : pairs) {
            for (int c = 0; c < p; c++) {
                logits[i][c] = 3 * Math.cos(2 * Math.PI * 2 * (labels[i] - c) / p);
            }
        }
        double sum = 0;
        for (int c = 0; c < p; c++) {
            sum += Math.exp(3 * Math.cos(2 * Math.PI * 2 * c / p));
        }
        double learned = Math.log(sum) - 3;
        double uniform = Math.log(p);
        loss(LogitModes.restricted(logits, 2), pairs, labels, learned);
        loss(LogitModes.excluded(logits, 2), pairs, labels, uniform);
        loss(LogitModes.restricted(logits, 1, 3), pairs, labels, uniform);
        loss(LogitModes.excluded(logits, 1, 3), pairs, labels, learned);
        // Where half of the pairs were learned by heart and the rest gives nothing, only the part that is fitted to all
        // pairs knows.
        int[] seen = IntStream.of(pairs).filter(i -> i % p < 4).toArray();
        int[] unseen = IntStream.of(pairs).filter(i -> i % p >= 4).toArray();
        double[][] byHeart = new double[p * p][p];
        for (int i : seen) {
            byHeart[i] = logits[i];
        }
        int[] unseenLabels = IntStream.of(unseen).map(i -> labels[i]).toArray();
        assertThat(LogitModes.crossEntropy(LogitModes.restricted(byHeart, 2), unseen, unseenLabels))
                .isLessThan(uniform - 0.5);
        loss(LogitModes.restricted(byHeart, unseen, 2), unseen, unseenLabels, uniform);
        loss(LogitModes.restricted(logits, unseen, 2), unseen, unseenLabels, learned);
        // What depends on a alone, or on nothing, belongs to no frequency of the sum.
        for (int i : pairs) {
            logits[i][i / p] += 5;
            logits[i][0] += 2;
        }
        loss(LogitModes.restricted(logits, 2), pairs, labels, learned);
    }

    private static void loss(double[][] logits, int[] pairs, int[] labels, double expected) {
        assertThat(LogitModes.crossEntropy(logits, pairs, labels)).isCloseTo(expected, within(1e-9));
    }

    private static void same(double[][] found, double[][] expected) {
        for (int j = 0; j < expected.length; j++) {
            assertThat(found[j]).as("seed " + SEED + ", row " + j).containsExactly(expected[j], within(1e-9));
        }
    }
}

package org.kymograph.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.base.Streams;

class MatrixStatisticsTest {
    private static final Offset<Double> TINY = within(1e-12);

    private static double[] random(int size, long seed) {
        RandomGenerator random = Streams.of(seed, "matrix");
        double[] x = new double[size];
        Arrays.setAll(x, i -> Streams.gaussian(random));
        return x;
    }

    @ParameterizedTest
    @CsvSource({"5,5", "5,3", "3,5", "12,3", "3,12", "1,4", "4,1", "1,1"})
    void diagonalMatricesHaveTheirEntriesAsSingularValues(int m, int n) {
        double[] x = new double[m * n];
        int r = Math.min(m, n);
        double sum = 0;
        double trace = 0;
        for (int i = 0; i < r; i++) {
            x[i * n + i] = (i % 2 == 0 ? 1 : -1) * (i + 1);
            sum += i + 1;
            trace += x[i * n + i];
        }
        MatrixStatistics s = MatrixStatistics.of(x, m, n);
        double[] singular = s.singularValues();
        assertThat(singular).hasSize(r);
        for (int i = 0; i < r; i++) {
            assertThat(singular[i]).isCloseTo(r - i, TINY);
        }
        assertThat(s.trace()).isEqualTo(trace);
        assertThat(s.l1()).isEqualTo(sum);
        assertThat(s.spectral()).isCloseTo(r, TINY);
        assertThat(s.meanSingularValue()).isCloseTo((r + 1) / 2.0, TINY);
        // The unbiased variance of 1 … r is r(r+1)/12.
        if (r == 1) {
            assertThat(s.varSingularValue()).isNaN();
        } else {
            assertThat(s.varSingularValue()).isCloseTo(r * (r + 1) / 12.0, TINY);
        }
    }

    @ParameterizedTest
    @CsvSource({"8,8", "8,5", "5,8", "40,4", "4,40", "1,9", "9,1"})
    void matricesOfRankOneHaveOneSingularValue(int m, int n) {
        double[] u = random(m, 1);
        double[] v = random(n, 2);
        double[] x = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                x[i * n + j] = u[i] * v[j];
            }
        }
        double norm = Math.sqrt(Arrays.stream(u).map(a -> a * a).sum()
                * Arrays.stream(v).map(a -> a * a).sum());
        MatrixStatistics s = MatrixStatistics.of(x, m, n);
        assertThat(s.spectral()).isCloseTo(norm, within(1e-12 * norm));
        assertThat(s.l2()).isCloseTo(norm, within(1e-12 * norm));
        assertThat(Arrays.stream(s.singularValues()).skip(1)).allMatch(a -> a == 0);
    }

    @Test
    void reflectionsHaveOnlyOnes() {
        int n = 20;
        double[] v = random(n, 3);
        double vv = Arrays.stream(v).map(a -> a * a).sum();
        double[] x = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                x[i * n + j] = (i == j ? 1 : 0) - 2 * v[i] * v[j] / vv;
            }
        }
        MatrixStatistics s = MatrixStatistics.of(x, n, n);
        assertThat(Arrays.stream(s.singularValues()).boxed()).hasSize(n).allSatisfy(a -> assertThat(a)
                .isCloseTo(1, TINY));
        assertThat(s.trace()).isCloseTo(n - 2, TINY);
        assertThat(s.computationalSparsity()).isCloseTo(n - 2, within(1e-11));
        assertThat(s.varSingularValue()).isCloseTo(0, TINY);
        // Orthogonal columns: a part of a reflection.
        assertThat(Arrays.stream(MatrixStatistics.of(Arrays.copyOf(x, 6 * n), 6, n)
                                .singularValues())
                        .boxed())
                .hasSize(6)
                .allSatisfy(a -> assertThat(a).isCloseTo(1, TINY));
    }

    @ParameterizedTest
    @CsvSource({"30,30", "31,17", "300,12", "12,300"})
    void singularValuesSurviveTransposingAndScaling(int m, int n) {
        double[] x = random(m * n, 4);
        double[] transposed = new double[x.length];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                transposed[j * m + i] = -8 * x[i * n + j];
            }
        }
        double[] a = MatrixStatistics.of(x, m, n).singularValues();
        double[] b = MatrixStatistics.of(transposed, n, m).singularValues();
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            assertThat(b[i]).isCloseTo(8 * a[i], within(1e-12 * 8 * a[0]));
            squares += a[i] * a[i];
        }
        assertThat(a).isSortedAccordingTo((p, q) -> Double.compare(q, p));
        assertThat(Math.sqrt(squares)).isCloseTo(MatrixStatistics.of(x, m, n).l2(), within(1e-11));
    }

    @Test
    void singularValuesBelowTheThresholdAreZeroButNotTheNorm() {
        MatrixStatistics s = MatrixStatistics.of(new double[] {9e-6, 0, 0, 2e-6}, 2, 2);
        assertThat(s.singularValues()).containsExactly(0, 0);
        assertThat(s.spectral()).isCloseTo(9e-6, within(1e-18));
        assertThat(MatrixStatistics.of(new double[] {1.1e-5}, 1, 1).singularValues()[0])
                .isCloseTo(1.1e-5, TINY);
    }

    @Test
    void floatsAreTakenAtTheirExactValue() {
        assertThat(MatrixStatistics.of(new float[] {0.1f, 2, 3, 4}, 2, 2).trace())
                .isEqualTo((double) 0.1f + 4);
    }

    @Test
    void concurrentCallersGetTheSameNumbers() throws InterruptedException, ExecutionException {
        double[] x = random(1000 * 40, 5);
        double[] alone = MatrixStatistics.of(x, 1000, 40).singularValues();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<double[]>> results = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                results.add(
                        threads.submit(() -> MatrixStatistics.of(x, 1000, 40).singularValues()));
            }
            for (Future<double[]> result : results) {
                assertThat(result.get()).containsExactly(alone);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void refusesShapesThatDoNotFit() {
        assertThatThrownBy(() -> MatrixStatistics.of(new double[6], 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 × 2");
        assertThatThrownBy(() -> MatrixStatistics.of(new double[0], 0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MatrixStatistics.of(new float[0], 65536, 65536))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TensorStatistics.Convolution.of(new double[6], 4))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package org.kymograph.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;

class CkaTest {
    private static final double[][] X = normal("x", 12, 3);
    private static final double[][] Y = normal("y", 12, 5);

    private static double[][] normal(String name, int rows, int columns) {
        RandomGenerator random = Streams.of(0, name);
        double[][] out = new double[rows][columns];
        for (double[] row : out) {
            Arrays.setAll(row, i -> Streams.gaussian(random));
        }
        return out;
    }

    private static double[][] times(double[][] a, double[][] b) {
        double[][] out = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    out[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return out;
    }

    private static double[][] transposed(double[][] a) {
        double[][] out = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                out[j][i] = a[i][j];
            }
        }
        return out;
    }

    // The formula with whole matrices and vectors of ones, term by term.
    private static double hsic(double[][] x, double[][] y) {
        int n = x.length;
        double[][] k = times(x, transposed(x));
        double[][] l = times(y, transposed(y));
        double[][] one = new double[n][1];
        for (int i = 0; i < n; i++) {
            k[i][i] = 0;
            l[i][i] = 0;
            one[i][0] = 1;
        }
        double[][] kl = times(k, l);
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += kl[i][i];
        }
        double[][] t = transposed(one);
        double sums = times(times(t, k), one)[0][0] * times(times(t, l), one)[0][0];
        double mixed = times(times(t, kl), one)[0][0];
        return (trace + sums / ((n - 1.0) * (n - 2.0)) - 2 * mixed / (n - 2.0)) / (n * (n - 3.0));
    }

    @Test
    void agreesWithTheFormula() {
        assertThat(Cka.of(X, Y)).isCloseTo(hsic(X, Y) / Math.sqrt(hsic(X, X) * hsic(Y, Y)), within(1e-12));
    }

    @Test
    void rotationScaleAndShiftChangeNothing() {
        assertThat(Cka.of(X, X)).isCloseTo(1, within(1e-12));
        double c = Math.cos(0.7);
        double s = Math.sin(0.7);
        double[][] turned = times(X, new double[][] {{c, -s, 0}, {s, c, 0}, {0, 0, -1}});
        assertThat(Cka.of(X, turned)).isCloseTo(1, within(1e-12));
        double[][] moved = new double[X.length][];
        Arrays.setAll(moved, i -> Arrays.stream(turned[i]).map(v -> -3 * v).toArray());
        assertThat(Cka.of(moved, Y)).isCloseTo(Cka.of(X, Y), within(1e-12));
        // A shift adds terms to the kernel that the unbiased estimator cancels.
        Arrays.setAll(moved, i -> Arrays.stream(X[i]).map(v -> v + 5).toArray());
        assertThat(Cka.of(moved, Y)).isCloseTo(Cka.of(X, Y), within(1e-9));
        assertThat(Cka.of(Y, X)).isCloseTo(Cka.of(X, Y), within(1e-12));
    }

    @Test
    void aStretchOfOneUnitChangesIt() {
        double[][] stretched = times(X, new double[][] {{10, 0, 0}, {0, 1, 0}, {0, 0, 1}});
        assertThat(Cka.of(X, stretched)).isBetween(0.1, 0.95);
    }

    @Test
    void batchesAreAveragedBeforeTheQuotient() {
        double[][] x1 = Arrays.copyOfRange(X, 0, 5);
        double[][] x2 = Arrays.copyOfRange(X, 5, 12);
        double[][] y1 = Arrays.copyOfRange(Y, 0, 5);
        double[][] y2 = Arrays.copyOfRange(Y, 5, 12);
        Cka cka = new Cka(1, 2);
        cka.add(List.<double[][]>of(x1), List.of(y1, x1));
        cka.add(List.<double[][]>of(x2), List.of(y2, x2));
        double expected = (hsic(x1, y1) + hsic(x2, y2))
                / Math.sqrt((hsic(x1, x1) + hsic(x2, x2)) * (hsic(y1, y1) + hsic(y2, y2)));
        assertThat(cka.values()[0][0]).isCloseTo(expected, within(1e-12));
        assertThat(cka.values()[0][1]).isCloseTo(1, within(1e-12));
        assertThat(cka.batches()).isEqualTo(2);
    }

    @Test
    void arraysOfAnyShapeAreFlattened() {
        try (NDManager manager = NDManager.newBaseManager()) {
            double[] flat = Arrays.stream(normal("z", 12, 6))
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            Cka cka = new Cka(1, 1);
            cka.add(
                    new NDList(manager.create(flat, new Shape(12, 2, 3)).toType(DataType.FLOAT32, true)),
                    new NDList(manager.create(
                            Arrays.stream(Y).flatMapToDouble(Arrays::stream).toArray(), new Shape(12, 5))));
            assertThat(cka.values()[0][0]).isCloseTo(Cka.of(normal("z", 12, 6), Y), within(1e-6));
        }
    }

    @Test
    void constantActivationsHaveNoAlignmentAndBadOnesAreRefused() {
        assertThat(Cka.of(new double[12][3], Y)).isNaN();
        assertThatThrownBy(() -> Cka.of(new double[3][2], new double[3][2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the number of samples in a batch is 3; expected at least 4");
        assertThatThrownBy(() -> Cka.of(X, normal("y", 11, 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a layer has length 11");
        double[][] nan = normal("n", 12, 2);
        nan[3][1] = Double.NaN;
        assertThatThrownBy(() -> Cka.of(nan, Y))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a finite number");
        assertThatThrownBy(() -> new Cka(1, 1).add(List.<double[][]>of(X), List.of(Y, Y)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the number of layers is 2");
    }
}

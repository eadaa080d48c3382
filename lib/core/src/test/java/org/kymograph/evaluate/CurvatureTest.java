package org.kymograph.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import org.kymograph.train.loss.Loss;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CurvatureTest {
    private static final long SEED = 11;

    /** Symmetric, with eigenvalues as given. */
    private static double[][] matrix(double... eigenvalues) {
        int n = eigenvalues.length;
        RandomGenerator random = Streams.of(SEED, "matrix");
        double[][] q = new double[n][];
        for (int i = 0; i < n; i++) {
            q[i] = KrylovBasis.normal(random, n);
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    KrylovBasis.add(q[i], -KrylovBasis.dot(q[i], q[j]), q[j]);
                }
            }
            double norm = KrylovBasis.norm(q[i]);
            q[i] = Arrays.stream(q[i]).map(x -> x / norm).toArray();
        }
        double[][] out = new double[n][n];
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                KrylovBasis.add(out[i], eigenvalues[k] * q[k][i], q[k]);
            }
        }
        return out;
    }

    @Test
    void lanczosFindsBothEndsOfASpectrum() {
        double[] spectrum = IntStream.range(0, 60)
                .mapToDouble(i -> i == 59 ? 20 : i == 0 ? -3 : i / 60.0)
                .toArray();
        HessianOperator h = HessianOperator.of(matrix(spectrum));
        List<Lanczos.Eigenpair> top = Lanczos.withDefaults().largest(h, 3);
        assertThat(top).extracting(Lanczos.Eigenpair::converged).containsOnly(true);
        assertThat(top.get(0).value()).isCloseTo(20, within(1e-9));
        assertThat(top.get(1).value()).isCloseTo(58 / 60.0, within(1e-6));
        assertThat(top.get(2).value()).isCloseTo(57 / 60.0, within(1e-6));
        Lanczos.Eigenpair lowest = Lanczos.withDefaults().smallest(h, 1).get(0);
        assertThat(lowest.value()).isCloseTo(-3, within(1e-9));
        double[] product = h.apply(new double[][] {lowest.vector()})[0];
        KrylovBasis.add(product, 3, lowest.vector());
        assertThat(KrylovBasis.norm(product)).isCloseTo(lowest.residual(), within(1e-8));
        assertThat(KrylovBasis.norm(lowest.vector())).isCloseTo(1, within(1e-12));
    }

    @Test
    void whatHasNotConvergedIsSaidToHaveNot() {
        double[] spectrum = IntStream.range(0, 200).mapToDouble(i -> i / 200.0).toArray();
        HessianOperator h = HessianOperator.of(matrix(spectrum));
        Lanczos.Eigenpair early =
                Lanczos.withDefaults().withIterations(8).largest(h, 1).get(0);
        assertThat(early.converged()).isFalse();
        // An eigenvalue lies within the residual all the same.
        assertThat(Arrays.stream(spectrum)
                        .map(x -> Math.abs(x - early.value()))
                        .min()
                        .orElseThrow())
                .isLessThanOrEqualTo(early.residual() + 1e-12);
        assertThat(Lanczos.withDefaults().largest(h, 1).get(0).converged()).isTrue();
    }

    @Test
    void eigenvaluesThatRepeatCountEach() {
        double[] spectrum = new double[20];
        Arrays.fill(spectrum, 15, 20, 2);
        HessianOperator h = HessianOperator.of(matrix(spectrum));
        assertThat(Lanczos.withDefaults().largest(h, 7))
                .extracting(Lanczos.Eigenpair::value)
                .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : Double.compare(a, b))
                .containsExactly(2.0, 2.0, 2.0, 2.0, 2.0, 0.0, 0.0);
        assertThat(Lanczos.withDefaults()
                        .largest(HessianOperator.of(new double[][] {{5}}), 1)
                        .get(0)
                        .value())
                .isEqualTo(5);
        assertThatThrownBy(() -> Lanczos.withDefaults().largest(h, 21)).hasMessage("count is 21; expected 1 to 20");
    }

    @Test
    void tracesComeWithTheirError() {
        double[][] diagonal = new double[5][5];
        for (int i = 0; i < 5; i++) {
            diagonal[i][i] = i;
        }
        assertThat(HutchinsonTrace.of(HessianOperator.of(diagonal), 3, 0)).isEqualTo(new HutchinsonTrace(10, 0, 3));
        double[] spectrum = IntStream.range(0, 40).mapToDouble(i -> i).toArray();
        HessianOperator h = HessianOperator.of(matrix(spectrum));
        int within = 0;
        double variance = 0;
        for (int seed = 0; seed < 100; seed++) {
            HutchinsonTrace t = HutchinsonTrace.of(h, 50, seed);
            within += Math.abs(t.trace() - 780) <= 2 * t.standardError() ? 1 : 0;
            variance += (t.trace() - 780) * (t.trace() - 780) / 100;
        }
        // 95 % are expected.
        assertThat(within).as("seeds 0 to 99").isBetween(86, 100);
        double off = 0;
        double[][] m = h.matrix();
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 40; j++) {
                off += i == j ? 0 : m[i][j] * m[i][j];
            }
        }
        assertThat(variance).as("seeds 0 to 99").isCloseTo(2 * off / 50, within(0.4 * 2 * off / 50));
    }

    @Test
    void tracesWithTheLargeEigenvaluesTakenOut() {
        // Of rank 5: ten products hold the whole range.
        double[] low = new double[40];
        for (int i = 0; i < 5; i++) {
            low[i] = i - 1.5;
        }
        XTrace exact = XTrace.of(HessianOperator.of(matrix(low)), 20, 1);
        assertThat(exact.trace()).isCloseTo(2.5, within(1e-9));
        assertThat(exact.standardError()).isZero();
        assertThat(exact.products()).isEqualTo(15);
        double[] decaying =
                IntStream.range(0, 40).mapToDouble(i -> Math.pow(0.7, i)).toArray();
        double trace = Arrays.stream(decaying).sum();
        HessianOperator h = HessianOperator.of(matrix(decaying));
        double squares = 0;
        double peer = 0;
        double mean = 0;
        int within = 0;
        for (int seed = 0; seed < 100; seed++) {
            XTrace t = XTrace.of(h, 20, seed);
            squares += Math.pow(t.trace() - trace, 2);
            peer += Math.pow(HutchinsonTrace.of(h, 20, seed).trace() - trace, 2);
            mean += t.trace() / 100;
            within += Math.abs(t.trace() - trace) <= 3 * t.standardError() ? 1 : 0;
        }
        assertThat(squares).as("seeds 0 to 99").isLessThan(peer / 20);
        assertThat(mean).as("seeds 0 to 99").isCloseTo(trace, within(4 * Math.sqrt(squares) / 100));
        assertThat(within).as("seeds 0 to 99").isGreaterThan(85);
        // As many vectors as rows: nothing is left to chance.
        assertThat(XTrace.of(h, 1000, 0).trace()).isCloseTo(trace, within(1e-9));
        assertThatThrownBy(() -> XTrace.of(h, 3, 0)).hasMessage("products is 3; expected at least 4");
    }

    @Test
    void densitiesHaveTheMomentsOfTheSpectrum() {
        double[] spectrum =
                IntStream.range(0, 50).mapToDouble(i -> i == 49 ? 10 : i / 50.0).toArray();
        HessianOperator h = HessianOperator.of(matrix(spectrum));
        SpectralDensity density = SpectralDensity.of(h, 200, 12, 1);
        for (int k = 0; k <= 3; k++) {
            int power = k;
            double exact = Arrays.stream(spectrum)
                    .map(x -> Math.pow(x, power))
                    .average()
                    .orElseThrow();
            assertThat(density.moment(k)).as("moment %d", k).isCloseTo(exact, within(0.15 * exact));
        }
        double[] places =
                IntStream.range(0, 1300).mapToDouble(i -> -1 + i / 100.0).toArray();
        double[] d = density.density(places, 0.1);
        assertThat(Arrays.stream(d).sum() / 100).isCloseTo(1, within(1e-3));
        // One eigenvalue of fifty lies near 10.
        double far = IntStream.range(0, places.length)
                        .filter(i -> places[i] > 5)
                        .mapToDouble(i -> d[i])
                        .sum()
                / 100;
        assertThat(far).isCloseTo(1 / 50.0, within(0.006));
        assertThat(Arrays.stream(density.standardErrors(places, 0.1))).allMatch(e -> e >= 0 && e < 0.3);
        assertThat(Arrays.stream(density.weights()[0]).sum()).isCloseTo(1, within(1e-9));
        // With as many steps as rows a probe's quadrature has the eigenvalues themselves.
        assertThat(SpectralDensity.of(h, 2, 50, 1).nodes()[0]).hasSize(50).satisfies(nodes -> assertThat(nodes[0])
                .isCloseTo(10, within(1e-9)));
    }

    @Test
    void theHessianOfANetwork() {
        int n = 30;
        RandomGenerator random = Streams.of(SEED, "inputs");
        float[] x = new float[n * 3];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Streams.gaussian(random);
        }
        Dataset data = new Dataset(
                "points",
                "train",
                0,
                Tensor.of(x, n, 3),
                Tensor.of(random.longs(n, 0, 2).toArray(), n),
                2,
                Scaling.NONE);
        Objective objective = Objective.of(Mlp.of(2, 4).withActivation(Mlp.Activation.TANH), Loss.CROSS_ENTROPY, data)
                .withDtype(Dtype.F64);
        ParameterVector w = objective.initial(5);
        try (ObjectiveSession session = objective.open()) {
            HessianOperator h = HessianOperator.of(session, w);
            double[][] m = h.matrix();
            // Second differences of the loss, which share no gradient with the operator.
            for (int i : new int[] {0, 7, w.size() - 1}) {
                for (int j : new int[] {3, i}) {
                    double e = 1e-4;
                    double[] l = session.meanLosses(List.of(
                            moved(w, i, e, j, e),
                            moved(w, i, e, j, -e),
                            moved(w, i, -e, j, e),
                            moved(w, i, -e, j, -e)));
                    assertThat(m[i][j]).isCloseTo((l[0] - l[1] - l[2] + l[3]) / (4 * e * e), within(1e-6));
                }
            }
            double[] exact = new EigenDecomposition(new Array2DRowRealMatrix(m)).getRealEigenvalues();
            Arrays.sort(exact);
            Lanczos.Eigenpair top = Lanczos.withDefaults().largest(h, 1).get(0);
            assertThat(top.converged()).isTrue();
            assertThat(top.value()).isCloseTo(exact[exact.length - 1], within(1e-7));
            assertThat(Lanczos.withDefaults().smallest(h, 1).get(0).value()).isCloseTo(exact[0], within(1e-7));
            // A block, and the hyperplane orthogonal to the gradient.
            ParameterVector mask = w.mask("^0\\.weight$");
            double[][] block = h.restrictedTo(mask).matrix();
            assertThat(block).hasDimensions(12, 12);
            assertThat(block[2][5]).isCloseTo(m[2][5], within(1e-8));
            double[] g = session.gradients(List.of(w)).get(0).toArray();
            HessianOperator orthogonal = h.orthogonalTo(g);
            assertThat(KrylovBasis.norm(orthogonal.apply(new double[][] {g})[0]))
                    .isLessThan(1e-9);
            double trace =
                    IntStream.range(0, m.length).mapToDouble(i -> m[i][i]).sum();
            double along = KrylovBasis.dot(g, h.apply(new double[][] {g})[0]) / KrylovBasis.dot(g, g);
            double[][] p = orthogonal.matrix();
            assertThat(IntStream.range(0, p.length).mapToDouble(i -> p[i][i]).sum())
                    .isCloseTo(trace - along, within(1e-7));
        }
    }

    private static ParameterVector moved(ParameterVector w, int i, double a, int j, double b) {
        double[] values = w.toArray();
        values[i] += a;
        values[j] += b;
        return w.withValues(values);
    }
}

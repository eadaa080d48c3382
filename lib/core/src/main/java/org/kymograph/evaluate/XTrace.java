package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;

/**
 * An estimate of a Hessian's trace that takes the few large eigenvalues out first and leaves only the rest to chance: from k
 * vectors of random signs, the trace within the space that all but one of their products span, and vᵀHv of what is outside of it
 * for the one, in turn. Where eigenvalues decay it needs far fewer products than {@link HutchinsonTrace} for the same error; where
 * they don't, it is no better. It takes size × products numbers.
 *
 * <p>Source: Epperly, Tropp and Webber, XTrace: making the most of every sample in stochastic trace estimation (2024),
 * doi:10.1137/23M1548323.
 *
 * @param trace the mean over the k estimates
 * @param standardError their standard deviation over √k, which is a rough guide, since they are not independent
 * @param products the number of products, 2k; as many as there are rows if they were enough for all of them
 */
public record XTrace(double trace, double standardError, int products) {
    private static final int TOGETHER = 16;
    // Below this share of the largest number in R a product adds nothing new.
    private static final double RANK = 1e-11;

    /**
     * Estimates a trace.
     *
     * @param hessian the operator
     * @param products the number of products, at least 4; with twice the size or more the trace is exact
     * @param seed the random seed
     * @return the estimate
     */
    public static XTrace of(HessianOperator hessian, int products, long seed) {
        Arguments.atLeast("products", products, 4);
        int n = hessian.size();
        if (products >= 2 * n) {
            // As many vectors as rows: the unit vectors tell the trace itself.
            double[][] columns = apply(
                    hessian,
                    IntStream.range(0, n)
                            .mapToObj(i -> {
                                double[] unit = new double[n];
                                unit[i] = 1;
                                return unit;
                            })
                            .toArray(double[][]::new));
            return new XTrace(
                    IntStream.range(0, n).mapToDouble(i -> columns[i][i]).sum(), 0, n);
        }
        RandomGenerator random = Streams.of(seed, "xtrace");
        int k = products / 2;
        double[][] omega = new double[k][];
        Arrays.setAll(omega, i -> HutchinsonTrace.signs(random, n));
        double[][] y = apply(hessian, omega);
        List<double[]> q = new ArrayList<>();
        double[][] r = new double[k][k];
        double scale = Arrays.stream(y).mapToDouble(KrylovBasis::norm).max().orElse(0);
        for (int i = 0; i < k; i++) {
            double[] rest = y[i].clone();
            for (int twice = 0; twice < 2; twice++) {
                for (int j = 0; j < q.size(); j++) {
                    double c = KrylovBasis.dot(q.get(j), rest);
                    r[j][i] += c;
                    KrylovBasis.add(rest, -c, q.get(j));
                }
            }
            double norm = KrylovBasis.norm(rest);
            if (norm > RANK * scale) {
                r[q.size()][i] = norm;
                q.add(Arrays.stream(rest).map(x -> x / norm).toArray());
            }
        }
        RealMatrix h = gram(q, apply(hessian, q.toArray(double[][]::new)));
        if (q.size() < k) {
            // The products span the whole range already.
            return new XTrace(h == null ? 0 : h.getTrace(), 0, k + q.size());
        }
        double[] found = estimates(omega, y, q, r, h);
        double mean = Arrays.stream(found).average().orElseThrow();
        double squares = Arrays.stream(found).map(x -> (x - mean) * (x - mean)).sum();
        return new XTrace(mean, k == 1 ? 0 : Math.sqrt(squares / (k - 1) / k), 2 * k);
    }

    // Without ωᵢ, the projection is Q(I − ss')Q' with s the unit vector along R⁻ᵀeᵢ. With u = (I − ss')Q'ωᵢ the
    // estimate is
    // tr H − s'Hs + (ωᵢ − Qu)'A(ωᵢ − Qu), where H = Q'AQ and Q'Aωᵢ = Reᵢ.
    private static double[] estimates(double[][] omega, double[][] y, List<double[]> q, double[][] r, RealMatrix h) {
        int k = omega.length;
        RealMatrix inverse =
                new LUDecomposition(new Array2DRowRealMatrix(r), 0).getSolver().getInverse();
        double[] found = new double[k];
        for (int i = 0; i < k; i++) {
            double[] s = inverse.getRow(i);
            double norm = KrylovBasis.norm(s);
            double[] unit = Arrays.stream(s).map(x -> x / norm).toArray();
            double[] w = omega[i];
            double[] u = q.stream().mapToDouble(v -> KrylovBasis.dot(v, w)).toArray();
            KrylovBasis.add(u, -KrylovBasis.dot(unit, u), unit);
            double cross = 0;
            for (int j = 0; j <= i; j++) {
                cross += u[j] * r[j][i];
            }
            found[i] = h.getTrace()
                    - KrylovBasis.dot(unit, h.operate(unit))
                    + KrylovBasis.dot(w, y[i])
                    - 2 * cross
                    + KrylovBasis.dot(u, h.operate(u));
        }
        return found;
    }

    private static RealMatrix gram(List<double[]> q, double[][] z) {
        if (q.isEmpty()) {
            return null;
        }
        double[][] h = new double[z.length][z.length];
        for (int i = 0; i < z.length; i++) {
            for (int j = 0; j < z.length; j++) {
                h[i][j] = KrylovBasis.dot(q.get(i), z[j]);
            }
        }
        return new Array2DRowRealMatrix(h);
    }

    private static double[][] apply(HessianOperator hessian, double[][] vectors) {
        double[][] out = new double[vectors.length][];
        for (int from = 0; from < vectors.length; from += TOGETHER) {
            double[][] some = Arrays.copyOfRange(vectors, from, Math.min(vectors.length, from + TOGETHER));
            System.arraycopy(hessian.apply(some), 0, out, from, some.length);
        }
        return out;
    }
}

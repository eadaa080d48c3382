package org.kymograph.evaluate;

import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;

/**
 * An estimate of a Hessian's trace, E[vᵀHv] over vectors v of random signs. It is exact for a diagonal matrix; else its
 * variance is twice the sum of squares off the diagonal, over the number of probes.
 *
 * <p>Source: Hutchinson, A stochastic estimator of the trace of the influence matrix (1990).
 *
 * @param trace the mean over the probes
 * @param standardError the standard error of that mean
 * @param probes the number of probes
 */
public record HutchinsonTrace(double trace, double standardError, int probes) {
    private static final int TOGETHER = 16;

    /**
     * Estimates a trace.
     *
     * @param hessian the operator
     * @param probes the number of probes, at least 2, since a standard error takes two
     * @param seed the random seed
     * @return the estimate
     */
    public static HutchinsonTrace of(HessianOperator hessian, int probes, long seed) {
        Arguments.atLeast("probes", probes, 2);
        RandomGenerator random = Streams.of(seed, "hutchinson");
        double[] found = new double[probes];
        for (int from = 0; from < probes; from += TOGETHER) {
            double[][] v = new double[Math.min(TOGETHER, probes - from)][];
            for (int i = 0; i < v.length; i++) {
                v[i] = signs(random, hessian.size());
            }
            double[][] products = hessian.apply(v);
            for (int i = 0; i < v.length; i++) {
                found[from + i] = KrylovBasis.dot(v[i], products[i]);
            }
        }
        double mean = 0;
        for (double x : found) {
            mean += x / probes;
        }
        double squares = 0;
        for (double x : found) {
            squares += (x - mean) * (x - mean);
        }
        return new HutchinsonTrace(mean, Math.sqrt(squares / (probes - 1) / probes), probes);
    }

    static double[] signs(RandomGenerator random, int n) {
        double[] v = new double[n];
        for (int i = 0; i < n; i++) {
            v[i] = random.nextBoolean() ? 1 : -1;
        }
        return v;
    }
}

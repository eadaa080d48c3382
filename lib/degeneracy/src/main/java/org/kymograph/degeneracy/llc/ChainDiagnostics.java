package org.kymograph.degeneracy.llc;

import org.apache.commons.math3.distribution.TDistribution;
import org.kymograph.base.Arguments;
import org.kymograph.stats.Statistics;

/**
 * What several chains of draws say of their mean and of themselves. Each chain is cut into halves, so that one that drifts disagrees with itself.
 *
 * <p>It is useless for chains that have all missed the same part of the density: they agree.
 *
 * <p>Source: Vehtari, Gelman, Simpson, Carpenter and Bürkner, Rank-normalization, folding, and localization: an improved R̂ (2021), sections 2
 * and 3.2, without the ranks; Geyer, Practical Markov chain Monte Carlo (1992), for where the sum of autocorrelations ends.
 *
 * @param mean the mean of all draws
 * @param standardError of the mean: √(variance / effective draws)
 * @param rhat √(variance of all draws / variance within half chains), 1 for chains that agree
 * @param effectiveDraws how many independent draws have a mean as uncertain as that of these, at most 1.5 times the draws
 */
public record ChainDiagnostics(double mean, double standardError, double rhat, double effectiveDraws) {
    /**
     * Looks at chains.
     *
     * @param chains draws of a number, M chains of N, with N at least 4
     * @return what they say; NaN where they hold a NaN
     */
    public static ChainDiagnostics of(double[][] chains) {
        Arguments.atLeast("the number of chains", chains.length, 1);
        int half = Arguments.atLeast("draws of a chain", chains[0].length, 4) / 2;
        double[][] x = new double[2 * chains.length][half];
        double all = 0;
        for (int c = 0; c < chains.length; c++) {
            Arguments.sameLength("a chain", chains[c].length, "the first", chains[0].length);
            System.arraycopy(chains[c], 0, x[2 * c], 0, half);
            System.arraycopy(chains[c], chains[c].length - half, x[2 * c + 1], 0, half);
            all += Statistics.mean(chains[c]) / chains.length;
        }
        double[] means = new double[x.length];
        for (int c = 0; c < x.length; c++) {
            means[c] = Statistics.mean(x[c]);
        }
        double within = autocovariance(x, means, 0) * half / (half - 1);
        double between = Statistics.sampleVariance(means);
        double variance = within * (half - 1) / half + between;
        if (!(variance > 0)) {
            // Draws that are all the same, or no numbers.
            return new ChainDiagnostics(
                    all, variance == 0 ? 0 : Double.NaN, variance == 0 ? 1 : Double.NaN, x.length * half);
        }
        double tau = -1;
        double before = Double.POSITIVE_INFINITY;
        for (int t = 0; t + 1 < half; t += 2) {
            double pair = correlation(x, means, within, variance, t) + correlation(x, means, within, variance, t + 1);
            // The sums of neighbours are positive and fall; where they don't there is only noise.
            if (!(pair > 0)) {
                break;
            }
            before = Math.min(before, pair);
            tau += 2 * before;
        }
        double draws = (double) x.length * half;
        double effective = Math.min(draws / Math.max(tau, 1e-12), 1.5 * draws);
        return new ChainDiagnostics(all, Math.sqrt(variance / effective), Math.sqrt(variance / within), effective);
    }

    private static double correlation(double[][] x, double[] means, double within, double variance, int lag) {
        int n = x[0].length;
        return lag == 0 ? 1 : 1 - (within - autocovariance(x, means, lag) * n / (n - 1)) / variance;
    }

    // The mean over the chains of Σᵢ (xᵢ − x̄)(xᵢ₊ₜ − x̄)/N.
    private static double autocovariance(double[][] x, double[] means, int lag) {
        double sum = 0;
        for (int c = 0; c < x.length; c++) {
            double[] y = x[c];
            for (int i = 0; i + lag < y.length; i++) {
                sum += (y[i] - means[c]) * (y[i + lag] - means[c]);
            }
        }
        return sum / x.length / x[0].length;
    }

    /**
     * Returns half the width of the 95 % interval of the mean: Student's t with a degree of freedom less than there are effective draws,
     * times the standard error.
     *
     * @return the half width
     */
    public double halfWidth() {
        return Double.isNaN(standardError)
                ? Double.NaN
                : standardError
                        * new TDistribution(Math.max(1, effectiveDraws - 1)).inverseCumulativeProbability(0.975);
    }
}

package org.kymograph.states.em;

import java.util.Arrays;

/**
 * The E-step of one run with scaled probabilities: K exponentials a row, several times as fast as in logarithms.
 *
 * <p>α and β of each row are divided by their maximum, densities by the row's largest. A path is lost when its share falls
 * below 1e-308 of such a maximum. That can't matter as long as every maximum, before it becomes 1, and every
 * Σ α_t(i) β_t(i) is at least {@link #SAFE}: each row then loses less than K·1e-28 of the likelihood. Where one isn't,
 * the run has to be done by {@link ForwardBackward}.
 */
final class ScaledForwardBackward {
    private static final double SAFE = 1e-280;
    private static final double SMALL = 1e-20;

    private final int k;
    private final double[] start;
    private final double[] transitions;
    /** α of every row of the run, its maximum 1. */
    private final double[] forward;
    /** Densities of every row of the run, their maximum 1. */
    private final double[] density;

    private final double[] backward;
    private final double[] ahead;
    private final double[] reached;
    private final double[] pairs;

    /** Uses arrays that hold at least as many numbers as the longest run has rows times states. */
    ScaledForwardBackward(HmmParameters p, double[] forward, double[] density) {
        k = p.states;
        start = p.start;
        transitions = p.transitions;
        this.forward = forward;
        this.density = density;
        backward = new double[k];
        ahead = new double[k];
        reached = new double[k];
        pairs = new double[k * k];
    }

    /**
     * Computes posteriors of states and transitions of rows from … to−1, one run.
     *
     * @param logDensity row-major, K a row, of all runs
     * @param posterior row-major, K a row, of all runs; rows from … to−1 are set
     * @param transitionCounts K·K; the expected number of each transition is added
     * @return the run's log-likelihood; NaN if a share became too small, and then nothing was added
     */
    double expect(double[] logDensity, int from, int to, double[] posterior, double[] transitionCounts) {
        double logLikelihood = forward(logDensity, from, to - from);
        if (Double.isNaN(logLikelihood) || !backward(from, to - from, posterior)) {
            return Double.NaN;
        }
        for (int i = 0; i < k * k; i++) {
            pairs[i] *= transitions[i];
            if (!Double.isFinite(pairs[i])) {
                return Double.NaN;
            }
        }
        for (int i = 0; i < k * k; i++) {
            transitionCounts[i] += pairs[i];
        }
        return logLikelihood;
    }

    private double forward(double[] logDensity, int from, int n) {
        double log = 0;
        // The product of the maxima, whose logarithm is taken now and then.
        double product = 1;
        for (int t = 0; t < n; t++) {
            log += densities(logDensity, (from + t) * k, t * k);
            double max = t == 0 ? first() : next(t * k);
            if (!(max >= SAFE)) {
                return Double.NaN;
            }
            double scale = 1 / max;
            for (int j = t * k; j < (t + 1) * k; j++) {
                forward[j] *= scale;
            }
            if (product < SMALL) {
                log += Math.log(product);
                product = 1;
            }
            product *= max;
        }
        double sum = 0;
        for (int j = (n - 1) * k; j < n * k; j++) {
            sum += forward[j];
        }
        return log + Math.log(product) + Math.log(sum);
    }

    /** Fills a row of {@link #density} and returns the logarithm of what it was divided by. */
    private double densities(double[] logDensity, int at, int to) {
        double max = logDensity[at];
        for (int j = 1; j < k; j++) {
            if (logDensity[at + j] > max) {
                max = logDensity[at + j];
            }
        }
        for (int j = 0; j < k; j++) {
            density[to + j] = ForwardBackward.exp(logDensity[at + j] - max);
        }
        return max;
    }

    private double first() {
        double max = 0;
        for (int j = 0; j < k; j++) {
            forward[j] = start[j] * density[j];
            max = Math.max(max, forward[j]);
        }
        return max;
    }

    private double next(int at) {
        Arrays.fill(forward, at, at + k, 0);
        for (int i = 0; i < k; i++) {
            double share = forward[at - k + i];
            if (share > 0) {
                for (int j = 0; j < k; j++) {
                    forward[at + j] += share * transitions[i * k + j];
                }
            }
        }
        double max = 0;
        for (int j = 0; j < k; j++) {
            forward[at + j] *= density[at + j];
            max = Math.max(max, forward[at + j]);
        }
        return max;
    }

    private boolean backward(int from, int n, double[] posterior) {
        Arrays.fill(pairs, 0);
        Arrays.fill(backward, 1);
        double last = 0;
        for (int j = (n - 1) * k; j < n * k; j++) {
            last += forward[j];
        }
        for (int j = 0; j < k; j++) {
            posterior[(from + n - 1) * k + j] = forward[(n - 1) * k + j] / last;
        }
        for (int t = n - 2; t >= 0; t--) {
            for (int j = 0; j < k; j++) {
                ahead[j] = density[(t + 1) * k + j] * backward[j];
            }
            double max = 0;
            double total = 0;
            for (int i = 0; i < k; i++) {
                double sum = 0;
                for (int j = 0; j < k; j++) {
                    sum += transitions[i * k + j] * ahead[j];
                }
                reached[i] = sum;
                max = Math.max(max, sum);
                total += forward[t * k + i] * sum;
            }
            // The second also bounds the share of the maximum, which isn't above 1.
            if (!(max >= SAFE && total >= SAFE)) {
                return false;
            }
            double scale = 1 / max;
            double norm = 1 / total;
            for (int i = 0; i < k; i++) {
                double share = forward[t * k + i] * norm;
                posterior[(from + t) * k + i] = share * reached[i];
                backward[i] = reached[i] * scale;
                if (share > 0) {
                    for (int j = 0; j < k; j++) {
                        pairs[i * k + j] += share * ahead[j];
                    }
                }
            }
        }
        return true;
    }
}

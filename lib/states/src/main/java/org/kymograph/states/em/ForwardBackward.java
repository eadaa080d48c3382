package org.kymograph.states.em;

import java.util.Arrays;

/**
 * Forward, backward and Viterbi recursions of one run at a time, in logarithms.
 *
 * <p>log α_t(j) = m + log Σ_i exp(log α_{t-1}(i) − m) a_ij + log b_j(t) with m = max_i log α_{t-1}(i): K exponentials and K
 * logarithms a row instead of K² exponentials. Shifting by the largest element loses what is below 1e-308 of it, so
 * wherever such a sum comes out below {@link #SAFE}, where that could matter, it is taken again term by term in
 * logarithms. What is lost elsewhere is below 1e-27 of the sum.
 */
final class ForwardBackward {
    private static final double SAFE = 1e-280;
    private static final double NONE = Double.NEGATIVE_INFINITY;

    private final int k;
    private final double[] logStart;
    private final double[] transitions;
    private final double[] logTransitions;
    /** log α of every row of the run. */
    private final double[] forward;
    /** exp(log α − its row's maximum). */
    private final double[] forwardShare;

    private final double[] backward;
    private final double[] ahead;
    private final double[] aheadLog;
    private final double[] reached;

    /**
     * Makes the arrays for the recursions.
     *
     * @param p the model
     * @param longest the number of rows of the longest run
     */
    ForwardBackward(HmmParameters p, int longest) {
        this(p, new double[longest * p.states], new double[longest * p.states]);
    }

    /** Uses arrays that hold at least as many numbers as the longest run has rows times states. */
    ForwardBackward(HmmParameters p, double[] forward, double[] forwardShare) {
        this.k = p.states;
        this.logStart = logs(p.start);
        this.transitions = p.transitions;
        this.logTransitions = logs(p.transitions);
        this.forward = forward;
        this.forwardShare = forwardShare;
        this.backward = new double[k];
        this.ahead = new double[k];
        this.aheadLog = new double[k];
        this.reached = new double[k];
    }

    private static double[] logs(double[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = Math.log(values[i]);
        }
        return result;
    }

    /**
     * Computes log α of rows from … to−1, one run.
     *
     * @param logDensity row-major, K a row, of all runs
     * @return the run's log-likelihood
     */
    double forward(double[] logDensity, int from, int to) {
        for (int j = 0; j < k; j++) {
            forward[j] = logStart[j] + logDensity[from * k + j];
        }
        for (int t = 1; t < to - from; t++) {
            double max = share(t - 1);
            int before = (t - 1) * k;
            for (int j = 0; j < k; j++) {
                double sum = 0;
                for (int i = 0; i < k; i++) {
                    sum += forwardShare[before + i] * transitions[i * k + j];
                }
                double log = sum >= SAFE ? max + Math.log(sum) : exactForward(before, j);
                forward[t * k + j] = log + logDensity[(from + t) * k + j];
            }
        }
        int last = (to - from - 1) * k;
        double max = share(to - from - 1);
        double sum = 0;
        for (int i = 0; i < k; i++) {
            sum += forwardShare[last + i];
        }
        return max + Math.log(sum);
    }

    /** Fills row t of {@link #forwardShare} and returns the row's maximum. */
    private double share(int t) {
        double max = max(forward, t * k, k);
        for (int i = 0; i < k; i++) {
            forwardShare[t * k + i] = max == NONE ? 0 : exp(forward[t * k + i] - max);
        }
        return max;
    }

    private double exactForward(int before, int j) {
        double max = NONE;
        for (int i = 0; i < k; i++) {
            max = Math.max(max, forward[before + i] + logTransitions[i * k + j]);
        }
        if (max == NONE) {
            return NONE;
        }
        double sum = 0;
        for (int i = 0; i < k; i++) {
            sum += exp(forward[before + i] + logTransitions[i * k + j] - max);
        }
        return max + Math.log(sum);
    }

    /**
     * Completes {@link #forward} of the same rows: posteriors of states and transitions.
     *
     * @param posterior row-major, K a row, of all runs; rows from … to−1 are set
     * @param transitionCounts K·K; the expected number of each transition is added; may be null
     */
    void backward(double[] logDensity, int from, int to, double[] posterior, double[] transitionCounts) {
        Arrays.fill(backward, 0);
        normalise(to - from - 1, posterior, (to - 1) * k);
        for (int t = to - from - 2; t >= 0; t--) {
            for (int j = 0; j < k; j++) {
                aheadLog[j] = logDensity[(from + t + 1) * k + j] + backward[j];
            }
            double max = max(aheadLog, 0, k);
            for (int j = 0; j < k; j++) {
                ahead[j] = max == NONE ? 0 : exp(aheadLog[j] - max);
            }
            double total = 0;
            for (int i = 0; i < k; i++) {
                double sum = 0;
                for (int j = 0; j < k; j++) {
                    sum += transitions[i * k + j] * ahead[j];
                }
                reached[i] = sum;
                backward[i] = sum >= SAFE ? max + Math.log(sum) : exactBackward(i);
                total += forwardShare[t * k + i] * sum;
            }
            if (total < SAFE) {
                normalise(t, posterior, (from + t) * k);
                if (transitionCounts != null) {
                    addExactTransitions(t, transitionCounts);
                }
                continue;
            }
            for (int i = 0; i < k; i++) {
                double share = forwardShare[t * k + i] / total;
                posterior[(from + t) * k + i] = share * reached[i];
                if (transitionCounts != null && share > 0) {
                    for (int j = 0; j < k; j++) {
                        transitionCounts[i * k + j] += share * transitions[i * k + j] * ahead[j];
                    }
                }
            }
        }
    }

    private double exactBackward(int i) {
        double max = NONE;
        for (int j = 0; j < k; j++) {
            max = Math.max(max, logTransitions[i * k + j] + aheadLog[j]);
        }
        if (max == NONE) {
            return NONE;
        }
        double sum = 0;
        for (int j = 0; j < k; j++) {
            sum += exp(logTransitions[i * k + j] + aheadLog[j] - max);
        }
        return max + Math.log(sum);
    }

    /** posterior ∝ exp(log α_t + log β_t). */
    private void normalise(int t, double[] posterior, int at) {
        double max = NONE;
        for (int i = 0; i < k; i++) {
            max = Math.max(max, forward[t * k + i] + backward[i]);
        }
        double sum = 0;
        for (int i = 0; i < k; i++) {
            posterior[at + i] = exp(forward[t * k + i] + backward[i] - max);
            sum += posterior[at + i];
        }
        for (int i = 0; i < k; i++) {
            posterior[at + i] /= sum;
        }
    }

    private void addExactTransitions(int t, double[] counts) {
        double max = NONE;
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                max = Math.max(max, forward[t * k + i] + logTransitions[i * k + j] + aheadLog[j]);
            }
        }
        double sum = 0;
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                sum += exp(forward[t * k + i] + logTransitions[i * k + j] + aheadLog[j] - max);
            }
        }
        double log = max + Math.log(sum);
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < k; j++) {
                counts[i * k + j] += exp(forward[t * k + i] + logTransitions[i * k + j] + aheadLog[j] - log);
            }
        }
    }

    /** Writes the filtering posteriors p(state | rows so far) of the rows that {@link #forward} was given. */
    void filter(int from, int to, double[] out) {
        for (int t = 0; t < to - from; t++) {
            double sum = 0;
            for (int i = 0; i < k; i++) {
                sum += forwardShare[t * k + i];
            }
            for (int i = 0; i < k; i++) {
                out[(from + t) * k + i] = forwardShare[t * k + i] / sum;
            }
        }
    }

    /**
     * Finds the most probable states of rows from … to−1, one run. Of equally probable predecessors the last is taken,
     * of equally probable final states the first, as hmmlearn does.
     *
     * @param path of all runs; from … to−1 are set
     * @return the log probability of rows and states together
     */
    double viterbi(double[] logDensity, int from, int to, int[] path) {
        double[] best = forward;
        for (int j = 0; j < k; j++) {
            best[j] = logStart[j] + logDensity[from * k + j];
        }
        for (int t = 1; t < to - from; t++) {
            for (int j = 0; j < k; j++) {
                double max = NONE;
                for (int i = 0; i < k; i++) {
                    max = Math.max(max, best[(t - 1) * k + i] + logTransitions[i * k + j]);
                }
                best[t * k + j] = max + logDensity[(from + t) * k + j];
            }
        }
        int last = (to - from - 1) * k;
        int state = 0;
        for (int j = 1; j < k; j++) {
            if (best[last + j] > best[last + state]) {
                state = j;
            }
        }
        path[to - 1] = state;
        double probability = best[last + state];
        for (int t = to - from - 2; t >= 0; t--) {
            int next = state;
            double max = NONE;
            for (int i = 0; i < k; i++) {
                double p = best[t * k + i] + logTransitions[i * k + next];
                if (p >= max) {
                    max = p;
                    state = i;
                }
            }
            path[from + t] = state;
        }
        return probability;
    }

    private static double max(double[] values, int at, int n) {
        double max = values[at];
        for (int i = 1; i < n; i++) {
            if (values[at + i] > max) {
                max = values[at + i];
            }
        }
        return max;
    }

    /** exp(x), without asking for what is 0 or 1 anyway. */
    static double exp(double x) {
        return x < -745.2 ? 0 : x == 0 ? 1 : Math.exp(x);
    }
}

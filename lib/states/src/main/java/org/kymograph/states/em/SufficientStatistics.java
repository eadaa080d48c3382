package org.kymograph.states.em;

import java.util.Arrays;

/**
 * The sums of the E-step that the M-step needs: expected starts, transitions, weights, and of every state the sums and
 * scatters of its rows about its previous mean, about which they don't cancel however far apart states are.
 */
final class SufficientStatistics {
    private static final int BLOCK = 128;
    // A row that adds less than this share to a state's weight so far changes nothing in double precision.
    private static final double NEGLIGIBLE = 1e-25;
    private static final double LEAST_WEIGHT = 1e-5;

    final double[] starts;
    final double[] transitions;
    private final int states;
    private final Covariance covariance;
    private final Rows rows;
    private final double[] weight;
    /** K·padded. */
    private final double[] sum;
    /** K·padded·padded, or K·padded for diagonal matrices. */
    private final double[] scatter;

    /** Each state's previous mean less the rows' centre, K·padded. */
    private final double[] shift;

    private final double[] block;
    private final double[] weighted;

    SufficientStatistics(Rows rows, int states, Covariance covariance) {
        this.rows = rows;
        this.states = states;
        this.covariance = covariance;
        int p = rows.padded;
        starts = new double[states];
        transitions = new double[states * states];
        weight = new double[states];
        sum = new double[states * p];
        scatter = new double[states * p * (covariance.isMatrix() ? p : 1)];
        shift = new double[states * p];
        block = new double[p * BLOCK];
        weighted = new double[p * BLOCK];
    }

    void clear() {
        for (double[] part : new double[][] {starts, transitions, weight, sum, scatter}) {
            Arrays.fill(part, 0);
        }
    }

    /**
     * Adds all rows.
     *
     * @param posterior row-major, K a row
     * @param means the means of the E-step, K·d
     */
    void add(double[] posterior, double[] means) {
        for (int k = 0; k < states; k++) {
            for (int j = 0; j < rows.features; j++) {
                shift[k * rows.padded + j] = means[k * rows.features + j] - rows.centre[j];
            }
        }
        for (int run = 0; run < rows.runs(); run++) {
            for (int k = 0; k < states; k++) {
                starts[k] += posterior[rows.offsets[run] * states + k];
            }
        }
        for (int from = 0; from < rows.count; from += BLOCK) {
            int to = Math.min(from + BLOCK, rows.count);
            for (int k = 0; k < states; k++) {
                int n = gather(posterior, from, to, k);
                if (n > 0) {
                    addSums(n, k);
                    addScatter(n, k);
                }
            }
        }
    }

    /** Copies the rows that count for a state, feature by feature, plain and weighted. */
    private int gather(double[] posterior, int from, int to, int k) {
        int n = 0;
        for (int t = from; t < to; t++) {
            double g = posterior[t * states + k];
            if (g > NEGLIGIBLE * weight[k]) {
                weight[k] += g;
                for (int j = 0, at = t, b = n; j < rows.padded; j++, at += rows.count, b += BLOCK) {
                    double x = rows.x[at] - shift[k * rows.padded + j];
                    block[b] = x;
                    weighted[b] = g * x;
                }
                n++;
            }
        }
        return n;
    }

    private void addSums(int n, int k) {
        for (int j = 0; j < rows.features; j++) {
            double s = 0;
            for (int r = j * BLOCK; r < j * BLOCK + n; r++) {
                s += weighted[r];
            }
            sum[k * rows.padded + j] += s;
        }
    }

    private void addScatter(int n, int k) {
        int p = rows.padded;
        for (int i = 0; i < rows.features; i++) {
            if (!covariance.isMatrix()) {
                double s = 0;
                for (int r = i * BLOCK; r < i * BLOCK + n; r++) {
                    s += weighted[r] * block[r];
                }
                scatter[k * p + i] += s;
                continue;
            }
            for (int j = 0; j <= i; j += Rows.LANES) {
                addProducts(weighted, i * BLOCK, block, j * BLOCK, n, scatter, (k * p + i) * p + j);
            }
        }
    }

    /** Four scalar products at once: sums that don't wait for each other. */
    private static void addProducts(double[] a, int at, double[] b, int from, int n, double[] out, int to) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int r = 0; r < n; r++) {
            double w = a[at + r];
            s0 += w * b[from + r];
            s1 += w * b[from + BLOCK + r];
            s2 += w * b[from + 2 * BLOCK + r];
            s3 += w * b[from + 3 * BLOCK + r];
        }
        out[to] += s0;
        out[to + 1] += s1;
        out[to + 2] += s2;
        out[to + 3] += s3;
    }

    /**
     * Takes the M-step. Start and transition probabilities are expected frequencies, and what was 0 stays 0; means are weighted
     * means; covariances are weighted scatters plus the prior, over the weight.
     *
     * @param old the parameters of the E-step
     * @param prior the covariance prior
     * @param stickiness the number that is added to every state's expected transitions to itself
     * @throws DegenerateStateException if a state has no weight
     */
    HmmParameters maximise(HmmParameters old, Covariance.Prior prior, double stickiness)
            throws DegenerateStateException {
        int d = rows.features;
        double[] start = normalised(starts, old.start, 0);
        double[] trans = new double[states * states];
        for (int i = 0; i < states; i++) {
            double[] counts = Arrays.copyOfRange(transitions, i * states, (i + 1) * states);
            counts[i] += stickiness;
            double[] before = Arrays.copyOfRange(old.transitions, i * states, (i + 1) * states);
            System.arraycopy(normalised(counts, before, i), 0, trans, i * states, states);
        }
        double[] moved = new double[states * d];
        double[] means = new double[states * d];
        for (int k = 0; k < states; k++) {
            if (!(weight[k] > Double.MIN_NORMAL)) {
                throw new DegenerateStateException(k, "stands for no rows");
            }
            for (int j = 0; j < d; j++) {
                moved[k * d + j] = sum[k * rows.padded + j] / weight[k];
                means[k * d + j] = old.means[k * d + j] + moved[k * d + j];
            }
        }
        return new HmmParameters(
                d,
                old.covariance,
                start,
                trans,
                means,
                covariance.isMatrix() ? matrices(moved, prior) : variances(moved));
    }

    /** Returns frequencies. A row without counts becomes even over what was allowed: it never mattered, and it must sum to 1. */
    private static double[] normalised(double[] counts, double[] allowed, int itself) {
        double[] result = new double[counts.length];
        double total = 0;
        for (int i = 0; i < counts.length; i++) {
            result[i] = allowed[i] == 0 ? 0 : Math.max(counts[i], 0);
            total += result[i];
        }
        if (total == 0) {
            for (int i = 0; i < counts.length; i++) {
                result[i] = allowed[i] == 0 ? 0 : 1;
                total += result[i];
            }
        }
        if (total == 0) {
            result[itself] = 1;
            total = 1;
        }
        for (int i = 0; i < counts.length; i++) {
            result[i] /= total;
        }
        return result;
    }

    private double[] variances(double[] moved) {
        int d = rows.features;
        double[] result = new double[covariance.length(states, d)];
        for (int k = 0; k < states; k++) {
            for (int j = 0; j < d; j++) {
                double m = moved[k * d + j];
                double s = Math.max(scatter[k * rows.padded + j] - weight[k] * m * m, 0);
                double variance = (Covariance.Prior.WEIGHT + s) / Math.max(weight[k], LEAST_WEIGHT);
                if (covariance == Covariance.DIAG) {
                    result[k * d + j] = variance;
                } else {
                    result[k] += variance / d;
                }
            }
        }
        return result;
    }

    private double[] matrices(double[] moved, Covariance.Prior prior) {
        int d = rows.features;
        int p = rows.padded;
        double[] result = new double[covariance.length(states, d)];
        boolean tied = covariance == Covariance.TIED;
        double all = Arrays.stream(weight).sum();
        for (int k = 0; k < states; k++) {
            int to = tied ? 0 : k * d * d;
            for (int i = 0; i < d; i++) {
                for (int j = 0; j <= i; j++) {
                    double add =
                            tied && k > 0 || prior == Covariance.Prior.RIDGE && i != j ? 0 : Covariance.Prior.WEIGHT;
                    double s = scatter[(k * p + i) * p + j] - weight[k] * moved[k * d + i] * moved[k * d + j];
                    result[to + i * d + j] += (s + add) / (tied ? all : weight[k]);
                    result[to + j * d + i] = result[to + i * d + j];
                }
            }
        }
        return result;
    }
}

package org.kymograph.states.em;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;
import org.kymograph.stats.KMeans;
import org.kymograph.stats.Statistics;

/**
 * Draws the parameters that EM starts from, as hmmlearn 0.3 does: start and transition probabilities from Dirichlet(1/K, …), means from
 * k-means, every covariance that of all rows plus 0.001 on the diagonal.
 */
final class Initialization {
    private static final double LEAST_VARIANCE = 1e-3;

    private Initialization() {}

    static HmmParameters draw(Rows rows, ExpectationMaximization settings, RandomGenerator random) {
        int k = settings.states();
        double[] start = new double[k];
        double[] transitions = new double[k * k];
        KMeans clusters = KMeans.fit(rows.columns(), k, random);
        double[] means = clusters.means();
        for (int i = 0; i < means.length; i++) {
            means[i] += rows.centre[i % rows.features];
        }
        if (settings.leftToRight()) {
            // Sparse draws could shut a state out for good where there is only one way.
            start[0] = 1;
            for (int i = 0; i < k; i++) {
                dirichlet(1, random, transitions, i * k + i, k - i);
            }
            means = inOrderOfTime(rows, clusters, means, k);
        } else {
            dirichlet(1.0 / k, random, start, 0, k);
            for (int i = 0; i < k; i++) {
                dirichlet(1.0 / k, random, transitions, i * k, k);
            }
        }
        return new HmmParameters(
                rows.features,
                settings.covariance(),
                start,
                transitions,
                means,
                covariances(rows, k, settings.covariance()));
    }

    /** Sorts clusters by how far into their runs their rows are on average. */
    private static double[] inOrderOfTime(Rows rows, KMeans clusters, double[] means, int k) {
        double[] time = new double[k];
        int[] sizes = new int[k];
        int[] of = clusters.clusters();
        for (int run = 0; run < rows.runs(); run++) {
            for (int t = rows.offsets[run]; t < rows.offsets[run + 1]; t++) {
                time[of[t]] += (double) (t - rows.offsets[run]) / (rows.offsets[run + 1] - rows.offsets[run]);
                sizes[of[t]]++;
            }
        }
        int d = rows.features;
        int[] order = Statistics.order(
                k, (a, b) -> Double.compare(time[a] / Math.max(sizes[a], 1), time[b] / Math.max(sizes[b], 1)));
        double[] sorted = new double[k * d];
        for (int c = 0; c < k; c++) {
            System.arraycopy(means, order[c] * d, sorted, c * d, d);
        }
        return sorted;
    }

    /** Returns the covariance of all rows for every state, in the shape of the form. */
    static double[] covariances(Rows rows, int states, Covariance form) {
        int d = rows.features;
        double[] all = rows.covariance();
        double trace = 0;
        for (int j = 0; j < d; j++) {
            all[j * d + j] += LEAST_VARIANCE;
            trace += all[j * d + j];
        }
        double[] result = new double[form.length(states, d)];
        for (int k = 0; k < states; k++) {
            switch (form) {
                case FULL -> System.arraycopy(all, 0, result, k * d * d, d * d);
                case TIED -> System.arraycopy(all, 0, result, 0, d * d);
                case SPHERICAL -> result[k] = trace / d;
                case DIAG -> {
                    for (int j = 0; j < d; j++) {
                        result[k * d + j] = all[j * d + j];
                    }
                }
                default -> throw new AssertionError(form);
            }
        }
        return result;
    }

    private static void dirichlet(double concentration, RandomGenerator random, double[] out, int from, int n) {
        double sum = 0;
        for (int i = from; i < from + n; i++) {
            out[i] = gamma(concentration, random);
            sum += out[i];
        }
        if (!(sum > 0)) {
            Arrays.fill(out, from, from + n, 1);
            sum = n;
        }
        for (int i = from; i < from + n; i++) {
            out[i] /= sum;
        }
    }

    /** A gamma variate of scale 1 (Marsaglia and Tsang, 2000; a shape below 1 by a power of a uniform one). */
    private static double gamma(double shape, RandomGenerator random) {
        if (shape < 1) {
            return gamma(shape + 1, random) * StrictMath.pow(1 - random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = Streams.gaussian(random);
            double v = 1 + c * x;
            v = v * v * v;
            if (v > 0 && StrictMath.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * StrictMath.log(v)) {
                return d * v;
            }
        }
    }
}

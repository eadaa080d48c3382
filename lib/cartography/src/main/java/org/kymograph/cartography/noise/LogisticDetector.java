package org.kymograph.cartography.noise;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.kymograph.base.Arguments;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.stats.LogisticFit;

/**
 * Finds wrong labels by logistic regression on metrics, fitted on the training half of a {@link BalancedSplit} of samples
 * whose truth is known (Swayamdipta et al., EMNLP 2020, section 5). Immutable.
 */
public final class LogisticDetector {
    private static final double PENALTY = 0.1;

    private final List<Metric> metrics;
    private final LogisticFit fit;

    private LogisticDetector(List<Metric> metrics, LogisticFit fit) {
        this.metrics = metrics;
        this.fit = fit;
    }

    /**
     * Fits a detector.
     *
     * @param samples the samples
     * @param metrics what to regress on, at least one; standardised on the training half
     * @param truth which labels are wrong
     * @param seed the random seed of the balanced split
     * @throws IllegalArgumentException if no metric is given, one is absent or NaN, or fewer than two labels are right or
     *     wrong
     */
    public static LogisticDetector fit(SampleMetrics samples, List<Metric> metrics, boolean[] truth, long seed) {
        Arguments.notEmpty("metrics", metrics);
        Arguments.sameLength("truth", truth.length, "samples", samples.size());
        int[] train = BalancedSplit.of(truth, seed).train();
        double[][] columns = columns(samples, metrics);
        double[][] x = new double[train.length][];
        int[] y = new int[train.length];
        for (int k = 0; k < train.length; k++) {
            x[k] = row(columns, train[k]);
            y[k] = truth[train[k]] ? 1 : 0;
        }
        return new LogisticDetector(List.copyOf(metrics), LogisticFit.of(x, y, PENALTY));
    }

    /**
     * Estimates the probability of a wrong label for each sample, flagged above one half.
     *
     * @param samples the same samples, or others with these metrics
     * @throws IllegalArgumentException if a metric is absent or NaN
     */
    public Detection detect(SampleMetrics samples) {
        double[][] columns = columns(samples, metrics);
        double[] suspicion = new double[samples.size()];
        boolean[] flagged = new boolean[suspicion.length];
        for (int i = 0; i < suspicion.length; i++) {
            double[] row = row(columns, i);
            suspicion[i] = fit.probabilities(row)[1];
            flagged[i] = fit.predict(row) == 1;
        }
        String method =
                "logistic regression on " + metrics.stream().map(Metric::column).collect(Collectors.joining(", "));
        return new Detection(method, samples.guids(), suspicion, flagged);
    }

    /** Returns a weight for each metric, in units of its standard deviation, then the intercept. */
    public double[] coefficients() {
        return fit.coefficients();
    }

    private static double[][] columns(SampleMetrics samples, List<Metric> metrics) {
        return metrics.stream()
                .map(metric -> {
                    double[] values = samples.values(metric);
                    for (int i = 0; i < values.length; i++) {
                        Arguments.finite(
                                metric.column() + " of sample "
                                        + samples.guids().text(i),
                                values[i]);
                    }
                    return values;
                })
                .toArray(double[][]::new);
    }

    private static double[] row(double[][] columns, int i) {
        return Arrays.stream(columns).mapToDouble(column -> column[i]).toArray();
    }
}

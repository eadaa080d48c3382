package org.kymograph.cartography.noise;

import java.util.Arrays;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.record.dynamics.Guids;
import tech.tablesaw.api.Table;

/**
 * How samples' values of a metric moved when their labels were made wrong (Swayamdipta et al., EMNLP 2020, figure 4).
 *
 * @param metric the metric
 * @param centres the middles of equal bins
 * @param before each bin's density before, which integrates to 1
 * @param after each bin's density after
 */
public record DensityShift(Metric metric, double[] centres, double[] before, double[] after) {
    /** Copies the arrays. */
    public DensityShift {
        centres = centres.clone();
        before = before.clone();
        after = after.clone();
    }

    /**
     * Estimates the densities of a metric before and after.
     *
     * @param before a map
     * @param after the map of a run on labels made wrong
     * @param samples the guids of the samples to look at, at least one, such as {@link NoisyLabels#guids()}
     * @param metric what moved
     * @param bins how many bins from the least to the largest value of both, at least 1
     * @throws IllegalArgumentException if a sample or the metric is absent, a value is not finite, or bins is below 1
     */
    public static DensityShift of(SampleMetrics before, SampleMetrics after, Guids samples, Metric metric, int bins) {
        Arguments.atLeast("bins", bins, 1);
        Arguments.atLeast("samples", samples.size(), 1);
        double[] from = values(before, samples, metric);
        double[] to = values(after, samples, metric);
        double low = Math.min(
                Arrays.stream(from).min().orElseThrow(), Arrays.stream(to).min().orElseThrow());
        double high = Math.max(
                Arrays.stream(from).max().orElseThrow(), Arrays.stream(to).max().orElseThrow());
        // A single value still gets a bin of some width.
        double width = high > low ? (high - low) / bins : 1;
        double[] centres = new double[bins];
        Arrays.setAll(centres, b -> low + (b + 0.5) * width);
        return new DensityShift(metric, centres, density(from, low, width, bins), density(to, low, width, bins));
    }

    private static double[] values(SampleMetrics metrics, Guids samples, Metric metric) {
        double[] all = metrics.values(metric);
        return Arrays.stream(SampleRows.of(metrics.guids(), samples))
                .mapToDouble(i -> Arguments.finite(
                        metric.column() + " of sample " + metrics.guids().text(i), all[i]))
                .toArray();
    }

    private static double[] density(double[] values, double low, double width, int bins) {
        double[] density = new double[bins];
        for (double value : values) {
            density[Math.min(bins - 1, (int) ((value - low) / width))] += 1 / (values.length * width);
        }
        return density;
    }

    @Override
    public double[] centres() {
        return centres.clone();
    }

    @Override
    public double[] before() {
        return before.clone();
    }

    @Override
    public double[] after() {
        return after.clone();
    }

    /** Returns a row for each bin: centre, log10 of the densities before and after, missing where a bin is empty. */
    public Table table() {
        return Columns.of("density of " + metric.column(), centres.length)
                .doubles(metric.column(), b -> centres[b])
                .doubles("log10_before", b -> logarithm(before[b]))
                .doubles("log10_after", b -> logarithm(after[b]))
                .table();
    }

    private static double logarithm(double density) {
        return density > 0 ? Math.log10(density) : Double.NaN;
    }
}

package org.kymograph.cartography.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * A map's coordinates by how many people agree on the label (Swayamdipta et al., EMNLP 2020, figure 5).
 *
 * @param bins by rising agreement
 */
public record AgreementBins(List<Bin> bins) {
    /** Copies its list. */
    public AgreementBins {
        bins = List.copyOf(bins);
    }

    /**
     * Samples of the same agreement.
     *
     * @param agreement the agreement
     * @param samples how many, at least 1
     * @param confidence their mean confidence
     * @param variability their mean variability
     */
    public record Bin(double agreement, int samples, double confidence, double variability) {}

    /**
     * Groups samples by agreement, a bin for each value that occurs.
     *
     * @param metrics the samples, with confidence and variability
     * @param agreement for each how many people, or which share of them, gave its label; NaN where unknown
     * @throws IllegalArgumentException if the lengths differ
     */
    public static AgreementBins of(SampleMetrics metrics, double[] agreement) {
        Arguments.sameLength("agreement", agreement.length, "metrics", metrics.size());
        double[] confidence = metrics.values(Metric.CONFIDENCE);
        double[] variability = metrics.values(Metric.VARIABILITY);
        TreeMap<Double, int[]> groups = new TreeMap<>();
        Arrays.stream(agreement)
                .filter(a -> !Double.isNaN(a))
                .distinct()
                .forEach(a -> groups.put(
                        a,
                        IntStream.range(0, agreement.length)
                                .filter(i -> agreement[i] == a)
                                .toArray()));
        return new AgreementBins(Columns.each(
                groups.entrySet(),
                group -> new Bin(
                        group.getKey(),
                        group.getValue().length,
                        mean(confidence, group.getValue()),
                        mean(variability, group.getValue()))));
    }

    private static double mean(double[] values, int[] rows) {
        return Arrays.stream(rows).mapToDouble(i -> values[i]).average().orElse(Double.NaN);
    }

    /**
     * Compares variability over epochs with another uncertainty of the same samples, such as dropout's.
     *
     * @param metrics at least two samples, with variability
     * @param uncertainty a number for each
     * @return Spearman's rank correlation, −1 to 1
     * @throws IllegalArgumentException if the lengths differ or there are fewer than two samples
     */
    public static double variabilityCorrelation(SampleMetrics metrics, double[] uncertainty) {
        Arguments.sameLength("uncertainty", uncertainty.length, "metrics", metrics.size());
        Arguments.atLeast("the number of samples", uncertainty.length, 2);
        return new SpearmansCorrelation().correlation(metrics.values(Metric.VARIABILITY), uncertainty);
    }

    /** Returns a row for each bin: agreement, samples, confidence, variability. */
    public Table table() {
        return Table.create(
                "agreement",
                DoubleColumn.create("agreement", Columns.numbers(bins, Bin::agreement)),
                IntColumn.create("samples", bins.stream().mapToInt(Bin::samples).toArray()),
                DoubleColumn.create("confidence", Columns.numbers(bins, Bin::confidence)),
                DoubleColumn.create("variability", Columns.numbers(bins, Bin::variability)));
    }
}

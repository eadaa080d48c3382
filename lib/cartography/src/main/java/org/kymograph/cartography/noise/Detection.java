package org.kymograph.cartography.noise;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.stats.Confusion;
import org.kymograph.stats.RankingScores;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What a detector of wrong labels says of every sample.
 *
 * @param method the detector, in words
 * @param guids the samples
 * @param suspicion a number for each, larger for more suspect; may be infinite, not NaN
 * @param flagged for each whether it is taken for wrong
 */
public record Detection(String method, Guids guids, double[] suspicion, boolean[] flagged) {
    /**
     * Copies the arrays.
     *
     * @throws IllegalArgumentException if lengths differ or a suspicion is NaN
     */
    public Detection {
        if (suspicion.length != guids.size() || flagged.length != guids.size()) {
            throw new IllegalArgumentException(guids.size() + " guids, " + suspicion.length + " suspicions and "
                    + flagged.length + " flags: must be equally many");
        }
        suspicion = suspicion.clone();
        flagged = flagged.clone();
        for (int i = 0; i < suspicion.length; i++) {
            if (Double.isNaN(suspicion[i])) {
                throw new IllegalArgumentException(
                        "suspicion of sample " + guids.text(i) + " is NaN: must be a number");
            }
        }
    }

    /**
     * Flags the n most suspect samples, ties by index.
     *
     * @param metrics the samples
     * @param metric what makes suspect: low values if it is {@link Metric#ascending()}, else high ones
     * @param n how many, 0 to the number of samples
     * @return what it says
     * @throws IllegalArgumentException if n is out of range, or the metric is absent or NaN
     */
    public static Detection topK(SampleMetrics metrics, Metric metric, int n) {
        if (n < 0 || n > metrics.size()) {
            throw new IllegalArgumentException("n " + n + ": must be 0 to " + metrics.size());
        }
        double[] suspicion = suspicion(metrics, metric);
        boolean[] flagged = new boolean[suspicion.length];
        int[] order = order(suspicion);
        for (int k = 0; k < n; k++) {
            flagged[order[k]] = true;
        }
        return new Detection("top " + n + " by " + metric.column(), metrics.guids(), suspicion, flagged);
    }

    /**
     * Flags the samples below (a metric that is {@link Metric#ascending()}) or above a limit.
     *
     * @param metrics the samples
     * @param metric what makes suspect
     * @param limit the limit; its own value is not flagged
     * @return what it says
     * @throws IllegalArgumentException if the limit is NaN, or the metric is absent or NaN
     */
    public static Detection threshold(SampleMetrics metrics, Metric metric, double limit) {
        if (Double.isNaN(limit)) {
            throw new IllegalArgumentException("limit NaN: must be a number");
        }
        double[] suspicion = suspicion(metrics, metric);
        double least = metric.ascending() ? -limit : limit;
        boolean[] flagged = new boolean[suspicion.length];
        for (int i = 0; i < flagged.length; i++) {
            flagged[i] = suspicion[i] > least;
        }
        return new Detection(
                metric.column() + (metric.ascending() ? " < " : " > ") + limit, metrics.guids(), suspicion, flagged);
    }

    /** A metric as suspicion. A sample that is never learnt has no first right epoch and is most suspect by that. */
    static double[] suspicion(SampleMetrics metrics, Metric metric) {
        double[] values = metrics.values(metric);
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                if (metric != Metric.FIRST_LEARNED) {
                    throw new IllegalArgumentException(
                            metric.column() + " of sample " + metrics.guids().text(i) + " is NaN: must be a number");
                }
                values[i] = Double.POSITIVE_INFINITY;
            } else {
                values[i] = metric.ascending() ? -values[i] : values[i];
            }
        }
        return values;
    }

    private static int[] order(double[] suspicion) {
        int[] order = new int[suspicion.length];
        Arrays.setAll(order, i -> i);
        IntArrays.stableSort(order, (a, b) -> Double.compare(suspicion[b], suspicion[a]));
        return order;
    }

    @Override
    public double[] suspicion() {
        return suspicion.clone();
    }

    @Override
    public boolean[] flagged() {
        return flagged.clone();
    }

    /** Returns the flagged samples, most suspect first, ties by index. */
    public int[] suspects() {
        return Arrays.stream(order(suspicion)).filter(i -> flagged[i]).toArray();
    }

    /**
     * Judges this by the truth: on the test half of a {@link BalancedSplit} and on all samples.
     *
     * @param truth which labels are wrong
     * @param seed the random seed of the balanced split; the one that a detector was fitted with, or it is judged on what
     *     it has seen
     * @return the report
     * @throws IllegalArgumentException if the truth has another length, or fewer than two right or wrong labels
     */
    public DetectionReport report(boolean[] truth, long seed) {
        if (truth.length != flagged.length) {
            throw new IllegalArgumentException("truth of " + truth.length + " samples: must be of " + flagged.length);
        }
        BalancedSplit split = BalancedSplit.of(truth, seed);
        int[] all = IntStream.range(0, truth.length).toArray();
        return new DetectionReport(
                method,
                Confusion.of(truth, flagged, split.test()),
                Confusion.of(truth, flagged, all),
                RankingScores.of(truth, suspicion));
    }

    /** Returns a row for each flagged sample, most suspect first: guid, suspicion. */
    public Table table() {
        int[] rows = suspects();
        return Table.create(
                "suspects",
                StringColumn.create("guid", Arrays.stream(rows).mapToObj(guids::text)),
                DoubleColumn.create(
                        "suspicion",
                        Arrays.stream(rows).mapToDouble(i -> suspicion[i]).toArray()));
    }

    /**
     * Returns {@link #table()} with two more columns: gold, the label given in the log, and suggested, the class of the
     * largest mean probability, the first one on ties; classes from 0.
     *
     * @param log the samples' log, of classes
     * @throws IllegalArgumentException if the log lacks a flagged sample or isn't of classes
     */
    public Table table(Dynamics log) {
        int[] rows = SampleRows.of(log.guids(), guids.at(suspects()));
        return table().addColumns(
                        IntColumn.create(
                                "gold", Arrays.stream(rows).map(log::gold).toArray()),
                        IntColumn.create(
                                "suggested",
                                Arrays.stream(rows)
                                        .map(i -> Statistics.argmax(log.meanProbabilities(i)))
                                        .toArray()));
    }

    /**
     * Returns {@link #table()} with a column for the texts.
     *
     * @param texts gives the text of a sample by its guid; null for none
     */
    public Table table(UnaryOperator<String> texts) {
        return withTexts(table(), texts);
    }

    /**
     * Returns the table with a column for the texts.
     *
     * @param suspects a table as {@link #table()} and {@link #table(Dynamics)} give it
     * @param texts gives the text of a sample by its guid; null for none
     */
    public static Table withTexts(Table suspects, UnaryOperator<String> texts) {
        return suspects.addColumns(StringColumn.create(
                "text",
                suspects.stringColumn("guid").asList().stream().map(texts).toList()));
    }
}

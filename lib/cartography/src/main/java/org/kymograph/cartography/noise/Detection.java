package org.kymograph.cartography.noise;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.stats.RankingScores;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What a detector of wrong labels says of every sample.
 *
 * @param method the detector, in words
 * @param guids the samples
 * @param suspicion a number for each, larger for more suspect; may be infinite, not NaN
 * @param flagged for each whether it is taken for wrong
 * @param suggested for each flagged sample the class that the detector suggests; null if it suggests none
 */
public record Detection(String method, Guids guids, double[] suspicion, boolean[] flagged, int[] suggested) {
    /**
     * Copies the arrays.
     *
     * @throws IllegalArgumentException if lengths differ or a suspicion is NaN
     */
    public Detection {
        Arguments.sameLength("suspicion", suspicion.length, "guids", guids.size());
        Arguments.sameLength("flagged", flagged.length, "guids", guids.size());
        suspicion = suspicion.clone();
        flagged = flagged.clone();
        if (suggested != null) {
            Arguments.sameLength("suggested", suggested.length, "guids", guids.size());
            suggested = suggested.clone();
        }
        for (int i = 0; i < suspicion.length; i++) {
            Arguments.check(
                    !Double.isNaN(suspicion[i]), "suspicion of sample " + guids.text(i), suspicion[i], "a number");
        }
    }

    /**
     * Takes what a detector says that suggests no classes.
     *
     * @param method the detector, in words
     * @param guids the samples
     * @param suspicion a number for each, larger for more suspect; may be infinite, not NaN
     * @param flagged for each whether it is taken for wrong
     */
    public Detection(String method, Guids guids, double[] suspicion, boolean[] flagged) {
        this(method, guids, suspicion, flagged, null);
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
        Arguments.within("n", n, 0, metrics.size());
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
        Arguments.check(!Double.isNaN(limit), "limit", limit, "a number");
        double[] suspicion = suspicion(metrics, metric);
        double least = metric.ascending() ? -limit : limit;
        boolean[] flagged = new boolean[suspicion.length];
        for (int i = 0; i < flagged.length; i++) {
            flagged[i] = suspicion[i] > least;
        }
        return new Detection(
                metric.column() + (metric.ascending() ? " < " : " > ") + limit, metrics.guids(), suspicion, flagged);
    }

    /** A metric as suspicion. A sample that is never learned has no first right epoch and is most suspect by that. */
    static double[] suspicion(SampleMetrics metrics, Metric metric) {
        double[] values = metrics.values(metric);
        for (int i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                Arguments.check(
                        metric == Metric.FIRST_LEARNED,
                        metric.column() + " of sample " + metrics.guids().text(i),
                        values[i],
                        "a number");
                values[i] = Double.POSITIVE_INFINITY;
            } else {
                values[i] = metric.ascending() ? -values[i] : values[i];
            }
        }
        return values;
    }

    private static int[] order(double[] suspicion) {
        return Statistics.order(suspicion.length, (a, b) -> Double.compare(suspicion[b], suspicion[a]));
    }

    @Override
    public double[] suspicion() {
        return suspicion.clone();
    }

    @Override
    public boolean[] flagged() {
        return flagged.clone();
    }

    @Override
    public int[] suggested() {
        return suggested == null ? null : suggested.clone();
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
    public Report report(boolean[] truth, long seed) {
        Arguments.sameLength("truth", truth.length, "guids", flagged.length);
        BalancedSplit split = BalancedSplit.of(truth, seed);
        int[] all = IntStream.range(0, truth.length).toArray();
        return new Report(
                method,
                Confusion.of(truth, flagged, split.test()),
                Confusion.of(truth, flagged, all),
                RankingScores.of(truth, suspicion));
    }

    /** Returns a row for each flagged sample, most suspect first: guid, suspicion. */
    public Table table() {
        List<Integer> rows = Arrays.stream(suspects()).boxed().toList();
        return Columns.of("suspects", rows)
                .texts("guid", guids::text)
                .doubles("suspicion", i -> suspicion[i])
                .table();
    }

    /**
     * Returns {@link #table()} with two more columns: gold, the label given in the log, and suggested, another class: the one
     * that the detector suggests, or else the one of the largest mean probability of those that aren't gold, the first
     * one on ties; classes from 0.
     *
     * @param log the samples' log, of classes
     * @throws IllegalArgumentException if the log lacks a flagged sample or isn't of classes
     */
    public Table table(Dynamics log) {
        int[] suspects = suspects();
        int[] rows = SampleRows.of(log.guids(), guids.at(suspects));
        return Columns.of("suspects", rows.length)
                .texts("guid", k -> guids.text(suspects[k]))
                .doubles("suspicion", k -> suspicion[suspects[k]])
                .ints("gold", k -> log.gold(rows[k]))
                .ints("suggested", k -> suggested == null ? other(log, rows[k]) : suggested[suspects[k]])
                .table();
    }

    private static int other(Dynamics log, int sample) {
        double[] p = log.meanProbabilities(sample);
        int gold = log.gold(sample);
        int best = gold == 0 ? 1 : 0;
        for (int c = best + 1; c < p.length; c++) {
            best = c != gold && p[c] > p[best] ? c : best;
        }
        return best;
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

    /**
     * How good a detector of wrong labels is. Balanced and whole numbers differ widely where few labels are wrong: precision
     * on the whole set is what a user meets.
     *
     * @param method the detector, in words
     * @param balanced on held-out samples, as many with wrong as with right labels
     * @param whole on all samples
     * @param ranking on all samples, whatever the threshold
     */
    public record Report(String method, Confusion balanced, Confusion whole, RankingScores ranking) {
        /** Returns the report as one row, see {@link #table(List)}. */
        public Table table() {
            return table(List.of(this));
        }

        /**
         * Returns a row for each report: method; precision, recall and f1, balanced_ and whole_; flagged; auroc,
         * average_precision, precision_at_n.
         *
         * @param reports several detectors
         */
        public static Table table(List<Report> reports) {
            return Columns.of("detectors", reports)
                    .texts("method", Report::method)
                    .doubles("balanced_precision", r -> r.balanced.precision())
                    .doubles("balanced_recall", r -> r.balanced.recall())
                    .doubles("balanced_f1", r -> r.balanced.f1())
                    .doubles("whole_precision", r -> r.whole.precision())
                    .doubles("whole_recall", r -> r.whole.recall())
                    .doubles("whole_f1", r -> r.whole.f1())
                    .ints("flagged", r -> r.whole.truePositives() + r.whole.falsePositives())
                    .doubles("auroc", r -> r.ranking.auroc())
                    .doubles("average_precision", r -> r.ranking.averagePrecision())
                    .doubles("precision_at_n", r -> r.ranking.precisionAtN())
                    .table();
        }
    }

    /**
     * The confusion matrix of a detector: how many samples were flagged and how many labels are wrong.
     *
     * @param truePositives wrong labels flagged
     * @param falsePositives right labels flagged
     * @param falseNegatives wrong labels not flagged
     * @param trueNegatives right labels not flagged
     */
    public record Confusion(int truePositives, int falsePositives, int falseNegatives, int trueNegatives) {
        /**
         * Counts samples.
         *
         * @param truth whether each label is wrong
         * @param flagged whether each sample is flagged
         * @param rows the samples to count
         * @return their counts
         */
        public static Confusion of(boolean[] truth, boolean[] flagged, int[] rows) {
            int[] counts = new int[4];
            for (int i : rows) {
                counts[(truth[i] ? 0 : 1) + (flagged[i] ? 0 : 2)]++;
            }
            return new Confusion(counts[0], counts[1], counts[2], counts[3]);
        }

        /** Returns the share of flagged samples whose label is wrong; NaN if none is flagged. */
        public double precision() {
            return (double) truePositives / (truePositives + falsePositives);
        }

        /** Returns the share of wrong labels that is flagged; NaN if none is wrong. */
        public double recall() {
            return (double) truePositives / (truePositives + falseNegatives);
        }

        /** Returns the harmonic mean of precision and recall, 0 if nothing right is flagged; NaN if none is wrong or flagged. */
        public double f1() {
            return 2.0 * truePositives / (2.0 * truePositives + falsePositives + falseNegatives);
        }
    }
}

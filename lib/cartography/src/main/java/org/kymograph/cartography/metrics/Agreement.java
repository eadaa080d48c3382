package org.kymograph.cartography.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Experiment;
import org.kymograph.train.Outputs;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** How far several runs agree about the samples that all of them have; samples are joined by guid. Immutable. */
public final class Agreement {
    private final List<SampleMetrics> runs;
    private final int[] missing;

    private Agreement(List<SampleMetrics> runs, int[] missing) {
        this.runs = runs;
        this.missing = missing;
    }

    /**
     * Compares runs on the samples that all of them have, in the first run's order.
     *
     * @param runs the metrics of at least two runs, such as those of other seeds
     * @throws IllegalArgumentException if there are fewer than two runs, no common metric or no common sample
     */
    public static Agreement of(List<SampleMetrics> runs) {
        Arguments.atLeast("the number of runs", runs.size(), 2);
        Guids first = runs.get(0).guids();
        int[] common = IntStream.range(0, first.size())
                .filter(i -> runs.stream().allMatch(r -> r.guids().indexOf(first.text(i)) >= 0))
                .toArray();
        Arguments.require(common.length != 0, "the runs have no sample in common; expected the same guids");
        List<SampleMetrics> joined = Columns.each(
                runs,
                r -> r.at(Arrays.stream(common)
                        .map(i -> r.guids().indexOf(first.text(i)))
                        .toArray()));
        Arguments.require(!metrics(joined).isEmpty(), "the runs have no metric in common");
        return new Agreement(
                joined, runs.stream().mapToInt(r -> r.size() - common.length).toArray());
    }

    private static Set<Metric> metrics(List<SampleMetrics> runs) {
        Set<Metric> common = EnumSet.allOf(Metric.class);
        runs.forEach(r -> common.retainAll(r.metrics()));
        return common;
    }

    /** Returns the number of runs. */
    public int runs() {
        return runs.size();
    }

    /** Returns the samples that all runs have, in the order of the first. */
    public Guids guids() {
        return runs.get(0).guids();
    }

    /**
     * Returns the number of a run's samples that another run lacks, which are left out.
     *
     * @param run 0 to runs - 1
     */
    public int missing(int run) {
        return missing[run];
    }

    /** Returns the metrics that all runs have. */
    public Set<Metric> metrics() {
        return metrics(runs);
    }

    /** Returns each metric's mean over the runs, for every sample. */
    public SampleMetrics mean() {
        Map<Metric, double[]> means = new EnumMap<>(Metric.class);
        metrics().forEach(m -> means.put(m, perSample((values, mean) -> mean, m)));
        SampleMetrics first = runs.get(0);
        int epochs = runs.stream().allMatch(r -> r.epochs() == first.epochs()) ? first.epochs() : 0;
        return SampleMetrics.of(guids(), first.gold(), means, epochs);
    }

    /**
     * Returns a metric's sample standard deviation over the runs (runs - 1 in the denominator), for every sample.
     *
     * @param m a metric
     */
    public double[] spread(Metric m) {
        return perSample(
                (values, mean) -> Math.sqrt(
                        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1)),
                m);
    }

    /**
     * Returns Spearman's rank correlation over the samples for each pair of runs, NaN being larger than any number; NaN
     * if a run has the same value for all.
     *
     * @param m a metric
     */
    public double[][] spearman(Metric m) {
        return correlations(runs.stream().map(r -> r.values(m)).toList());
    }

    static double[][] correlations(List<double[]> columns) {
        NaturalRanking ranking = new NaturalRanking(NaNStrategy.MAXIMAL, TiesStrategy.AVERAGE);
        List<double[]> ranks = columns.stream().map(ranking::rank).toList();
        return pairs(
                columns.size(),
                (a, b) -> a.equals(b) ? 1 : new PearsonsCorrelation().correlation(ranks.get(a), ranks.get(b)));
    }

    /**
     * Compares every run with the first: how alike the samples' order is, and how much the regions share.
     *
     * @param names a name for each run
     * @param fraction which part of the samples a region is, above 0 and at most 1
     * @return a row for each run: run; spearman_confidence and spearman_variability against the first run; ambiguous and
     *     hard, the part of these regions that is in the first run's too; mean_confidence and mean_variability
     * @throws IllegalArgumentException if there are not as many names as runs, confidence or variability is absent, or the
     *     fraction is out of range
     */
    public Table againstFirst(List<String> names, double fraction) {
        Arguments.sameLength("names", names.size(), "runs", runs.size());
        return Table.create(
                "against " + names.get(0),
                StringColumn.create("run", names),
                DoubleColumn.create("spearman_confidence", spearman(Metric.CONFIDENCE)[0]),
                DoubleColumn.create("spearman_variability", spearman(Metric.VARIABILITY)[0]),
                DoubleColumn.create("ambiguous", overlap(Metric.VARIABILITY, fraction)[0]),
                DoubleColumn.create("hard", overlap(Metric.CONFIDENCE, fraction)[0]),
                DoubleColumn.create("mean_confidence", means(Metric.CONFIDENCE)),
                DoubleColumn.create("mean_variability", means(Metric.VARIABILITY)));
    }

    private double[] means(Metric m) {
        return Columns.numbers(runs, r -> SampleScorer.mean(r.values(m)));
    }

    /**
     * Returns for each pair of runs the share of the int(fraction * N) most valuable samples that they have in common.
     *
     * @param m a metric
     * @param fraction which part of the samples, the most valuable ones, above 0 and at most 1
     * @throws IllegalArgumentException if the fraction is out of range or chooses no sample
     */
    public double[][] overlap(Metric m, double fraction) {
        int n = (int) (fraction * guids().size());
        Arguments.check(
                fraction > 0 && fraction <= 1 && n > 0,
                "fraction",
                fraction,
                "above 0 to 1, and at least one of " + guids().size() + " samples");
        List<int[]> chosen = new ArrayList<>();
        runs.forEach(r -> chosen.add(Arrays.copyOf(r.order(m, false), n)));
        return pairs(runs.size(), (a, b) -> SampleRows.Overlap.of(chosen.get(a), chosen.get(b))
                .share());
    }

    /**
     * Returns the population standard deviation over the passes of the probability of each sample's class, 0 to 0.5.
     *
     * @param experiment what was trained; its network should have dropout, without it all is certain
     * @param run one of its runs, whose last checkpoint is asked
     * @param data N samples with class indices, at least one
     * @param passes how often each is asked, at least 2
     * @param seed the random seed of the dropped units
     * @throws IllegalArgumentException if there are fewer than 2 passes or the targets aren't class indices
     * @throws RecordException if the run has no good checkpoint
     */
    public static double[] dropoutUncertainty(
            Experiment experiment, RunFolder run, Dataset data, int passes, long seed) {
        Arguments.atLeast("passes", passes, 2);
        int[] gold = SampleRows.classes(data);
        float[][] logits = new float[passes][];
        long step = run.lastGoodCheckpoint()
                .orElseThrow(() -> new RecordException(run.path(), "has no good checkpoint to ask"));
        try (TensorFile checkpoint = run.checkpoint(step)) {
            for (int pass = 0; pass < passes; pass++) {
                Tensor outputs = Outputs.noisy(
                        experiment.network(),
                        checkpoint,
                        data,
                        experiment.evaluationBatch(),
                        Streams.key(seed, "dropout", pass));
                logits[pass] = outputs.toFloats();
            }
        }
        // The spread over passes is what variability is over epochs.
        return SampleMetrics.of(Dynamics.of(Guids.rows(data.size()), gold, logits, data.classes()))
                .values(Metric.VARIABILITY);
    }

    private static double[][] pairs(int n, ToDoubleBiFunction<Integer, Integer> value) {
        double[][] matrix = new double[n][n];
        for (int a = 0; a < matrix.length; a++) {
            for (int b = a; b < matrix.length; b++) {
                matrix[a][b] = matrix[b][a] = value.applyAsDouble(a, b);
            }
        }
        return matrix;
    }

    private double[] perSample(ToDoubleBiFunction<double[], Double> statistic, Metric m) {
        double[] result = new double[guids().size()];
        for (int i = 0; i < result.length; i++) {
            int sample = i;
            double[] values = Columns.numbers(runs, r -> r.value(m, sample));
            result[i] = statistic.applyAsDouble(values, SampleScorer.mean(values));
        }
        return result;
    }

    /**
     * A map's coordinates by how many people agree on the label (Swayamdipta et al., EMNLP 2020, figure 5).
     *
     * @param bins by rising agreement
     */
    public record Bins(List<Bin> bins) {
        /** Copies its list. */
        public Bins {
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
        public static Bins of(SampleMetrics metrics, double[] agreement) {
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
            return new Bins(Columns.each(
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
                    IntColumn.create(
                            "samples", bins.stream().mapToInt(Bin::samples).toArray()),
                    DoubleColumn.create("confidence", Columns.numbers(bins, Bin::confidence)),
                    DoubleColumn.create("variability", Columns.numbers(bins, Bin::variability)));
        }
    }
}

package org.kymograph.cartography.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.dynamics.Guids;
import tech.tablesaw.api.DoubleColumn;
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
        return Columns.numbers(runs, r -> Trend.mean(r.values(m)));
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
            result[i] = statistic.applyAsDouble(values, Trend.mean(values));
        }
        return result;
    }
}

package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Wording;
import org.kymograph.states.collate.RunTables;
import org.kymograph.stats.MeanSd;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/**
 * The outcome of each run, as one number: when it converged, or how good it was in the end. The number of a censored run is
 * only a lower bound.
 */
public final class Outcome {
    private final String name;
    private final List<String> runs;
    private final double[] values;
    private final boolean[] censored;
    private final Map<String, Integer> indices = new HashMap<>();

    private Outcome(String name, List<String> runs, double[] values, boolean[] censored) {
        this.name = name;
        this.runs = List.copyOf(runs);
        this.values = values;
        this.censored = censored;
        for (int run = 0; run < values.length; run++) {
            Arguments.require(indices.put(runs.get(run), run) == null, "runs: '" + runs.get(run) + "' comes twice");
        }
    }

    /**
     * Checks and copies outcomes.
     *
     * @param name the numbers' name
     * @param runs the runs' names
     * @param values a finite number per run
     * @param censored whether a run's number is only a lower bound
     * @return these outcomes, copied
     * @throws IllegalArgumentException if the lengths differ, there is no run, a name comes twice or a number isn't finite
     */
    public static Outcome of(String name, List<String> runs, double[] values, boolean[] censored) {
        Arguments.sameLength(
                "values",
                values.length,
                "runs",
                Arguments.notEmpty("runs", runs).size());
        Arguments.sameLength("censored", censored.length, "runs", runs.size());
        for (int run = 0; run < values.length; run++) {
            Arguments.finite(name + " of run '" + runs.get(run) + "'", values[run]);
        }
        return new Outcome(name, runs, values.clone(), censored.clone());
    }

    /**
     * Returns the convergence index: the first checkpoint, counted from 0, at which a rising metric is strictly above a threshold. A
     * run that never gets there is censored and has the number of checkpoints of the longest run.
     *
     * @param runs the runs' names
     * @param metric per run the metric at each checkpoint; NaN is not above
     * @param threshold the threshold
     * @return the convergence of each run, in checkpoints
     * @throws IllegalArgumentException if lengths don't fit or a run has no number at all
     */
    public static Outcome convergence(List<String> runs, List<double[]> metric, double threshold) {
        return first(runs, metric, v -> v > threshold);
    }

    /**
     * Returns the convergence index of a falling metric, as {@link #convergence(List, List, double)}: the first checkpoint strictly below the threshold.
     *
     * @param runs the runs' names
     * @param metric per run the metric at each checkpoint; NaN is not below
     * @param threshold the threshold
     * @return the convergence of each run, in checkpoints
     * @throws IllegalArgumentException if lengths don't fit or a run has no number at all
     */
    public static Outcome convergenceBelow(List<String> runs, List<double[]> metric, double threshold) {
        return first(runs, metric, v -> v < threshold);
    }

    private static Outcome first(List<String> runs, List<double[]> metric, DoublePredicate converged) {
        checkMetric(runs, metric);
        int longest = metric.stream().mapToInt(m -> m.length).max().orElse(0);
        double[] values = new double[runs.size()];
        boolean[] censored = new boolean[runs.size()];
        for (int run = 0; run < values.length; run++) {
            double[] own = metric.get(run);
            int at = IntStream.range(0, own.length)
                    .filter(t -> converged.test(own[t]))
                    .findFirst()
                    .orElse(-1);
            censored[run] = at < 0;
            values[run] = at < 0 ? longest : at;
        }
        return of("convergence", runs, values, censored);
    }

    private static void checkMetric(List<String> runs, List<double[]> metric) {
        Arguments.sameLength("metric", metric.size(), "runs", runs.size());
        for (int run = 0; run < runs.size(); run++) {
            Arguments.require(
                    !Arrays.stream(metric.get(run)).allMatch(Double::isNaN),
                    "run '" + runs.get(run) + "' has no number in the metric");
        }
    }

    /**
     * Returns the mean of a metric's last values, such as of the last 5 accuracies.
     *
     * @param runs the runs' names
     * @param metric per run the metric at each checkpoint
     * @param last how many of the last checkpoints to average, at least 1; all of a shorter run
     * @return that mean for each run
     * @throws IllegalArgumentException if lengths don't fit or one of these numbers isn't finite
     */
    public static Outcome finalMean(List<String> runs, List<double[]> metric, int last) {
        Arguments.atLeast("last", last, 1);
        checkMetric(runs, metric);
        double[] values = Columns.numbers(metric, m -> Arrays.stream(m)
                .skip(Math.max(0, m.length - last))
                .average()
                .orElse(Double.NaN));
        return of("mean of the last " + last, runs, values, new boolean[values.length]);
    }

    /**
     * Reads a column of every run.
     *
     * @param tables the runs' tables
     * @param metric a numeric column of each
     * @return that column of every run; missing numbers are NaN
     * @throws IllegalArgumentException if a run has no such column or it isn't numeric
     */
    public static List<double[]> metric(RunTables tables, String metric) {
        List<double[]> result = new ArrayList<>();
        for (String run : tables.names()) {
            Table table = tables.table(run);
            if (!table.containsColumn(metric)) {
                throw new IllegalArgumentException("run '" + run + "' has no column '" + metric + "'; it has "
                        + String.join(", ", table.columnNames()) + Wording.didYouMean(metric, table.columnNames()));
            }
            if (!(table.column(metric) instanceof NumericColumn<?> numbers)) {
                throw new IllegalArgumentException("run '" + run + "', column '" + metric + "': isn't numeric");
            }
            result.add(Columns.numbers(numbers.size(), t -> numbers.isMissing(t) ? Double.NaN : numbers.getDouble(t)));
        }
        return result;
    }

    /**
     * Returns the convergence index of a rising column.
     *
     * @param tables the runs' tables
     * @param metric a numeric column of each, such as {@code eval_accuracy}
     * @param threshold the threshold
     * @return {@link #convergence(List, List, double)} of that column
     * @throws IllegalArgumentException if a run has no such column, or no number in it
     */
    public static Outcome convergence(RunTables tables, String metric, double threshold) {
        return convergence(tables.names(), metric(tables, metric), threshold);
    }

    /**
     * Returns the convergence index of a falling column.
     *
     * @param tables the runs' tables
     * @param metric a numeric column of each, such as {@code eval_loss}
     * @param threshold the threshold
     * @return {@link #convergenceBelow(List, List, double)} of that column
     * @throws IllegalArgumentException if a run has no such column, or no number in it
     */
    public static Outcome convergenceBelow(RunTables tables, String metric, double threshold) {
        return convergenceBelow(tables.names(), metric(tables, metric), threshold);
    }

    /** Returns what the numbers are. */
    public String name() {
        return name;
    }

    /** Returns the runs' names. */
    public List<String> runs() {
        return runs;
    }

    /** Returns a number per run. */
    public double[] values() {
        return values.clone();
    }

    /** Returns per run whether its number is only a lower bound. */
    public boolean[] censored() {
        return censored.clone();
    }

    /**
     * Tells whether a run has a number.
     *
     * @param run a run's name
     * @return whether there is a number for it
     */
    public boolean has(String run) {
        return indices.containsKey(run);
    }

    /**
     * Returns the number of a run.
     *
     * @param run a run's name
     * @return its number
     * @throws IllegalArgumentException if there is none
     */
    public double value(String run) {
        return values[index(run)];
    }

    /**
     * Tells whether a run is censored.
     *
     * @param run a run's name
     * @return whether its number is only a lower bound
     * @throws IllegalArgumentException if there is none
     */
    public boolean isCensored(String run) {
        return censored[index(run)];
    }

    private int index(String run) {
        Integer index = indices.get(run);
        if (index == null) {
            throw Arguments.unexpected("run", run, "one of " + runs);
        }
        return index;
    }

    /**
     * Returns the outcomes in another unit.
     *
     * @param unit the number of new units in an old one, such as 10 epochs a checkpoint; above 0
     * @return the numbers times the unit
     * @throws IllegalArgumentException if the unit is out of range
     */
    public Outcome scaled(double unit) {
        Arguments.positive("unit", unit);
        return new Outcome(name, runs, Arrays.stream(values).map(v -> v * unit).toArray(), censored);
    }

    /**
     * Leaves out censored runs.
     *
     * @return the outcomes of the runs that aren't censored
     * @throws IllegalArgumentException if all are
     */
    public Outcome withoutCensored() {
        int[] kept = IntStream.range(0, values.length).filter(i -> !censored[i]).toArray();
        Arguments.require(kept.length != 0, "all " + values.length + " runs are censored: none converged");
        return new Outcome(
                name,
                Arrays.stream(kept).mapToObj(runs::get).toList(),
                Columns.pick(values, kept),
                new boolean[kept.length]);
    }

    /**
     * Returns the mean and spread of some runs. Lower bounds count as the numbers they are, as in the paper, unless there is
     * nothing else: then there is no mean.
     *
     * @param some runs' names
     * @return the mean and spread of those that have a number; NaN if all of these are censored
     */
    public MeanSd summary(List<String> some) {
        List<String> known = some.stream().filter(this::has).toList();
        return !known.isEmpty() && known.stream().allMatch(this::isCensored)
                ? new MeanSd(known.size(), Double.NaN, Double.NaN)
                : MeanSd.of(Columns.numbers(known, this::value));
    }

    /** Returns the mean and spread of all runs; NaN if all are censored. */
    public MeanSd summary() {
        return summary(runs);
    }

    /** Returns one row per run: {@code run}, the number, {@code censored}. */
    public Table table() {
        return Columns.of(name, values.length)
                .texts("run", runs::get)
                .doubles(name, i -> values[i])
                .flags("censored", i -> censored[i])
                .table();
    }

    /**
     * Counts how many runs converged when, in bins of equal width as in the paper's appendix I.
     *
     * @param from the beginning of the first bin; in the paper 0 epochs for modular addition, 50 epochs for parities, 350
     *     steps for MNIST, 0 steps for CIFAR-100
     * @param to the end of the last bin, above {@code from}; in the paper 10000, 200, 550 and 12000
     * @param bins the number of bins, at least 1; in the paper 9
     * @return the histogram, in the unit of the outcome
     * @throws IllegalArgumentException if the range is empty or there are no bins
     */
    public Histogram histogram(double from, double to, int bins) {
        Arguments.finite("from", from);
        Arguments.check(to > from && Double.isFinite(to), "to", to, "a finite number above from, which is " + from);
        Arguments.atLeast("bins", bins, 1);
        Integer[] counts = new Integer[bins];
        Arrays.fill(counts, 0);
        for (double value : values) {
            if (value >= from && value <= to) {
                counts[Histogram.bin(value, from, to, bins)]++;
            }
        }
        return new Histogram(
                from,
                to,
                List.of(counts),
                (int) Arrays.stream(values).filter(v -> v < from).count(),
                (int) Arrays.stream(values).filter(v -> v > to).count());
    }

    /**
     * A histogram of outcomes. A bin holds its lower end; the last one its upper end too.
     *
     * @param from the beginning of the first bin
     * @param to the end of the last bin
     * @param counts the number of runs in each bin
     * @param below the number of runs before the first bin
     * @param above the number of runs after the last bin
     */
    public record Histogram(double from, double to, List<Integer> counts, int below, int above) {
        /** The paper's number of bins. */
        public static final int PAPER_BINS = 9;

        /** Copies its list. */
        public Histogram {
            counts = List.copyOf(counts);
        }

        private static int bin(double value, double from, double to, int bins) {
            int bin = Math.min(bins - 1, (int) ((value - from) / (to - from) * bins));
            // The quotient may round across an edge.
            if (bin > 0 && value < edge(bin, from, to, bins)) {
                return bin - 1;
            }
            return bin < bins - 1 && value >= edge(bin + 1, from, to, bins) ? bin + 1 : bin;
        }

        private static double edge(int i, double from, double to, int bins) {
            return i == bins ? to : from + (to - from) * i / bins;
        }

        /**
         * Returns an edge.
         *
         * @param i 0 to the number of bins
         * @return the end of bin i − 1 and the beginning of bin i
         */
        public double edge(int i) {
            return edge(i, from, to, counts.size());
        }

        /** Returns one row per bin. */
        public Table table() {
            return Columns.of("convergence", counts.size())
                    .doubles("from", this::edge)
                    .doubles("to", i -> edge(i + 1))
                    .ints("runs", counts::get)
                    .table();
        }
    }
}

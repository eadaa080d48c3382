package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import org.kymograph.states.collate.RunTables;
import org.kymograph.stats.MeanSd;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What came of each run, as one number: when it converged, or how good it was in the end. The number of a censored run is
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
            if (indices.put(runs.get(run), run) != null) {
                throw new IllegalArgumentException("runs: '" + runs.get(run) + "' comes twice");
            }
        }
    }

    /**
     * @param name what the numbers are
     * @param runs the runs' names
     * @param values a finite number per run
     * @param censored whether a run's number is only a lower bound
     * @return these outcomes, copied
     * @throws IllegalArgumentException if the lengths differ, there is no run, a name comes twice or a number isn't finite
     */
    public static Outcome of(String name, List<String> runs, double[] values, boolean[] censored) {
        if (runs.isEmpty() || runs.size() != values.length || runs.size() != censored.length) {
            throw new IllegalArgumentException("runs: " + runs.size() + " names, " + values.length + " values, "
                    + censored.length + " flags; expected as many of each, at least one");
        }
        for (int run = 0; run < values.length; run++) {
            if (!Double.isFinite(values[run])) {
                throw new IllegalArgumentException(
                        "run '" + runs.get(run) + "': " + name + " is " + values[run] + "; must be finite");
            }
        }
        return new Outcome(name, runs, values.clone(), censored.clone());
    }

    /**
     * The convergence index: the first checkpoint, counted from 0, at which a rising metric is strictly above a threshold. A
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
     * As {@link #convergence(List, List, double)}, for a falling metric: the first checkpoint strictly below the threshold.
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
        if (runs.size() != metric.size()) {
            throw new IllegalArgumentException("metric: of " + metric.size() + " runs, but " + runs.size() + " names");
        }
        for (int run = 0; run < runs.size(); run++) {
            if (Arrays.stream(metric.get(run)).allMatch(Double::isNaN)) {
                throw new IllegalArgumentException("run '" + runs.get(run) + "' has no number in the metric");
            }
        }
    }

    /**
     * The mean of a metric's last values, such as of the last 5 accuracies.
     *
     * @param runs the runs' names
     * @param metric per run the metric at each checkpoint
     * @param last how many of the last checkpoints to average, at least 1; all of a shorter run
     * @return that mean for each run
     * @throws IllegalArgumentException if lengths don't fit or one of these numbers isn't finite
     */
    public static Outcome finalMean(List<String> runs, List<double[]> metric, int last) {
        if (last < 1) {
            throw new IllegalArgumentException("last " + last + ": must be at least 1");
        }
        checkMetric(runs, metric);
        double[] values = metric.stream()
                .mapToDouble(m -> Arrays.stream(m)
                        .skip(Math.max(0, m.length - last))
                        .average()
                        .orElse(Double.NaN))
                .toArray();
        return of("mean of the last " + last, runs, values, new boolean[values.length]);
    }

    /**
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
                        + String.join(", ", table.columnNames()));
            }
            if (!(table.column(metric) instanceof NumericColumn<?> numbers)) {
                throw new IllegalArgumentException("run '" + run + "', column '" + metric + "': isn't numeric");
            }
            result.add(IntStream.range(0, numbers.size())
                    .mapToDouble(t -> numbers.isMissing(t) ? Double.NaN : numbers.getDouble(t))
                    .toArray());
        }
        return result;
    }

    /**
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
     * @param tables the runs' tables
     * @param metric a numeric column of each, such as {@code eval_loss}
     * @param threshold the threshold
     * @return {@link #convergenceBelow(List, List, double)} of that column
     * @throws IllegalArgumentException if a run has no such column, or no number in it
     */
    public static Outcome convergenceBelow(RunTables tables, String metric, double threshold) {
        return convergenceBelow(tables.names(), metric(tables, metric), threshold);
    }

    /** @return what the numbers are */
    public String name() {
        return name;
    }

    /** @return the runs' names */
    public List<String> runs() {
        return runs;
    }

    /** @return a number per run */
    public double[] values() {
        return values.clone();
    }

    /** @return per run whether its number is only a lower bound */
    public boolean[] censored() {
        return censored.clone();
    }

    /**
     * @param run a run's name
     * @return whether there is a number for it
     */
    public boolean has(String run) {
        return indices.containsKey(run);
    }

    /**
     * @param run a run's name
     * @return its number
     * @throws IllegalArgumentException if there is none
     */
    public double value(String run) {
        return values[index(run)];
    }

    /**
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
            throw new IllegalArgumentException("run '" + run + "': must be one of " + runs);
        }
        return index;
    }

    /**
     * @param unit what one of these numbers is worth, such as 10 epochs a checkpoint; above 0
     * @return the numbers times the unit
     * @throws IllegalArgumentException if the unit is out of range
     */
    public Outcome scaled(double unit) {
        if (!(unit > 0) || Double.isInfinite(unit)) {
            throw new IllegalArgumentException("unit " + unit + ": must be finite and above 0");
        }
        return new Outcome(name, runs, Arrays.stream(values).map(v -> v * unit).toArray(), censored);
    }

    /**
     * @return the outcomes of the runs that aren't censored
     * @throws IllegalArgumentException if all are
     */
    public Outcome withoutCensored() {
        int[] kept = IntStream.range(0, values.length).filter(i -> !censored[i]).toArray();
        if (kept.length == 0) {
            throw new IllegalArgumentException("all " + values.length + " runs are censored: none converged");
        }
        return new Outcome(
                name,
                Arrays.stream(kept).mapToObj(runs::get).toList(),
                Arrays.stream(kept).mapToDouble(i -> values[i]).toArray(),
                new boolean[kept.length]);
    }

    /**
     * @param some runs' names
     * @return the mean and spread of those that have a number
     */
    public MeanSd summary(List<String> some) {
        return MeanSd.of(
                some.stream().filter(this::has).mapToDouble(this::value).toArray());
    }

    /** @return the mean and spread of all */
    public MeanSd summary() {
        return MeanSd.of(values);
    }

    /** @return one row per run: {@code run}, the number, {@code censored} */
    public Table table() {
        return Table.create(
                name,
                StringColumn.create("run", runs),
                DoubleColumn.create(name, values),
                BooleanColumn.create("censored", censored));
    }
}

package org.kymograph.record;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Progress;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.TensorFile;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Runs that are studied together, in most studies the seeds of one experiment.
 *
 * @param runs the runs, open for reading, at least one
 */
public record Population(List<RunFolder> runs) {
    /**
     * Checks that there are runs.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Population {
        runs = List.copyOf(Arguments.notEmpty("runs", runs));
    }

    /**
     * Returns the population of some runs.
     *
     * @param runs the runs, at least one
     * @return the population
     */
    public static Population of(List<RunFolder> runs) {
        return new Population(runs);
    }

    /**
     * Opens every run at or below a folder.
     *
     * @param folder a run, an experiment or the folder of all experiments
     * @return the runs, by experiment, setting and seed
     * @throws RecordException if there is none
     */
    public static Population open(Path folder) {
        List<RunFolder> runs = RunFolder.list(folder);
        if (runs.isEmpty()) {
            throw new RecordException(folder, "no run here: a run is a folder with a run.json");
        }
        return of(runs);
    }

    /**
     * Returns the seeds of the runs.
     *
     * @return a seed for each run, in their order
     */
    public long[] seeds() {
        return runs.stream().mapToLong(RunFolder::seed).toArray();
    }

    /**
     * Returns the measurements of all runs, one below the other.
     *
     * @return the columns of each run's metrics behind its {@code seed}; what a run did not measure is missing
     */
    public Table metrics() {
        return stacked(run -> run.metrics().table());
    }

    /**
     * Returns readings of all runs, one below the other, a row per step.
     *
     * @param name the name of a reading, which every run must have
     * @param more the names of others, if any
     * @return the columns of {@link Readings#table} behind the run's {@code seed}
     * @throws RecordException if a run lacks the reading, has one that was made with other settings, or it can't be read
     */
    public Table readings(String name, String... more) {
        checkSettings(name);
        Arrays.stream(more).forEach(this::checkSettings);
        return stacked(run -> Readings.of(run).table(name, more));
    }

    /**
     * Returns the measurements and some readings of all runs, one below the other, a row per step.
     *
     * @param names the names of readings, which every run must have
     * @return the columns of {@link Readings#joined} behind the run's {@code seed}
     * @throws RecordException if a run lacks a reading, has one that was made with other settings, or it can't be read
     */
    public Table joined(String... names) {
        Arrays.stream(names).forEach(this::checkSettings);
        return stacked(run -> Readings.of(run).joined(names));
    }

    /** What was computed of a checkpoint. */
    private record Computed(long seed, long step, Map<String, Double> values) {}

    /**
     * Computes further losses of every checkpoint: anything that can be computed of its tensors.
     *
     * @param loss computes named numbers of an open checkpoint
     * @return a row per checkpoint: {@code seed}, {@code step} (of the optimiser), and the numbers
     */
    public Table extraLosses(Function<TensorFile, Map<String, Double>> loss) {
        return extraLosses(RunFolder::checkpointSteps, loss);
    }

    /**
     * Computes further losses of checkpoints and joins them to the metrics on the step.
     *
     * @param loss computes named numbers of an open checkpoint
     * @return {@link #metrics()} with the numbers as further columns, missing where an evaluation has no checkpoint; checkpoints
     *     without an evaluation, such as the first, are left out
     * @throws IllegalArgumentException if a number has the name of a measurement
     */
    public Table metricsWith(Function<TensorFile, Map<String, Double>> loss) {
        Table metrics = metrics();
        Table extra = extraLosses(
                run -> run.metrics().read().stream()
                        .map(line -> line.get(MetricsLog.STEP).asLong())
                        .toList(),
                loss);
        for (Column<?> column : extra.columns().subList(2, extra.columnCount())) {
            Arguments.check(
                    !metrics.containsColumn(column.name()),
                    "the name of an extra loss",
                    column.name(),
                    "one that the metrics have no column of");
            metrics.addColumns(column);
        }
        return metrics;
    }

    private Table extraLosses(Function<RunFolder, List<Long>> steps, Function<TensorFile, Map<String, Double>> loss) {
        Map<RunFolder, List<Long>> wanted = new LinkedHashMap<>();
        runs.forEach(run -> wanted.put(run, steps.apply(run)));
        int total = wanted.values().stream().mapToInt(List::size).sum();
        List<Computed> rows = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        try (Progress progress = Progress.start("extra loss", "checkpoints", Math.max(1, total))) {
            wanted.forEach((run, all) -> {
                List<Long> saved = run.checkpointSteps();
                for (long step : all) {
                    Map<String, Double> values = Map.of();
                    if (saved.contains(step)) {
                        try (TensorFile checkpoint = run.checkpoint(step)) {
                            values = loss.apply(checkpoint);
                        }
                    }
                    names.addAll(values.keySet());
                    rows.add(new Computed(run.seed(), step, values));
                    progress.update(rows.size(), run.id());
                }
            });
        }
        Columns<Computed> columns =
                Columns.of("extra losses", rows).longs("seed", Computed::seed).longs(MetricsLog.STEP, Computed::step);
        names.forEach(name -> columns.doubles(name, row -> row.values.getOrDefault(name, Double.NaN)));
        return columns.table();
    }

    private void checkSettings(String name) {
        String first = null;
        for (RunFolder run : runs) {
            String settings = Json.canonical(Readings.of(run).settings(name));
            if (first != null && !first.equals(settings)) {
                throw new RecordException(
                        run.path(),
                        "made the reading '" + name + "' with the settings " + settings + "; the first run with "
                                + first);
            }
            first = settings;
        }
    }

    private Table stacked(Function<RunFolder, Table> of) {
        List<Table> tables = runs.stream().map(of).toList();
        Map<String, Column<?>> columns = new LinkedHashMap<>();
        // A column is of whole numbers only if it is in every run.
        tables.forEach(t -> t.columns()
                .forEach(c -> columns.merge(
                        c.name().toLowerCase(Locale.ROOT),
                        c.emptyCopy(),
                        (before, now) -> before instanceof LongColumn ? now : before)));
        LongColumn seeds = LongColumn.create("seed");
        for (int r = 0; r < tables.size(); r++) {
            Table table = tables.get(r);
            for (Column<?> column : columns.values()) {
                append(column, table);
            }
            for (int row = 0; row < table.rowCount(); row++) {
                seeds.append(runs.get(r).seed());
            }
        }
        return Table.create(runs.get(0).experiment(), seeds)
                .addColumns(columns.values().toArray(Column<?>[]::new));
    }

    private static void append(Column<?> to, Table table) {
        boolean there = table.containsColumn(to.name());
        NumericColumn<?> from = there ? table.numberColumn(to.name()) : null;
        for (int row = 0; row < table.rowCount(); row++) {
            if (!there || from.isMissing(row)) {
                to.appendMissing();
            } else if (to instanceof LongColumn longs) {
                longs.append((long) from.getDouble(row));
            } else {
                ((DoubleColumn) to).append(from.getDouble(row));
            }
        }
    }
}

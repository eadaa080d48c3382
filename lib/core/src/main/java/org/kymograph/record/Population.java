package org.kymograph.record;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
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

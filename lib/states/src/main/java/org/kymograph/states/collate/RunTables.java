package org.kymograph.states.collate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Wording;
import org.kymograph.record.files.RecordException;
import org.kymograph.states.em.Observations;
import org.kymograph.states.em.Observations.DroppedRun;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * One table per run, one row per checkpoint: statistics, losses, whatever was measured. The columns
 * {@code mean_singular_value} and {@code var_singular_value} of the original's CSVs of convolutional nets are called
 * {@code mean_lambda} and {@code variance_lambda} as in its others, and found by both names.
 */
public final class RunTables {
    private static final List<String> TIMES = List.of(Collation.STEP, "epoch");

    private final Map<String, Table> tables;
    /** Where each run was read from; empty for tables from elsewhere. */
    private final Map<String, Path> files;

    RunTables(Map<String, Table> tables, Map<String, Path> files) {
        this.tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
        this.files = Map.copyOf(files);
    }

    /**
     * Names tables.
     *
     * @param tables a table for each run's name, in the order of the runs; rows in the order of training
     * @return these tables
     * @throws IllegalArgumentException if there are none
     */
    public static RunTables of(Map<String, Table> tables) {
        Arguments.check(!tables.isEmpty(), "tables", tables, "at least one run");
        Map<String, Table> named = new LinkedHashMap<>();
        tables.forEach((name, table) -> named.put(name, Collation.inOurNames(table.copy())));
        return new RunTables(named, Map.of());
    }

    /**
     * Divides a table by its column {@code run}.
     *
     * @param table the rows of all runs, with their names in the column {@code run}; a run's rows in the order of training
     * @return a table for each run, in order of first appearance
     * @throws IllegalArgumentException if there is no such column, a name in it is missing, or there are no rows
     */
    public static RunTables of(Table table) {
        if (!table.containsColumn(Collation.RUN)) {
            throw new IllegalArgumentException("table has no column '" + Collation.RUN + "'; it has "
                    + String.join(", ", table.columnNames()) + Wording.didYouMean(Collation.RUN, table.columnNames()));
        }
        return of(byRun(
                table,
                row -> new IllegalArgumentException(
                        "table: column '" + Collation.RUN + "', row " + row + " is empty")));
    }

    /**
     * Divides the rows of a table by run.
     *
     * @param table the rows of all runs
     * @param unnamed the failure for a row, counted from 1, that has no run's name
     * @return each run's rows, in order of first appearance
     */
    static Map<String, Table> byRun(Table table, IntFunction<RuntimeException> unnamed) {
        Column<?> runs = table.column(Collation.RUN);
        Map<String, List<Integer>> rows = new LinkedHashMap<>();
        for (int t = 0; t < table.rowCount(); t++) {
            if (runs.isMissing(t)) {
                throw unnamed.apply(t + 1);
            }
            rows.computeIfAbsent(String.valueOf(runs.get(t)), name -> new ArrayList<>())
                    .add(t);
        }
        Map<String, Table> tables = new LinkedHashMap<>();
        rows.forEach((name, own) -> tables.put(
                name, table.rows(own.stream().mapToInt(t -> t).toArray()).setName(name)));
        return tables;
    }

    /**
     * Reads a folder with a CSV file per run, or one CSV file with a column {@code run}. A folder's files are taken in the
     * order of their names, in which numbers count as numbers, runs of one file in order of first appearance; the rows of a
     * run are sorted by {@code step} or else {@code epoch}.
     *
     * @param data a folder or file
     * @return the runs
     * @throws RecordException if there is no such data; the message names file and column
     */
    public static RunTables read(Path data) {
        return RunTablesReader.read(data);
    }

    /** Returns the runs' names. */
    public List<String> names() {
        return List.copyOf(tables.keySet());
    }

    /**
     * Returns the table of a run.
     *
     * @param run a run's name
     * @return its table
     * @throws IllegalArgumentException if there is no such run
     */
    public Table table(String run) {
        Table table = tables.get(run);
        if (table == null) {
            throw Arguments.unexpected("run", run, "one of " + tables.keySet());
        }
        return table;
    }

    /**
     * Tells whether all runs have a column.
     *
     * @param name a column's name
     * @return whether every run's table has a column of that name
     */
    public boolean haveColumn(String name) {
        return tables.values().stream().allMatch(table -> table.containsColumn(name));
    }

    /**
     * Cuts runs short.
     *
     * @param n how many rows of each run to keep at most, at least 1
     * @return the runs with their first rows only
     * @throws IllegalArgumentException if it is below 1
     */
    public RunTables firstRows(int n) {
        Arguments.atLeast("n", n, 1);
        Map<String, Table> cut = new LinkedHashMap<>();
        tables.forEach((name, table) -> cut.put(name, table.rowCount() <= n ? table : table.first(n)));
        return new RunTables(cut, files);
    }

    /**
     * Chooses features: {@link FeatureSets#BASE} if all of it is there, otherwise every numeric column of all runs that is no
     * run, seed, step, epoch, time, loss, accuracy or state, in whatever letters. Columns that say nothing are left out, see
     * {@link #leftOut}.
     *
     * @return the columns' names
     * @throws IllegalArgumentException if there is none
     */
    public List<String> defaultFeatures() {
        DefaultFeatures chosen = DefaultFeatures.of(tables.values());
        if (chosen.features().isEmpty()) {
            Map.Entry<String, Table> first = tables.entrySet().iterator().next();
            throw failure(
                    first.getKey(),
                    "no column can be a feature by default; name the features. Run '" + first.getKey() + "' has "
                            + first.getValue().columns().stream()
                                    .map(c -> c.name()
                                            + (c instanceof NumericColumn
                                                            || c.name().equals(Collation.RUN)
                                                    ? ""
                                                    : " (not numeric)"))
                                    .collect(Collectors.joining(", "))
                            + chosen.leftOut().stream().map(w -> "; " + w).collect(Collectors.joining()));
        }
        return chosen.features();
    }

    /**
     * Returns the columns that {@link #defaultFeatures} leaves out because they say nothing: without numbers, constant in every
     * run, counters, or the least and largest of others.
     *
     * @return a sentence each
     */
    public List<String> leftOut() {
        return DefaultFeatures.of(tables.values()).leftOut();
    }

    /**
     * The distance of checkpoints.
     *
     * @param unit the thing that is counted: {@code step}, {@code epoch} or {@code checkpoint}
     * @param perCheckpoint how many of them lie between a checkpoint and the next, above 0
     */
    public record Spacing(String unit, double perCheckpoint) {}

    /**
     * Returns the distance of checkpoints.
     *
     * @return the spacing of the column {@code step} or else {@code epoch}, if all runs have it with the same equal distances
     *     above 0; otherwise 1 checkpoint
     */
    public Spacing spacing() {
        for (String unit : TIMES) {
            double distance = haveColumn(unit) ? distance(unit) : Double.NaN;
            if (distance > 0) {
                return new Spacing(unit, distance);
            }
        }
        return new Spacing("checkpoint", 1);
    }

    private double distance(String unit) {
        double distance = Double.NaN;
        for (Table table : tables.values()) {
            if (!(table.column(unit) instanceof NumericColumn<?> times)) {
                return Double.NaN;
            }
            for (int t = 1; t < times.size(); t++) {
                double step = times.getDouble(t) - times.getDouble(t - 1);
                if (!Double.isNaN(distance) && step != distance) {
                    return Double.NaN;
                }
                distance = step;
            }
        }
        return distance;
    }

    /**
     * Takes the wanted columns of every run. A run with a missing or infinite number in them is dropped and listed in
     * {@link Observations#dropped}.
     *
     * @param features the columns' names or their aliases
     * @return the runs that are left, not standardized
     * @throws RecordException (or IllegalArgumentException, if the tables don't come from files) if a run has no such
     *     column, it isn't numeric, or no run is left; the message names run and column
     */
    public Observations observations(List<String> features) {
        Arguments.notEmpty("features", features);
        List<String> kept = new ArrayList<>();
        List<double[][]> rows = new ArrayList<>();
        List<DroppedRun> dropped = new ArrayList<>();
        tables.forEach((run, table) -> {
            double[][] own = rows(run, table, features);
            DroppedRun gap = firstGap(run, own, features);
            if (gap == null) {
                kept.add(run);
                rows.add(own);
            } else {
                dropped.add(gap);
            }
        });
        if (kept.isEmpty()) {
            throw failure(
                    tables.keySet().iterator().next(),
                    "no run is left: "
                            + dropped.stream().map(DroppedRun::toString).collect(Collectors.joining("; ")));
        }
        List<String> notes = new ArrayList<>(lengthNotes(kept, rows));
        kept.stream().map(this::timeNote).filter(Objects::nonNull).forEach(notes::add);
        return Observations.of(kept, features, rows).withNotes(dropped, notes);
    }

    private double[][] rows(String run, Table table, List<String> features) {
        if (table.rowCount() == 0) {
            throw failure(run, "run '" + run + "' has no rows");
        }
        double[][] rows = new double[table.rowCount()][features.size()];
        for (int j = 0; j < features.size(); j++) {
            Column<?> column = column(table, features.get(j));
            if (column == null) {
                throw failure(
                        run,
                        "run '" + run + "' has no column '" + features.get(j) + "'; it has "
                                + String.join(", ", table.columnNames())
                                + Wording.didYouMean(features.get(j), table.columnNames()));
            }
            if (!(column instanceof NumericColumn<?> numbers)) {
                throw failure(run, notNumeric(run, column));
            }
            for (int t = 0; t < rows.length; t++) {
                rows[t][j] = numbers.isMissing(t) ? Double.NaN : numbers.getDouble(t);
            }
        }
        return rows;
    }

    private static String notNumeric(String run, Column<?> column) {
        int row = 0;
        while (row < column.size() - 1 && (column.isMissing(row) || isNumber(column.getString(row)))) {
            row++;
        }
        return "run '" + run + "', column '" + column.name() + "', row " + (row + 1) + ": '" + column.getString(row)
                + "'; expected a number";
    }

    private static boolean isNumber(String text) {
        try {
            Double.parseDouble(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    static Column<?> column(Table table, String name) {
        if (table.containsColumn(name)) {
            return table.column(name);
        }
        String ours = Collation.ourName(name);
        return table.containsColumn(ours) ? table.column(ours) : null;
    }

    private static DroppedRun firstGap(String run, double[][] rows, List<String> features) {
        for (int t = 0; t < rows.length; t++) {
            for (int j = 0; j < features.size(); j++) {
                if (!Double.isFinite(rows[t][j])) {
                    return new DroppedRun(run, features.get(j), t + 1);
                }
            }
        }
        return null;
    }

    private static List<String> lengthNotes(List<String> runs, List<double[][]> rows) {
        int longest = rows.stream().mapToInt(r -> r.length).max().orElse(0);
        Map<Integer, List<String>> shorter = new LinkedHashMap<>();
        for (int i = 0; i < runs.size(); i++) {
            if (rows.get(i).length < longest) {
                shorter.computeIfAbsent(rows.get(i).length, n -> new ArrayList<>())
                        .add(runs.get(i));
            }
        }
        return Columns.each(
                new TreeSet<>(shorter.keySet()),
                n -> "runs differ in length: " + n + " of " + longest + " rows in "
                        + String.join(", ", shorter.get(n)));
    }

    /** Returns a warning where the steps of a run don't rise: rows of two runs under one name, or in another order. */
    private String timeNote(String run) {
        Table table = tables.get(run);
        if (!table.containsColumn(Collation.STEP)
                || !(table.column(Collation.STEP) instanceof NumericColumn<?> steps)) {
            return null;
        }
        for (int t = 1; t < steps.size(); t++) {
            if (steps.getDouble(t) <= steps.getDouble(t - 1)) {
                return "run '" + run + "': the step " + steps.getString(t) + " of row " + (t + 1) + " follows "
                        + steps.getString(t - 1) + "; expected steps that rise, and one run a name";
            }
        }
        return null;
    }

    private RuntimeException failure(String run, String problem) {
        Path file = files.get(run);
        return file == null ? new IllegalArgumentException(problem) : new RecordException(file, problem);
    }

    /**
     * Adds states to a run's table.
     *
     * @param run a run's name
     * @param states the state of each of its rows
     * @return its table with a column {@code latent_state} of these
     * @throws IllegalArgumentException if there are more or fewer states than rows
     */
    public Table withStates(String run, int[] states) {
        Table table = table(run);
        Arguments.sameLength("states", states.length, "run '" + run + "'", table.rowCount());
        Table copy = table.copy();
        if (copy.containsColumn("latent_state")) {
            copy.removeColumns("latent_state");
        }
        return copy.addColumns(IntColumn.create("latent_state", Arrays.copyOf(states, states.length)));
    }
}

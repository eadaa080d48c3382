package org.kymograph.states.collate;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kymograph.base.Wording;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Reads the tables of runs from CSV files. */
final class RunTablesReader {
    private static final String SUFFIX = ".csv";
    private static final Pattern PART = Pattern.compile("\\d+|\\D+");

    private RunTablesReader() {}

    static RunTables read(Path data) {
        return Files.isDirectory(data) ? readFolder(data) : readFile(data);
    }

    private static RunTables readFolder(Path folder) {
        List<Path> paths;
        try (Stream<Path> all = Files.list(folder)) {
            paths = all.filter(p -> Files.isRegularFile(p)
                            && !fileName(p).startsWith(".")
                            && fileName(p).toLowerCase(Locale.ROOT).endsWith(SUFFIX))
                    .sorted(Comparator.comparing(RunTablesReader::fileName, RunTablesReader::compareNaturally))
                    .toList();
        } catch (IOException e) {
            throw new RecordException(folder, "can't be read", e);
        }
        if (paths.isEmpty()) {
            throw new RecordException(folder, "holds no " + SUFFIX + " file; expected one per run");
        }
        Map<String, Table> tables = new LinkedHashMap<>();
        Map<String, Path> files = new LinkedHashMap<>();
        for (Path path : paths) {
            String name = fileName(path).substring(0, fileName(path).length() - SUFFIX.length());
            tables.put(name, sorted(path, Collation.inOurNames(Tables.readCsv(path))));
            files.put(name, path);
        }
        return new RunTables(tables, files);
    }

    private static String fileName(Path path) {
        return path.getFileName().toString();
    }

    private static RunTables readFile(Path file) {
        Table all = Collation.inOurNames(Tables.readCsv(file));
        if (!all.containsColumn(Collation.RUN)) {
            for (String separator : List.of(";", "\t")) {
                if (all.columnCount() == 1 && all.columnNames().get(0).contains(separator)) {
                    throw new RecordException(
                            file,
                            1,
                            "has one column, '" + all.columnNames().get(0)
                                    + "', whose name looks like several separated by "
                                    + (separator.equals(";") ? "semicolons" : "tabs") + "; expected commas");
                }
            }
            throw new RecordException(
                    file,
                    1,
                    "has no column 'run'; expected one, or a folder with a file per run; it has "
                            + String.join(", ", all.columnNames())
                            + Wording.didYouMean(Collation.RUN, all.columnNames()));
        }
        if (all.rowCount() == 0) {
            throw new RecordException(file, "has no rows");
        }
        Map<String, Table> tables = RunTables.byRun(
                all,
                row -> new RecordException(file, "column 'run', row " + row + ": is empty; expected a run's name"));
        tables.replaceAll((run, table) -> sorted(file, table));
        Map<String, Path> files = new LinkedHashMap<>();
        tables.keySet().forEach(name -> files.put(name, file));
        return new RunTables(tables, files);
    }

    private static Table sorted(Path file, Table table) {
        String key = table.containsColumn(Collation.STEP) ? Collation.STEP : "epoch";
        if (!table.containsColumn(key)) {
            return table;
        }
        Column<?> column = table.column(key);
        String of = table.containsColumn(Collation.RUN) ? " of run '" + table.name() + "'" : "";
        for (int t = 0; t < table.rowCount(); t++) {
            if (!(column instanceof NumericColumn) || column.isMissing(t)) {
                throw new RecordException(
                        file,
                        "column '" + key + "', row " + (t + 1) + of + ": '" + column.getString(t)
                                + "'; expected a number");
            }
        }
        double[] keys = ((NumericColumn<?>) column).asDoubleArray();
        int[] order = Statistics.order(keys.length, (a, b) -> Double.compare(keys[a], keys[b]));
        // Table.rows would put them back into the table's order.
        return Table.create(table.name(), table.columns().stream().map(c -> c.subset(order)));
    }

    /** Compares names so that seed2 comes before seed10. */
    static int compareNaturally(String a, String b) {
        Matcher left = PART.matcher(a);
        Matcher right = PART.matcher(b);
        while (true) {
            boolean more = left.find();
            if (!right.find()) {
                return more ? 1 : a.compareTo(b);
            }
            if (!more) {
                return -1;
            }
            int order = compareParts(left.group(), right.group());
            if (order != 0) {
                return order;
            }
        }
    }

    private static int compareParts(String a, String b) {
        if (!Character.isDigit(a.charAt(0)) || !Character.isDigit(b.charAt(0))) {
            return a.compareTo(b);
        }
        return new BigInteger(a).compareTo(new BigInteger(b));
    }
}

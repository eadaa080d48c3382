package org.kymograph.plot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Reads the columns of a table that a figure draws. */
public final class TableColumns {
    private TableColumns() {}

    /** A run's points. */
    record Points(double[] x, double[] y) {}

    public static double[] numbers(Table table, String name) {
        Column<?> column = column(table, name);
        if (column instanceof NumericColumn<?> numeric) {
            return numeric.asDoubleArray();
        }
        if (column instanceof BooleanColumn flags) {
            return IntStream.range(0, flags.size())
                    .mapToDouble(i -> flags.isMissing(i) ? Double.NaN : flags.get(i) ? 1 : 0)
                    .toArray();
        }
        throw new IllegalArgumentException(
                "column \"" + name + "\" holds " + column.type().name() + "; expected numbers");
    }

    static String[] text(Table table, String name) {
        Column<?> column = column(table, name);
        return IntStream.range(0, column.size()).mapToObj(column::getString).toArray(String[]::new);
    }

    /** The rows of each distinct value: seeds by number, since parallel runs come in any order; others in the order in which they first appear. */
    public static Map<String, int[]> groups(Table table, String name) {
        String[] values = text(table, name);
        Map<String, IntStream.Builder> rows = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            rows.computeIfAbsent(values[i], value -> IntStream.builder()).add(i);
        }
        Map<String, int[]> groups = new LinkedHashMap<>();
        List<String> order = new ArrayList<>(rows.keySet());
        if (order.stream().allMatch(value -> Palette.seed(value) >= 0)) {
            order.sort(Comparator.comparingInt(Palette::seed));
        }
        order.forEach(value -> groups.put(value, rows.get(value).build().toArray()));
        return groups;
    }

    public static double[] pick(double[] values, int[] rows) {
        return IntStream.of(rows).mapToDouble(i -> values[i]).toArray();
    }

    private static Column<?> column(Table table, String name) {
        return table.columns().stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "column \"" + name + "\" is not in the table; it has " + table.columnNames()));
    }
}

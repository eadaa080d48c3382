package org.kymograph.plot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** One run's values over x, in the order in which they are drawn. */
record Curve(String run, double[] x, double[] y) {
    Curve {
        Arguments.sameLength("y", y.length, "x", x.length);
    }

    /** One curve per distinct value of a column, in the order of {@link #groups}; one without a name where there is no column. */
    static List<Curve> each(Table table, String x, String y, String run) {
        double[] xs = Columns.numbers(table, x);
        double[] ys = Columns.numbers(table, y);
        if (run == null) {
            return List.of(new Curve("", xs, ys));
        }
        List<Curve> curves = new ArrayList<>();
        groups(table, run)
                .forEach((name, rows) -> curves.add(new Curve(name, Columns.pick(xs, rows), Columns.pick(ys, rows))));
        return curves;
    }

    /** The rows of each distinct value: seeds by number, since parallel runs come in any order; others in the order in which they first appear. */
    static Map<String, int[]> groups(Table table, String name) {
        String[] values = texts(table, name);
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

    static String[] texts(Table table, String name) {
        Column<?> column = Columns.named(table, name);
        return IntStream.range(0, column.size()).mapToObj(column::getString).toArray(String[]::new);
    }
}

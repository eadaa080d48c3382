package org.kymograph.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.plot.TableColumns.Points;
import tech.tablesaw.api.Table;

/** One run's values over x, in the order in which they are drawn. */
public record Curve(String run, double[] x, double[] y) {
    public Curve {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    "x, y: " + x.length + " and " + y.length + " values; expected as many of one as of the other");
        }
    }

    /** One curve per distinct value of a column, in the order of {@link TableColumns#groups}. */
    static List<Curve> each(Table table, String x, String y, String run) {
        List<Curve> curves = new ArrayList<>();
        split(table, x, y, run).forEach((name, points) -> curves.add(new Curve(name, points.x(), points.y())));
        return curves;
    }

    static Map<String, Points> split(Table table, String x, String y, String by) {
        double[] xs = TableColumns.numbers(table, x);
        double[] ys = TableColumns.numbers(table, y);
        Map<String, Points> split = new LinkedHashMap<>();
        TableColumns.groups(table, by)
                .forEach((name, rows) ->
                        split.put(name, new Points(TableColumns.pick(xs, rows), TableColumns.pick(ys, rows))));
        return split;
    }
}

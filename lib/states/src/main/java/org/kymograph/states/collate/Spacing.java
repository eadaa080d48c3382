package org.kymograph.states.collate;

import java.util.List;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/**
 * How far apart the checkpoints of runs are.
 *
 * @param unit what is counted: {@code step}, {@code epoch} or {@code checkpoint}
 * @param each how many of them lie between a checkpoint and the next, above 0
 */
public record Spacing(String unit, double each) {
    /**
     * @param tables the runs' tables
     * @return the spacing of the column {@code step} or else {@code epoch}, if all runs have it with the same equal
     *     distances above 0; otherwise 1 checkpoint
     */
    public static Spacing of(RunTables tables) {
        for (String unit : List.of("step", "epoch")) {
            double each = tables.haveColumn(unit) ? each(tables, unit) : Double.NaN;
            if (each > 0) {
                return new Spacing(unit, each);
            }
        }
        return new Spacing("checkpoint", 1);
    }

    private static double each(RunTables tables, String unit) {
        double each = Double.NaN;
        for (String run : tables.names()) {
            Table table = tables.table(run);
            if (!(table.column(unit) instanceof NumericColumn<?> times)) {
                return Double.NaN;
            }
            for (int t = 1; t < times.size(); t++) {
                double step = times.getDouble(t) - times.getDouble(t - 1);
                if (!Double.isNaN(each) && step != each) {
                    return Double.NaN;
                }
                each = step;
            }
        }
        return each;
    }
}

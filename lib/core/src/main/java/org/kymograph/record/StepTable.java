package org.kymograph.record;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.kymograph.base.Columns;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tables of numbers that are joined by their {@code step}; a step that one of them lacks has missing cells there. */
final class StepTable {
    private static final String EPOCH = "epoch";

    private final Path run;
    private final TreeMap<Long, Double> epochs = new TreeMap<>();
    private final Map<String, Map<Long, Double>> columns = new LinkedHashMap<>();
    private final Map<String, String> taken = new HashMap<>();
    private boolean anyEpoch;
    private boolean wholeEpochs = true;

    StepTable(Path run) {
        this.run = run;
        taken.put(JsonLines.STEP, JsonLines.STEP);
        taken.put(EPOCH, EPOCH);
    }

    /** Adds a table's columns, under {@code source.column} where the name is in use. */
    void add(String source, Table table) {
        if (table.isEmpty()) {
            return;
        }
        LongColumn steps = table.longColumn(JsonLines.STEP);
        steps.forEach(step -> epochs.putIfAbsent(step, Double.NaN));
        for (Column<?> column : table.columns()) {
            NumericColumn<?> values = (NumericColumn<?>) column;
            if (column.name().equals(EPOCH)) {
                anyEpoch = true;
                wholeEpochs &= column instanceof LongColumn;
                addEpochs(source, steps, values);
            } else if (!column.name().equals(JsonLines.STEP)) {
                Map<Long, Double> cells = new HashMap<>();
                for (int row = 0; row < steps.size(); row++) {
                    if (!values.isMissing(row)) {
                        cells.put(steps.getLong(row), values.getDouble(row));
                    }
                }
                columns.put(name(source, column.name()), cells);
            }
        }
    }

    private void addEpochs(String source, LongColumn steps, NumericColumn<?> values) {
        for (int row = 0; row < steps.size(); row++) {
            if (values.isMissing(row)) {
                continue;
            }
            double epoch = values.getDouble(row);
            double before = epochs.put(steps.getLong(row), epoch);
            if (!Double.isNaN(before) && before != epoch) {
                throw new RecordException(
                        run,
                        "step " + steps.getLong(row) + " is epoch " + epoch + " in '" + source + "' and epoch " + before
                                + " elsewhere");
            }
        }
    }

    // Tablesaw doesn't tell upper from lower case in names.
    private String name(String source, String column) {
        String name = column;
        while (taken.putIfAbsent(name.toLowerCase(Locale.ROOT), name) != null) {
            name = source + "." + name;
        }
        return name;
    }

    Table table(String name) {
        List<Column<?>> all = new ArrayList<>();
        all.add(LongColumn.create(
                JsonLines.STEP, epochs.keySet().stream().mapToLong(step -> step).toArray()));
        if (anyEpoch) {
            all.add(wholeEpochs ? longs(epochs.values()) : doubles(EPOCH, epochs));
        }
        columns.forEach((column, cells) -> all.add(doubles(column, cells)));
        return Table.create(name, all);
    }

    private Column<?> longs(Iterable<Double> values) {
        LongColumn column = LongColumn.create(EPOCH);
        for (double value : values) {
            if (Double.isNaN(value)) {
                column.appendMissing();
            } else {
                column.append((long) value);
            }
        }
        return column;
    }

    private Column<?> doubles(String name, Map<Long, Double> cells) {
        return DoubleColumn.create(
                name, Columns.numbers(epochs.keySet(), step -> cells.getOrDefault(step, Double.NaN)));
    }
}

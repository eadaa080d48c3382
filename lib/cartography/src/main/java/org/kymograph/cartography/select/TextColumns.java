package org.kymograph.cartography.select;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tables of texts with a column of guids, joined with what training told of the samples. */
public final class TextColumns {
    /** The name of the column that {@link #withConfidence} adds. */
    public static final String CONFIDENCE = "confidence";

    private TextColumns() {}

    /**
     * Returns a table's guids in the order of its rows.
     *
     * @param table a table
     * @param column the name of its column of guids: whole numbers or texts, none missing, each once
     * @throws IllegalArgumentException if there is no such column or a guid is missing or comes twice
     */
    public static Guids guids(Table table, String column) {
        if (!table.containsColumn(column)) {
            throw Arguments.unknown("column of guids", column, table.columnNames());
        }
        Column<?> ids = table.column(column);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (ids.isMissing(i)) {
                throw new IllegalArgumentException("column '" + column + "' has no guid in row " + i);
            }
            texts.add(ids.getString(i));
        }
        return GuidFiles.guids(texts);
    }

    /** Rows in the order given; Table.rows would sort them. */
    static Table rows(Table table, int[] rows) {
        Table some = Table.create(table.name());
        table.columns().forEach(column -> some.addColumns(column.subset(rows)));
        return some;
    }

    /**
     * Joins the samples' confidence, as training with experts for easy and hard samples wants it.
     *
     * @param table the texts
     * @param guidColumn the name of its column of guids
     * @param metrics a sample for each row of the table, maybe more, with confidence
     * @return a copy of the table with a last column {@value #CONFIDENCE}
     * @throws IllegalArgumentException if a row has no sample, or the table has such a column already
     */
    public static Table withConfidence(Table table, String guidColumn, SampleMetrics metrics) {
        double[] confidence = metrics.values(Metric.CONFIDENCE);
        int[] rows = SampleRows.of(metrics.guids(), guids(table, guidColumn));
        return table.copy().addColumns(DoubleColumn.create(CONFIDENCE, Columns.pick(confidence, rows)));
    }

    /**
     * Appends rows with two texts swapped, the label unchanged: augmentation of sentence pairs.
     *
     * @param table the texts
     * @param guidColumn the name of its column of guids
     * @param some the guids of the rows to append
     * @param first the name of one text's column
     * @param second the name of the other's
     * @return all rows, then the swapped ones; a swapped row has the guid of its original
     * @throws IllegalArgumentException if a guid has no row or a column is absent
     */
    public static Table withReversedPairs(Table table, String guidColumn, Guids some, String first, String second) {
        for (String column : List.of(first, second)) {
            if (!table.containsColumn(column)) {
                throw Arguments.unknown("column of texts", column, table.columnNames());
            }
        }
        Table swapped = rows(table, SampleRows.of(guids(table, guidColumn), some));
        int a = swapped.columnIndex(first);
        int b = swapped.columnIndex(second);
        Table reordered = Table.create(table.name());
        int[] from = IntStream.range(0, swapped.columnCount())
                .map(k -> k == a ? b : k == b ? a : k)
                .toArray();
        for (int k = 0; k < from.length; k++) {
            reordered.addColumns(
                    swapped.column(from[k]).copy().setName(table.column(k).name()));
        }
        return table.copy().append(reordered);
    }

    /**
     * Writes a row as a JSON object on each line, missing values as null.
     *
     * @param file the JSONL file to write or replace
     * @param table any table
     * @throws org.kymograph.record.files.RecordException if it can't be written
     */
    public static void writeJsonl(Path file, Table table) {
        List<Column<?>> columns = Collections.unmodifiableList(table.columns());
        AtomicFiles.write(file, out -> {
            for (Row row : table) {
                ObjectNode line = Json.object();
                for (Column<?> column : columns) {
                    put(line, column, row.getRowNumber());
                }
                out.write((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private static void put(ObjectNode line, Column<?> column, int row) {
        if (column.isMissing(row)) {
            line.putNull(column.name());
        } else if (column instanceof LongColumn numbers) {
            line.put(column.name(), numbers.getLong(row));
        } else if (column instanceof IntColumn numbers) {
            line.put(column.name(), numbers.getInt(row));
        } else if (column instanceof NumericColumn<?> numbers) {
            line.put(column.name(), numbers.getDouble(row));
        } else if (column instanceof BooleanColumn truths) {
            line.put(column.name(), truths.get(row));
        } else {
            line.put(column.name(), column.getString(row));
        }
    }
}

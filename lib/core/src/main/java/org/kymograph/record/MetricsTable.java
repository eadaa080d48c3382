package org.kymograph.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.kymograph.base.Wording;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Lines of metrics as a table. */
final class MetricsTable {
    private static final Set<String> INTEGERS = Set.of("step", "epoch");

    private final Path file;
    private final int rows;
    private final Map<String, JsonNode[]> columns = new LinkedHashMap<>();
    private final Map<String, Integer> textSince = new LinkedHashMap<>();

    private MetricsTable(Path file, int rows) {
        this.file = file;
        this.rows = rows;
    }

    static Table of(Path file, List<ObjectNode> lines) {
        MetricsTable t = new MetricsTable(file, lines.size());
        for (int row = 0; row < lines.size(); row++) {
            t.add(row, "", lines.get(row));
        }
        Table table = Table.create(String.valueOf(file.getFileName()));
        Set<String> seen = new HashSet<>();
        t.columns.forEach((name, cells) -> {
            if (t.isNumeric(name, cells)) {
                // Tablesaw doesn't tell upper from lower case in names, and trims them.
                if (!seen.add(name.strip().toLowerCase(Locale.ROOT))) {
                    throw new RecordException(
                            file,
                            "has fields whose names differ from '" + name
                                    + "' in nothing but upper and lower case and blanks around them");
                }
                // With validation, adding n columns takes n² comparisons; all there is to check was checked.
                table.internalAddWithoutValidation(
                        INTEGERS.contains(name) && areIntegers(cells) ? longs(name, cells) : doubles(name, cells));
            }
        });
        return table;
    }

    private void add(int row, String prefix, ObjectNode object) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = prefix + field.getKey();
            JsonNode value = field.getValue();
            if (value instanceof ObjectNode nested) {
                add(row, name + ".", nested);
            } else if (value.isNumber() || value.isNull()) {
                if (!value.isDouble() && Double.isInfinite(value.doubleValue())) {
                    throw new RecordException(
                            file,
                            row + 1,
                            "'" + name + "' is " + Wording.shown(value) + "; expected a number that a double can hold");
                }
                JsonNode[] cells = columns.computeIfAbsent(name, n -> new JsonNode[rows]);
                if (cells[row] != null) {
                    throw new RecordException(file, row + 1, "has '" + name + "' twice, nested and with a dot");
                }
                cells[row] = value;
            } else if (!value.isArray()) {
                textSince.putIfAbsent(name, row + 1);
            }
        }
    }

    private boolean isNumeric(String name, JsonNode[] cells) {
        Integer textLine = textSince.get(name);
        if (textLine == null) {
            return true;
        }
        for (int row = 0; row < rows; row++) {
            if (cells[row] != null && cells[row].isNumber()) {
                throw new RecordException(
                        file, textLine, "'" + name + "' isn't a number; on line " + (row + 1) + " it is");
            }
        }
        return false;
    }

    private static boolean areIntegers(JsonNode[] cells) {
        for (JsonNode cell : cells) {
            if (cell != null && cell.isNumber() && !(cell.isIntegralNumber() && cell.canConvertToLong())) {
                return false;
            }
        }
        return true;
    }

    private static Column<?> longs(String name, JsonNode[] cells) {
        LongColumn column = LongColumn.create(name);
        for (JsonNode cell : cells) {
            if (cell == null || cell.isNull()) {
                column.appendMissing();
            } else {
                column.append(cell.longValue());
            }
        }
        return column;
    }

    private static Column<?> doubles(String name, JsonNode[] cells) {
        double[] values = new double[cells.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = cells[i] == null || cells[i].isNull() ? Double.NaN : cells[i].doubleValue();
        }
        return DoubleColumn.create(name, values);
    }
}

package org.kymograph.record.dynamics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.Table;

/**
 * Numbers of samples in named columns, as {@code td_metrics.jsonl} and released files of data maps hold them: a JSON object
 * with {@code guid} on each line. Immutable.
 *
 * <p>A file is read strictly where it is asked for: a column that isn't made of finite numbers or null throws when it is
 * taken, and leaves the others readable.
 */
public final class TdMetrics {
    private static final String GUID = "guid";
    private static final String INDEX = "index";
    private static final int LONGEST_LINE = 1 << 22;
    private static final int FLUSH = 1 << 16;

    private final Guids guids;
    private final int[] index;
    private final Map<String, double[]> columns;
    private final Set<String> counts;
    private final Map<String, RecordException> faults;

    private TdMetrics(
            Guids guids,
            int[] index,
            Map<String, double[]> columns,
            Set<String> counts,
            Map<String, RecordException> faults) {
        this.guids = guids;
        this.index = index;
        this.columns = columns;
        this.counts = counts;
        this.faults = faults;
    }

    /**
     * Returns columns to be written. The arrays are not copied.
     *
     * @param guids the samples
     * @param index each sample's position in the log; null for its place here
     * @param columns a number for each sample by name, in the order in which they are written; NaN and infinities become null
     * @param counts the columns whose whole numbers are written without a decimal point
     * @throws IllegalArgumentException if lengths differ
     */
    public static TdMetrics of(Guids guids, int[] index, Map<String, double[]> columns, Set<String> counts) {
        columns.forEach((name, values) -> Arguments.sameLength(name, values.length, "guids", guids.size()));
        int[] places = index == null ? IntStream.range(0, guids.size()).toArray() : index;
        Arguments.sameLength(INDEX, places.length, "guids", guids.size());
        return new TdMetrics(guids, places, new LinkedHashMap<>(columns), Set.copyOf(counts), Map.of());
    }

    /**
     * Reads a file, plain or gzipped, which is told from its first bytes.
     *
     * @param file a JSON object on each line: {@code guid}, maybe {@code index}, and the columns that the first line has;
     *     fields of other kinds than numbers and null are no columns
     * @throws RecordException if it can't be read, or a guid or index is missing, of another kind or comes twice; the message
     *     names the line and the field
     */
    public static TdMetrics read(Path file) {
        Reading reading = new Reading(file);
        LogInput.lines(file, LONGEST_LINE, reading::line);
        return reading.end();
    }

    /**
     * Writes a JSON object a line as pandas does: guid, index and the columns, numbers with ten decimals. The file appears
     * whole or not at all.
     *
     * @param file the file to write or replace
     * @throws RecordException if it can't be written
     */
    public void write(Path file) {
        String[] names =
                columns.keySet().stream().map(name -> ",\"" + name + "\":").toArray(String[]::new);
        boolean[] whole = new boolean[names.length];
        double[][] values = columns.values().toArray(double[][]::new);
        int at = 0;
        for (String name : columns.keySet()) {
            whole[at++] = counts.contains(name);
        }
        AtomicFiles.write(file, out -> {
            LogLine line = new LogLine();
            for (int i = 0; i < guids.size(); i++) {
                line.put("{\"guid\":");
                if (guids.numeric()) {
                    line.put(guids.number(i));
                } else {
                    line.json(guids.text(i));
                }
                line.put(",\"index\":").put(index[i]);
                for (int m = 0; m < names.length; m++) {
                    line.put(names[m]);
                    double value = values[m][i];
                    if (!Double.isFinite(value)) {
                        line.put("null");
                    } else if (whole[m] && value == Math.rint(value)) {
                        line.put((long) value);
                    } else {
                        line.decimals(value);
                    }
                }
                line.put("}\n");
                if (line.length() > FLUSH) {
                    line.flushTo(out);
                }
            }
            line.flushTo(out);
        });
    }

    /** Returns the samples' ids, in the order of the file. */
    public Guids guids() {
        return guids;
    }

    /** Returns a copy of the samples' positions in the log, the place in the file where it doesn't say. */
    public int[] index() {
        return index.clone();
    }

    /** Returns the names of the columns, in the order of the file. */
    public Set<String> names() {
        return Collections.unmodifiableSet(columns.keySet());
    }

    /**
     * Returns a copy of a column; null in the file is NaN.
     *
     * @param name its name
     * @throws IllegalArgumentException if there is no such column
     * @throws RecordException if a line lacks it, or has something else there than a finite number or null
     */
    public double[] values(String name) {
        if (!columns.containsKey(name)) {
            throw Arguments.unexpected("column", name, "one of " + String.join(", ", columns.keySet()));
        }
        if (faults.containsKey(name)) {
            throw faults.get(name);
        }
        return columns.get(name).clone();
    }

    /** Returns a row for each sample: guid, index and the columns, those left out that can't be read. */
    public Table table() {
        List<Integer> rows = IntStream.range(0, guids.size()).boxed().toList();
        Columns<Integer> table = Columns.of("metrics", rows);
        table = guids.numeric() ? table.longs(GUID, guids::number) : table.texts(GUID, guids::text);
        table.ints(INDEX, i -> index[i]);
        for (Map.Entry<String, double[]> column : columns.entrySet()) {
            if (!faults.containsKey(column.getKey())) {
                table.doubles(column.getKey(), i -> column.getValue()[i]);
            }
        }
        return table.table();
    }

    /** One pass through a file. */
    private static final class Reading {
        private final Path file;
        private final List<String> ids = new ArrayList<>();
        private final IntArrayList positions = new IntArrayList();
        private final IntOpenHashSet seen = new IntOpenHashSet();
        private final Map<String, DoubleArrayList> columns = new LinkedHashMap<>();
        private final Map<String, RecordException> faults = new LinkedHashMap<>();
        private boolean numeric = true;

        Reading(Path file) {
            this.file = file;
        }

        void line(int number, String text) {
            if (text.isBlank()) {
                return;
            }
            ObjectNode row = Json.parseLine(file, number, text.getBytes(StandardCharsets.UTF_8));
            JsonNode guid = row.path(GUID);
            boolean whole = guid.isIntegralNumber() && guid.canConvertToLong();
            if (!whole && !guid.isTextual()) {
                throw new RecordException(
                        file,
                        number,
                        GUID + " is " + (guid.isMissingNode() ? "missing" : guid)
                                + "; expected a whole number of at most 64 bits or a text");
            }
            numeric &= whole;
            positions.add(position(number, row, ids.size()));
            columns(number, row, ids.size());
            ids.add(guid.asText());
        }

        private int position(int line, ObjectNode row, int n) {
            JsonNode index = row.get(INDEX);
            if (index == null) {
                return n;
            }
            if (!(index.isIntegralNumber() && index.canConvertToInt() && index.intValue() >= 0)) {
                throw new RecordException(file, line, "index is " + index + "; expected a whole number, at least 0");
            }
            if (!seen.add(index.intValue())) {
                throw new RecordException(
                        file, line, "index " + index + " comes twice; expected another one for each sample");
            }
            return index.intValue();
        }

        private void columns(int line, ObjectNode row, int n) {
            for (Map.Entry<String, JsonNode> field : row.properties()) {
                String name = field.getKey();
                JsonNode value = field.getValue();
                if (name.equals(GUID) || name.equals(INDEX)) {
                    continue;
                }
                boolean good = value.isNull() || value.isNumber() && Double.isFinite(value.doubleValue());
                if (!columns.containsKey(name)) {
                    columns.put(name, new DoubleArrayList(new double[n]));
                    if (n > 0) {
                        fault(line, name, "it has " + name + ", which line 1 lacks");
                    }
                }
                if (!good) {
                    fault(
                            line,
                            name,
                            name + " is " + (value.isNumber() ? value.asText() : value)
                                    + "; expected a finite number or null");
                }
                columns.get(name).add(value.isNull() || !good ? Double.NaN : value.doubleValue());
            }
            columns.forEach((name, values) -> {
                if (values.size() == n) {
                    fault(line, name, "it has no " + name + "; expected one as in line 1");
                    values.add(Double.NaN);
                }
            });
        }

        private void fault(int line, String name, String problem) {
            faults.putIfAbsent(name, new RecordException(file, line, problem));
        }

        TdMetrics end() {
            if (ids.isEmpty()) {
                throw new RecordException(file, "is empty; expected a line for each sample");
            }
            Guids guids;
            try {
                guids = numeric
                        ? Guids.owning(ids.stream().mapToLong(Long::parseLong).toArray())
                        : Guids.of(ids);
            } catch (IllegalArgumentException e) {
                throw new RecordException(file, e.getMessage() + ", counted from 0", e);
            }
            Map<String, double[]> arrays = new LinkedHashMap<>();
            columns.forEach((name, values) -> arrays.put(name, values.toDoubleArray()));
            return new TdMetrics(guids, positions.toIntArray(), arrays, Set.of(), faults);
        }
    }
}

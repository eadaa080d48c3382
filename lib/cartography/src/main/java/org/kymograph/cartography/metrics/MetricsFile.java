package org.kymograph.cartography.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.dynamics.JsonBytes;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/** Files of metrics, a JSON object a line, as pandas writes them. */
final class MetricsFile {
    private static final byte[] GUID = "{\"guid\":".getBytes(StandardCharsets.UTF_8);
    private static final byte[] INDEX = ",\"index\":".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.UTF_8);
    private static final byte[] END = "}\n".getBytes(StandardCharsets.UTF_8);
    private static final Map<String, Metric> BY_NAME = new HashMap<>();

    static {
        for (Metric m : Metric.values()) {
            BY_NAME.put(m.column(), m);
        }
        // How the first released files spell it.
        BY_NAME.put("forgotfulness", Metric.FORGETFULNESS);
    }

    private MetricsFile() {}

    static void write(Path file, SampleMetrics metrics, List<Metric> columns) {
        AtomicFiles.write(file, out -> lines(out, metrics, columns));
    }

    private static void lines(OutputStream out, SampleMetrics metrics, List<Metric> columns) throws IOException {
        Guids guids = metrics.guids();
        JsonBytes line = new JsonBytes(out);
        byte[][] names = columns.stream()
                .map(m -> (",\"" + m.column() + "\":").getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        double[][] values = columns.stream().map(metrics::values).toArray(double[][]::new);
        for (int i = 0; i < metrics.size(); i++) {
            line.text(GUID);
            if (guids.numeric()) {
                line.whole(guids.number(i));
            } else {
                line.quoted(guids.text(i));
            }
            line.text(INDEX);
            line.whole(metrics.index(i));
            for (int m = 0; m < names.length; m++) {
                line.text(names[m]);
                double value = values[m][i];
                if (!Double.isFinite(value)) {
                    line.text(NULL);
                } else if (columns.get(m).whole() && value == Math.rint(value)) {
                    line.whole((long) value);
                } else {
                    line.decimals(value);
                }
            }
            line.text(END);
        }
        line.flush();
    }

    static SampleMetrics read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new RecordException(
                    file, Files.exists(file) ? "is a folder; expected a file of metrics" : "there is no such file");
        }
        List<String> ids = new ArrayList<>();
        boolean numeric = true;
        IntArrayList positions = new IntArrayList();
        Map<Metric, DoubleArrayList> columns = new EnumMap<>(Metric.class);
        long line = 0;
        try (BufferedReader in = open(file)) {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                line++;
                if (text.isBlank()) {
                    continue;
                }
                ObjectNode row = Json.parseLine(file, line, text.getBytes(StandardCharsets.UTF_8));
                JsonNode guid = row.path("guid");
                if (!guid.canConvertToLong() && !guid.isTextual()) {
                    throw new RecordException(file, line, "guid is " + guid + "; expected a whole number or a text");
                }
                numeric &= guid.isIntegralNumber();
                add(file, line, row, ids.size(), columns);
                positions.add(position(file, line, row, ids.size()));
                ids.add(guid.asText());
            }
        } catch (IOException e) {
            throw new RecordException(file, "can't be read: " + e.getMessage(), e);
        }
        if (ids.isEmpty()) {
            throw new RecordException(file, "is empty; expected a line for each sample");
        }
        return new SampleMetrics(guids(file, ids, numeric), positions.toIntArray(), null, arrays(columns), 0);
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        try {
            raw.mark(2);
            // The two bytes that every gzip file begins with.
            boolean packed = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            return new BufferedReader(new InputStreamReader(
                    packed ? new GZIPInputStream(raw) : raw, StandardCharsets.UTF_8.newDecoder()));
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private static void add(Path file, long line, ObjectNode row, int n, Map<Metric, DoubleArrayList> columns) {
        int found = 0;
        for (Map.Entry<String, JsonNode> field : row.properties()) {
            Metric m = BY_NAME.get(field.getKey());
            if (m == null) {
                continue;
            }
            JsonNode value = field.getValue();
            if (!value.isNumber() && !value.isNull()) {
                throw new RecordException(file, line, field.getKey() + " is " + value + "; expected a number or null");
            }
            DoubleArrayList column = n == 0 ? columns.computeIfAbsent(m, k -> new DoubleArrayList()) : columns.get(m);
            if (column == null || column.size() != n) {
                throw new RecordException(
                        file, line, "it has " + field.getKey() + (column == null ? ", which line 1 lacks" : " twice"));
            }
            column.add(value.isNull() ? Double.NaN : value.doubleValue());
            found++;
        }
        if (n == 0 && found == 0) {
            throw new RecordException(
                    file, line, "it has no metric; expected confidence, variability, correctness or others");
        }
        if (found < columns.size()) {
            String lacking = columns.entrySet().stream()
                    .filter(c -> c.getValue().size() == n)
                    .map(c -> c.getKey().column())
                    .findFirst()
                    .orElse("");
            throw new RecordException(file, line, "it has no " + lacking + "; expected one as in line 1");
        }
    }

    private static int position(Path file, long line, ObjectNode row, int n) {
        JsonNode index = row.get("index");
        if (index != null && !(index.canConvertToInt() && index.isIntegralNumber() && index.intValue() >= 0)) {
            throw new RecordException(file, line, "index is " + index + "; expected a whole number, at least 0");
        }
        return index == null ? n : index.intValue();
    }

    private static Guids guids(Path file, List<String> ids, boolean numeric) {
        try {
            return numeric
                    ? Guids.owning(ids.stream().mapToLong(Long::parseLong).toArray())
                    : Guids.of(ids);
        } catch (IllegalArgumentException e) {
            throw new RecordException(file, e.getMessage() + ", counted from 0", e);
        }
    }

    private static Map<Metric, double[]> arrays(Map<Metric, DoubleArrayList> columns) {
        Map<Metric, double[]> arrays = new EnumMap<>(Metric.class);
        columns.forEach((metric, values) -> arrays.put(metric, values.toDoubleArray()));
        return arrays;
    }
}

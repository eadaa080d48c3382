package org.kymograph.cartography;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.record.AtomicFiles;
import org.kymograph.record.Json;
import org.kymograph.record.RecordException;

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

    private MetricsFile() {
    }

    static void write(Path file, SampleMetrics metrics, List<Metric> columns) {
        AtomicFiles.write(file, out -> lines(out, metrics, columns));
    }

    private static void lines(OutputStream out, SampleMetrics metrics, List<Metric> columns) throws IOException {
        Guids guids = metrics.guids();
        JsonBytes line = new JsonBytes(out);
        byte[][] names = columns.stream().map(m -> (",\"" + m.column() + "\":").getBytes(StandardCharsets.UTF_8))
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
        List<String> ids = new ArrayList<>();
        boolean numeric = true;
        List<Integer> positions = new ArrayList<>();
        Map<Metric, List<Double>> columns = new EnumMap<>(Metric.class);
        try (BufferedReader in = Files.newBufferedReader(file)) {
            long number = 0;
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                number++;
                if (text.isBlank()) {
                    continue;
                }
                ObjectNode row = Json.parseLine(file, number, text.getBytes(StandardCharsets.UTF_8));
                JsonNode guid = row.path("guid");
                numeric &= guid.isIntegralNumber();
                int n = ids.size();
                ids.add(guid.asText());
                positions.add(row.path("index").asInt(n));
                for (Map.Entry<String, JsonNode> field : row.properties()) {
                    Metric m = BY_NAME.get(field.getKey());
                    if (m != null) {
                        columns.computeIfAbsent(m, k -> new ArrayList<>()).add(field.getValue().asDouble(Double.NaN));
                    }
                }
            }
        } catch (IOException e) {
            throw new RecordException(file, "can't be read: " + e.getMessage(), e);
        }
        Map<Metric, double[]> values = new EnumMap<>(Metric.class);
        columns.forEach((m, v) -> values.put(m, v.stream().mapToDouble(Double::doubleValue).toArray()));
        Guids guids = numeric ? Guids.owning(ids.stream().mapToLong(Long::parseLong).toArray()) : Guids.of(ids);
        return new SampleMetrics(guids, positions.stream().mapToInt(Integer::intValue).toArray(), null, values, 0);
    }
}

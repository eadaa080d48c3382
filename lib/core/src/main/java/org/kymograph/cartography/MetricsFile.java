package org.kymograph.cartography;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
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
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < metrics.size(); i++) {
            line.setLength(0);
            line.append("{\"guid\":");
            if (metrics.guids().numeric()) {
                line.append(metrics.guids().number(i));
            } else {
                line.append('"').append(JsonStringEncoder.getInstance().quoteAsString(metrics.guids().text(i))).append('"');
            }
            line.append(",\"index\":").append(metrics.index(i));
            for (Metric m : columns) {
                line.append(",\"").append(m.column()).append("\":");
                append(line, metrics.value(m, i), m.whole());
            }
            line.append("}\n");
            out.write(line.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void append(StringBuilder line, double value, boolean whole) {
        if (!Double.isFinite(value)) {
            line.append("null");
        } else if (whole && value == Math.rint(value)) {
            line.append((long) value);
        } else {
            BigDecimal d = new BigDecimal(value).setScale(10, RoundingMode.HALF_EVEN).stripTrailingZeros();
            line.append((d.scale() < 1 ? d.setScale(1) : d).toPlainString());
        }
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

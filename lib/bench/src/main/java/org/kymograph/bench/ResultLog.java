package org.kymograph.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.kymograph.record.files.Json;

/**
 * A file with a JSON object a line, each under a key: a comparison that was interrupted goes on behind what it has. A last line that was cut off
 * is measured again.
 */
final class ResultLog {
    private final Path file;
    private final Map<String, ObjectNode> done = new LinkedHashMap<>();

    ResultLog(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            String text = Files.readString(file);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            if (whole.length() < text.length()) {
                Files.writeString(file, whole);
            }
            List<String> lines = whole.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                ObjectNode line = Json.parseLine(file, i + 1L, lines.get(i).getBytes(StandardCharsets.UTF_8));
                done.put(line.path("key").asText(), line);
            }
        }
    }

    /** Returns what lies under a key, measured now if it was not before. */
    synchronized ObjectNode get(String key, Supplier<ObjectNode> measure) throws IOException {
        ObjectNode known = done.get(key);
        if (known != null) {
            return known;
        }
        ObjectNode line = Json.object().put("key", key);
        line.setAll(measure.get());
        Files.writeString(file, Json.line(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        done.put(key, line);
        return line;
    }
}

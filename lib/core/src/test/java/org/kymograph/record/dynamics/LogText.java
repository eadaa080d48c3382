package org.kymograph.record.dynamics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes small logs, good and bad. */
final class LogText {
    final Path root;

    LogText(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root.resolve("training_dynamics"));
    }

    /** A good log of three samples, three classes and three epochs. */
    static LogText good(Path root) throws IOException {
        LogText log = new LogText(root);
        for (int e = 0; e < 3; e++) {
            log.epoch(e, row(7, e, "1.5, 0.5, -1", 0), row(9, e, "0.25, 1, 2", 1), row(4, e, "3, -3, 1e-1", 2));
        }
        return log;
    }

    static String row(Object guid, int epoch, String logits, Object gold) {
        return "{\"guid\": " + guid + ", \"logits_epoch_" + epoch + "\": [" + logits + "], \"gold\": " + gold
                + ", \"device\": \"cpu\"}";
    }

    LogText epoch(int e, String... rows) {
        return raw(e, String.join("\n", rows) + "\n");
    }

    LogText raw(int e, String text) {
        try {
            Files.writeString(file(e), text);
        } catch (IOException x) {
            throw new UncheckedIOException(x);
        }
        return this;
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    Path file(int e) {
        return root.resolve("training_dynamics").resolve("dynamics_epoch_" + e + ".jsonl");
    }
}

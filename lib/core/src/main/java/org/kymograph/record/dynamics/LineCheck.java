package org.kymograph.record.dynamics;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/** Finds the line that isn't one object in a file whose objects don't come one a line. */
final class LineCheck {
    private LineCheck() {}

    /** Passes only a file whose lines are objects, but for empty ones at its end. */
    static void check(Path file) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            long line = 0;
            long blank = 0;
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                line++;
                if (text.isBlank()) {
                    blank = blank == 0 ? line : blank;
                } else if (blank > 0) {
                    throw new RecordException(
                            file,
                            blank,
                            "is blank; expected a JSON object (only the end of the file may " + "have blank lines)");
                } else {
                    Json.parseLine(file, line, text.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }
}

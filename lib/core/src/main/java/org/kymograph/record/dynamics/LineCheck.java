package org.kymograph.record.dynamics;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/** Finds the line that isn't one object in a file whose objects don't come one a line. */
final class LineCheck {
    private static final int LONGEST = 1 << 28;

    private LineCheck() {}

    /** Passes only a file whose lines are objects, but for empty ones at its end. */
    static void check(Path file) {
        int[] blank = {0};
        LogInput.lines(file, LONGEST, (line, text) -> {
            if (text.isBlank()) {
                blank[0] = blank[0] == 0 ? line : blank[0];
            } else if (blank[0] > 0) {
                throw new RecordException(
                        file,
                        blank[0],
                        "is blank; expected a JSON object (only the end of the file may have blank lines)");
            } else {
                Json.parseLine(file, line, text.getBytes(StandardCharsets.UTF_8));
            }
        });
    }
}

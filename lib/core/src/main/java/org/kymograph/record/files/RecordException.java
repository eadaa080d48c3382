package org.kymograph.record.files;

import java.nio.file.Path;
import org.kymograph.base.Wording;

/**
 * Data on disk that cannot be used: its message is one sentence that names the file, the place in it, what was found
 * and what was expected. Control characters, which could act on a terminal, are shown as {@code ?}.
 */
public final class RecordException extends RuntimeException {
    /**
     * Creates an exception for a file as a whole.
     *
     * @param file the file that was read
     * @param problem what was found and what was expected
     */
    public RecordException(Path file, String problem) {
        super(Wording.oneLine(file + ": " + problem));
    }

    /**
     * Creates an exception for a line of a file.
     *
     * @param file the file that was read
     * @param line the line, counted from 1
     * @param problem what was found and what was expected
     */
    public RecordException(Path file, long line, String problem) {
        super(Wording.oneLine(file + ", line " + line + ": " + problem));
    }

    /**
     * Creates an exception with a cause.
     *
     * @param file the file that was read
     * @param problem what was found and what was expected
     * @param cause the failure underneath
     */
    public RecordException(Path file, String problem, Throwable cause) {
        super(Wording.oneLine(file + ": " + problem), cause);
    }
}

package org.kymograph.record.files;

import java.nio.file.Path;

/**
 * Data on disk that cannot be used: its message is one sentence that names the file, the place in it, what was found
 * and what was expected.
 */
public final class RecordException extends RuntimeException {
    /**
     * @param file the file that was read
     * @param problem what was found and what was expected
     */
    public RecordException(Path file, String problem) {
        super(file + ": " + problem);
    }

    /**
     * @param file the file that was read
     * @param line the line, counted from 1
     * @param problem what was found and what was expected
     */
    public RecordException(Path file, long line, String problem) {
        super(file + ", line " + line + ": " + problem);
    }

    /**
     * @param file the file that was read
     * @param problem what was found and what was expected
     * @param cause the failure underneath
     */
    public RecordException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }
}

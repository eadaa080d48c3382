package org.kymograph.data.text;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.record.files.RecordException;

/**
 * Reads UTF-8 files line by line. A line ends with a line feed and nothing else, because sentences contain other
 * characters that count as line ends elsewhere.
 */
final class TextLines {
    private static final int MAX_LINE = 16 << 20;

    private TextLines() {}

    /** What is done with a line. */
    @FunctionalInterface
    interface Use {
        /**
         * Receives a line.
         *
         * @param number the line's number, from 1
         * @param line the line without its line feed; a carriage return before that is kept
         */
        void line(long number, String line);
    }

    /**
     * Returns all lines, without carriage returns at their ends.
     *
     * @return all lines, without carriage returns at their ends
     */
    static List<String> all(Path file) {
        List<String> out = new ArrayList<>();
        read(file, (number, line) -> out.add(withoutReturn(line)));
        return out;
    }

    /**
     * Returns the first line, without its line feed.
     *
     * @return the first line, without its line feed; empty for an empty file
     */
    static String first(Path file) {
        checkFile(file);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                checkLength(file, 1, line.size());
                line.write(b);
            }
            return decode(file, 1, line.toByteArray());
        } catch (IOException e) {
            throw new RecordException(file, "can't be read: " + e.getMessage(), e);
        }
    }

    static String withoutReturn(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    static void read(Path file, Use use) {
        checkFile(file);
        byte[] buffer = new byte[1 << 16];
        ByteArrayOutputStream begun = new ByteArrayOutputStream();
        long number = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                int from = 0;
                for (int i = 0; i < n; i++) {
                    if (buffer[i] == '\n') {
                        begun.write(buffer, from, i - from);
                        use.line(++number, decode(file, number, begun.toByteArray()));
                        begun.reset();
                        from = i + 1;
                    }
                }
                begun.write(buffer, from, n - from);
                checkLength(file, number + 1, begun.size());
            }
        } catch (IOException e) {
            throw new RecordException(file, "can't be read: " + e.getMessage(), e);
        }
        if (begun.size() > 0) {
            use.line(++number, decode(file, number, begun.toByteArray()));
        }
    }

    private static void checkLength(Path file, long number, int length) {
        if (length > MAX_LINE) {
            throw new RecordException(file, number, "is longer than " + MAX_LINE + " bytes");
        }
    }

    private static void checkFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new RecordException(
                    file, Files.exists(file) ? "is a folder; expected a file" : "there is no such file");
        }
    }

    private static String decode(Path file, long number, byte[] line) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RecordException(file, number, "isn't UTF-8");
        }
    }
}

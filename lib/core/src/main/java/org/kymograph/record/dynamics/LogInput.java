package org.kymograph.record.dynamics;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * Text files as logs have them: UTF-8, maybe with a byte order mark, plain or gzipped, which is told from the first bytes.
 */
final class LogInput {
    private static final int BUFFER = 1 << 16;

    private LogInput() {}

    /** Uses one line, without its end. */
    @FunctionalInterface
    interface Lines {
        void line(int number, String text);
    }

    /** Returns the bytes of the text that a stream holds, unpacked, behind the byte order mark. */
    static InputStream text(Path file, InputStream raw) throws IOException {
        PushbackInputStream in = new PushbackInputStream(raw, 4);
        byte[] start = peek(in);
        if (start.length >= 2 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
            in = new PushbackInputStream(new GZIPInputStream(in, BUFFER), 4);
            start = peek(in);
        }
        boolean mark16 = start.length >= 2 && (start[0] & 0xff) + (start[1] & 0xff) == 0xff + 0xfe;
        boolean zeros = start.length >= 2 && (start[0] == 0 || start[1] == 0);
        if (mark16 || zeros) {
            throw new RecordException(
                    file,
                    "isn't UTF-8: it begins as UTF-16 does, which PowerShell's redirection writes; expected UTF-8");
        }
        if (start.length >= 3 && start[0] == (byte) 0xef && start[1] == (byte) 0xbb && start[2] == (byte) 0xbf) {
            in.readNBytes(3);
        }
        return in;
    }

    private static byte[] peek(PushbackInputStream in) throws IOException {
        byte[] start = in.readNBytes(4);
        in.unread(start);
        return start;
    }

    /**
     * Passes through the lines of a file.
     *
     * @param longest the most characters that a line may have
     * @throws RecordException if the file can't be read, isn't UTF-8, or has a longer line
     */
    static void lines(Path file, int longest, Lines use) {
        AtomicFiles.checkReadable(file);
        try (InputStream raw = new FileInputStream(file.toFile());
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(text(file, raw), StandardCharsets.UTF_8.newDecoder()), BUFFER)) {
            StringBuilder line = new StringBuilder();
            int number = 1;
            int c;
            while ((c = in.read()) >= 0) {
                if (c == '\n') {
                    use.line(number++, withoutReturn(line));
                    line.setLength(0);
                } else {
                    line.append((char) c);
                }
                if (line.length() > longest) {
                    throw new RecordException(file, number, "has more than " + longest + " characters in one line");
                }
            }
            if (line.length() > 0) {
                use.line(number, withoutReturn(line));
            }
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static String withoutReturn(StringBuilder line) {
        int end = line.length();
        return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
    }

    /** Makes a failure to read one sentence. */
    static RecordException failure(Path file, IOException e) {
        if (e instanceof CharacterCodingException) {
            return new RecordException(file, "isn't UTF-8", e);
        }
        if (e instanceof ZipException || e instanceof EOFException) {
            return new RecordException(file, "can't be read: it begins as gzip does, but is damaged or cut off", e);
        }
        return AtomicFiles.failure(file, "can't be read", e);
    }
}

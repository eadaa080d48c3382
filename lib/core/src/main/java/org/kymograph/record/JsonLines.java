package org.kymograph.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.kymograph.base.Checksums;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/**
 * A file with one JSON object a line, each with an integer {@code step}, that grows at its end. A last line without a
 * line feed is the rest of a crash: it is left out with a warning, and cut off before the next line is written.
 */
final class JsonLines implements AutoCloseable {
    static final String STEP = "step";

    private static final System.Logger LOG = System.getLogger(JsonLines.class.getName());
    /** A tree of JSON takes some twenty times its text, so a longer line would fill the memory. */
    private static final int MAX_LINE = 8 << 20;

    private final Path file;
    private final MessageDigest digest = Checksums.sha256();
    private FileOutputStream out;
    private Object identity;
    private long count;

    JsonLines(Path file) {
        this.file = file;
    }

    /** Whole lines, and the place behind each one's line feed. */
    record Scan(List<ObjectNode> lines, List<Long> ends) {}

    Path path() {
        return file;
    }

    boolean isOpen() {
        return out != null;
    }

    /** A beginning of a file: how many lines, and the checksum of their bytes. */
    record Prefix(long lines, String sha256) {}

    /** All lines that are there. */
    Prefix prefix() {
        try {
            return isOpen()
                    ? new Prefix(count, Checksums.hex((MessageDigest) digest.clone()))
                    : prefix(scan(), Integer.MAX_VALUE);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first lines, or all if there are fewer. */
    Prefix prefix(Scan scan, long lines) {
        int n = (int) Math.min(lines, scan.lines.size());
        MessageDigest sha256 = Checksums.sha256();
        feed(sha256, n == 0 ? 0 : scan.ends.get(n - 1));
        return new Prefix(n, Checksums.hex(sha256));
    }

    private void feed(MessageDigest sha256, long bytes) {
        if (bytes == 0) {
            return;
        }
        byte[] chunk = new byte[1 << 16];
        try (InputStream in = new FileInputStream(file.toFile())) {
            for (long left = bytes; left > 0; ) {
                int n = in.read(chunk, 0, (int) Math.min(left, chunk.length));
                if (n < 0) {
                    throw new RecordException(file, "was cut off while it was read");
                }
                sha256.update(chunk, 0, n);
                left -= n;
            }
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
    }

    /** Opens the file for appending behind its first lines; what follows them is cut off. */
    void open(Scan scan, int lines) {
        cutAfter(scan, lines);
        digest.reset();
        count = lines;
        feed(digest, lines == 0 ? 0 : scan.ends.get(lines - 1));
        try {
            out = new FileOutputStream(file.toFile(), true);
            identity = RunLock.identity(file);
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be written", e);
        }
    }

    void append(ObjectNode line) {
        byte[] bytes = (Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            if (!Objects.equals(identity, RunLock.identity(file))) {
                throw new RecordException(file, "was replaced while it was being written");
            }
            out.write(bytes);
            digest.update(bytes);
            count++;
        } catch (NoSuchFileException e) {
            throw new RecordException(file, "was deleted while it was being written", e);
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be written", e);
        }
    }

    void force() {
        if (out != null) {
            AtomicFiles.attempt(
                    file, "can't be forced to disk", () -> out.getFD().sync());
        }
    }

    @Override
    public void close() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                throw AtomicFiles.failure(file, "can't be closed", e);
            } finally {
                out = null;
            }
        }
    }

    long step(ObjectNode line, int number) {
        JsonNode step = line.path(STEP);
        if (!step.isIntegralNumber() || !step.canConvertToLong()) {
            throw new RecordException(file, number, "has no integer step");
        }
        return step.longValue();
    }

    // What is kept is always a beginning of the file, and cutting a file is done or not done.
    void cutAfter(Scan scan, int lines) {
        if (!Files.exists(file)) {
            return;
        }
        long length = lines == 0 ? 0 : scan.ends.get(lines - 1);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            if (raw.length() > length) {
                raw.setLength(length);
                raw.getFD().sync();
            }
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be written", e);
        }
    }

    Scan scan() {
        Scan scan = new Scan(new ArrayList<>(), new ArrayList<>());
        if (!Files.exists(file)) {
            return scan;
        }
        AtomicFiles.checkReadable(file);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long place = 0;
        try (InputStream in = new BufferedInputStream(new FileInputStream(file.toFile()), 1 << 16)) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                place++;
                if (b == '\n') {
                    scan.lines.add(Json.parseLine(file, scan.lines.size() + 1, line.toByteArray()));
                    scan.ends.add(place);
                    line.reset();
                } else if (line.size() == MAX_LINE) {
                    throw new RecordException(file, scan.lines.size() + 1, "is longer than " + MAX_LINE + " bytes");
                } else {
                    line.write(b);
                }
            }
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
        if (line.size() > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    file + ", line " + (scan.lines.size() + 1) + ": was cut off and is left out");
        }
        return scan;
    }
}

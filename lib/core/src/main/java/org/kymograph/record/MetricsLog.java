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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.Table;

/**
 * The measurements of one run: a JSONL file with one object per evaluation, each with a {@code step} that is greater
 * than the one before.
 *
 * <p>A last line cut off by a crash is dropped with a warning; any other line that isn't an object is refused.
 */
public final class MetricsLog implements AutoCloseable {
    /** The field that every line has. */
    public static final String STEP = "step";

    private static final System.Logger LOG = System.getLogger(MetricsLog.class.getName());
    private static final int MAX_LINE = 64 << 20;

    private final Path file;
    private final boolean writable;
    private FileOutputStream out;
    private long lastStep = -1;

    MetricsLog(Path file, boolean writable) {
        this.file = file;
        this.writable = writable;
    }

    /**
     * @param file a JSONL file; need not exist
     * @return the log on that file, for reading only
     */
    public static MetricsLog open(Path file) {
        return new MetricsLog(file, false);
    }

    /** @return the file, which need not exist */
    public Path path() {
        return file;
    }

    /**
     * Adds a line and hands it to the operating system, so that it survives a crash of this program.
     *
     * @param line the measurements; NaN and the infinities are written as null
     * @throws IllegalArgumentException if the line has no integer {@code step} greater than the last line's
     * @throws IllegalStateException if the log was opened for reading only
     * @throws RecordException if the file can't be written
     */
    public synchronized void append(ObjectNode line) {
        if (!writable) {
            throw new IllegalStateException(file + " was opened for reading only");
        }
        if (!line.path(STEP).canConvertToLong() || !line.path(STEP).isIntegralNumber()) {
            throw new IllegalArgumentException("a line of metrics needs an integer step, not " + line.path(STEP));
        }
        openForAppending();
        long step = line.path(STEP).longValue();
        if (step <= lastStep) {
            throw new IllegalArgumentException(
                    "step " + step + " doesn't follow the last step in " + file + ", " + lastStep);
        }
        try {
            out.write((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be written", e);
        }
        lastStep = step;
    }

    /**
     * Forces what was appended to disk, so that it survives a crash of the machine.
     *
     * @throws RecordException if the disk refuses
     */
    public synchronized void force() {
        if (out != null) {
            try {
                out.getFD().sync();
            } catch (IOException e) {
                throw AtomicFiles.failure(file, "can't be forced to disk", e);
            }
        }
    }

    /**
     * @return the lines in order; none if there is no file
     * @throws RecordException if a line isn't a JSON object, with its number
     */
    public List<ObjectNode> read() {
        return scan().lines;
    }

    /**
     * @return a table with a row per line: top-level numbers as columns, those of nested objects under
     *     {@code outer.inner}, arrays and text left out, null as a missing value; {@code step} and {@code epoch} as long
     *     columns where they are integers, everything else as double columns, in the order of first appearance
     * @throws RecordException if a line isn't a JSON object, or a field is a number on one line and text on another
     */
    public Table table() {
        return MetricsTable.of(file, read());
    }

    /** Keeps the lines whose step is at most the given one, byte for byte. */
    synchronized void rewindTo(long step) {
        close();
        Scan scan = scan();
        int kept = 0;
        while (kept < scan.lines.size() && step(scan, kept) <= step) {
            kept++;
        }
        cutAfter(scan, kept);
    }

    @Override
    public synchronized void close() {
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

    private void openForAppending() {
        if (out != null) {
            return;
        }
        Scan scan = scan();
        int lines = scan.lines.size();
        lastStep = lines == 0 ? -1 : step(scan, lines - 1);
        cutAfter(scan, lines);
        try {
            out = new FileOutputStream(file.toFile(), true);
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be written", e);
        }
    }

    private long step(Scan scan, int line) {
        JsonNode step = scan.lines.get(line).path(STEP);
        if (!step.isIntegralNumber() || !step.canConvertToLong()) {
            throw new RecordException(file, line + 1, "has no integer step");
        }
        return step.longValue();
    }

    // What is kept is always a beginning of the file, and cutting a file is done or not done.
    private void cutAfter(Scan scan, int lines) {
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

    /** Whole lines, and the place behind each one's newline. */
    private record Scan(List<ObjectNode> lines, List<Long> ends) {}

    private Scan scan() {
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

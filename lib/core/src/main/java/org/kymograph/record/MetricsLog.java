package org.kymograph.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.Table;

/**
 * The measurements of one run: a JSONL file with one object per evaluation, each with a {@code step} that is greater
 * than the one before.
 *
 * <p>A last line that was cut off by a crash is dropped with a warning; any other line that is not an object, or whose step
 * does not follow the one before, is refused.
 */
public final class MetricsLog implements AutoCloseable {
    private static final long TAIL = 1 << 16;
    /** The field that every line has. */
    public static final String STEP = JsonLines.STEP;

    private final JsonLines file;
    private final Runnable guard;
    private long lastStep = -1;

    /** A log that is for reading only if there is no guard; otherwise the guard is run before each line is written. */
    MetricsLog(Path file, Runnable guard) {
        this.file = new JsonLines(file);
        this.guard = guard;
    }

    /**
     * Opens a log for reading only.
     *
     * @param file a JSONL file, which need not exist
     * @return the log on that file
     */
    public static MetricsLog open(Path file) {
        return new MetricsLog(file, null);
    }

    /**
     * Returns the file of this log.
     *
     * @return the path, at which there need not be a file
     */
    public Path path() {
        return file.path();
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
        if (guard == null) {
            throw new IllegalStateException(path() + " was opened for reading only");
        }
        if (!line.path(STEP).canConvertToLong() || !line.path(STEP).isIntegralNumber()) {
            throw Arguments.unexpected(STEP, line.path(STEP), "an integer");
        }
        if (!file.isOpen()) {
            JsonLines.Scan scan = scan();
            int lines = scan.lines().size();
            lastStep = lines == 0 ? -1 : file.step(scan.lines().get(lines - 1), lines);
            file.open(scan, lines);
        }
        long step = line.path(STEP).longValue();
        if (step <= lastStep) {
            throw Arguments.unexpected(STEP, step, "more than " + lastStep + ", the last step in " + path());
        }
        guard.run();
        file.append(line);
        lastStep = step;
    }

    /** All lines that were written. */
    synchronized JsonLines.Prefix prefix() {
        return file.prefix();
    }

    /** Says whether the file still begins with some lines. */
    boolean startsWith(JsonLines.Prefix lines) {
        return file.prefix(file.scan(), lines.lines()).equals(lines);
    }

    /**
     * Forces what was appended to disk, so that it survives a crash of the machine.
     *
     * @throws RecordException if the disk refuses
     */
    public synchronized void force() {
        file.force();
    }

    /**
     * Returns the lines, in order.
     *
     * @return one object a line; none if there is no file
     * @throws RecordException if a line is not a JSON object or its step does not follow the one before; the message names
     *     the line
     */
    public List<ObjectNode> read() {
        return scan().lines();
    }

    /**
     * Returns the last whole line, without reading the others.
     *
     * @return the line; empty if there is none
     * @throws RecordException if it is not a JSON object
     */
    public Optional<ObjectNode> last() {
        if (!Files.exists(path())) {
            return Optional.empty();
        }
        try (RandomAccessFile in = new RandomAccessFile(path().toFile(), "r")) {
            long length = in.length();
            for (long size = Math.min(TAIL, length); size > 0; size = Math.min(4 * size, length)) {
                byte[] tail = new byte[Math.toIntExact(size)];
                in.seek(length - size);
                in.readFully(tail);
                String bytes = new String(tail, StandardCharsets.ISO_8859_1);
                int end = bytes.lastIndexOf('\n');
                int start = bytes.lastIndexOf('\n', end - 1);
                if (end > 0 && (start >= 0 || size == length)) {
                    return Optional.of(Json.parseLine(path(), 0, Arrays.copyOfRange(tail, start + 1, end)));
                }
                if (size == length) {
                    break;
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw AtomicFiles.failure(path(), "can't be read", e);
        } catch (RecordException e) {
            // Read as a whole, so that the message names the line.
            List<ObjectNode> lines = read();
            return lines.isEmpty() ? Optional.empty() : Optional.of(lines.get(lines.size() - 1));
        }
    }

    /**
     * Returns the measurements as a table with a row per line. Top-level numbers become columns, those of nested objects
     * are named {@code outer.inner}, arrays and text are left out, and null is a missing value.
     *
     * @return {@code step} and {@code epoch} as long columns where they are integers, everything else as double columns,
     *     in the order of first appearance
     * @throws RecordException if a line can't be read, or a field is a number on one line and text on another
     */
    public Table table() {
        return MetricsTable.of(path(), read());
    }

    /**
     * An evaluation of a run.
     *
     * @param step the optimiser steps before it
     * @param accuracy the accuracy on the test set, 0 to 1
     */
    public record Best(long step, double accuracy) {}

    /**
     * Returns the first of the evaluations with the highest accuracy on the test set. A run that was trained with patience has a
     * checkpoint of its step.
     *
     * @return the evaluation
     * @throws RecordException if there is none with an accuracy, or a line can't be read
     */
    public Best best() {
        return read().stream()
                .filter(line -> line.path("eval_accuracy").isNumber())
                .map(line -> new Best(
                        line.get(STEP).asLong(), line.get("eval_accuracy").doubleValue()))
                .max(Comparator.comparingDouble(Best::accuracy).thenComparing(Best::step, Comparator.reverseOrder()))
                .orElseThrow(() -> new RecordException(path(), "holds no evaluation with an accuracy"));
    }

    /** Keeps the lines whose step is at most the given one, byte for byte. */
    synchronized void rewindTo(long step) {
        close();
        JsonLines.Scan scan = scan();
        int kept = 0;
        while (kept < scan.lines().size() && file.step(scan.lines().get(kept), kept + 1) <= step) {
            kept++;
        }
        file.cutAfter(scan, kept);
    }

    @Override
    public synchronized void close() {
        file.close();
    }

    private JsonLines.Scan scan() {
        JsonLines.Scan scan = file.scan();
        long last = -1;
        for (int i = 0; i < scan.lines().size(); i++) {
            long step = file.step(scan.lines().get(i), i + 1);
            if (step <= last) {
                throw new RecordException(path(), i + 1, "step " + step + " follows step " + last);
            }
            last = step;
        }
        return scan;
    }
}

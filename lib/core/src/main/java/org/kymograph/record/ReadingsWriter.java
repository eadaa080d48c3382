package org.kymograph.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kymograph.base.Arguments;
import org.kymograph.base.Checksums;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;

/**
 * Writes a reading, a line per step, in any order of the steps. A line is on disk when {@link Line#write} returns; if the
 * process is killed, every line before it is kept, and the reading goes on from there. One process writes a reading at a time;
 * its threads may share the writer.
 */
public final class ReadingsWriter implements AutoCloseable {
    private final Readings readings;
    private final String name;
    private final RunLock lock;
    private final JsonLines lines;
    private final Map<Long, JsonNode> epochs;
    private final Set<Long> steps = new TreeSet<>();

    private ReadingsWriter(Readings readings, String name, RunLock lock) {
        this.readings = readings;
        this.name = name;
        this.lock = lock;
        lines = new JsonLines(readings.linesFile(name));
        epochs = readings.epochs();
    }

    static ReadingsWriter open(Readings readings, String name, ObjectNode settings, boolean replace) {
        try {
            if (!Files.isDirectory(readings.folder())) {
                Files.createDirectory(readings.folder());
            }
        } catch (IOException e) {
            throw AtomicFiles.failure(readings.folder(), "can't be created", e);
        }
        RunLock lock =
                RunLock.acquire(readings.folder(), name + ".lock", "the reading '" + name + "' is being written");
        ReadingsWriter writer = null;
        try {
            writer = new ReadingsWriter(readings, name, lock);
            writer.start(settings, replace);
            return writer;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void start(ObjectNode settings, boolean replace) {
        AtomicFiles.removeTemporaries(readings.folder(), name + ".json");
        Path file = readings.settingsFile(name);
        boolean there = Files.exists(file) || Files.exists(lines.path());
        if (there && !(replace ? sameOrDamaged(settings) : same(settings))) {
            if (!replace) {
                ObjectNode made = unlike(readings.settings(name), settings);
                ObjectNode asked = unlike(settings, readings.settings(name));
                throw new RecordException(
                        file,
                        (made.isEmpty()
                                        ? "was made without " + String.join(", ", (Iterable<String>) asked::fieldNames)
                                        : "was made with the settings " + Json.canonical(made))
                                + "; expected " + (asked.isEmpty() ? "none of these" : Json.canonical(asked))
                                + ": replace the reading, or give this one another name");
            }
            // The lines first, so that there are never lines beside settings that didn't make them.
            AtomicFiles.delete(lines.path());
            there = false;
        }
        if (!there) {
            ObjectNode json = Json.object().put("reading", name);
            json.put("run", readings.run().experiment() + "/" + readings.run().id());
            json.set("settings", settings);
            ObjectNode versions = json.putObject("versions");
            RunFolder.versions().forEach(versions::put);
            AtomicFiles.writeBeside(file, out -> out.write(Json.bytes(json)));
        }
        JsonLines.Scan scan = lines.scan();
        Map<Long, ObjectNode> done = readings.bySteps(lines, scan.lines());
        steps.addAll(done.keySet());
        lines.open(scan, scan.lines().size());
        removeUnlisted(done);
    }

    // Of settings those that others lack or have another value of.
    private static ObjectNode unlike(ObjectNode settings, ObjectNode others) {
        ObjectNode out = Json.object();
        settings.properties().forEach(field -> {
            JsonNode other = others.get(field.getKey());
            if (other == null || !Json.canonical(field.getValue()).equals(Json.canonical(other))) {
                out.set(field.getKey(), field.getValue());
            }
        });
        return out;
    }

    private boolean same(ObjectNode settings) {
        return Json.canonical(readings.settings(name)).equals(Json.canonical(settings));
    }

    // What can't be read can't go on; it is replaced.
    private boolean sameOrDamaged(ObjectNode settings) {
        try {
            readings.bySteps(lines, lines.scan().lines());
            return same(settings);
        } catch (RecordException e) {
            return false;
        }
    }

    private void removeUnlisted(Map<Long, ObjectNode> done) {
        Path folder = readings.tensorFile(name, 0).getParent();
        if (!Files.isDirectory(folder)) {
            return;
        }
        AtomicFiles.removeTemporaries(folder);
        List<Path> listed = done.entrySet().stream()
                .filter(line -> line.getValue().has(Readings.TENSORS))
                .map(line -> readings.tensorFile(name, line.getKey()))
                .toList();
        for (Path file : AtomicFiles.list(folder, "step-.*\\.safetensors")) {
            if (!listed.contains(file)) {
                AtomicFiles.delete(file);
            }
        }
    }

    /**
     * Says whether a step is done.
     *
     * @param step a step
     * @return whether the reading has a line of that step
     */
    public synchronized boolean has(long step) {
        return steps.contains(step);
    }

    /**
     * Starts the line of a step, with the epoch that the run's measurements give for that step, if they do.
     *
     * @param step the step that the values belong to, at least 0
     * @return the line, to be filled and written
     * @throws IllegalArgumentException if the step is negative or done already
     */
    public Line at(long step) {
        Line line = new Line(step);
        if (epochs.containsKey(step)) {
            line.json.set("epoch", epochs.get(step));
        }
        return line;
    }

    /**
     * Starts the line of a step.
     *
     * @param step the step that the values belong to, at least 0
     * @param epoch the epochs of training up to that step, which need not be whole, at least 0
     * @return the line, to be filled and written
     * @throws IllegalArgumentException if the step or the epoch is negative, or the step is done already
     */
    public Line at(long step, double epoch) {
        Line line = new Line(step);
        Arguments.atLeast("epoch", epoch, 0.0);
        if (epoch == Math.rint(epoch)) {
            line.json.put("epoch", (long) epoch);
        } else {
            line.json.put("epoch", epoch);
        }
        return line;
    }

    @Override
    public synchronized void close() {
        try {
            lines.close();
        } finally {
            lock.close();
        }
    }

    private synchronized void write(Line line) {
        Arguments.check(!steps.contains(line.step), "step", line.step, "a step that is not done yet");
        if (!lines.isOpen()) {
            throw new IllegalStateException(lines.path() + " is closed");
        }
        lock.check();
        if (line.tensors != null) {
            MessageDigest sha256 = Checksums.sha256();
            Map<String, String> metadata = Map.of(
                    "experiment", readings.run().experiment(), "reading", name, "step", Long.toString(line.step));
            AtomicFiles.write(
                    readings.tensorFile(name, line.step),
                    out -> Safetensors.writeTo(new DigestOutputStream(out, sha256), line.tensors, metadata));
            line.json.put(Readings.TENSORS, Checksums.hex(sha256));
        }
        String checkpoint = readings.run().checkpointChecksums().get(line.step);
        if (checkpoint != null) {
            line.json.put(Readings.CHECKPOINT, checkpoint);
        }
        lines.append(line.json);
        lines.force();
        steps.add(line.step);
    }

    /** The values of one step, which are not on disk before {@link #write}. */
    public final class Line {
        private static final Set<String> RESERVED =
                Set.of(JsonLines.STEP, "epoch", Readings.CHECKPOINT, Readings.TENSORS);

        private final long step;
        private final ObjectNode json = Json.object();
        private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        private Map<String, Tensor> tensors;

        private Line(long step) {
            this.step = Arguments.atLeast("step", step, 0);
            Arguments.check(!has(step), "step", step, "a step that is not done yet");
            names.addAll(RESERVED);
            json.put(JsonLines.STEP, step);
        }

        /**
         * Adds a value without an error.
         *
         * @param name the name of its column, unique within the line without regard to case
         * @param value the value; NaN and the infinities are kept as missing
         * @return this line
         * @throws IllegalArgumentException if the name is empty, in use, or {@code step}, {@code epoch},
         *     {@code checkpoint} or {@code tensors}
         */
        public Line value(String name, double value) {
            Arguments.check(!name.isBlank(), "name", name, "the name of a column");
            Arguments.check(names.add(name.strip()), "name", name, "a name that the line does not have yet");
            json.put(name, value);
            return this;
        }

        /**
         * Adds a value and its error, under {@code name} and {@code name_error}.
         *
         * @param name the name of its column, unique within the line without regard to case
         * @param value the value; NaN and the infinities are kept as missing
         * @param error the value's standard error, at least 0; NaN if it is not known
         * @return this line
         * @throws IllegalArgumentException if the name is empty or in use, or the error is negative
         */
        public Line value(String name, double value, double error) {
            Arguments.check(!(error < 0), "error", error, "at least 0");
            return value(name, value).value(name + "_error", error);
        }

        /**
         * Adds what is too large for a line, in a safetensors file of its own.
         *
         * @param tensors the tensors by name, such as the losses {@code [chains, draws, samples]} of a sampling
         * @return this line
         */
        public Line tensors(Map<String, Tensor> tensors) {
            this.tensors = new TreeMap<>(tensors);
            return this;
        }

        /**
         * Writes the line, and forces it to disk.
         *
         * @throws IllegalArgumentException if another line of that step was written meanwhile
         * @throws RecordException if the files can't be written, or the run's folder was deleted or replaced
         */
        public void write() {
            ReadingsWriter.this.write(this);
        }
    }
}

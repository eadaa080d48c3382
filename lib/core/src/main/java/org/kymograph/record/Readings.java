package org.kymograph.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.TensorFile;
import tech.tablesaw.api.Table;

/**
 * What was found out about a run after its training, such as its learning coefficient at each checkpoint. A reading lies in
 * the run's folder under {@code readings/}: {@code <name>.jsonl} has a line per step with the values and their errors,
 * {@code <name>.json} the settings that made it, and {@code <name>/step-00000120.safetensors} what is too large for a line.
 * Any lab writes readings, and {@link #joined} puts them on one time axis with the run's measurements.
 *
 * <pre>{@code
 * try (ReadingsWriter out = Readings.of(run).writer("llc", settings)) {
 *     for (long step : run.checkpointSteps()) {
 *         if (!out.has(step)) {
 *             out.at(step).value("llc", mean, standardError).write();
 *         }
 *     }
 * }
 * Table table = Readings.of(run).joined("llc");
 * }</pre>
 *
 * <p>A line says from which checkpoint it was taken. If the run has another checkpoint of that step now, the line is
 * refused.
 */
public final class Readings {
    static final String CHECKPOINT = "checkpoint";
    static final String TENSORS = "tensors";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");

    private final RunFolder run;
    private final Path folder;

    private Readings(RunFolder run) {
        this.run = run;
        this.folder = run.path().resolve("readings");
    }

    /**
     * Returns the readings of a run.
     *
     * @param run a run; one that is open for reading will do
     * @return its readings, of which there may be none
     */
    public static Readings of(RunFolder run) {
        return new Readings(run);
    }

    /**
     * Returns the names of the readings, sorted.
     *
     * @return the names; none if nothing was read yet
     * @throws RecordException if the folder can't be listed
     */
    public List<String> names() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        return AtomicFiles.list(folder, ".*\\.json").stream()
                .map(file -> file.getFileName().toString().replaceFirst("\\.json$", ""))
                .filter(name -> NAME.matcher(name).matches())
                .sorted()
                .toList();
    }

    /**
     * Opens a reading for writing. A reading that was begun with the same settings goes on: the lines of the steps that are
     * done stay, and a line that was cut off by a crash is dropped.
     *
     * @param name the name of the reading, 1 to 100 letters, digits, dashes or underscores
     * @param settings everything that determines the values beside the run: a record or a JSON object
     * @return the writer, which holds the reading until it is closed
     * @throws IllegalArgumentException if the name is not as said, or the settings are no object or hold NaN or an infinity
     * @throws RecordException if there is such a reading with other settings, it is being written already, or the files
     *     can't be read or written
     */
    public ReadingsWriter writer(String name, Object settings) {
        return ReadingsWriter.open(this, checked(name), settings(settings), false);
    }

    /**
     * Opens a reading for writing, and deletes what there is of that name unless it was made with the same settings.
     *
     * @param name the name of the reading, 1 to 100 letters, digits, dashes or underscores
     * @param settings everything that determines the values beside the run: a record or a JSON object
     * @return the writer, which holds the reading until it is closed
     * @throws IllegalArgumentException if the name is not as said, or the settings are no object or hold NaN or an infinity
     * @throws RecordException if the reading is being written already, or the files can't be written
     */
    public ReadingsWriter replace(String name, Object settings) {
        return ReadingsWriter.open(this, checked(name), settings(settings), true);
    }

    /**
     * Returns the settings that made a reading.
     *
     * @param name the name of the reading
     * @return the settings, as they were given to {@link #writer}
     * @throws RecordException if there is no such reading, or its file of settings is damaged
     */
    public ObjectNode settings(String name) {
        Path file = settingsFile(checked(name));
        if (!Files.exists(file)) {
            throw new RecordException(
                    run.path(), "has no reading '" + name + "'; it has " + (names().isEmpty() ? "none" : names()));
        }
        ObjectNode json = Json.readObject(file);
        String called = json.path("reading").asText();
        if (!called.equals(name)) {
            throw new RecordException(
                    file, "holds the settings of the reading '" + called + "'; expected '" + name + "'");
        }
        if (json.get("settings") instanceof ObjectNode settings) {
            return settings;
        }
        throw new RecordException(file, "field 'settings' is not an object");
    }

    /**
     * Returns readings as one table with a row per step, ascending: {@code step}, {@code epoch} where it is known, and the
     * values. The error of a value {@code x} is the column {@code x_error}. Where two readings have a column of one name,
     * that of the later is called {@code reading.column}. Where a reading has no line of a step, its cells are missing.
     *
     * @param name the name of a reading
     * @param more the names of others, if any
     * @return the table, named like the readings
     * @throws RecordException if there is no such reading or it can't be read; the message names file and line
     */
    public Table table(String name, String... more) {
        StepTable table = new StepTable(run.path());
        addTo(table, name);
        for (String another : more) {
            addTo(table, another);
        }
        return table.table(more.length == 0 ? name : name + "+" + String.join("+", more));
    }

    /**
     * Returns the run's measurements and some readings as one table with a row per step, ascending. Its columns are those of
     * {@link MetricsLog#table} and then those of {@link #table}; steps that only one of them has are kept.
     *
     * @param names the names of the readings
     * @return the table, named like the run
     * @throws RecordException if there is no such reading, or a file can't be read; the message names file and line
     */
    public Table joined(String... names) {
        StepTable table = new StepTable(run.path());
        table.add("metrics", run.metrics().table());
        for (String name : names) {
            addTo(table, name);
        }
        return table.table(run.id());
    }

    /**
     * Opens what a reading keeps in tensors for a step, after verifying its checksum.
     *
     * @param name the name of the reading
     * @param step a step of the reading
     * @return the open file
     * @throws IllegalArgumentException if the reading has no tensors of that step
     * @throws RecordException if there is no such reading, or a file is damaged
     */
    public TensorFile tensors(String name, long step) {
        JsonNode checksum = read(name).getOrDefault(step, Json.object()).path(TENSORS);
        if (!checksum.isTextual()) {
            throw new IllegalArgumentException(
                    "the reading '" + name + "' of " + run.path() + " has no tensors of step " + step);
        }
        Path file = tensorFile(name, step);
        AtomicFiles.checkReadable(file);
        String found = AtomicFiles.checksum(file);
        if (!found.equals(checksum.textValue())) {
            throw new RecordException(file, "has the SHA-256 " + found + "; the reading says " + checksum.textValue());
        }
        return Safetensors.open(file);
    }

    RunFolder run() {
        return run;
    }

    Path folder() {
        return folder;
    }

    Path linesFile(String name) {
        return folder.resolve(name + ".jsonl");
    }

    Path settingsFile(String name) {
        return folder.resolve(name + ".json");
    }

    Path tensorFile(String name, long step) {
        return folder.resolve(name).resolve(RunInfo.tensorFile(step));
    }

    /** Checks lines of a reading, and returns them by step. */
    Map<Long, ObjectNode> bySteps(JsonLines file, List<ObjectNode> lines) {
        Map<Long, String> checkpoints = run.checkpointChecksums();
        Map<Long, ObjectNode> steps = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            ObjectNode line = lines.get(i);
            long step = file.step(line, i + 1);
            if (steps.put(step, line) != null) {
                throw new RecordException(file.path(), i + 1, "step " + step + " comes a second time");
            }
            String now = checkpoints.get(step);
            if (line.path(CHECKPOINT).isTextual()
                    && now != null
                    && !now.equals(line.path(CHECKPOINT).textValue())) {
                throw new RecordException(
                        file.path(),
                        i + 1,
                        "was taken from another checkpoint of step " + step
                                + " than the run has now; the reading must be made anew");
            }
        }
        return steps;
    }

    private Map<Long, ObjectNode> read(String name) {
        settings(name);
        JsonLines file = new JsonLines(linesFile(name));
        return bySteps(file, file.scan().lines());
    }

    private void addTo(StepTable table, String name) {
        table.add(name, MetricsTable.of(linesFile(name), List.copyOf(read(name).values())));
    }

    private static ObjectNode settings(Object settings) {
        if (Json.tree(settings) instanceof ObjectNode object) {
            Json.checkFinite("settings", object);
            return object;
        }
        throw Arguments.unexpected("settings", settings, "a record or a JSON object");
    }

    private static String checked(String name) {
        Arguments.check(
                NAME.matcher(name).matches(),
                "name",
                name,
                "1 to 100 letters, digits, dashes or underscores, the first a letter or digit");
        return name;
    }

    /** Returns the epochs of the steps at which the run was measured. */
    Map<Long, JsonNode> epochs() {
        Map<Long, JsonNode> epochs = new HashMap<>();
        for (ObjectNode line : run.metrics().read()) {
            if (line.path("epoch").isNumber()) {
                epochs.put(line.path(JsonLines.STEP).longValue(), line.path("epoch"));
            }
        }
        return epochs;
    }
}

package org.kymograph.record.dynamics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/** Files that list samples by id: one id on each line, or a JSON object with an id and a number on each line. */
public final class GuidFiles {
    private static final String GUID = "guid";
    private static final int LONGEST_LINE = 1_000_000;

    private GuidFiles() {}

    /**
     * Numbers by sample.
     *
     * @param guids the samples
     * @param values a number for each
     */
    public record Scores(Guids guids, double[] values) {
        /** Copies the numbers. */
        public Scores {
            values = values.clone();
            Arguments.sameLength("values", values.length, "guids", guids.size());
        }

        @Override
        public double[] values() {
            return values.clone();
        }
    }

    /**
     * Writes a list of ids, one on each line.
     *
     * @param file the file to write or replace
     * @param guids ids, one for each line; without line ends
     * @throws IllegalArgumentException if an id is blank, starts or ends with a blank, or has a line end in it
     * @throws RecordException if it can't be written
     */
    public static void write(Path file, Guids guids) {
        for (int i = 0; i < guids.size(); i++) {
            String guid = guids.text(i);
            if (guid.isEmpty() || !guid.strip().equals(guid) || guid.lines().count() > 1) {
                throw new IllegalArgumentException("guid '" + guid
                        + "' can't stand alone on a line; expected no blank around it and no line end in it");
            }
        }
        AtomicFiles.write(file, out -> {
            for (int i = 0; i < guids.size(); i++) {
                out.write(guids.text(i).getBytes(StandardCharsets.UTF_8));
                out.write('\n');
            }
        });
    }

    /**
     * Reads ids, in the file's order.
     *
     * @param file one id on each line, or a JSON object with {@code guid} on each, as {@link #writeScores} writes
     * @throws RecordException if it can't be read, an id comes twice, a line is blank, or one of several objects has no id
     */
    public static Guids read(Path file) {
        List<String> ids = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        List<String> lines = lines(file);
        boolean objects = !lines.isEmpty() && lines.get(0).startsWith("{");
        for (String text : lines) {
            int line = ids.size() + 1;
            ids.add(
                    objects
                            ? guid(file, line, Json.parseLine(file, line, text.getBytes(StandardCharsets.UTF_8)))
                            : text.strip());
            checkNew(file, line, seen, ids.get(line - 1));
        }
        return guids(ids);
    }

    /**
     * Writes {@code {"guid":50325,"confidence":0.25}} for each sample.
     *
     * @param file the file to write or replace
     * @param name the number's name, such as a metric's column or {@code weight}
     * @param scores what to write; NaN becomes null
     * @throws RecordException if it can't be written
     */
    public static void writeScores(Path file, String name, Scores scores) {
        Guids guids = scores.guids();
        double[] values = scores.values();
        AtomicFiles.write(file, out -> {
            for (int i = 0; i < values.length; i++) {
                ObjectNode line = putGuid(Json.object(), guids, i).put(name, values[i]);
                out.write((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    /**
     * Reads numbers by sample, in the file's order; null is NaN.
     *
     * @param file a JSON object with {@code guid} and that name on each line
     * @param name the number's name
     * @throws RecordException if it can't be read, an id comes twice, or a line lacks one of the two
     */
    public static Scores readScores(Path file, String name) {
        List<String> ids = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String text : lines(file)) {
            int line = ids.size() + 1;
            ObjectNode object = Json.parseLine(file, line, text.getBytes(StandardCharsets.UTF_8));
            ids.add(guid(file, line, object));
            checkNew(file, line, seen, ids.get(line - 1));
            JsonNode value = object.get(name);
            if (value == null || !value.isNumber() && !value.isNull()) {
                throw new RecordException(
                        file,
                        line,
                        "field '" + name + "': expected a number, found " + (value == null ? "none" : value));
            }
            values.add(value.isNull() ? Double.NaN : value.doubleValue());
        }
        return new Scores(
                guids(ids), values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Puts a sample's guid into an object, and returns the object. */
    public static ObjectNode putGuid(ObjectNode object, Guids guids, int i) {
        return guids.numeric() ? object.put(GUID, guids.number(i)) : object.put(GUID, guids.text(i));
    }

    /** Returns the guid of an object on a line of a file, and throws if it has none. */
    public static String guid(Path file, int line, ObjectNode object) {
        JsonNode guid = object.get(GUID);
        if (guid == null || !guid.isIntegralNumber() && !guid.isTextual()) {
            throw new RecordException(
                    file,
                    line,
                    "field 'guid': expected a whole number or a text, found " + (guid == null ? "none" : guid));
        }
        return guid.asText();
    }

    /** Throws if a guid has been seen in an earlier line. */
    public static void checkNew(Path file, int line, Set<String> seen, String guid) {
        if (!seen.add(guid)) {
            throw new RecordException(file, line, "guid " + guid + " comes twice");
        }
    }

    /**
     * Returns ids as numbers if each is written as a number would be, so that 007 stays a text; else as texts.
     *
     * @param ids ids as files of texts have them, each once
     * @throws IllegalArgumentException if an id comes twice
     */
    public static Guids guids(List<String> ids) {
        long[] numbers = new long[ids.size()];
        for (int i = 0; i < numbers.length; i++) {
            try {
                numbers[i] = Long.parseLong(ids.get(i));
            } catch (NumberFormatException e) {
                return Guids.of(ids);
            }
            if (!Long.toString(numbers[i]).equals(ids.get(i))) {
                return Guids.of(ids);
            }
        }
        return Guids.of(numbers);
    }

    /**
     * Returns the lines of a file, none of them blank.
     *
     * @param file a file in UTF-8, of lines of at most a million characters
     * @throws RecordException if it can't be read, or a line is blank or too long
     */
    public static List<String> lines(Path file) {
        List<String> lines = new ArrayList<>();
        LogInput.lines(file, LONGEST_LINE, (number, text) -> {
            if (text.isBlank()) {
                throw new RecordException(file, number, "is blank; expected a sample");
            }
            lines.add(text);
        });
        return lines;
    }
}

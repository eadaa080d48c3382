package org.kymograph.data.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.base.Wording;
import org.kymograph.data.text.GlueTsv.Read;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Reads labelled texts of one's own: a CSV file with a header, a JSON file that holds an array of objects, or a file of
 * JSON objects, one on each line.
 *
 * <p>Unless told otherwise the label is the field {@code label}; the id is {@code guid}, {@code idx} or {@code id}, else
 * the row's number from 0; the texts are {@code sentence1} and {@code sentence2} if there are both, else the first one
 * or two other fields that hold texts. If any label is a number with a fraction or exponent, labels are numbers to
 * regress on; otherwise the classes are the labels that occur, sorted. Rows without a label, or with the label
 * {@code -}, and rows with the id of an earlier one are passed over and counted. In a CSV file the cells {@code NaN} and
 * {@code null} are empty, as {@link Tables} reads them.
 *
 * @param texts the names of the fields of the texts; empty to find them
 * @param label the name of the label's field
 * @param id the name of the id's field; null to find it
 * @param classes the labels in the order of their classes; empty to find them
 */
public record TextFile(List<String> texts, String label, String id, List<String> classes) {
    private static final List<String> IDS = List.of("guid", "idx", "id");
    private static final String DASH = "-";

    /** Copies the lists. */
    public TextFile {
        texts = List.copyOf(texts);
        classes = List.copyOf(classes);
    }

    /**
     * Returns a reader that finds the fields by itself.
     *
     * @return a reader that finds the fields by itself
     */
    public static TextFile withDefaults() {
        return new TextFile(List.of(), "label", null, List.of());
    }

    /**
     * Returns a reader of {@code snli_1.0_train.jsonl} and its like, from nlp.stanford.edu/projects/snli.
     *
     * @return a reader of {@code snli_1.0_train.jsonl} and its like, from nlp.stanford.edu/projects/snli
     */
    public static TextFile snli() {
        return new TextFile(
                List.of("sentence1", "sentence2"),
                "gold_label",
                "pairID",
                List.of("entailment", "neutral", "contradiction"));
    }

    /**
     * Returns a reader of BoolQ's {@code train.jsonl} as SuperGLUE has it, from super.gluebenchmark.com/tasks.
     *
     * @return a reader of BoolQ's {@code train.jsonl} as SuperGLUE has it, from super.gluebenchmark.com/tasks
     */
    public static TextFile boolQ() {
        return new TextFile(List.of("question", "passage"), "label", "idx", List.of("false", "true"));
    }

    /**
     * Returns a reader of CB's {@code train.jsonl} as SuperGLUE has it, from super.gluebenchmark.com/tasks.
     *
     * @return a reader of CB's {@code train.jsonl} as SuperGLUE has it, from super.gluebenchmark.com/tasks
     */
    public static TextFile cb() {
        return new TextFile(
                List.of("premise", "hypothesis"), "label", "idx", List.of("entailment", "contradiction", "neutral"));
    }

    /**
     * Returns a copy with the given texts.
     *
     * @param names the fields that hold the texts, at least one
     * @return a copy that reads these
     */
    public TextFile withTexts(String... names) {
        Arguments.notEmpty("names", List.of(names));
        return new TextFile(List.of(names), label, id, classes);
    }

    /**
     * Returns a copy with the given label.
     *
     * @param name the field that holds the label
     * @return a copy that reads this one
     */
    public TextFile withLabel(String name) {
        return new TextFile(texts, name, id, classes);
    }

    /**
     * Returns a copy with the given id.
     *
     * @param name the field that holds the id
     * @return a copy that reads this one
     */
    public TextFile withId(String name) {
        return new TextFile(texts, label, name, classes);
    }

    /**
     * Returns a copy with the given classes.
     *
     * @param classes the labels as the file has them, in the order of their numbers; at least two
     * @return a copy with these classes
     */
    public TextFile withClasses(List<String> classes) {
        Arguments.check(classes.size() >= 2, "classes", classes, "at least two");
        return new TextFile(texts, label, id, classes);
    }

    /**
     * Returns its examples.
     *
     * @param file the file: {@code .csv}, else JSON
     * @param split what to call the part
     * @return its examples
     * @throws RecordException if the file isn't such a file, lacks a field, or has a label that is no class
     */
    public Read read(Path file, String split) {
        String name = String.valueOf(file.getFileName());
        List<Entry> rows = name.toLowerCase(Locale.ROOT).endsWith(".csv") ? csv(file) : json(file);
        if (rows.isEmpty()) {
            throw new RecordException(file, "has no rows");
        }
        Fields fields = fields(file, rows.get(0));
        List<Entry> labelled = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        long unlabelled = 0;
        long repeated = 0;
        for (Entry row : rows) {
            String gold = row.get(file, label);
            if (gold.isEmpty() || gold.equals(DASH)) {
                unlabelled++;
            } else if (fields.id != null && !seen.add(row.get(file, fields.id))) {
                repeated++;
            } else {
                labelled.add(row);
            }
        }
        boolean regression = classes.isEmpty() && regression(file, labelled);
        List<String> found = regression ? List.of() : classes.isEmpty() ? sorted(file, labelled) : classes;
        Map<String, Integer> numbers = new HashMap<>();
        found.forEach(known -> numbers.putIfAbsent(known, numbers.size()));
        List<Texts.Example> examples = new ArrayList<>();
        for (Entry row : labelled) {
            examples.add(new Texts.Example(
                    fields.id == null ? Long.toString(row.number) : row.get(file, fields.id),
                    fields.texts.stream().map(t -> row.get(file, t)).toList(),
                    label(file, row, numbers)));
        }
        return new Read(
                new Texts(name.replaceFirst("\\.[^.]*$", ""), split, examples, found),
                new GlueTsv.Skipped(examples.size(), unlabelled, repeated, 0, 0));
    }

    /** One row: its number from 0, its line in the file from 1 or 0 if unknown, and its fields. */
    private record Entry(long number, long line, Map<String, String> values, Set<String> textual) {
        String get(Path file, String field) {
            String value = values.get(field);
            if (value == null) {
                throw bad(
                        file,
                        "has no field '" + field + "'; its fields are " + values.keySet()
                                + Wording.didYouMean(field, values.keySet()));
            }
            return value;
        }

        RecordException bad(Path file, String problem) {
            return line > 0
                    ? new RecordException(file, line, problem)
                    : new RecordException(file, "row " + number + " " + problem);
        }
    }

    private record Fields(List<String> texts, String id) {}

    private Fields fields(Path file, Entry row) {
        Set<String> names = row.values.keySet();
        row.get(file, label);
        String ids = id != null
                ? id
                : IDS.stream().filter(names::contains).findFirst().orElse(null);
        if (!texts.isEmpty()) {
            return new Fields(texts, ids);
        }
        if (names.contains("sentence1") && names.contains("sentence2")) {
            return new Fields(List.of("sentence1", "sentence2"), ids);
        }
        List<String> found = names.stream()
                .filter(n -> !n.equals(label) && !n.equals(ids) && row.textual.contains(n))
                .limit(2)
                .toList();
        if (found.isEmpty()) {
            throw row.bad(file, "has no field with text beside the label; its fields are " + names);
        }
        return new Fields(found, ids);
    }

    private boolean regression(Path file, List<Entry> rows) {
        boolean fraction = false;
        for (Entry row : rows) {
            String gold = row.get(file, label);
            if (!gold.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
                return false;
            }
            fraction |= !gold.matches("[+-]?\\d+");
        }
        return fraction;
    }

    private List<String> sorted(Path file, List<Entry> rows) {
        Collection<String> found = new LinkedHashSet<>();
        rows.forEach(r -> found.add(r.get(file, label)));
        boolean whole = found.stream().allMatch(v -> v.matches("[+-]?\\d{1,18}"));
        List<String> out = new ArrayList<>(found);
        out.sort(whole ? Comparator.comparingLong(Long::parseLong) : Comparator.naturalOrder());
        if (out.size() < 2) {
            throw new RecordException(file, "field '" + label + "' has the values " + out + "; expected at least two");
        }
        return out;
    }

    private double label(Path file, Entry row, Map<String, Integer> found) {
        String gold = row.get(file, label);
        if (found.isEmpty()) {
            double number = Double.parseDouble(gold);
            if (Double.isInfinite(number)) {
                throw row.bad(file, "field '" + label + "' is '" + gold + "'; expected a finite number");
            }
            return number;
        }
        Integer at = found.get(gold);
        if (at == null) {
            throw row.bad(
                    file,
                    "field '" + label + "' is '" + Wording.shown(gold) + "'; expected one of " + classes
                            + Wording.didYouMean(gold, classes));
        }
        return at;
    }

    private static List<Entry> csv(Path file) {
        Table table = Tables.readCsv(file);
        List<Entry> out = new ArrayList<>();
        for (Row row : table) {
            Map<String, String> values = new LinkedHashMap<>();
            Set<String> textual = new HashSet<>();
            for (String name : table.columnNames()) {
                values.put(name, table.getString(row.getRowNumber(), name));
                if (table.column(name) instanceof StringColumn) {
                    textual.add(name);
                }
            }
            out.add(new Entry(out.size(), 0, values, textual));
        }
        return out;
    }

    private static List<Entry> json(Path file) {
        List<Entry> out = new ArrayList<>();
        if (beginsWithBracket(file)) {
            for (JsonNode row : Json.read(file)) {
                if (!(row instanceof ObjectNode object)) {
                    throw new RecordException(file, "element " + out.size() + " isn't an object");
                }
                out.add(entry(out.size(), 0, object));
            }
            return out;
        }
        TextLines.read(file, (number, line) -> {
            if (!line.isBlank()) {
                byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
                out.add(entry(out.size(), number, Json.parseLine(file, number, utf8)));
            }
        });
        return out;
    }

    private static boolean beginsWithBracket(Path file) {
        AtomicFiles.checkReadable(file);
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(512), StandardCharsets.ISO_8859_1).startsWith("[");
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
    }

    private static Entry entry(long place, long line, ObjectNode object) {
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> textual = new HashSet<>();
        object.properties().forEach(field -> {
            if (field.getValue().isValueNode()) {
                values.put(
                        field.getKey(),
                        field.getValue().isNull() ? "" : field.getValue().asText());
            }
            if (field.getValue().isTextual()) {
                textual.add(field.getKey());
            }
        });
        return new Entry(place, line, values, textual);
    }
}

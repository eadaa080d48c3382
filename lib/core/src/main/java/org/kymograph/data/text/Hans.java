package org.kymograph.data.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/**
 * Sentence pairs on which a model that goes by a heuristic says "entailment" too often.
 *
 * <p>Source: McCoy et al., Right for the Wrong Reasons (ACL 2019), the files of their data set.
 *
 * @param examples the pairs, at least one
 */
public record Hans(List<Example> examples) {
    /** The three heuristics of the published data, in the order of the paper. */
    public static final List<String> HEURISTICS = List.of("lexical_overlap", "subsequence", "constituent");

    private static final Map<String, Boolean> LABELS = Map.of("entailment", true, "non-entailment", false);

    /**
     * One pair.
     *
     * @param premise what is given
     * @param hypothesis what may follow
     * @param entailment whether it follows
     * @param heuristic the heuristic by which it would
     */
    public record Example(String premise, String hypothesis, boolean entailment, String heuristic) {}

    /**
     * Checks that there are examples.
     *
     * @throws IllegalArgumentException if there are none
     */
    public Hans {
        examples = List.copyOf(Arguments.notEmpty("examples", examples));
    }

    /**
     * Reads {@code heuristics_evaluation_set.txt}, tab-separated with a header that has {@code gold_label},
     * {@code sentence1}, {@code sentence2} and {@code heuristic}; or JSONL with these fields, or with {@code label} (0 for
     * entailment, 1 for the other), {@code premise}, {@code hypothesis} and {@code heuristic}.
     *
     * @param file the file
     * @return its examples, in its order
     * @throws RecordException if a field is missing or a label is neither, with the line
     */
    public static Hans read(Path file) {
        List<String> lines = TextLines.all(file);
        if (lines.isEmpty()) {
            throw new RecordException(file, "is empty; expected HANS examples");
        }
        List<Example> examples = lines.get(0).startsWith("{") ? json(file, lines) : tabs(file, lines);
        if (examples.isEmpty()) {
            throw new RecordException(file, "has no examples below its header");
        }
        return new Hans(examples);
    }

    /**
     * Returns the heuristics there are: the three of the paper in their order, then others by name.
     *
     * @return the heuristics there are: the three of the paper in their order, then others by name
     */
    public List<String> heuristics() {
        TreeMap<String, Boolean> found = new TreeMap<>();
        examples.forEach(e -> found.put(e.heuristic(), true));
        List<String> out = new ArrayList<>(HEURISTICS);
        out.retainAll(found.keySet());
        found.keySet().removeAll(out);
        out.addAll(found.keySet());
        return out;
    }

    /**
     * Returns some of the pairs.
     *
     * @param keep tells which
     * @return the part
     * @throws IllegalArgumentException if none is kept
     */
    public Hans select(Predicate<Example> keep) {
        return new Hans(examples.stream().filter(keep).toList());
    }

    /**
     * Returns the pairs as texts of two classes, {@code entailment} and {@code non-entailment}.
     *
     * @param split what to call the part
     * @return the texts, in the same order, whose ids are their places
     */
    public Texts texts(String split) {
        List<Texts.Example> texts = new ArrayList<>();
        for (Example e : examples) {
            texts.add(new Texts.Example(
                    Integer.toString(texts.size()), List.of(e.premise(), e.hypothesis()), e.entailment() ? 0 : 1));
        }
        return new Texts("hans", split, texts, List.of("entailment", "non-entailment"));
    }

    private static List<Example> tabs(Path file, List<String> lines) {
        List<String> header = List.of(lines.get(0).split("\t", -1));
        int[] at = new int[4];
        List<String> wanted = List.of("sentence1", "sentence2", "gold_label", "heuristic");
        for (int i = 0; i < at.length; i++) {
            at[i] = header.indexOf(wanted.get(i));
            if (at[i] < 0) {
                throw new RecordException(
                        file,
                        1,
                        "has no column '" + wanted.get(i) + "'; expected the tab-separated header of HANS, or JSON");
            }
        }
        List<Example> out = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String[] cells = lines.get(i).split("\t", -1);
            if (cells.length != header.size()) {
                throw new RecordException(file, i + 1, "has " + cells.length + " cells; expected " + header.size());
            }
            out.add(new Example(cells[at[0]], cells[at[1]], label(file, i + 1, cells[at[2]]), cells[at[3]]));
        }
        return out;
    }

    private static List<Example> json(Path file, List<String> lines) {
        List<Example> out = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            ObjectNode line = Json.parseLine(file, i + 1, lines.get(i).getBytes(StandardCharsets.UTF_8));
            boolean entailment;
            if (line.path("label").isIntegralNumber()) {
                int label = line.get("label").intValue();
                if (label != 0 && label != 1) {
                    throw new RecordException(file, i + 1, "field 'label' is " + label + "; expected 0 or 1");
                }
                entailment = label == 0;
            } else {
                entailment = label(file, i + 1, text(file, i + 1, line, "gold_label", "gold_label"));
            }
            out.add(new Example(
                    text(file, i + 1, line, "premise", "sentence1"),
                    text(file, i + 1, line, "hypothesis", "sentence2"),
                    entailment,
                    text(file, i + 1, line, "heuristic", "heuristic")));
        }
        return out;
    }

    private static String text(Path file, int number, ObjectNode line, String name, String or) {
        JsonNode value = line.path(line.has(name) ? name : or);
        if (!value.isTextual()) {
            throw new RecordException(
                    file, number, "has no text '" + name + "'" + (name.equals(or) ? "" : " or '" + or + "'"));
        }
        return value.textValue();
    }

    private static boolean label(Path file, int number, String label) {
        Boolean entailment = LABELS.get(label);
        if (entailment == null) {
            throw new RecordException(
                    file, number, "has the label '" + label + "'; expected entailment or non-entailment");
        }
        return entailment;
    }
}

package org.kymograph.connectivity.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.curves.ClassificationScores;
import org.kymograph.data.text.Hans;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * The evaluation of a model on labelled texts as the paper's program writes it: an object with {@code label_dict} and
 * {@code samples}.
 *
 * @param labels the numbers of the classes by their names
 * @param samples the samples
 */
public record EvaluationLog(Map<String, Integer> labels, List<Sample> samples) {
    private static final Pattern NUMBER = Pattern.compile("(\\d+)\\.json$");

    /**
     * A sample, in the file with its {@code probabilities}, {@code logits}, {@code label} and {@code sentence}.
     *
     * @param probabilities the probability of each class
     * @param label the number of the right class
     * @param sentence the text as it was decoded from its tokens, {@code [CLS] first [SEP] second [SEP]}
     */
    public record Sample(double[] probabilities, int label, String sentence) {
        /** Copies the array. */
        public Sample {
            probabilities = probabilities.clone();
        }

        /** Returns the probabilities, a copy. */
        @Override
        public double[] probabilities() {
            return probabilities.clone();
        }

        /** Returns the parts of the text between the special tokens, one or two. */
        public List<String> parts() {
            return Stream.of(sentence.split("\\[(?:CLS|SEP|PAD)\\]"))
                    .map(String::strip)
                    .filter(s -> !s.isEmpty())
                    .toList();
        }
    }

    /** Copies map and list. */
    public EvaluationLog {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        samples = List.copyOf(Arguments.notEmpty("samples", samples));
    }

    /**
     * Reads an evaluation.
     *
     * @param file a JSON file
     * @return the evaluation
     * @throws RecordException if the file can't be read or a field is missing or wrong
     */
    public static EvaluationLog read(Path file) {
        ObjectNode all = Json.readObject(file);
        Map<String, Integer> labels = new LinkedHashMap<>();
        all.path("label_dict")
                .properties()
                .forEach(e -> labels.put(e.getKey(), e.getValue().asInt()));
        JsonNode rows = all.path("samples");
        if (!rows.isArray() || rows.isEmpty()) {
            throw new RecordException(file, "has no samples; expected a list under 'samples'");
        }
        List<Sample> samples = new ArrayList<>();
        int classes = rows.get(0).path("probabilities").size();
        for (int i = 0; i < rows.size(); i++) {
            JsonNode row = rows.get(i);
            String at = "samples[" + i + "]";
            JsonNode p = row.path("probabilities");
            if (!p.isArray() || p.size() < 2 || p.size() != classes) {
                throw new RecordException(
                        file, at + " has " + p.size() + " probabilities; expected " + Math.max(2, classes));
            }
            double[] probabilities = new double[classes];
            for (int c = 0; c < classes; c++) {
                if (!p.get(c).isNumber()) {
                    throw new RecordException(file, at + " has the probability " + p.get(c) + "; expected a number");
                }
                probabilities[c] = p.get(c).asDouble();
            }
            JsonNode label = row.path("label");
            if (!label.isInt() || label.asInt() < 0 || label.asInt() >= classes) {
                throw new RecordException(file, at + " has the label " + label + "; expected 0 to " + (classes - 1));
            }
            samples.add(new Sample(
                    probabilities, label.asInt(), row.path("sentence").asText("")));
        }
        return new EvaluationLog(labels, samples);
    }

    /**
     * Reads the evaluations of a folder whose names begin alike and end in the model's number.
     *
     * @param folder a folder
     * @param prefix the beginning of the files' names, such as {@code "hans_eval_bert_"}
     * @return the evaluations by the models' numbers without leading zeros, as logs of interpolations have them
     * @throws RecordException if there is none, or one can't be read
     */
    public static Map<String, EvaluationLog> readAll(Path folder, String prefix) {
        Map<Long, EvaluationLog> all = new TreeMap<>();
        for (Path file : AtomicFiles.list(folder)) {
            Matcher number = NUMBER.matcher(file.getFileName().toString());
            if (file.getFileName().toString().startsWith(prefix) && number.find()) {
                all.put(Long.parseLong(number.group(1)), read(file));
            }
        }
        if (all.isEmpty()) {
            throw new RecordException(folder, "has no file " + prefix + "<number>.json");
        }
        Map<String, EvaluationLog> named = new LinkedHashMap<>();
        all.forEach((number, log) -> named.put(Long.toString(number), log));
        return named;
    }

    /** Returns loss, accuracy, F1, Matthews's correlation and calibration error over all samples. */
    public ClassificationScores scores() {
        return ClassificationScores.of(
                samples.stream().map(Sample::probabilities).toArray(double[][]::new),
                samples.stream().mapToInt(Sample::label).toArray());
    }

    /**
     * Returns the evaluation of some of the samples.
     *
     * @param keep tells which
     * @return the part
     * @throws IllegalArgumentException if none is kept
     */
    public EvaluationLog select(Predicate<Sample> keep) {
        return new EvaluationLog(labels, samples.stream().filter(keep).toList());
    }

    /**
     * Returns the evaluation of a part of HANS. Samples are found by the letters and digits of both sentences.
     *
     * @param hans the data with their heuristics
     * @param heuristic such as {@code lexical_overlap}
     * @param entailed whether the pairs are entailed ones
     * @return the part
     * @throws IllegalArgumentException if no sample is of that part
     */
    public EvaluationLog select(Hans hans, String heuristic, boolean entailed) {
        Map<String, Hans.Example> known = new HashMap<>();
        hans.examples().forEach(e -> known.put(letters(e.premise()) + "|" + letters(e.hypothesis()), e));
        return select(s -> {
            List<String> parts = s.parts();
            Hans.Example e = parts.size() == 2 ? known.get(letters(parts.get(0)) + "|" + letters(parts.get(1))) : null;
            return e != null && e.heuristic().equals(heuristic) && e.entailment() == entailed;
        });
    }

    private static String letters(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /**
     * Returns the samples as a table.
     *
     * @return columns {@code label}, {@code predicted}, {@code probability} of the label and {@code sentence}
     */
    public Table table() {
        return Columns.of("evaluation", samples)
                .ints("label", Sample::label)
                .ints("predicted", s -> Statistics.argmax(s.probabilities))
                .doubles("probability", s -> s.probabilities[s.label])
                .texts("sentence", Sample::sentence)
                .table();
    }

    @Override
    public String toString() {
        return "EvaluationLog of " + samples.size() + " samples, "
                + Arrays.toString(labels.keySet().toArray());
    }
}

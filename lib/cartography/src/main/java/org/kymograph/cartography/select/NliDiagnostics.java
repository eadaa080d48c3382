package org.kymograph.cartography.select;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.files.RecordException;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * The NLI diagnostics of GLUE (Wang et al., ICLR 2019), on which Swayamdipta et al. (EMNLP 2020) measure out of distribution:
 * pairs of sentences, each of one or more categories (published counts: logic 364, predicate-argument structure 424, lexical
 * semantics 368, knowledge 284). A pair without any counts as lexical semantics, as in the published evaluation.
 *
 * @param labels the label of each pair
 * @param categories the categories of each pair, at least one
 */
public record NliDiagnostics(List<String> labels, List<List<String>> categories) {
    private static final Map<String, String> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("Logic", "logic");
        COLUMNS.put("Predicate-Argument Structure", "predicate_argument_structure");
        COLUMNS.put("Lexical Semantics", "lexical_semantics");
        COLUMNS.put("Knowledge", "knowledge");
    }

    /** Copies the lists. */
    public NliDiagnostics {
        Arguments.sameLength("categories", categories.size(), "labels", labels.size());
        labels = List.copyOf(labels);
        categories = categories.stream().map(List::copyOf).toList();
    }

    /**
     * Reads GLUE's file.
     *
     * @param file {@code diagnostic-full.tsv}: a header with at least the four categories and Label, tab-separated
     * @throws RecordException if it can't be read, or a column or a field is missing
     */
    public static NliDiagnostics read(Path file) {
        List<String> lines = GuidFiles.lines(file);
        if (lines.isEmpty()) {
            throw new RecordException(file, "is empty; expected a header and pairs of sentences");
        }
        List<String> header = List.of(lines.get(0).split("\t", -1));
        Map<String, Integer> places = new LinkedHashMap<>();
        COLUMNS.keySet().forEach(column -> places.put(column, place(file, header, column)));
        int label = place(file, header, "Label");
        List<String> labels = new ArrayList<>();
        List<List<String>> categories = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String[] fields = lines.get(i).split("\t", -1);
            if (fields.length != header.size()) {
                throw new RecordException(
                        file, i + 1, "has " + fields.length + " fields; expected " + header.size() + " as the header");
            }
            labels.add(fields[label]);
            List<String> own = places.entrySet().stream()
                    .filter(place -> !fields[place.getValue()].isBlank())
                    .map(place -> COLUMNS.get(place.getKey()))
                    .toList();
            categories.add(own.isEmpty() ? List.of("lexical_semantics") : own);
        }
        return new NliDiagnostics(labels, categories);
    }

    private static int place(Path file, List<String> header, String column) {
        int place = header.indexOf(column);
        if (place < 0) {
            throw new RecordException(file, 1, "has no column '" + column + "'; it has " + header);
        }
        return place;
    }

    /**
     * Scores a model by category.
     *
     * @param predicted the predicted label of each pair, in the file's order
     * @return a row for each category and for all: category, pairs, accuracy, and r3, Matthews's correlation of several classes (Gorodkin
     *     2004); 0 where all labels or all predictions are the same
     * @throws IllegalArgumentException if there are not as many predictions as pairs
     */
    public Table scores(List<String> predicted) {
        Arguments.sameLength("predicted", predicted.size(), "the pairs", labels.size());
        Map<String, int[]> rows = new LinkedHashMap<>();
        COLUMNS.values()
                .forEach(category -> rows.put(
                        category,
                        IntStream.range(0, labels.size())
                                .filter(i -> categories.get(i).contains(category))
                                .toArray()));
        rows.put("all", IntStream.range(0, labels.size()).toArray());
        List<String> known = List.copyOf(new TreeSet<>(labels));
        return Columns.of("NLI diagnostics", List.copyOf(rows.entrySet()))
                .texts("category", Map.Entry::getKey)
                .ints("pairs", row -> row.getValue().length)
                .doubles("accuracy", row -> Arrays.stream(row.getValue())
                        .mapToDouble(i -> labels.get(i).equals(predicted.get(i)) ? 1 : 0)
                        .average()
                        .orElse(Double.NaN))
                .doubles("r3", row -> Statistics.matthews(counts(row.getValue(), predicted, known)))
                .table();
    }

    private long[][] counts(int[] rows, List<String> predicted, List<String> known) {
        List<String> all = new ArrayList<>(known);
        predicted.stream().filter(label -> !all.contains(label)).distinct().forEach(all::add);
        long[][] counts = new long[all.size()][all.size()];
        for (int i : rows) {
            counts[all.indexOf(labels.get(i))][all.indexOf(predicted.get(i))]++;
        }
        return counts;
    }

    /** Returns a row for each category: category, pairs, and how many of them have each label. */
    public Table table() {
        List<String> known = List.copyOf(new TreeSet<>(labels));
        Columns<String> table = Columns.of("NLI diagnostics", List.copyOf(COLUMNS.values()))
                .texts("category", category -> category)
                .ints("pairs", category -> (int) categories.stream()
                        .filter(own -> own.contains(category))
                        .count());
        known.forEach(label -> table.ints(label, category -> (int) IntStream.range(0, labels.size())
                .filter(i -> labels.get(i).equals(label) && categories.get(i).contains(category))
                .count()));
        return table.table();
    }
}

package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Wording;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * How much better parts of a training set are than one of them, such as a random one: paired by seed, since runs of one seed
 * share their initial weights, and often the map that chose their parts. Of accuracies as {@link PartTrial} gives them.
 *
 * @param reference what the others are compared with
 * @param gains how much each part gains over it, in the order of the accuracies
 */
public record PartComparison(String reference, List<Gain> gains) {
    private static final double ROUNDED = 0.51;

    /** Copies its list. */
    public PartComparison {
        gains = List.copyOf(gains);
    }

    /**
     * A difference of accuracies in percentage points.
     *
     * @param selection how the part was chosen
     * @param percent its share of the training set
     * @param test the test set
     * @param seeds how many pairs of runs there are
     * @param mean the mean difference over the seeds
     * @param halfWidth half the width of its 95 % interval (Student's t); NaN for one seed
     */
    public record Gain(String selection, double percent, String test, int seeds, double mean, double halfWidth) {
        /** Returns the lower end of the interval. */
        public double low() {
            return mean - halfWidth;
        }

        /** Returns the upper end of the interval. */
        public double high() {
            return mean + halfWidth;
        }

        /** Returns a text such as {@code +2.3 ± 0.8}. */
        @Override
        public String toString() {
            return Wording.unsignedZeros(
                    Double.isNaN(halfWidth)
                            ? String.format(Locale.ROOT, "%+.1f", mean)
                            : String.format(Locale.ROOT, "%+.1f ± %.1f", mean, halfWidth));
        }
    }

    /**
     * Compares parts with one of them: with the one of their own size where there is one, else with the only one.
     *
     * @param reference the selection to compare with
     * @param accuracies tables with the columns selection, percent, test, seed and accuracy
     * @return the comparison
     * @throws IllegalArgumentException if no such selection is there, or several sizes of it and none fits, or it lacks a seed
     */
    public static PartComparison of(String reference, Table... accuracies) {
        Map<Key, TreeMap<Long, Double>> parts = new LinkedHashMap<>();
        for (Table table : accuracies) {
            for (Row row : table) {
                parts.computeIfAbsent(
                                new Key(row.getString("selection"), row.getDouble("percent"), row.getString("test")),
                                key -> new TreeMap<>())
                        .put(row.getLong("seed"), row.getDouble("accuracy"));
            }
        }
        if (parts.keySet().stream().noneMatch(key -> key.selection.equals(reference))) {
            throw Arguments.unknown(
                    "selection",
                    reference,
                    parts.keySet().stream().map(Key::selection).distinct().toList());
        }
        List<Gain> gains = new ArrayList<>();
        parts.forEach((key, values) -> {
            if (!key.selection.equals(reference)) {
                gains.add(gain(key, values, counterpart(reference, key, parts)));
            }
        });
        return new PartComparison(reference, gains);
    }

    private static TreeMap<Long, Double> counterpart(String reference, Key key, Map<Key, TreeMap<Long, Double>> parts) {
        List<Key> all = parts.keySet().stream()
                .filter(other -> other.selection.equals(reference) && other.test.equals(key.test))
                .toList();
        // Parts that are cut off to whole samples may differ by some: half a percent is the same size.
        List<Key> sameSize = all.stream()
                .filter(other -> Math.abs(other.percent - key.percent) < ROUNDED)
                .toList();
        List<Key> fitting = sameSize.isEmpty() ? all : sameSize;
        Arguments.check(
                fitting.size() == 1,
                "the number of parts '" + reference + "' to compare " + key.selection + " on " + key.test + " with",
                fitting.size(),
                "one of its size, or one in all");
        return parts.get(fitting.get(0));
    }

    private static Gain gain(Key key, TreeMap<Long, Double> values, TreeMap<Long, Double> others) {
        Arguments.require(
                others.keySet().containsAll(values.keySet()),
                key.selection + " has seeds " + values.keySet() + ", what it is compared with " + others.keySet()
                        + "; expected the same seeds");
        double[] differences =
                Columns.numbers(values.entrySet(), one -> 100 * (one.getValue() - others.get(one.getKey())));
        return new Gain(
                key.selection,
                key.percent,
                key.test,
                differences.length,
                Statistics.mean(differences),
                Statistics.studentHalfWidth(differences));
    }

    private record Key(String selection, double percent, String test) {}

    /**
     * Returns the gain of a part of which there is one size.
     *
     * @param selection how it was chosen
     * @param test the test set
     * @throws IllegalArgumentException if there is no such part, or there are several
     */
    public Gain gain(String selection, String test) {
        List<Gain> found = gains.stream()
                .filter(gain -> gain.selection.equals(selection) && gain.test.equals(test))
                .toList();
        Arguments.check(
                found.size() == 1, "the number of parts '" + selection + "' on '" + test + "'", found.size(), "1");
        return found.get(0);
    }

    /**
     * Returns a row per part and a column per test set: the mean difference in percentage points and, where there are several
     * seeds, half the width of its 95 % interval.
     */
    public Table table() {
        Map<Key, Map<String, String>> rows = new LinkedHashMap<>();
        Set<String> tests = new LinkedHashSet<>();
        gains.forEach(gain -> {
            tests.add(gain.test);
            rows.computeIfAbsent(new Key(gain.selection, gain.percent, ""), key -> new LinkedHashMap<>())
                    .put(gain.test, gain.toString());
        });
        Table table = Table.create(
                "accuracy less that of " + reference + ", points, 95 % interval",
                StringColumn.create("trained on", Columns.each(rows.keySet(), Key::selection)),
                StringColumn.create("of the data", Columns.each(rows.keySet(), key -> Math.round(key.percent) + " %")));
        tests.forEach(test -> table.addColumns(
                StringColumn.create(test, Columns.each(rows.values(), cells -> cells.getOrDefault(test, "")))));
        return table;
    }
}

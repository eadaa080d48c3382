package org.kymograph.cartography.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.record.dynamics.Guids;
import tech.tablesaw.api.Table;

/** Sets of samples, as indices. */
public final class SampleRows {
    private static final int SHOWN = 5;

    private SampleRows() {}

    /**
     * Returns the indices of some samples among all, in the order of the former.
     *
     * @param all the ids of all samples
     * @param some ids of some of them
     * @throws IllegalArgumentException if some aren't among all; the message counts and names them
     */
    public static int[] of(Guids all, Guids some) {
        int[] rows = new int[some.size()];
        List<String> unknown = new ArrayList<>();
        int missing = 0;
        for (int i = 0; i < rows.length; i++) {
            rows[i] = all.indexOf(some.text(i));
            if (rows[i] < 0 && missing++ < SHOWN) {
                unknown.add(some.text(i));
            }
        }
        Arguments.require(
                missing <= 0,
                missing + " of " + rows.length + " guids aren't among the " + all.size() + " samples: "
                        + String.join(", ", unknown) + (missing > SHOWN ? ", …" : ""));
        return rows;
    }

    /**
     * Returns the rows of the training set that some samples stand for, in the order of the indices.
     *
     * @param metrics samples of a log whose guids are the rows of the training set
     * @param some indices of some of them
     * @throws IllegalStateException if the guids aren't numbers
     */
    public static int[] ofTraining(SampleMetrics metrics, int[] some) {
        return Arrays.stream(some)
                .map(i -> Math.toIntExact(metrics.guids().number(i)))
                .toArray();
    }

    /**
     * Returns the classes of a data set's examples.
     *
     * @param data examples whose targets are class indices
     * @throws IllegalArgumentException if the targets are of another kind
     */
    public static int[] classes(Dataset data) {
        Arguments.check(data.target() == Dataset.Target.CLASS, "the kind of targets", data.target(), "CLASS");
        return Arrays.stream(data.targets().toLongs())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /**
     * Counts the samples of each class, also of classes that none of them has.
     *
     * @param metrics samples with known classes
     * @param rows some of them
     * @throws IllegalArgumentException if the classes are unknown
     */
    public static Map<Integer, Integer> classCounts(SampleMetrics metrics, int[] rows) {
        int[] gold = gold(metrics);
        Map<Integer, Integer> counts = new TreeMap<>();
        Arrays.stream(gold).forEach(c -> counts.putIfAbsent(c, 0));
        Arrays.stream(rows).forEach(i -> counts.merge(gold[i], 1, Integer::sum));
        return counts;
    }

    public static int[] gold(SampleMetrics metrics) {
        int[] gold = metrics.gold();
        Arguments.require(gold != null, "the samples' classes are unknown: a metrics file has none, so read the log");
        return gold;
    }

    public static boolean[] mask(int[] rows, int size) {
        boolean[] mask = new boolean[size];
        for (int row : rows) {
            Arguments.within("row", row, 0, size - 1);
            mask[row] = true;
        }
        return mask;
    }

    public static int[] where(boolean[] mask, boolean value) {
        int n = 0;
        int[] rows = new int[mask.length];
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] == value) {
                rows[n++] = i;
            }
        }
        return Arrays.copyOf(rows, n);
    }

    /**
     * What two sets of samples share.
     *
     * @param first how many samples the first set has
     * @param second how many samples the second set has
     * @param shared how many are in both
     */
    public record Overlap(int first, int second, int shared) {
        /**
         * Compares two sets of samples.
         *
         * @param first indices, each once
         * @param second indices, each once
         */
        public static Overlap of(int[] first, int[] second) {
            int size = 0;
            for (int i : first) {
                size = Math.max(size, i + 1);
            }
            boolean[] in = SampleRows.mask(first, size);
            int shared = 0;
            for (int i : second) {
                shared += i < size && in[i] ? 1 : 0;
            }
            return new Overlap(first.length, second.length, shared);
        }

        /** Returns the shared samples as a share of the smaller set, 0 to 1; NaN if a set is empty. */
        public double share() {
            return (double) shared / Math.min(first, second);
        }

        /** Returns the Jaccard index: the shared samples as a share of all that are in a set, 0 to 1; NaN if both are empty. */
        public double jaccard() {
            return (double) shared / (first + second - shared);
        }

        /**
         * Returns a row for each pair: first, second, size_first, size_second, shared, share, jaccard.
         *
         * @param sets sets of samples by name
         */
        public static Table table(Map<String, int[]> sets) {
            record Pair(String first, String second, Overlap overlap) {}
            List<String> names = List.copyOf(sets.keySet());
            List<Pair> pairs = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                for (String second : names.subList(i + 1, names.size())) {
                    pairs.add(new Pair(names.get(i), second, of(sets.get(names.get(i)), sets.get(second))));
                }
            }
            return Columns.of("overlaps", pairs)
                    .texts("first", Pair::first)
                    .texts("second", Pair::second)
                    .ints("size_first", p -> p.overlap.first)
                    .ints("size_second", p -> p.overlap.second)
                    .ints("shared", p -> p.overlap.shared)
                    .doubles("share", p -> p.overlap.share())
                    .doubles("jaccard", p -> p.overlap.jaccard())
                    .table();
        }
    }
}

package org.kymograph.cartography.metrics;

import java.util.List;
import java.util.Map;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

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
        StringColumn a = StringColumn.create("first");
        StringColumn b = StringColumn.create("second");
        IntColumn sizeA = IntColumn.create("size_first");
        IntColumn sizeB = IntColumn.create("size_second");
        IntColumn shared = IntColumn.create("shared");
        DoubleColumn share = DoubleColumn.create("share");
        DoubleColumn jaccard = DoubleColumn.create("jaccard");
        List<String> names = List.copyOf(sets.keySet());
        for (int i = 0; i < names.size(); i++) {
            for (int k = i + 1; k < names.size(); k++) {
                Overlap pair = of(sets.get(names.get(i)), sets.get(names.get(k)));
                a.append(names.get(i));
                b.append(names.get(k));
                sizeA.append(pair.first);
                sizeB.append(pair.second);
                shared.append(pair.shared);
                share.append(pair.share());
                jaccard.append(pair.jaccard());
            }
        }
        return Table.create("overlaps", a, b, sizeA, sizeB, shared, share, jaccard);
    }
}

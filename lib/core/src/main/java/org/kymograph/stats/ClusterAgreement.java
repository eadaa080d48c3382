package org.kymograph.stats;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import tech.tablesaw.api.Table;

/**
 * How far two clusterings of the same models agree, whatever their numbering. Both are 1 for the same partition and about 0 for
 * unrelated ones; the mutual information is not corrected for chance and rises with the number of clusters.
 *
 * <p>Sources: Hubert and Arabie, Comparing partitions (1985); Strehl and Ghosh (2002), with the mean of both entropies.
 *
 * @param rand the adjusted Rand index, at most 1
 * @param mutualInformation the normalised mutual information, 0 to 1
 * @param models the number of models
 */
public record ClusterAgreement(double rand, double mutualInformation, int models) {
    /**
     * Compares two clusterings.
     *
     * @param a the clusters of some models, at least two
     * @param b others of the same models
     * @return their agreement; NaN where both put all models into one cluster, or each into one of its own
     */
    public static ClusterAgreement of(int[] a, int[] b) {
        Arguments.sameLength("the second labels", b.length, "the first", a.length);
        Arguments.check(a.length >= 2, "the number of models", a.length, "at least 2");
        Map<List<Integer>, Integer> both = new LinkedHashMap<>();
        Map<Integer, Integer> first = new LinkedHashMap<>();
        Map<Integer, Integer> second = new LinkedHashMap<>();
        for (int i = 0; i < a.length; i++) {
            both.merge(List.of(a[i], b[i]), 1, Integer::sum);
            first.merge(a[i], 1, Integer::sum);
            second.merge(b[i], 1, Integer::sum);
        }
        double rows = pairs(first);
        double columns = pairs(second);
        double expected = rows * columns / (a.length * (a.length - 1) / 2.0);
        double mutual = entropy(first, a.length) + entropy(second, a.length) - entropy(both, a.length);
        return new ClusterAgreement(
                (pairs(both) - expected) / ((rows + columns) / 2 - expected),
                2 * mutual / (entropy(first, a.length) + entropy(second, a.length)),
                a.length);
    }

    private static double pairs(Map<?, Integer> sizes) {
        return sizes.values().stream().mapToDouble(n -> n * (n - 1) / 2.0).sum();
    }

    private static double entropy(Map<?, Integer> sizes, int n) {
        return -sizes.values().stream()
                .mapToDouble(k -> (double) k / n * Math.log((double) k / n))
                .sum();
    }

    /**
     * Returns the agreement as a table.
     *
     * @return one row
     */
    public Table table() {
        return Columns.of("agreement", Arrays.asList(this))
                .doubles("adjusted Rand index", ClusterAgreement::rand)
                .doubles("normalised mutual information", ClusterAgreement::mutualInformation)
                .ints("models", ClusterAgreement::models)
                .table();
    }
}

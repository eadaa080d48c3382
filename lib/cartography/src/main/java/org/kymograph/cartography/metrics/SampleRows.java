package org.kymograph.cartography.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kymograph.record.dynamics.Guids;

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
        if (missing > 0) {
            throw new IllegalArgumentException(missing + " of " + rows.length + " guids aren't among the " + all.size()
                    + " samples: " + String.join(", ", unknown) + (missing > SHOWN ? ", …" : ""));
        }
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
        if (gold == null) {
            throw new IllegalArgumentException(
                    "the samples' classes are unknown: a metrics file has none, so read the log");
        }
        return gold;
    }

    public static boolean[] mask(int[] rows, int size) {
        boolean[] mask = new boolean[size];
        for (int row : rows) {
            if (row < 0 || row >= size) {
                throw new IllegalArgumentException("row " + row + ": must be 0 to " + (size - 1));
            }
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
}

package org.kymograph.cartography.figures;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Chooses rows by chance, the same ones for the same seed. */
final class RowSample {
    private static final int CELLS = 50;

    private RowSample() {}

    /** At most so many of n rows, without replacement, in their order. */
    static int[] of(int n, int limit, long seed) {
        int[] rows = IntStream.range(0, n).toArray();
        if (n <= limit) {
            return rows;
        }
        shuffle(rows, limit, seed);
        int[] chosen = Arrays.copyOf(rows, limit);
        Arrays.sort(chosen);
        return chosen;
    }

    /** At most so many points, in no order, as evenly over the places as they allow: a lone point comes before one in a crowd. */
    static int[] spread(double[] x, double[] y, int limit, long seed) {
        int n = x.length;
        int[] points = IntStream.range(0, n).toArray();
        if (n <= limit) {
            return points;
        }
        shuffle(points, n, seed);
        int[] crowd = new int[CELLS * CELLS];
        int[] rank = new int[n];
        int deepest = 0;
        double[] scaleX = scale(x);
        double[] scaleY = scale(y);
        for (int i : points) {
            int cell = cell(x[i], scaleX) * CELLS + cell(y[i], scaleY);
            rank[i] = crowd[cell]++;
            deepest = Math.max(deepest, rank[i]);
        }
        int[] first = new int[deepest + 2];
        for (int i : points) {
            first[rank[i] + 1]++;
        }
        for (int r = 0; r <= deepest; r++) {
            first[r + 1] += first[r];
        }
        int[] ordered = new int[n];
        for (int i : points) {
            ordered[first[rank[i]]++] = i;
        }
        return Arrays.copyOf(ordered, limit);
    }

    private static void shuffle(int[] rows, int first, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < Math.min(first, rows.length - 1); i++) {
            int j = i + random.nextInt(rows.length - i);
            int other = rows[j];
            rows[j] = rows[i];
            rows[i] = other;
        }
    }

    private static double[] scale(double[] values) {
        double low = Arrays.stream(values).min().orElse(0);
        double high = Arrays.stream(values).max().orElse(1);
        return new double[] {low, high > low ? CELLS / (high - low) : 0};
    }

    private static int cell(double v, double[] scale) {
        return Math.min(CELLS - 1, (int) ((v - scale[0]) * scale[1]));
    }
}

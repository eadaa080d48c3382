package org.kymograph.connectivity.plane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The merge tree of a grid: which minima are joined at which heights when the grid is flooded from below. */
final class MergeTree {
    private MergeTree() {}

    /** Returns the height of each saddle above the higher of the two minima that it joins, in the order of flooding. */
    static List<Double> persistences(double[][] z) {
        int columns = z[0].length;
        int n = z.length * columns;
        int[] order = IntStream.range(0, n)
                .filter(i -> !Double.isNaN(z[i / columns][i % columns]))
                .boxed()
                .sorted((a, b) -> Double.compare(z[a / columns][a % columns], z[b / columns][b % columns]))
                .mapToInt(i -> i)
                .toArray();
        int[] parent = new int[n];
        Arrays.fill(parent, -1);
        double[] lowest = new double[n];
        List<Double> found = new ArrayList<>();
        for (int at : order) {
            double height = z[at / columns][at % columns];
            parent[at] = at;
            lowest[at] = height;
            for (int dr = -1; dr <= 1; dr++) {
                for (int dc = -1; dc <= 1; dc++) {
                    int r = at / columns + dr;
                    int c = at % columns + dc;
                    if (r < 0 || r >= z.length || c < 0 || c >= columns || parent[r * columns + c] < 0) {
                        continue;
                    }
                    int a = root(parent, at);
                    int b = root(parent, r * columns + c);
                    if (a != b) {
                        double higher = Math.max(lowest[a], lowest[b]);
                        if (higher < height) {
                            found.add(height - higher);
                        }
                        parent[a] = b;
                        lowest[b] = Math.min(lowest[a], lowest[b]);
                    }
                }
            }
        }
        return found;
    }

    private static int root(int[] parent, int of) {
        int at = of;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }
}

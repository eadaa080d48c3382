package org.kymograph.connectivity.cluster;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Streams;

/**
 * The k-means of an embedding. Two clusters are found exactly: but for the constant first column the embedding is a line, whose
 * sorted points are cut at each place. More are found by Lloyd's algorithm from ten k-means++ starts.
 */
final class KMeans {
    private static final int RESTARTS = 10;
    private static final int SWEEPS = 300;

    private KMeans() {}

    static int[] labels(double[][] rows, int k, long seed) {
        return k == 2 ? two(rows) : best(rows, k, seed);
    }

    private static int[] two(double[][] rows) {
        int n = rows.length;
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted((a, b) -> Double.compare(rows[a][1], rows[b][1]))
                .mapToInt(i -> i)
                .toArray();
        double total = Arrays.stream(rows).mapToDouble(r -> r[1]).sum();
        double left = 0;
        double most = Double.NEGATIVE_INFINITY;
        int cut = 1;
        for (int m = 1; m < n; m++) {
            left += rows[order[m - 1]][1];
            // The least sum of squares within is the largest between.
            double between = left * left / m + (total - left) * (total - left) / (n - m);
            if (between > most) {
                most = between;
                cut = m;
            }
        }
        int[] labels = new int[n];
        for (int m = cut; m < n; m++) {
            labels[order[m]] = 1;
        }
        return labels;
    }

    private static int[] best(double[][] rows, int k, long seed) {
        int[] best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int r = 0; r < RESTARTS; r++) {
            double[][] centroids = starts(rows, k, Streams.of(seed, "k-means", r));
            int[] labels = nearest(rows, centroids);
            for (int sweep = 0; sweep < SWEEPS; sweep++) {
                double[][] means = centroids(rows, labels, k);
                for (int c = 0; c < k; c++) {
                    centroids[c] = Double.isNaN(means[c][0]) ? centroids[c] : means[c];
                }
                int[] next = nearest(rows, centroids);
                if (Arrays.equals(next, labels)) {
                    break;
                }
                labels = next;
            }
            double inertia = 0;
            for (int i = 0; i < rows.length; i++) {
                inertia += squared(rows[i], centroids[labels[i]]);
            }
            if (inertia < least) {
                least = inertia;
                best = labels;
            }
        }
        return best;
    }

    private static double[][] starts(double[][] rows, int k, RandomGenerator random) {
        double[][] centroids = new double[k][];
        centroids[0] = rows[Streams.below(random, rows.length)].clone();
        double[] nearest = new double[rows.length];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        for (int c = 1; c < k; c++) {
            double total = 0;
            for (int i = 0; i < rows.length; i++) {
                nearest[i] = Math.min(nearest[i], squared(rows[i], centroids[c - 1]));
                total += nearest[i];
            }
            double at = random.nextDouble() * total;
            int chosen = 0;
            while (chosen < rows.length - 1 && at >= nearest[chosen]) {
                at -= nearest[chosen++];
            }
            centroids[c] = rows[chosen].clone();
        }
        return centroids;
    }

    private static int[] nearest(double[][] rows, double[][] centroids) {
        int[] labels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int c = 1; c < centroids.length; c++) {
                labels[i] = squared(rows[i], centroids[c]) < squared(rows[i], centroids[labels[i]]) ? c : labels[i];
            }
        }
        return labels;
    }

    /** Returns the mean of each cluster's rows; NaN for an empty one. */
    static double[][] centroids(double[][] rows, int[] labels, int k) {
        double[][] means = new double[k][rows[0].length];
        int[] counts = new int[k];
        for (int i = 0; i < rows.length; i++) {
            counts[labels[i]]++;
            for (int d = 0; d < rows[i].length; d++) {
                means[labels[i]][d] += rows[i][d];
            }
        }
        for (int c = 0; c < k; c++) {
            for (int d = 0; d < means[c].length; d++) {
                means[c][d] /= counts[c];
            }
        }
        return means;
    }

    static double squared(double[] a, double[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (a[d] - b[d]) * (a[d] - b[d]);
        }
        return sum;
    }
}

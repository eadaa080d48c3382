package org.kymograph.connectivity.cluster;

import java.util.Arrays;
import org.kymograph.base.Streams;
import org.kymograph.stats.KMeans;
import org.kymograph.stats.Statistics;

/**
 * The k-means of an embedding. Two clusters are found exactly: but for the constant first column the embedding is a line, whose
 * sorted points are cut at each place. More are found from ten starts.
 */
final class EmbeddingClusters {
    private static final int RESTARTS = 10;

    private EmbeddingClusters() {}

    static int[] labels(double[][] rows, int k, long seed) {
        return k == 2 ? two(rows) : best(rows, k, seed);
    }

    private static int[] two(double[][] rows) {
        int n = rows.length;
        int[] order = Statistics.order(n, (a, b) -> Double.compare(rows[a][1], rows[b][1]));
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
        double[][] columns = new double[rows[0].length][rows.length];
        for (int d = 0; d < columns.length; d++) {
            int column = d;
            double mean = Statistics.mean(
                    Arrays.stream(rows).mapToDouble(r -> r[column]).toArray());
            Arrays.setAll(columns[d], i -> rows[i][column] - mean);
        }
        return KMeans.best(columns, k, RESTARTS, r -> Streams.of(seed, "k-means", r))
                .clusters();
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

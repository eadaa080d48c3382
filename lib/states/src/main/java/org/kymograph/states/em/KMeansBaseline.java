package org.kymograph.states.em;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.stats.KMeans;

/**
 * The paper's baseline without time: clusters of rows by k-means, one BIC per number of clusters.
 *
 * <p>The paper doesn't say under which likelihood; this is that of X-means (Pelleg and Moore, 2000): each row belongs to
 * its cluster, clusters are spherical Gaussians with one common variance σ² = inertia / (d (n − K)), and
 * log L = Σ_k n_k log(n_k / n) − (n d / 2) log(2πσ²) − inertia / (2σ²) has K − 1 + K d + 1 free parameters.
 *
 * @param clusters the number of clusters K
 * @param inertia the sum of squared distances of the rows to their centres
 * @param logLikelihood log L
 * @param bic −2 log L + p log n
 */
public record KMeansBaseline(int clusters, double inertia, double logLikelihood, double bic) {
    /**
     * Clusters the rows of all runs.
     *
     * @param runs the rows to cluster, all runs together
     * @param max the largest number of clusters to try, at least 1 and less than the number of rows
     * @param restarts the number of starts, at least 1; the smallest inertia counts
     * @param seed the random seed
     * @return one result for each number of clusters from 1
     * @throws IllegalArgumentException if there are too few rows
     */
    public static List<KMeansBaseline> upTo(Observations runs, int max, int restarts, long seed) {
        Arguments.within("max", max, 1, runs.rows() - 1);
        Arguments.atLeast("restarts", restarts, 1);
        Rows rows = runs.toRows();
        double[][] columns = rows.columns();
        List<KMeansBaseline> results = new ArrayList<>();
        for (int k = 1; k <= max; k++) {
            int clusters = k;
            KMeans best = KMeans.best(columns, k, restarts, restart -> Streams.of(seed, "k-means", clusters, restart));
            results.add(of(rows, k, best));
        }
        return results;
    }

    private static KMeansBaseline of(Rows rows, int k, KMeans fit) {
        int n = rows.count;
        int d = rows.features;
        int[] sizes = new int[k];
        Arrays.stream(fit.clusters()).forEach(c -> sizes[c]++);
        double variance = fit.inertia() / (d * (double) (n - k));
        double logLikelihood = -0.5 * n * d * Math.log(2 * Math.PI * variance) - 0.5 * fit.inertia() / variance;
        for (int size : sizes) {
            logLikelihood += size == 0 ? 0 : size * Math.log((double) size / n);
        }
        return new KMeansBaseline(k, fit.inertia(), logLikelihood, -2 * logLikelihood + (k + k * d) * Math.log(n));
    }
}

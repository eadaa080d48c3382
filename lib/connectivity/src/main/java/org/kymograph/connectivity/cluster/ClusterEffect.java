package org.kymograph.connectivity.cluster;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.stats.Resampling;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * How much the behaviour of cluster 1, the smaller of two, differs from that of cluster 0. Models count as independent, which
 * those of one pretrained network are only given that network.
 *
 * @param large the scores of cluster 0
 * @param small the scores of cluster 1
 * @param difference the mean of cluster 1 minus that of cluster 0, with a 95 % bootstrap interval over models
 * @param pointBiserial Pearson's correlation of the score with membership in cluster 1
 * @param welch Welch's t of the difference; NaN if a cluster has a single model
 * @param cohen Cohen's d, the difference by the pooled standard deviation
 * @param p the two-sided p-value of the difference when memberships are permuted
 */
public record ClusterEffect(
        Group large,
        Group small,
        Resampling.Interval difference,
        double pointBiserial,
        double welch,
        double cohen,
        double p) {
    private static final int DRAWS = 2000;

    /**
     * The scores of a cluster.
     *
     * @param models the number of models
     * @param mean their mean score
     * @param sd their standard deviation, as of a population
     * @param min the lowest
     * @param max the highest
     */
    public record Group(int models, double mean, double sd, double min, double max) {
        /**
         * Summarises scores.
         *
         * @param scores the scores, at least one
         * @return their summary
         */
        public static Group of(double... scores) {
            return new Group(
                    scores.length,
                    Statistics.mean(scores),
                    Statistics.populationSd(scores),
                    Arrays.stream(scores).min().orElse(Double.NaN),
                    Arrays.stream(scores).max().orElse(Double.NaN));
        }
    }

    /**
     * Compares the scores of two clusters.
     *
     * @param basins two clusters
     * @param scores a score for each of their models
     * @param seed the random seed of the bootstrap and the permutations
     * @return the comparison
     */
    public static ClusterEffect of(Basins basins, double[] scores, long seed) {
        Arguments.check(basins.clusters() == 2, "the number of clusters", basins.clusters(), "2");
        return of(Arrays.stream(basins.labels()).mapToObj(l -> l == 1).toList(), scores, seed);
    }

    /**
     * Compares the scores of two groups.
     *
     * @param small whether each model belongs to cluster 1; both clusters have a member
     * @param scores a score for each model
     * @param seed the random seed of the bootstrap and the permutations
     * @return the comparison
     */
    public static ClusterEffect of(List<Boolean> small, double[] scores, long seed) {
        int n = small.size();
        Arguments.sameLength("scores", scores.length, "models", n);
        double[] member = small.stream().mapToDouble(s -> s ? 1 : 0).toArray();
        Group a = Group.of(part(scores, member, 0));
        Group b = Group.of(part(scores, member, 1));
        Arguments.check(a.models > 0 && b.models > 0, "small", small, "members of both clusters");
        double difference = b.mean - a.mean;
        double squaresA = a.models * a.sd * a.sd;
        double squaresB = b.models * b.sd * b.sd;
        return new ClusterEffect(
                a,
                b,
                Resampling.bootstrap(n, units -> new double[] {difference(scores, member, units)}, DRAWS, 0.95, seed)[
                        0],
                Statistics.pearson(member, scores),
                difference / Math.sqrt(squaresA / (a.models - 1) / a.models + squaresB / (b.models - 1) / b.models),
                difference / Math.sqrt((squaresA + squaresB) / (n - 2)),
                Resampling.permutation(
                        member,
                        m -> Math.abs(
                                difference(scores, m, IntStream.range(0, n).toArray())),
                        DRAWS,
                        seed));
    }

    private static double[] part(double[] scores, double[] member, double which) {
        return IntStream.range(0, scores.length)
                .filter(i -> member[i] == which)
                .mapToDouble(i -> scores[i])
                .toArray();
    }

    private static double difference(double[] scores, double[] member, int[] units) {
        double[] sums = new double[2];
        double[] counts = new double[2];
        for (int i : units) {
            sums[(int) member[i]] += scores[i];
            counts[(int) member[i]]++;
        }
        return sums[1] / counts[1] - sums[0] / counts[0];
    }

    /** Returns the comparison in a sentence. */
    public String sentence() {
        return String.format(
                Locale.ROOT,
                "Cluster 1 (%d models) has a mean of %.4f, cluster 0 (%d) of %.4f: a difference of %.4f, 95 %% interval %.4f to %.4f, "
                        + "p = %.2g by permutation",
                small.models,
                small.mean,
                large.models,
                large.mean,
                difference.estimate(),
                difference.lower(),
                difference.upper(),
                p);
    }

    /**
     * Returns the scores of the clusters as a table.
     *
     * @return a row each for cluster 0 and 1
     */
    public Table table() {
        List<Group> both = List.of(large, small);
        return Columns.of("clusters", List.of(0, 1))
                .ints("cluster", i -> i)
                .ints("models", i -> both.get(i).models)
                .doubles("mean", i -> both.get(i).mean)
                .doubles("sd", i -> both.get(i).sd)
                .doubles("min", i -> both.get(i).min)
                .doubles("max", i -> both.get(i).max)
                .table();
    }
}

package org.kymograph.cartography.select;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.stats.KMeans;
import tech.tablesaw.api.Table;

/**
 * Samples grouped by the course of their losses, and equally many chosen of each group: S2L (Yang et al., SmallToLarge, NeurIPS
 * 2024, arXiv 2403.07384). The log is usually that of a small network whose choice a larger one is to train on: samples whose
 * losses take the same course pull the weights in similar directions, and a few of them stand for all.
 *
 * <p>Of no use where wrong labels are many: they share a course, hence a cluster, and each cluster gets the same number of places.
 *
 * @param guids the samples
 * @param clusters the cluster of each, from 0, the smallest first
 * @param losses the mean loss of each cluster in each epoch, {@code [cluster][epoch]}
 */
public record TrajectoryClusters(Guids guids, int[] clusters, double[][] losses) {
    /** Copies the arrays. */
    public TrajectoryClusters {
        Arguments.sameLength("clusters", clusters.length, "guids", guids.size());
        clusters = clusters.clone();
        losses = Arrays.stream(losses).map(double[]::clone).toArray(double[][]::new);
    }

    @Override
    public int[] clusters() {
        return clusters.clone();
    }

    @Override
    public double[][] losses() {
        return Arrays.stream(losses).map(double[]::clone).toArray(double[][]::new);
    }

    /**
     * Groups a log's samples by k-means of their losses over the epochs.
     *
     * @param log a log that gives losses
     * @param k the number of clusters, 1 to the number of samples; the paper has 100
     * @param seed the random seed of the first centres
     * @throws IllegalArgumentException if k is out of range or the log is of a regression
     */
    public static TrajectoryClusters of(Dynamics log, int k, long seed) {
        Arguments.within("k", k, 1, log.samples());
        double[][] losses = SampleMetrics.losses(log);
        double[][] centred = Arrays.stream(losses)
                .map(epoch -> {
                    double mean = Arrays.stream(epoch).average().orElse(0);
                    return Arrays.stream(epoch).map(loss -> loss - mean).toArray();
                })
                .toArray(double[][]::new);
        int[] found = KMeans.fit(centred, k, Streams.of(seed, "trajectories")).clusters();
        int[] sizes = new int[k];
        Arrays.stream(found).forEach(c -> sizes[c]++);
        int[] bySize = IntStream.range(0, k)
                .filter(c -> sizes[c] > 0)
                .boxed()
                .sorted(Comparator.comparingInt(c -> sizes[c]))
                .mapToInt(c -> c)
                .toArray();
        int[] place = new int[k];
        IntStream.range(0, bySize.length).forEach(i -> place[bySize[i]] = i);
        int[] clusters = Arrays.stream(found).map(c -> place[c]).toArray();
        double[][] means = new double[bySize.length][log.epochs()];
        for (int e = 0; e < log.epochs(); e++) {
            for (int i = 0; i < clusters.length; i++) {
                means[clusters[i]][e] += losses[e][i] / sizes[bySize[clusters[i]]];
            }
        }
        return new TrajectoryClusters(log.guids(), clusters, means);
    }

    /**
     * Chooses samples by chance, the same number of each cluster: the smallest clusters first, and what a cluster is too small for
     * goes to the larger ones.
     *
     * @param fraction the share of the samples to choose, above 0 to 1; {@code (int) (fraction * n)} of them
     * @param seed the random seed of the draw
     * @return the chosen samples, cluster after cluster
     */
    public int[] select(double fraction, long seed) {
        SampleSelection.checkFraction("fraction", fraction);
        RandomGenerator random = Streams.of(seed, "S2L");
        int left = (int) (fraction * clusters.length);
        int[] chosen = new int[left];
        int at = 0;
        for (int c = 0; c < losses.length; c++) {
            int cluster = c;
            int[] members = IntStream.range(0, clusters.length)
                    .filter(i -> clusters[i] == cluster)
                    .toArray();
            int n = Math.min(members.length, (left - at) / (losses.length - c));
            System.arraycopy(Streams.shuffled(random, members), 0, chosen, at, n);
            at += n;
        }
        return Arrays.copyOf(chosen, at);
    }

    /**
     * S2L as a choice for {@link SelectionTrial#byLog}.
     *
     * @param fraction the share of the samples to choose, above 0 to 1
     * @param k the number of clusters
     * @param seed the random seed of clusters and draw
     * @return a function from a log to indices of its samples
     */
    public static Function<Dynamics, int[]> choice(double fraction, int k, long seed) {
        return log -> of(log, Math.min(k, log.samples()), seed).select(fraction, seed);
    }

    /** Returns a row for each cluster, the smallest first: cluster, samples, and the mean loss in the first, middle and last epoch. */
    public Table table() {
        List<Integer> rows = IntStream.range(0, losses.length).boxed().toList();
        int last = losses[0].length - 1;
        return Columns.of("clusters of loss trajectories", rows)
                .ints("cluster", c -> c)
                .ints("samples", c ->
                        (int) Arrays.stream(clusters).filter(i -> i == c).count())
                .doubles("loss, first epoch", c -> losses[c][0])
                .doubles("loss, middle", c -> losses[c][last / 2])
                .doubles("loss, last epoch", c -> losses[c][last])
                .table();
    }
}

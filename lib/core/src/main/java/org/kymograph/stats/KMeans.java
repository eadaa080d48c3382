package org.kymograph.stats;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;

/**
 * Lloyd's k-means from greedy k-means++ centres (Arthur and Vassilvitskii, 2007): a function of its generator alone. Greedy
 * seeding finds better minima than Smile's and commons-math's k-means, which draw one candidate a centre.
 */
public final class KMeans {
    private static final int MOST_ITERATIONS = 300;
    private static final double TOLERANCE = 1e-4;

    /** An array per feature, whose loops the compiler vectorizes. */
    private final double[][] x;

    private final int rows;
    private final int k;
    /** K·d. */
    private final double[] centres;

    private final int[] cluster;
    private final double[] nearest;
    private double inertia;

    private KMeans(double[][] columns, int k) {
        Arguments.notEmpty("columns", Arrays.asList(columns));
        this.rows = columns[0].length;
        this.k = Arguments.within("k", k, 1, rows);
        this.x = columns;
        this.centres = new double[k * x.length];
        this.cluster = new int[rows];
        this.nearest = new double[rows];
    }

    /**
     * Clusters rows.
     *
     * @param columns the rows' features, each an array of a number per row with mean zero: centres have come to rest when they move
     *     by less than 1e-4 of the columns' mean square
     * @param k the number of clusters, from 1 to the number of rows
     * @param random draws the first centres
     * @return the clusters
     */
    public static KMeans fit(double[][] columns, int k, RandomGenerator random) {
        KMeans result = new KMeans(columns, k);
        result.seed(random);
        double tolerance = TOLERANCE * result.meanVariance();
        for (int i = 0; i < MOST_ITERATIONS; i++) {
            boolean changed = result.assign();
            if (!changed && i > 0 || result.moveCentres() <= tolerance) {
                break;
            }
        }
        result.assign();
        return result;
    }

    /**
     * Clusters rows from several starts, of which the one with the smallest inertia counts.
     *
     * @param columns as for {@link #fit}
     * @param k the number of clusters, from 1 to the number of rows
     * @param restarts the number of starts, at least 1
     * @param random returns the generator of a start
     * @return the clusters
     */
    public static KMeans best(double[][] columns, int k, int restarts, IntFunction<RandomGenerator> random) {
        Arguments.atLeast("restarts", restarts, 1);
        KMeans best = null;
        for (int restart = 0; restart < restarts; restart++) {
            KMeans fit = fit(columns, k, random.apply(restart));
            best = best == null || fit.inertia < best.inertia ? fit : best;
        }
        return best;
    }

    /** Returns the centres, K·d. */
    public double[] means() {
        return centres.clone();
    }

    /** Returns the cluster of each row. */
    public int[] clusters() {
        return cluster.clone();
    }

    /** Returns the sum of squared distances of the rows to their centres. */
    public double inertia() {
        return inertia;
    }

    private void seed(RandomGenerator random) {
        int n = rows;
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        place(0, (int) (random.nextDouble() * n));
        int candidates = 2 + (int) Math.log(k);
        double[] best = nearest.clone();
        double[] trial = new double[n];
        for (int c = 0; c < k; c++) {
            if (c > 0) {
                double least = Double.POSITIVE_INFINITY;
                int chosen = 0;
                for (int i = 0; i < candidates; i++) {
                    int row = draw(nearest, random);
                    System.arraycopy(nearest, 0, trial, 0, n);
                    double sum = distances(row, trial);
                    if (sum < least) {
                        least = sum;
                        chosen = row;
                        System.arraycopy(trial, 0, best, 0, n);
                    }
                }
                place(c, chosen);
                System.arraycopy(best, 0, nearest, 0, n);
            } else {
                distances(-1, nearest);
            }
        }
    }

    private void place(int c, int row) {
        for (int j = 0; j < x.length; j++) {
            centres[c * x.length + j] = x[j][row];
        }
    }

    /** Draws a row with a probability proportional to its weight. */
    private static int draw(double[] weights, RandomGenerator random) {
        double sum = 0;
        for (double w : weights) {
            sum += w;
        }
        double u = random.nextDouble() * sum;
        for (int t = 0; t < weights.length; t++) {
            u -= weights[t];
            if (u < 0) {
                return t;
            }
        }
        return (int) (random.nextDouble() * weights.length);
    }

    /** Lowers distances to those to a row, or to the first centre if row is −1, and returns their sum. */
    private double distances(int row, double[] lowered) {
        int n = rows;
        double[] square = new double[n];
        for (int j = 0; j < x.length; j++) {
            addSquares(x[j], row < 0 ? centres[j] : x[j][row], square);
        }
        double sum = 0;
        for (int t = 0; t < n; t++) {
            lowered[t] = Math.min(lowered[t], square[t]);
            sum += lowered[t];
        }
        return sum;
    }

    private static void addSquares(double[] x, double centre, double[] square) {
        for (int t = 0; t < square.length; t++) {
            double delta = x[t] - centre;
            square[t] += delta * delta;
        }
    }

    private boolean assign() {
        int n = rows;
        double[] square = new double[n];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        int[] before = cluster.clone();
        for (int c = 0; c < k; c++) {
            Arrays.fill(square, 0);
            for (int j = 0; j < x.length; j++) {
                addSquares(x[j], centres[c * x.length + j], square);
            }
            for (int t = 0; t < n; t++) {
                if (square[t] < nearest[t]) {
                    nearest[t] = square[t];
                    cluster[t] = c;
                }
            }
        }
        inertia = Arrays.stream(nearest).sum();
        return !Arrays.equals(before, cluster);
    }

    /** Moves centres to the means of their rows; an empty cluster moves to the row that is farthest from its centre. */
    private double moveCentres() {
        int d = x.length;
        double[] sums = new double[k * d];
        int[] sizes = new int[k];
        for (int t = 0; t < rows; t++) {
            sizes[cluster[t]]++;
        }
        for (int j = 0; j < d; j++) {
            for (int t = 0; t < rows; t++) {
                sums[cluster[t] * d + j] += x[j][t];
            }
        }
        double moved = 0;
        for (int c = 0; c < k; c++) {
            int far = sizes[c] == 0 ? farthest() : -1;
            for (int j = 0; j < d; j++) {
                double to = far >= 0 ? x[j][far] : sums[c * d + j] / sizes[c];
                double delta = to - centres[c * d + j];
                moved += delta * delta;
                centres[c * d + j] = to;
            }
        }
        return moved;
    }

    private int farthest() {
        int far = 0;
        for (int t = 1; t < rows; t++) {
            if (nearest[t] > nearest[far]) {
                far = t;
            }
        }
        nearest[far] = 0;
        return far;
    }

    private double meanVariance() {
        double sum = 0;
        for (double[] feature : x) {
            for (double value : feature) {
                sum += value * value;
            }
        }
        return sum / rows / x.length;
    }
}

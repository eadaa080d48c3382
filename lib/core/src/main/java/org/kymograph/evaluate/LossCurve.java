package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import tech.tablesaw.api.Table;

/**
 * The loss along a path between networks, and the barriers on it. Immutable.
 *
 * <p>With losses L at positions t the <em>barrier height</em> is the largest vertical distance above the chord between the
 * curve's ends; the <em>convexity gap</em> is the largest barrier height of any part of the curve, that is the least ε for
 * which the sampled curve is ε-convex. The gap also finds a bump between ends that lie higher than the valleys beside it,
 * where the barrier height is 0; it is no metric, and both depend on the number of points.
 *
 * <p>Sources: Frankle et al., Linear mode connectivity and the lottery ticket hypothesis (2020); Juneja et al., Linear
 * connectivity reveals generalization strategies (2023), section 2.2.
 */
public final class LossCurve {
    // About 400 MB of parameters are made at a time.
    private static final int NUMBERS = 50_000_000;

    private final double[] positions;
    private final double[] means;
    private final double[][] losses;
    private final double length;

    private LossCurve(double[] positions, double[] means, double[][] losses, double length) {
        this.positions = positions;
        this.means = means;
        this.losses = losses;
        this.length = length;
    }

    /**
     * Evaluates a path at equally spaced points, both ends included.
     *
     * @param objective gives the loss
     * @param path the path
     * @param points the number of points, at least 2
     * @return the curve
     */
    public static LossCurve along(Objective objective, ParameterPath path, int points) {
        try (ObjectiveSession session = objective.open()) {
            return along(session, List.of(path), points).get(0);
        }
    }

    /**
     * Evaluates several paths at equally spaced points, many points together.
     *
     * @param session gives the loss
     * @param paths the paths
     * @param points the number of points of each, at least 2
     * @return the curves, in the order of the paths
     */
    public static List<LossCurve> along(ObjectiveSession session, List<ParameterPath> paths, int points) {
        Arguments.atLeast("points", points, 2);
        double[] positions = Columns.numbers(points, k -> (double) k / (points - 1));
        double[][][] losses = new double[paths.size()][points][];
        double[] lengths = new double[paths.size()];
        List<ParameterVector> some = new ArrayList<>();
        int first = 0;
        int total = paths.size() * points;
        ParameterVector before = null;
        for (int i = 0; i < total; i++) {
            ParameterVector now = paths.get(i / points).at(positions[i % points]);
            lengths[i / points] += i % points == 0 ? 0 : before.distance(now);
            before = now;
            some.add(now);
            if (i == total - 1 || (long) some.size() * now.size() >= NUMBERS) {
                double[][] found = session.losses(some);
                for (int k = 0; k < found.length; k++) {
                    losses[(first + k) / points][(first + k) % points] = found[k];
                }
                first = i + 1;
                some.clear();
            }
        }
        return Columns.each(paths.size(), p -> new LossCurve(positions, means(losses[p]), losses[p], lengths[p]));
    }

    /**
     * Returns a curve of known mean losses at equally spaced points, such as those of a log.
     *
     * @param means the mean losses, at least two
     * @param length the path's length in the space of parameters
     * @return the curve; of single samples nothing is known
     */
    public static LossCurve of(double[] means, double length) {
        return of(means.clone(), null, length);
    }

    /**
     * Returns a curve of known losses of samples at equally spaced points.
     *
     * @param losses the losses, points × N
     * @param length the path's length in the space of parameters
     * @return the curve
     */
    public static LossCurve of(double[][] losses, double length) {
        double[][] copy = Arrays.stream(losses).map(double[]::clone).toArray(double[][]::new);
        for (double[] l : copy) {
            Arguments.sameLength("the losses of a point", l.length, "those of the first", copy[0].length);
        }
        return of(means(copy), copy, length);
    }

    private static LossCurve of(double[] means, double[][] losses, double length) {
        int n = means.length;
        Arguments.check(n >= 2, "the number of points", n, "at least 2");
        Arguments.atLeast("length", length, 0);
        return new LossCurve(
                IntStream.range(0, n).mapToDouble(k -> (double) k / (n - 1)).toArray(), means, losses, length);
    }

    private static double[] means(double[][] losses) {
        return Arrays.stream(losses)
                .mapToDouble(l -> Arrays.stream(l).sum() / l.length)
                .toArray();
    }

    /** Returns the positions t of the points, from 0 to 1. */
    public double[] positions() {
        return positions.clone();
    }

    /** Returns the mean loss at each point. */
    public double[] means() {
        return means.clone();
    }

    /**
     * Returns the loss of every sample at each point.
     *
     * @return points × N
     * @throws IllegalStateException if only means are known
     */
    public double[][] losses() {
        return Arrays.stream(samples()).map(double[]::clone).toArray(double[][]::new);
    }

    private double[][] samples() {
        if (losses == null) {
            throw new IllegalStateException("of this curve only the means are known, not the losses of samples");
        }
        return losses;
    }

    /** Returns the length of the path in the space of parameters: for a segment, the Euclidean distance of its ends. */
    public double length() {
        return length;
    }

    /**
     * Returns the barrier height max(0, max L(t) − chord(t)) above the chord between the ends.
     *
     * @return the height, at least 0
     */
    public double barrierHeight() {
        return height(0, means.length - 1);
    }

    /**
     * Returns the convexity gap, the largest barrier height of any part of the curve between two of its points.
     *
     * @return the gap, at least the barrier height; 0 if and only if the points are convex
     */
    public double convexityGap() {
        double gap = 0;
        for (int i = 0; i < means.length; i++) {
            for (int k = i + 2; k < means.length; k++) {
                gap = Math.max(gap, height(i, k));
            }
        }
        return gap;
    }

    private double height(int from, int to) {
        double height = 0;
        for (int j = from + 1; j < to; j++) {
            double share = (positions[j] - positions[from]) / (positions[to] - positions[from]);
            height = Math.max(height, means[j] - ((1 - share) * means[from] + share * means[to]));
        }
        return height;
    }

    /**
     * Returns the area between the curve and its lowest point, by the trapezoid rule over the path's length.
     *
     * @return ∫ L − min L along the path
     */
    public double area() {
        double lowest = Arrays.stream(means).min().orElseThrow();
        double area = 0;
        for (int k = 1; k < means.length; k++) {
            area += ((means[k - 1] + means[k]) / 2 - lowest) * (positions[k] - positions[k - 1]) * length;
        }
        return area;
    }

    /**
     * Bounds a number of a curve, such as its barrier.
     *
     * @param lower the lower bound
     * @param upper the upper bound
     */
    public record Interval(double lower, double upper) {}

    /**
     * Returns a bootstrap interval over the samples: the curve is computed anew from samples drawn with replacement, the same
     * at all points. Heights and gaps are maxima, which resampling biases upwards: an interval that ends just above 0 says
     * little against a curve without a barrier.
     *
     * @param number the number of a curve, such as {@code LossCurve::convexityGap}
     * @param level the share of draws within the bounds, such as 0.95
     * @param draws the number of draws, at least 2
     * @param seed the random seed
     * @return the interval between the percentiles of the draws
     * @throws IllegalStateException if only means are known
     */
    public Interval interval(ToDoubleFunction<LossCurve> number, double level, int draws, long seed) {
        Arguments.within("level", level, 0, 1);
        Arguments.atLeast("draws", draws, 2);
        int n = samples()[0].length;
        RandomGenerator random = Streams.of(seed, "bootstrap");
        double[] found = new double[draws];
        for (int d = 0; d < draws; d++) {
            double[] sums = new double[means.length];
            for (int i = 0; i < n; i++) {
                int row = Streams.below(random, n);
                for (int k = 0; k < sums.length; k++) {
                    sums[k] += losses[k][row] / n;
                }
            }
            found[d] = number.applyAsDouble(new LossCurve(positions, sums, null, length));
        }
        Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
        percentile.setData(found);
        double tail = 50 * (1 - level);
        return new Interval(tail == 0 ? min(found) : percentile.evaluate(tail), percentile.evaluate(100 - tail));
    }

    private static double min(double[] values) {
        return Arrays.stream(values).min().orElseThrow();
    }

    /**
     * Returns the points as a table.
     *
     * @return columns {@code t}, {@code loss} and, where losses of samples are known, {@code standard error} of the mean
     */
    public Table table() {
        List<Integer> points = IntStream.range(0, means.length).boxed().toList();
        Columns<Integer> columns =
                Columns.of("loss curve", points).doubles("t", k -> positions[k]).doubles("loss", k -> means[k]);
        return losses == null
                ? columns.table()
                : columns.doubles("standard error", this::standardError).table();
    }

    private double standardError(int point) {
        double[] l = losses[point];
        double squares = Arrays.stream(l)
                .map(x -> (x - means[point]) * (x - means[point]))
                .sum();
        return Math.sqrt(squares / (l.length - 1) / l.length);
    }
}

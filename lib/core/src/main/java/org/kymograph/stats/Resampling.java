package org.kymograph.stats;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;

/**
 * The bootstrap and the permutation test, for any statistic of independent units such as runs. Both are useless where units
 * depend on each other, as the checkpoints of one run do: resample runs then. All draws follow from a seed.
 */
public final class Resampling {
    private Resampling() {}

    /**
     * A percentile interval.
     *
     * @param estimate the statistic of the units themselves
     * @param lower the interval's lower end; NaN if no draw counts
     * @param upper its upper end
     * @param draws how many draws count: those whose statistic is a number
     */
    public record Interval(double estimate, double lower, double upper, int draws) {}

    /**
     * Returns the percentile interval of a statistic of numbers (Efron, The Annals of Statistics 1979).
     *
     * @param values the numbers, at least one
     * @param statistic the statistic of as many numbers, such as their mean
     * @param resamples the number of draws, at least 1
     * @param level the interval's level, between 0 and 1, such as 0.95
     * @param seed the random seed
     * @return the interval
     * @throws IllegalArgumentException if an argument is out of range
     */
    public static Interval bootstrap(
            double[] values, ToDoubleFunction<double[]> statistic, int resamples, double level, long seed) {
        return bootstrap(
                values.length,
                units -> new double[] {
                    statistic.applyAsDouble(
                            Arrays.stream(units).mapToDouble(i -> values[i]).toArray())
                },
                resamples,
                level,
                seed)[0];
    }

    /**
     * Returns the percentile intervals of several statistics of the same units: n units are drawn with replacement, and the
     * statistics are computed again. A draw that gives NaN counts for the other statistics only.
     *
     * @param n the number of units, at least 1
     * @param statistics the statistics of units, given by their indices from 0; as many each time
     * @param resamples the number of draws, at least 1
     * @param level the intervals' level, between 0 and 1, such as 0.95
     * @param seed the random seed
     * @return an interval for each statistic
     * @throws IllegalArgumentException if an argument is out of range
     */
    public static Interval[] bootstrap(
            int n, Function<int[], double[]> statistics, int resamples, double level, long seed) {
        Arguments.atLeast("n", n, 1);
        Arguments.atLeast("resamples", resamples, 1);
        Arguments.check(level > 0 && level < 1, "level", level, "a number between 0 and 1");
        double[] estimates = statistics.apply(IntStream.range(0, n).toArray());
        RandomGenerator random = Streams.of(seed, "bootstrap");
        double[][] drawn = new double[estimates.length][resamples];
        int[] units = new int[n];
        for (int b = 0; b < resamples; b++) {
            Arrays.setAll(units, i -> Streams.below(random, n));
            double[] again = statistics.apply(units.clone());
            for (int s = 0; s < drawn.length; s++) {
                drawn[s][b] = again[s];
            }
        }
        Interval[] intervals = new Interval[estimates.length];
        Arrays.setAll(intervals, s -> {
            double[] counted =
                    Arrays.stream(drawn[s]).filter(v -> !Double.isNaN(v)).toArray();
            return new Interval(
                    estimates[s],
                    Statistics.quantile(counted, (1 - level) / 2),
                    Statistics.quantile(counted, (1 + level) / 2),
                    counted.length);
        });
        return intervals;
    }

    /**
     * Returns the p-value of a permutation test, (1 + #{permuted ≥ observed})/(1 + permutations) (Phipson and Smyth,
     * Statistical Applications in Genetics and Molecular Biology 2010).
     *
     * @param values the numbers that are permuted
     * @param statistic the statistic of the numbers in their places, large if they fit them; differences of 1e-9 of it count
     *     as rounding
     * @param permutations the number of random permutations, at least 1
     * @param random the random numbers
     * @return p, from 1/(1 + permutations) to 1
     * @throws IllegalArgumentException if there are no permutations
     */
    public static double permutation(
            double[] values, ToDoubleFunction<double[]> statistic, int permutations, RandomGenerator random) {
        Arguments.atLeast("permutations", permutations, 1);
        double observed = statistic.applyAsDouble(values.clone());
        double bound = observed - 1e-9 * Math.abs(observed);
        int atLeast = 0;
        double[] permuted = new double[values.length];
        for (int b = 0; b < permutations; b++) {
            int[] order = Streams.permutation(random, values.length);
            for (int i = 0; i < order.length; i++) {
                permuted[i] = values[order[i]];
            }
            atLeast += statistic.applyAsDouble(permuted) >= bound ? 1 : 0;
        }
        return (1 + atLeast) / (1.0 + permutations);
    }

    /**
     * As {@link #permutation(double[], ToDoubleFunction, int, RandomGenerator)}, with a seed.
     *
     * @param values the numbers that are permuted
     * @param statistic the statistic of the numbers in their places
     * @param permutations the number of random permutations, at least 1
     * @param seed the random seed
     * @return p
     * @throws IllegalArgumentException if there are no permutations
     */
    public static double permutation(
            double[] values, ToDoubleFunction<double[]> statistic, int permutations, long seed) {
        return permutation(values, statistic, permutations, Streams.of(seed, "permutation"));
    }
}

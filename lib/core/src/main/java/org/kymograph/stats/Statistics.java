package org.kymograph.stats;

import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.ints.IntComparator;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;
import org.kymograph.base.Arguments;
import org.kymograph.base.Wording;

/**
 * Descriptive statistics of some numbers, on Apache commons-math. A number that is NaN makes the result NaN; so does having no
 * numbers.
 */
public final class Statistics {
    private Statistics() {}

    /**
     * Returns a quantile by linear interpolation between order statistics, x_(h) at h = (n − 1) p + 1 (type 7 of Hyndman and
     * Fan, The American Statistician 1996), as R and NumPy do by default.
     *
     * @param values numbers, in any order; left as they are
     * @param p the probability, 0 to 1
     * @return the quantile
     * @throws IllegalArgumentException if the probability is out of range
     */
    public static double quantile(double[] values, double p) {
        Arguments.within("p", p, 0.0, 1.0);
        for (double value : values) {
            if (Double.isNaN(value)) {
                return Double.NaN;
            }
        }
        if (values.length == 0) {
            return Double.NaN;
        }
        return p == 0
                ? StatUtils.min(values)
                : new Percentile(100 * p).withEstimationType(EstimationType.R_7).evaluate(values);
    }

    /**
     * Returns the median.
     *
     * @param values numbers, in any order
     * @return the {@link #quantile} of 0.5
     */
    public static double median(double... values) {
        return quantile(values, 0.5);
    }

    /**
     * Returns the mean.
     *
     * @param values numbers
     * @return their sum over their number
     */
    public static double mean(double... values) {
        return StatUtils.mean(values);
    }

    /**
     * Returns the variance of a population, Σ(x − x̄)²/n.
     *
     * @param values numbers
     * @return the variance, 0 for one number
     */
    public static double populationVariance(double... values) {
        return StatUtils.populationVariance(values);
    }

    /**
     * Returns the standard deviation of a population, √(Σ(x − x̄)²/n).
     *
     * @param values numbers
     * @return the standard deviation, 0 for one number
     */
    public static double populationSd(double... values) {
        return Math.sqrt(populationVariance(values));
    }

    /**
     * Returns the variance estimated from a sample, Σ(x − x̄)²/(n − 1).
     *
     * @param values numbers
     * @return the variance; NaN for fewer than two numbers
     */
    public static double sampleVariance(double... values) {
        return values.length < 2 ? Double.NaN : StatUtils.variance(values);
    }

    /**
     * Returns the standard deviation estimated from a sample, √(Σ(x − x̄)²/(n − 1)).
     *
     * @param values numbers
     * @return the standard deviation; NaN for fewer than two numbers
     */
    public static double sampleSd(double... values) {
        return Math.sqrt(sampleVariance(values));
    }

    /**
     * Returns half the width of the mean's 95 % interval, Student's t with n − 1 degrees of freedom times the standard error.
     *
     * @param values independent numbers
     * @return the half width; NaN for fewer than two numbers
     */
    public static double studentHalfWidth(double... values) {
        return values.length < 2
                ? Double.NaN
                : new TDistribution(null, values.length - 1.0).inverseCumulativeProbability(0.975)
                        * sampleSd(values)
                        / Math.sqrt(values.length);
    }

    /**
     * Writes the mean of differences with half its 95 % interval, as {@link #studentHalfWidth} gives it.
     *
     * @param differences independent numbers
     * @param decimals how many decimals to write
     * @return such as {@code +2.3 ± 0.8}; a zero has no sign
     */
    public static String meanDifference(double[] differences, int decimals) {
        String form = "." + Arguments.atLeast("decimals", decimals, 0) + "f";
        return Wording.unsignedZeros(String.format(
                Locale.ROOT, "%+" + form + " ± %" + form, mean(differences), studentHalfWidth(differences)));
    }

    /**
     * Returns Matthews's correlation coefficient, for several classes as generalised by Gorodkin (2004, R_K).
     *
     * @param counts a square confusion matrix, {@code [label][prediction]}
     * @return the coefficient, −1 to 1; 0 where all labels or all predictions are of one class
     */
    public static double matthews(long[][] counts) {
        double n = 0;
        double right = 0;
        double product = 0;
        double labels = 0;
        double predictions = 0;
        for (int c = 0; c < counts.length; c++) {
            double row = 0;
            double column = 0;
            for (int d = 0; d < counts.length; d++) {
                row += counts[c][d];
                column += counts[d][c];
            }
            n += row;
            right += counts[c][c];
            product += row * column;
            labels += row * row;
            predictions += column * column;
        }
        double scale = Math.sqrt(n * n - labels) * Math.sqrt(n * n - predictions);
        return scale == 0 ? 0 : (right * n - product) / scale;
    }

    /**
     * Returns Pearson's correlation.
     *
     * @param x numbers
     * @param y as many numbers
     * @return r, −1 to 1; NaN if one of the two is constant or there are fewer than two pairs
     * @throws IllegalArgumentException if the lengths differ
     */
    public static double pearson(double[] x, double[] y) {
        Arguments.sameLength("y", y.length, "x", x.length);
        if (x.length < 2 || !(populationVariance(x) > 0) || !(populationVariance(y) > 0)) {
            return Double.NaN;
        }
        return Math.max(-1, Math.min(1, new PearsonsCorrelation().correlation(x, y)));
    }

    /**
     * Returns Spearman's rank correlation: Pearson's of the ranks, ties with their mean rank.
     *
     * @param x numbers
     * @param y as many numbers
     * @return ρ, −1 to 1; NaN if one of the two is constant or there are fewer than two pairs
     * @throws IllegalArgumentException if the lengths differ
     */
    public static double spearman(double[] x, double[] y) {
        Arguments.sameLength("y", y.length, "x", x.length);
        if (x.length < 2 || !(populationVariance(x) > 0) || !(populationVariance(y) > 0)) {
            return Double.NaN;
        }
        return Math.max(-1, Math.min(1, new SpearmansCorrelation().correlation(x, y)));
    }

    /**
     * Returns the place of the largest number.
     *
     * @param values numbers, at least one
     * @return the first index of the largest
     */
    public static int argmax(double... values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    /**
     * Returns the place of the largest number of a part of an array.
     *
     * @param values numbers
     * @param from where the part begins
     * @param n its length, at least 1
     * @return the first index of the largest, counted from the part's beginning
     */
    public static int argmax(float[] values, int from, int n) {
        int best = 0;
        for (int i = 1; i < n; i++) {
            best = values[from + i] > values[from + best] ? i : best;
        }
        return best;
    }

    /**
     * Controls the probability of any false finding, whatever the tests' dependence: the largest of (m − j + 1) p_(j) over
     * j ≤ i for the i-th smallest of m p-values, at most 1 (Holm, Scandinavian Journal of Statistics 1979).
     *
     * @param p p-values
     * @return the adjusted p-values, in the same order
     * @throws IllegalArgumentException if a p-value isn't 0 to 1 or NaN
     */
    public static double[] holm(double... p) {
        int[] order = order(p);
        double[] adjusted = missing(p.length);
        double largest = 0;
        for (int i = 0; i < order.length; i++) {
            largest = Math.max(largest, (order.length - i) * p[order[i]]);
            adjusted[order[i]] = Math.min(1, largest);
        }
        return adjusted;
    }

    /**
     * Controls the expected share of false findings among the findings, for independent or positively dependent tests: the
     * smallest of m p_(j)/j over j ≥ i for the i-th smallest of m p-values (Benjamini and Hochberg, Journal of the Royal
     * Statistical Society B 1995).
     *
     * @param p p-values
     * @return the adjusted p-values, in the same order
     * @throws IllegalArgumentException if a p-value isn't 0 to 1 or NaN
     */
    public static double[] benjaminiHochberg(double... p) {
        int[] order = order(p);
        double[] adjusted = missing(p.length);
        double smallest = 1;
        for (int i = order.length - 1; i >= 0; i--) {
            smallest = Math.min(smallest, order.length * p[order[i]] / (i + 1));
            adjusted[order[i]] = smallest;
        }
        return adjusted;
    }

    private static int[] order(double[] p) {
        for (double value : p) {
            Arguments.check(!(value < 0 || value > 1), "p", value, "0 to 1, or NaN");
        }
        return IntStream.range(0, p.length)
                .filter(i -> !Double.isNaN(p[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    private static double[] missing(int n) {
        return IntStream.range(0, n).mapToDouble(i -> Double.NaN).toArray();
    }

    /**
     * Returns the places 0 … n − 1 in an order; those that are equal in it keep theirs.
     *
     * @param n how many places
     * @param order compares two places
     * @return the places, the first of the order first
     */
    public static int[] order(int n, IntComparator order) {
        int[] places = new int[n];
        Arrays.setAll(places, i -> i);
        IntArrays.stableSort(places, order);
        return places;
    }
}

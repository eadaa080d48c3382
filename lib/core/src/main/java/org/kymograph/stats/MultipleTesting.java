package org.kymograph.stats;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;

/** Adjusts the p-values of several tests for their number. A p-value that is NaN counts as no test and stays NaN. */
public final class MultipleTesting {
    private MultipleTesting() {}

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
}

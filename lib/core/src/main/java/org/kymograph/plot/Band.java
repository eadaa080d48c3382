package org.kymograph.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kymograph.base.Arguments;
import org.kymograph.stats.Statistics;

/** What the band around the mean of several runs shows. */
public final class Band {
    private final String name;
    private final double low;
    private final double high;

    private Band(String name, double low, double high) {
        this.name = name;
        this.low = low;
        this.high = high;
    }

    /**
     * Returns the mean plus and minus one standard deviation of the runs (divisor n - 1).
     *
     * @return the band
     */
    public static Band standardDeviation() {
        return new Band("mean ± sd", Double.NaN, Double.NaN);
    }

    /**
     * Returns the interval between two quantiles of the runs (linear between order statistics, Hyndman and Fan 1996, type 7).
     *
     * @param low the lower probability, 0 to 1
     * @param high the upper probability, above the lower one, to 1
     * @return the band
     * @throws IllegalArgumentException if the probabilities are out of range or order
     */
    public static Band quantiles(double low, double high) {
        Arguments.within("low", low, 0, 1);
        Arguments.check(high > low && high <= 1, "high", high, "above low, " + low + ", to 1");
        return new Band("mean, " + percent(low) + "–" + percent(high) + " %", low, high);
    }

    /**
     * Returns the interval from the smallest to the largest of the runs.
     *
     * @return the band
     */
    public static Band range() {
        return new Band("mean, min–max", 0, 1);
    }

    String name() {
        return name;
    }

    /**
     * Returns the mean and the band at every x that any run has.
     *
     * @param x the horizontal places of all runs, in any order
     * @param y the values there, as many; those that are not finite count as absent
     * @return the mean and the band's edges, by rising x
     * @throws IllegalArgumentException if the lengths differ
     */
    public Edges of(double[] x, double[] y) {
        Arguments.sameLength("y", y.length, "x", x.length);
        Map<Double, List<Double>> at = new TreeMap<>();
        for (int i = 0; i < x.length; i++) {
            if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
                at.computeIfAbsent(x[i], place -> new ArrayList<>()).add(y[i]);
            }
        }
        int n = at.size();
        Edges edges = new Edges(new double[n], new double[n], new double[n], new double[n], new int[n]);
        int i = 0;
        for (Map.Entry<Double, List<Double>> entry : at.entrySet()) {
            double[] values = entry.getValue().stream()
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
            double mean = Statistics.mean(values);
            double sd = values.length < 2 ? 0 : Statistics.sampleSd(values);
            edges.x[i] = entry.getKey();
            edges.mean[i] = mean;
            edges.low[i] = Double.isNaN(low) ? mean - sd : Statistics.quantile(values, low);
            edges.high[i] = Double.isNaN(high) ? mean + sd : Statistics.quantile(values, high);
            edges.runs[i] = values.length;
            i++;
        }
        return edges;
    }

    private static String percent(double p) {
        double percent = Math.round(p * 1000) / 10.0;
        return percent == Math.rint(percent) ? String.valueOf((long) percent) : String.valueOf(percent);
    }

    /**
     * The mean of the runs and the band around it.
     *
     * @param x the horizontal places, rising
     * @param mean the mean at each
     * @param low the band's lower edge
     * @param high its upper edge
     * @param runs how many runs have a value there
     */
    public record Edges(double[] x, double[] mean, double[] low, double[] high, int[] runs) {}
}

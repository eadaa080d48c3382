package org.kymograph.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
     * The mean plus and minus one standard deviation of the runs (divisor n - 1).
     *
     * @return the band
     */
    public static Band standardDeviation() {
        return new Band("mean ± sd", Double.NaN, Double.NaN);
    }

    /**
     * The interval between two quantiles of the runs (linear between order statistics, Hyndman and Fan 1996, type 7).
     *
     * @param low the lower probability, 0 to 1
     * @param high the upper probability, above the lower one, to 1
     * @return the band
     * @throws IllegalArgumentException if the probabilities are out of range or order
     */
    public static Band quantiles(double low, double high) {
        if (!(low >= 0 && low < high && high <= 1)) {
            throw new IllegalArgumentException("low, high: " + low + ", " + high + "; expected 0 <= low < high <= 1");
        }
        return new Band("mean, " + percent(low) + "–" + percent(high) + " %", low, high);
    }

    /**
     * The interval from the smallest to the largest of the runs.
     *
     * @return the band
     */
    public static Band range() {
        return new Band("mean, min–max", 0, 1);
    }

    String name() {
        return name;
    }

    /** The mean and the band at every x that any run has; values that are not finite count as absent. */
    public Edges of(Iterable<Curve> runs) {
        Map<Double, List<Double>> at = new TreeMap<>();
        for (Curve run : runs) {
            for (int i = 0; i < run.x().length; i++) {
                if (Double.isFinite(run.x()[i]) && Double.isFinite(run.y()[i])) {
                    at.computeIfAbsent(run.x()[i], x -> new ArrayList<>()).add(run.y()[i]);
                }
            }
        }
        int n = at.size();
        Edges edges = new Edges(new double[n], new double[n], new double[n], new double[n], new int[n]);
        int i = 0;
        for (Map.Entry<Double, List<Double>> entry : at.entrySet()) {
            double[] y = entry.getValue().stream()
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
            double mean = Arrays.stream(y).average().orElseThrow();
            double sd = y.length < 2
                    ? 0
                    : Math.sqrt(
                            Arrays.stream(y).map(v -> (v - mean) * (v - mean)).sum() / (y.length - 1));
            edges.x[i] = entry.getKey();
            edges.mean[i] = mean;
            edges.low[i] = Double.isNaN(low) ? mean - sd : quantile(y, low);
            edges.high[i] = Double.isNaN(high) ? mean + sd : quantile(y, high);
            edges.runs[i] = y.length;
            i++;
        }
        return edges;
    }

    static double quantile(double[] sorted, double p) {
        double h = (sorted.length - 1) * p;
        int below = (int) Math.floor(h);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (h - below) * (sorted[above] - sorted[below]);
    }

    private static String percent(double p) {
        double percent = Math.round(p * 1000) / 10.0;
        return percent == Math.rint(percent) ? String.valueOf((long) percent) : String.valueOf(percent);
    }

    /** The mean of the runs, the band's edges and how many runs there are, at each x. */
    public record Edges(double[] x, double[] mean, double[] low, double[] high, int[] runs) {}
}

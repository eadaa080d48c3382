package org.kymograph.cartography.figures;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;

/** Small figures of one metric of all samples: its sorted values, also by class, the classes of those that stand first, and a weight made of it. */
public final class ConfidencePlots {
    /** Points of a curve; more can't be told apart. */
    private static final int POINTS = 400;

    private ConfidencePlots() {}

    /**
     * Draws the sorted values of a metric over their ranks.
     *
     * @param metrics the samples
     * @param metric such as confidence
     * @return the figure
     * @throws IllegalArgumentException if the metric is missing
     */
    public static Plot sorted(SampleMetrics metrics, Metric metric) {
        return curves(Map.of("", metrics.values(metric)), metric).withoutLegend();
    }

    /**
     * Draws the sorted values of a metric for each class.
     *
     * @param metrics the samples, with their labels
     * @param metric such as confidence
     * @param classes the classes' names; none for their numbers
     * @return the figure
     * @throws IllegalArgumentException if the metric or the labels are missing
     */
    public static Plot sortedByClass(SampleMetrics metrics, Metric metric, String... classes) {
        int[] gold = gold(metrics);
        Map<String, double[]> byClass = new LinkedHashMap<>();
        Arrays.stream(gold)
                .distinct()
                .sorted()
                .forEach(c -> byClass.put(
                        name(c, classes),
                        IntStream.range(0, gold.length)
                                .filter(i -> gold[i] == c)
                                .mapToDouble(i -> metrics.value(metric, i))
                                .toArray()));
        return curves(byClass, metric).withLegend("class");
    }

    /**
     * Draws how many samples of each class are among those that stand first.
     *
     * @param metrics the samples, with their labels
     * @param metric what they are ranked by
     * @param largest true for the samples of the largest values, false for the smallest
     * @param share the share of all samples, above 0 to 1, such as 0.01
     * @param classes the classes' names; none for their numbers
     * @return the figure
     * @throws IllegalArgumentException if the metric or the labels are missing, or the share is out of range
     */
    public static Plot topClasses(
            SampleMetrics metrics, Metric metric, boolean largest, double share, String... classes) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + "; expected above 0 to 1");
        }
        int[] gold = gold(metrics);
        int[] order = metrics.order(metric, metric.ascending() == largest);
        TreeMap<Integer, Integer> counts = new TreeMap<>();
        Arrays.stream(gold).forEach(c -> counts.putIfAbsent(c, 0));
        Arrays.stream(order).limit((long) (share * order.length)).forEach(i -> counts.merge(gold[i], 1, Integer::sum));
        String[] names = counts.keySet().stream().map(c -> name(c, classes)).toArray(String[]::new);
        Plot bars = Plots.bars(
                names,
                counts.values().stream().mapToDouble(Integer::doubleValue).toArray());
        return new Plot(
                        bars.traces().stream()
                                .map(trace -> trace.with("width", 0.5))
                                .toList(),
                        bars.layout())
                .withY("samples")
                .withTitle("Classes of the "
                        + BigDecimal.valueOf(100 * share)
                                .round(new MathContext(3))
                                .stripTrailingZeros()
                                .toPlainString() + " % of " + (largest ? "largest " : "smallest ")
                        + metric.column().replace('_', ' '));
    }

    /**
     * Draws the weight that each confidence gets in training, over the samples sorted by confidence.
     *
     * @param metrics the samples
     * @param weight from confidence to weight
     * @return the figure: confidence and weight over the rank
     * @throws IllegalArgumentException if confidence is missing
     */
    public static Plot weights(SampleMetrics metrics, DoubleUnaryOperator weight) {
        double[] sorted = metrics.values(Metric.CONFIDENCE);
        Arrays.sort(sorted);
        int[] shown = shown(sorted.length);
        double[] ranks = Arrays.stream(shown).asDoubleStream().toArray();
        Map<String, double[]> curves = new LinkedHashMap<>();
        curves.put("confidence", RowSample.pick(sorted, shown));
        curves.put(
                "weight",
                Arrays.stream(shown)
                        .mapToDouble(i -> weight.applyAsDouble(sorted[i]))
                        .toArray());
        return Plots.lines(ranks, curves)
                .withX("samples, by confidence")
                .withY("")
                .withLegend("")
                .withTitle("What each sample weighs");
    }

    private static Plot curves(Map<String, double[]> groups, Metric metric) {
        Plot plot = null;
        for (Map.Entry<String, double[]> group : groups.entrySet()) {
            double[] sorted = group.getValue().clone();
            Arrays.sort(sorted);
            int[] shown = shown(sorted.length);
            Plot one = Plots.lines(
                    Arrays.stream(shown).asDoubleStream().toArray(),
                    Map.of(group.getKey(), RowSample.pick(sorted, shown)));
            plot = plot == null ? one : plot.and(one);
        }
        return plot.withX("rank").withY(metric.column().replace('_', ' '));
    }

    /** Evenly spaced places from the first to the last. */
    private static int[] shown(int n) {
        return n <= POINTS
                ? IntStream.range(0, n).toArray()
                : IntStream.range(0, POINTS)
                        .map(i -> (int) ((long) i * (n - 1) / (POINTS - 1)))
                        .toArray();
    }

    private static int[] gold(SampleMetrics metrics) {
        int[] gold = metrics.gold();
        if (gold == null) {
            throw new IllegalArgumentException("metrics: no labels; read them from a log of training dynamics");
        }
        return gold;
    }

    private static String name(int c, String... classes) {
        return Plots.escape(c >= 0 && c < classes.length ? classes[c] : String.valueOf(c));
    }
}

package org.kymograph.cartography.figures;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.select.Regions;
import org.kymograph.cartography.select.Regions.Region;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Band;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotGrid;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.stats.MeanSd;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The figures of what models learn from chosen parts of a training set, and of a third number on the map. */
public final class SelectionPlots {
    private static final int[] CELLS = {25, 25};
    /** A cell of fewer samples stays empty on a map of many: its mean would be as bright as one of thousands. */
    private static final int FEWEST = 5;

    private static final int MANY = 1_000;
    private static final int REGIONS = 4_000;
    private static final double SPREAD = 10;

    private SelectionPlots() {}

    /**
     * Draws accuracy against the size of the part, or the share of it that was replaced, a panel for each test set: the mean over the seeds with a band
     * of one standard deviation (Swayamdipta et al. 2020, figure 3).
     *
     * @param table one row per run and test set
     * @param share the column of the size or share, such as percent
     * @param accuracy the column of accuracies
     * @param seed the column that tells the runs apart
     * @param selection the column of how the part was chosen
     * @param test the column of the test set, such as in and out of distribution
     * @return the figure
     * @throws IllegalArgumentException if a column is missing or holds no numbers where it should
     */
    public static PlotGrid accuracies(
            Table table, String share, String accuracy, String seed, String selection, String test) {
        double[] sizes =
                Arrays.stream(Columns.numbers(table, share)).distinct().sorted().toArray();
        // Sizes from a hundredth to a half are spread evenly by their logarithm; shares that begin at 0 are not.
        boolean log = sizes.length > 1 && sizes[0] > 0 && sizes[sizes.length - 1] / sizes[0] >= SPREAD;
        return Plots.grid(table, test, rows -> {
                    Plot means = Plots.means(rows, share, accuracy, seed, selection, Band.standardDeviation())
                            .withColours(RoleHue.OF)
                            .withTraces(trace -> "lines".equals(trace.get("mode"))
                                    ? trace.withAll("mode: lines+markers, marker.size: 6")
                                    : trace)
                            .withLegend("");
                    return (log ? means.withLogX().with("xaxis.exponentformat", "none") : means)
                            .withAll(
                                    "xaxis.tickmode: array, xaxis.tickvals: ?, xaxis.title.text: ?",
                                    sizes,
                                    "% of the data")
                            .withAll("legend: {orientation: h, y: -0.25, yanchor: top}");
                })
                .withHeight(420);
    }

    /**
     * Draws the mean of another number, such as human agreement or the uncertainty under dropout, over the map (Swayamdipta et al. 2020, figure 5).
     *
     * @param metrics with confidence and variability
     * @param values the number of each sample; NaN where unknown
     * @param label what it is
     * @return the figure, 25 × 25 cells; those without samples stay empty, and with 1,000 samples or more those of fewer than five
     * @throws IllegalArgumentException if there are not as many values as samples, or a metric is missing
     */
    public static Plot binned(SampleMetrics metrics, double[] values, String label) {
        Arguments.sameLength("values", values.length, "metrics", metrics.size());
        CloudLayout.checkPlaces(metrics, Metric.VARIABILITY, Metric.CONFIDENCE);
        double[] variability = metrics.values(Metric.VARIABILITY);
        double[] confidence = metrics.values(Metric.CONFIDENCE);
        double[][] mean = new double[CELLS[1]][CELLS[0]];
        int[][] counts = new int[CELLS[1]][CELLS[0]];
        for (int i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i]) && Double.isFinite(variability[i])) {
                int x = Math.min(CELLS[0] - 1, (int) (2 * variability[i] * CELLS[0]));
                int y = Math.min(CELLS[1] - 1, (int) (confidence[i] * CELLS[1]));
                mean[y][x] += values[i];
                counts[y][x]++;
            }
        }
        for (int y = 0; y < CELLS[1]; y++) {
            for (int x = 0; x < CELLS[0]; x++) {
                mean[y][x] =
                        counts[y][x] < (values.length >= MANY ? FEWEST : 1) ? Double.NaN : mean[y][x] / counts[y][x];
            }
        }
        double[] across = Arrays.stream(edges(CELLS[0])).map(v -> v / 2).toArray();
        Plot heat = Plots.heatMap(across, edges(CELLS[1]), mean).withColourLabel(Plots.escape(label));
        Plot drawn = new Plot(
                heat.traces().stream()
                        .map(
                                trace -> trace.with("customdata", counts)
                                        .withAll("colorscale: Viridis, xgap: 1, ygap: 1")
                                        .with(
                                                "hovertemplate",
                                                "confidence %{y:.2f}, variability %{x:.2f}<br><b>%{z:.4~g}</b> over %{customdata:,} samples<extra></extra>"))
                        .toList(),
                heat.layout());
        double widest =
                Arrays.stream(variability).filter(Double::isFinite).max().orElse(1);
        return CloudLayout.framed(
                        drawn.withX("variability").withY("confidence").withXRange(0, Math.min(0.5, widest + 0.02)), "")
                .withoutLegend()
                .with("width", 640)
                .withHeight(520)
                .withTitle(Plots.escape(label) + " over the map");
    }

    /** The middles of cells between 0 and 1. */
    private static double[] edges(int cells) {
        double[] middles = new double[cells];
        Arrays.setAll(middles, i -> (i + 0.5) / cells);
        return middles;
    }

    /**
     * Draws one bar for each way of choosing a part and each test set, such as the artefact's three, from zero, with the standard deviation over
     * the seeds where there are several.
     *
     * @param table one row per run and test set, or one per bar
     * @param selection the column of how the part was chosen
     * @param accuracy the column of accuracies
     * @param test the column of the test set
     * @return the figure
     * @throws IllegalArgumentException if a column is missing or the accuracies are not numbers
     */
    public static Plot bars(Table table, String selection, String accuracy, String test) {
        // The margin has room for a title above the legend.
        return errors(
                        Plots.bars(means(table, selection, accuracy, test), selection, accuracy, test),
                        table,
                        selection,
                        accuracy,
                        test)
                .withLegend("")
                .withAll("legend: {orientation: h, y: 1.02, yanchor: bottom}, margin.t: 78, title.yref: container")
                .withAll("title.y: 1, title.yanchor: top, title.pad.t: 14");
    }

    /**
     * Adds published accuracies to bars as open symbols, one kind for each test set.
     *
     * @param bars a figure as {@link #bars} gives it
     * @param published a row per symbol, such as {@link org.kymograph.cartography.select.SelectionTrial#published}
     * @param tests which of its test sets
     * @return the figure
     * @throws IllegalArgumentException if a column is missing, or there is no such test set
     */
    public static Plot withPublished(Plot bars, Table published, String... tests) {
        List<String> symbols = List.of("circle", "diamond", "square", "triangle-up");
        Plot plot = bars;
        for (int t = 0; t < tests.length; t++) {
            Table own = published.where(published.stringColumn("test").isEqualTo(tests[t]));
            if (own.isEmpty()) {
                throw Arguments.unknown(
                        "test set",
                        tests[t],
                        published.stringColumn("test").unique().asList());
            }
            String[] names = own.stringColumn("selection").asObjectArray();
            double[] accuracies = own.doubleColumn("accuracy").asDoubleArray();
            plot = plot.and(Series.of("type: scatter, mode: markers, name: ?", tests[t] + ", published")
                    .withAll("x: ?, y: ?", names, accuracies)
                    .withAll(
                            "marker: {symbol: ?, size: 10, color: white, line: {width: 2, color: #444444}}",
                            symbols.get(t % symbols.size()))
                    .with("hovertemplate", "%{x}: %{y:.3f}<extra>" + Plots.escape(tests[t]) + ", published</extra>"));
        }
        return plot;
    }

    /** The accuracies of each bar, bars in the order of their first rows. */
    private static Map<List<String>, List<Double>> grouped(
            Table table, String selection, String accuracy, String test) {
        double[] values = Columns.numbers(table, accuracy);
        Map<List<String>, List<Double>> groups = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            List<String> key = List.of(
                    table.column(selection).getString(i), table.column(test).getString(i));
            groups.computeIfAbsent(key, k -> new ArrayList<>()).add(values[i]);
        }
        return groups;
    }

    private static Table means(Table table, String selection, String accuracy, String test) {
        List<Map.Entry<List<String>, List<Double>>> bars =
                List.copyOf(grouped(table, selection, accuracy, test).entrySet());
        return Columns.of(table.name(), bars)
                .texts(selection, bar -> bar.getKey().get(0))
                .texts(test, bar -> bar.getKey().get(1))
                .doubles(accuracy, bar -> summary(bar.getValue()).mean())
                .table();
    }

    private static Plot errors(Plot bars, Table table, String selection, String accuracy, String test) {
        Map<List<String>, List<Double>> groups = grouped(table, selection, accuracy, test);
        return bars.withTraces(bar -> {
            double[] sd = Arrays.stream((String[]) bar.get("x"))
                    .mapToDouble(name ->
                            summary(groups.get(List.of(name, bar.name()))).sd())
                    .toArray();
            return Arrays.stream(sd).anyMatch(v -> v > 0)
                    ? bar.withAll(
                            "error_y: {type: data, array: ?, color: ?, thickness: 1.5, width: 3}", sd, Palette.TEXT)
                    : bar;
        });
    }

    private static MeanSd summary(List<Double> values) {
        return MeanSd.of(Columns.numbers(values, Double::doubleValue));
    }

    /**
     * Draws the three regions of a map for several sizes, with a slider from the smallest to the largest: how many samples each holds, and how many of
     * the hard ones are ambiguous too. At most 4,000 samples, chosen by chance.
     *
     * @param metrics with confidence, variability and correctness
     * @param percent the sizes, each above 0 to 100; at least one
     * @return the figure, the size next to a third shown first
     * @throws IllegalArgumentException if there are none, or one is out of range
     */
    public static Animation regionSizes(SampleMetrics metrics, int... percent) {
        Arguments.atLeast("sizes", percent.length, 1);
        Map<String, Plot> steps = new LinkedHashMap<>();
        int shown = percent[0];
        for (int size : percent) {
            Regions regions = Regions.of(metrics, size / 100.0);
            SampleRows.Overlap both = regions.overlap(Region.HARD, Region.AMBIGUOUS);
            steps.put(
                    size + " %",
                    DataMapPlot.of(metrics)
                            .withStyle(DataMapPlot.Style.COMPACT)
                            .withLimit(REGIONS)
                            .withRegions(regions)
                            .plot()
                            .withTitle(String.format(
                                    Locale.ROOT,
                                    "%,d samples a region, %.0f %% of the hard are ambiguous too",
                                    regions.easy().length,
                                    100 * both.share())));
            shown = Math.abs(size - 33) < Math.abs(shown - 33) ? size : shown;
        }
        return Animation.of("each region:", steps, shown + " %");
    }

    /** Points of a curve; more can't be told apart. */
    private static final int POINTS = 400;

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
        Arguments.check(share > 0 && share <= 1, "share", share, "above 0 to 1");
        int[] gold = gold(metrics);
        int[] order = metrics.order(metric, metric.ascending() == largest);
        TreeMap<Integer, Integer> counts = new TreeMap<>();
        Arrays.stream(gold).forEach(c -> counts.putIfAbsent(c, 0));
        Arrays.stream(order).limit((long) (share * order.length)).forEach(i -> counts.merge(gold[i], 1, Integer::sum));
        String[] names = counts.keySet().stream().map(c -> name(c, classes)).toArray(String[]::new);
        Plot bars = Plots.bars(names, Columns.numbers(counts.values(), Integer::doubleValue));
        return new Plot(Columns.each(bars.traces(), trace -> trace.with("width", 0.5)), bars.layout())
                .withY("samples")
                .withTitle("Classes of the "
                        + BigDecimal.valueOf(100 * share)
                                .round(new MathContext(3))
                                .stripTrailingZeros()
                                .toPlainString() + " % of " + (largest ? "largest " : "smallest ")
                        + metric.column().replace('_', ' '));
    }

    /**
     * Draws how many samples of each class lie in the easy, the ambiguous and the hard region.
     *
     * @param metrics the samples, with their labels
     * @param regions their regions
     * @param classes the classes' names; none for their numbers
     * @return the figure
     * @throws IllegalArgumentException if the labels are missing
     */
    public static Plot classes(SampleMetrics metrics, Regions regions, String... classes) {
        Table bars =
                Table.create(StringColumn.create("class"), StringColumn.create("region"), IntColumn.create("samples"));
        for (Region region : List.of(Region.EASY, Region.AMBIGUOUS, Region.HARD)) {
            SampleRows.classCounts(metrics, regions.of(region)).forEach((c, n) -> {
                bars.stringColumn("class").append(name(c, classes));
                bars.stringColumn("region").append(region.key());
                bars.intColumn("samples").append(n);
            });
        }
        return Plots.bars(bars, "class", "samples", "region")
                .withColours(RoleHue.OF)
                .withX("")
                .withTitle("Classes in each region");
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
        curves.put("confidence", Columns.pick(sorted, shown));
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
                    Map.of(group.getKey(), Columns.pick(sorted, shown)));
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
        Arguments.require(gold != null, "metrics: no labels; read them from a log of training dynamics");
        return gold;
    }

    private static String name(int c, String... classes) {
        return Plots.escape(c >= 0 && c < classes.length ? classes[c] : String.valueOf(c));
    }
}

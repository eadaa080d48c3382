package org.kymograph.cartography.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.select.Comparison;
import org.kymograph.cartography.select.Regions.Region;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;

/** The figures of one training set under two models, a weak and a strong one. */
public final class ComparisonPlots {
    private static final int MOST = 55_000;
    private static final int DENSE = 2_000;
    private static final String[][] MIGRATION = {{"#56B4E9", "#0072B2"}, {"#F2C14E", "#D55E00"}, {"#B8B8B8", "#222222"}
    };

    private static final Object BLUES = new Object[][] {{0, "#f0f5fb"}, {0.5, "#7fa6d3"}, {1, "#1f4e8c"}};

    private ComparisonPlots() {}

    /**
     * Draws how samples move from the weak to the strong model's map: the differences of confidence, variability and, as colour, correctness, with
     * their histograms and that of forgetfulness. At most 55,000 samples, chosen by chance, always the same.
     *
     * @param comparison the samples of both maps
     * @param weak the weak model's name
     * @param strong the strong model's name
     * @return the figure
     * @throws IllegalArgumentException if a metric is missing
     */
    public static Plot map(Comparison comparison, String weak, String strong) {
        for (SampleMetrics metrics : List.of(comparison.weak(), comparison.strong())) {
            CloudLayout.checkPlaces(metrics, Metric.CONFIDENCE, Metric.VARIABILITY, Metric.CORRECTNESS);
        }
        int[] rows = RowSample.of(comparison.size(), MOST, 0);
        double[] variability = Columns.pick(comparison.delta(Metric.VARIABILITY), rows);
        double[] confidence = Columns.pick(comparison.delta(Metric.CONFIDENCE), rows);
        double[] correctness = Columns.pick(comparison.delta(Metric.CORRECTNESS), rows);
        int epochs = Math.max(epochs(comparison.weak()), epochs(comparison.strong()));
        List<PointGroup> groups = CorrectnessHue.differences(correctness, epochs);
        PointCloud cloud =
                new PointCloud(variability, confidence, groups, PointCloud.ids(comparison.guids(), rows), null);
        double left = Arrays.stream(variability).min().orElse(0);
        double right = Arrays.stream(variability).max().orElse(0);
        double free = 0.05 * Math.max(right - left, 0.01);
        // The legend stands where no points are.
        Plot plot = Plots.empty("Δ variability", "Δ confidence").withXRange(left - free, right + 4 * free);
        for (Series trace : cloud.traces(
                5.5, 0.45, "Δ confidence %{y:+.3f}, Δ variability %{x:+.3f}<br>Δ correct %{fullData.name}")) {
            plot = plot.and(trace);
        }
        List<SidePanel> panels = new ArrayList<>(List.of(
                SidePanel.bins("Δ confidence", confidence, SidePanel.CONFIDENCE),
                SidePanel.bins("Δ variability", variability, SidePanel.VARIABILITY),
                SidePanel.differences("Δ correctness", correctness, SidePanel.CORRECTNESS)));
        if (comparison.weak().has(Metric.FORGETFULNESS) && comparison.strong().has(Metric.FORGETFULNESS)) {
            panels.add(SidePanel.named("Δ forgetfulness", comparison.forgetfulnessChanges(), SidePanel.FORGETFULNESS));
        }
        int alone = comparison.onlyWeak().size() + comparison.onlyStrong().size();
        String unmatched = alone == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "<br><sup>%,d samples of both, %,d of one model only</sup>",
                        comparison.size(),
                        alone);
        return CloudLayout.beside(
                CloudLayout.framed(plot, "Δ correct.")
                        .with("legend.traceorder", "reversed")
                        .withTitle(Plots.escape(strong + " vs. " + weak) + " Data Map" + unmatched)
                        .withHeight(660),
                panels);
    }

    /**
     * Draws each sample's value under the strong model across and under the weak one up. At most 55,000 samples, chosen by chance, always the same.
     *
     * @param comparison the samples of both maps
     * @param metric what is compared, such as confidence
     * @param weak the weak model's name
     * @param strong the strong model's name
     * @return the figure
     * @throws IllegalArgumentException if the metric is missing
     */
    public static Plot scatter(Comparison comparison, Metric metric, String weak, String strong) {
        CloudLayout.checkPlaces(comparison.strong(), metric);
        CloudLayout.checkPlaces(comparison.weak(), metric);
        int[] rows = RowSample.of(comparison.size(), MOST, 0);
        double[] x = Columns.pick(comparison.strong().values(metric), rows);
        double[] y = Columns.pick(comparison.weak().values(metric), rows);
        String what = metric.column().replace('_', ' ');
        PointCloud cloud = new PointCloud(
                x,
                y,
                List.of(new PointGroup(
                        "", "#4c72b0", "circle", IntStream.range(0, rows.length).toArray())),
                PointCloud.ids(comparison.guids(), rows),
                null);
        Plot plot = Plots.empty(what + ", " + Plots.escape(strong), what + ", " + Plots.escape(weak));
        for (Series trace :
                cloud.traces(5, 0.45, Plots.escape(strong) + " %{x:.3f}<br>" + Plots.escape(weak) + " %{y:.3f}")) {
            // Many points hide each other: pale ones show where they are dense.
            plot = plot.and(rows.length > DENSE ? trace.withAll("marker.opacity: 0.2, marker.line.width: 0") : trace);
        }
        double low = Math.min(
                Arrays.stream(x).min().orElse(0), Arrays.stream(y).min().orElse(0));
        double high = Math.max(
                Arrays.stream(x).max().orElse(1), Arrays.stream(y).max().orElse(1));
        return CloudLayout.framed(plot, "")
                .withoutLegend()
                .withTitle(what + " of the same samples")
                .with("width", 560)
                .withHeight(540)
                .with("shapes", List.of(Map.of("type", "line", "x0", low, "y0", low, "x1", high, "y1", high)));
    }

    /**
     * Draws where samples lie on the weak and on the strong model's map, in two colours a class.
     *
     * @param migration the samples of each class
     * @param classes the classes' names; none for their numbers
     * @return the figure
     */
    public static Plot migration(Comparison.Migration migration, String... classes) {
        int all = migration.rows().values().stream()
                .mapToInt(rows -> 2 * rows.length)
                .sum();
        double[] x = new double[all];
        double[] y = new double[all];
        Object[] ids = new Object[all];
        List<PointGroup> groups = new ArrayList<>();
        int at = 0;
        for (Map.Entry<Integer, int[]> own : migration.rows().entrySet()) {
            for (int side = 0; side < 2; side++) {
                SampleMetrics metrics = side == 0
                        ? migration.comparison().weak()
                        : migration.comparison().strong();
                int from = at;
                for (int row : own.getValue()) {
                    x[at] = metrics.value(Metric.VARIABILITY, row);
                    y[at] = metrics.value(Metric.CONFIDENCE, row);
                    ids[at++] = Plots.escape(metrics.guids().text(row));
                }
                String name = (side == 0 ? "weak" : "strong")
                        + (own.getKey() < classes.length
                                ? ": " + Plots.escape(classes[own.getKey()])
                                : "_" + own.getKey());
                int group = 2 * own.getKey() + side;
                String colour = own.getKey() < MIGRATION.length
                        ? MIGRATION[own.getKey()][side]
                        : Palette.COLOURS.get(group % Palette.COLOURS.size());
                groups.add(new PointGroup(
                        name, colour, "circle", IntStream.range(from, at).toArray()));
            }
        }
        Plot plot = CloudLayout.axes(Arrays.stream(x));
        for (Series trace : new PointCloud(x, y, groups, ids, null)
                .traces(6.5, 0.4, "%{fullData.name}<br>confidence %{y:.3f}, variability %{x:.3f}")) {
            plot = plot.and(trace.with("marker.opacity", 0.7));
        }
        return CloudLayout.framed(plot, "").withHeight(640).withTitle("Where the strong model's samples come from");
    }

    /**
     * Draws how many samples change from which region of the weak model's map to which of the strong one's.
     *
     * @param comparison the samples of both maps
     * @param proportion the share of the samples in each region, above 0 to 1
     * @return the figure
     */
    public static Plot transitions(Comparison comparison, double proportion) {
        String[] names = Arrays.stream(Region.values()).map(Region::key).toArray(String[]::new);
        int[][] counts = comparison.transitions(proportion);
        double[][] shares = new double[counts.length][];
        String[][] labels = new String[counts.length][];
        for (int from = 0; from < counts.length; from++) {
            int[] row = counts[from];
            double sum = Math.max(1, Arrays.stream(row).sum());
            shares[from] = Arrays.stream(row).mapToDouble(n -> n / sum).toArray();
            labels[from] = Arrays.stream(row)
                    .mapToObj(n -> String.format(Locale.ROOT, "%,d<br>%.0f %%", n, 100 * n / sum))
                    .toArray(String[]::new);
        }
        Plot heat = Plots.heatMap(names, names, shares).withColourLabel("share of the row");
        return heat.withTraces(trace -> trace.with("text", labels)
                        .withAll("texttemplate: '%{text}', zmin: 0, zmax: 1, zauto: false, colorscale: ?", BLUES)
                        .with("hovertemplate", "from %{y} to %{x}: %{text}<extra></extra>"))
                .withX("under the strong model")
                .withY("under the weak model")
                .withTitle("From region to region")
                .with("width", 560)
                .withHeight(440);
    }

    private static int epochs(SampleMetrics metrics) {
        return CorrectnessHue.epochs(metrics.epochs(), metrics.values(Metric.CORRECTNESS));
    }
}

package org.kymograph.cartography.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.noise.DensityShift;
import org.kymograph.cartography.noise.Detection;
import org.kymograph.cartography.noise.NoisyLabels;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotGrid;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The figures of wrong labels: where they lie on the map, and how well detectors find them. */
public final class NoisePlots {
    private static final int POINTS = 500;
    /** Points of a smooth density per bin, and bins beyond its ends. */
    private static final int FINE = 6;

    private static final int TAIL = 3;
    private static final double LEAST = 1e-3;
    private static final int BINS = 40;
    private static final int STEPS = 20;

    private NoisePlots() {}

    /**
     * Draws how samples move when labels are made wrong: their places on the map of the right labels and on that of a run on the wrong ones, with a
     * slider, a button at which they fly, and thin lines from the old to the new places of those whose label was changed. At most 4,000 samples, chosen by
     * chance, always the same.
     *
     * @param before the map of the right labels
     * @param after the map of the same samples with some wrong ones
     * @param noise which are wrong
     * @param classes the labels' names; none for their numbers
     * @return the figure, the second map shown first
     * @throws IllegalArgumentException if the maps are not of the same samples in the same order, a changed sample isn't among them, or a metric is
     *     missing
     */
    public static Animation moved(SampleMetrics before, SampleMetrics after, NoisyLabels noise, String... classes) {
        return NoiseMoves.of(before, after, noise, classes);
    }

    /**
     * Draws the densities of metrics of some samples before and after their labels were changed, on a logarithmic scale
     * (Swayamdipta et al. 2020, figure 4).
     *
     * @param shifts one panel each, such as of confidence and of variability; at least one
     * @return the figure
     * @throws IllegalArgumentException if there are none
     */
    public static PlotGrid shift(DensityShift... shifts) {
        return Plots.grid(
                        shifts.length,
                        Arrays.stream(shifts).map(NoisePlots::densities).toArray(Plot[]::new))
                .withHeight(380);
    }

    private static Plot densities(DensityShift shift) {
        String metric = shift.metric().column().replace('_', ' ');
        return Plots.empty(metric, "density")
                .withLogY()
                .withLegend("")
                .withTitle(metric)
                .withAll("legend: {orientation: h, y: -0.25, yanchor: top}")
                .and(density("before", RoleHue.RIGHT, metric, shift.centres(), shift.before()))
                .and(density("after", RoleHue.WRONG, metric, shift.centres(), shift.after()));
    }

    /** A smooth line over the bins: each spreads over its neighbours as a Gaussian does. What is far below the peak is left out. */
    private static Series density(String name, String colour, String metric, double[] centres, double[] heights) {
        double width = centres.length > 1 ? centres[1] - centres[0] : 1;
        int n = FINE * (centres.length + 2 * TAIL);
        double[] x = Columns.numbers(n, i -> centres[0] + width * ((i + 0.5) / FINE - 0.5 - TAIL));
        double[] smooth = Columns.numbers(n, i -> {
            double sum = 0;
            for (int bin = 0; bin < centres.length; bin++) {
                double z = (x[i] - centres[bin]) / width;
                sum += heights[bin] * Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
            }
            return sum;
        });
        double peak = Arrays.stream(smooth).max().orElse(0);
        double[] y = Arrays.stream(smooth)
                .map(v -> v < LEAST * peak ? Double.NaN : v)
                .toArray();
        return Series.of("type: scatter, mode: lines, name: ?, x: ?, y: ?", name, x, y)
                .withAll("line: {color: ?, width: 2.4}, fill: tozeroy, fillcolor: ?", colour, colour + "33")
                .with("hovertemplate", metric + " %{x:.3f}<br>density %{y:.3~g}<extra>%{fullData.name}</extra>");
    }

    /**
     * Draws what share of the wrong labels detectors find for what share of right labels that they suspect.
     *
     * @param detections what each detector says of the same samples
     * @param truth for each sample whether its label is wrong
     * @return the figure
     * @throws IllegalArgumentException if the numbers of samples differ, or all labels are right or all wrong
     */
    public static Plot roc(List<Detection> detections, boolean[] truth) {
        Plot plot = Plots.empty("right labels suspected (share)", "wrong labels found (share)");
        for (Detection detection : detections) {
            double[][] found = ranked(detection, truth);
            double wrong = found[1][found[1].length - 1];
            double right = found[0][found[0].length - 1] - wrong;
            plot = plot.and(curve(
                    plot.traces().size(),
                    detection.method(),
                    found,
                    (n, hits) -> (n - hits) / right,
                    (n, hits) -> hits / wrong));
        }
        return square(plot)
                .with("shapes", List.of(Map.of("type", "line", "x0", 0, "y0", 0, "x1", 1, "y1", 1, "layer", "below")))
                .withTitle("Finding wrong labels: ROC");
    }

    /**
     * Draws what share of the suspects is wrong for what share of the wrong labels is found.
     *
     * @param detections what each detector says of the same samples
     * @param truth for each sample whether its label is wrong
     * @return the figure, with a line where chance is
     * @throws IllegalArgumentException if the numbers of samples differ, or all labels are right or all wrong
     */
    public static Plot precisionRecall(List<Detection> detections, boolean[] truth) {
        Plot plot = Plots.empty("recall", "precision");
        double wrong = 0;
        for (Detection detection : detections) {
            double[][] found = ranked(detection, truth);
            double all = found[1][found[1].length - 1];
            wrong = all;
            double[][] some = {
                Arrays.copyOfRange(found[0], 1, found[0].length), Arrays.copyOfRange(found[1], 1, found[1].length)
            };
            plot = plot.and(curve(
                    plot.traces().size(), detection.method(), some, (n, hits) -> hits / all, (n, hits) -> hits / n));
        }
        return square(plot)
                .withLineAtY(wrong / truth.length, "")
                .withTitle(String.format(
                        Locale.ROOT, "Finding wrong labels: precision and recall (chance %.3f)", wrong / truth.length));
    }

    private static Series curve(
            int place, String name, double[][] found, DoubleBinaryOperator x, DoubleBinaryOperator y) {
        int n = found[0].length;
        int[] shown = IntStream.range(0, Math.min(n, POINTS))
                .map(i -> n <= POINTS ? i : (int) Math.round((n - 1) * Math.pow((double) i / (POINTS - 1), 2)))
                .distinct()
                .toArray();
        return Series.of("type: scatter, mode: lines, name: ?", Plots.escape(name))
                .with("x", Columns.numbers(shown.length, i -> x.applyAsDouble(found[0][shown[i]], found[1][shown[i]])))
                .with("y", Columns.numbers(shown.length, i -> y.applyAsDouble(found[0][shown[i]], found[1][shown[i]])))
                .with("customdata", Columns.pick(found[0], shown))
                .withAll("line: {color: ?, width: 2.4}", Palette.COLOURS.get(place % Palette.COLOURS.size()))
                .with(
                        "hovertemplate",
                        "%{customdata:,} suspects<br>%{xaxis.title.text} %{x:.3f}<br>%{yaxis.title.text} %{y:.3f}<extra>%{fullData.name}</extra>");
    }

    private static Plot square(Plot plot) {
        return plot.withXRange(-0.02, 1.02)
                .withYRange(-0.02, 1.02)
                .withLegend("")
                .withAll("legend: {orientation: h, y: -0.2, yanchor: top}")
                .with("width", 680)
                .withHeight(500);
    }

    /**
     * Draws the values of right and of wrong labels, with a slider for the limit below which (or above, for a metric that is large where labels are
     * suspect) a sample is taken for wrong; the title tells precision, recall and F1 at that limit.
     *
     * @param metrics the samples
     * @param metric what makes suspect, such as confidence
     * @param truth for each sample whether its label is wrong
     * @return the figure, the limit of the largest F1 shown first
     * @throws IllegalArgumentException if the numbers of samples differ, all labels are right or all wrong, or the metric is missing
     */
    public static Animation threshold(SampleMetrics metrics, Metric metric, boolean[] truth) {
        double[] values = metrics.values(metric);
        Arguments.sameLength("truth", truth.length, "metrics", values.length);
        double[] sorted =
                Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        double[] right = Columns.pick(values, SampleRows.where(truth, false));
        double[] wrong = Columns.pick(values, SampleRows.where(truth, true));
        Arguments.check(
                wrong.length > 0 && right.length > 0,
                "the number of wrong labels",
                wrong.length,
                "1 to " + (truth.length - 1));
        String name = metric.column().replace('_', ' ');
        Table both = Table.create(
                DoubleColumn.create(
                        name,
                        DoubleStream.concat(Arrays.stream(right), Arrays.stream(wrong))
                                .toArray()),
                StringColumn.create("label", Columns.each(truth.length, i -> i < right.length ? "right" : "wrong")));
        Plot bars = Plots.histogram(both, name, "label", BINS)
                .withColours(RoleHue.OF)
                .withLogY()
                .withY("samples")
                .withLegend("label")
                .withHeight(420);
        Map<String, Plot> steps = new LinkedHashMap<>();
        String best = "";
        double most = -1;
        double low = sorted[0];
        double high = sorted[sorted.length - 1];
        String decimals = "%." + Math.max(0, (int) Math.ceil(-Math.log10((high - low) / STEPS))) + "f";
        for (int step = 1; step < STEPS; step++) {
            double limit = low + (high - low) * step / STEPS;
            Detection.Report report =
                    Detection.threshold(metrics, metric, limit).report(truth, 0);
            String label = String.format(Locale.ROOT, decimals, limit);
            steps.put(
                    label,
                    bars.withLineAtX(limit, metric.ascending() ? "← suspect" : "suspect →")
                            .withTitle(String.format(
                                    Locale.ROOT,
                                    "precision %.2f, recall %.2f, F1 %.2f",
                                    report.whole().precision(),
                                    report.whole().recall(),
                                    report.whole().f1())));
            if (report.whole().f1() > most) {
                most = report.whole().f1();
                best = label;
            }
        }
        return Animation.of("limit of " + name + ":", steps, best);
    }

    /** Numbers of suspects and of wrong labels among them, from none to all, the most suspect first; samples of equal suspicion come together. */
    private static double[][] ranked(Detection detection, boolean[] truth) {
        double[] suspicion = detection.suspicion();
        Arguments.sameLength("truth", truth.length, "each detection", suspicion.length);
        int[] order = Statistics.order(truth.length, (a, b) -> Double.compare(-suspicion[a], -suspicion[b]));
        List<double[]> points = new ArrayList<>(List.of(new double[] {0, 0}));
        int hits = 0;
        for (int k = 0; k < order.length; k++) {
            hits += truth[order[k]] ? 1 : 0;
            if (k + 1 == order.length || suspicion[order[k]] != suspicion[order[k + 1]]) {
                points.add(new double[] {k + 1, hits});
            }
        }
        Arguments.check(
                hits > 0 && hits < truth.length, "the number of wrong labels", hits, "1 to " + (truth.length - 1));
        return new double[][] {Columns.numbers(points, p -> p[0]), Columns.numbers(points, p -> p[1])};
    }
}

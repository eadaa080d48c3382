package org.kymograph.cartography.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.noise.DensityShift;
import org.kymograph.cartography.noise.Detection;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotGrid;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;

/** The figures of wrong labels: where they lie on the map, and how well detectors find them. */
public final class NoisePlots {
    private static final int POINTS = 500;

    private NoisePlots() {}

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
                .and(density("before", "#c44e52", metric, shift.centres(), shift.before()))
                .and(density("after", "#4c72b0", metric, shift.centres(), shift.after()));
    }

    /** Stairs over the bins' edges, so that a bin whose neighbours are empty is seen too. */
    private static Series density(String name, String colour, String metric, double[] centres, double[] heights) {
        double half = centres.length > 1 ? (centres[1] - centres[0]) / 2 : 0.5;
        double[] x = new double[2 * centres.length];
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = centres[i / 2] + (i % 2 == 0 ? -half : half);
            y[i] = heights[i / 2] == 0 ? Double.NaN : heights[i / 2];
        }
        return Series.of("type: scatter, mode: lines, name: ?, x: ?, y: ?", name, x, y)
                .withAll("line: {color: ?, width: 2.4}", colour)
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

    private interface Ratio {
        double of(double suspects, double hits);
    }

    private static Series curve(int place, String name, double[][] found, Ratio x, Ratio y) {
        int n = found[0].length;
        int[] shown = IntStream.range(0, Math.min(n, POINTS))
                .map(i -> n <= POINTS ? i : (int) Math.round((n - 1) * Math.pow((double) i / (POINTS - 1), 2)))
                .distinct()
                .toArray();
        return Series.of("type: scatter, mode: lines, name: ?", Plots.escape(name))
                .with(
                        "x",
                        Arrays.stream(shown)
                                .mapToDouble(i -> x.of(found[0][i], found[1][i]))
                                .toArray())
                .with(
                        "y",
                        Arrays.stream(shown)
                                .mapToDouble(i -> y.of(found[0][i], found[1][i]))
                                .toArray())
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
                .with("width", 680)
                .withHeight(480);
    }

    /** Numbers of suspects and of wrong labels among them, from none to all, the most suspect first; samples of equal suspicion come together. */
    private static double[][] ranked(Detection detection, boolean[] truth) {
        double[] suspicion = detection.suspicion();
        Arguments.sameLength("truth", truth.length, "each detection", suspicion.length);
        int[] order = IntStream.range(0, truth.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -suspicion[i]))
                .mapToInt(i -> i)
                .toArray();
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

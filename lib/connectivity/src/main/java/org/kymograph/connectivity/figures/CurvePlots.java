package org.kymograph.connectivity.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.connectivity.cluster.ExtremeModels;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.connectivity.curves.PairCurves;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotGrid;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.stats.Resampling;

/** Figures of losses along segments. */
public final class CurvePlots {
    private static final int DRAWS = 1000;

    private CurvePlots() {}

    /**
     * Draws curves with their mean.
     *
     * @param curves curves of as many points each, at least one
     * @return the figure, from {@code (1, 0)}, all first model, to {@code (0, 1)}, all second
     */
    public static Plot curves(List<PairCurve> curves) {
        Arguments.notEmpty("curves", curves);
        Plot all = Plots.empty("", "loss");
        for (PairCurve c : curves) {
            double[] losses = c.losses();
            all = all.and(Series.of("scatter")
                    .with("mode", "lines")
                    .with("x", points(losses.length))
                    .with("y", losses)
                    .with("name", Plots.escape(c.from() + " to " + c.to()))
                    .with("line.color", Palette.TEXT)
                    .with("hovertemplate", "%{fullData.name}<br>%{y:.4~g}<extra></extra>"));
        }
        return mean(all.faint(), curves, Palette.COLOURS.get(0));
    }

    private static double[] points(int n) {
        return IntStream.range(0, n).asDoubleStream().toArray();
    }

    private static Plot mean(Plot plot, List<PairCurve> curves, String colour) {
        double[][] losses = curves.stream().map(PairCurve::losses).toArray(double[][]::new);
        int n = losses[0].length;
        for (double[] l : losses) {
            Arguments.sameLength("the points of a curve", l.length, "those of the first", n);
        }
        double[] x = points(n);
        Resampling.Interval[] band = Resampling.bootstrap(losses.length, units -> means(losses, units), DRAWS, 0.95, 0);
        double[] edge = new double[2 * n];
        double[] places = new double[2 * n];
        for (int k = 0; k < n; k++) {
            places[k] = x[k];
            places[2 * n - 1 - k] = x[k];
            edge[k] = band[k].lower();
            edge[2 * n - 1 - k] = band[k].upper();
        }
        return plot.and(Series.of("scatter")
                        .with("x", places)
                        .with("y", edge)
                        .with("fill", "toself")
                        .with("mode", "none")
                        .with("fillcolor", new Palette.Style(colour, "solid", "circle").translucent(0.25))
                        .with("hoverinfo", "skip")
                        .with("showlegend", false))
                .and(Series.of("scatter")
                        .with("x", x)
                        .with(
                                "y",
                                Arrays.stream(band)
                                        .mapToDouble(Resampling.Interval::estimate)
                                        .toArray())
                        .with("mode", "lines+markers")
                        .with("line", Map.of("color", colour, "width", 3))
                        .with("name", "mean")
                        .with("hovertemplate", "mean %{y:.4~g}<extra></extra>")
                        .with("showlegend", false))
                .with("xaxis.tickvals", new double[] {0, n - 1})
                .with("xaxis.ticktext", new String[] {"(1, 0)", "(0, 1)"})
                .with("yaxis.tickformat", ".2f")
                .with(
                        "annotations",
                        List.of(Plots.attributes(
                                "xref: 'x domain', yref: 'y domain', x: 0.5, y: 0.02, yanchor: bottom, showarrow: false, text: ?",
                                "N = " + losses.length)));
    }

    private static double[] means(double[][] losses, int[] units) {
        double[] sums = new double[losses[0].length];
        for (int u : units) {
            for (int k = 0; k < sums.length; k++) {
                sums[k] += losses[u][k] / units.length;
            }
        }
        return sums;
    }

    /**
     * Draws the mean curves between the models of the highest, middle and lowest scores, with 95 % bootstrap bands over the curves:
     * within a kind each segment in both directions, across kinds from the first to the second. Curves that share a model are
     * not independent, so bands are too narrow if anything.
     *
     * @param curves the curves by data set, a row of figures each
     * @param selection the models
     * @param middle whether the middle models are drawn too
     * @return the figure
     * @throws IllegalArgumentException if a kind of pair has no curve
     */
    public static PlotGrid peaksAndValleys(Map<String, PairCurves> curves, ExtremeModels selection, boolean middle) {
        Arguments.check(!curves.isEmpty(), "curves", curves, "at least one data set");
        Map<String, List<List<String>>> kinds = new LinkedHashMap<>();
        kinds.put("gen.-to-gen.", List.of(selection.highest(), selection.highest()));
        kinds.put("gen.-to-heur.", List.of(selection.highest(), selection.lowest()));
        if (middle) {
            kinds.put("gen.-to-middle", List.of(selection.highest(), selection.middle()));
        }
        kinds.put("heur.-to-heur.", List.of(selection.lowest(), selection.lowest()));
        if (middle) {
            kinds.put("heur.-to-middle", List.of(selection.lowest(), selection.middle()));
            kinds.put("middle-to-middle", List.of(selection.middle(), selection.middle()));
        }
        List<Plot> plots = new ArrayList<>();
        int row = 0;
        for (Map.Entry<String, PairCurves> set : curves.entrySet()) {
            String colour = Palette.COLOURS.get(row % Palette.COLOURS.size());
            List<Plot> these = new ArrayList<>();
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (Map.Entry<String, List<List<String>>> kind : kinds.entrySet()) {
                List<PairCurve> between = set.getValue()
                        .between(kind.getValue().get(0), kind.getValue().get(1));
                Arguments.check(
                        !between.isEmpty(),
                        "curves of " + set.getKey(),
                        "without " + kind.getKey(),
                        "at least one such pair");
                for (double l : means(
                        between.stream().map(PairCurve::losses).toArray(double[][]::new),
                        IntStream.range(0, between.size()).toArray())) {
                    low = Math.min(low, l);
                    high = Math.max(high, l);
                }
                these.add(mean(Plots.empty("", these.isEmpty() ? set.getKey() : ""), between, colour)
                        .withTitle(kind.getKey()));
            }
            double margin = 0.15 * Math.max(high - low, 1e-6);
            for (Plot plot : these) {
                plots.add(plot.withYRange(low - margin, high + margin));
            }
            row++;
        }
        return Plots.grid(3, plots.toArray(Plot[]::new)).withHeight(90 + 240 * (plots.size() / 3));
    }
}

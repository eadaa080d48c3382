package org.kymograph.states.figures;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotlyFigure;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.Selection;
import org.kymograph.states.hmm.Selection.Candidate;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.states.map.Outcome;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The figures of latent states; {@link LossPlots} draws losses by state, {@link EvidencePlots} what explains them. A state has the same colour in all. */
public final class StatePlots {
    private static final String SCORE = "#44BB99";
    private static final String AIC = "#EE8866";
    private static final String BIC = "#77AADD";
    private static final String BAND = "rgba(128,128,128,0.2)";
    private static final int ROW = 9;
    private static final double TIMELINE_LEAST = 220;
    private static final double TIMELINE_MOST = 620;

    private StatePlots() {}

    /**
     * Draws the training map; {@link TrainingMapPlot} has more settings.
     *
     * @param decoded the runs
     * @param convergence when they converged, in checkpoints
     * @return the figure
     */
    public static Plot map(DecodedRuns decoded, Outcome convergence) {
        return TrainingMapPlot.of(decoded, convergence).plot();
    }

    /**
     * Draws how well each number of states does on runs that weren't fitted: the mean log-likelihood over the starts with a band of one standard
     * deviation on the left, mean AIC and BIC on the right, and which number the rules choose (figure 12 of Hu et al. 2023).
     *
     * @param selection what was tried
     * @return the figure
     */
    public static Plot selection(Selection selection) {
        List<Candidate> tried = selection.candidates().stream()
                .filter(c -> Double.isFinite(c.meanScore()))
                .toList();
        double[] k = tried.stream().mapToDouble(Candidate::states).toArray();
        double[] mean = tried.stream().mapToDouble(Candidate::meanScore).toArray();
        double[] sd = tried.stream().mapToDouble(Candidate::scoreDeviation).toArray();
        double[] around = new double[2 * k.length];
        double[] edge = new double[2 * k.length];
        for (int i = 0; i < k.length; i++) {
            around[i] = k[i];
            edge[i] = mean[i] - sd[i];
            around[2 * k.length - 1 - i] = k[i];
            edge[2 * k.length - 1 - i] = mean[i] + sd[i];
        }
        Plot plot = Plots.empty("number of states", "log-likelihood of the test runs ↑")
                .and(Series.of("scatter")
                        .with("x", around)
                        .with("y", edge)
                        .with("fill", "toself")
                        .with("mode", "lines")
                        .with("fillcolor", BAND)
                        .with("line", Map.of("width", 0))
                        .with("hoverinfo", "skip")
                        .with("name", "± sd over the starts")
                        .with("showlegend", false))
                .and(criterion("log-likelihood", k, mean, SCORE, "y", "solid"))
                .and(criterion(
                        "AIC", k, tried.stream().mapToDouble(Candidate::aic).toArray(), AIC, "y2", "dash"))
                .and(criterion(
                        "BIC", k, tried.stream().mapToDouble(Candidate::bic).toArray(), BIC, "y2", "solid"))
                .with(
                        "yaxis2",
                        Map.of(
                                "overlaying",
                                "y",
                                "side",
                                "right",
                                "title",
                                Map.of("text", "AIC, BIC ↓"),
                                "showgrid",
                                false,
                                "automargin",
                                true))
                .with("xaxis.dtick", tried.size() <= 16 ? 1 : 2)
                .with("xaxis.showgrid", false)
                .with("legend", Map.of("orientation", "h", "y", 1.02, "yanchor", "bottom"))
                .withTitle("How many states?")
                .with("showlegend", true)
                .with("margin", Map.of("t", 80));
        int least = selection.chosen().states();
        int simple = selection.chosen(Selection.Rule.ONE_STANDARD_ERROR).states();
        plot = least == simple
                ? plot.withLineAtX(least, "least BIC, also within 1 se")
                : plot.withLineAtX(least, "least BIC").withLineAtX(simple, "within 1 se");
        return plot;
    }

    private static Series criterion(String name, double[] k, double[] values, String colour, String axis, String dash) {
        return Series.of("scatter")
                .with("name", name)
                .with("x", k)
                .with("y", values)
                .with("yaxis", axis)
                .with("mode", "lines+markers")
                .with("line", Map.of("color", colour, "width", 2.2, "dash", dash))
                .with("marker", Map.of("size", 7, "color", colour))
                .with("hovertemplate", "%{x} states<br>" + name + " %{y:,.1f}<extra></extra>");
    }

    /**
     * Draws the states of all runs, one row a run, the first to converge on top, with a mark where each converges.
     *
     * @param paths the runs' states
     * @param convergence when they converged, in checkpoints; null if that isn't known, then runs stay in their order
     * @param unit what is counted along the axis, such as {@code "epoch"}
     * @param perCheckpoint how many of these a checkpoint is, above 0
     * @return the figure
     */
    public static Plot timeline(StatePaths paths, Outcome convergence, String unit, double perCheckpoint) {
        int n = paths.runs().size();
        List<Integer> order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> {
                    String run = paths.runs().get(i);
                    return convergence == null
                            ? 0
                            : !convergence.has(run)
                                    ? Double.POSITIVE_INFINITY
                                    : convergence.isCensored(run) ? Double.MAX_VALUE : convergence.value(run);
                }))
                .toList();
        int length = paths.longest();
        Object[] z = new Object[n];
        for (int row = 0; row < n; row++) {
            Integer[] cells = new Integer[length];
            int[] path = paths.path(order.get(row));
            Arrays.setAll(cells, t -> t < path.length ? path[t] : null);
            z[row] = cells;
        }
        String[] names =
                order.stream().map(i -> Plots.escape(paths.runs().get(i))).toArray(String[]::new);
        int states = paths.states();
        Plot plot = Plots.empty(unit, n + " runs")
                .and(Series.of("heatmap")
                        .with("z", z)
                        .with("x0", perCheckpoint / 2)
                        .with("dx", perCheckpoint)
                        .with("zmin", -0.5)
                        .with("zmax", states - 0.5)
                        .with("colorscale", colours(states))
                        .with("showscale", false)
                        .with("text", names)
                        .with("ygap", n <= 60 ? 1 : 0)
                        .with("customdata", names)
                        .with("hovertemplate", "run %{y}<br>" + unit + " %{x}<br>state %{z}<extra></extra>"));
        // Rows by number, names as ticks: names may look like numbers.
        plot = plot.with("yaxis.tickmode", "array")
                .with("yaxis.tickvals", IntStream.range(0, n).asDoubleStream().toArray())
                .with(
                        "yaxis.ticktext",
                        Arrays.stream(names)
                                .map(name -> Symbols.shortened(name, 16))
                                .toArray(String[]::new))
                .with("yaxis.tickfont.size", n <= 60 ? 9 : 7)
                .with("yaxis.showticklabels", n <= 80)
                .with("yaxis.autorange", "reversed")
                .with("yaxis.showgrid", false)
                .with("xaxis.showgrid", false)
                .with("xaxis.zeroline", false)
                .with("yaxis.zeroline", false);
        if (convergence != null) {
            int[] known = IntStream.range(0, n)
                    .filter(r -> convergence.has(paths.runs().get(order.get(r)))
                            && !convergence.isCensored(paths.runs().get(order.get(r))))
                    .toArray();
            plot = plot.and(Series.of("scatter")
                    .with("mode", "markers")
                    .with("name", "converged")
                    .with(
                            "x",
                            Arrays.stream(known)
                                    .mapToDouble(r ->
                                            (convergence.value(paths.runs().get(order.get(r))) + 0.5) * perCheckpoint)
                                    .toArray())
                    .with("y", Arrays.stream(known).asDoubleStream().toArray())
                    .with(
                            "marker",
                            Map.of("symbol", "line-ns", "size", 8, "line", Map.of("width", 2, "color", "#4a4a4a")))
                    .with("hovertemplate", "converged at " + unit + " %{x}<extra></extra>"));
        }
        return legend(plot, IntStream.range(0, states).toArray())
                .withTitle("States of all runs")
                .withHeight(
                        (int) Math.min(TIMELINE_MOST, Math.max(TIMELINE_LEAST + 12 * states, 120 + (double) ROW * n)));
    }

    /** Entries for states whose traces can't have any. */
    static Plot legend(Plot plot, int... states) {
        Plot with = plot;
        for (int state : states) {
            with = with.and(Series.of("scatter")
                    .with("x", new Object[] {null})
                    .with("y", new Object[] {null})
                    .with("mode", "markers")
                    .with("name", "state " + state)
                    .with("marker", Map.of("symbol", "square", "size", 11, "color", StateColours.of(state))));
        }
        return with.with("showlegend", true).with("legend.itemclick", false).with("legend.itemdoubleclick", false);
    }

    private static Object[][] colours(int states) {
        Object[][] scale = new Object[2 * states][];
        for (int k = 0; k < states; k++) {
            scale[2 * k] = new Object[] {(double) k / states, StateColours.of(k)};
            scale[2 * k + 1] = new Object[] {(k + 1.0) / states, StateColours.of(k)};
        }
        return scale;
    }

    /**
     * Draws when runs first enter each state, stacked, and below it when they converge.
     *
     * @param onsets when each run enters each state
     * @param convergence when the runs converged, in the same unit; null to leave it away
     * @param unit what is counted, such as {@code "epoch"}
     * @return the figure
     */
    public static PlotlyFigure onsets(StatePaths.Onsets onsets, Outcome convergence, String unit) {
        double[][] rows = onsets.onsets();
        int states = rows[0].length;
        String[] names = IntStream.range(0, rows.length * states)
                .mapToObj(i -> "state " + i % states)
                .toArray(String[]::new);
        double[] first = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        Plot bars = Plots.histogram(
                Table.create(DoubleColumn.create("first", first), StringColumn.create("state", names)),
                "first",
                "state",
                40);
        Plot plot = Plots.empty(unit + " of the first visit", "runs")
                .with("barmode", "stack")
                .with("bargap", 0)
                .withLegend("");
        for (int k = 0; k < states; k++) {
            Series bar = bars.traces().get(k);
            if (Arrays.stream((double[]) bar.get("y")).sum() > 0) {
                plot = plot.and(bar.with("opacity", 1)
                        .with("marker", Map.of("color", StateColours.of(k), "line", Map.of("width", 0)))
                        .with(
                                "hovertemplate",
                                "%{y} runs first visit state " + k + " around " + unit + " %{x:.4~g}<extra></extra>"));
            }
        }
        int never = convergence == null
                ? 0
                : (int) convergence.runs().stream()
                        .filter(convergence::isCensored)
                        .count();
        if (convergence == null || never == convergence.runs().size()) {
            return plot.withTitle("When states begin");
        }
        Plot below = Plots.histogram(convergence.withoutCensored().values())
                .withX(unit + " of convergence" + (never > 0 ? " (" + never + " never)" : ""))
                .withY("runs")
                .withTitle("When runs converge")
                .withoutLegend();
        return Plots.grid(1, plot.withTitle("When states begin"), below);
    }

    /**
     * Draws how many runs converge when (appendix I of Hu et al. 2023).
     *
     * @param histogram the runs in each bin
     * @param unit what is counted, such as {@code "epoch"}
     * @return the figure
     */
    public static Plot convergence(Outcome.Histogram histogram, String unit) {
        int n = histogram.counts().size();
        double width = (histogram.to() - histogram.from()) / n;
        String outside = (histogram.below() > 0 ? histogram.below() + " before" : "")
                + (histogram.below() > 0 && histogram.above() > 0 ? ", " : "")
                + (histogram.above() > 0 ? histogram.above() + " after" : "");
        return Plots.empty(unit + " of convergence" + (outside.isEmpty() ? "" : " (" + outside + ")"), "runs")
                .and(Series.of("bar")
                        .with(
                                "x",
                                IntStream.range(0, n)
                                        .mapToDouble(i -> histogram.edge(i) + width / 2)
                                        .toArray())
                        .with("y", histogram.counts())
                        .with("width", width)
                        .with(
                                "marker",
                                Map.of("color", BIC, "line", Map.of("width", 1, "color", "rgba(128,128,128,0.9)")))
                        .with(
                                "customdata",
                                IntStream.range(0, n)
                                        .mapToObj(i -> new double[] {histogram.edge(i), histogram.edge(i + 1)})
                                        .toList())
                        .with(
                                "hovertemplate",
                                "%{y} runs from %{customdata[0]:.4~g} to %{customdata[1]:.4~g}<extra></extra>"))
                .with("bargap", 0)
                .withXRange(histogram.from(), histogram.to())
                .withTitle("When runs converge")
                .withoutLegend();
    }
}

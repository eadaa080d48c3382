package org.kymograph.states.figures;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotlyFigure;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.states.em.ExtendedHmm;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.HmmComparison;
import org.kymograph.states.hmm.OnlineDecoder;
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
    private static final int ROW = 12;
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
        double[] k = Columns.numbers(tried, Candidate::states);
        double[] mean = Columns.numbers(tried, Candidate::meanScore);
        double[] sd = Columns.numbers(tried, Candidate::scoreDeviation);
        double[] around = new double[2 * k.length];
        double[] edge = new double[2 * k.length];
        for (int i = 0; i < k.length; i++) {
            around[i] = k[i];
            edge[i] = mean[i] - sd[i];
            around[2 * k.length - 1 - i] = k[i];
            edge[2 * k.length - 1 - i] = mean[i] + sd[i];
        }
        Plot plot = Plots.empty("number of states", "log-likelihood of the test runs ↑")
                .and(Series.of("type: scatter, x: ?, y: ?, fill: toself, mode: lines", around, edge)
                        .withAll("fillcolor: ?, line: {width: 0}, hoverinfo: skip", BAND)
                        .withAll("name: '± sd over the starts', showlegend: false"))
                .and(criterion("log-likelihood", k, mean, SCORE, "y", "solid"))
                .and(criterion("AIC", k, Columns.numbers(tried, Candidate::aic), AIC, "y2", "dash"))
                .and(criterion("BIC", k, Columns.numbers(tried, Candidate::bic), BIC, "y2", "solid"))
                .withAll("yaxis2: {overlaying: y, side: right, showgrid: false, automargin: true}")
                .with("yaxis2.title.text", "AIC, BIC ↓")
                .withAll("xaxis.dtick: ?, xaxis.showgrid: false", tried.size() <= 16 ? 1 : 2)
                .with("legend", Map.of("orientation", "h", "y", 1.02, "yanchor", "bottom"))
                .withTitle("How many states?")
                .withAll("showlegend: true, margin: {t: 80}");
        if (tried.stream().allMatch(c -> Double.isFinite(c.meanHeldOut()))) {
            plot = crossValidated(plot, tried, k);
        }
        int least = selection.chosen().states();
        int simple = selection.chosen(Selection.Rule.ONE_STANDARD_ERROR).states();
        plot = least == simple
                ? plot.withLineAtX(least, "least BIC, also within 1 se")
                : plot.withLineAtX(least, "least BIC").withLineAtX(simple, "within 1 se");
        return plot;
    }

    /**
     * Puts figures of fits with different numbers of states, and from different starts, under one slider. A curve over it tells the BIC of each number of
     * states on runs that weren't fitted, with a star at the least.
     *
     * @param selection how the numbers of states do
     * @param fits by number of states; those with the same number are told apart by a count from 0, as seeds of starts are
     * @param figure draws one of them
     * @return the figure; the first with the number of states that BIC chooses is shown first
     * @throws IllegalArgumentException if there are no fits
     */
    public static Animation slider(
            Selection selection, List<DecodedRuns> fits, Function<DecodedRuns, ? extends PlotlyFigure> figure) {
        Arguments.notEmpty("fits", fits);
        Map<Integer, Double> bic = new HashMap<>();
        selection.candidates().forEach(candidate -> bic.put(candidate.states(), candidate.bic()));
        boolean several = fits.stream().map(DecodedRuns::states).distinct().count() < fits.size();
        Map<Integer, Integer> starts = new HashMap<>();
        Map<String, PlotlyFigure> steps = new LinkedHashMap<>();
        String shown = null;
        for (DecodedRuns fit : fits) {
            int start = starts.merge(fit.states(), 1, Integer::sum) - 1;
            String name =
                    fit.states() + (fit.states() == 1 ? " state" : " states") + (several ? ", start " + start : "");
            steps.put(name, figure.apply(fit));
            shown = shown == null && fit.states() == selection.chosen().states() ? name : shown;
        }
        Animation animation = shown == null ? Animation.of("", steps) : Animation.of("", steps, shown);
        return animation.withCurve("BIC", Columns.numbers(fits, fit -> bic.getOrDefault(fit.states(), Double.NaN)));
    }

    /** The cross-validated log-likelihood a row, on an axis of its own inside the figure. */
    private static Plot crossValidated(Plot plot, List<Candidate> tried, double[] k) {
        double[] mean = Columns.numbers(tried, Candidate::meanHeldOut);
        double[] error = Columns.numbers(tried, Candidate::heldOutError);
        return plot.and(criterion("cross-validated, a row ± se", k, mean, "#AA4499", "y3", "dot")
                        .withAll("error_y: {type: data, array: ?, thickness: 1.2, width: 4}", error)
                        .with("hovertemplate", "%{x} states<br>%{y:.2f} a row, cross-validated<extra></extra>"))
                .with("yaxis3", Map.of("overlaying", "y", "side", "right", "visible", false));
    }

    private static Series criterion(String name, double[] k, double[] values, String colour, String axis, String dash) {
        return Series.of("type: scatter, name: ?, x: ?, y: ?, yaxis: ?, mode: lines+markers", name, k, values, axis)
                .withAll("line: {color: ?, width: 2.2, dash: ?}, marker: {size: 7, color: ?}", colour, dash, colour)
                .with("hovertemplate", "%{x} states<br>" + name + " %{y:,.1f}<extra></extra>");
    }

    /**
     * Draws the probability of each state along one run, such as {@link OnlineDecoder} gives while the run trains.
     *
     * @param probabilities a row per checkpoint with a number per state
     * @param unit what checkpoints are counted in, such as {@code "epoch"}
     * @return the figure
     * @throws IllegalArgumentException if there are no rows, or rows of different lengths
     */
    public static Plot probabilities(double[][] probabilities, String unit) {
        Arguments.atLeast("the number of rows", probabilities.length, 1);
        int states = probabilities[0].length;
        double[] x = Columns.numbers(probabilities.length, t -> t);
        Plot plot = Plots.empty(unit, "probability").withTitle("The state of one run while it trains");
        for (double[] row : probabilities) {
            Arguments.check(row.length == states, "the length of a row", row.length, states + ", as the first has");
        }
        for (int k = 0; k < states; k++) {
            int state = k;
            plot = plot.and(Series.of("type: scatter, mode: lines, x: ?, name: ?", x, "state " + state)
                    .with("y", Columns.numbers(probabilities.length, t -> probabilities[t][state]))
                    .with("line.color", StateColours.of(state))
                    .with("line.width", 2.5));
        }
        return plot.withYRange(-0.02, 1.02);
    }

    /**
     * Draws how forms of the model do on runs that weren't fitted, for each number of states; the plain one's line is broad, so that it shows
     * beneath one that does as well.
     *
     * @param comparison the forms
     * @return the figure
     */
    public static Plot comparison(HmmComparison comparison) {
        String plain = ExtendedHmm.Form.PLAIN.toString();
        return Plots.lines(comparison.table(), "states", "held-out", "model")
                .withTraces(line -> plain.equals(line.get("name")) ? line.withAll("line.width: 7, opacity: 0.5") : line)
                .withX("states")
                .withY("held-out log-likelihood per row")
                .with("xaxis.dtick", 1)
                .withTitle("Forms of the model, on runs that were left out");
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
        List<String> names =
                Symbols.runs(order.stream().map(i -> paths.runs().get(i)).toList(), 16);
        int states = paths.states();
        Plot plot = Plots.empty(unit, n + " runs")
                .and(Timelines.rows(Columns.each(order, paths::path), states, unit, perCheckpoint))
                .withAll("xaxis.showgrid: false, xaxis.zeroline: false, yaxis.autorange: reversed")
                .withAll("yaxis.tickfont.size: ?, yaxis.showticklabels: ?", n <= 60 ? 9 : 7, n <= 80);
        for (Map.Entry<String, Object> entry : Timelines.axis(names).entrySet()) {
            plot = plot.with("yaxis." + entry.getKey(), entry.getValue());
        }
        if (convergence != null) {
            double[] at = Columns.numbers(order, i -> {
                String run = paths.runs().get(i);
                return convergence.has(run) && !convergence.isCensored(run)
                        ? convergence.value(run) * perCheckpoint
                        : Double.NaN;
            });
            plot = plot.and(Timelines.converged(at, unit));
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
            with = with.and(
                    Series.of("type: scatter, x: ?, y: ?, mode: markers", new Object[] {null}, new Object[] {null})
                            .with("name", "state " + state)
                            .withAll("marker: {symbol: square, size: 11, color: ?}", StateColours.of(state)));
        }
        return with.withAll("showlegend: true, legend.itemclick: false, legend.itemdoubleclick: false");
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
                .withAll("barmode: stack, bargap: 0")
                .withLegend("");
        for (int k = 0; k < states; k++) {
            Series bar = bars.traces().get(k);
            if (Arrays.stream((double[]) bar.get("y")).sum() > 0) {
                plot = plot.and(bar.withAll("opacity: 1, marker: {color: ?, line: {width: 0}}", StateColours.of(k))
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
        return Plots.grid(1, plot.withTitle("When states begin"), below).withSharedX();
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
                .and(Series.of("type: bar, x: ?", Columns.numbers(n, i -> histogram.edge(i) + width / 2))
                        .withAll("y: ?, width: ?", histogram.counts(), width)
                        .withAll("marker: {color: ?, line: {width: 1, color: 'rgba(128,128,128,0.9)'}}", BIC)
                        .with("customdata", Columns.each(n, i ->
                                new double[] {histogram.edge(i), histogram.edge(i + 1)}))
                        .with(
                                "hovertemplate",
                                "%{y} runs from %{customdata[0]:.4~g} to %{customdata[1]:.4~g}<extra></extra>"))
                .with("bargap", 0)
                .withXRange(histogram.from(), histogram.to())
                .withTitle("When runs converge")
                .withoutLegend();
    }
}

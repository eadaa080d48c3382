package org.kymograph.states.figures;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.states.map.Detours;
import org.kymograph.states.map.Dissimilarity;
import org.kymograph.states.map.EarlyPrediction;
import org.kymograph.states.map.FeatureSubsets;
import org.kymograph.states.map.OccupancyRegression;
import org.kymograph.states.map.StateCorrelations;
import org.kymograph.states.map.VerdictStability;
import org.kymograph.stats.Statistics;

/** The figures of what latent states explain: convergence, differences between runs, similarity of layers. */
public final class EvidencePlots {
    private EvidencePlots() {}

    /**
     * Draws by how many checkpoints a checkpoint in each state delays convergence, with intervals, detours marked.
     *
     * @param regression the regression
     * @param intervals the bootstrap's intervals; null for one standard error to each side
     * @param detours which states are detours; null if that isn't known
     * @return the figure
     * @throws IllegalArgumentException if these are of another number of states
     */
    public static Plot coefficients(
            OccupancyRegression regression, OccupancyRegression.Intervals intervals, Detours detours) {
        double[] beta = regression.coefficients();
        Arguments.require(
                !(intervals != null && intervals.states().size() != beta.length
                        || detours != null && detours.states().size() != beta.length),
                "intervals or detours have another number of states; expected " + beta.length + ", as the regression");
        double[] errors = regression.fit().standardErrors();
        double[] up = new double[beta.length];
        double[] down = new double[beta.length];
        Arrays.setAll(
                up,
                k -> intervals == null ? errors[k] : intervals.states().get(k).upper() - beta[k]);
        Arrays.setAll(
                down,
                k -> intervals == null
                        ? errors[k]
                        : beta[k] - intervals.states().get(k).lower());
        List<Integer> slow = detours == null ? List.of() : detours.detours();
        String[] names = IntStream.range(0, beta.length)
                .mapToObj(k -> "state " + k + (slow.contains(k) ? "<br><b>detour</b>" : ""))
                .toArray(String[]::new);
        String what = intervals == null ? "± standard error" : Math.round(100 * intervals.level()) + " % interval";
        return Plots.empty("", "delay per checkpoint")
                .and(Series.of("type: bar, x: ?, y: ?", names, beta)
                        .withAll(
                                "marker: {color: ?, line: {color: #D55E00, width: ?}}",
                                Columns.each(beta.length, StateColours::of),
                                IntStream.range(0, beta.length)
                                        .map(k -> slow.contains(k) ? 3 : 0)
                                        .toArray())
                        .withAll(
                                "error_y: {type: data, array: ?, arrayminus: ?, symmetric: false, color: ?, thickness:"
                                        + " 1.5, width: 5}",
                                up,
                                down,
                                Palette.TEXT)
                        .with("customdata", Columns.each(beta.length, k ->
                                new double[] {beta[k] - down[k], beta[k] + up[k]}))
                        .with(
                                "hovertemplate",
                                "%{x}: %{y:.3f}<br>" + what
                                        + ": %{customdata[0]:.3f} to %{customdata[1]:.3f}<extra></extra>"))
                .withAll("xaxis.type: category, bargap: ?", beta.length < 5 ? 0.6 : 0.3)
                .withLineAtY(0, "")
                .withoutLegend()
                .withTitle("What delays convergence"
                        + (Double.isNaN(regression.rSquared())
                                ? ": all runs have the same"
                                : String.format(
                                        Locale.ROOT,
                                        ": R² %.3f, p %s",
                                        regression.rSquared(),
                                        Symbols.p(regression.pValue()))));
    }

    /**
     * Draws the coefficients of the states again: a bar for each state of the fit that is judged, and a mark for each refit at the coefficient of the
     * state nearest to it; the marks of those that don't differ from 0 at the level .05 are open.
     *
     * @param stability the analysis again
     * @return the figure
     */
    public static Plot coefficients(VerdictStability stability) {
        List<VerdictStability.Coefficient> fit = stability.fit();
        Plot plot = Plots.empty("", "delay per checkpoint")
                .and(Series.of(
                                "type: bar, x: ?, y: ?, showlegend: false, opacity: 0.5",
                                Columns.each(fit.size(), k -> k),
                                Columns.numbers(fit, VerdictStability.Coefficient::value))
                        .withAll("marker.color: ?", Columns.each(fit.size(), StateColours::of))
                        .with("hovertemplate", "state %{x}: %{y:.3f}<extra>the fit</extra>"));
        for (VerdictStability.Kind kind : VerdictStability.Kind.values()) {
            boolean restart = kind == VerdictStability.Kind.RESTART;
            List<VerdictStability.Coefficient> marks = stability.of(kind).stream()
                    .flatMap(refit -> refit.coefficients().stream())
                    .toList();
            plot = plot.and(
                    Series.of(
                                    "type: scatter, mode: markers, name: ?, x: ?, y: ?",
                                    restart ? "other random starts" : "parts of the runs",
                                    Columns.numbers(marks, c -> c.state() + (restart ? -0.15 : 0.15)),
                                    Columns.numbers(marks, VerdictStability.Coefficient::value))
                            .withAll(
                                    "marker: {color: ?, size: 8, symbol: ?, line.width: 1.5}",
                                    Palette.COLOURS.get(restart ? 0 : 1),
                                    Columns.each(
                                            marks.size(),
                                            i -> (restart ? "circle" : "diamond")
                                                    + (marks.get(i).isSignificant() ? "" : "-open")))
                            .withAll(
                                    "customdata: ?, hovertemplate: ?",
                                    Columns.each(marks.size(), i -> new double[] {
                                        marks.get(i).state(),
                                        marks.get(i).p(),
                                        marks.get(i).overlap()
                                    }),
                                    "state %{customdata[0]}: %{y:.3f}, p %{customdata[1]:.2g}<br>%{customdata[2]:.0%} of the checkpoints shared"));
        }
        return plot.withAll(
                        "xaxis: {tickvals: ?, ticktext: ?}, bargap: 0.4",
                        Columns.each(fit.size(), k -> k),
                        Columns.each(fit.size(), k -> "state " + k))
                .withLineAtY(0, "")
                .withAll("legend: {orientation: h, y: -0.15, yanchor: top}")
                .withTitle("The coefficients again; open: not different from 0");
    }

    /**
     * Draws how well the first checkpoints of each run tell when it converges.
     *
     * @param prediction R² by the number of checkpoints
     * @return the figure
     */
    public static Plot earlyPrediction(EarlyPrediction prediction) {
        double[] k = Columns.numbers(prediction.points(), EarlyPrediction.Point::checkpoints);
        Map<String, double[]> curves = new LinkedHashMap<>();
        curves.put("in sample", Columns.numbers(prediction.points(), EarlyPrediction.Point::rSquared));
        curves.put("held-out runs", Columns.numbers(prediction.points(), EarlyPrediction.Point::heldOut));
        // Out of sample R² may fall far below 0, which would hide the rest.
        return Plots.lines(k, curves)
                .withX("first checkpoints used")
                .withY("R²")
                .withYRange(-0.25, 1.02)
                .withLineAtY(0, "")
                .withLegend("")
                .withTitle("How early the states tell when a run converges");
    }

    /**
     * Draws how well models of the first features explain convergence.
     *
     * @param subsets R² by the number of features
     * @return the figure
     */
    public static Plot featureSubsets(FeatureSubsets subsets) {
        List<FeatureSubsets.Point> points = subsets.points();
        return Plots.empty("features (the most important first)", "R²")
                .and(
                        Series.of("type: scatter, mode: lines+markers")
                                .with("x", Columns.numbers(points, p -> p.features()
                                        .size()))
                                .with("y", Columns.numbers(points, FeatureSubsets.Point::rSquared))
                                .withAll("line: {color: ?, width: 2}, marker: {size: 7}", Palette.COLOURS.get(0))
                                .with(
                                        "customdata",
                                        points.stream()
                                                .map(p -> new Object[] {
                                                    Plots.escape(p.features()
                                                            .get(p.features().size() - 1)),
                                                    p.states()
                                                })
                                                .toList())
                                .with(
                                        "hovertemplate",
                                        "%{x} features, the last %{customdata[0]}<br>%{customdata[1]} states: R² %{y:.3f}<extra></extra>"))
                .with("xaxis.tickmode", "array")
                .with(
                        "xaxis.tickvals",
                        points.stream().map(p -> p.features().size()).toList())
                .with(
                        "xaxis.ticktext",
                        // Every other one a line lower, so that neighbours do not touch.
                        Columns.each(
                                points,
                                p -> p.features().size()
                                        + "<br>".repeat(1 + (p.features().size() + 1) % 2)
                                        + Plots.escape(Symbols.feature(
                                                p.features().get(p.features().size() - 1)))))
                .withAll("xaxis.tickfont.size: 10, xaxis.tickangle: 0")
                .withYRange(0, 1.02)
                .withTitle("How many features it takes")
                .withoutLegend();
    }

    /**
     * Draws how much each two runs differ in the time that they spend in each state, from the run that differs most from all others to the one
     * that differs most from it.
     *
     * @param dissimilarity the distances
     * @return the figure
     */
    public static Plot dissimilarity(Dissimilarity dissimilarity) {
        double[][] distances = dissimilarity.distances();
        double[] farthest = Arrays.stream(distances)
                .max(Comparator.comparingDouble(row -> Arrays.stream(row).sum()))
                .orElse(new double[0]);
        int[] order = Statistics.order(farthest.length, (a, b) -> Double.compare(farthest[a], farthest[b]));
        List<String> names = Symbols.runs(dissimilarity.runs(), 16);
        String[] runs =
                IntStream.of(order).mapToObj(i -> Plots.escape(names.get(i))).toArray(String[]::new);
        double[][] sorted = IntStream.of(order)
                .mapToObj(i -> Columns.pick(distances[i], order))
                .toArray(double[][]::new);
        return Plots.heatMap(runs, runs, sorted)
                .withColourLabel("distance")
                .withTraces(trace ->
                        trace.withAll("hovertemplate: '%{x} and %{y}: %{z:.3f}<extra></extra>', texttemplate: ''"))
                .withAll("xaxis.tickfont.size: 9, yaxis.tickfont.size: 9, yaxis.scaleanchor: x")
                .withAll("xaxis.constrain: domain, yaxis.constrain: domain")
                .withHeight(520)
                .withTitle(String.format(Locale.ROOT, "How much runs differ: %.3f on average", dissimilarity.mean()));
    }

    /**
     * Draws the correlation of convergence with having visited a state; states that all runs or none visit have none.
     *
     * @param correlations the correlations
     * @return the figure
     */
    public static Plot correlations(StateCorrelations correlations) {
        List<StateCorrelations.Correlation> known = correlations.states().stream()
                .filter(c -> Double.isFinite(c.r()))
                .toList();
        return Plots.empty("", "correlation with convergence")
                .and(Series.of(
                                "type: bar, x: ?",
                                known.stream().map(c -> "state " + c.state()).toList())
                        .with("y", Columns.numbers(known, StateCorrelations.Correlation::r))
                        .with("marker.color", Columns.each(known, c -> StateColours.of(c.state())))
                        .with("text", Columns.each(known, c -> "p " + Symbols.p(c.p())))
                        .with("textposition", "auto")
                        .with(
                                "customdata",
                                known.stream()
                                        .map(c -> new Object[] {c.visitors(), c.runs()})
                                        .toList())
                        .with(
                                "hovertemplate",
                                "%{x}: r %{y:.3f}, %{customdata[0]} of %{customdata[1]} runs visit it<extra></extra>"))
                .withAll("xaxis.type: category, bargap: ?", known.size() < 5 ? 0.6 : 0.3)
                .withYRange(-1.05, 1.05)
                .withLineAtY(0, "")
                .withoutLegend()
                .withTitle("Visiting a state and converging later");
    }

    /**
     * Draws how alike two networks place the same samples, layer by layer, or how alike runs do, run by run.
     *
     * @param rows names of the first network's layers, or of the runs
     * @param columns names of the second's, or of the runs
     * @param alignment the centred kernel alignments, a row per name of {@code rows}; NaN stays empty
     * @return the figure, its colours from 0 to 1
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Plot alignment(String[] rows, String[] columns, double[][] alignment) {
        return Plots.heatMap(
                        Arrays.stream(rows).map(Plots::escape).toArray(String[]::new),
                        Arrays.stream(columns).map(Plots::escape).toArray(String[]::new),
                        alignment)
                .withTraces(s -> s.withAll("zmin: 0, zmax: 1, zauto: false, colorscale: Viridis")
                        .with("hovertemplate", "%{y} and %{x}: %{z:.3f}<extra></extra>"))
                .withColourLabel("CKA")
                .withTitle("How alike layers are");
    }
}

package org.kymograph.degeneracy.figures;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.degeneracy.llc.LlcCurve;
import org.kymograph.degeneracy.llc.LlcEstimate;
import org.kymograph.degeneracy.llc.LlcSweep;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotGrid;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;

/** Figures of learning coefficients: along a training, of a sampling's chains, under other settings. */
public final class LlcPlots {
    private static final String GREEN = Palette.COLOURS.get(2);
    private static final String BLUE = Palette.COLOURS.get(0);
    private static final String RED = Palette.COLOURS.get(3);

    private LlcPlots() {}

    /**
     * Draws λ̂ along a training with its 95 % intervals, and the losses on a second axis. Estimates that the health rules complain of are hollow.
     *
     * @param curve the estimates
     * @return the figure
     */
    public static Plot curve(LlcCurve curve) {
        List<LlcEstimate> all = curve.estimates();
        double[] x = of(all, LlcEstimate::step);
        Series llc = line("λ̂", x, of(all, LlcEstimate::llc), GREEN, "solid")
                .with("error_y.type", "data")
                .with("error_y.symmetric", false)
                .with("error_y.array", of(all, e -> e.upper() - e.llc()))
                .with("error_y.arrayminus", of(all, e -> e.llc() - e.lower()))
                .with(
                        "marker.symbol",
                        all.stream()
                                .map(e -> e.isHealthy() ? "circle" : "circle-open")
                                .toList())
                .with("marker.size", 7)
                .with(
                        "text",
                        all.stream()
                                .map(e -> Plots.escape(String.join(" ", e.health())))
                                .toList());
        Plot plot = Plots.empty("training step", "λ̂")
                .and(llc)
                .and(line("train loss", x, of(all, LlcEstimate::trainLoss), BLUE, "dash")
                        .with("yaxis", "y2"));
        if (all.stream().anyMatch(e -> !Double.isNaN(e.testLoss()))) {
            plot = plot.and(line("test loss", x, of(all, LlcEstimate::testLoss), RED, "dash")
                    .with("yaxis", "y2"));
        }
        return plot.with("yaxis2.overlaying", "y")
                .with("yaxis2.side", "right")
                .with("yaxis2.title.text", "loss")
                .with("yaxis2.showgrid", false)
                .with("yaxis2.rangemode", "tozero")
                .with("yaxis.rangemode", "tozero")
                .with("legend.orientation", "h")
                .with("legend.y", 1.08)
                .withTitle(
                        curve.settings().orthogonal()
                                ? "Learning coefficient, orthogonal to the gradient"
                                : "Learning coefficient");
    }

    private static double[] of(List<LlcEstimate> all, ToDoubleFunction<LlcEstimate> value) {
        return all.stream().mapToDouble(value).toArray();
    }

    private static Series line(String name, double[] x, double[] y, String colour, String dash) {
        return Series.of("scatter")
                .with("name", name)
                .with("mode", "lines+markers")
                .with("x", x)
                .with("y", y)
                .with("line.color", colour)
                .with("line.dash", dash)
                .with("marker.color", colour)
                .with("marker.size", 5);
    }

    /**
     * Draws the running estimate of each chain, their mean and its standard deviation between the chains, and the final estimate as a dashed line.
     *
     * @param estimate the estimate
     * @return the figure
     */
    public static Plot traces(LlcEstimate estimate) {
        double[][] draws = estimate.draws();
        int every = Math.max(1, draws[0].length / 500);
        int n = draws[0].length / every;
        double[] x =
                Columns.numbers(n, i -> (i + 1) * every * estimate.settings().thinning());
        Map<String, double[]> lines = new LinkedHashMap<>();
        for (int c = 0; c < draws.length; c++) {
            double sum = 0;
            double[] running = new double[n];
            for (int t = 0; t < n * every; t++) {
                sum += draws[c][t];
                running[t / every] = sum / (t + 1);
            }
            lines.put("chain " + c, running);
        }
        double[] mean = new double[n];
        double[] low = new double[n];
        double[] high = new double[n];
        for (int i = 0; i < n; i++) {
            int at = i;
            double[] now = lines.values().stream()
                    .mapToDouble(l -> l[at])
                    .filter(v -> !Double.isNaN(v))
                    .toArray();
            double m = Arrays.stream(now).average().orElse(Double.NaN);
            double sd = now.length < 2
                    ? 0
                    : Math.sqrt(Arrays.stream(now).map(v -> (v - m) * (v - m)).sum() / (now.length - 1));
            mean[i] = m;
            low[i] = m - sd;
            high[i] = m + sd;
        }
        Plot plot = Plots.lines(x, lines).faint();
        plot = plot.and(edge(x, low))
                .and(edge(x, high)
                        .with("fill", "tonexty")
                        .with("fillcolor", "rgba(120,120,120,0.25)")
                        .with("name", "± standard deviation"));
        plot = plot.and(
                line("mean of the chains", x, mean, Palette.TEXT, "dash").with("mode", "lines"));
        plot = plot.withX("step").withY("running λ̂, without burn-in").withTitle("Chains at step " + estimate.step());
        return Double.isNaN(estimate.llc())
                ? plot
                : plot.withLineAtY(estimate.llc(), String.format(Locale.ROOT, "λ̂ = %.1f", estimate.llc()));
    }

    private static Series edge(double[] x, double[] y) {
        return Series.of("scatter")
                .with("mode", "lines")
                .with("x", x)
                .with("y", y)
                .with("line.width", 0)
                .with("showlegend", false)
                .with("hoverinfo", "skip");
    }

    /**
     * Draws rank plots: how the draws of each chain, behind its burn-in, lie among those of all. Chains that agree are even.
     *
     * @param estimate the estimate
     * @return a histogram per chain
     */
    public static PlotGrid ranks(LlcEstimate estimate) {
        double[][] draws = estimate.draws();
        int bins = 20;
        int[] good = IntStream.range(0, draws.length)
                .filter(c -> estimate.divergedAt()[c] < 0)
                .toArray();
        Arguments.check(good.length > 0, "chains", 0, "at least one that has not diverged");
        int from = (int) (draws[0].length * estimate.settings().burnIn());
        double[] sorted = IntStream.of(good)
                .boxed()
                .flatMapToDouble(c -> Arrays.stream(draws[c], from, draws[c].length))
                .sorted()
                .toArray();
        String[] names =
                IntStream.range(0, bins).mapToObj(b -> 100 * b / bins + " %").toArray(String[]::new);
        Plot[] plots = IntStream.of(good)
                .mapToObj(c -> {
                    double[] counts = new double[bins];
                    for (int t = from; t < draws[c].length; t++) {
                        int rank = Math.abs(Arrays.binarySearch(sorted, draws[c][t]));
                        counts[Math.min(bins - 1, (int) ((long) rank * bins / sorted.length))]++;
                    }
                    return Plots.bars(names, counts)
                            .withX("rank among all draws")
                            .withY("draws")
                            .with("xaxis.tickvals", new int[] {0, bins / 4, bins / 2, 3 * bins / 4})
                            .withLineAtY((draws[c].length - from) / (double) bins, "")
                            .withTitle("chain " + c);
                })
                .toArray(Plot[]::new);
        return Plots.grid(Math.min(2, plots.length), plots).withSharedY().withTitle("Ranks of the chains' draws");
    }

    /**
     * Draws a sweep as a heat map of λ̂ over the two settings that vary, or as a line with its intervals over the one that does.
     *
     * @param sweep the sweep
     * @return the figure
     */
    public static Plot sweep(LlcSweep sweep) {
        Map<String, ToDoubleFunction<LlcEstimate>> all = new LinkedHashMap<>();
        all.put("ε", e -> e.settings().epsilon());
        all.put("γ", e -> e.settings().gamma());
        all.put("nβ", LlcEstimate::inverseTemperature);
        List<LlcEstimate> cells = sweep.cells();
        List<String> vary = all.keySet().stream()
                .filter(k -> cells.stream().mapToDouble(all.get(k)).distinct().count() > 1)
                .toList();
        Arguments.check(vary.size() <= 2, "the number of settings that vary", vary.size(), "at most 2 for a figure");
        if (vary.size() < 2) {
            String name = vary.isEmpty() ? "ε" : vary.get(0);
            double[] x = of(cells, all.get(name));
            Plot plot = Plots.empty(name, "λ̂")
                    .and(line("λ̂", x, of(cells, LlcEstimate::llc), GREEN, "solid")
                            .with("error_y.type", "data")
                            .with("error_y.array", of(cells, e -> e.upper() - e.llc())));
            return (Arrays.stream(x).allMatch(v -> v > 0) ? plot.withLogX() : plot).withTitle("λ̂ by " + name);
        }
        double[] rows = cells.stream()
                .mapToDouble(all.get(vary.get(0)))
                .distinct()
                .sorted()
                .toArray();
        double[] columns = cells.stream()
                .mapToDouble(all.get(vary.get(1)))
                .distinct()
                .sorted()
                .toArray();
        double[][] values = new double[rows.length][columns.length];
        for (LlcEstimate e : cells) {
            int r = Arrays.binarySearch(rows, all.get(vary.get(0)).applyAsDouble(e));
            int c = Arrays.binarySearch(columns, all.get(vary.get(1)).applyAsDouble(e));
            values[r][c] = e.llc();
        }
        return Plots.heatMap(names(rows), names(columns), values)
                .withTraces(t -> t.with("texttemplate", "%{z:.4~g}"))
                .withX(vary.get(1))
                .withY(vary.get(0))
                .withColourLabel("λ̂")
                .withTitle("λ̂ by " + vary.get(0) + " and " + vary.get(1));
    }

    private static String[] names(double[] values) {
        return Arrays.stream(values)
                .mapToObj(v -> BigDecimal.valueOf(v)
                        .round(new MathContext(3))
                        .stripTrailingZeros()
                        .toPlainString())
                .toArray(String[]::new);
    }
}

package org.kymograph.degeneracy.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.degeneracy.circuits.CircuitReport;
import org.kymograph.degeneracy.circuits.FourierHistory;
import org.kymograph.degeneracy.circuits.FourierHistory.Point;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotGrid;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import tech.tablesaw.api.Table;

/** Figures of Fourier modes and circuits. */
public final class ModeFigures {
    private static final int MOST_CURVES = 10;
    private static final String FAINT = "#999999";

    // The share of the scale that can be seen on a white page.
    private static final double SHOWN = 0.85;

    private ModeFigures() {}

    /**
     * Draws the magnitudes of the embedding's modes over training; those that stand out at the end from dark to bright, the largest first, the others grey.
     *
     * @param table {@code step}, and {@code magnitude_k} from mode 0 on: a history's table, or the reading {@code "modes"}
     * @return the plot
     */
    public static Plot magnitudes(Table table) {
        double[] steps = Columns.numbers(table, "step");
        double[][] modes = modes(table, "magnitude_", 0);
        int[] key = FourierModes.keyModes(
                Arrays.stream(modes).mapToDouble(m -> m[m.length - 1]).toArray());
        Plot plot = Plots.empty("step", "magnitude");
        for (int k = 1; k < modes.length; k++) {
            int mode = k;
            if (IntStream.of(key).noneMatch(m -> m == mode)) {
                plot = plot.and(Plots.line(steps, modes[k])
                        .faint()
                        .traces()
                        .get(0)
                        .with("name", "mode " + k)
                        .with("line.color", FAINT));
            }
        }
        for (int rank = 0; rank < key.length; rank++) {
            plot = plot.and(Plots.line(steps, modes[key[rank]])
                    .traces()
                    .get(0)
                    .with("name", "mode " + key[rank])
                    .with("showlegend", true)
                    .with("line.color", Palette.blended(Palette.VIRIDIS, SHOWN * rank / Math.max(1, key.length - 1))));
        }
        return plot.withX("step")
                .withY("magnitude")
                .withLegend("key modes")
                .withTitle("Fourier modes of the embedding");
    }

    // The columns of a prefix and a mode, from some mode on, as long as there are any.
    private static double[][] modes(Table table, String prefix, int from) {
        List<double[]> found = new ArrayList<>();
        while (table.columnNames().contains(prefix + (from + found.size()))) {
            found.add(Columns.numbers(table, prefix + (from + found.size())));
        }
        Arguments.check(!found.isEmpty(), "table", table.columnNames(), "a column " + prefix + from);
        return found.toArray(double[][]::new);
    }

    /**
     * Draws train, test, restricted and excluded loss over training.
     *
     * @param history the history
     * @return the plot, of a logarithmic loss
     */
    public static Plot losses(FourierHistory history) {
        Map<String, double[]> lines = new LinkedHashMap<>();
        lines.put("train loss", values(history, Point::trainLoss));
        lines.put("test loss", values(history, Point::testLoss));
        lines.put("restricted loss (test)", values(history, Point::restrictedLoss));
        lines.put("restricted, unseen pairs (test)", values(history, Point::restrictedUnseenLoss));
        lines.put("excluded loss (train)", values(history, Point::excludedLoss));
        return lines(history, lines)
                .withY("cross-entropy (nats)")
                .withLogY()
                .withTitle("Losses with and without the key modes");
    }

    /**
     * Draws the share of the training and the test pairs that are right over training, in the colours of their losses.
     *
     * @param history the history
     * @return the plot
     */
    public static Plot accuracies(FourierHistory history) {
        Map<String, double[]> lines = new LinkedHashMap<>();
        lines.put("train accuracy", values(history, Point::trainAccuracy));
        lines.put("test accuracy", values(history, Point::testAccuracy));
        return lines(history, lines).withY("accuracy").withTitle("Accuracy");
    }

    // In the colours of their order, whatever else stands in a grid.
    private static Plot lines(FourierHistory history, Map<String, double[]> lines) {
        Iterator<String> colours = Palette.COLOURS.iterator();
        Map<String, String> of = new HashMap<>();
        lines.keySet().forEach(name -> of.put(name, colours.next()));
        return Plots.lines(steps(history), lines)
                .withTraces(t -> t.with("line.color", of.get(t.name())))
                .withX("step");
    }

    /**
     * Draws the test loss with one mode of the embedding alone, a curve for up to ten steps, from dark to bright.
     *
     * @param table {@code step}, and {@code keep_k} from mode 1 on: a history's table, or the reading {@code "modes"}
     * @return the plot
     */
    public static Plot ablations(Table table) {
        double[][] losses = modes(table, "keep_", 1);
        double[] steps = Columns.numbers(table, "step");
        double[] x = IntStream.rangeClosed(1, losses.length).asDoubleStream().toArray();
        Plot plot = Plots.empty("Fourier mode", "test loss with this mode alone (nats)");
        int n = steps.length;
        int curves = Math.min(MOST_CURVES, n);
        for (int i = 0; i < curves; i++) {
            int row = curves == 1 ? n - 1 : (int) Math.round(i * (n - 1.0) / (curves - 1));
            String colour = Palette.blended(Palette.VIRIDIS, curves == 1 ? 1 : i / (curves - 1.0));
            plot = plot.and(
                    Plots.line(x, Arrays.stream(losses).mapToDouble(l -> l[row]).toArray())
                            .traces()
                            .get(0)
                            .with("name", String.format(Locale.ROOT, "%,d", (long) steps[row]))
                            .with("showlegend", true)
                            .with("mode", "lines+markers")
                            .with("marker.size", 4)
                            .with("marker.color", colour)
                            .with("line.color", colour));
        }
        return plot.withLegend("step").withTitle("One mode alone");
    }

    /**
     * Draws the circles of an embedding's modes: of each mode the Gram matrix's cosine and sine sums, a point per number in the order of
     * the ring. All have one scale.
     *
     * @param embedding p × e
     * @return the plot of the twelve largest modes, the largest first
     */
    public static Plot circles(double[][] embedding) {
        return ModeCircles.of(embedding);
    }

    /**
     * Draws how the circles grew, with a slider: the modes that are largest at the end, in one scale throughout.
     *
     * @param history the history
     * @return the animation
     */
    public static Animation circles(FourierHistory history) {
        return ModeCircles.of(history);
    }

    /**
     * Draws the magnitudes of the modes at every stage of a network; key modes and their doubles are marked.
     *
     * @param report the report
     * @return a plot per stage
     */
    public static PlotGrid circuits(CircuitReport report) {
        List<Integer> keys = report.keyModes();
        List<Integer> doubles =
                keys.stream().map(k -> FourierModes.fold(2L * k, report.p())).toList();
        Plot[] plots = report.stages().stream()
                .map(stage -> {
                    Plot plot = Plots.empty("Fourier mode", "magnitude").withTitle(stage.name());
                    Map<String, List<Integer>> groups = new LinkedHashMap<>();
                    groups.put("key", new ArrayList<>());
                    groups.put("double of a key", new ArrayList<>());
                    groups.put("other", new ArrayList<>());
                    for (int k = 1; k < stage.magnitudes().length; k++) {
                        groups.get(keys.contains(k) ? "key" : doubles.contains(k) ? "double of a key" : "other")
                                .add(k);
                    }
                    String[] colours = {"#0072B2", "#D55E00", "#BBBBBB"};
                    int g = 0;
                    for (Map.Entry<String, List<Integer>> group : groups.entrySet()) {
                        int[] modes = group.getValue().stream().mapToInt(k -> k).toArray();
                        plot = plot.and(Series.of("bar")
                                .with("x", IntStream.of(modes).asDoubleStream().toArray())
                                .with(
                                        "y",
                                        IntStream.of(modes)
                                                .mapToDouble(k -> stage.magnitudes()[k])
                                                .toArray())
                                .with("name", group.getKey())
                                .with("marker.color", colours[g++]));
                    }
                    return plot;
                })
                .toArray(Plot[]::new);
        return Plots.grid(Math.min(3, plots.length), plots)
                .withTitle(String.format(
                        Locale.ROOT,
                        "Modes at every stage: %s (symmetricity %.2f, distance irrelevance %.2f)",
                        report.verdict(),
                        report.symmetricity(),
                        report.distanceIrrelevance()));
    }

    private static double[] steps(FourierHistory history) {
        return history.points().stream().mapToDouble(Point::step).toArray();
    }

    private static double[] values(FourierHistory history, ToDoubleFunction<Point> value) {
        return history.points().stream().mapToDouble(value).toArray();
    }
}

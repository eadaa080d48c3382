package org.kymograph.connectivity.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.stats.Statistics;

/**
 * The heat map of a population's gaps. Ordered by cluster, a population of two basins has two dark blocks along the diagonal; the
 * scale begins at 0, so that figures compare.
 *
 * @param gap the gaps
 * @param order how rows and columns are ordered
 * @param basins the clusters, whose borders are drawn when they give the order; null for none
 * @param score the name of the models' score; empty for none
 * @param scores a score for each model, shown in a column beside the map; empty for none
 * @param most the gap of the brightest colour; 0 for the largest gap
 * @param measure what the numbers are, such as {@code "gap"} or {@code "disagreement"}
 */
public record GapMap(
        GapMatrix gap, Order order, Basins basins, String score, List<Double> scores, double most, String measure) {
    // Dark is low; plotly has no such scale by name.
    private static final List<List<Object>> ROCKET = List.of(
            List.of(0, "#03051A"),
            List.of(0.25, "#5B1E51"),
            List.of(0.5, "#CB1B4F"),
            List.of(0.75, "#F4875E"),
            List.of(1, "#FAEBDD"));

    /** How the models are ordered. */
    public enum Order {
        /** As in the matrix. */
        SEED,
        /** By rising score. */
        PERFORMANCE,
        /** By cluster, inside as in the matrix. */
        CLUSTER
    }

    /** Checks that what the order needs is there. */
    public GapMap {
        scores = List.copyOf(scores);
        Arguments.check(
                scores.isEmpty() || scores.size() == gap.size(),
                "the number of scores",
                scores.size(),
                "" + gap.size());
        Arguments.check(
                order != Order.PERFORMANCE || !scores.isEmpty(), "order", order, "with scores, or another order");
        Arguments.check(order != Order.CLUSTER || basins != null, "order", order, "with clusters, or another order");
        Arguments.check(
                basins == null || basins.models().equals(gap.names()),
                "the models of the basins",
                basins == null ? null : basins.models(),
                "those of the matrix, " + gap.names());
        Arguments.atLeast("most", most, 0);
        Arguments.check(!measure.isEmpty(), "measure", measure, "a word");
    }

    /**
     * Returns the map of a matrix in its own order.
     *
     * @param gap the gaps
     * @return the map
     */
    public static GapMap of(GapMatrix gap) {
        return new GapMap(gap, Order.SEED, null, "", List.of(), 0, "gap");
    }

    /** Returns a copy ordered by clusters. */
    public GapMap withBasins(Basins basins) {
        return new GapMap(gap, Order.CLUSTER, basins, score, scores, most, measure);
    }

    /**
     * Returns a copy with scores beside the map.
     *
     * @param score what they are
     * @param scores one a model
     * @return the copy
     */
    public GapMap withScores(String score, double... scores) {
        return new GapMap(
                gap, order, basins, score, Arrays.stream(scores).boxed().toList(), most, measure);
    }

    /** Returns a copy in another order. */
    public GapMap withOrder(Order order) {
        return Copies.with(this, "order", order);
    }

    /** Returns a copy with another gap as the brightest colour, to compare figures. */
    public GapMap withMost(double most) {
        return Copies.with(this, "most", most);
    }

    /** Returns a copy whose title and colours say what the numbers are, where they aren't gaps of a loss. */
    public GapMap withMeasure(String measure) {
        return Copies.with(this, "measure", measure);
    }

    private int[] rows() {
        int[] labels = order == Order.CLUSTER ? basins.labels() : new int[gap.size()];
        Comparator<Integer> by = order == Order.PERFORMANCE
                ? Comparator.comparingDouble(scores::get)
                : Comparator.comparingInt(i -> labels[i]);
        return Statistics.order(gap.size(), by::compare);
    }

    /** Returns the figure. */
    public Plot plot() {
        int[] rows = rows();
        GapMatrix ordered =
                gap.select(IntStream.of(rows).mapToObj(gap.names()::get).toList());
        String[] names = ordered.names().toArray(String[]::new);
        Plot map = Plots.heatMap(names, names, ordered.values());
        List<Series> traces = new ArrayList<>();
        for (Series trace : map.traces()) {
            Series cells =
                    trace.with("colorscale", ROCKET).with("zmin", 0).with("colorbar.title.text", Plots.escape(measure));
            traces.add(most > 0 ? cells.with("zmax", most) : cells);
        }
        Plot plot = new Plot(traces, map.layout())
                .with("xaxis.tickangle", -90)
                .withTitle(Character.toUpperCase(measure.charAt(0)) + measure.substring(1) + " between models")
                .withX("model")
                .withY("model");
        if (!scores.isEmpty()) {
            double[][] column = IntStream.of(rows)
                    .mapToObj(i -> new double[] {scores.get(i)})
                    .toArray(double[][]::new);
            plot = plot.and(Series.of("heatmap")
                            .with("z", column)
                            .with("y", names)
                            .with("x", new String[] {score})
                            .with("xaxis", "x2")
                            .with("colorscale", "Greys")
                            .with("showscale", false)
                            .with(
                                    "hovertemplate",
                                    "model %{y}<br>" + Plots.escape(score) + " %{z:.4~g}<extra></extra>"))
                    .with("xaxis.domain", new double[] {0, 0.93})
                    .with("xaxis2", Map.of("domain", new double[] {0.95, 1}, "type", "category", "tickangle", -90));
        }
        return bordered(plot, rows).withHeight(640);
    }

    private Plot bordered(Plot plot, int[] rows) {
        if (order != Order.CLUSTER) {
            return plot;
        }
        int[] labels = basins.labels();
        List<Map<String, Object>> lines = new ArrayList<>();
        for (int i = 1; i < rows.length; i++) {
            if (labels[rows[i]] != labels[rows[i - 1]]) {
                lines.add(line(i - 0.5, i - 0.5, -0.5, rows.length - 0.5));
                lines.add(line(-0.5, rows.length - 0.5, i - 0.5, i - 0.5));
            }
        }
        return plot.with("shapes", lines);
    }

    private static Map<String, Object> line(double x0, double x1, double y0, double y1) {
        return Plots.attributes(
                "type: line, xref: x, yref: y, x0: ?, x1: ?, y0: ?, y1: ?, line: {color: white, width: 2}",
                x0,
                x1,
                y0,
                y1);
    }
}

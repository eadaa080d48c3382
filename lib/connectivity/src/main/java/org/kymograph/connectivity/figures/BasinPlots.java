package org.kymograph.connectivity.figures;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.connectivity.cluster.BasinDynamics;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.gap.Transitivity;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Figures of clusters and of the models' behaviour in them. */
public final class BasinPlots {
    private static final int BINS = 12;

    private BasinPlots() {}

    /**
     * Draws each model's score by where it lies between the clusters, with the least-squares line over all of them and Pearson's r.
     *
     * @param basins the clusters
     * @param scores a score for each model
     * @param score what the scores are
     * @return the figure
     */
    public static Plot scatter(Basins basins, double[] scores, String score) {
        double[] x = basins.coordinate();
        Arguments.sameLength("scores", scores.length, "models", x.length);
        Plot plot = against(basins, x, "‖e − c₀‖ − ‖e − c₁‖", scores, score);
        double r = Statistics.pearson(x, scores);
        if (!Double.isNaN(r)) {
            double slope = r * Statistics.populationSd(scores) / Statistics.populationSd(x);
            double[] ends = {
                Arrays.stream(x).min().orElseThrow(), Arrays.stream(x).max().orElseThrow()
            };
            plot = plot.and(Series.of("scatter")
                    .with("mode", "lines")
                    .with("x", ends)
                    .with(
                            "y",
                            Arrays.stream(ends)
                                    .map(e -> Statistics.mean(scores) + slope * (e - Statistics.mean(x)))
                                    .toArray())
                    .with("line", Map.of("color", Palette.TEXT, "width", 2))
                    .with("hoverinfo", "skip")
                    .with("showlegend", false));
        }
        return plot.withTitle(String.format(Locale.ROOT, "Pearson's r = %.3f", r));
    }

    /**
     * Draws one score of the models against another, such as the accuracy out of distribution against sharpness.
     *
     * @param basins the clusters, which give the colours
     * @param x a number for each model
     * @param xName what it is
     * @param y another number for each model
     * @param yName what it is
     * @return the figure
     */
    public static Plot against(Basins basins, double[] x, String xName, double[] y, String yName) {
        Arguments.sameLength("x", x.length, "models", basins.models().size());
        Arguments.sameLength("y", y.length, "models", basins.models().size());
        Plot plot = Plots.empty(xName, yName);
        for (int c = 0; c < basins.clusters(); c++) {
            plot = plot.and(points(basins, "cluster " + c, c, x, y));
        }
        return plot;
    }

    private static Series points(Basins basins, String name, int cluster, double[] x, double[] y) {
        int[] labels = basins.labels();
        int[] of = IntStream.range(0, labels.length)
                .filter(i -> labels[i] == cluster)
                .toArray();
        return Series.of("scatter")
                .with("name", name)
                .with("mode", "markers")
                .with("x", Arrays.stream(of).mapToDouble(i -> x[i]).toArray())
                .with("y", Arrays.stream(of).mapToDouble(i -> y[i]).toArray())
                .with(
                        "text",
                        Arrays.stream(of)
                                .mapToObj(basins.models()::get)
                                .map(Plots::escape)
                                .toArray(String[]::new))
                .with("marker", Map.of("color", colour(cluster), "size", 9, "opacity", 0.8))
                .with("hovertemplate", "model %{text}<br>%{x:.4~g}, %{y:.4~g}<extra>%{fullData.name}</extra>");
    }

    private static String colour(int cluster) {
        return Palette.COLOURS.get(cluster % Palette.COLOURS.size());
    }

    /**
     * Draws the scores of each cluster as histograms with the same 12 bins.
     *
     * @param basins the clusters
     * @param scores a score for each model
     * @param score what the scores are
     * @return the figure
     */
    public static Plot histogram(Basins basins, double[] scores, String score) {
        Arguments.sameLength("scores", scores.length, "models", basins.models().size());
        Table table = Table.create(
                score,
                DoubleColumn.create(score, scores),
                StringColumn.create(
                        "cluster",
                        Arrays.stream(basins.labels())
                                .mapToObj(l -> "cluster " + l)
                                .toArray(String[]::new)));
        return Plots.histogram(table, score, "cluster", BINS);
    }

    /**
     * Draws the gaps of the pairs within clusters and of those across as histograms with the same 24 bins.
     *
     * @param gap the gaps
     * @param basins the clusters of the same models
     * @return the figure
     */
    public static Plot gaps(GapMatrix gap, Basins basins) {
        double[] within = gap.pairs(basins.labels(), true);
        double[] across = gap.pairs(basins.labels(), false);
        Table table = Table.create(
                "gaps",
                DoubleColumn.create(
                        "gap",
                        DoubleStream.concat(Arrays.stream(within), Arrays.stream(across))
                                .toArray()),
                StringColumn.create(
                        "pair",
                        IntStream.range(0, within.length + across.length)
                                .mapToObj(p -> p < within.length ? "within a cluster" : "across clusters")
                                .toArray(String[]::new)));
        return Plots.histogram(table, "gap", "pair", 2 * BINS);
    }

    /**
     * Draws how the models move between the clusters from checkpoint to checkpoint: arrows to where each comes, those that change
     * their cluster in pink.
     *
     * @param dynamics the movements
     * @param scores a score for each model at each checkpoint, checkpoints × models
     * @param score what the scores are
     * @return the figure
     */
    public static Plot quiver(BasinDynamics dynamics, double[][] scores, String score) {
        Arguments.sameLength("scores", scores.length, "steps", dynamics.steps().size());
        Plot plot = Plots.empty("‖e − c₀‖ − ‖e − c₁‖", score);
        for (int t = 0; t < scores.length; t++) {
            Basins basins = dynamics.basins().get(t);
            Arguments.sameLength(
                    "scores", scores[t].length, "models", basins.models().size());
            for (int c = 0; c < basins.clusters(); c++) {
                plot = plot.and(points(
                                basins,
                                "cluster " + c + ", " + dynamics.steps().get(t) + " steps",
                                c,
                                basins.coordinate(),
                                scores[t])
                        .with("marker.opacity", 0.3 + 0.6 * (t + 1) / scores.length)
                        .with("marker.symbol", t % 2 == 0 ? "circle" : "diamond"));
            }
        }
        List<Map<String, Object>> arrows = new ArrayList<>();
        int models = scores[0].length;
        List<BasinDynamics.Move> moves = dynamics.moves();
        for (int m = 0; m < moves.size(); m++) {
            BasinDynamics.Move move = moves.get(m);
            Map<String, Object> arrow = new HashMap<>(
                    Map.of("xref", "x", "yref", "y", "axref", "x", "ayref", "y", "text", "", "showarrow", true));
            arrow.put("ax", move.before());
            arrow.put("ay", scores[m / models][m % models]);
            arrow.put("x", move.after());
            arrow.put("y", scores[m / models + 1][m % models]);
            arrow.put("arrowhead", 2);
            arrow.put("arrowwidth", 1.5);
            arrow.put("opacity", move.switched() ? 0.8 : 0.3);
            arrow.put("arrowcolor", move.switched() ? "#CC79A7" : Palette.TEXT);
            arrows.add(arrow);
        }
        return plot.with("annotations", arrows).withTitle("Movement between the clusters (pink: changes its cluster)");
    }

    /**
     * Draws by how much triples of models violate the triangle inequality, on a logarithmic axis: where both sides of a triangle are
     * next to nothing, the violation in per cent of them has no bound.
     *
     * @param transitivity the test of all triples
     * @return the figure
     */
    public static Plot violations(Transitivity transitivity) {
        double[] all =
                transitivity.percentages().stream().mapToDouble(Math::log10).toArray();
        return (all.length == 0 ? Plots.empty("", "") : Plots.histogram(all))
                .withX("violation of the triangle inequality (%)")
                .with("xaxis.tickvals", IntStream.rangeClosed(-3, 12).toArray())
                .with(
                        "xaxis.ticktext",
                        IntStream.rangeClosed(-3, 12)
                                .mapToObj(e -> e < 4
                                        ? new BigDecimal(BigInteger.ONE, -e).toPlainString()
                                        : "10<sup>" + e + "</sup>")
                                .toArray(String[]::new))
                .withTitle(String.format(
                        Locale.ROOT,
                        "%,d of %,d triples satisfy it",
                        transitivity.satisfied(),
                        transitivity.triples()));
    }

    /**
     * Draws the eigenvalues of the graph's Laplacian: of two clusters two lie apart from the others.
     *
     * @param basins the clusters
     * @return the figure
     */
    public static Plot eigenvalues(Basins basins) {
        double[] values = basins.evidence().eigenvalues();
        return Plots.scatter(
                        DoubleStream.iterate(1, i -> i + 1).limit(values.length).toArray(), values)
                .withX("number")
                .withY("eigenvalue")
                .withoutLegend();
    }
}

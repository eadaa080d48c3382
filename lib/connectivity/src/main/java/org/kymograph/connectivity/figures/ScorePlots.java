package org.kymograph.connectivity.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotGrid;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Figures of how the scores of populations of models are distributed. */
public final class ScorePlots {
    private static final int BINS = 12;
    private static final int POINTS = 101;

    private ScorePlots() {}

    /**
     * Draws a histogram for each score that all groups have, three in a row, with 12 bins that the groups share and a Gaussian kernel density of
     * each group over them, as high as its bars.
     *
     * @param groups the scores of each group's models, by the group and the score's name
     * @param sameScale whether the horizontal axes of all scores are the same
     * @return the figure
     * @throws IllegalArgumentException if the groups have no score in common
     */
    public static PlotGrid distributions(Map<String, Map<String, double[]>> groups, boolean sameScale) {
        Arguments.check(!groups.isEmpty(), "groups", groups.keySet(), "at least one");
        Set<String> names =
                new LinkedHashSet<>(groups.values().iterator().next().keySet());
        groups.values().forEach(scores -> names.retainAll(scores.keySet()));
        Arguments.check(!names.isEmpty(), "the scores that all groups have", names, "at least one");
        double[] all = names.stream()
                .flatMapToDouble(name -> values(groups, name))
                .filter(Double::isFinite)
                .toArray();
        List<Plot> plots = new ArrayList<>();
        for (String name : names) {
            Plot plot = distribution(groups, name);
            plots.add(
                    sameScale && all.length > 0
                            ? plot.withXRange(Statistics.quantile(all, 0), Statistics.quantile(all, 1))
                            : plot);
        }
        int columns = Math.min(3, plots.size());
        int rows = (plots.size() + columns - 1) / columns;
        return Plots.grid(columns, plots.toArray(Plot[]::new)).withHeight(120 + 240 * rows);
    }

    private static DoubleStream values(Map<String, Map<String, double[]>> groups, String name) {
        return groups.values().stream().flatMapToDouble(scores -> Arrays.stream(scores.get(name)));
    }

    private static Plot distribution(Map<String, Map<String, double[]>> groups, String name) {
        Table table = Table.create(
                name,
                DoubleColumn.create(name, values(groups, name).toArray()),
                StringColumn.create(
                        "group",
                        groups.entrySet().stream()
                                .flatMap(e -> Stream.generate(e::getKey)
                                        .limit(e.getValue().get(name).length))
                                .toArray(String[]::new)));
        Plot plot = Plots.histogram(table, name, "group", BINS).withY("models");
        double[] finite = values(groups, name).filter(Double::isFinite).toArray();
        if (finite.length == 0) {
            return plot;
        }
        double low = Statistics.quantile(finite, 0);
        double width = (Statistics.quantile(finite, 1) - low) / BINS;
        double[] x = Columns.numbers(POINTS, i -> low + i * width * BINS / (POINTS - 1));
        List<Series> bars = plot.traces();
        int g = 0;
        for (Map.Entry<String, Map<String, double[]>> group : groups.entrySet()) {
            Object colour = ((Map<?, ?>) bars.get(g++).get("marker")).get("color");
            double[] own = Arrays.stream(group.getValue().get(name))
                    .filter(Double::isFinite)
                    .toArray();
            double sd = own.length < 2 ? 0 : Statistics.sampleSd(own);
            if (sd > 0) {
                plot = plot.and(Series.of("scatter")
                        .with("mode", "lines")
                        .with("x", x)
                        .with("y", density(own, sd, x, own.length * width))
                        .with("line", Map.of("color", colour, "width", 2))
                        .with("hoverinfo", "skip")
                        .with("showlegend", false));
            }
        }
        return plot;
    }

    // A Gaussian kernel of Scott's width, sd · n^(−1/5).
    private static double[] density(double[] values, double sd, double[] at, double height) {
        double h = sd * Math.pow(values.length, -0.2);
        double scale = height / (values.length * h * Math.sqrt(2 * Math.PI));
        return Arrays.stream(at)
                .map(x -> scale
                        * Arrays.stream(values)
                                .map(v -> Math.exp(-(x - v) * (x - v) / (2 * h * h)))
                                .sum())
                .toArray();
    }
}

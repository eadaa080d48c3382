package org.kymograph.cartography.figures;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.noise.NoisyLabels;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;

/** How samples fly over the map when labels are made wrong. */
final class NoiseMoves {
    private static final int MOST = 4_000;

    private NoiseMoves() {}

    static Animation of(SampleMetrics before, SampleMetrics after, NoisyLabels noise, String... classes) {
        for (SampleMetrics map : List.of(before, after)) {
            CloudLayout.checkPlaces(map, Metric.CONFIDENCE, Metric.VARIABILITY);
        }
        Arguments.require(before.guids().equals(after.guids()), "after is a map of other samples than before");
        int[] rows = RowSample.of(before.size(), MOST, 0);
        boolean[] truth = noise.truth(before.guids());
        int[] wrong =
                IntStream.range(0, rows.length).filter(at -> truth[rows[at]]).toArray();
        int[] right =
                IntStream.range(0, rows.length).filter(at -> !truth[rows[at]]).toArray();
        List<PointGroup> groups = List.of(
                new PointGroup("right", RoleHue.RIGHT, "circle", right),
                new PointGroup("changed", RoleHue.WRONG, "circle", wrong));
        String[] notes = notes(noise, SampleRows.of(before.guids(), noise.guids()), rows, classes);
        Plot axes = CloudLayout.framed(
                        CloudLayout.axes(DoubleStream.concat(
                                DoubleStream.of(before.values(Metric.VARIABILITY)),
                                DoubleStream.of(after.values(Metric.VARIABILITY)))),
                        "label")
                .withHeight(640);
        double[][] from = places(before, rows);
        Map<String, Plot> steps = new LinkedHashMap<>();
        String drawn = rows.length < truth.length
                ? String.format(Locale.ROOT, "<br><sup>%,d of %,d samples</sup>", rows.length, truth.length)
                : "";
        for (SampleMetrics map : List.of(before, after)) {
            double[][] to = places(map, rows);
            PointCloud cloud = new PointCloud(to[0], to[1], groups, PointCloud.ids(map.guids(), rows), notes);
            Plot plot = axes.and(lines(from, to, wrong));
            for (Series points : cloud.traces(5.5, 0.45, "confidence %{y:.3f}, variability %{x:.3f}")) {
                plot = plot.and(points);
            }
            boolean first = steps.isEmpty();
            String number = first ? "no" : String.format(Locale.ROOT, "%,d", noise.size());
            steps.put(first ? "before" : "after", plot.withTitle("Trained with " + number + " wrong labels" + drawn));
        }
        return Animation.moving("map", steps);
    }

    private static double[][] places(SampleMetrics map, int[] rows) {
        return new double[][] {
            Columns.pick(map.values(Metric.VARIABILITY), rows), Columns.pick(map.values(Metric.CONFIDENCE), rows)
        };
    }

    /** From old places to new ones, with gaps between. */
    private static Series lines(double[][] from, double[][] to, int[] points) {
        List<double[]> axes = new ArrayList<>();
        for (int axis = 0; axis < 2; axis++) {
            int a = axis;
            axes.add(IntStream.of(points)
                    .mapToObj(at -> DoubleStream.of(from[a][at], to[a][at], Double.NaN))
                    .flatMapToDouble(s -> s)
                    .toArray());
        }
        return Series.of("type: scatter, mode: lines, x: ?, y: ?, showlegend: false", axes.get(0), axes.get(1))
                .withAll("line: {width: 0.6, color: ?}, opacity: 0.3, hoverinfo: skip", RoleHue.WRONG);
    }

    /** What a changed sample was and what it became; of the others nothing is told. */
    private static String[] notes(NoisyLabels noise, int[] changed, int[] rows, String... classes) {
        Map<Integer, String> told = new LinkedHashMap<>();
        int[] original = noise.original();
        int[] assigned = noise.assigned();
        for (int k = 0; k < changed.length; k++) {
            told.put(changed[k], " · " + name(original[k], classes) + " → " + name(assigned[k], classes));
        }
        return IntStream.of(rows).mapToObj(told::get).toArray(String[]::new);
    }

    private static String name(int label, String... classes) {
        return label < classes.length ? Plots.escape(classes[label]) : "label " + label;
    }
}

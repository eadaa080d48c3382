package org.kymograph.cartography.figures;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Series;
import org.kymograph.record.dynamics.Dynamics;

/** How a data map grows from epoch to epoch, as an animation. */
final class MapEpochs {
    private static final int MOST = 4_000;

    private MapEpochs() {}

    /**
     * Draws the map of the first epoch, of the first two and so on, of at most 4,000 samples.
     *
     * @param dynamics the log
     * @return the figure
     * @throws IllegalArgumentException if the log can't give a map
     */
    static Animation of(Dynamics dynamics) {
        List<SampleMetrics> maps = new ArrayList<>();
        for (int epochs = 1; epochs <= dynamics.epochs(); epochs++) {
            maps.add(SampleMetrics.of(dynamics.upTo(epochs)));
        }
        return of(maps, MOST, 0);
    }

    /**
     * Draws maps of the same samples, one for each epoch so far.
     *
     * @param maps the metrics of the first epoch, of the first two and so on, all of the same samples in the same order
     * @param limit at most how many samples, chosen by chance; at least 1
     * @param seed the random seed of the choice
     * @return the figure
     * @throws IllegalArgumentException if there are no maps, they differ in their samples, or the limit is below 1
     */
    static Animation of(List<SampleMetrics> maps, int limit, long seed) {
        Arguments.notEmpty("maps", maps);
        Arguments.atLeast("limit", limit, 1);
        int[] rows = RowSample.of(maps.get(0).size(), limit, seed);
        for (int e = 1; e < maps.size(); e++) {
            Arguments.require(
                    maps.get(e).guids().equals(maps.get(0).guids()),
                    "maps: number " + e + " is of other samples than number 0");
        }
        Plot axes = CloudLayout.axes(maps.stream()
                .flatMapToDouble(map -> IntStream.of(rows).mapToDouble(row -> map.value(Metric.VARIABILITY, row))));
        Map<String, Plot> steps = new LinkedHashMap<>();
        for (int e = 0; e < maps.size(); e++) {
            steps.put(String.valueOf(e + 1), step(maps.get(e), e + 1, rows, axes));
        }
        return Animation.of("epochs:", steps);
    }

    private static Plot step(SampleMetrics metrics, int epochs, int[] rows, Plot axes) {
        double[] share = IntStream.of(rows)
                .mapToDouble(row -> metrics.value(Metric.CORRECTNESS, row) / epochs)
                .toArray();
        PointCloud cloud = new PointCloud(
                Columns.pick(metrics.values(Metric.VARIABILITY), rows),
                Columns.pick(metrics.values(Metric.CONFIDENCE), rows),
                List.of(new PointGroup(
                        "", "#222222", "circle", IntStream.range(0, rows.length).toArray())),
                PointCloud.ids(metrics.guids(), rows),
                null);
        Series points = cloud.traces(6, 0.45, "confidence %{y:.3f}, variability %{x:.3f}")
                .get(0)
                // WebGL leaves the points of a frame away.
                .with("type", "scatter")
                .with(
                        "marker.color",
                        PointCloud.places(
                                share, IntStream.range(0, share.length).toArray()))
                .with("marker.colorscale", CorrectnessHue.scale())
                .withAll("marker.cmin: 0, marker.cmax: 1, marker.showscale: true")
                .withAll("marker.colorbar: {title: {text: correct., side: right}, thickness: 12, outlinewidth: 0}");
        Plot plot = axes.and(points);
        return CloudLayout.framed(plot, "").withoutLegend().withHeight(640).withTitle("The map, epoch by epoch");
    }
}

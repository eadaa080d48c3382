package org.kymograph.cartography.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.record.dynamics.Guids;

/**
 * Many points in groups, drawn by WebGL where there are too many for a browser's own drawing.
 *
 * @param x horizontal places
 * @param y vertical places, as many
 * @param groups each point is in one
 * @param ids what each point is called when it is pointed at; numbers or texts, as many
 * @param texts what is told besides, or null
 */
record PointCloud(double[] x, double[] y, List<PointGroup> groups, Object[] ids, String[] texts) {
    /** Circles with an edge take a browser longer than lines do, see {@link Plots#WEBGL}. */
    static final int WEBGL = 4_000;
    /** Finer than a screen, also some ten times enlarged; every digit more makes a notebook a sixth larger. */
    private static final double FINENESS = 1e5;

    /** JavaScript's numbers have gaps from here on. */
    private static final double LARGEST = (1L << 53) - 1;

    /** Markers that look as large as a circle. */
    private static final Map<String, Double> SIZES =
            Map.of("x", 1.1, "cross", 1.15, "star-diamond", 1.45, "triangle-up", 1.3);

    /** One trace a group; {@code hover} describes a point below its id, in plotly's format. */
    List<Series> traces(double size, double edge, String hover) {
        List<Series> traces = new ArrayList<>();
        for (PointGroup group : groups) {
            Series trace = Series.of(x.length > WEBGL ? "scattergl" : "scatter")
                    .withAll("mode: markers, name: ?, legendgroup: ?", group.name(), group.name())
                    .withAll("x: ?, y: ?", places(x, group.points()), places(y, group.points()))
                    .with("marker.color", group.colour())
                    .with("marker.size", size * SIZES.getOrDefault(group.symbol(), 1.0))
                    .withAll("marker.symbol: ?, marker.opacity: 1, marker.line.color: white", group.symbol())
                    .with("marker.line.width", edge)
                    .with(
                            "customdata",
                            IntStream.of(group.points()).mapToObj(i -> ids[i]).toArray());
            boolean told = texts != null;
            traces.add((told
                            ? trace.with(
                                    "text",
                                    IntStream.of(group.points())
                                            .mapToObj(i -> texts[i] == null ? "" : texts[i])
                                            .toArray())
                            : trace)
                    .with(
                            "hovertemplate",
                            "<b>%{customdata}</b>" + (told ? "%{text}" : "") + "<br>" + hover + "<extra></extra>"));
        }
        return traces;
    }

    /** The ids of some samples, as numbers where a browser reads them exactly. */
    static Object[] ids(Guids guids, int[] rows) {
        boolean numeric = guids.numeric();
        return IntStream.of(rows)
                .mapToObj(row -> numeric && Math.abs((double) guids.number(row)) <= LARGEST
                        ? (Object) guids.number(row)
                        : Plots.escape(guids.text(row)))
                .toArray();
    }

    static double[] places(double[] values, int[] points) {
        return IntStream.of(points)
                .mapToDouble(i -> Math.rint(values[i] * FINENESS) / FINENESS)
                .toArray();
    }
}

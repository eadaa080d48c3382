package org.kymograph.connectivity.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.connectivity.plane.Surface;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotGrid;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;

/** Figures of surfaces over planes. */
public final class SurfacePlots {
    private static final int LEVELS = 40;
    // Plotly's runs from blue to red.
    private static final String COOLWARM = "RdBu";
    private static final List<List<Object>> INFERNO = List.of(
            List.of(0, "#000004"),
            List.of(0.25, "#57106E"),
            List.of(0.5, "#BC3754"),
            List.of(0.75, "#F98E09"),
            List.of(1, "#FCFFA4"));

    // Names of points nearer than this share of the largest distance would lie over each other.
    private static final double NEAR = 0.1;

    private SurfacePlots() {}

    /**
     * Draws a surface as filled contours with 40 levels; three models are joined by a dashed triangle, more by a dashed line in their order.
     *
     * @param surface the surface
     * @param value {@code loss} or a score's name
     * @return the figure
     */
    public static Plot contours(Surface surface, String value) {
        double[][] z = surface.get(value);
        return contours(surface, z, value, least(z), most(z));
    }

    private static double least(double[][] z) {
        return Arrays.stream(z)
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .min()
                .orElse(0);
    }

    private static double most(double[][] z) {
        return Arrays.stream(z)
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
    }

    private static Plot contours(Surface surface, double[][] z, String value, double low, double high) {
        Map<String, double[]> points = surface.points();
        List<double[]> at = new ArrayList<>(points.values());
        if (at.size() == 3) {
            at.add(at.get(0));
        }
        return Plots.empty("", "")
                .and(Series.of("contour")
                        .with("x", surface.x())
                        .with("y", surface.y())
                        .with("z", z)
                        .with("colorscale", COOLWARM)
                        .with(
                                "contours",
                                Map.of("start", low, "end", high, "size", Math.max(1e-12, (high - low) / LEVELS)))
                        .with("zmin", low)
                        .with("zmax", high)
                        .with("line.width", 0)
                        .with("colorbar.title.text", value)
                        .with(
                                "hovertemplate",
                                "%{x:.3~g}, %{y:.3~g}<br>" + Plots.escape(value) + " %{z:.4~g}<extra></extra>"))
                .and(Series.of("scatter")
                        .with("mode", "lines+markers")
                        .with("x", at.stream().mapToDouble(p -> p[0]).toArray())
                        .with("y", at.stream().mapToDouble(p -> p[1]).toArray())
                        .with("line", Map.of("color", "black", "dash", "dash", "width", 1.5))
                        .with("marker", Map.of("symbol", "square", "size", 9, "color", "black"))
                        .with("hoverinfo", "skip")
                        .with("showlegend", false))
                .with("annotations", labels(points))
                .with("yaxis.scaleanchor", "x")
                .withHeight(600);
    }

    // Names in black on white, as colours below may be dark or bright; of points that nearly touch only one has its
    // name, the first and last before others.
    private static List<Map<String, Object>> labels(Map<String, double[]> points) {
        List<String> names = new ArrayList<>(points.keySet());
        if (names.size() > 3) {
            names.add(1, names.remove(names.size() - 1));
        }
        double span = points.values().stream()
                .flatMap(p -> points.values().stream().map(q -> distance(p, q)))
                .max(Comparator.naturalOrder())
                .orElse(0.0);
        List<String> named = new ArrayList<>();
        for (String name : names) {
            if (names.size() <= 3
                    || named.stream().allMatch(n -> distance(points.get(n), points.get(name)) > NEAR * span)) {
                named.add(name);
            }
        }
        return named.stream()
                .map(name -> Plots.attributes(
                        "text: ?, x: ?, y: ?, xref: x, yref: y, showarrow: false, yshift: 14, borderpad: 1, "
                                + "bgcolor: 'rgba(255,255,255,0.7)', font: {color: black, size: 11}",
                        Plots.escape(name),
                        points.get(name)[0],
                        points.get(name)[1]))
                .toList();
    }

    private static double distance(double[] p, double[] q) {
        return Math.hypot(p[0] - q[0], p[1] - q[1]);
    }

    /**
     * Draws surfaces beside each other on one scale of colours.
     *
     * @param surfaces the surfaces by their titles
     * @param value {@code loss} or a score's name
     * @param clip the largest value that is told apart; infinite for all
     * @return the figure
     */
    public static PlotGrid sameScale(Map<String, Surface> surfaces, String value, double clip) {
        Arguments.check(!surfaces.isEmpty(), "surfaces", surfaces, "at least one");
        Map<String, double[][]> clipped = new LinkedHashMap<>();
        surfaces.forEach((name, s) -> clipped.put(
                name,
                Arrays.stream(s.get(value))
                        .map(row ->
                                Arrays.stream(row).map(v -> Math.min(v, clip)).toArray())
                        .toArray(double[][]::new)));
        double low =
                clipped.values().stream().mapToDouble(SurfacePlots::least).min().orElseThrow();
        double high =
                clipped.values().stream().mapToDouble(SurfacePlots::most).max().orElseThrow();
        List<Plot> plots = new ArrayList<>();
        surfaces.forEach((name, s) -> {
            // One bar of colours for all.
            Plot plot = contours(s, clipped.get(name), value, low, high).withTitle(Plots.escape(name));
            plots.add(
                    plots.size() + 1 < surfaces.size()
                            ? plot.withTraces(t -> "contour".equals(t.get("type")) ? t.with("showscale", false) : t)
                            : plot);
        });
        return Plots.grid(plots.size(), plots.toArray(Plot[]::new)).withHeight(360);
    }

    /**
     * Draws a surface in three dimensions.
     *
     * @param surface the surface
     * @param value {@code loss} or a score's name
     * @return the figure
     */
    public static Plot relief(Surface surface, String value) {
        Map<String, Object> hidden = Map.of("visible", false);
        return Plots.empty("", "")
                .and(Series.of("surface")
                        .with("x", surface.x())
                        .with("y", surface.y())
                        .with("z", surface.get(value))
                        .with("colorscale", INFERNO)
                        .with("colorbar.title.text", value))
                .with("scene", Map.of("xaxis", hidden, "yaxis", hidden, "zaxis", hidden))
                .withHeight(600);
    }
}

package org.kymograph.degeneracy.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.degeneracy.circuits.FourierHistory;
import org.kymograph.degeneracy.circuits.FourierHistory.Point;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Series;

/** The circles of modes in the Gram matrix of an embedding, in cells of one pair of axes, so that a slider can move them. */
final class ModeCircles {
    private static final int MOST_CIRCLES = 12;
    private static final int COLUMNS = 4;
    private static final double CELL = 2.5;
    // Hues, since plotly has no scale that ends where it begins.
    private static final List<List<Object>> RING = List.of(
            List.of(0, "#d62728"),
            List.of(0.17, "#c9a400"),
            List.of(0.33, "#2ca02c"),
            List.of(0.5, "#12b5c9"),
            List.of(0.67, "#2743d6"),
            List.of(0.83, "#b527d6"),
            List.of(1, "#d62728"));

    private ModeCircles() {}

    static Plot of(double[][] embedding) {
        double[][][] circles = FourierModes.circles(embedding);
        return drawn(circles, FourierModes.magnitudes(embedding), shown(embedding), radius(circles))
                .withTitle("Circles of the embedding's modes");
    }

    static Animation of(FourierHistory history) {
        int[] shown = shown(history.last().embedding());
        double radius = history.points().stream()
                .mapToDouble(p -> radius(FourierModes.circles(p.embedding())))
                .max()
                .orElseThrow();
        Map<String, Plot> frames = new LinkedHashMap<>();
        for (Point point : history.points()) {
            frames.put(
                    Long.toString(point.step()),
                    drawn(FourierModes.circles(point.embedding()), point.magnitudes(), shown, radius));
        }
        return Animation.of("step", frames).withTitle("Circles of the embedding's modes");
    }

    private static int[] shown(double[][] embedding) {
        double[] magnitudes = FourierModes.magnitudes(embedding);
        return IntStream.range(1, magnitudes.length)
                .boxed()
                .sorted((a, b) -> Double.compare(magnitudes[b], magnitudes[a]))
                .limit(MOST_CIRCLES)
                .mapToInt(k -> k)
                .toArray();
    }

    private static double radius(double[][][] circles) {
        return Arrays.stream(circles)
                .skip(1)
                .flatMapToDouble(c -> IntStream.range(0, c[0].length).mapToDouble(j -> Math.hypot(c[0][j], c[1][j])))
                .max()
                .orElseThrow();
    }

    private static Plot drawn(double[][][] circles, double[] magnitudes, int[] shown, double radius) {
        List<Series> series = new ArrayList<>();
        List<Object> titles = new ArrayList<>();
        int rows = (shown.length + COLUMNS - 1) / COLUMNS;
        for (int i = 0; i < shown.length; i++) {
            int k = shown[i];
            double atX = CELL * (i % COLUMNS);
            int line = i / COLUMNS;
            double atY = -CELL * line;
            int p = circles[k][0].length;
            double[] x = new double[p];
            double[] y = new double[p];
            List<Integer> order = new ArrayList<>();
            for (int j = 0; j < p; j++) {
                x[j] = round(atX + circles[k][0][j] / radius);
                y[j] = round(atY + circles[k][1][j] / radius);
                order.add((int) ((long) j * k % p));
            }
            series.add(Series.of("scatter")
                    .with("x", x)
                    .with("y", y)
                    .with("mode", "markers")
                    .with("name", "mode " + k)
                    .with("showlegend", false)
                    .with("hoverinfo", "text")
                    .with("text", IntStream.range(0, p).boxed().toList())
                    .with("marker.size", 5)
                    .with("marker.color", order)
                    .with("marker.colorscale", RING)
                    .with("marker.cmin", 0)
                    .with("marker.cmax", p));
            titles.add(Map.of(
                    "x",
                    atX,
                    "y",
                    atY + CELL * 0.38,
                    "xref",
                    "x",
                    "yref",
                    "y",
                    "showarrow",
                    false,
                    "yanchor",
                    "bottom",
                    "text",
                    String.format(Locale.ROOT, "mode %d: %.1f", k, magnitudes[k]),
                    "font",
                    Map.of("size", 11)));
        }
        Map<String, Object> layout = new LinkedHashMap<>();
        layout.put("xaxis", Map.of("visible", false, "range", new double[] {-CELL / 2, CELL * (COLUMNS - 0.5)}));
        layout.put(
                "yaxis",
                Map.of("visible", false, "scaleanchor", "x", "range", new double[] {-CELL * (rows - 0.5), CELL / 2}));
        layout.put("annotations", titles);
        layout.put("showlegend", false);
        layout.put("hovermode", "closest");
        return new Plot(series, layout).withHeight(110 + 165 * rows);
    }

    private static double round(double x) {
        return Math.rint(x * 1000) / 1000;
    }
}

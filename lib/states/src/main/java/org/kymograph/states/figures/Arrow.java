package org.kymograph.states.figures;

import java.util.Arrays;
import java.util.Map;
import org.kymograph.plot.Series;

/**
 * A line that ends in an arrowhead at a circle's rim. Plotly can end a line behind its head by itself, but then takes a line of many points apart,
 * which shows in thick ones; a figure whose pixels are its units can tell where the line must end.
 */
final class Arrow {
    /** How long plotly's arrowhead is, by its size. */
    private static final double LENGTH = 0.93;

    private Arrow() {}

    /**
     * Draws an arrow.
     *
     * @param x the points that the line passes, in pixels
     * @param y as many
     * @param centreX the centre of the circle that it points to
     * @param centreY likewise
     * @param rim the circle's radius
     * @param width how thick the line is
     * @param colour its colour
     * @return the trace; its last two points are the break before the head and the head's tip
     */
    static Series trace(
            double[] x, double[] y, double centreX, double centreY, double rim, double width, String colour) {
        double head = 9 + 2.4 * width;
        double end = rim + LENGTH * head;
        int n = x.length;
        while (n > 1 && Math.hypot(x[n - 1] - centreX, y[n - 1] - centreY) < end) {
            n--;
        }
        double distance = Math.hypot(x[n - 1] - centreX, y[n - 1] - centreY);
        double toX = (centreX - x[n - 1]) / distance;
        double toY = (centreY - y[n - 1]) / distance;
        double[] px = Arrays.copyOf(x, n + 3);
        double[] py = Arrays.copyOf(y, n + 3);
        px[n] = centreX - toX * end;
        py[n] = centreY - toY * end;
        px[n + 1] = Double.NaN;
        py[n + 1] = Double.NaN;
        px[n + 2] = centreX - toX * rim;
        py[n + 2] = centreY - toY * rim;
        double[] sizes = new double[n + 3];
        sizes[n + 2] = head;
        // The y axis points down, as does plotly's own on the screen; its angles run clockwise from the top.
        double angle = Math.toDegrees(Math.atan2(toX, -toY));
        return Series.of("scatter")
                .with("mode", "lines+markers")
                .with("x", px)
                .with("y", py)
                .with("cliponaxis", false)
                .with("line", Map.of("color", colour, "width", width, "simplify", false))
                .with(
                        "marker",
                        Map.of(
                                "symbol",
                                "arrow",
                                "angle",
                                angle,
                                "size",
                                sizes,
                                "color",
                                colour,
                                "opacity",
                                1,
                                "line",
                                Map.of("width", 0)));
    }
}

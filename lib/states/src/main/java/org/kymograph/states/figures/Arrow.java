package org.kymograph.states.figures;

import java.util.Arrays;
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
     * @param to the circle that it points to
     * @param width how thick the line is
     * @param colour its colour
     * @return the trace; its last two points are the break before the head and the head's tip
     */
    static Series trace(double[] x, double[] y, MapLayout.Cell to, double width, String colour) {
        double head = 9 + 2.4 * width;
        double end = to.rim() + LENGTH * head;
        int n = x.length;
        while (n > 1 && Math.hypot(x[n - 1] - to.x, y[n - 1] - to.y) < end) {
            n--;
        }
        double distance = Math.hypot(x[n - 1] - to.x, y[n - 1] - to.y);
        double toX = (to.x - x[n - 1]) / distance;
        double toY = (to.y - y[n - 1]) / distance;
        double[] px = Arrays.copyOf(x, n + 3);
        double[] py = Arrays.copyOf(y, n + 3);
        px[n] = to.x - toX * end;
        py[n] = to.y - toY * end;
        px[n + 1] = Double.NaN;
        py[n + 1] = Double.NaN;
        px[n + 2] = to.x - toX * to.rim();
        py[n + 2] = to.y - toY * to.rim();
        double[] sizes = new double[n + 3];
        sizes[n + 2] = head;
        // The y axis points down, as does plotly's own on the screen; its angles run clockwise from the top.
        double angle = Math.toDegrees(Math.atan2(toX, -toY));
        return Series.of("type: scatter, mode: lines+markers, x: ?, y: ?, cliponaxis: false", px, py)
                .withAll("line: {color: ?, width: ?, simplify: false}", colour, width)
                .withAll(
                        "marker: {symbol: arrow, angle: ?, size: ?, color: ?, opacity: 1, line: {width: 0}}",
                        angle,
                        sizes,
                        colour);
    }
}

package org.kymograph.states.figures;

import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Columns;

/** The way of an edge between two nodes, as points a few pixels apart from the rim of the first to the rim of the second. */
final class EdgeCurve {
    private static final double STEP = 6;
    final double[] x;
    final double[] y;

    private EdgeCurve(List<double[]> points) {
        x = Columns.numbers(points, p -> p[0]);
        y = Columns.numbers(points, p -> p[1]);
    }

    /** Through the places that a forward edge passes; it leaves and arrives half way between level and straight. */
    static EdgeCurve through(List<MapLayout.Cell> route) {
        List<double[]> points = new ArrayList<>();
        int last = route.size() - 2;
        for (int i = 0; i <= last; i++) {
            MapLayout.Cell a = route.get(i);
            MapLayout.Cell b = route.get(i + 1);
            double dx = b.x - a.x;
            double dy = b.y - a.y;
            double slopeA = a.node != null ? 0.55 * dy / dx : slope(route, i);
            double slopeB = b.node != null ? 0.55 * dy / dx : slope(route, i + 1);
            double reach = 0.42 * dx;
            bezier(points, a.x, a.y, a.x + reach, a.y + reach * slopeA, b.x - reach, b.y - reach * slopeB, b.x, b.y);
        }
        return trimmed(points, route.get(0), route.get(route.size() - 1));
    }

    private static double slope(List<MapLayout.Cell> route, int i) {
        MapLayout.Cell before = route.get(i - 1);
        MapLayout.Cell after = route.get(i + 1);
        double left = (route.get(i).y - before.y) / (route.get(i).x - before.x);
        double right = (after.y - route.get(i).y) / (after.x - route.get(i).x);
        // No overshoot where the way turns.
        return left * right <= 0 ? 0 : Math.signum(left) * Math.min(Math.abs(left), Math.abs(right));
    }

    /** From one node back to an earlier one, below everything down to a depth; nodes above each other are joined by a bow to the right. */
    static EdgeCurve back(MapLayout.Cell from, MapLayout.Cell to, double depth) {
        List<double[]> points = new ArrayList<>();
        if (from.layer == to.layer) {
            double bow = 26 + 0.3 * Math.abs(from.y - to.y);
            bezier(
                    points,
                    from.x,
                    from.y,
                    from.x + bow,
                    from.y + (to.y - from.y) * 0.2,
                    to.x + bow,
                    to.y - (to.y - from.y) * 0.2,
                    to.x,
                    to.y);
        } else {
            double inset = 0.14 * (from.x - to.x);
            // A Bezier curve comes three quarters of the way to control points on one line.
            double low = (depth - 0.125 * (from.y + to.y)) / 0.75;
            bezier(points, from.x, from.y, from.x - inset, low, to.x + inset, low, to.x, to.y);
        }
        return trimmed(points, from, to);
    }

    private static void bezier(
            List<double[]> points,
            double x0,
            double y0,
            double x1,
            double y1,
            double x2,
            double y2,
            double x3,
            double y3) {
        double length = Math.hypot(x1 - x0, y1 - y0) + Math.hypot(x2 - x1, y2 - y1) + Math.hypot(x3 - x2, y3 - y2);
        int n = Math.max(8, (int) Math.ceil(length / STEP));
        for (int i = points.isEmpty() ? 0 : 1; i <= n; i++) {
            double t = (double) i / n;
            double s = 1 - t;
            points.add(new double[] {
                s * s * s * x0 + 3 * s * s * t * x1 + 3 * s * t * t * x2 + t * t * t * x3,
                s * s * s * y0 + 3 * s * s * t * y1 + 3 * s * t * t * y2 + t * t * t * y3
            });
        }
    }

    private static EdgeCurve trimmed(List<double[]> points, MapLayout.Cell from, MapLayout.Cell to) {
        List<double[]> kept = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            double[] p = points.get(i);
            if (Math.hypot(p[0] - from.x, p[1] - from.y) > from.rim()
                    && Math.hypot(p[0] - to.x, p[1] - to.y) > to.rim()) {
                kept.add(p);
            }
        }
        if (kept.size() < 2) {
            return new EdgeCurve(List.of(points.get(0), points.get(points.size() - 1)));
        }
        return new EdgeCurve(kept);
    }

    /** The index of the point nearest to a share of the way. */
    int at(double share) {
        return (int) Math.round(share * (x.length - 1));
    }

    /** The lowest point's y. */
    double bottom() {
        double bottom = y[0];
        for (double v : y) {
            bottom = Math.max(bottom, v);
        }
        return bottom;
    }

    /** How many of its points lie in a box that is larger by a margin on every side. */
    int within(Box box, double margin) {
        int n = 0;
        for (int i = 0; i < x.length; i++) {
            n += box.contains(x[i], y[i], margin) ? 1 : 0;
        }
        return n;
    }
}

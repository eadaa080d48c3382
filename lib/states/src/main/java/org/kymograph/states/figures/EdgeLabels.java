package org.kymograph.states.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Places the labels of edges without overlap, those of the most taken edges first: beside the edge where there is room, else further away with a
 * line that leads to it. A label that finds no room is replaced by a shorter one or left out.
 */
final class EdgeLabels {
    private static final double[] SHARES = {0.5, 0.43, 0.57, 0.36, 0.64, 0.29, 0.71, 0.22, 0.78, 0.15, 0.85};
    private static final double[] DISTANCES = {8, 14, 23, 36, 54, 76, 104};
    private static final double LED = 20;
    private static final double LEAD = 7;
    private static final double CLEAR = 3;
    private static final double WORST = 45;
    private static final double WORST_SHORT = 30;
    private final List<Box> taken;
    private final List<EdgeCurve> curves;
    private final ToDoubleFunction<EdgeCurve> widths;
    private final double width;
    private final double top;
    private final double bottom;

    /**
     * A label's place.
     *
     * @param box where it is
     * @param level which of its texts fits there
     * @param at the index of the point of the curve that it belongs to
     * @param led whether a line should lead to it
     */
    record Place(Box box, int level, int at, boolean led) {}

    /**
     * Begins with what labels may not cover.
     *
     * @param taken what labels may not cover: nodes and their captions
     * @param curves all edges
     * @param widths how thick each is drawn
     * @param width how wide the map is
     * @param top the topmost y of any node
     * @param bottom the lowest y of any node
     */
    EdgeLabels(
            List<Box> taken,
            List<EdgeCurve> curves,
            ToDoubleFunction<EdgeCurve> widths,
            double width,
            double top,
            double bottom) {
        this.taken = new ArrayList<>(taken);
        this.curves = curves;
        this.widths = widths;
        this.width = width;
        this.top = top;
        this.bottom = bottom;
    }

    /** The best place for one of an edge's labels, given from long to short as width and height, from a level on; null if there is none. */
    Place place(EdgeCurve curve, List<double[]> sizes, int longest) {
        for (int level = longest; level < sizes.size(); level++) {
            Place place = best(curve, sizes.get(level), level);
            if (place != null) {
                taken.add(place.box);
                return place;
            }
        }
        return null;
    }

    private Place best(EdgeCurve curve, double[] size, int level) {
        Place best = null;
        double least = level == 0 ? WORST : WORST_SHORT;
        for (double share : SHARES) {
            int at = curve.at(share);
            double dx = curve.x[Math.min(at + 1, curve.x.length - 1)] - curve.x[Math.max(at - 1, 0)];
            double dy = curve.y[Math.min(at + 1, curve.y.length - 1)] - curve.y[Math.max(at - 1, 0)];
            double length = Math.max(Math.hypot(dx, dy), 1e-9);
            for (double distance : DISTANCES) {
                for (int side = -1; side <= 1; side += 2) {
                    double up = dx >= 0 ? side : -side;
                    double nx = -dy / length * up;
                    double ny = dx / length * up;
                    // As far as the box's half in the direction of the normal.
                    double half =
                            Math.abs(nx) * size[0] / 2 + Math.abs(ny) * size[1] / 2 + widths.applyAsDouble(curve) / 2;
                    Box box = new Box(
                            curve.x[at] + nx * (half + distance),
                            curve.y[at] + ny * (half + distance),
                            size[0],
                            size[1]);
                    double cost = cost(curve, box, distance, share, ny);
                    if (cost < least) {
                        least = cost;
                        best = new Place(box, level, at, distance > LED);
                    }
                }
            }
        }
        return best;
    }

    /** How much the line that leads to a point crosses, infinite if it is labels or nodes. */
    private double cut(Box box, EdgeCurve own, double[] to) {
        double cost = 0;
        for (EdgeCurve curve : curves) {
            cost += curve != own && leads(box, to).anyMatch(p -> curve.within(p, 0) > 0) ? 12 : 0;
        }
        return leads(box, to).anyMatch(p -> taken.stream().anyMatch(other -> other.overlaps(p, 0)))
                ? Double.POSITIVE_INFINITY
                : cost;
    }

    private static Stream<Box> leads(Box box, double[] to) {
        double x = Math.max(box.left(), Math.min(box.right(), to[0]));
        double y = Math.max(box.top(), Math.min(box.bottom(), to[1]));
        int steps = (int) Math.ceil(Math.hypot(to[0] - x, to[1] - y) / LEAD);
        return IntStream.range(0, steps)
                .mapToDouble(i -> (i + 0.5) / steps)
                .mapToObj(s -> new Box(x + (to[0] - x) * s, y + (to[1] - y) * s, LEAD, LEAD));
    }

    private static double[] at(EdgeCurve curve, double share) {
        return new double[] {curve.x[curve.at(share)], curve.y[curve.at(share)]};
    }

    private double cost(EdgeCurve own, Box box, double distance, double share, double down) {
        if (box.left() < 2 || box.right() > width - 2 || taken.stream().anyMatch(other -> box.overlaps(other, CLEAR))) {
            return Double.POSITIVE_INFINITY;
        }
        double crossed = distance > LED ? cut(box, own, at(own, share)) : 0;
        for (EdgeCurve curve : curves) {
            crossed += curve.within(box, widths.applyAsDouble(curve) / 2 + 1) * (curve == own ? 3 : 8);
        }
        double outside = Math.max(0, top - box.top()) + Math.max(0, box.bottom() - bottom);
        return crossed + 0.12 * distance + 14 * Math.abs(share - 0.5) + (down > 0 ? 3 : 0) + 0.03 * outside;
    }
}

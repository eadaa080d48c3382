package org.kymograph.evaluate;

import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.model.ParameterVector;

/** A path in the space of parameters, from t = 0 to t = 1. */
@FunctionalInterface
public interface ParameterPath {
    /**
     * Returns a point of the path.
     *
     * @param t the position, 0 to 1
     * @return the parameters there
     */
    ParameterVector at(double t);

    /**
     * Returns the straight segment between two networks: θ(t) = (1 − t)·from + t·to.
     *
     * @param from the parameters at t = 0
     * @param to the parameters at t = 1, of the same segments
     * @return the segment
     */
    static ParameterPath segment(ParameterVector from, ParameterVector to) {
        from.sameSegments(to);
        return t -> from.lerp(to, t);
    }

    /**
     * Returns the straight segment between two networks in some of the parameters, such as one layer's; the others stay as
     * they are at t = 0.
     *
     * @param from the parameters at t = 0
     * @param to where the others lie at t = 1
     * @param mask 1 where parameters move, 0 where they stay
     * @return the segment
     */
    static ParameterPath segment(ParameterVector from, ParameterVector to, ParameterVector mask) {
        from.sameSegments(to);
        from.sameSegments(mask);
        return t -> from.lerp(to, t, mask);
    }

    /**
     * Returns the polygonal chain through some networks, each of its edges passed in the same share of t.
     *
     * @param vertices the parameters at the corners, at least two
     * @return the chain
     */
    static ParameterPath chain(List<ParameterVector> vertices) {
        Arguments.check(vertices.size() >= 2, "the number of vertices", vertices.size(), "at least 2");
        List<ParameterVector> all = List.copyOf(vertices);
        all.forEach(all.get(0)::sameSegments);
        return t -> {
            double edges = t * (all.size() - 1);
            int edge = (int) Math.max(0, Math.min(all.size() - 2, Math.floor(edges)));
            return all.get(edge).lerp(all.get(edge + 1), edges - edge);
        };
    }

    /**
     * Returns the same path in its arc length, so that equal steps of t are equally long; the ends are those of this path
     * exactly. Between its pieces the length is interpolated.
     *
     * @param pieces the number of equal steps of t in which the length is measured, at least 1; a chain wants a multiple of its
     *     edges
     * @return the path by length
     */
    default ParameterPath byLength(int pieces) {
        double[] until = lengths(pieces);
        double total = until[pieces];
        return s -> {
            int piece = 1;
            while (piece < pieces && until[piece] < s * total) {
                piece++;
            }
            double length = until[piece] - until[piece - 1];
            double within = length == 0 ? 0 : (s * total - until[piece - 1]) / length;
            return at(s == 0 || s == 1 ? s : (piece - 1 + within) / pieces);
        };
    }

    /**
     * Returns the length of the path.
     *
     * @param pieces the number of equal steps of t in which it is measured, at least 1
     * @return the sum of the distances of neighbouring points
     */
    default double length(int pieces) {
        return lengths(pieces)[pieces];
    }

    private double[] lengths(int pieces) {
        Arguments.atLeast("pieces", pieces, 1);
        double[] until = new double[pieces + 1];
        ParameterVector before = at(0);
        for (int i = 1; i <= pieces; i++) {
            ParameterVector now = at((double) i / pieces);
            until[i] = until[i - 1] + before.distance(now);
            before = now;
        }
        return until;
    }
}

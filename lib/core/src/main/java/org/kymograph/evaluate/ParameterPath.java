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
}

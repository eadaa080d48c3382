package org.kymograph.degeneracy.sampling;

/** A loss in closed form, such as Σ wᵢ²/2: what samplers are tested on, because its averages are known. */
@FunctionalInterface
public interface Potential {
    /**
     * Returns the value at a point.
     *
     * @param w the point
     * @param gradient filled with the gradient there
     * @return L(w)
     */
    double value(double[] w, double[] gradient);
}

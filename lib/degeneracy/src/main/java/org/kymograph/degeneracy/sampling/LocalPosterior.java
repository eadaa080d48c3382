package org.kymograph.degeneracy.sampling;

import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

/**
 * The density around a point w₀ that chains sample, proportional to exp(−U(w)) with
 * U(w) = nβ·(L(w) + ω/2·‖w‖²) + γ/2·‖w − w₀‖², within a box around w₀ if there is one.
 *
 * @param inverseTemperature nβ, above 0: the factor on the loss
 * @param localization γ, at least 0: the strength of the Gaussian prior around w₀; 0 for a flat one
 * @param weightDecay ω, at least 0
 * @param box half the width of the box w₀ ± box, above 0; infinity for none
 * @param edge what becomes of a step out of the box
 */
public record LocalPosterior(
        double inverseTemperature, double localization, double weightDecay, double box, Edge edge) {
    /** What becomes of a step out of the box; a Metropolis step out of it is refused, and HMC always reflects. */
    public enum Edge {
        /** The parameter is put onto the wall. */
        CLAMP,
        /** The step is mirrored at the wall. */
        REFLECT
    }

    /** Checks the ranges. */
    public LocalPosterior {
        Arguments.positive("inverseTemperature", inverseTemperature);
        Arguments.atLeast("localization", localization, 0.0);
        Arguments.atLeast("weightDecay", weightDecay, 0.0);
        Arguments.check(box > 0, "box", box, "above 0; infinity for none");
    }

    /**
     * Returns a density without weight decay or box.
     *
     * @param inverseTemperature nβ, above 0
     * @param localization γ, at least 0
     * @return the density
     */
    public static LocalPosterior of(double inverseTemperature, double localization) {
        return new LocalPosterior(inverseTemperature, localization, 0, Double.POSITIVE_INFINITY, Edge.REFLECT);
    }

    /** Returns a copy with another inverse temperature nβ. */
    public LocalPosterior withInverseTemperature(double inverseTemperature) {
        return Copies.with(this, "inverseTemperature", inverseTemperature);
    }

    /** Returns a copy with another localization γ. */
    public LocalPosterior withLocalization(double localization) {
        return Copies.with(this, "localization", localization);
    }

    /** Returns a copy with another weight decay. */
    public LocalPosterior withWeightDecay(double weightDecay) {
        return Copies.with(this, "weightDecay", weightDecay);
    }

    /** Returns a copy with a box of another half width. */
    public LocalPosterior withBox(double box) {
        return Copies.with(this, "box", box);
    }

    /** Returns a copy with another rule at the walls. */
    public LocalPosterior withEdge(Edge edge) {
        return Copies.with(this, "edge", edge);
    }
}

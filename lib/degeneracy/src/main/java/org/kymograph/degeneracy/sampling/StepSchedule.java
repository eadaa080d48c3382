package org.kymograph.degeneracy.sampling;

import org.kymograph.base.Arguments;

/**
 * How the step size falls, ε·(1 + t/offset)^(−exponent): with an exponent above 1/2 and up to 1 the bias of Langevin steps vanishes in the
 * long run. Averages along a chain are weighted by its step sizes.
 *
 * <p>Source: Welling and Teh, Bayesian learning via stochastic gradient Langevin dynamics (2011).
 *
 * @param offset b, above 0
 * @param exponent 0 for a constant step size, to 1
 */
public record StepSchedule(double offset, double exponent) {
    /** Checks the ranges. */
    public StepSchedule {
        Arguments.positive("offset", offset);
        Arguments.within("exponent", exponent, 0.0, 1.0);
    }

    /** Returns a constant step size. */
    public static StepSchedule constant() {
        return new StepSchedule(1, 0);
    }

    /**
     * Returns the factor on ε.
     *
     * @param step t, from 0
     * @return the factor, 1 at the start
     */
    public double factor(long step) {
        return exponent == 0 ? 1 : Math.pow(1 + step / offset, -exponent);
    }
}

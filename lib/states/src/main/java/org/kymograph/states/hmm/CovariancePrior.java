package org.kymograph.states.hmm;

import java.util.Arrays;
import java.util.Locale;

/**
 * What EM adds to the weighted scatter of a state before it divides by the state's weight, with c = 0.01.
 *
 * <p>Diagonal and spherical covariances get c on every variance under either prior.
 */
public enum CovariancePrior {
    /**
     * c on every element of a full or tied matrix, off the diagonal too, as hmmlearn 0.3 does by broadcasting; the
     * published numbers were made with it.
     */
    COMPAT,
    /** c on the diagonal only, which keeps matrices away from singular. */
    RIDGE;

    static final double WEIGHT = 0.01;

    /** @return the name in files and on the command line: compat or ridge */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param label compat or ridge
     * @return the constant of that name
     * @throws IllegalArgumentException if there is none
     */
    public static CovariancePrior of(String label) {
        return Arrays.stream(values())
                .filter(p -> p.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("prior '" + label + "': must be compat or ridge"));
    }
}

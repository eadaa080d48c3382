package org.kymograph.states.hmm;

import java.util.Arrays;
import java.util.Locale;

/** What the covariance matrices of a Gaussian HMM's states may look like. */
public enum Covariance {
    /** Each state has its own symmetric matrix. */
    FULL,
    /** Each state has its own diagonal matrix. */
    DIAG,
    /** All states share one symmetric matrix. */
    TIED,
    /** Each state has one variance for all features. */
    SPHERICAL;

    /**
     * @param states the number of states K, at least 1
     * @param features the number of features d, at least 1
     * @return the free parameters of all covariance matrices: K·d(d+1)/2 full, K·d diagonal, d(d+1)/2 tied, K spherical
     */
    public int freeParameters(int states, int features) {
        int triangle = features * (features + 1) / 2;
        return switch (this) {
            case FULL -> states * triangle;
            case DIAG -> states * features;
            case TIED -> triangle;
            case SPHERICAL -> states;
        };
    }

    /** @return the lengths of the nested arrays that hold the matrices: K·d·d full, K·d diagonal, d·d tied, K spherical */
    int[] shape(int states, int features) {
        return switch (this) {
            case FULL -> new int[] {states, features, features};
            case DIAG -> new int[] {states, features};
            case TIED -> new int[] {features, features};
            case SPHERICAL -> new int[] {states};
        };
    }

    int length(int states, int features) {
        return Arrays.stream(shape(states, features)).reduce(1, (a, b) -> a * b);
    }

    boolean isMatrix() {
        return this == FULL || this == TIED;
    }

    /** @return the name in files and on the command line: full, diag, tied or spherical */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param label full, diag, tied or spherical
     * @return the constant of that name
     * @throws IllegalArgumentException if there is none
     */
    public static Covariance of(String label) {
        return Arrays.stream(values())
                .filter(c -> c.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "covariance '" + label + "': must be full, diag, tied or spherical"));
    }
}

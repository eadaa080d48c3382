package org.kymograph.states.em;

import java.util.Arrays;
import java.util.Locale;
import org.kymograph.base.Arguments;

/** The form of the covariance matrices of a Gaussian HMM's states. */
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
     * What EM adds to the weighted scatter of a state before it divides by the state's weight, with c = 0.01.
     *
     * <p>Diagonal and spherical covariances get c on every variance under either prior.
     */
    public enum Prior {
        /**
         * Adds c to every element of a full or tied matrix, off the diagonal too, as hmmlearn 0.3 does by broadcasting; the
         * published numbers were made with it. It leaves the matrix of dependent columns singular.
         */
        COMPAT,
        /** Adds c to the diagonal only, which keeps matrices away from singular. */
        RIDGE;

        static final double WEIGHT = 0.01;

        /**
         * Returns the prior's name in files and on the command line.
         *
         * @return compat or ridge
         */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Returns the prior of a name.
         *
         * @param label compat or ridge
         * @return the constant of that name
         * @throws IllegalArgumentException if there is none
         */
        public static Prior of(String label) {
            return named(Prior.class, "prior", label, "compat or ridge");
        }
    }

    /**
     * Returns how many numbers all covariance matrices have that can be chosen freely.
     *
     * @param states the number of states K, at least 1
     * @param features the number of features d, at least 1
     * @return K·d(d+1)/2 full, K·d diagonal, d(d+1)/2 tied, K spherical
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

    /**
     * Returns the lengths of the nested arrays that hold the matrices.
     *
     * @param states the number of states K
     * @param features the number of features d
     * @return K, d, d full; K, d diagonal; d, d tied; K spherical
     */
    public int[] shape(int states, int features) {
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

    /**
     * Returns the form's name in files and on the command line.
     *
     * @return full, diag, tied or spherical
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the form of a name.
     *
     * @param label full, diag, tied or spherical
     * @return the constant of that name
     * @throws IllegalArgumentException if there is none
     */
    public static Covariance of(String label) {
        return named(Covariance.class, "covariance", label, "full, diag, tied or spherical");
    }

    private static <E extends Enum<E>> E named(Class<E> type, String what, String label, String expected) {
        return Arrays.stream(type.getEnumConstants())
                .filter(c -> c.name().toLowerCase(Locale.ROOT).equals(label))
                .findFirst()
                .orElseThrow(() -> Arguments.unexpected(what, label, expected));
    }
}

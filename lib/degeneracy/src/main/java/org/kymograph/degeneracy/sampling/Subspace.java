package org.kymograph.degeneracy.sampling;

import java.util.Arrays;
import org.kymograph.base.Arguments;

/** A linear subspace of the parameters: a chain in it moves from its start along the subspace alone. */
public interface Subspace {
    /** Returns P, the number of all parameters. */
    int size();

    /** Returns the number of directions of the subspace, at least 1. */
    int dimension();

    /**
     * Takes out of a vector what is orthogonal to the subspace, v ← Πv.
     *
     * @param v P numbers
     */
    void project(double[] v);

    /**
     * Returns the subspace of some parameters.
     *
     * @param mask 1 for the parameters that move and 0 for those that stay
     * @return the subspace
     * @throws IllegalArgumentException if none moves
     */
    static Subspace of(double... mask) {
        Arguments.check(
                Arrays.stream(mask).anyMatch(m -> m != 0), "mask", "0 everywhere", "to select at least a parameter");
        return new Mask(mask.clone());
    }

    /** See {@link Subspace#of}. */
    record Mask(double[] ones) implements Subspace {
        @Override
        public int size() {
            return ones.length;
        }

        @Override
        public int dimension() {
            return (int) Arrays.stream(ones).filter(m -> m != 0).count();
        }

        @Override
        public void project(double[] v) {
            for (int i = 0; i < v.length; i++) {
                v[i] *= ones[i];
            }
        }
    }
}

package org.kymograph.degeneracy.sampling;

import org.kymograph.base.Arguments;

/**
 * A chain to be sampled. Its numbers depend on what is said here alone, not on the chains that run beside it.
 *
 * @param start w₀, the point that it starts from and that its density is around
 * @param posterior the density
 * @param stepSize ε, above 0
 * @param subspace what it moves in; null for all parameters
 * @param orthogonal whether it moves only in the hyperplane through w₀ orthogonal to the loss's gradient there
 * @param seed what its noise follows from
 * @param batchSeed what its batches follow from; chains of one see the same batches
 */
public record Chain(
        double[] start,
        LocalPosterior posterior,
        double stepSize,
        Subspace subspace,
        boolean orthogonal,
        long seed,
        long batchSeed) {
    /** Checks the ranges. The arrays are not copied: many chains share them. */
    public Chain {
        Arguments.positive("stepSize", stepSize);
        if (subspace != null) {
            Arguments.sameLength("subspace", subspace.size(), "start", start.length);
        }
        Arguments.check(
                posterior.box() == Double.POSITIVE_INFINITY
                        || !orthogonal && (subspace == null || subspace instanceof Subspace.Mask),
                "box",
                posterior.box(),
                "none, since a chain that is not free along the axes cannot keep to a box");
    }

    /**
     * Returns a chain that moves all parameters.
     *
     * @param start w₀
     * @param posterior the density
     * @param stepSize ε, above 0
     * @param seed what its noise and its batches follow from
     * @return the chain
     */
    public static Chain of(double[] start, LocalPosterior posterior, double stepSize, long seed) {
        return new Chain(start, posterior, stepSize, null, false, seed, seed);
    }
}

package org.kymograph.connectivity.cluster;

import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.connectivity.gap.GapMatrix;

/**
 * How a population is clustered.
 *
 * @param clusters the number of clusters, at least 2
 * @param delta the gap at which the similarity of two models has fallen to exp(−1/2), above 0; the original has 1 for all
 * @param draws the number of matrices drawn from each null model, at least 1
 * @param seed the random seed of the draws, and of the starts where there are more than two clusters
 */
public record BasinSettings(int clusters, double delta, int draws, long seed) {
    /** Checks the ranges. */
    public BasinSettings {
        Arguments.atLeast("clusters", clusters, 2);
        Arguments.positive("delta", delta);
        Arguments.atLeast("draws", draws, 1);
    }

    /** Returns the original's settings, two clusters and δ = 1, with 199 draws of each null model and seed 42. */
    public static BasinSettings defaults() {
        return new BasinSettings(2, 1, 199, 42);
    }

    /** Returns a copy with another number of clusters. */
    public BasinSettings withClusters(int clusters) {
        return Copies.with(this, "clusters", clusters);
    }

    /** Returns a copy with another scale of the gaps, such as {@link GapMatrix#median()}. */
    public BasinSettings withDelta(double delta) {
        return Copies.with(this, "delta", delta);
    }

    /** Returns a copy with another number of draws from the null models. */
    public BasinSettings withDraws(int draws) {
        return Copies.with(this, "draws", draws);
    }

    /** Returns a copy with another random seed. */
    public BasinSettings withSeed(long seed) {
        return Copies.with(this, "seed", seed);
    }
}

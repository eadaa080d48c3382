package org.kymograph.cartography.metrics;

/** What the forgetfulness of a sample is that is never predicted right. */
public enum ForgettingRule {
    /** 1000, as in the files of data maps (Swayamdipta et al. 2020). */
    THOUSAND,
    /** The number of epochs (Toneva et al., arXiv 1812.05159). */
    EPOCHS,
    /** Infinity. */
    INFINITE;

    double never(int epochs) {
        return switch (this) {
            case THOUSAND -> 1000;
            case EPOCHS -> epochs;
            case INFINITE -> Double.POSITIVE_INFINITY;
        };
    }
}

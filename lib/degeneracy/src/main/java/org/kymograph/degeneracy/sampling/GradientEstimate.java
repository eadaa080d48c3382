package org.kymograph.degeneracy.sampling;

import org.kymograph.base.Arguments;

/**
 * What the gradient of a step is computed from.
 *
 * @param batch the samples of a batch, drawn with replacement; 0 for the full set
 */
public record GradientEstimate(int batch) {
    /** Checks the range. */
    public GradientEstimate {
        Arguments.atLeast("batch", batch, 0);
    }

    /** Returns the exact gradient over all samples. */
    public static GradientEstimate full() {
        return new GradientEstimate(0);
    }

    /**
     * Returns the gradient over a batch that is drawn anew at each step.
     *
     * @param batch its samples, at least 1
     * @return the estimate
     */
    public static GradientEstimate minibatch(int batch) {
        return new GradientEstimate(Arguments.atLeast("batch", batch, 1));
    }

    boolean isFull() {
        return batch == 0;
    }
}

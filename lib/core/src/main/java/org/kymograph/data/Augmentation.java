package org.kymograph.data;

import java.util.random.RandomGenerator;

/** Changes the inputs of every training batch at random; tests see the inputs as they are. */
@FunctionalInterface
public interface Augmentation {
    /** Leaves the inputs as they are. */
    Augmentation NONE = (inputs, offset, count, shape, random) -> {};

    /**
     * Changes some inputs in place.
     *
     * @param inputs scaled inputs, one after the other
     * @param offset where the first of them starts
     * @param count how many there are
     * @param shape the shape of one
     * @param random where to draw from: a stream of the run and the step, so that a resumed run draws the same
     */
    void apply(float[] inputs, int offset, int count, long[] shape, RandomGenerator random);
}

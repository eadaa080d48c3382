package org.kymograph.train.loss;

import ai.djl.ndarray.NDArray;
import org.kymograph.data.Dataset;

/** A loss that differs from another in what training minimises, and in nothing else. */
interface WrappedLoss extends Loss {
    /** Returns the loss inside. */
    Loss loss();

    @Override
    default NDArray evaluation(NDArray outputs, NDArray targets) {
        return loss().evaluation(outputs, targets);
    }

    @Override
    default NDArray answer(NDArray outputs) {
        return loss().answer(outputs);
    }

    @Override
    default NDArray correct(NDArray outputs, NDArray targets) {
        return loss().correct(outputs, targets);
    }

    @Override
    default String expected(long[] outputs, Dataset data) {
        return loss().expected(outputs, data);
    }
}

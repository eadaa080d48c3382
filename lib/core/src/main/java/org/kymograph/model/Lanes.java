package org.kymograph.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;

/** Functions of each number in a stack of runs, so that no run feels where it stands. */
public final class Lanes {
    private static final int WIDTH = 32;

    private Lanes() {}

    /**
     * PyTorch takes 32 numbers at a time, and for some functions what is left at an array's end with another formula,
     * whose last bits differ. Here nothing is left: the array is filled up with zeros first.
     *
     * @param x numbers, of any shape
     * @param function what to make of each by itself
     * @return the results, of that shape
     */
    public static NDArray apply(NDArray x, UnaryOperator<NDArray> function) {
        long left = x.size() % WIDTH;
        if (left == 0) {
            return function.apply(x);
        }
        NDArray filled = x.reshape(-1).concat(x.getManager().zeros(new Shape(WIDTH - left), x.getDataType()), 0);
        return function.apply(filled).get("0:" + x.size()).reshape(x.getShape());
    }
}

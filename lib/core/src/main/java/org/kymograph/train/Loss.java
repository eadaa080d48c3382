package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;

/** What training minimises, each the mean over a batch. Outputs are {@code [R, B, C]}, one row of R a run. */
public enum Loss {
    /** −log softmax(outputs)[class]; targets are class numbers {@code [R, B]}. A tie counts for the first class. */
    CROSS_ENTROPY {
        @Override
        NDArray perSample(NDArray outputs, NDArray targets) {
            return outputs.logSoftmax(2).gather(targets.expandDims(2), 2).squeeze(2).neg();
        }

        @Override
        NDArray correct(NDArray outputs, NDArray targets) {
            return outputs.argMax(2).eq(targets);
        }
    },

    /** max(0, 1 − y·output) with targets y = ±1 {@code [R, B]} and one output; an output of 0 counts as wrong. */
    HINGE {
        @Override
        NDArray perSample(NDArray outputs, NDArray targets) {
            return Activation.relu(outputs.squeeze(2).mul(targets).neg().add(1f));
        }

        @Override
        NDArray correct(NDArray outputs, NDArray targets) {
            return outputs.squeeze(2).mul(targets).gt(0f);
        }
    },

    /**
     * The squared error: with one output (output − target)², with C outputs the mean over them of the squared
     * distance to the one-hot class. With one output, right means on the target's side of 0.
     */
    SQUARED {
        @Override
        NDArray perSample(NDArray outputs, NDArray targets) {
            long classes = outputs.getShape().get(2);
            if (classes == 1) {
                return outputs.squeeze(2).sub(targets).square();
            }
            return outputs.sub(targets.oneHot((int) classes)).square().mean(new int[] {2});
        }

        @Override
        NDArray correct(NDArray outputs, NDArray targets) {
            return outputs.getShape().get(2) == 1 ? HINGE.correct(outputs, targets)
                    : CROSS_ENTROPY.correct(outputs, targets);
        }
    };

    /** @return the loss of every sample, {@code [R, B]} */
    abstract NDArray perSample(NDArray outputs, NDArray targets);

    /** @return which samples the outputs get right, boolean {@code [R, B]} */
    abstract NDArray correct(NDArray outputs, NDArray targets);

    /** @return the number of right samples per run, from {@code [R, B]} */
    static float[] count(NDArray correct) {
        return correct.toType(DataType.FLOAT32, false).sum(new int[] {1}).toFloatArray();
    }

    /** @return outputs of a single network {@code [B, C]} as {@code [1, B, C]}; {@code [B]} as {@code [1, B, 1]} */
    static NDArray withRunAxis(NDArray outputs, boolean stacked) {
        if (stacked) {
            return outputs;
        }
        Shape s = outputs.getShape();
        return outputs.reshape(new Shape(1, s.get(0), s.size() / s.get(0)));
    }
}

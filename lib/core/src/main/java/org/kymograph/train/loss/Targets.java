package org.kymograph.train.loss;

import ai.djl.ndarray.NDArray;
import org.kymograph.data.Dataset;

/** The targets of losses: one for each sample, or one for each of its positions, of which some may be ignored. */
final class Targets {
    private Targets() {}

    /** Returns for each target whether it counts, 1 or 0, in the type of the outputs. */
    static NDArray counted(NDArray outputs, NDArray targets) {
        return targets.neq(Dataset.IGNORED).toType(outputs.getDataType(), false);
    }

    /**
     * Returns what each target's class has.
     *
     * @param values a number for each class, {@code [R, B, C]} or {@code [R, B, T, C]}
     * @param targets the classes, {@code [R, B]} or {@code [R, B, T]}
     * @return the targets' numbers, of the targets' shape; 0 where they are ignored
     */
    static NDArray pick(NDArray values, NDArray targets) {
        int axis = values.getShape().dimension() - 1;
        if (axis == 2) {
            return values.gather(targets.expandDims(2), 2).squeeze(2);
        }
        return values.gather(targets.maximum(0).expandDims(axis), axis)
                .squeeze(axis)
                .mul(counted(values, targets));
    }

    /** Refuses outputs per position where the loss is for samples. */
    static NDArray none(NDArray outputs, Loss loss) {
        if (outputs.getShape().dimension() != 3) {
            throw new IllegalArgumentException("the outputs have the shape " + outputs.getShape()
                    + "; expected [R, B, C], since the loss " + loss.setting() + " is not for positions");
        }
        return outputs;
    }
}

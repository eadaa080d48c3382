package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.kymograph.data.Dataset;
import org.kymograph.data.Dataset.Target;

/**
 * The arithmetic of losses that each sample has one of, {@code [R, B]}, or each of its positions, {@code [R, B, T]}; a position
 * whose target is {@link Dataset#IGNORED} has a loss of exactly 0 and sends back no gradient.
 */
final class Positions {
    private Positions() {}

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

    /** Refuses outputs that don't have the positions of the targets, or have some where targets have none. */
    static void check(NDArray outputs, NDArray targets, Target kind) {
        Shape shape = outputs.getShape();
        boolean tokens = kind == Target.TOKENS;
        if (shape.dimension() != (tokens ? 4 : 3)
                || tokens && !shape.slice(0, 3).equals(targets.getShape())) {
            throw new IllegalArgumentException("the outputs have the shape " + shape + " for targets of shape "
                    + targets.getShape() + "; expected "
                    + (tokens ? "a number for each class at each position" : "one row for each sample"));
        }
    }

    /**
     * Returns what the backward pass starts from, so that it gives the gradient of each run's mean loss.
     *
     * @param losses {@code [R, B]} or {@code [R, B, T]}
     * @param counts each run's number of targets
     * @param scale a factor on all gradients
     */
    static NDArray weights(NDArray losses, long[] counts, double scale) {
        if (losses.getShape().dimension() == 2) {
            return losses.getManager().full(losses.getShape(), (float) (scale / counts[0]));
        }
        float[] each = new float[counts.length];
        for (int r = 0; r < each.length; r++) {
            each[r] = (float) (scale / counts[r]);
        }
        return losses.getManager()
                .create(each, new Shape(each.length, 1, 1))
                .broadcast(losses.getShape())
                .duplicate();
    }

    /** Adds each run's sum of {@code [R, B]} or {@code [R, B, T]}, numbers or yes and no, to its element. */
    static void addSums(NDArray each, double[] sums) {
        Shape shape = each.getShape();
        NDArray numbers = each.toType(DataType.FLOAT32, false);
        if (shape.dimension() == 2 && each.getDataType() != DataType.BOOLEAN) {
            // The mean has the bits that it always had; times the samples and divided by them it keeps them.
            float[] means = numbers.mean(new int[] {1}).toFloatArray();
            Arrays.setAll(sums, r -> sums[r] + (double) means[r] * shape.get(1));
        } else {
            float[] all = numbers.reshape(shape.get(0), -1).sum(new int[] {1}).toFloatArray();
            Arrays.setAll(sums, r -> sums[r] + all[r]);
        }
    }
}

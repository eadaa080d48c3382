package org.kymograph.data;

import org.kymograph.base.Arguments;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

/** What the parts of a {@link Dataset} must be, each by itself and beside the others. */
final class DatasetChecks {
    private DatasetChecks() {}

    static void inputs(Tensor inputs, Scaling scaling) {
        long[] shape = inputs.shape();
        Arguments.check(shape.length >= 2, "shape of the inputs", shape, "an axis of examples and one of features");
        for (int axis = 1; axis < shape.length; axis++) {
            Arguments.check(shape[axis] > 0, "shape of the inputs", shape, "none that makes an input empty");
        }
        Dtype dtype = inputs.dtype();
        Arguments.check(
                dtype == Dtype.U8 || dtype == Dtype.F32 || dtype == Dtype.I64,
                "type of the inputs",
                dtype,
                "U8, F32 or I64");
        Arguments.check(
                dtype == Dtype.U8 || !scaling.pixels(),
                "scaling",
                scaling,
                "none for inputs of type " + dtype + ", since only U8 inputs are scaled");
        Arguments.check(
                dtype != Dtype.U8 || scaling.channels() == 1 || shape.length >= 3 && shape[1] == scaling.channels(),
                "shape of the inputs",
                shape,
                "[N, " + scaling.channels() + ", …] for a scaling of " + scaling.channels() + " channels");
    }

    static void auxiliary(Tensor auxiliary, long n) {
        long[] shape = auxiliary.shape();
        Arguments.check(
                auxiliary.dtype() == Dtype.F32 && shape.length == 2 && shape[0] == n,
                "auxiliary",
                auxiliary,
                "F32[" + n + ", S] with any S");
        float[] values = auxiliary.toFloats();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw Arguments.unexpected("auxiliary target of example " + i / shape[1], values[i], "a finite number");
            }
        }
    }

    static void targets(Tensor targets, int classes, long n) {
        long[] shape = targets.shape();
        Arguments.check(
                (shape.length == 1 || shape.length == 2) && shape[0] == n,
                "shape of the targets",
                shape,
                "[" + n + "], or [" + n + ", K] for labels or tokens");
        Dtype dtype = targets.dtype();
        Arguments.check(dtype == Dtype.I64 || dtype == Dtype.F32, "type of the targets", dtype, "I64 or F32");
        if (dtype == Dtype.I64) {
            Arguments.atLeast("classes", classes, 2);
            indices(targets, classes, shape.length == 1 ? 0 : (int) shape[1]);
        } else if (shape.length == 2) {
            Arguments.check(classes >= 1 && classes == shape[1], "classes", classes, "as many as labels in " + targets);
            numbers(targets, (int) shape[1], "0 or 1");
        } else {
            Arguments.check(classes == 0 || classes == 2, "classes", classes, "2 for signs or 0 for real targets");
            numbers(targets, 1, classes == 2 ? "-1 or 1" : "a finite number");
        }
    }

    private static void numbers(Tensor targets, int each, String expected) {
        float[] values = targets.toFloats();
        for (int i = 0; i < values.length; i++) {
            float v = values[i];
            boolean fits =
                    switch (expected) {
                        case "0 or 1" -> v == 0 || v == 1;
                        case "-1 or 1" -> Math.abs(v) == 1;
                        default -> Float.isFinite(v);
                    };
            if (!fits) {
                throw Arguments.unexpected("target of example " + i / each, v, expected);
            }
        }
    }

    /** Checks class indices, of which only those per position may be ignored. */
    private static void indices(Tensor targets, int classes, int positions) {
        Arguments.check(targets.shape().length == 1 || positions > 0, "positions of the targets", 0, "at least 1");
        long[] all = targets.toLongs();
        int counted = 0;
        for (int i = 0; i < all.length; i++) {
            boolean ignored = positions > 0 && all[i] == Dataset.IGNORED;
            if (!ignored && (all[i] < 0 || all[i] >= classes)) {
                String range = "0 to " + (classes - 1);
                throw positions == 0
                        ? Arguments.unexpected("target of example " + i, all[i], range)
                        : Arguments.unexpected(
                                "target of position " + i % positions + " of example " + i / positions,
                                all[i],
                                range + ", or " + Dataset.IGNORED + " to ignore it");
            }
            counted += ignored ? 0 : 1;
            if (positions > 0 && i % positions == positions - 1) {
                if (counted == 0) {
                    throw new IllegalArgumentException("all targets of example " + i / positions
                            + " are ignored; expected at least one that counts");
                }
                counted = 0;
            }
        }
    }
}

package org.kymograph.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.kymograph.record.Dtype;
import org.kymograph.record.Tensor;

/**
 * Examples with their targets, in order; immutable. What the targets are follows from their type and the number of
 * classes, see {@link #target()}.
 *
 * @param name the task or collection, such as {@code "sparse-parity"}
 * @param split which part of it, such as {@code "train"}
 * @param seed what the examples were drawn or split with; 0 for a published split
 * @param inputs {@code [N, …]}: U8 pixels, F32 numbers or I64 tokens
 * @param targets {@code [N]}: I64 class indices, or F32 signs or real numbers
 * @param classes the number of classes: at least 2 for class indices, 2 for signs, 0 for real targets
 * @param scaling how the inputs become floats
 */
public record Dataset(String name, String split, long seed, Tensor inputs, Tensor targets, int classes,
        Scaling scaling) {

    /** What the targets are. */
    public enum Target {
        /** Class indices 0 … classes-1. */
        CLASS,
        /** Two classes, written -1 and +1. */
        SIGN,
        /** Finite real numbers, to regress on. */
        REAL
    }

    /**
     * Checks shapes, types and every target.
     *
     * @throws IllegalArgumentException if one of them is out of range, or they don't fit each other
     */
    public Dataset {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(split, "split");
        Objects.requireNonNull(scaling, "scaling");
        long[] in = inputs.shape();
        long[] out = targets.shape();
        if (in.length < 2) {
            throw new IllegalArgumentException(
                    "inputs of shape " + Arrays.toString(in) + ": must have an axis of examples and one of features");
        }
        if (out.length != 1 || out[0] != in[0]) {
            throw new IllegalArgumentException("targets of shape " + Arrays.toString(out) + ": must be [" + in[0]
                    + "] for inputs of shape " + Arrays.toString(in));
        }
        for (int axis = 1; axis < in.length; axis++) {
            if (in[axis] == 0) {
                throw new IllegalArgumentException("inputs of shape " + Arrays.toString(in) + ": an input is empty");
            }
        }
        switch (inputs.dtype()) {
            case U8 -> {
                if (scaling.channels() > 1 && (in.length < 3 || in[1] != scaling.channels())) {
                    throw new IllegalArgumentException("scaling of " + scaling.channels()
                            + " channels: the second axis must be the channels, but the inputs' shape is "
                            + Arrays.toString(in));
                }
            }
            case F32, I64 -> {
                if (scaling.pixels()) {
                    throw new IllegalArgumentException("scaling " + scaling + ": only U8 inputs are scaled, not "
                            + inputs.dtype());
                }
            }
            default -> throw new IllegalArgumentException("inputs of type " + inputs.dtype()
                    + ": must be U8, F32 or I64");
        }
        checkTargets(targets, classes);
    }

    private static void checkTargets(Tensor targets, int classes) {
        int n = (int) targets.size();
        if (targets.dtype() == Dtype.I64) {
            if (classes < 2) {
                throw new IllegalArgumentException("classes " + classes + ": must be at least 2 for class indices");
            }
            long[] labels = targets.toLongs();
            for (int i = 0; i < n; i++) {
                if (labels[i] < 0 || labels[i] >= classes) {
                    throw new IllegalArgumentException(
                            "target " + labels[i] + " of example " + i + ": must be 0 to " + (classes - 1));
                }
            }
        } else if (targets.dtype() == Dtype.F32) {
            if (classes != 0 && classes != 2) {
                throw new IllegalArgumentException("classes " + classes
                        + ": must be 2 for signs or 0 for real targets");
            }
            float[] values = targets.toFloats();
            for (int i = 0; i < n; i++) {
                if (classes == 2 ? Math.abs(values[i]) != 1 : !Float.isFinite(values[i])) {
                    throw new IllegalArgumentException("target " + values[i] + " of example " + i + ": must be "
                            + (classes == 2 ? "-1 or 1" : "finite"));
                }
            }
        } else {
            throw new IllegalArgumentException("targets of type " + targets.dtype() + ": must be I64 or F32");
        }
    }

    /** @return what the targets are */
    public Target target() {
        if (targets.dtype() == Dtype.I64) {
            return Target.CLASS;
        }
        return classes == 2 ? Target.SIGN : Target.REAL;
    }

    /** @return the number of examples */
    public int size() {
        return (int) targets.size();
    }

    /** @return the shape of one input */
    public long[] inputShape() {
        long[] shape = inputs.shape();
        return Arrays.copyOfRange(shape, 1, shape.length);
    }

    /** @return how many numbers one input has */
    public int inputSize() {
        long size = 1;
        for (long s : inputShape()) {
            size = Math.multiplyExact(size, s);
        }
        return Math.toIntExact(size);
    }

    /**
     * @param rows indices of examples, 0 to size-1; may repeat
     * @return those examples, in that order
     */
    public Dataset subset(int[] rows) {
        long[] shape = inputs.shape();
        shape[0] = rows.length;
        return new Dataset(name, split, seed, rows(inputs, shape, rows),
                rows(targets, new long[] {rows.length}, rows), classes, scaling);
    }

    /**
     * @param n how many, 0 to size
     * @return the first n examples
     * @throws IllegalArgumentException if there are fewer
     */
    public Dataset take(int n) {
        if (n < 0 || n > size()) {
            throw new IllegalArgumentException("n " + n + ": must be 0 to " + size());
        }
        int[] rows = new int[n];
        Arrays.setAll(rows, i -> i);
        return subset(rows);
    }

    /**
     * @param split the part's name
     * @return a copy of that name
     */
    public Dataset withSplit(String split) {
        return new Dataset(name, split, seed, inputs, targets, classes, scaling);
    }

    /**
     * @param scaling how the inputs become floats
     * @return a copy of that scaling
     */
    public Dataset withScaling(Scaling scaling) {
        return new Dataset(name, split, seed, inputs, targets, classes, scaling);
    }

    /**
     * Copies the scaled inputs of some examples, one after the other, from the start of an array.
     *
     * @param rows indices of examples, 0 to size-1
     * @param out where to; at least rows × {@link #inputSize()} long
     */
    public void gather(int[] rows, float[] out) {
        gather(rows, 0, rows.length, out, 0);
    }

    /**
     * Copies the scaled inputs of some examples, one after the other: a batch out of an epoch's order, into one run's
     * part of a stack.
     *
     * @param rows indices of examples, 0 to size-1
     * @param from the first of the rows to copy
     * @param to behind the last of the rows to copy
     * @param out where to
     * @param offset where in it to start
     */
    public void gather(int[] rows, int from, int to, float[] out, int offset) {
        int each = inputSize();
        check(rows, from, to, out.length, offset, each);
        ByteBuffer bytes = inputs.bytes();
        switch (inputs.dtype()) {
            case F32 -> {
                var floats = bytes.asFloatBuffer();
                for (int i = from, o = offset; i < to; i++, o += each) {
                    floats.get(rows[i] * each, out, o, each);
                }
            }
            case I64 -> {
                var longs = bytes.asLongBuffer();
                for (int i = from, o = offset; i < to; i++) {
                    for (int k = rows[i] * each, end = k + each; k < end; k++) {
                        out[o++] = longs.get(k);
                    }
                }
            }
            default -> {
                float[][] table = scaling.table();
                int channel = each / table.length;
                byte[] pixels = new byte[each];
                for (int i = from, o = offset; i < to; i++, o += each) {
                    bytes.get(rows[i] * each, pixels);
                    for (int c = 0; c < table.length; c++) {
                        float[] values = table[c];
                        for (int k = c * channel, end = k + channel; k < end; k++) {
                            out[o + k] = values[pixels[k] & 0xff];
                        }
                    }
                }
            }
        }
    }

    /**
     * Copies the tokens of some examples, one after the other.
     *
     * @param rows indices of examples, 0 to size-1
     * @param from the first of the rows to copy
     * @param to behind the last of the rows to copy
     * @param out where to
     * @param offset where in it to start
     * @throws IllegalArgumentException if the inputs aren't I64
     */
    public void gather(int[] rows, int from, int to, long[] out, int offset) {
        if (inputs.dtype() != Dtype.I64) {
            throw new IllegalArgumentException("tokens wanted of inputs of type " + inputs.dtype());
        }
        int each = inputSize();
        check(rows, from, to, out.length, offset, each);
        var longs = inputs.bytes().asLongBuffer();
        for (int i = from, o = offset; i < to; i++, o += each) {
            longs.get(rows[i] * each, out, o, each);
        }
    }

    /**
     * Copies the targets of some examples as floats; class indices are written as numbers.
     *
     * @param rows indices of examples, 0 to size-1
     * @param from the first of the rows to copy
     * @param to behind the last of the rows to copy
     * @param out where to
     * @param offset where in it to start
     */
    public void gatherTargets(int[] rows, int from, int to, float[] out, int offset) {
        check(rows, from, to, out.length, offset, 1);
        for (int i = from; i < to; i++) {
            out[offset + i - from] = (float) targets.getDouble(rows[i]);
        }
    }

    /**
     * Copies the class indices of some examples.
     *
     * @param rows indices of examples, 0 to size-1
     * @param from the first of the rows to copy
     * @param to behind the last of the rows to copy
     * @param out where to
     * @param offset where in it to start
     * @throws IllegalArgumentException if the targets aren't class indices
     */
    public void gatherTargets(int[] rows, int from, int to, long[] out, int offset) {
        if (target() != Target.CLASS) {
            throw new IllegalArgumentException("class indices wanted, but the targets are of kind " + target());
        }
        check(rows, from, to, out.length, offset, 1);
        var labels = targets.bytes().asLongBuffer();
        for (int i = from; i < to; i++) {
            out[offset + i - from] = labels.get(rows[i]);
        }
    }

    private void check(int[] rows, int from, int to, int length, int offset, int each) {
        Objects.checkFromToIndex(from, to, rows.length);
        Objects.checkFromIndexSize(offset, Math.multiplyExact(to - from, each), length);
        for (int i = from; i < to; i++) {
            check(rows[i]);
        }
    }

    private void check(int row) {
        if (row < 0 || row >= size()) {
            throw new IllegalArgumentException("row " + row + ": must be 0 to " + (size() - 1));
        }
    }

    private Tensor rows(Tensor of, long[] shape, int[] rows) {
        int each = size() == 0 ? 0 : Math.toIntExact(of.size() / size() * of.dtype().bytes());
        ByteBuffer from = of.bytes();
        byte[] out = new byte[Math.multiplyExact(rows.length, each)];
        for (int i = 0; i < rows.length; i++) {
            check(rows[i]);
            from.get(rows[i] * each, out, i * each, each);
        }
        return Tensor.of(of.dtype(), shape, ByteBuffer.wrap(out));
    }

    @Override
    public String toString() {
        return name + " " + split + " (seed " + seed + "): " + size() + " of " + inputs.dtype()
                + Arrays.toString(inputShape()) + ", " + target() + (classes > 0 ? " of " + classes : "");
    }
}

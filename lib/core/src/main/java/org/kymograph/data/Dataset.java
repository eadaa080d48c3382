package org.kymograph.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

/**
 * Examples with their targets, in order; immutable. What the targets are follows from their type and the number of
 * classes, see {@link #target()}.
 *
 * @param name the task or collection, such as {@code "sparse-parity"}
 * @param split which part of it, such as {@code "train"}
 * @param seed what the examples were drawn or split with; 0 for a published split
 * @param inputs {@code [N, …]}: U8 pixels, F32 numbers or I64 tokens
 * @param targets {@code [N]}: I64 class indices, or F32 signs or real numbers; {@code [N, K]}: F32 zeros and ones; or
 *     {@code [N, T]}: I64 tokens, a class index or {@link #IGNORED} for each position
 * @param classes the number of classes: at least 2 for class indices and tokens, 2 for signs, 0 for real targets, K for labels
 * @param scaling how the inputs become floats
 * @param side {@code [N, S]}: F32 numbers that each example brings along for the loss, such as its weight; S may be 0
 */
public record Dataset(
        String name,
        String split,
        long seed,
        Tensor inputs,
        Tensor targets,
        int classes,
        Scaling scaling,
        Tensor side) {

    /** What the targets are. */
    public enum Target {
        /** Class indices 0 … classes-1. */
        CLASS,
        /** Two classes, written -1 and +1. */
        SIGN,
        /** Finite real numbers, to regress on. */
        REAL,
        /** Several labels, each of which an example may have (1) or not (0). */
        LABELS,
        /** A class index 0 … classes-1 for each position, such as the next token; at least one of an example isn't ignored. */
        TOKENS
    }

    /** The target of a position that counts in no loss and no accuracy; PyTorch's {@code ignore_index}. */
    public static final int IGNORED = -100;

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
        if (out.length < 1 || out.length > 2 || out[0] != in[0]) {
            throw new IllegalArgumentException("targets of shape " + Arrays.toString(out) + ": must be [" + in[0]
                    + "] or [" + in[0] + ", labels] for inputs of shape " + Arrays.toString(in));
        }
        checkSide(side, in[0]);
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
                    throw new IllegalArgumentException(
                            "scaling " + scaling + ": only U8 inputs are scaled, not " + inputs.dtype());
                }
            }
            default ->
                throw new IllegalArgumentException("inputs of type " + inputs.dtype() + ": must be U8, F32 or I64");
        }
        checkTargets(targets, classes);
    }

    /**
     * Examples without side numbers.
     *
     * @param name the task or collection
     * @param split which part of it
     * @param seed what the examples were drawn or split with
     * @param inputs {@code [N, …]}
     * @param targets {@code [N]} or {@code [N, K]}
     * @param classes the number of classes
     * @param scaling how the inputs become floats
     */
    public Dataset(String name, String split, long seed, Tensor inputs, Tensor targets, int classes, Scaling scaling) {
        this(
                name,
                split,
                seed,
                inputs,
                targets,
                classes,
                scaling,
                Tensor.of(new float[0], inputs.shape().length == 0 ? 0 : inputs.shape()[0], 0));
    }

    private static void checkSide(Tensor side, long n) {
        long[] shape = side.shape();
        if (side.dtype() != Dtype.F32 || shape.length != 2 || shape[0] != n) {
            throw new IllegalArgumentException("side numbers " + side + ": must be F32[" + n + ", any number]");
        }
        float[] values = side.toFloats();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "side number " + values[i] + " of example " + i / shape[1] + ": must be finite");
            }
        }
    }

    private static void checkTargets(Tensor targets, int classes) {
        int n = (int) targets.size();
        if (targets.shape().length == 2 && targets.dtype() == Dtype.I64) {
            checkTokens(targets, classes);
        } else if (targets.shape().length == 2) {
            checkLabels(targets, classes);
        } else if (targets.dtype() == Dtype.I64) {
            if (classes < 2) {
                throw Arguments.unexpected("classes", classes, "at least 2 for class indices");
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
                throw Arguments.unexpected("classes", classes, "2 for signs or 0 for real targets");
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

    private static void checkLabels(Tensor targets, int classes) {
        long labels = targets.shape()[1];
        if (targets.dtype() != Dtype.F32 || labels < 1 || classes != labels) {
            throw new IllegalArgumentException(
                    "targets " + targets + " with classes " + classes + ": must be F32[N, classes]");
        }
        float[] values = targets.toFloats();
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && values[i] != 1) {
                throw new IllegalArgumentException(
                        "target " + values[i] + " of example " + i / labels + ": must be 0 or 1");
            }
        }
    }

    private static void checkTokens(Tensor targets, int classes) {
        Arguments.atLeast("classes", classes, 2);
        long[] tokens = targets.toLongs();
        int positions = (int) Arguments.atLeast("positions of the targets", targets.shape()[1], 1);
        int counted = 0;
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] != IGNORED && (tokens[i] < 0 || tokens[i] >= classes)) {
                throw Arguments.unexpected(
                        "target of position " + i % positions + " of example " + i / positions,
                        tokens[i],
                        "0 to " + (classes - 1) + ", or " + IGNORED + " to ignore it");
            }
            counted += tokens[i] == IGNORED ? 0 : 1;
            if (i % positions == positions - 1) {
                if (counted == 0) {
                    throw new IllegalArgumentException("all targets of example " + i / positions
                            + " are ignored; expected at least one that counts");
                }
                counted = 0;
            }
        }
    }

    /**
     * Makes examples of a text for a language model: pieces of equal length, one behind the other, whose targets are the tokens
     * that follow. What is left at the end is dropped.
     *
     * @param name the task or collection
     * @param split which part of it
     * @param seed what the text was drawn or split with
     * @param tokens the text, at least one piece and one token
     * @param length the length T of a piece, at least 1
     * @param vocabulary the number of different tokens
     * @return inputs and targets, both I64 {@code [N, T]}
     */
    public static Dataset nextTokens(String name, String split, long seed, long[] tokens, int length, int vocabulary) {
        Arguments.atLeast("length", length, 1);
        int n = (Arguments.atLeast("number of tokens", tokens.length, length + 1) - 1) / length;
        for (int i = 0; i < tokens.length; i++) {
            Arguments.check(
                    tokens[i] >= 0 && tokens[i] < vocabulary, "token " + i, tokens[i], "0 to " + (vocabulary - 1));
        }
        return new Dataset(
                name,
                split,
                seed,
                Tensor.of(Arrays.copyOf(tokens, n * length), n, length),
                Tensor.of(Arrays.copyOfRange(tokens, 1, n * length + 1), n, length),
                vocabulary,
                Scaling.NONE);
    }

    /**
     * Returns what the targets are.
     *
     * @return what the targets are
     */
    public Target target() {
        if (targets.shape().length == 2) {
            return targets.dtype() == Dtype.I64 ? Target.TOKENS : Target.LABELS;
        }
        if (targets.dtype() == Dtype.I64) {
            return Target.CLASS;
        }
        return classes == 2 ? Target.SIGN : Target.REAL;
    }

    /**
     * Returns the number of examples.
     *
     * @return the number of examples
     */
    public int size() {
        return (int) inputs.shape()[0];
    }

    /**
     * Says how many side numbers each example has.
     *
     * @return how many side numbers each example has
     */
    public int sides() {
        return (int) side.shape()[1];
    }

    /**
     * Says how many numbers one target has: 1, or as many as there are labels or positions.
     *
     * @return how many numbers one target has: 1, or as many as there are labels or positions
     */
    public int targetSize() {
        return targets.shape().length == 2 ? (int) targets.shape()[1] : 1;
    }

    /**
     * Counts what a mean loss is the mean over.
     *
     * @param rows indices of examples, 0 to size-1
     * @return their number; of tokens, the number of positions that aren't ignored
     */
    public long counts(int[] rows) {
        if (target() != Target.TOKENS) {
            return rows.length;
        }
        long[] tokens = new long[Math.multiplyExact(rows.length, targetSize())];
        gatherTargets(rows, 0, rows.length, tokens, 0);
        return Arrays.stream(tokens).filter(t -> t != IGNORED).count();
    }

    /**
     * Returns the shape of one input.
     *
     * @return the shape of one input
     */
    public long[] inputShape() {
        long[] shape = inputs.shape();
        return Arrays.copyOfRange(shape, 1, shape.length);
    }

    /**
     * Says how many numbers one input has.
     *
     * @return how many numbers one input has
     */
    public int inputSize() {
        long size = 1;
        for (long s : inputShape()) {
            size = Math.multiplyExact(size, s);
        }
        return Math.toIntExact(size);
    }

    /**
     * Returns those examples, in that order.
     *
     * @param rows indices of examples, 0 to size-1; may repeat
     * @return those examples, in that order
     */
    public Dataset subset(int[] rows) {
        return new Dataset(
                name,
                split,
                seed,
                rows(inputs, withRows(inputs, rows.length), rows),
                rows(targets, withRows(targets, rows.length), rows),
                classes,
                scaling,
                rows(side, withRows(side, rows.length), rows));
    }

    private static long[] withRows(Tensor of, int rows) {
        long[] shape = of.shape();
        shape[0] = rows;
        return shape;
    }

    /**
     * Returns the first n examples.
     *
     * @param n how many, 0 to size
     * @return the first n examples
     * @throws IllegalArgumentException if there are fewer
     */
    public Dataset take(int n) {
        if (n < 0 || n > size()) {
            throw Arguments.unexpected("n", n, "0 to " + size());
        }
        int[] rows = new int[n];
        Arrays.setAll(rows, i -> i);
        return subset(rows);
    }

    /**
     * Returns a copy with the given split.
     *
     * @param split the part's name
     * @return a copy of that name
     */
    public Dataset withSplit(String split) {
        return new Dataset(name, split, seed, inputs, targets, classes, scaling, side);
    }

    /**
     * Returns a copy with the given scaling.
     *
     * @param scaling how the inputs become floats
     * @return a copy of that scaling
     */
    public Dataset withScaling(Scaling scaling) {
        return new Dataset(name, split, seed, inputs, targets, classes, scaling, side);
    }

    /**
     * Returns a copy with the given side.
     *
     * @param side {@code [N, S]}, F32: numbers for the loss, in place of those that there are
     * @return a copy with those
     */
    public Dataset withSide(Tensor side) {
        return new Dataset(name, split, seed, inputs, targets, classes, scaling, side);
    }

    /**
     * Returns a copy with the given side before.
     *
     * @param columns {@code [N, S]}, F32: numbers for the loss, put before those that there are
     * @return a copy with all of them
     */
    public Dataset withSideBefore(Tensor columns) {
        checkSide(columns, size());
        int more = (int) columns.shape()[1];
        int had = sides();
        float[] all = new float[Math.multiplyExact(size(), more + had)];
        float[] first = columns.toFloats();
        float[] then = side.toFloats();
        for (int i = 0; i < size(); i++) {
            System.arraycopy(first, i * more, all, i * (more + had), more);
            System.arraycopy(then, i * had, all, i * (more + had) + more, had);
        }
        return withSide(Tensor.of(all, size(), more + had));
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
     * Copies the targets of some examples as floats, {@link #targetSize} for each; class indices are written as numbers.
     *
     * @param rows indices of examples, 0 to size-1
     * @param from the first of the rows to copy
     * @param to behind the last of the rows to copy
     * @param out where to
     * @param offset where in it to start
     */
    public void gatherTargets(int[] rows, int from, int to, float[] out, int offset) {
        gather(targets, targetSize(), rows, from, to, out, offset);
    }

    /**
     * Copies the side numbers of some examples, {@link #sides} for each.
     *
     * @param rows indices of examples, 0 to size-1
     * @param from the first of the rows to copy
     * @param to behind the last of the rows to copy
     * @param out where to
     * @param offset where in it to start
     */
    public void gatherSide(int[] rows, int from, int to, float[] out, int offset) {
        gather(side, sides(), rows, from, to, out, offset);
    }

    private void gather(Tensor of, int each, int[] rows, int from, int to, float[] out, int offset) {
        check(rows, from, to, out.length, offset, each);
        for (int i = from; i < to; i++) {
            for (int k = 0; k < each; k++) {
                out[offset + (i - from) * each + k] = (float) of.getDouble(rows[i] * each + k);
            }
        }
    }

    /**
     * Copies the class indices of some examples, {@link #targetSize} for each.
     *
     * @param rows indices of examples, 0 to size-1
     * @param from the first of the rows to copy
     * @param to behind the last of the rows to copy
     * @param out where to
     * @param offset where in it to start
     * @throws IllegalArgumentException if the targets aren't class indices
     */
    public void gatherTargets(int[] rows, int from, int to, long[] out, int offset) {
        if (targets.dtype() != Dtype.I64) {
            throw new IllegalArgumentException("class indices wanted, but the targets are of kind " + target());
        }
        int each = targetSize();
        check(rows, from, to, out.length, offset, each);
        var labels = targets.bytes().asLongBuffer();
        for (int i = from, o = offset; i < to; i++, o += each) {
            labels.get(rows[i] * each, out, o, each);
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
            throw Arguments.unexpected("row", row, "0 to " + (size() - 1));
        }
    }

    private Tensor rows(Tensor of, long[] shape, int[] rows) {
        int each = size() == 0
                ? 0
                : Math.toIntExact(of.size() / size() * of.dtype().bytes());
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

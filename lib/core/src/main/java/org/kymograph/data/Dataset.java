package org.kymograph.data;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
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
 * @param auxiliary {@code [N, S]}: F32 auxiliary targets that each example brings along for the loss, such as its weight; S may be 0
 */
public record Dataset(
        String name,
        String split,
        long seed,
        Tensor inputs,
        Tensor targets,
        int classes,
        Scaling scaling,
        Tensor auxiliary) {

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
        DatasetChecks.inputs(inputs, scaling);
        DatasetChecks.targets(targets, classes, inputs.shape()[0]);
        DatasetChecks.auxiliary(auxiliary, inputs.shape()[0]);
    }

    /**
     * Makes examples without auxiliary targets.
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
     * Says how many auxiliary targets each example has.
     *
     * @return S
     */
    public int auxiliaryTargets() {
        return (int) auxiliary.shape()[1];
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
        gatherTargets(rows, tokens, 0);
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
                name, split, seed, rows(inputs, rows), rows(targets, rows), classes, scaling, rows(auxiliary, rows));
    }

    /**
     * Returns the first n examples.
     *
     * @param n how many, 0 to size
     * @return the first n examples
     * @throws IllegalArgumentException if there are fewer
     */
    public Dataset take(int n) {
        return subset(IntStream.range(0, Arguments.within("n", n, 0, size())).toArray());
    }

    /**
     * Returns a copy with another name of the part.
     *
     * @param split the part's name
     * @return the copy
     */
    public Dataset withSplit(String split) {
        return Copies.with(this, "split", split);
    }

    /**
     * Returns a copy with another scaling.
     *
     * @param scaling how the inputs become floats
     * @return the copy
     */
    public Dataset withScaling(Scaling scaling) {
        return Copies.with(this, "scaling", scaling);
    }

    /**
     * Returns a copy with other auxiliary targets in place of those that there are.
     *
     * @param auxiliary {@code [N, S]}, F32
     * @return the copy
     */
    public Dataset withAuxiliary(Tensor auxiliary) {
        return Copies.with(this, "auxiliary", auxiliary);
    }

    /**
     * Returns a copy with further auxiliary targets before those that there are.
     *
     * @param columns {@code [N, S]}, F32
     * @return the copy
     */
    public Dataset withAuxiliaryBefore(Tensor columns) {
        DatasetChecks.auxiliary(columns, size());
        int more = (int) columns.shape()[1];
        int had = auxiliaryTargets();
        float[] all = new float[Math.multiplyExact(size(), more + had)];
        float[] first = columns.toFloats();
        float[] then = auxiliary.toFloats();
        for (int i = 0; i < size(); i++) {
            System.arraycopy(first, i * more, all, i * (more + had), more);
            System.arraycopy(then, i * had, all, i * (more + had) + more, had);
        }
        return withAuxiliary(Tensor.of(all, size(), more + had));
    }

    /**
     * Copies the scaled inputs of some examples, one after the other, from the start of an array.
     *
     * @param rows indices of examples, 0 to size-1
     * @param out where to; at least rows × {@link #inputSize()} long
     */
    public void gather(int[] rows, float[] out) {
        gather(rows, out, 0);
    }

    /**
     * Copies the scaled inputs of some examples, one after the other: a batch into one run's part of a stack.
     *
     * @param rows indices of examples, 0 to size-1
     * @param out where to
     * @param offset where in it to start
     */
    public void gather(int[] rows, float[] out, int offset) {
        int each = inputSize();
        check(rows, out.length, offset, each);
        if (inputs.dtype() != Dtype.U8) {
            copy(inputs, each, rows, out, offset);
            return;
        }
        ByteBuffer bytes = inputs.bytes();
        float[][] table = scaling.table();
        int channel = each / table.length;
        byte[] pixels = new byte[each];
        int o = offset;
        for (int row : rows) {
            bytes.get(row * each, pixels);
            for (int c = 0; c < table.length; c++) {
                float[] values = table[c];
                for (int k = c * channel, end = k + channel; k < end; k++) {
                    out[o + k] = values[pixels[k] & 0xff];
                }
            }
            o += each;
        }
    }

    /**
     * Copies the tokens of some examples, one after the other.
     *
     * @param rows indices of examples, 0 to size-1
     * @param out where to
     * @param offset where in it to start
     * @throws IllegalArgumentException if the inputs aren't I64
     */
    public void gather(int[] rows, long[] out, int offset) {
        Arguments.check(inputs.dtype() == Dtype.I64, "type of the inputs", inputs.dtype(), "I64, tokens");
        copy(inputs, inputSize(), rows, out, offset);
    }

    /**
     * Copies the targets of some examples as floats, {@link #targetSize} for each; class indices are written as numbers.
     *
     * @param rows indices of examples, 0 to size-1
     * @param out where to
     * @param offset where in it to start
     */
    public void gatherTargets(int[] rows, float[] out, int offset) {
        check(rows, out.length, offset, targetSize());
        copy(targets, targetSize(), rows, out, offset);
    }

    /**
     * Copies the class indices of some examples, {@link #targetSize} for each.
     *
     * @param rows indices of examples, 0 to size-1
     * @param out where to
     * @param offset where in it to start
     * @throws IllegalArgumentException if the targets aren't class indices
     */
    public void gatherTargets(int[] rows, long[] out, int offset) {
        Arguments.check(targets.dtype() == Dtype.I64, "kind of the targets", target(), "class indices");
        copy(targets, targetSize(), rows, out, offset);
    }

    /**
     * Copies the auxiliary targets of some examples, {@link #auxiliaryTargets} for each.
     *
     * @param rows indices of examples, 0 to size-1
     * @param out where to
     * @param offset where in it to start
     */
    public void gatherAuxiliary(int[] rows, float[] out, int offset) {
        check(rows, out.length, offset, auxiliaryTargets());
        copy(auxiliary, auxiliaryTargets(), rows, out, offset);
    }

    private static void copy(Tensor from, int each, int[] rows, float[] out, int offset) {
        int o = offset;
        if (from.dtype() == Dtype.F32) {
            FloatBuffer floats = from.bytes().asFloatBuffer();
            for (int row : rows) {
                floats.get(row * each, out, o, each);
                o += each;
            }
        } else {
            LongBuffer longs = from.bytes().asLongBuffer();
            for (int row : rows) {
                for (int k = row * each, end = k + each; k < end; k++) {
                    out[o++] = longs.get(k);
                }
            }
        }
    }

    private void copy(Tensor from, int each, int[] rows, long[] out, int offset) {
        check(rows, out.length, offset, each);
        LongBuffer longs = from.bytes().asLongBuffer();
        int o = offset;
        for (int row : rows) {
            longs.get(row * each, out, o, each);
            o += each;
        }
    }

    private void check(int[] rows, int length, int offset, int each) {
        Objects.checkFromIndexSize(offset, Math.multiplyExact(rows.length, each), length);
        for (int row : rows) {
            check(row);
        }
    }

    private void check(int row) {
        if (row < 0 || row >= size()) {
            throw Arguments.unexpected("row", row, "0 to " + (size() - 1));
        }
    }

    private Tensor rows(Tensor of, int[] rows) {
        long[] shape = of.shape();
        shape[0] = rows.length;
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

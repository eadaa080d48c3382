package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Dataset.Target;
import org.kymograph.data.Task.Augmentation;
import org.kymograph.record.tensors.Dtype;

/**
 * Makes the batches of a stack, each run's rows from its own data. Inputs are written into one buffer that native code
 * reads in place: a batch is good until the next one is made.
 */
final class Batches {
    private final NDManager manager;
    private final List<Dataset> data;
    private final Dataset first;
    private final boolean stacked;
    private final int most;
    private final float[] numbers;
    private final long[] tokens;
    private final ByteBuffer buffer;

    /** @param most the most rows of one run in a batch */
    Batches(NDManager manager, List<Dataset> data, boolean stacked, int most) {
        this.manager = manager;
        this.data = data;
        this.stacked = stacked;
        this.most = most;
        first = data.get(0);
        for (Dataset d : data) {
            if (d.size() != first.size()
                    || d.inputs().dtype() != first.inputs().dtype()
                    || !Arrays.equals(d.inputShape(), first.inputShape())
                    || d.auxiliaryTargets() != first.auxiliaryTargets()) {
                throw new IllegalArgumentException(
                        "runs that train together need data of one size, type and shape, not " + d.inputs() + " and "
                                + first.inputs());
            }
        }
        int size = Math.multiplyExact(Math.multiplyExact(data.size(), most), first.inputSize());
        boolean text = first.inputs().dtype() == Dtype.I64;
        numbers = text ? null : new float[size];
        tokens = text ? new long[size] : null;
        buffer = ByteBuffer.allocateDirect(Math.multiplyExact(size, text ? Long.BYTES : Float.BYTES))
                .order(ByteOrder.nativeOrder());
    }

    /** Returns the number of samples that each run has. */
    int size() {
        return first.size();
    }

    /**
     * Returns their inputs, {@code [R, B, …]}, or {@code [B, …]} for a single network.
     *
     * @param rows each run's rows, R × B
     * @return their inputs, {@code [R, B, …]}, or {@code [B, …]} for a single network
     */
    NDArray inputs(int[][] rows) {
        return inputs(rows, Augmentation.NONE, r -> null);
    }

    /**
     * Returns their inputs, {@code [R, B, …]}, or {@code [B, …]} for a single network.
     *
     * @param rows each run's rows, R × B
     * @param augmentation what is done to the inputs
     * @param random what each run's augmentation draws from
     * @return their inputs, {@code [R, B, …]}, or {@code [B, …]} for a single network
     */
    NDArray inputs(int[][] rows, Augmentation augmentation, IntFunction<RandomGenerator> random) {
        int b = rows[0].length;
        Arguments.within("the number of rows in a batch", b, 0, most);
        Arguments.check(
                tokens == null || augmentation == Augmentation.NONE, "augmentation", augmentation, "none for tokens");
        int each = b * first.inputSize();
        int size = rows.length * each;
        for (int r = 0; r < rows.length; r++) {
            if (augmentation == Augmentation.NONE && isSame(rows, r)) {
                Object from = tokens != null ? tokens : numbers;
                System.arraycopy(from, (r - 1) * each, from, r * each, each);
            } else if (tokens != null) {
                data.get(r).gather(rows[r], tokens, r * each);
            } else {
                data.get(r).gather(rows[r], numbers, r * each);
                if (augmentation != Augmentation.NONE) {
                    augmentation.apply(numbers, r * each, b, first.inputShape(), random.apply(r));
                }
            }
        }
        buffer.clear();
        if (tokens != null) {
            buffer.asLongBuffer().put(tokens, 0, size);
            buffer.limit(size * Long.BYTES);
        } else {
            buffer.asFloatBuffer().put(numbers, 0, size);
            buffer.limit(size * Float.BYTES);
        }
        Shape shape = (stacked ? new Shape(rows.length, b) : new Shape(b)).addAll(new Shape(first.inputShape()));
        return manager.create(
                buffer.slice().order(ByteOrder.nativeOrder()),
                shape,
                tokens != null ? DataType.INT64 : DataType.FLOAT32);
    }

    // Whether a run has the very rows of the run before it: the same objects.
    @SuppressWarnings("ReferenceEquality")
    private boolean isSame(int[][] rows, int run) {
        return run > 0 && rows[run] == rows[run - 1] && data.get(run) == data.get(run - 1);
    }

    /**
     * Returns their targets, {@code [R, B]}: class numbers as integers, others as floats; labels {@code [R, B, K]},
     * tokens {@code [R, B, T]}.
     *
     * @param rows each run's rows, R × B
     * @return their targets, {@code [R, B]}: class numbers as integers, others as floats; labels {@code [R, B, K]}, tokens
     *     {@code [R, B, T]}
     */
    NDArray targets(int[][] rows) {
        int b = rows[0].length;
        int each = first.targetSize();
        Shape shape = new Shape(rows.length, b);
        if (first.target() == Target.CLASS || first.target() == Target.TOKENS) {
            long[] out = new long[rows.length * b * each];
            for (int r = 0; r < rows.length; r++) {
                if (isSame(rows, r)) {
                    System.arraycopy(out, (r - 1) * b * each, out, r * b * each, b * each);
                } else {
                    data.get(r).gatherTargets(rows[r], out, r * b * each);
                }
            }
            return manager.create(out, first.target() == Target.TOKENS ? shape.add(each) : shape);
        }
        float[] out = new float[rows.length * b * each];
        for (int r = 0; r < rows.length; r++) {
            if (isSame(rows, r)) {
                System.arraycopy(out, (r - 1) * b * each, out, r * b * each, b * each);
            } else {
                data.get(r).gatherTargets(rows[r], out, r * b * each);
            }
        }
        return manager.create(out, first.target() == Target.LABELS ? shape.add(each) : shape);
    }

    /**
     * Counts targets: samples, or where each position has a target, the positions that aren't ignored.
     *
     * @param rows each run's rows, R × B
     * @return each run's number
     */
    long[] counts(int[][] rows) {
        return IntStream.range(0, rows.length)
                .mapToLong(r -> data.get(r).counts(rows[r]))
                .toArray();
    }

    /**
     * Returns their auxiliary targets, {@code [R, B, S]}; null where there are none.
     *
     * @param rows each run's rows, R × B
     * @return their auxiliary targets, {@code [R, B, S]}; null where there are none
     */
    NDArray auxiliary(int[][] rows) {
        int each = first.auxiliaryTargets();
        if (each == 0) {
            return null;
        }
        int b = rows[0].length;
        float[] out = new float[rows.length * b * each];
        for (int r = 0; r < rows.length; r++) {
            data.get(r).gatherAuxiliary(rows[r], out, r * b * each);
        }
        return manager.create(out, new Shape(rows.length, b, each));
    }
}

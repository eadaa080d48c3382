package org.kymograph.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.kymograph.data.Dataset;
import org.kymograph.model.GradientMode;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.train.loss.Loss;

/**
 * A stack of networks, or one that isn't stacked, as a function of parameter vectors that are written into it. The parameters
 * lie in buffers of Java that native code reads in place, so that a call copies each number once and leaves no garbage in
 * native memory. For one thread at a time.
 */
final class VectorStack implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    /** A parameter of all networks: where its numbers lie and where they come from in a vector. */
    private record Slot(NDArray array, ByteBuffer buffer, boolean doubles, int offset, int length) {
        void write(double[][] vectors, int from, int to, int width) {
            if (doubles) {
                var out = buffer.duplicate().order(ByteOrder.nativeOrder()).asDoubleBuffer();
                for (int r = 0; r < width; r++) {
                    out.put(vectors[Math.min(from + r, to - 1)], offset, length);
                }
                return;
            }
            var out = buffer.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
            float[] floats = new float[length];
            for (int r = 0; r < width; r++) {
                double[] v = vectors[Math.min(from + r, to - 1)];
                for (int i = 0; i < length; i++) {
                    floats[i] = (float) v[offset + i];
                }
                out.put(floats);
            }
        }

        // out[r] += factors[r] · numbers[r]
        void add(ByteBuffer numbers, double[] factors, double[][] out, int from, int to) {
            ByteBuffer ordered = numbers.order(ByteOrder.nativeOrder());
            float[] floats = new float[doubles ? 0 : length];
            double[] values = new double[doubles ? length : 0];
            for (int r = from; r < to; r++) {
                double[] sum = out[r];
                double factor = factors[r];
                if (doubles) {
                    ordered.asDoubleBuffer().position((r - from) * length).get(values);
                    for (int i = 0; i < length; i++) {
                        sum[offset + i] += factor * values[i];
                    }
                } else {
                    ordered.asFloatBuffer().position((r - from) * length).get(floats);
                    for (int i = 0; i < length; i++) {
                        sum[offset + i] += factor * floats[i];
                    }
                }
            }
        }
    }

    private final Loss loss;
    private final Dataset data;
    private final boolean evaluation;
    private final int width;
    private final boolean stacked;
    private final DataType type;
    private final NDManager manager = NDManager.newBaseManager();
    private final Block block;
    private final Leaves leaves;
    private final Batches batches;
    private final List<Slot> parameters = new ArrayList<>();
    private final List<Slot> statistics = new ArrayList<>();

    /** @param width the number of networks; 1 if they aren't stacked */
    VectorStack(Objective objective, int width, boolean stacked) {
        this.width = width;
        this.stacked = stacked;
        loss = objective.loss();
        type = objective.dtype() == Dtype.F64 ? DataType.FLOAT64 : DataType.FLOAT32;
        data = objective.data();
        evaluation = data.auxiliaryTargets() == 0;
        Shape input = new Shape(data.inputShape());
        block = stacked
                ? objective.network().stack(manager, input, new long[width])
                : objective.network().single(manager, input, 0);
        leaves = new Leaves(manager, block, true, (name, own) -> {
            Parameter p = block.getParameters().get(name);
            return slot(own, p.requiresGradient() ? parameters : statistics);
        });
        batches = new Batches(manager, Collections.nCopies(width, data), stacked, filled(objective.batchSize()));
    }

    private NDArray slot(NDArray own, List<Slot> slots) {
        long bytes = own.size() * type.getNumOfBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(Math.toIntExact(bytes + 2 * ALIGNMENT))
                .alignedSlice(ALIGNMENT)
                .limit((int) bytes)
                .slice()
                .order(ByteOrder.nativeOrder());
        NDArray array = manager.create(buffer, own.getShape(), type);
        Slot before = slots.isEmpty() ? null : slots.get(slots.size() - 1);
        slots.add(new Slot(
                array, buffer, type == DataType.FLOAT64, before == null ? 0 : before.offset + before.length, (int)
                        (own.size() / width)));
        return array;
    }

    private int filled(int rows) {
        return stacked ? Stacking.filled(rows) : rows;
    }

    /** Puts vectors into the networks; those that are left over get the last one. */
    void write(double[][] vectors, int from, int to) {
        parameters.forEach(s -> s.write(vectors, from, to, width));
    }

    /** Puts running statistics into the networks. */
    void writeStatistics(double[][] vectors, int from, int to) {
        statistics.forEach(s -> s.write(vectors, from, to, width));
    }

    /** What is read of the outputs of a batch, and of its losses, which are computed if asked for. */
    @FunctionalInterface
    interface Reader {
        void read(NDArray outputs, NDArray targets, Supplier<NDArray> losses);
    }

    /**
     * Passes a batch through the networks without gradients.
     *
     * @param rows each network's rows, from the first network on; those that are left over get the last one's
     * @param reader reads {@code [R, B, …]} arrays
     */
    void evaluate(int[][] rows, Reader reader) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            int[][] all = widened(rows);
            NDArray y = typed(batches.targets(all));
            NDArray outputs = forward(all, false);
            reader.read(outputs, y, () -> losses(outputs, y, all));
        }
    }

    /**
     * Adds factors times the gradients of the summed losses of a batch to vectors.
     *
     * @param rows each network's rows, {@code to - from} of them
     * @param factors the factors
     * @param out to add to, from the first network's on
     * @param sums each network's sum of losses is added to it
     */
    void addGradients(int[][] rows, double[] factors, double[][] out, double[] sums, int from, int to) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            int[][] all = widened(rows);
            NDArray y = typed(batches.targets(all));
            leaves.renew();
            NDArray losses = GradientMode.on(() -> losses(forward(all, false), y, all));
            NDArray ones = losses.getManager().ones(losses.getShape(), type);
            JniUtils.backward((PtNDArray) losses, (PtNDArray) ones, false, false);
            for (Slot s : parameters) {
                NDArray gradient = leaves.gradient(s.array);
                if (gradient != null) {
                    s.add(((PtNDArray) gradient).toByteBuffer(true), factors, out, from, to);
                }
            }
            double[] each = toDoubles(losses);
            int b = each.length / width;
            for (int r = from; r < to; r++) {
                for (int i = (r - from) * b; i < (r - from + 1) * b; i++) {
                    sums[r] += each[i];
                }
            }
        } finally {
            leaves.forget();
        }
    }

    /**
     * Passes a batch as in training and adds its means and variances, times a weight.
     *
     * @param rows the rows of the one network
     * @param kept what norms keep of the statistics before, as {@link #kept} says
     * @param weight the weight
     * @param sum to add to
     */
    void addStatistics(int[] rows, double[] kept, double weight, double[] sum) {
        double[] now = afterTraining(rows, 0);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * now[i] / (1 - kept[i]);
        }
    }

    /** Measures the share of running statistics that norms keep in a training pass, such as 0.9. */
    double[] kept(int[] rows) {
        // So large that the batch's own share is lost in rounding.
        double before = 1 << 20;
        double[] zero = afterTraining(rows, 0);
        double[] kept = afterTraining(rows, before);
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (kept[i] - zero[i]) / before;
        }
        return kept;
    }

    private double[] afterTraining(int[] rows, double before) {
        int size = statistics.stream().mapToInt(Slot::length).sum();
        double[][] values = new double[1][size];
        Arrays.fill(values[0], before);
        writeStatistics(values, 0, 1);
        // What layers such as dropout draw is the same for every vector.
        Engine.getInstance().setRandomSeed(0);
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            forward(new int[][] {rows}, true);
        }
        double[][] after = new double[1][size];
        statistics.forEach(s -> s.add(s.buffer.duplicate(), new double[] {1}, after, 0, 1));
        return after[0];
    }

    private int[][] widened(int[][] rows) {
        if (rows.length == width) {
            return rows;
        }
        int[][] all = Arrays.copyOf(rows, width);
        Arrays.fill(all, rows.length, width, rows[rows.length - 1]);
        return all;
    }

    private NDArray forward(int[][] rows, boolean training) {
        NDArray x = typed(batches.inputs(stacked ? Stacking.filled(rows) : rows));
        return Outputs.forward(block, leaves, x, training, stacked, data.target(), rows[0].length);
    }

    private NDArray losses(NDArray outputs, NDArray y, int[][] rows) {
        return evaluation ? loss.evaluation(outputs, y) : loss.perSample(outputs, y, typed(batches.auxiliary(rows)));
    }

    private NDArray typed(NDArray x) {
        return x.getDataType() == DataType.FLOAT32 && type == DataType.FLOAT64 ? x.toType(type, false) : x;
    }

    /**
     * Copies the losses of samples; where each position has one, a sample's is the mean over those that count.
     *
     * @param losses {@code [R, B]} or {@code [R, B, T]}
     * @param targets their targets
     * @return R × B
     */
    static double[] perSample(NDArray losses, NDArray targets) {
        double[] all = toDoubles(losses);
        if (losses.getShape().dimension() == 2) {
            return all;
        }
        int positions = (int) losses.getShape().get(2);
        long[] tokens = targets.toLongArray();
        double[] out = new double[all.length / positions];
        for (int i = 0; i < out.length; i++) {
            int counted = 0;
            for (int t = i * positions; t < (i + 1) * positions; t++) {
                out[i] += all[t];
                counted += tokens[t] == Dataset.IGNORED ? 0 : 1;
            }
            out[i] /= Math.max(1, counted);
        }
        return out;
    }

    /** Copies numbers of either precision. */
    static double[] toDoubles(NDArray x) {
        if (x.getDataType() == DataType.FLOAT64) {
            return x.toDoubleArray();
        }
        float[] floats = x.toFloatArray();
        double[] out = new double[floats.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = floats[i];
        }
        return out;
    }

    int liveArrays() {
        return ((BaseNDManager) manager).getManagedArrays().size();
    }

    @Override
    public void close() {
        manager.close();
    }
}

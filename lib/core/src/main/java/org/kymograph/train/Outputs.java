package org.kymograph.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Dataset.Target;
import org.kymograph.model.GradientMode;
import org.kymograph.model.Network;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;

/** What networks make of examples. */
public final class Outputs {
    private Outputs() {}

    /**
     * Runs a trained network over examples, as in evaluation: without dropout and with running statistics.
     *
     * @param network what was trained
     * @param checkpoint an open file with the network's parameters by name; more tensors than those are passed over
     * @param data N examples
     * @param batch how many of them at a time, at least 1
     * @return the outputs, F32 {@code [N, C]}, or {@code [N, T, C]} where the targets are tokens
     * @throws org.kymograph.record.files.RecordException if the file lacks a parameter, or has one of another shape
     */
    public static Tensor of(Network network, TensorFile checkpoint, Dataset data, int batch) {
        return of(network, checkpoint, data, batch, false);
    }

    /**
     * Runs a trained network over examples with layers such as dropout as in training; normalisation then uses each
     * batch's own statistics.
     *
     * @param network what was trained
     * @param checkpoint an open file with the network's parameters by name
     * @param data N examples
     * @param batch how many of them at a time, at least 1
     * @param seed what the noise follows from
     * @return the outputs, F32 {@code [N, C]}, or {@code [N, T, C]} where the targets are tokens
     * @throws org.kymograph.record.files.RecordException if the file lacks a parameter, or has one of another shape
     */
    public static Tensor noisy(Network network, TensorFile checkpoint, Dataset data, int batch, long seed) {
        Engine.getInstance().setRandomSeed((int) seed);
        return of(network, checkpoint, data, batch, true);
    }

    private static Tensor of(Network network, TensorFile checkpoint, Dataset data, int batch, boolean training) {
        Arguments.atLeast("batch", batch, 1);
        return GradientMode.off(() -> all(network, checkpoint, data, batch, training));
    }

    private static Tensor all(Network network, TensorFile checkpoint, Dataset data, int batch, boolean training) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = network.single(manager, new Shape(data.inputShape()), 0);
            Leaves store = new Leaves(manager, block);
            Map<String, Tensor> values = new LinkedHashMap<>();
            store.all()
                    .forEach((name, p) -> values.put(
                            name,
                            StartingPoint.read(checkpoint, name, p.getShape().getShape())));
            Stacking.join(store.all(), List.of(values));
            Batches batches = new Batches(manager, List.of(data), false, batch);
            float[] all = null;
            long[] each = {0};
            for (int from = 0; from < data.size(); from += batch) {
                int[] rows = IntStream.range(from, Math.min(data.size(), from + batch))
                        .toArray();
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    NDList x = new NDList(batches.inputs(new int[][] {rows}));
                    NDArray outputs =
                            withRunAxis(block.forward(store, x, training).singletonOrThrow(), false, data.target());
                    each = outputs.getShape().slice(2).getShape();
                    int size = (int) new Shape(each).size();
                    all = all == null ? new float[Math.multiplyExact(data.size(), size)] : all;
                    float[] some = outputs.toFloatArray();
                    System.arraycopy(some, 0, all, from * size, some.length);
                }
            }
            return Tensor.of(
                    all == null ? new float[0] : all,
                    LongStream.concat(LongStream.of(data.size()), LongStream.of(each))
                            .toArray());
        }
    }

    /**
     * Passes inputs through a network or a stack.
     *
     * @param targets the kind of the targets
     * @param rows how many rows of each batch are samples; what follows fills the batch
     * @return the outputs of these rows, {@code [R, rows, C]} or {@code [R, rows, T, C]}
     */
    static NDArray forward(
            Block block, Leaves leaves, NDArray x, boolean training, boolean stacked, Target targets, int rows) {
        NDArray all = withRunAxis(block.forward(leaves, new NDList(x), training).singletonOrThrow(), stacked, targets);
        return all.getShape().get(1) == rows ? all : all.get(":, 0:" + rows);
    }

    /**
     * Returns outputs of a single network {@code [B, C]} as {@code [1, B, C]}, {@code [B]} as {@code [1, B, 1]}, and with targets
     * per position {@code [B, T, C]} as {@code [1, B, T, C]}.
     */
    static NDArray withRunAxis(NDArray outputs, boolean stacked, Target targets) {
        if (stacked) {
            return outputs;
        }
        Shape s = outputs.getShape();
        if (targets == Target.TOKENS) {
            return outputs.expandDims(0);
        }
        return outputs.reshape(new Shape(1, s.get(0), s.size() / s.get(0)));
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

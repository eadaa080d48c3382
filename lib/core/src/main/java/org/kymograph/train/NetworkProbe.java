package org.kymograph.train;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Dataset.Target;
import org.kymograph.model.GradientMode;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.loss.Loss;

/**
 * What is known of a network before it is used: it was made once and has seen a few samples, without gradients and as in
 * evaluation.
 *
 * @param initial the trained parameters, as seed 0 initialises them
 * @param statistics the shapes of the running statistics of norms, by name
 * @param wholeBlocks whether all matrices are of whole blocks of 16 bytes, see {@link Stacking}
 * @param outputs the shape of the outputs for a sample, {@code [C]} or {@code [T, C]}
 * @param activations about how many numbers a forward pass holds per sample
 */
record NetworkProbe(
        ParameterVector initial,
        Map<String, long[]> statistics,
        boolean wholeBlocks,
        long[] outputs,
        long activations) {
    private static final int ROWS = 3;

    /**
     * Makes a network, shows it some samples and checks what comes out.
     *
     * @param network the network
     * @param loss the loss that is to read its outputs
     * @param data at least one sample
     * @return what is known of it
     * @throws IllegalArgumentException if its outputs don't fit the loss and the targets
     */
    static NetworkProbe of(Network network, Loss loss, Dataset data) {
        return GradientMode.off(() -> {
            try (NDManager manager = NDManager.newBaseManager()) {
                Block block = taking(network, data, () -> network.single(manager, new Shape(data.inputShape()), 0));
                Leaves leaves = new Leaves(manager, block);
                int rows = Math.min(ROWS, data.size());
                long before = held(manager);
                long[] outputs = check(
                        network, block, leaves, loss, data, new Batches(manager, List.of(data), false, rows), rows);
                Map<String, long[]> statistics = new LinkedHashMap<>();
                boolean whole = true;
                for (Pair<String, Parameter> p : block.getParameters()) {
                    Shape shape = p.getValue().getArray().getShape();
                    whole &= Stacking.isWhole(shape);
                    if (!p.getValue().requiresGradient()) {
                        statistics.put(p.getKey(), shape.getShape());
                    }
                }
                return new NetworkProbe(
                        ParameterVector.of(block), statistics, whole, outputs, (held(manager) - before) / rows);
            }
        });
    }

    /** Returns the trained parameters of a new network. */
    static ParameterVector initial(Network network, long[] inputShape, long seed) {
        return GradientMode.off(() -> {
            try (NDManager manager = NDManager.newBaseManager()) {
                return ParameterVector.of(network.single(manager, new Shape(inputShape), seed));
            }
        });
    }

    // The numbers in all arrays that a manager owns: between two calls they are what an open forward pass has made.
    private static long held(NDManager manager) {
        return ((BaseNDManager) manager)
                .getManagedArrays().stream().mapToLong(NDArray::size).sum();
    }

    private static long[] check(
            Network network, Block block, Leaves leaves, Loss loss, Dataset data, Batches batches, int rows) {
        int[][] all = {IntStream.range(0, rows).toArray()};
        NDArray outputs = taking(network, data, () -> block.forward(leaves, new NDList(batches.inputs(all)), false)
                .singletonOrThrow());
        long[] shape = outputs.getShape().getShape();
        String gives = "the output shape of network " + network.name() + " is ";
        Arguments.require(
                shape.length > 0 && shape[0] == rows,
                gives + Arrays.toString(shape) + " for a batch of " + rows + " samples; expected " + rows + " rows");
        long[] each = Arrays.copyOfRange(shape, 1, shape.length);
        gives += shape(each);
        String expected = loss.expected(each, data);
        Arguments.require(
                expected == null,
                gives + "; expected " + expected + " by the loss " + name(loss) + " for the targets of " + data.name()
                        + ", which are " + data.target() + (data.classes() > 0 ? " of " + data.classes() : ""));
        Shape losses;
        Shape wanted = data.target() == Target.TOKENS ? new Shape(1, rows, data.targetSize()) : new Shape(1, rows);
        try {
            losses = loss.evaluation(Outputs.withRunAxis(outputs, false, data.target()), batches.targets(all))
                    .getShape();
        } catch (EngineException e) {
            throw new IllegalArgumentException(
                    gives + "; expected a shape of which the loss " + name(loss)
                            + " can be computed for the targets of " + data.name() + ": " + firstLine(e),
                    e);
        }
        Arguments.require(
                losses.equals(wanted),
                "the shape of the losses " + name(loss) + " is " + losses + " for " + rows
                        + " samples and outputs of shape "
                        + shape(each) + "; expected " + wanted + ", one for each "
                        + (data.target() == Target.TOKENS ? "position" : "sample"));
        return each.length == 2 ? each : new long[] {outputs.size() / rows};
    }

    private static <T> T taking(Network network, Dataset data, Supplier<T> inputs) {
        try {
            return inputs.get();
        } catch (EngineException e) {
            throw new IllegalArgumentException(
                    "the input shape of " + data.name() + " is " + shape(data.inputShape())
                            + "; expected one that network " + network.name() + " takes: " + firstLine(e),
                    e);
        }
    }

    private static String shape(long[] each) {
        return "[B" + Arrays.stream(each).mapToObj(n -> ", " + n).reduce("", String::concat) + "]";
    }

    private static String name(Loss loss) {
        return loss.setting().toString();
    }

    private static String firstLine(EngineException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}

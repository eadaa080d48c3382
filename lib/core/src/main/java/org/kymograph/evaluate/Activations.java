package org.kymograph.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.model.GradientMode;
import org.kymograph.model.Hooked;
import org.kymograph.model.Hooks;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;

/**
 * What a network computes inside for some examples, as in evaluation: TransformerLens' {@code run_with_cache}.
 *
 * <pre>{@code
 * try (TensorFile checkpoint = run.checkpoint(1000)) {
 *     Activations a = Activations.of(network, checkpoint, data, "resid_post.0", "pattern.0");
 *     Tensor patterns = a.get("pattern.0");    // [N, heads, query, key]
 * }
 * }</pre>
 *
 * <p>{@link #patched} replaces activations too ({@code run_with_hooks}); {@link Hooks} do both for one forward pass, gradients
 * included.
 */
public final class Activations {
    private static final int BATCH = 256;

    private final Map<String, Tensor> values;
    private final Tensor outputs;

    private Activations(Map<String, Tensor> values, Tensor outputs) {
        this.values = values;
        this.outputs = outputs;
    }

    /**
     * Runs a trained network.
     *
     * @param network what was trained
     * @param checkpoint an open file with the network's parameters by name
     * @param data N examples, at least one
     * @param points the points to keep
     * @return the activations
     * @throws IllegalArgumentException if the network has no such point
     * @throws RecordException if the file lacks a parameter, or has one of another shape
     */
    public static Activations of(Network network, TensorFile checkpoint, Dataset data, String... points) {
        return of(network, block -> restore(block, checkpoint), data, Map.of(), points);
    }

    /**
     * Runs a trained network with replacements for some activations.
     *
     * @param network what was trained
     * @param checkpoint an open file with the network's parameters by name
     * @param data N examples, at least one
     * @param replacements for each point to be replaced a function of its value, batch by batch, such as
     *     {@code x -> x.zerosLike()}
     * @param points the points to keep; what is replaced is kept as it was replaced
     * @return the activations
     * @throws IllegalArgumentException if the network has no such point, or a replacement has another shape
     * @throws RecordException if the file lacks a parameter, or has one of another shape
     */
    public static Activations patched(
            Network network,
            TensorFile checkpoint,
            Dataset data,
            Map<String, UnaryOperator<NDArray>> replacements,
            String... points) {
        Map<String, Replacement> all = new LinkedHashMap<>();
        replacements.forEach((point, function) -> all.put(point, (x, rows) -> function.apply(x)));
        return of(network, block -> restore(block, checkpoint), data, all, points);
    }

    /**
     * Runs a network with given parameters. Running statistics of norms are not among them and stay as in a new network.
     *
     * @param network the network
     * @param parameters its parameters
     * @param data N examples, at least one
     * @param points the points to keep
     * @return the activations
     * @throws IllegalArgumentException if the network has no such point, or other parameters
     */
    public static Activations of(Network network, ParameterVector parameters, Dataset data, String... points) {
        return of(network, parameters::restore, data, Map.of(), points);
    }

    /**
     * Runs a network with given parameters and given values at some points, such as those of another run.
     *
     * @param network the network
     * @param parameters its parameters
     * @param data N examples, at least one
     * @param values for each point to be replaced F32 {@code [N, …]}, shaped as {@link #get} returns it
     * @param points the points to keep; what is replaced is kept as it was replaced
     * @return the activations
     * @throws IllegalArgumentException if the network has no such point, or a value has another shape
     */
    public static Activations replaced(
            Network network, ParameterVector parameters, Dataset data, Map<String, Tensor> values, String... points) {
        Map<String, Replacement> all = new LinkedHashMap<>();
        values.forEach((point, tensor) -> {
            float[] numbers = tensor.toFloats();
            int each = numbers.length / data.size();
            Arguments.check(
                    tensor.shape().length > 0 && tensor.shape()[0] == data.size(),
                    "value at " + point,
                    Arrays.toString(tensor.shape()),
                    data.size() + " examples along its first axis");
            all.put(point, (x, rows) -> x.getManager()
                    .create(
                            Arrays.copyOfRange(numbers, rows[0] * each, (rows[rows.length - 1] + 1) * each),
                            new Shape(rows.length).addAll(new Shape(tensor.shape()).slice(1))));
        });
        return of(network, parameters::restore, data, all, points);
    }

    /** Gives what stands for a point's value for the examples of a batch, which follow each other. */
    private interface Replacement {
        NDArray of(NDArray value, int[] rows);
    }

    /**
     * Returns the points that a network has for some data.
     *
     * @param network the network
     * @param data what it is for
     * @return the names of its points, in the order of the forward pass; none if it is not a network of this library
     */
    public static List<String> points(Network network, Dataset data) {
        try (NDManager manager = NDManager.newBaseManager()) {
            return network.single(manager, new Shape(data.inputShape()), 0) instanceof Hooked hooked
                    ? hooked.hookPoints()
                    : List.of();
        }
    }

    private static Activations of(
            Network network,
            Consumer<Block> restore,
            Dataset data,
            Map<String, Replacement> replacements,
            String... points) {
        Arguments.atLeast("number of examples", data.size(), 1);
        return GradientMode.off(() -> gathered(network, restore, data, replacements, points));
    }

    private static Activations gathered(
            Network network,
            Consumer<Block> restore,
            Dataset data,
            Map<String, Replacement> replacements,
            String... points) {
        Map<String, Gathered> all = new LinkedHashMap<>();
        Gathered outputs = new Gathered(data.size());
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = network.single(manager, new Shape(data.inputShape()), 0);
            restore.accept(block);
            ParameterStore store = new ParameterStore(manager, false);
            for (int from = 0; from < data.size(); from += BATCH) {
                int[] rows = IntStream.range(from, Math.min(data.size(), from + BATCH))
                        .toArray();
                try (NDScope scope = new NDScope();
                        Hooks hooks = Hooks.on(block).read(points)) {
                    scope.suppressNotUsedWarning();
                    replacements.forEach((point, value) -> hooks.replace(point, x -> value.of(x, rows)));
                    outputs.add(block.forward(store, new NDList(inputs(manager, data, rows)), false)
                            .singletonOrThrow());
                    for (String point : points) {
                        all.computeIfAbsent(point, p -> new Gathered(data.size()))
                                .add(hooks.value(point));
                    }
                }
            }
        }
        Map<String, Tensor> values = new LinkedHashMap<>();
        all.forEach((point, gathered) -> values.put(point, gathered.tensor()));
        return new Activations(values, outputs.tensor());
    }

    /** Puts what batches have together. */
    private static final class Gathered {
        private final int size;
        private long[] one;
        private float[] values;
        private int at;

        Gathered(int size) {
            this.size = size;
        }

        void add(NDArray batch) {
            float[] some = batch.toFloatArray();
            if (values == null) {
                one = batch.getShape().slice(1).getShape();
                values = new float
                        [Math.multiplyExact(
                                size, some.length / (int) batch.getShape().get(0))];
            }
            System.arraycopy(some, 0, values, at, some.length);
            at += some.length;
        }

        Tensor tensor() {
            return Tensor.of(
                    values,
                    LongStream.concat(LongStream.of(size), Arrays.stream(one)).toArray());
        }
    }

    static NDArray inputs(NDManager manager, Dataset data, int[] rows) {
        Shape shape = new Shape(rows.length).addAll(new Shape(data.inputShape()));
        int size = Math.multiplyExact(rows.length, data.inputSize());
        if (data.inputs().dtype() == Dtype.I64) {
            long[] tokens = new long[size];
            data.gather(rows, tokens, 0);
            return manager.create(tokens, shape);
        }
        float[] numbers = new float[size];
        data.gather(rows, numbers);
        return manager.create(numbers, shape);
    }

    private static void restore(Block block, TensorFile checkpoint) {
        for (Pair<String, Parameter> p : block.getParameters()) {
            NDArray array = p.getValue().getArray();
            Tensor tensor = checkpoint.read(p.getKey());
            if (!Arrays.equals(tensor.shape(), array.getShape().getShape())) {
                throw new RecordException(
                        checkpoint.path(),
                        "tensor '" + p.getKey() + "' has the shape " + Arrays.toString(tensor.shape()) + "; expected "
                                + array.getShape());
            }
            try (NDArray values = array.getManager().create(tensor.toFloats(), array.getShape())) {
                array.set(new NDIndex(":"), values);
            }
        }
    }

    /**
     * Returns the points that were kept.
     *
     * @return their names, as they were asked for
     */
    public List<String> points() {
        return List.copyOf(values.keySet());
    }

    /**
     * Returns what the network puts out.
     *
     * @return F32 {@code [N, …]}
     */
    public Tensor outputs() {
        return outputs;
    }

    /**
     * Returns the activations at a point.
     *
     * @param point a point that was kept, as it was asked for
     * @return F32 {@code [N, …]}, shaped as {@link Hooked} says
     * @throws IllegalArgumentException if the point was not kept
     */
    public Tensor get(String point) {
        Arguments.check(values.containsKey(point), "point", point, "one of those that were kept, " + points());
        return values.get(point);
    }

    /**
     * Returns the activations at a point, flattened per example.
     *
     * @param point a point that was kept
     * @return N rows
     */
    public double[][] rows(String point) {
        return rows(get(point));
    }

    /** Returns what each sample has, in one row. */
    static double[][] rows(Tensor tensor) {
        return cut(tensor, 0, (int) (tensor.size() / tensor.shape()[0]));
    }

    /**
     * Returns the activations at a point and one position of each example.
     *
     * @param point a point that was kept and has positions, {@code [N, T, …]}
     * @param position the position; from the end if it is negative, -1 the last
     * @return N rows
     * @throws IllegalArgumentException if there is no such position
     */
    public double[][] rows(String point, int position) {
        Tensor tensor = get(point);
        long[] shape = tensor.shape();
        Arguments.atLeast("number of axes at " + point, shape.length, 3);
        int length = (int) shape[1];
        Arguments.within("position", position, -length, length - 1);
        int each = (int) (tensor.size() / shape[0] / length);
        return cut(tensor, Math.floorMod(position, length) * each, each);
    }

    private static double[][] cut(Tensor tensor, int offset, int each) {
        double[] all = tensor.toDoubles();
        int n = (int) tensor.shape()[0];
        double[][] rows = new double[n][];
        for (int i = 0; i < n; i++) {
            int from = i * (all.length / n) + offset;
            rows[i] = Arrays.copyOfRange(all, from, from + each);
        }
        return rows;
    }
}

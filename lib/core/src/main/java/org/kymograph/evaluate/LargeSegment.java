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
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Progress;
import org.kymograph.data.Dataset;
import org.kymograph.model.GradientMode;
import org.kymograph.model.Network;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.loss.Loss;

/**
 * The straight segment between two networks that are too large to be held as vectors: one network is in memory, and its tensors
 * are mixed one after the other from the two files, which are mapped. Small networks are evaluated faster by {@link LossCurve#along}.
 */
public final class LargeSegment implements AutoCloseable {
    private final NDManager manager = NDManager.newBaseManager();
    private final Block block;
    private final ParameterStore store = new ParameterStore(manager, false);
    private final Dataset data;
    private final int batch;

    private LargeSegment(Network network, Dataset data, int batch) {
        Arguments.atLeast("batch", batch, 1);
        Arguments.check(data.target() == Dataset.Target.CLASS, "targets", data.target(), "classes");
        this.data = data;
        this.batch = batch;
        block = GradientMode.off(() -> network.single(manager, new Shape(data.inputShape()), 0));
    }

    /**
     * Makes the network in memory.
     *
     * @param network the network
     * @param data the samples, which have classes
     * @param batch how many samples pass the network together, at least 1
     * @return the network, at the parameters that seed 0 initialises, to be closed
     */
    public static LargeSegment open(Network network, Dataset data, int batch) {
        return new LargeSegment(network, data, batch);
    }

    /** Returns the shapes of the parameters by their names, in order. */
    public Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (Pair<String, Parameter> p : block.getParameters()) {
            shapes.put(p.getKey(), p.getValue().getArray().getShape().getShape());
        }
        return shapes;
    }

    /**
     * Moves the network to a point of a segment, (1 − t)·from + t·to.
     *
     * @param from a file with the network's parameters at t = 0, by name
     * @param to one with those at t = 1
     * @param t the point
     * @param mixed which parameters are interpolated, by their names; the others are those at t = 0
     * @return the Euclidean distance of the two, over all parameters
     * @throws RecordException if a file lacks a tensor or has one of another shape
     */
    public double move(TensorFile from, TensorFile to, double t, Predicate<String> mixed) {
        return GradientMode.off(() -> {
            double squares = 0;
            for (Pair<String, Parameter> p : block.getParameters()) {
                String name = p.getKey();
                squares += mix(name, p.getValue().getArray(), from, to, mixed.test(name) ? t : 0);
            }
            return Math.sqrt(squares);
        });
    }

    /**
     * Evaluates the network where it is.
     *
     * @return its outputs, {@code [N, C]}
     */
    public Tensor outputs() {
        return GradientMode.off(() -> {
            float[] all = new float[0];
            for (int at = 0; at < data.size(); at += batch) {
                int[] rows =
                        IntStream.range(at, Math.min(data.size(), at + batch)).toArray();
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    float[] found = block.forward(store, new NDList(Activations.inputs(manager, data, rows)), false)
                            .singletonOrThrow()
                            .toFloatArray();
                    all = at == 0 ? new float[found.length / rows.length * data.size()] : all;
                    System.arraycopy(found, 0, all, all.length / data.size() * at, found.length);
                }
            }
            return Tensor.of(all, data.size(), all.length / data.size());
        });
    }

    /**
     * Evaluates the segment at equally spaced points, both ends included.
     *
     * @param network the network
     * @param loss the loss of a sample
     * @param data the samples, which have classes
     * @param from a file with the network's parameters at t = 0, by name
     * @param to one with those at t = 1
     * @param points the number of points, at least 2
     * @param batch how many samples pass the network together, at least 1
     * @return the curve
     * @throws RecordException if a file lacks a tensor or has one of another shape
     */
    public static LossCurve along(
            Network network, Loss loss, Dataset data, TensorFile from, TensorFile to, int points, int batch) {
        Arguments.atLeast("points", points, 2);
        double[][] losses = new double[points][];
        double length = 0;
        try (LargeSegment segment = open(network, data, batch);
                Progress progress = Progress.start("a segment", "points", points)) {
            for (int k = 0; k < points; k++) {
                length = segment.move(from, to, (double) k / (points - 1), name -> true);
                losses[k] = segment.losses(loss, segment.outputs());
                progress.update(k + 1, "");
            }
        }
        return LossCurve.of(losses, length);
    }

    private double[] losses(Loss loss, Tensor outputs) {
        int[] classes =
                Arrays.stream(data.targets().toLongs()).mapToInt(l -> (int) l).toArray();
        return GradientMode.off(() -> {
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray all = manager.create(outputs.toFloats(), new Shape(outputs.shape()))
                        .expandDims(0);
                float[] found = loss.evaluation(all, manager.create(classes, new Shape(1, classes.length)))
                        .toFloatArray();
                return Columns.numbers(found.length, i -> found[i]);
            }
        });
    }

    // Sets a parameter to (1 − t)·a + t·b and returns ‖b − a‖².
    private static double mix(String name, NDArray array, TensorFile from, TensorFile to, double t) {
        float[] a = values(from, name, array);
        float[] b = values(to, name, array);
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) b[i] - a[i];
            squares += difference * difference;
            a[i] = (float) ((1 - t) * a[i] + t * b[i]);
        }
        try (NDArray values = array.getManager().create(a, array.getShape())) {
            array.set(new NDIndex(":"), values);
        }
        return squares;
    }

    private static float[] values(TensorFile file, String name, NDArray array) {
        Tensor tensor = file.read(name);
        if (!Arrays.equals(tensor.shape(), array.getShape().getShape())) {
            throw new RecordException(
                    file.path(),
                    "tensor '" + name + "' has the shape " + Arrays.toString(tensor.shape()) + "; expected "
                            + array.getShape());
        }
        return tensor.toFloats();
    }

    /** Frees the network's memory. */
    @Override
    public void close() {
        manager.close();
    }
}

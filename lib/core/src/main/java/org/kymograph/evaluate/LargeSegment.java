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
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
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
public final class LargeSegment {
    private LargeSegment() {}

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
        Arguments.atLeast("batch", batch, 1);
        Arguments.check(data.target() == Dataset.Target.CLASS, "targets", data.target(), "classes");
        return GradientMode.off(() -> evaluated(network, loss, data, from, to, points, batch));
    }

    private static LossCurve evaluated(
            Network network, Loss loss, Dataset data, TensorFile from, TensorFile to, int points, int batch) {
        double[][] losses = new double[points][data.size()];
        long[] all = data.targets().toLongs();
        double length = 0;
        try (NDManager manager = NDManager.newBaseManager();
                Progress progress = Progress.start("a segment", "points", points)) {
            Block block = network.single(manager, new Shape(data.inputShape()), 0);
            ParameterStore store = new ParameterStore(manager, false);
            for (int k = 0; k < points; k++) {
                double squares = 0;
                for (Pair<String, Parameter> p : block.getParameters()) {
                    squares += mix(p.getKey(), p.getValue().getArray(), from, to, (double) k / (points - 1));
                }
                length = Math.sqrt(squares);
                for (int at = 0; at < data.size(); at += batch) {
                    int[] rows = IntStream.range(at, Math.min(data.size(), at + batch))
                            .toArray();
                    try (NDScope scope = new NDScope()) {
                        scope.suppressNotUsedWarning();
                        NDArray outputs = block.forward(
                                        store, new NDList(Activations.inputs(manager, data, rows)), false)
                                .singletonOrThrow()
                                .expandDims(0);
                        int[] classes =
                                Arrays.stream(rows).map(r -> (int) all[r]).toArray();
                        float[] found = loss.evaluation(outputs, manager.create(classes, new Shape(1, rows.length)))
                                .toFloatArray();
                        for (int i = 0; i < found.length; i++) {
                            losses[k][at + i] = found[i];
                        }
                    }
                }
                progress.update(k + 1, "");
            }
        }
        return LossCurve.of(losses, length);
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
}

package org.kymograph.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;

/**
 * A network for images, put together from layers whose parameters have PyTorch's names, shapes and initial
 * distributions: {@code [B, channels, height, width] → [B, classes]}.
 */
final class ConvBlock extends StackableBlock implements Hooked {
    /** A layer's forward pass. */
    interface Layer {
        NDArray apply(ParameterStore store, NDArray x, boolean training);

        default Layer then(Layer next) {
            return (store, x, training) -> next.apply(store, apply(store, x, training), training);
        }

        static Layer of(List<Layer> layers) {
            return layers.stream().reduce((store, x, training) -> x, Layer::then);
        }
    }

    /** max(0, x). */
    static final Layer RELU = (store, x, training) -> Activation.relu(x);
    /** The largest of each 2 × 2. */
    static final Layer MAX_POOL =
            (store, x, training) -> Pool.maxPool2d(x, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false);
    /** The mean over height and width. */
    static final Layer MEAN =
            (store, x, training) -> Pool.globalAvgPool2d(x).reshape(x.getShape().get(0), -1);
    /** All but the batch axis in one. */
    static final Layer FLATTEN = (store, x, training) -> x.reshape(x.getShape().get(0), -1);

    private static final float EPSILON = 1e-5f;
    // DJL's momentum is what is kept of the running statistics; PyTorch's, 0.1, what is new.
    private static final float KEPT = 0.9f;

    private Layer layers;
    private int classes;
    private final List<String> points = new ArrayList<>();

    /**
     * @param manager owns the parameters
     * @param input the shape of one image
     * @param seed the run's seed
     * @param network whose input that is
     * @param expected the shape that it takes
     */
    ConvBlock(NDManager manager, Shape input, long seed, String network, Shape expected) {
        super(manager, new long[] {seed}, false);
        Arguments.check(input.equals(expected), "shape of an input", input, expected + ", which " + network + " takes");
    }

    /** Says what to compute; the layers were made by this block. */
    ConvBlock of(Layer layers, int classes) {
        this.layers = layers;
        this.classes = classes;
        return this;
    }

    /** A convolution of PyTorch's default start, uniform within ±1/√(fan in), with biases of the same if wanted. */
    Layer conv(String name, int in, int out, int size, int padding, boolean biases) {
        double bound = 1 / Math.sqrt((double) in * size * size);
        return conv(name, in, out, size, 1, padding, uniform(bound), biases ? uniform(bound) : null);
    }

    /** A convolution without biases, normal with variance 2/(fan out): Kaiming's for ReLU. */
    Layer kaiming(String name, int in, int out, int size, int stride) {
        double deviation = Math.sqrt(2.0 / ((double) out * size * size));
        return conv(name, in, out, size, stride, size / 2, normal(deviation), null);
    }

    private Layer conv(
            String name,
            int in,
            int out,
            int size,
            int stride,
            int padding,
            ToDoubleFunction<RandomGenerator> start,
            ToDoubleFunction<RandomGenerator> biasStart) {
        Parameter weight = drawn(name + ".weight", Parameter.Type.WEIGHT, start, out, in, size, size);
        Parameter bias = biasStart == null ? null : drawn(name + ".bias", Parameter.Type.BIAS, biasStart, out);
        return (store, x, training) -> Conv2d.conv2d(
                        x,
                        store.getValue(weight, x.getDevice(), training),
                        store.getValue(bias, x.getDevice(), training),
                        new Shape(stride, stride),
                        new Shape(padding, padding))
                .singletonOrThrow();
    }

    /** Batch norm over everything but the channels. */
    Layer batchNorm(String name, int channels) {
        Parameter gamma = constant(name + ".weight", Parameter.Type.GAMMA, 1, channels);
        Parameter beta = constant(name + ".bias", Parameter.Type.BETA, 0, channels);
        Parameter mean = constant(name + ".running_mean", Parameter.Type.RUNNING_MEAN, 0, channels);
        Parameter variance = constant(name + ".running_var", Parameter.Type.RUNNING_VAR, 1, channels);
        return (store, x, training) -> BatchNorm.batchNorm(
                        x,
                        store.getValue(mean, x.getDevice(), training),
                        store.getValue(variance, x.getDevice(), training),
                        store.getValue(gamma, x.getDevice(), training),
                        store.getValue(beta, x.getDevice(), training),
                        -1,
                        KEPT,
                        EPSILON,
                        training)
                .singletonOrThrow();
    }

    /** A linear map of PyTorch's default start, weights and biases uniform within ±1/√(fan in). */
    Layer linear(String name, int in, int out) {
        double bound = 1 / Math.sqrt(in);
        Parameter weight = drawn(name + ".weight", Parameter.Type.WEIGHT, uniform(bound), out, in);
        Parameter bias = drawn(name + ".bias", Parameter.Type.BIAS, uniform(bound), out);
        return (store, x, training) -> Linear.linear(
                        x,
                        store.getValue(weight, x.getDevice(), training),
                        store.getValue(bias, x.getDevice(), training))
                .singletonOrThrow();
    }

    /** A point to read and replace what the layers before it give. */
    Layer point(String name) {
        points.add(name);
        return (store, x, training) -> Hooks.at(this, name, x);
    }

    @Override
    public List<String> hookPoints() {
        return List.copyOf(points);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        return new NDList(layers.apply(store, in.singletonOrThrow(), training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), classes)};
    }
}

package org.kymograph.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;

/**
 * The block of an {@link Mlp}: {@code [B, …] → [B, C]}, or {@code [R, B, …] → [R, B, C]} for a stack. Inside, the units
 * come before the batch, {@code [R, H, B]}: the gradient of a weight then comes out in the weight's own memory layout,
 * which makes a step a quarter faster.
 */
final class MlpBlock extends StackableBlock implements Hooked {
    private static final float EPSILON = 1e-5f;
    private static final float MOMENTUM = 0.1f;

    /** One linear map and what follows it; the norm's parameters are null where there is no norm. */
    private record Layer(
            Parameter weight,
            Parameter bias,
            Parameter gamma,
            Parameter beta,
            Parameter runningMean,
            Parameter runningVariance,
            boolean last) {}

    private final Mlp mlp;
    private final int inputs;
    private final List<Layer> layers = new ArrayList<>();

    MlpBlock(Mlp mlp, NDManager manager, int inputs, long[] seeds, boolean stacked) {
        super(manager, seeds, stacked);
        this.mlp = mlp;
        this.inputs = inputs;
        float scaling = (float) mlp.initScaling();
        int in = inputs;
        int index = 0;
        for (int l = 0; l <= mlp.hidden().size(); l++) {
            boolean last = l == mlp.hidden().size();
            int out = last ? mlp.outputs() : mlp.hidden().get(l);
            Parameter weight = drawn(index + ".weight", Parameter.Type.WEIGHT, xavier(out, in, scaling), out, in);
            Parameter bias = constant(index + ".bias", Parameter.Type.BIAS, 0, out);
            index++;
            Parameter gamma = null;
            Parameter beta = null;
            Parameter runningMean = null;
            Parameter runningVariance = null;
            if (!last && mlp.norm() != Mlp.Norm.NONE) {
                gamma = constant(index + ".weight", Parameter.Type.GAMMA, scaling, out);
                beta = constant(index + ".bias", Parameter.Type.BETA, 0, out);
                if (mlp.norm() == Mlp.Norm.BATCH) {
                    runningMean = constant(index + ".running_mean", Parameter.Type.RUNNING_MEAN, 0, out);
                    runningVariance = constant(index + ".running_var", Parameter.Type.RUNNING_VAR, 1, out);
                }
                index++;
            }
            index++;
            layers.add(new Layer(weight, bias, gamma, beta, runningMean, runningVariance, last));
            in = out;
        }
    }

    // Xavier: uniform within ±sqrt(6 / (fan in + fan out)).
    private static ToDoubleFunction<RandomGenerator> xavier(int out, int in, float scaling) {
        ToDoubleFunction<RandomGenerator> uniform = uniform(Math.sqrt(6.0 / (in + out)));
        return g -> scaling * (float) uniform.applyAsDouble(g);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDArray x = in.singletonOrThrow();
        Device device = x.getDevice();
        int batchAxis = stacked ? 1 : 0;
        Shape shape = x.getShape();
        if (shape.dimension() != batchAxis + 2) {
            x = x.reshape(
                    shape.slice(0, batchAxis + 1).add(shape.slice(batchAxis + 1).size()));
        }
        x = x.swapAxes(batchAxis, batchAxis + 1);
        for (int l = 0; l < layers.size(); l++) {
            Layer layer = layers.get(l);
            NDArray before = skips(l) ? point("resid_pre", l, x) : x;
            NDArray weight = store.getValue(layer.weight, device, training);
            x = (stacked ? weight.batchMatMul(before) : weight.matMul(before))
                    .addi(unit(layer.bias, store, device, training));
            if (layer.gamma != null) {
                x = normalise(x, layer, store, training)
                        .mul(unit(layer.gamma, store, device, training))
                        .add(unit(layer.beta, store, device, training));
            }
            if (!layer.last) {
                x = point("mlp_pre", l, x);
                x = switch (mlp.activation()) {
                    case RELU -> Activation.relu(x);
                    case GELU -> Activation.gelu(x);
                    case TANH -> Activation.tanh(x);
                    case SIGMOID -> stacked ? Lanes.apply(x, Activation::sigmoid) : Activation.sigmoid(x);
                    case NONE -> x;
                };
                if (training && mlp.dropout() > 0) {
                    x = Dropout.dropout(x, (float) mlp.dropout(), true).singletonOrThrow();
                }
                x = point("mlp_post", l, x);
                if (skips(l)) {
                    x = point("resid_post", l, x.add(before));
                }
            }
        }
        return new NDList(x.swapAxes(batchAxis, batchAxis + 1));
    }

    private boolean skips(int layer) {
        List<Integer> sizes = mlp.hidden();
        return mlp.skip()
                && layer < sizes.size()
                && sizes.get(layer).equals(layer == 0 ? Integer.valueOf(inputs) : sizes.get(layer - 1));
    }

    private NDArray point(String name, int layer, NDArray x) {
        int units = stacked ? 1 : 0;
        return Hooks.at(this, name, layer, x, y -> y.swapAxes(units, units + 1), y -> y.swapAxes(units, units + 1));
    }

    @Override
    public List<String> hookPoints() {
        List<String> points = new ArrayList<>();
        for (int l = 0; l < mlp.hidden().size(); l++) {
            if (skips(l)) {
                points.add("resid_pre." + l);
            }
            points.add("mlp_pre." + l);
            points.add("mlp_post." + l);
            if (skips(l)) {
                points.add("resid_post." + l);
            }
        }
        return points;
    }

    // A per-unit parameter, shaped to broadcast over the batch: [H, 1] or [R, H, 1].
    private NDArray unit(Parameter p, ParameterStore store, Device device, boolean training) {
        return store.getValue(p, device, training).expandDims(stacked ? 2 : 1);
    }

    private NDArray normalise(NDArray x, Layer layer, ParameterStore store, boolean training) {
        int units = stacked ? 1 : 0;
        int batch = units + 1;
        if (mlp.norm() == Mlp.Norm.LAYER) {
            return standardise(x, units);
        }
        NDArray runningMean = store.getValue(layer.runningMean, x.getDevice(), training);
        NDArray runningVariance = store.getValue(layer.runningVariance, x.getDevice(), training);
        if (!training) {
            return x.sub(runningMean.expandDims(batch))
                    .div(runningVariance.expandDims(batch).add(EPSILON).sqrt());
        }
        NDArray detached = x.stopGradient();
        NDArray mean = detached.mean(new int[] {batch});
        runningMean.muli(1 - MOMENTUM).addi(mean.mul(MOMENTUM));
        // One sample has no unbiased variance: the running one stays as it is.
        long samples = x.getShape().get(batch);
        if (samples > 1) {
            NDArray squares = detached.sub(mean.expandDims(batch)).square().sum(new int[] {batch});
            runningVariance.muli(1 - MOMENTUM).addi(squares.mul(MOMENTUM / (samples - 1)));
        }
        return standardise(x, batch);
    }

    static NDArray standardise(NDArray x, int axis) {
        NDArray centred = x.sub(x.mean(new int[] {axis}, true));
        return centred.div(
                centred.square().mean(new int[] {axis}, true).add(EPSILON).sqrt());
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].slice(0, stacked ? 2 : 1).add(mlp.outputs())};
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        long units = inputShapes[0].slice(stacked ? 2 : 1).size();
        Arguments.check(units == inputs, "size of an input", units, inputs + ", as the network was made for");
    }
}

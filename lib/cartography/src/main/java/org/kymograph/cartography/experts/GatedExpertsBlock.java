package org.kymograph.cartography.experts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.kymograph.model.StackableBlock;

/** The block of an {@link GatedExpertsNetwork}: {@code [B, …] → [B, 2 + 2C]}, or {@code [R, B, …] → [R, B, 2 + 2C]} for a stack. */
final class GatedExpertsBlock extends StackableBlock {
    /** A linear map of the encoder's outputs. */
    private record LinearMap(Parameter weight, Parameter bias) {}

    private final GatedExpertsNetwork network;
    private final Block encoder;
    private final LinearMap gate;
    private final LinearMap easy;
    private final LinearMap hard;

    GatedExpertsBlock(
            GatedExpertsNetwork network,
            Block encoder,
            NDManager manager,
            Shape inputShape,
            long[] seeds,
            boolean stacked) {
        super(manager, seeds, stacked, 1);
        this.network = network;
        this.encoder = encoder;
        Shape one = (stacked ? new Shape(seeds.length, 1) : new Shape(1)).addAll(inputShape);
        Shape v = encoder.getOutputShapes(new Shape[] {one})[0];
        int width = Math.toIntExact(v.get(v.dimension() - 1));
        gate = map("gate", 2, width);
        easy = map("easy", network.outputs(), width);
        hard = map("hard", network.outputs(), width);
    }

    // As PyTorch draws weights and biases of linear maps.
    private LinearMap map(String name, int out, int in) {
        ToDoubleFunction<RandomGenerator> start = uniform(1 / Math.sqrt(in));
        return new LinearMap(
                drawn(name + ".weight", Parameter.Type.WEIGHT, start, out, in),
                drawn(name + ".bias", Parameter.Type.BIAS, start, out));
    }

    /** Returns the encoder's parameters, named with a prefix, and this block's own. */
    @Override
    public ParameterList getParameters() {
        ParameterList all = new ParameterList();
        encoder.getParameters().forEach(p -> all.add("encoder." + p.getKey(), p.getValue()));
        all.addAll(getDirectParameters());
        return all;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDArray v = encoder.forward(store, in, training).singletonOrThrow();
        NDArray u = training && network.dropout() > 0
                ? Dropout.dropout(v, (float) network.dropout(), true).singletonOrThrow()
                : v;
        int last = stacked ? 2 : 1;
        return new NDList(NDArrays.concat(
                new NDList(
                        apply(gate, v, store, training),
                        apply(easy, u, store, training),
                        apply(hard, u, store, training)),
                last));
    }

    private NDArray apply(LinearMap map, NDArray x, ParameterStore store, boolean training) {
        NDArray weight = store.getValue(map.weight, x.getDevice(), training);
        NDArray bias = store.getValue(map.bias, x.getDevice(), training);
        return stacked
                ? x.batchMatMul(weight.swapAxes(1, 2)).add(bias.expandDims(1))
                : x.matMul(weight.swapAxes(0, 1)).add(bias);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].slice(0, stacked ? 2 : 1).add(2 + 2L * network.outputs())};
    }
}

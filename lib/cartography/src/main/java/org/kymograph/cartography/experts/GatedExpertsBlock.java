package org.kymograph.cartography.experts;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;

/** The block of an {@link GatedExpertsNetwork}: {@code [B, …] → [B, 2 + 2C]}, or {@code [R, B, …] → [R, B, 2 + 2C]} for a stack. */
final class GatedExpertsBlock extends AbstractBlock {
    /** A linear map of the encoder's outputs. */
    private record LinearMap(Parameter weight, Parameter bias) {}

    private final GatedExpertsNetwork network;
    private final Block encoder;
    private final boolean stacked;
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
        this.network = network;
        this.encoder = encoder;
        this.stacked = stacked;
        Shape one = (stacked ? new Shape(seeds.length, 1) : new Shape(1)).addAll(inputShape);
        Shape v = encoder.getOutputShapes(new Shape[] {one})[0];
        int width = Math.toIntExact(v.get(v.dimension() - 1));
        RandomGenerator[] random =
                Arrays.stream(seeds).mapToObj(s -> Streams.of(s, "init", 1)).toArray(RandomGenerator[]::new);
        gate = map("gate", manager, random, 2, width);
        easy = map("easy", manager, random, network.outputs(), width);
        hard = map("hard", manager, random, network.outputs(), width);
    }

    private LinearMap map(String name, NDManager manager, RandomGenerator[] random, int out, int in) {
        return new LinearMap(
                parameter(name + ".weight", Parameter.Type.WEIGHT, manager, random, in, out, in),
                parameter(name + ".bias", Parameter.Type.BIAS, manager, random, in, out));
    }

    // Uniform within ±1 / sqrt(fan in), as PyTorch draws weights and biases of linear maps.
    private Parameter parameter(
            String name, Parameter.Type type, NDManager manager, RandomGenerator[] random, int fanIn, long... shape) {
        Parameter p =
                addParameter(Parameter.builder().setName(name).setType(type).build());
        int each = Math.toIntExact(new Shape(shape).size());
        float[] values = new float[random.length * each];
        double bound = 1 / Math.sqrt(fanIn);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (bound * (2 * random[i / each].nextDouble() - 1));
        }
        p.setArray(manager.create(values, (stacked ? new Shape(random.length) : new Shape()).addAll(new Shape(shape))));
        return p;
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

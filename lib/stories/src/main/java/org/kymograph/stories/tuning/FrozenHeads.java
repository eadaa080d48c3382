package org.kymograph.stories.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;
import org.kymograph.model.GradientMode;
import org.kymograph.model.Hooks;
import org.kymograph.model.Network;
import org.kymograph.model.StackableBlock;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.llama.LlamaModel;

/**
 * Linear maps without biases, {@code probes.0.weight} or {@code lenses.0.weight} and so on, of a frozen Llama's stream behind each block
 * but the last. Probes read the mean of the last positions, and put out {@code [B, heads·K]}; lenses read every position, and put out
 * {@code [B, T, heads·K]}. Only the maps are parameters.
 *
 * @param frozen the Llama
 * @param outputs the outputs K of each map
 * @param positions how many positions at a text's end a probe reads; 0 for lenses
 * @param unembedding whether the maps start as the Llama's own unembedding
 */
record FrozenHeads(LlamaModel frozen, int outputs, int positions, boolean unembedding) implements Network {
    private static final double DEVIATION = 0.02;

    /** Returns how many maps there are. */
    int heads() {
        return frozen.network().layers() - 1;
    }

    @Override
    public String name() {
        return positions > 0 ? "probes of a llama" : "lenses of a llama";
    }

    @Override
    public Object setting() {
        ObjectNode all = Json.object();
        all.set("llama", Json.tree(frozen.network()));
        all.put("frozen", Tensor.checksum(frozen.weights().values().toArray(Tensor[]::new)));
        return all.put("outputs", outputs).put("positions", positions).put("unembedding", unembedding);
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        Block block = frozen.network().single(manager, inputShape, seed);
        frozen.parameters().restore(block);
        return new Heads(block, manager, seed);
    }

    private float[] start(RandomGenerator random) {
        if (unembedding) {
            return frozen.weights()
                    .get(frozen.network().tied() ? "tok_embeddings.weight" : "output.weight")
                    .toFloats();
        }
        float[] values = new float[outputs * frozen.network().dModel()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (DEVIATION * Streams.gaussian(random));
        }
        return values;
    }

    private final class Heads extends StackableBlock {
        private final Block fixed;
        private final ParameterStore store;
        private final List<Parameter> maps = new ArrayList<>();

        Heads(Block fixed, NDManager manager, long seed) {
            super(manager, new long[] {seed}, false);
            this.fixed = fixed;
            store = new ParameterStore(manager, false);
            RandomGenerator random = Streams.of(seed, "heads");
            for (int i = 0; i < heads(); i++) {
                maps.add(parameter(
                        (positions > 0 ? "probes." : "lenses.") + i + ".weight",
                        Parameter.Type.WEIGHT,
                        start(random),
                        outputs,
                        frozen.network().dModel()));
            }
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore parameters, NDList in, boolean training, PairList<String, Object> params) {
            List<NDArray> stream = GradientMode.off(() -> read(in));
            NDList all = new NDList();
            for (int i = 0; i < maps.size(); i++) {
                NDArray x = stream.get(i);
                long length = x.getShape().get(1);
                NDArray from = positions == 0
                        ? x
                        : x.get(new NDIndex(":, " + Math.max(0, length - positions) + ":"))
                                .mean(new int[] {1});
                all.add(from.matMul(parameters
                        .getValue(maps.get(i), x.getDevice(), training)
                        .transpose()));
            }
            return new NDList(all.size() == 1 ? all.get(0) : NDArrays.concat(all, -1));
        }

        private List<NDArray> read(NDList in) {
            List<NDArray> stream = new ArrayList<>();
            try (Hooks hooks = Hooks.on(fixed)) {
                for (int i = 0; i < heads(); i++) {
                    hooks.replace("resid_post." + i, x -> {
                        stream.add(x);
                        return x;
                    });
                }
                fixed.forward(store, in, false);
            }
            return stream;
        }

        @Override
        public boolean isInitialized() {
            return true;
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            long width = (long) heads() * outputs;
            Shape in = inputShapes[0];
            return new Shape[] {positions == 0 ? in.add(width) : new Shape(in.get(0), width)};
        }
    }
}

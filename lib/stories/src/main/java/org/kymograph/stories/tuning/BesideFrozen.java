package org.kymograph.stories.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kymograph.model.GradientMode;
import org.kymograph.model.Hooks;
import org.kymograph.model.Network;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.llama.LlamaModel;

/**
 * A Llama that puts out what a frozen one computes of the same tokens beside what it computes itself: {@code [B, T, V + 2d]}, its logits
 * and both streams at a point, or without a point {@code [B, T, 2V]}, both logits. Only the first one has parameters.
 */
record BesideFrozen(Llama net, LlamaModel frozen, String point) implements Network {
    @Override
    public String name() {
        return "llama beside a frozen one";
    }

    @Override
    public Object setting() {
        ObjectNode all = Json.object();
        all.set("llama", Json.tree(net));
        all.put("frozen", Tensor.checksum(frozen.weights().values().toArray(Tensor[]::new)));
        return point == null ? all : all.put("point", point);
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        Block frozenBlock = net.single(manager, inputShape, seed);
        frozen.parameters().restore(frozenBlock);
        return new Both(net.single(manager, inputShape, seed), frozenBlock, manager);
    }

    /** Returns the logits among the outputs. */
    static NDArray logits(NDArray outputs, int vocabulary) {
        return outputs.get(new NDIndex("..., 0:" + vocabulary));
    }

    /** Returns part k, 0 or 1, of what stands behind the logits: of equally wide parts. */
    static NDArray part(NDArray outputs, int vocabulary, int k, int width) {
        int from = vocabulary + k * width;
        return outputs.get(new NDIndex("..., " + from + ":" + (from + width)));
    }

    private final class Both extends AbstractBlock {
        private final Block trained;
        private final Block fixed;
        private final ParameterStore store;

        Both(Block trained, Block fixed, NDManager manager) {
            this.trained = trained;
            this.fixed = fixed;
            store = new ParameterStore(manager, false);
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore parameters, NDList in, boolean training, PairList<String, Object> params) {
            NDList theirs = GradientMode.off(() -> forward(fixed, store, in, false));
            NDList mine = forward(trained, parameters, in, training);
            NDArray all = point == null
                    ? NDArrays.concat(new NDList(mine.get(0), theirs.get(0)), -1)
                    : NDArrays.concat(new NDList(mine.get(0), mine.get(1), theirs.get(1)), -1);
            return new NDList(all);
        }

        // The logits and, if there is a point, the stream there, with its graph.
        private NDList forward(Block block, ParameterStore values, NDList in, boolean training) {
            if (point == null) {
                return block.forward(values, in, training);
            }
            NDArray[] kept = new NDArray[1];
            try (Hooks hooks = Hooks.on(block)) {
                hooks.replace(point, x -> {
                    kept[0] = x;
                    return x;
                });
                return new NDList(block.forward(values, in, training).singletonOrThrow(), kept[0]);
            }
        }

        @Override
        public ParameterList getParameters() {
            return trained.getParameters();
        }

        @Override
        public ParameterList getDirectParameters() {
            return trained.getDirectParameters();
        }

        @Override
        public boolean isInitialized() {
            return true;
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            long width = point == null ? 2L * net.vocabulary() : net.vocabulary() + 2L * net.dModel();
            return new Shape[] {inputShapes[0].add(width)};
        }
    }
}

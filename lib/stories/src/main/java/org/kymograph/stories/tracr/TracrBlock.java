package org.kymograph.stories.tracr;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.model.EmbeddingRows;
import org.kymograph.model.Hooked;
import org.kymograph.model.Hooks;
import org.kymograph.model.StackableBlock;

/** The block of a {@link CompiledProgram}: tokens {@code [B, P] → [B, C]}, or {@code [R, B, P] → [R, B, C]} for a stack. */
final class TracrBlock extends StackableBlock implements Hooked {
    private static final List<String> LAYER_POINTS = List.of(
            "resid_pre",
            "attn_scores",
            "pattern",
            "attn_out",
            "resid_mid",
            "mlp_pre",
            "mlp_post",
            "mlp_out",
            "resid_post");
    // The second letter's, behind the beginning and the first.
    private static final int ANSWER = 2;
    private static final double NEGLIGIBLE = 35;

    private final CompiledProgram net;
    private final Map<String, Parameter> byName = new LinkedHashMap<>();

    TracrBlock(CompiledProgram net, NDManager manager, Shape input, long[] seeds, boolean stacked) {
        super(manager, seeds, stacked);
        Arguments.check(
                input.dimension() == 1 && input.get(0) == net.positions() + 1,
                "shape of an input",
                input,
                "[" + (net.positions() + 1) + "], tokens");
        this.net = net;
        List<Map<String, float[][]>> all = new ArrayList<>();
        for (long seed : seeds) {
            all.add(net.weights(seed));
        }
        all.get(0).forEach((name, first) -> {
            int rows = first.length;
            int columns = first[0].length;
            float[] values = new float[seeds.length * rows * columns];
            for (int i = 0; i < seeds.length * rows; i++) {
                System.arraycopy(all.get(i / rows).get(name)[i % rows], 0, values, i * columns, columns);
            }
            byName.put(name, parameter(name, Parameter.Type.WEIGHT, values, rows, columns));
        });
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDArray tokens = in.singletonOrThrow();
        long runs = stacked ? tokens.getShape().get(0) : 1;
        long positions = net.positions() + 1L;
        return new NDList(
                new Pass(store, tokens, training, runs, tokens.size() / runs / positions, positions).answers());
    }

    /** One forward pass; the stream is {@code [R, B·P, D]}. */
    private final class Pass {
        private final ParameterStore store;
        private final NDArray tokens;
        private final boolean training;
        private final long runs;
        private final long batch;
        private final long positions;

        Pass(ParameterStore store, NDArray tokens, boolean training, long runs, long batch, long positions) {
            this.store = store;
            this.tokens = tokens;
            this.training = training;
            this.runs = runs;
            this.batch = batch;
            this.positions = positions;
        }

        NDArray answers() {
            NDArray x = at("embed", -1, embeddings());
            for (int l = 0; l < net.layers(); l++) {
                x = layer(x, l);
            }
            NDArray read = x.reshape(runs, batch, positions, net.stream())
                    .get(":, :, " + ANSWER + ", " + net.out() + ":" + (net.out() + net.answers()));
            return shown(read);
        }

        private NDArray embeddings() {
            NDArray letters = EmbeddingRows.of(tokens, weight("embed.W_E"), new Shape(runs, batch, positions));
            return letters.add(weight("pos_embed.W_pos").expandDims(1)).reshape(runs, batch * positions, net.stream());
        }

        private NDArray layer(NDArray in, int l) {
            String layer = "blocks." + l + ".";
            NDArray x = at("resid_pre", l, in);
            NDArray mid = at("resid_mid", l, x.add(at("attn_out", l, attention(x, l, layer + "attn."))));
            NDArray pre = at("mlp_pre", l, mid.batchMatMul(weight(layer + "mlp.W_in")));
            NDArray post = at("mlp_post", l, Activation.relu(pre));
            NDArray out = at("mlp_out", l, post.batchMatMul(weight(layer + "mlp.W_out")));
            return at("resid_post", l, mid.add(out));
        }

        // softmax(x W_Q W_K' x') x W_OV
        private NDArray attention(NDArray x, int l, String name) {
            NDArray q = perSample(x.batchMatMul(weight(name + "W_Q")));
            NDArray k = perSample(x.batchMatMul(weight(name + "W_K")));
            NDArray v = perSample(x.batchMatMul(weight(name + "W_OV")));
            NDArray scores = heads("attn_scores", l, q.batchMatMul(k.swapAxes(1, 2)));
            NDArray pattern = heads("pattern", l, withoutSubnormals(scores).softmax(2));
            return pattern.batchMatMul(v).reshape(runs, batch * positions, net.stream());
        }

        // Compiled scores are 100 apart: weights of e^-100 would be subnormal numbers, with which processors compute
        // many times as slowly.
        private static NDArray withoutSubnormals(NDArray scores) {
            NDArray fixed = scores.stopGradient();
            NDArray negligible = fixed.lt(fixed.max(new int[] {2}, true).sub(NEGLIGIBLE));
            return NDArrays.where(negligible, fixed.onesLike().mul(Float.NEGATIVE_INFINITY), scores);
        }

        private NDArray perSample(NDArray x) {
            return x.reshape(runs * batch, positions, x.getShape().get(2));
        }

        private NDArray weight(String name) {
            NDArray value = store.getValue(byName.get(name), tokens.getDevice(), training);
            return hidden(value);
        }

        private NDArray heads(String point, int l, NDArray x) {
            Shape shown = stacked
                    ? new Shape(runs, batch, 1, positions, positions)
                    : new Shape(batch, 1, positions, positions);
            return Hooks.at(
                    TracrBlock.this,
                    point,
                    l,
                    x,
                    y -> y.reshape(shown),
                    y -> y.reshape(runs * batch, positions, positions));
        }

        private NDArray at(String point, int l, NDArray x) {
            long units = x.getShape().get(2);
            Shape shown = stacked ? new Shape(runs, batch, positions, units) : new Shape(batch, positions, units);
            return Hooks.at(
                    TracrBlock.this,
                    point,
                    l,
                    x,
                    y -> y.reshape(shown),
                    y -> y.reshape(runs, batch * positions, units));
        }
    }

    @Override
    public List<String> hookPoints() {
        return Hooked.points(net.layers(), LAYER_POINTS);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape in = inputShapes[0];
        return new Shape[] {in.slice(0, in.dimension() - 1).add(net.answers())};
    }
}

package org.kymograph.model.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.model.EmbeddingRows;
import org.kymograph.model.Hooked;
import org.kymograph.model.Hooks;
import org.kymograph.model.Lanes;
import org.kymograph.model.StackableBlock;

/** The block of a {@link Llama}: tokens {@code [B, T] → [B, T, V]}, or {@code [R, B, T] → [R, B, T, V]} for a stack. */
final class LlamaBlock extends StackableBlock implements Hooked {
    private static final List<String> LAYER_POINTS = List.of(
            "resid_pre",
            "q",
            "k",
            "v",
            "attn_scores",
            "pattern",
            "z",
            "attn_out",
            "resid_mid",
            "mlp_pre",
            "mlp_pre_linear",
            "mlp_post",
            "mlp_out",
            "resid_post");
    private static final double DEVIATION = 0.02;

    private final Llama net;
    private final Map<String, Parameter> byName = new LinkedHashMap<>();

    LlamaBlock(Llama net, NDManager manager, Shape input, long[] seeds, boolean stacked) {
        super(manager, seeds, stacked);
        if (input.dimension() != 1) {
            throw Arguments.unexpected("shape of an input", input, "[T], tokens");
        }
        this.net = net;
        double small = DEVIATION / Math.sqrt(2.0 * net.layers());
        String scaled = net.scaledW2() ? "w2.weight" : "w3.weight";
        net.shapes().forEach((name, of) -> {
            boolean isSmall = name.endsWith("wo.weight") || name.endsWith(scaled);
            byName.put(
                    name,
                    of.length == 1
                            ? constant(name, Parameter.Type.GAMMA, 1, of)
                            : drawn(name, Parameter.Type.WEIGHT, normal(isSmall ? small : DEVIATION), of));
        });
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        Pass pass = new Pass(store, in.singletonOrThrow(), training);
        NDArray x = pass.at("embed", -1, pass.embeddings());
        for (int l = 0; l < net.layers(); l++) {
            x = pass.layer(x, l);
        }
        x = pass.at("ln_final", -1, pass.norm(x, "norm"));
        NDArray logits = pass.linear(x, net.tied() ? "tok_embeddings" : "output", net.vocabulary());
        return new NDList(pass.alone(logits));
    }

    /** One forward pass, in the notation of llama2.c; the stream is {@code [R, B·T, d]}. */
    private final class Pass {
        private final ParameterStore store;
        private final NDArray input;
        private final boolean training;
        private final int length;
        private final int batch;
        private final DataType type;
        private final int heads = net.heads();
        private final int kvHeads = net.kvHeads();
        private final int d = net.dModel();
        private final int dHead = d / heads;
        private final NDArray cos;
        private final NDArray sin;
        private final NDArray turn;
        private final NDArray mask;

        Pass(ParameterStore store, NDArray input, boolean training) {
            this.store = store;
            this.input = input;
            this.training = training;
            length = (int) input.getShape().get(input.getShape().dimension() - 1);
            batch = (int) (input.size() / ((long) runs * length));
            type = value("tok_embeddings").getDataType();
            Arguments.check(
                    net.positions() == 0 || length <= net.positions(),
                    "length of a text",
                    length,
                    "at most the " + net.positions() + " learned positions");
            double[] c = new double[length * dHead];
            double[] s = new double[length * dHead];
            double[] m = new double[length * length];
            for (int t = 0; t < length; t++) {
                for (int j = 0; j < dHead; j++) {
                    double angle = t * Math.pow(net.theta(), -(j - j % 2.0) / dHead);
                    c[t * dHead + j] = Math.cos(angle);
                    s[t * dHead + j] = Math.sin(angle);
                }
                Arrays.fill(m, t * length + t + 1, (t + 1) * length, Double.NEGATIVE_INFINITY);
            }
            double[] swap = new double[dHead * dHead];
            for (int j = 0; j < dHead; j += 2) {
                swap[(j + 1) * dHead + j] = -1;
                swap[j * dHead + j + 1] = 1;
            }
            cos = array(c, length, 1, dHead);
            sin = array(s, length, 1, dHead);
            turn = array(swap, dHead, dHead);
            mask = array(m, length, length);
        }

        // An array of the parameters' precision that lasts until the backward pass.
        private NDArray array(double[] values, long... shape) {
            return input.getManager().create(values, new Shape(shape)).toType(type, false);
        }

        private NDArray value(String name) {
            return store.getValue(byName.get(name + ".weight"), input.getDevice(), training);
        }

        private NDArray get(String name, long... shape) {
            return value(name).reshape(new Shape(runs).addAll(new Shape(shape)));
        }

        NDArray embeddings() {
            NDArray table = get("tok_embeddings", net.vocabulary(), d);
            NDArray rows = EmbeddingRows.of(input, table, new Shape(runs, (long) batch * length));
            if (net.positions() == 0) {
                return rows;
            }
            NDArray places = get("pos_embeddings", 1, net.positions(), d).get(":, :, 0:" + length);
            return rows.reshape(runs, batch, length, d).add(places).reshape(runs, (long) batch * length, d);
        }

        NDArray layer(NDArray in, int l) {
            String layer = "layers." + l + ".";
            NDArray x = at("resid_pre", l, in);
            NDArray a =
                    at("resid_mid", l, x.add(attention(norm(x, layer + "attention_norm"), l, layer + "attention.")));
            return at("resid_post", l, a.add(feedForward(norm(a, layer + "ffn_norm"), l, layer + "feed_forward.")));
        }

        // x / sqrt(mean(x²) + ε) ⊙ w
        NDArray norm(NDArray x, String name) {
            return x.div(x.square().mean(new int[] {2}, true).add(net.epsilon()).sqrt())
                    .mul(get(name, 1, d));
        }

        NDArray linear(NDArray x, String name, int out) {
            return x.batchMatMul(get(name, out, x.getShape().get(2)).swapAxes(1, 2));
        }

        // softmax(q k' / sqrt(d_head) + mask) v; each key and value head serves heads / kvHeads query heads that follow
        // each other.
        private NDArray attention(NDArray x, int l, String name) {
            int group = heads / kvHeads;
            NDArray q = turned(heads("q", l, linear(x, name + "wq", heads * dHead), heads))
                    .swapAxes(2, 3)
                    .reshape(runs, batch, kvHeads, group, length, dHead);
            NDArray k = turned(heads("k", l, linear(x, name + "wk", kvHeads * dHead), kvHeads))
                    .swapAxes(2, 3)
                    .expandDims(3);
            NDArray v = heads("v", l, linear(x, name + "wv", kvHeads * dHead), kvHeads)
                    .swapAxes(2, 3)
                    .expandDims(3);
            NDArray scores = q.matMul(k.swapAxes(4, 5))
                    .mul(array(new double[] {1 / Math.sqrt(dHead)}))
                    .add(mask)
                    .reshape(runs, batch, heads, length, length);
            NDArray pattern =
                    inner("pattern", l, inner("attn_scores", l, scores).softmax(4));
            NDArray z = pattern.reshape(runs, batch, kvHeads, group, length, length)
                    .matMul(v)
                    .reshape(runs, batch, heads, length, dHead)
                    .swapAxes(2, 3);
            z = inner("z", l, z).reshape(runs, (long) batch * length, d);
            return at("attn_out", l, linear(z, name + "wo", d));
        }

        private NDArray heads(String point, int l, NDArray x, int count) {
            return inner(point, l, x.reshape(runs, batch, length, count, dHead));
        }

        // (a, b) → (a cos − b sin, a sin + b cos) for neighbours a and b.
        private NDArray turned(NDArray x) {
            if (net.positions() > 0) {
                return x;
            }
            return x.mul(cos).add(x.matMul(turn.toType(x.getDataType(), false)).mul(sin));
        }

        private NDArray feedForward(NDArray x, int l, String name) {
            NDArray gate = at("mlp_pre", l, linear(x, name + "w1", net.dMlp()));
            NDArray up = at("mlp_pre_linear", l, linear(x, name + "w3", net.dMlp()));
            NDArray post = at(
                    "mlp_post",
                    l,
                    gate.mul(Lanes.apply(gate, Activation::sigmoid)).mul(up));
            return at("mlp_out", l, linear(post, name + "w2", d));
        }

        NDArray at(String point, int l, NDArray x) {
            return Hooks.at(
                    LlamaBlock.this,
                    point,
                    l,
                    x,
                    this::alone,
                    y -> y.reshape(runs, (long) batch * length, x.getShape().get(2)));
        }

        NDArray alone(NDArray x) {
            long units = x.getShape().get(2);
            return stacked ? x.reshape(runs, batch, length, units) : x.reshape(batch, length, units);
        }

        // A point whose value has axes of its own behind the run's.
        private NDArray inner(String point, int l, NDArray x) {
            return Hooks.at(LlamaBlock.this, point, l, x, LlamaBlock.this::shown, LlamaBlock.this::hidden);
        }
    }

    /** The input of the head is {@code ln_final}; the SwiGLU's second factor is {@code mlp_pre_linear}. */
    @Override
    public List<String> hookPoints() {
        return Hooked.points(net.layers(), LAYER_POINTS, "ln_final");
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].add(net.vocabulary())};
    }
}

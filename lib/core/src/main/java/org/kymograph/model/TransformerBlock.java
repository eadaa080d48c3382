package org.kymograph.model;

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
import java.util.List;
import java.util.function.UnaryOperator;
import org.kymograph.base.Arguments;

/**
 * The block of a {@link Transformer}: tokens {@code [B, n] → [B, V]}, or {@code [R, B, n] → [R, B, V]} for a stack. In
 * the residual stream the units come before the samples, {@code [R, d, B]}, as in {@link MlpBlock}.
 */
final class TransformerBlock extends StackableBlock implements Hooked {
    private static final List<String> POINTS = List.of(
            "embed",
            "resid_pre.0",
            "q.0",
            "k.0",
            "v.0",
            "attn_scores.0",
            "pattern.0",
            "z.0",
            "attn_out.0",
            "resid_mid.0",
            "mlp_pre.0",
            "mlp_post.0",
            "mlp_out.0",
            "resid_post.0");

    private final Transformer net;
    private final int positions;

    private final Parameter embed;
    private final Parameter position;
    private final Parameter[] ln1;
    private final Parameter key;
    private final Parameter query;
    private final Parameter value;
    private final Parameter out;
    private final Parameter[] ln2;
    private final Parameter mlpIn;
    private final Parameter mlpInBias;
    private final Parameter mlpOut;
    private final Parameter mlpOutBias;
    private final Parameter unembed;

    TransformerBlock(Transformer net, NDManager manager, int positions, long[] seeds, boolean stacked) {
        super(manager, seeds, stacked);
        this.net = net;
        this.positions = positions;
        int d = net.dModel();
        int vocabulary = net.vocabulary();
        embed = normal("embed.W_E", d, d, vocabulary);
        position = normal("pos_embed.W_pos", d, positions, d);
        ln1 = norm("blocks.0.ln1");
        key = normal("blocks.0.attn.W_K", d, net.heads(), net.dHead(), d);
        query = normal("blocks.0.attn.W_Q", d, net.heads(), net.dHead(), d);
        value = normal("blocks.0.attn.W_V", d, net.heads(), net.dHead(), d);
        out = normal("blocks.0.attn.W_O", d, d, (long) net.heads() * net.dHead());
        ln2 = norm("blocks.0.ln2");
        mlpIn = normal("blocks.0.mlp.W_in", d, net.dMlp(), d);
        mlpInBias = constant("blocks.0.mlp.b_in", Parameter.Type.BIAS, 0, net.dMlp());
        mlpOut = normal("blocks.0.mlp.W_out", d, d, net.dMlp());
        mlpOutBias = constant("blocks.0.mlp.b_out", Parameter.Type.BIAS, 0, d);
        unembed = normal("unembed.W_U", vocabulary, d, vocabulary);
    }

    private Parameter normal(String name, int over, long... shape) {
        return drawn(name, Parameter.Type.WEIGHT, normal(net.initScaling() / Math.sqrt(over)), shape);
    }

    private Parameter[] norm(String name) {
        return !net.layerNorm()
                ? null
                : new Parameter[] {
                    constant(name + ".weight", Parameter.Type.GAMMA, net.initScaling(), net.dModel()),
                    constant(name + ".bias", Parameter.Type.BETA, 0, net.dModel())
                };
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDArray input = in.singletonOrThrow();
        Pass pass = new Pass(store, input, training);
        // What is left out can't be hooked.
        NDArray x = net.lastPositionOnly() && !Hooks.open(this) ? pass.attendAtLast() : pass.attend();
        NDArray logits = pass.logits(pass.mlp(x));
        return new NDList(shown(logits));
    }

    /** One forward pass, in the notation of the source. */
    private final class Pass {
        private final ParameterStore store;
        private final NDArray input;
        private final boolean training;
        private final boolean doubles;
        private final long[] tokens;
        private final int batch;
        private final int heads = net.heads();
        private final int dHead = net.dHead();
        private final long width = (long) heads * dHead;
        private final int d = net.dModel();
        private final int vocabulary = net.vocabulary();

        Pass(ParameterStore store, NDArray input, boolean training) {
            this.store = store;
            this.input = input;
            this.training = training;
            doubles = store.getValue(embed, input.getDevice(), training).getDataType() == DataType.FLOAT64;
            tokens = input.toLongArray();
            batch = tokens.length / (runs * positions);
            for (long t : tokens) {
                if (t < 0 || t >= vocabulary) {
                    throw Arguments.unexpected("token", t, "0 to " + (vocabulary - 1));
                }
            }
        }

        // The parameter with a run axis and the shape that follows it.
        private NDArray get(Parameter p, long... shape) {
            return store.getValue(p, input.getDevice(), training).reshape(new Shape(runs).addAll(new Shape(shape)));
        }

        // A factor that lasts until the backward pass. DJL's own mul(Number) frees its copy of the number at once, and
        // the backward pass would read what the next garbage collection leaves there.
        private NDArray number(double x) {
            NDManager manager = input.getManager();
            return doubles ? manager.create(x) : manager.create((float) x);
        }

        /** @return the residual stream after attention at the last position, {@code [R, d, B]} */
        NDArray attendAtLast() {
            int last = positions - 1;
            long end = tokens[last];
            for (int i = last; i < tokens.length; i += positions) {
                if (tokens[i] != end) {
                    throw new IllegalArgumentException("inputs end in tokens " + end + " and " + tokens[i]
                            + "; expected the same one, or lastPositionOnly false");
                }
            }
            NDArray e = get(embed, d, vocabulary);
            NDArray pos = get(position, positions, d).swapAxes(1, 2);
            NDArray x = e.get(":, :, " + end + ":" + (end + 1)).add(pos.get(":, :, " + last + ":"));
            NDArray sources = e.concat(pos, 2).swapAxes(1, 2);
            long[] byPosition =
                    input.reshape(runs, batch, positions).swapAxes(1, 2).toLongArray();
            NDArray values = perSample(sources.batchMatMul(get(value, width, d).swapAxes(1, 2)), byPosition)
                    .reshape(runs, positions, batch, heads, dHead);
            NDArray z = (net.constantAttention()
                            ? values.mean(new int[] {1})
                            : perSample(scores(x, sources), byPosition)
                                    .softmax(1)
                                    .expandDims(4)
                                    .mul(values)
                                    .sum(new int[] {1}))
                    .reshape(runs, batch, width);
            return get(out, d, width).batchMatMul(z.swapAxes(1, 2)).add(x);
        }

        // What the last position x scores each token and each position, [R, V + n, heads]: q·W_K x = (W_K'q)·x.
        private NDArray scores(NDArray x, NDArray sources) {
            NDArray q = get(query, width, d).batchMatMul(x).mul(number(1 / Math.sqrt(dHead)));
            NDArray u = q.reshape((long) runs * heads, 1, dHead)
                    .batchMatMul(get(key, heads, dHead, d).reshape((long) runs * heads, dHead, d))
                    .reshape(runs, heads, d);
            return sources.batchMatMul(u.swapAxes(1, 2));
        }

        // From what tokens and positions give, [R, V + n, c], what each position of each sample has, [R, n, B, c].
        private NDArray perSample(NDArray parts, long[] byPosition) {
            long c = parts.getShape().get(2);
            NDArray table = parts.get(":, :" + vocabulary)
                    .expandDims(1)
                    .add(parts.get(":, " + vocabulary + ":").expandDims(2));
            return EmbeddingRows.of(
                    input.getManager(),
                    byPosition,
                    table.reshape((long) runs * positions, vocabulary, c),
                    new Shape(runs, positions, batch));
        }

        /** @return the residual stream after attention at the last position, by way of all positions */
        NDArray attend() {
            NDArray table = get(embed, d, vocabulary).swapAxes(1, 2);
            NDArray x = EmbeddingRows.of(input.getManager(), tokens, table, new Shape(runs, batch, positions))
                    .add(get(position, 1, positions, d))
                    .reshape(runs, (long) batch * positions, d)
                    .swapAxes(1, 2);
            x = at("resid_pre", at("embed", x));
            NDArray k = headsAt("k", heads(key, x));
            NDArray q = headsAt("q", heads(query, x));
            NDArray v = headsAt("v", heads(value, x));
            NDArray mask = input.getManager().create(mask(), new Shape(positions, positions));
            // Equal scores, where attention is constant.
            NDArray products = net.constantAttention()
                    ? input.getManager().zeros(new Shape(runs, heads, batch, positions, positions), q.getDataType())
                    : q.matMul(k.swapAxes(3, 4));
            NDArray scores = products.mul(mask).add(mask.sub(1).mul(1e10)).mul(number(1 / Math.sqrt(dHead)));
            NDArray pattern =
                    patternAt("pattern", patternAt("attn_scores", scores).softmax(4));
            NDArray z = headsAt("z", pattern.matMul(v))
                    .transpose(0, 1, 4, 2, 3)
                    .reshape(runs, width, (long) batch * positions);
            return at("attn_out", get(out, d, width).batchMatMul(z)).add(x);
        }

        // [R, u, B·n] is shown as [R, B, n, u].
        private NDArray at(String point, NDArray x) {
            long units = x.getShape().get(1);
            UnaryOperator<NDArray> shown =
                    y -> shown(y.reshape(runs, units, batch, positions).transpose(0, 2, 3, 1));
            UnaryOperator<NDArray> back =
                    y -> hidden(y).transpose(0, 3, 1, 2).reshape(runs, units, (long) batch * positions);
            return Hooks.at(TransformerBlock.this, point, point.equals("embed") ? -1 : 0, x, shown, back);
        }

        // [R, heads, B, n, d_head] is shown as [R, B, n, heads, d_head].
        private NDArray headsAt(String point, NDArray x) {
            return Hooks.at(TransformerBlock.this, point, 0, x, y -> shown(y.transpose(0, 2, 3, 1, 4)), y -> hidden(y)
                    .transpose(0, 3, 1, 2, 4));
        }

        // [R, heads, B, query, key] is shown as [R, B, heads, query, key].
        private NDArray patternAt(String point, NDArray x) {
            return Hooks.at(TransformerBlock.this, point, 0, x, y -> shown(y.swapAxes(1, 2)), y -> hidden(y)
                    .swapAxes(1, 2));
        }

        private NDArray heads(Parameter w, NDArray x) {
            return get(w, width, d)
                    .batchMatMul(x)
                    .reshape(runs, heads, dHead, batch, positions)
                    .transpose(0, 1, 3, 4, 2);
        }

        private float[] mask() {
            float[] mask = new float[positions * positions];
            for (int i = 0; i < positions; i++) {
                Arrays.fill(mask, i * positions, i * positions + i + 1, 1);
            }
            return mask;
        }

        NDArray mlp(NDArray attended) {
            NDArray x = at("resid_mid", norm(attended, ln1));
            NDArray pre = get(mlpIn, net.dMlp(), d).batchMatMul(x).addi(get(mlpInBias, net.dMlp(), 1));
            NDArray post = Activation.relu(at("mlp_pre", pre));
            NDArray mlp =
                    get(mlpOut, d, net.dMlp()).batchMatMul(at("mlp_post", post)).addi(get(mlpOutBias, d, 1));
            return at("resid_post", norm(at("mlp_out", mlp).add(x), ln2));
        }

        private NDArray norm(NDArray x, Parameter[] norm) {
            return norm == null
                    ? x
                    : MlpBlock.standardise(x, 1).mul(get(norm[0], d, 1)).add(get(norm[1], d, 1));
        }

        NDArray logits(NDArray x) {
            NDArray last = x.getShape().get(2) == batch
                    ? x
                    : x.reshape(runs, d, batch, positions).get(":, :, :, " + (positions - 1));
            return last.swapAxes(1, 2).batchMatMul(get(unembed, d, vocabulary));
        }
    }

    @Override
    public List<String> hookPoints() {
        return POINTS;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].slice(0, stacked ? 2 : 1).add(net.vocabulary())};
    }
}

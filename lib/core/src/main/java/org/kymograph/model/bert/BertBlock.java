package org.kymograph.model.bert;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.kymograph.base.Arguments;
import org.kymograph.model.GradientMode;
import org.kymograph.model.Hooked;
import org.kymograph.model.Hooks;
import org.kymograph.model.StackableBlock;

/** The block of a {@link BertClassifier}, {@code [B, 3, T] → [B, C]}, or {@code [B, H]} without the classifier. */
final class BertBlock extends StackableBlock implements Hooked {
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
            "mlp_post",
            "mlp_out",
            "resid_post");

    private final BertConfig config;
    private final boolean pooled;
    private final Map<String, Parameter> byName = new LinkedHashMap<>();

    /**
     * @param values gives the parameters; those for which it gives null are drawn with the seed
     * @param pooled whether the outputs are the pooled first token instead of the classifier's
     */
    BertBlock(BertConfig config, NDManager manager, Function<String, float[]> values, long seed, boolean pooled) {
        super(manager, new long[] {seed}, false);
        this.config = config;
        this.pooled = pooled;
        BertWeights.shapes(config).forEach((name, shape) -> {
            if (pooled && name.startsWith("classifier.")) {
                return;
            }
            float[] known = values.apply(name);
            Parameter.Type type = name.endsWith(".bias") ? Parameter.Type.BIAS : Parameter.Type.WEIGHT;
            byName.put(name, known != null ? parameter(name, type, known, shape) : drawn(name, type, shape));
        });
    }

    // Normal weights, norms of 1, biases and the padding's embedding of 0.
    private Parameter drawn(String name, Parameter.Type type, long... shape) {
        if (name.endsWith(".bias") || name.endsWith("LayerNorm.weight")) {
            return constant(name, type, name.endsWith(".bias") ? 0 : 1, shape);
        }
        Parameter p = drawn(name, type, normal(config.initializerRange()), shape);
        if (name.endsWith("word_embeddings.weight")) {
            p.getArray().set(new NDIndex(config.padding()), 0);
        }
        return p;
    }

    /** One pass through the network: the parameters as this pass sees them. */
    private final class Pass {
        private final ParameterStore store;
        private final Device device;
        private final boolean training;

        Pass(ParameterStore store, Device device, boolean training) {
            this.store = store;
            this.device = device;
            this.training = training;
        }

        NDArray value(String name) {
            return store.getValue(byName.get(name), device, training);
        }

        NDArray linear(NDArray x, String name) {
            return Linear.linear(x, value(name + ".weight"), value(name + ".bias"))
                    .singletonOrThrow();
        }

        NDArray norm(NDArray x, String name) {
            return LayerNorm.layerNorm(
                            x,
                            new Shape(config.hidden()),
                            value(name + ".LayerNorm.weight"),
                            value(name + ".LayerNorm.bias"),
                            (float) config.epsilon())
                    .singletonOrThrow();
        }

        NDArray embedding(NDArray tokens, String name) {
            NDArray table = value("bert.embeddings." + name + "_embeddings.weight");
            return tokens.getNDArrayInternal()
                    .embedding(tokens, table, SparseFormat.DENSE)
                    .singletonOrThrow();
        }

        NDArray dropout(NDArray x, double rate) {
            return training && rate > 0 ? Dropout.dropout(x, (float) rate, true).singletonOrThrow() : x;
        }

        // softmax(Q K' / sqrt(d) + mask) V for every head; [B, T, H] → [B, T, H].
        NDArray attention(NDArray x, NDArray mask, int number, String layer) {
            NDArray q = heads("q", number, linear(x, layer + "self.query"));
            NDArray k = heads("k", number, linear(x, layer + "self.key"));
            NDArray v = heads("v", number, linear(x, layer + "self.value"));
            double d = (double) config.hidden() / config.heads();
            NDArray scores =
                    q.matMul(k.swapAxes(2, 3)).mul(number(x, 1 / Math.sqrt(d))).add(mask);
            NDArray pattern =
                    at("pattern", number, at("attn_scores", number, scores).softmax(-1));
            NDArray z = dropout(pattern, config.attentionDropout()).matMul(v).swapAxes(1, 2);
            return linear(at("z", number, z).reshape(x.getShape()), layer + "output.dense");
        }

        // [B, T, H] → [B, heads, T, H / heads]
        private NDArray heads(String point, int number, NDArray x) {
            Shape s = x.getShape();
            return at(point, number, x.reshape(s.get(0), s.get(1), config.heads(), config.hidden() / config.heads()))
                    .swapAxes(1, 2);
        }

        private NDArray at(String point, int number, NDArray x) {
            return Hooks.at(BertBlock.this, point, number, x);
        }

        NDArray layer(NDArray x, NDArray mask, int number) {
            String layer = "bert.encoder.layer." + number + ".";
            NDArray before = at("resid_pre", number, x);
            NDArray attended = at(
                    "attn_out",
                    number,
                    dropout(attention(before, mask, number, layer + "attention."), config.hiddenDropout()));
            NDArray y = at("resid_mid", number, norm(attended.add(before), layer + "attention.output"));
            NDArray pre = at("mlp_pre", number, linear(y, layer + "intermediate.dense"));
            NDArray inner = at("mlp_post", number, activation(pre));
            NDArray out = dropout(linear(inner, layer + "output.dense"), config.hiddenDropout());
            return at("resid_post", number, norm(at("mlp_out", number, out).add(y), layer + "output"));
        }
    }

    // Nothing of a layer but its result is needed any more; of 12 layers it would be gigabytes.
    private static NDArray alone(Pass pass, NDArray x, NDArray mask, int layer) {
        NDArray y;
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            y = pass.layer(x, mask, layer);
            NDScope.unregister(y);
        }
        NDScope.register(y);
        return y;
    }

    private NDArray activation(NDArray x) {
        return switch (config.activation()) {
            case "gelu" -> Activation.gelu(x);
            case "relu" -> Activation.relu(x);
            // x / 2 (1 + tanh(sqrt(2 / π) (x + 0.044715 x³)))
            default ->
                x.mul(number(x, 0.5))
                        .mul(x.add(x.mul(x).mul(x).mul(number(x, 0.044715)))
                                .mul(number(x, Math.sqrt(2 / Math.PI)))
                                .tanh()
                                .add(1));
        };
    }

    // DJL frees the copy of a number that its operators make; this one lasts until the backward pass.
    private static NDArray number(NDArray like, double number) {
        return like.getDataType() == DataType.FLOAT64
                ? like.getManager().create(number)
                : like.getManager().create((float) number);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDArray input = in.singletonOrThrow();
        check(input.getShape());
        Pass pass = new Pass(store, input.getDevice(), training);
        NDArray ids = input.get(new NDIndex(":, 0"));
        // A masked score is so low that its weight is exactly 0.
        NDArray mask = input.get(new NDIndex(":, 1"))
                .toType(DataType.FLOAT32, false)
                .sub(1)
                .mul(Float.MAX_VALUE)
                .reshape(ids.getShape().get(0), 1, 1, ids.getShape().get(1));
        NDArray types = input.get(new NDIndex(":, 2"));
        NDArray places = ids.getManager().arange(0, (int) ids.getShape().get(1), 1, DataType.INT64);
        NDArray x = pass.embedding(ids, "word")
                .add(pass.embedding(types, "token_type"))
                .add(pass.embedding(places, "position"));
        x = Hooks.at(this, "embed", pass.dropout(pass.norm(x, "bert.embeddings"), config.hiddenDropout()));
        boolean gradients = GradientMode.isOn();
        for (int l = 0; l < config.layers(); l++) {
            x = gradients ? pass.layer(x, mask, l) : alone(pass, x, mask, l);
        }
        NDArray first = Hooks.at(
                this,
                "pooled",
                pass.linear(x.get(new NDIndex(":, 0")), "bert.pooler.dense").tanh());
        if (pooled) {
            return new NDList(first);
        }
        return new NDList(pass.linear(pass.dropout(first, config.classifierDropout()), "classifier"));
    }

    /** The pooled first token is {@code pooled}. */
    @Override
    public List<String> hookPoints() {
        return Hooked.points(config.layers(), LAYER_POINTS, "pooled");
    }

    private void check(Shape input) {
        Arguments.check(
                input.dimension() == 3 && input.get(1) == 3 && input.get(2) >= 1 && input.get(2) <= config.positions(),
                "shape of the input",
                input,
                "(B, 3, T), word pieces, mask and token types, T from 1 to " + config.positions());
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {
            new Shape(
                    inputShapes[0].get(0),
                    pooled ? config.hidden() : config.labels().size())
        };
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        check(inputShapes[0]);
    }
}

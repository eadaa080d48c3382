package org.kymograph.degeneracy.modular;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.model.EmbeddingRows;
import org.kymograph.model.Hooked;
import org.kymograph.model.Hooks;
import org.kymograph.model.StackableBlock;

/**
 * The block of a {@link ModularMlp}: {@code [B, 2] → [B, p]}, or {@code [R, B, 2] → [R, B, p]} for a stack. Inside, the units come
 * before the batch, {@code [R, h, B]}, which is the weights' own layout.
 */
final class ModularMlpBlock extends StackableBlock implements Hooked {
    private static final List<String> POINTS = List.of("embed", "mlp_pre.0", "mlp_post.0", "mlp_out.0");

    private final ModularMlp net;
    private final Parameter embedding;
    private final Parameter rightWeight;
    private final Parameter rightBias;
    private final Parameter leftWeight;
    private final Parameter leftBias;
    private final Parameter outWeight;
    // Null without a tied unembedding.
    private final Parameter outBias;

    ModularMlpBlock(ModularMlp net, NDManager manager, long[] seeds, boolean stacked) {
        super(manager, seeds, stacked);
        this.net = net;
        int e = net.embedDim();
        int h = net.hiddenSize();
        embedding = parameter("embedding.weight", normal(net.scaleEmbed()), net.p(), e);
        rightWeight = parameter("linear1r.weight", g -> net.scaleLinear1() * uniform(g, e), h, e);
        rightBias = parameter("linear1r.bias", g -> uniform(g, e), h);
        leftWeight = parameter("linear1l.weight", g -> net.scaleLinear1() * uniform(g, e), h, e);
        leftBias = parameter("linear1l.bias", g -> uniform(g, e), h);
        outWeight = parameter("linear2.weight", g -> uniform(g, h), net.tieUnembed() ? e : net.p(), h);
        outBias = net.tieUnembed() ? parameter("linear2.bias", g -> uniform(g, h), e) : null;
    }

    private static double uniform(RandomGenerator random, int inputs) {
        return (2 * random.nextDouble() - 1) / Math.sqrt(inputs);
    }

    private Parameter parameter(String name, ToDoubleFunction<RandomGenerator> distribution, long... shape) {
        Parameter.Type type = shape.length == 1 ? Parameter.Type.BIAS : Parameter.Type.WEIGHT;
        return drawn(name, type, distribution, shape);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDArray input = in.singletonOrThrow();
        Pass pass = new Pass(store, input, training);
        NDArray logits = pass.logits(pass.hidden(pass.embedded())).swapAxes(1, 2);
        return new NDList(shown(logits));
    }

    /** One forward pass. */
    private final class Pass {
        private final ParameterStore store;
        private final NDArray input;
        private final boolean training;
        private final int e = net.embedDim();
        private final int h = net.hiddenSize();

        Pass(ParameterStore store, NDArray input, boolean training) {
            this.store = store;
            this.input = input;
            this.training = training;
        }

        private NDArray get(Parameter p, long... shape) {
            NDArray value = store.getValue(p, input.getDevice(), training);
            return value.reshape(new Shape(runs).addAll(new Shape(shape)));
        }

        /** @return the embeddings of both tokens, {@code [R, B, 2, e]} */
        NDArray embedded() {
            NDArray rows =
                    EmbeddingRows.of(input, get(embedding, net.p(), e), new Shape(runs, input.size() / (2L * runs), 2));
            return Hooks.at(
                    ModularMlpBlock.this,
                    "embed",
                    -1,
                    rows,
                    y -> stacked ? y : y.squeeze(0),
                    y -> stacked ? y : y.expandDims(0));
        }

        /** @return the hidden units behind the activation, {@code [R, h, B]} */
        NDArray hidden(NDArray embedded) {
            NDArray z;
            if (net.linear1Tied()) {
                // W_r(E_a + E_b) + 2 c_r
                NDArray bias = get(rightBias, h, 1);
                z = get(rightWeight, h, e)
                        .batchMatMul(embedded.sum(new int[] {2}).swapAxes(1, 2))
                        .addi(bias.add(bias));
            } else {
                NDArray both = get(leftWeight, h, e).concat(get(rightWeight, h, e), 2);
                NDArray pair = embedded.reshape(runs, -1, 2L * e).swapAxes(1, 2);
                z = both.batchMatMul(pair).addi(get(leftBias, h, 1).add(get(rightBias, h, 1)));
            }
            z = at("mlp_pre", z);
            NDArray y =
                    switch (net.activation()) {
                        case GELU -> Activation.gelu(z);
                        case RELU -> Activation.relu(z);
                        case QUAD -> z.mul(z);
                    };
            return at("mlp_post", y);
        }

        /** @return the logits, {@code [R, p, B]} */
        NDArray logits(NDArray hidden) {
            if (!net.tieUnembed()) {
                return at("mlp_out", get(outWeight, net.p(), h).batchMatMul(hidden));
            }
            NDArray out = get(outWeight, e, h).batchMatMul(hidden).addi(get(outBias, e, 1));
            return get(embedding, net.p(), e).batchMatMul(at("mlp_out", out));
        }

        // [R, u, B] is shown as [R, B, u].
        private NDArray at(String point, NDArray x) {
            return Hooks.at(
                    ModularMlpBlock.this,
                    point,
                    0,
                    x,
                    y -> stacked ? y.swapAxes(1, 2) : y.squeeze(0).swapAxes(0, 1),
                    y -> stacked ? y.swapAxes(1, 2) : y.swapAxes(0, 1).expandDims(0));
        }
    }

    @Override
    public List<String> hookPoints() {
        return POINTS;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].slice(0, stacked ? 2 : 1).add(net.p())};
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        long tokens = inputShapes[0].slice(stacked ? 2 : 1).size();
        Arguments.check(tokens == 2, "tokens in an input", tokens, "2, a pair");
    }
}

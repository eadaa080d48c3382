package org.kymograph.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;

/** The block of a {@link BagOfEmbeddings}: {@code [B, L]} or {@code [B, S, L]} → {@code [B, C]}. */
final class BagBlock extends StackableBlock implements Hooked {
    private final BagOfEmbeddings bag;
    private final int texts;
    private final Parameter embedding;
    private final Parameter embeddingBias;
    private final List<Parameter> weights = new ArrayList<>();
    private final List<Parameter> biases = new ArrayList<>();

    BagBlock(BagOfEmbeddings bag, NDManager manager, int texts, long seed) {
        super(manager, new long[] {seed}, false);
        this.bag = bag;
        this.texts = texts;
        embedding = parameter("embedding.weight", bag.vocabulary(), bag.vocabulary(), bag.width());
        embeddingBias = parameter("embedding.bias", bag.vocabulary(), bag.width());
        int in = bag.width() * (bag.interactions() ? 4 : texts);
        for (int l = 0; l <= bag.hidden().size(); l++) {
            int out = l == bag.hidden().size() ? bag.outputs() : bag.hidden().get(l);
            weights.add(parameter(l + ".weight", in, out, in));
            biases.add(parameter(l + ".bias", in, out));
            in = out;
        }
    }

    // Uniform within ±1 / sqrt(fan in), weights and biases alike.
    private Parameter parameter(String name, int fanIn, long... shape) {
        Parameter.Type type = shape.length == 1 ? Parameter.Type.BIAS : Parameter.Type.WEIGHT;
        return drawn(name, type, uniform(1 / Math.sqrt(fanIn)), shape);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDArray words = in.singletonOrThrow();
        check(words.getShape());
        Device device = words.getDevice();
        long batch = words.getShape().get(0);
        words = words.reshape(batch * texts, words.getShape().size() / (batch * texts));
        NDArray each = words.getNDArrayInternal()
                .embedding(words, store.getValue(embedding, device, training), SparseFormat.DENSE)
                .singletonOrThrow();
        // [BS, 1, L] × [BS, L, W]: one product pools and leaves the padding out.
        NDArray x = weightsOf(words, each.getDataType())
                .expandDims(1)
                .batchMatMul(each)
                .squeeze(1);
        x = behind(x.add(store.getValue(embeddingBias, device, training)), training);
        x = Hooks.at(this, "embed", x.reshape(batch, texts, bag.width()));
        x = bag.interactions() ? withInteractions(x) : x.reshape(batch, (long) texts * bag.width());
        for (int l = 0; l < weights.size(); l++) {
            x = Linear.linear(
                            x,
                            store.getValue(weights.get(l), device, training),
                            store.getValue(biases.get(l), device, training))
                    .singletonOrThrow();
            if (l < weights.size() - 1) {
                x = Hooks.at(this, "mlp_post", l, behind(Hooks.at(this, "mlp_pre", l, x), training));
            }
        }
        return new NDList(x);
    }

    // What each word counts in its text: 0 for padding, else 1, or 1 / words for a mean.
    private NDArray weightsOf(NDArray words, DataType type) {
        NDArray present = words.neq(bag.padding()).toType(type, false);
        return bag.pooling() == BagOfEmbeddings.Pooling.SUM
                ? present
                : present.div(present.sum(new int[] {1}, true).maximum(1));
    }

    private NDArray behind(NDArray x, boolean training) {
        NDArray y = Activation.relu(x);
        return training && bag.dropout() > 0
                ? Dropout.dropout(y, (float) bag.dropout(), true).singletonOrThrow()
                : y;
    }

    private static NDArray withInteractions(NDArray x) {
        NDList both = x.split(2, 1);
        NDArray u = both.get(0).squeeze(1);
        NDArray v = both.get(1).squeeze(1);
        return NDArrays.concat(new NDList(u, v, u.sub(v).abs(), u.mul(v)), 1);
    }

    private void check(Shape input) {
        boolean fits = input.dimension() == 3 ? input.get(1) == texts : texts == 1 && input.dimension() == 2;
        Arguments.check(
                fits, "shape of the input", input, "(B, " + (texts == 1 ? "" : texts + ", ") + "L), word numbers");
    }

    /** The texts' vectors are {@code embed}, {@code [B, texts, width]}. */
    @Override
    public List<String> hookPoints() {
        List<String> points = new ArrayList<>(List.of("embed"));
        for (int l = 0; l < weights.size() - 1; l++) {
            points.add("mlp_pre." + l);
            points.add("mlp_post." + l);
        }
        return points;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), bag.outputs())};
    }

    @Override
    protected void prepare(Shape[] inputShapes) {
        check(inputShapes[0]);
    }
}

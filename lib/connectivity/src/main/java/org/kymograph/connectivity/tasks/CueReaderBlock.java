package org.kymograph.connectivity.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;

/** The block of a {@link CueReader}: {@code [B, n] → [B, C]}, or {@code [R, B, n] → [R, B, C]} for a stack. */
final class CueReaderBlock extends AbstractBlock {
    private final CueReader net;
    private final int positions;
    private final boolean stacked;
    private final RandomGenerator[] random;
    private final Parameter embed;
    private final Parameter position;
    private final Parameter query;
    private final Parameter key;
    private final Parameter value;
    private final Parameter head;
    private final Parameter bias;

    CueReaderBlock(CueReader net, NDManager manager, int positions, long[] seeds, boolean stacked) {
        this.net = net;
        this.positions = positions;
        this.stacked = stacked;
        random = Arrays.stream(seeds).mapToObj(s -> Streams.of(s, "init")).toArray(RandomGenerator[]::new);
        int d = net.width();
        embed = normal(manager, "embed.weight", 0.3, net.symbols(), d);
        position = normal(manager, "position.weight", 0.3, positions, d);
        query = normal(manager, "attention.query", 0.1, d);
        key = normal(manager, "attention.key", 1 / Math.sqrt(d), d, d);
        value = normal(manager, "attention.value", 1 / Math.sqrt(d), d, d);
        head = normal(manager, "head.weight", 0.02, net.outputs(), d);
        bias = addParameter(Parameter.builder()
                .setName("head.bias")
                .setType(Parameter.Type.BIAS)
                .build());
        bias.setArray(manager.zeros(shape(net.outputs())));
    }

    private Parameter normal(NDManager manager, String name, double sd, long... of) {
        Parameter p = addParameter(
                Parameter.builder().setName(name).setType(Parameter.Type.WEIGHT).build());
        int size = (int) new Shape(of).size();
        float[] values = new float[random.length * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (sd * Streams.gaussian(random[i / size]));
        }
        p.setArray(manager.create(values, shape(of)));
        return p;
    }

    private Shape shape(long... of) {
        return stacked ? new Shape(random.length).addAll(new Shape(of)) : new Shape(of);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDArray input = in.singletonOrThrow();
        NDManager manager = input.getManager();
        int d = net.width();
        int symbols = net.symbols();
        NDArray e = get(store, input, training, embed, symbols, d);
        int runs = (int) e.getShape().get(0);
        // All is linear in h up to the softmax: scores and values of symbols and positions are computed once and added.
        NDArray sources = e.concat(get(store, input, training, position, positions, d), 1);
        double root = 1 / Math.sqrt(d);
        NDArray scale = e.getDataType() == DataType.FLOAT64 ? manager.create(root) : manager.create((float) root);
        NDArray u = get(store, input, training, query, 1, d)
                .batchMatMul(get(store, input, training, key, d, d))
                .mul(scale)
                .swapAxes(1, 2);
        NDArray v = get(store, input, training, value, d, d).swapAxes(1, 2);
        NDArray ids = ids(input, runs);
        NDArray weights = rows(sources.batchMatMul(u), ids).softmax(2);
        NDArray context = weights.mul(rows(sources.batchMatMul(v), ids)).sum(new int[] {2});
        NDArray logits = context.batchMatMul(
                        get(store, input, training, head, net.outputs(), d).swapAxes(1, 2))
                .add(get(store, input, training, bias, 1, net.outputs()));
        return new NDList(stacked ? logits : logits.squeeze(0));
    }

    private NDArray get(ParameterStore store, NDArray input, boolean training, Parameter p, long... of) {
        NDArray a = store.getValue(p, input.getDevice(), training);
        return a.reshape(new Shape(stacked ? a.getShape().get(0) : 1).addAll(new Shape(of)));
    }

    // The rows of a table with a row for each run, position and symbol, in this order.
    private NDArray ids(NDArray input, int runs) {
        long[] tokens = input.toLongArray();
        int batch = tokens.length / (runs * positions);
        for (int i = 0; i < tokens.length; i++) {
            Arguments.check(
                    tokens[i] >= 0 && tokens[i] < net.symbols(), "symbol", tokens[i], "0 to " + (net.symbols() - 1));
            tokens[i] += ((long) (i / (batch * positions)) * positions + i % positions) * net.symbols();
        }
        return input.getManager().create(tokens, new Shape(runs, batch, positions));
    }

    // From what symbols and positions give, [R, V + n, c], what each position of each sample has, [R, B, n, c].
    private NDArray rows(NDArray parts, NDArray ids) {
        long c = parts.getShape().get(2);
        NDArray table = parts.get(":, :" + net.symbols())
                .expandDims(1)
                .add(parts.get(":, " + net.symbols() + ":").expandDims(2));
        return Embedding.embedding(ids, table.reshape(-1, c), SparseFormat.DENSE)
                .singletonOrThrow();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].slice(0, stacked ? 2 : 1).add(net.outputs())};
    }
}

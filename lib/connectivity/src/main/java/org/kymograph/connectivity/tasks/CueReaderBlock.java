package org.kymograph.connectivity.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.model.EmbeddingRows;
import org.kymograph.model.Hooked;
import org.kymograph.model.Hooks;
import org.kymograph.model.StackableBlock;

/** The block of a {@link CueReader}: {@code [B, n] → [B, C]}, or {@code [R, B, n] → [R, B, C]} for a stack. */
final class CueReaderBlock extends StackableBlock implements Hooked {
    private static final int BLOCK = 4;

    private final CueReader net;
    private final int positions;
    private final Parameter embed;
    private final Parameter position;
    private final Parameter query;
    private final Parameter key;
    private final Parameter value;
    private final Parameter head;
    private final Parameter bias;

    CueReaderBlock(CueReader net, NDManager manager, int positions, long[] seeds, boolean stacked) {
        super(manager, seeds, stacked);
        this.net = net;
        this.positions = positions;
        int d = net.width();
        embed = drawn("embed.weight", Parameter.Type.WEIGHT, normal(0.3), net.symbols(), d);
        position = drawn("position.weight", Parameter.Type.WEIGHT, normal(0.3), positions, d);
        query = drawn("attention.query", Parameter.Type.WEIGHT, normal(0.1), d);
        key = drawn("attention.key", Parameter.Type.WEIGHT, normal(1 / Math.sqrt(d)), d, d);
        value = drawn("attention.value", Parameter.Type.WEIGHT, normal(1 / Math.sqrt(d)), d, d);
        head = drawn("head.weight", Parameter.Type.WEIGHT, normal(0.02), net.outputs(), d);
        bias = constant("head.bias", Parameter.Type.BIAS, 0, net.outputs());
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList in, boolean training, PairList<String, Object> params) {
        NDArray input = in.singletonOrThrow();
        NDManager manager = input.getManager();
        int d = net.width();
        int symbols = net.symbols();
        NDArray e = get(store, input, training, embed, symbols, d);
        // All is linear in h up to the softmax: values and scores of symbols and positions are computed once and added.
        // The scores are a column behind those of the values, and zeros fill the row up to a whole block.
        NDArray sources = e.concat(get(store, input, training, position, positions, d), 1);
        double root = 1 / Math.sqrt(d);
        boolean doubles = e.getDataType() == DataType.FLOAT64;
        NDArray scale = doubles ? manager.create(root) : manager.create((float) root);
        NDArray u = get(store, input, training, query, 1, d)
                .batchMatMul(get(store, input, training, key, d, d))
                .mul(scale);
        NDArray values = get(store, input, training, value, d, d);
        NDArray outputs = get(store, input, training, head, net.outputs(), d);
        // Where nobody looks inside or wants gradients, the head is applied to values before they are looked up: its
        // outputs are fewer.
        boolean applied = !e.hasGradient() && !Hooks.open(this);
        int width = applied ? net.outputs() : d;
        int fill = BLOCK - 1 - width % BLOCK;
        NDArray maps = NDArrays.concat(
                new NDList(
                        applied ? outputs.batchMatMul(values) : values,
                        u,
                        manager.zeros(new Shape(runs, fill, d), e.getDataType())),
                1);
        // Split and not sliced: the gradient of a slice is a whole array of zeros around it.
        NDList parts = sources.batchMatMul(maps.swapAxes(1, 2)).split(new long[] {symbols}, 1);
        NDList rows = rows(input, parts.get(0), parts.get(1).expandDims(2), e.hasGradient())
                .split(new long[] {width, width + 1}, 3);
        NDArray weights = rows.get(1).squeeze(3).softmax(1).expandDims(3);
        weights = Hooks.at(this, "pattern", 0, weights, x -> shown(x.swapAxes(1, 2)), x -> hidden(x)
                .swapAxes(1, 2));
        NDArray context = weights.mul(rows.get(0)).sum(new int[] {1});
        context = Hooks.at(this, "z", 0, context, this::shown, this::hidden);
        NDArray logits = (applied ? context : context.batchMatMul(outputs.swapAxes(1, 2)))
                .add(get(store, input, training, bias, 1, net.outputs()));
        return new NDList(shown(logits));
    }

    /** Returns the attention to each position, {@code [B, n, 1]}, and what the head is applied to, {@code [B, d]}. */
    @Override
    public List<String> hookPoints() {
        return List.of("pattern.0", "z.0");
    }

    private NDArray get(ParameterStore store, NDArray input, boolean training, Parameter p, long... of) {
        NDArray a = store.getValue(p, input.getDevice(), training);
        Shape wanted = new Shape(stacked ? a.getShape().get(0) : 1).addAll(new Shape(of));
        return a.getShape().equals(wanted) ? a : a.reshape(wanted);
    }

    // The rows of each run's table [R, V, c] that its symbols have, with what their positions have, [R, n, B, c]:
    // positions come before samples, so that what is summed over them is added array by array. Where gradients are
    // wanted, rows are picked by a product with rows of one 1, whose gradient is a product too: PyTorch adds up that of
    // a lookup row by row.
    private NDArray rows(NDArray input, NDArray table, NDArray ofPositions, boolean gradients) {
        long runs = table.getShape().get(0);
        long symbols = table.getShape().get(1);
        long width = table.getShape().get(2);
        NDManager manager = input.getManager();
        NDArray byPosition = input.reshape(runs, -1, positions).swapAxes(1, 2);
        long[] ids = byPosition.toLongArray();
        float[] ones = new float[gradients ? Math.toIntExact(ids.length * symbols) : 0];
        for (int i = 0; i < ids.length; i++) {
            // No sentence is made for each symbol: they are many.
            if (ids[i] < 0 || ids[i] >= symbols) {
                throw Arguments.unexpected("symbol", ids[i], "0 to " + (symbols - 1));
            }
            if (gradients) {
                ones[(int) (i * symbols + ids[i])] = 1;
            }
        }
        Shape shape = byPosition.getShape();
        if (!gradients) {
            NDArray tables = table.expandDims(1).add(ofPositions).reshape(runs * positions, symbols, width);
            return EmbeddingRows.of(manager, ids, tables, shape);
        }
        return manager.create(ones, new Shape(runs, ids.length / runs, symbols))
                .toType(table.getDataType(), false)
                .batchMatMul(table)
                .reshape(shape.add(width))
                .add(ofPositions);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {inputShapes[0].slice(0, stacked ? 2 : 1).add(net.outputs())};
    }
}

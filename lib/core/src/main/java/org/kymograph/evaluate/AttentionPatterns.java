package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import tech.tablesaw.api.Table;

/**
 * Where the heads of a transformer attend, on average over samples. A position that is attended to need not be used: what it writes
 * may be nothing.
 *
 * @param heads one for each layer and head
 */
public record AttentionPatterns(List<Head> heads) {
    /**
     * A head.
     *
     * @param layer the layer, from 0
     * @param head the head, from 0
     * @param positions the mean attention, query × key
     * @param tokens the mean attention of the query that was asked for to each token, wherever it stands
     */
    public record Head(int layer, int head, double[][] positions, double[] tokens) {}

    /** Copies the list. */
    public AttentionPatterns {
        heads = List.copyOf(heads);
    }

    /**
     * Runs a network and averages its patterns.
     *
     * @param network a network with attention
     * @param parameters its parameters
     * @param data samples of tokens, at least one
     * @param query the position whose attention to tokens is added up; from the end if it is negative
     * @return the patterns of every layer
     * @throws IllegalArgumentException if the network has no attention, or there is no such position
     */
    public static AttentionPatterns of(Network network, ParameterVector parameters, Dataset data, int query) {
        Arguments.check(
                data.inputs().dtype() == Dtype.I64, "inputs", data.inputs().dtype(), "tokens");
        String[] points = Activations.points(network, data).stream()
                .filter(p -> p.startsWith("pattern."))
                .toArray(String[]::new);
        Arguments.check(points.length > 0, "points of " + network.name(), "none of attention", "a pattern.0");
        Activations run = Activations.of(network, parameters, data, points);
        long[] inputs = data.inputs().toLongs();
        List<Head> heads = new ArrayList<>();
        for (int l = 0; l < points.length; l++) {
            Tensor pattern = run.get(points[l]);
            int count = (int) pattern.shape()[1];
            for (int h = 0; h < count; h++) {
                heads.add(head(pattern, inputs, l, h, query));
            }
        }
        return new AttentionPatterns(heads);
    }

    private static Head head(Tensor pattern, long[] inputs, int layer, int h, int query) {
        int n = (int) pattern.shape()[0];
        int count = (int) pattern.shape()[1];
        int queries = (int) pattern.shape()[2];
        int keys = (int) pattern.shape()[3];
        Arguments.within("query", query, -queries, queries - 1);
        int asked = Math.floorMod(query, queries);
        float[] all = pattern.toFloats();
        double[][] mean = new double[queries][keys];
        double[] tokens = new double
                [(int) IntStream.range(0, inputs.length)
                                .mapToLong(i -> inputs[i])
                                .max()
                                .orElse(0)
                        + 1];
        int length = inputs.length / n;
        for (int i = 0; i < n; i++) {
            for (int q = 0; q < queries; q++) {
                int at = ((i * count + h) * queries + q) * keys;
                for (int k = 0; k < keys; k++) {
                    mean[q][k] += all[at + k] / n;
                    if (q == asked) {
                        tokens[(int) inputs[i * length + k]] += (double) all[at + k] / n;
                    }
                }
            }
        }
        return new Head(layer, h, mean, tokens);
    }

    /**
     * Returns the attention of the query that was asked for to each token, as a table.
     *
     * @param names gives a token's text
     * @return a row for each layer, head and token
     */
    public Table tokens(IntFunction<String> names) {
        record Row(Head head, int token) {}
        List<Row> rows = heads.stream()
                .flatMap(h -> IntStream.range(0, h.tokens().length).mapToObj(t -> new Row(h, t)))
                .toList();
        return Columns.of("attention to tokens", rows)
                .ints("layer", r -> r.head().layer())
                .ints("head", r -> r.head().head())
                .texts("token", r -> names.apply(r.token()))
                .doubles("attention", r -> r.head().tokens()[r.token()])
                .table();
    }

    /** Returns the attention to each token by its number; see {@link #tokens}. */
    public Table table() {
        return tokens(Integer::toString);
    }
}

package org.kymograph.evaluate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import tech.tablesaw.api.Table;

/**
 * How far the answers of a tuned network are from those of its base, token by token: KL(base ‖ tuned) in nats. Where it is 0 the
 * fine-tuning changed nothing on this text, which says nothing of other text.
 *
 * @param positions the answers T of a sample, 1 where a sample has one answer
 * @param values the divergences, samples × positions, one sample behind the other
 * @param inputs the token that each answer follows; empty where inputs aren't tokens with an answer each
 */
public record OutputDivergence(int positions, double[] values, int[] inputs) {
    /** Copies the arrays. */
    public OutputDivergence {
        values = values.clone();
        inputs = inputs.clone();
    }

    @Override
    public double[] values() {
        return values.clone();
    }

    @Override
    public int[] inputs() {
        return inputs.clone();
    }

    /**
     * Compares two networks of a shape.
     *
     * @param network the shape
     * @param base the parameters before
     * @param tuned the parameters after
     * @param data the samples, at least one; every position counts, those too without a target
     * @return the divergences
     */
    public static OutputDivergence of(Network network, ParameterVector base, ParameterVector tuned, Dataset data) {
        Predictions p = Predictions.of(Activations.of(network, base, data).outputs(), data);
        Predictions q = Predictions.of(Activations.of(network, tuned, data).outputs(), data);
        double[] values = Columns.numbers(p.rows().length, i -> p.divergence(q, i));
        boolean each = data.target() == Dataset.Target.TOKENS && data.inputs().size() == values.length;
        int[] inputs = each
                ? Arrays.stream(data.inputs().toLongs())
                        .mapToInt(Math::toIntExact)
                        .toArray()
                : new int[0];
        return new OutputDivergence(p.positions(), values, inputs);
    }

    /**
     * Returns the mean over all answers.
     *
     * @return nats, at least 0
     */
    public double mean() {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /**
     * Returns the mean over the samples at each position.
     *
     * @return a number for each position
     */
    public double[] byPosition() {
        double[] means = new double[positions];
        int n = values.length / positions;
        for (int i = 0; i < values.length; i++) {
            means[i % positions] += values[i] / n;
        }
        return means;
    }

    /**
     * Returns the mean at each position as a table.
     *
     * @return a row for each position
     */
    public Table table() {
        double[] means = byPosition();
        return Columns.of("KL by position", means.length)
                .ints("position", t -> t)
                .doubles("KL", t -> means[t])
                .table();
    }

    /**
     * Returns the answers that changed most.
     *
     * @param n how many at most, at least 1
     * @param names gives a token's text
     * @return a row for each, the farthest first: sample, position, token, KL
     */
    public Table top(int n, IntFunction<String> names) {
        Arguments.atLeast("n", n, 1);
        List<Integer> order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> values[i]).reversed())
                .limit(n)
                .toList();
        return Columns.of("what changed most", order)
                .ints("sample", i -> i / positions)
                .ints("position", i -> i % positions)
                .texts("token", i -> inputs.length == 0 ? "" : names.apply(inputs[i]))
                .doubles("KL", i -> values[i])
                .table();
    }
}

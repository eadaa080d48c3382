package org.kymograph.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Tensor;
import tech.tablesaw.api.Table;

/**
 * Where a network keeps what its answer needs: while it reads corrupted inputs, one position of one layer gets the activations that
 * the clean inputs have there. A cell tells how much of the clean answer comes back: 0 none, 1 all of the mean log-probability that
 * the corruption takes from the clean targets. What comes back need not be the only place; back-up paths hide one another.
 *
 * <p>Source: Meng et al., Locating and Editing Factual Associations in GPT (NeurIPS 2022); Heimersheim and Nanda, How to use and
 * interpret activation patching (arXiv 2404.15255).
 *
 * @param points the points that are patched, a row each
 * @param restored the restored share, points × positions
 * @param clean the mean log-probability of the clean targets on clean inputs
 * @param corrupted the same on corrupted inputs
 */
public record ActivationPatching(List<String> points, double[][] restored, double clean, double corrupted) {
    /** Copies the arrays. */
    public ActivationPatching {
        points = List.copyOf(points);
        restored = Arrays.stream(restored).map(double[]::clone).toArray(double[][]::new);
    }

    @Override
    public double[][] restored() {
        return Arrays.stream(restored).map(double[]::clone).toArray(double[][]::new);
    }

    /**
     * Patches the residual stream in front of every layer, and behind the last.
     *
     * @param network a network with a residual stream
     * @param parameters its parameters
     * @param clean the clean samples, whose targets count
     * @param corrupted as many others, each of which is to be led back to its clean counterpart's answer
     * @return the restored shares
     */
    public static ActivationPatching ofStream(
            Network network, ParameterVector parameters, Dataset clean, Dataset corrupted) {
        return of(
                network,
                parameters,
                clean,
                corrupted,
                LogitLens.stream(network, clean).toArray(String[]::new));
    }

    /**
     * Patches some points.
     *
     * @param network the network
     * @param parameters its parameters
     * @param clean the clean samples, whose targets count
     * @param corrupted as many others, each of which is to be led back to its clean counterpart's answer
     * @param points points with positions, {@code [N, T, …]}
     * @return the restored shares
     * @throws IllegalArgumentException if the data differ in size, or the corruption changes no answer
     */
    public static ActivationPatching of(
            Network network, ParameterVector parameters, Dataset clean, Dataset corrupted, String... points) {
        Arguments.sameLength("corrupted", corrupted.size(), "clean", clean.size());
        Arguments.atLeast("number of points", points.length, 1);
        Activations good = Activations.of(network, parameters, clean, points);
        Activations bad = Activations.of(network, parameters, corrupted, points);
        double high = -Predictions.of(good.outputs(), clean).meanLoss();
        double low = -Predictions.of(bad.outputs(), clean).meanLoss();
        Arguments.check(high != low, "corrupted", "the answers of clean", "inputs with other answers");
        double[][] restored = new double[points.length][];
        for (int p = 0; p < points.length; p++) {
            String point = points[p];
            int positions = (int) good.get(point).shape()[1];
            restored[p] = Columns.numbers(positions, t -> {
                Tensor mixed = mixed(good.get(point), bad.get(point), t);
                Tensor out = Activations.replaced(network, parameters, corrupted, Map.of(point, mixed))
                        .outputs();
                return (-Predictions.of(out, clean).meanLoss() - low) / (high - low);
            });
        }
        return new ActivationPatching(List.of(points), restored, high, low);
    }

    private static Tensor mixed(Tensor good, Tensor bad, int position) {
        float[] from = good.toFloats();
        float[] out = bad.toFloats();
        int n = (int) good.shape()[0];
        int positions = (int) good.shape()[1];
        int each = out.length / n / positions;
        for (int i = 0; i < n; i++) {
            int at = (i * positions + position) * each;
            System.arraycopy(from, at, out, at, each);
        }
        return Tensor.of(out, bad.shape());
    }

    /**
     * Returns the restored shares as a table.
     *
     * @return a row for each point and position
     */
    public Table table() {
        record Row(String point, int position, double restored) {}
        List<Row> rows = IntStream.range(0, points.size())
                .boxed()
                .flatMap(p ->
                        IntStream.range(0, restored[p].length).mapToObj(t -> new Row(points.get(p), t, restored[p][t])))
                .toList();
        return Columns.of("activation patching", rows)
                .texts("point", Row::point)
                .ints("position", Row::position)
                .doubles("restored", Row::restored)
                .table();
    }
}

package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
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
 * What a network would answer if its residual stream ended at an earlier layer: the stream there is put in the place of the last, so
 * that all that follows (the last norm and the unembedding) reads it. The tuned lens passes it through an affine map first, which is
 * fitted to the network's own answers; the logit lens misreads layers that write in another basis.
 *
 * <p>Every layer is read, the last included, and at every position that has a target.
 *
 * <p>Source: nostalgebraist, interpreting GPT: the logit lens (2020); Belrose et al., Eliciting Latent Predictions from Transformers
 * with the Tuned Lens (arXiv 2303.08112).
 *
 * @param tuned whether the stream passes a fitted map
 * @param rows a row for each layer, from the embeddings on
 */
public record LogitLens(boolean tuned, List<Row> rows) {
    /**
     * The answers of a layer.
     *
     * @param point where the stream is read
     * @param accuracy the share of targets that are the likeliest answer
     * @param loss the mean of −log of the target's probability
     * @param divergence the mean of KL(network ‖ lens), in nats
     */
    public record Row(String point, double accuracy, double loss, double divergence) {}

    /** Copies the list. */
    public LogitLens {
        rows = List.copyOf(rows);
    }

    /**
     * Reads every layer by the logit lens.
     *
     * @param network a network with a residual stream
     * @param parameters its parameters
     * @param data the samples, at least one
     * @return the answers of each layer
     * @throws IllegalArgumentException if the network has no residual stream
     */
    public static LogitLens of(Network network, ParameterVector parameters, Dataset data) {
        return of(network, parameters, data, Map.of());
    }

    /**
     * Fits a tuned lens for each layer and reads them.
     *
     * @param network a network with a residual stream of at least three axes, samples, positions and units
     * @param parameters its parameters
     * @param fit the samples to fit on
     * @param data other samples, to measure on
     * @param steps the steps of Adam for each layer, of 64 samples each, at least 1; a few hundred
     * @param rate their learning rate, above 0, such as 0.01
     * @return the answers of each layer
     */
    public static LogitLens tuned(
            Network network, ParameterVector parameters, Dataset fit, Dataset data, int steps, double rate) {
        Arguments.atLeast("steps", steps, 1);
        Arguments.positive("rate", rate);
        List<String> points = stream(network, data);
        Map<String, AffineMap> maps = new LinkedHashMap<>();
        for (String point : points.subList(0, points.size() - 1)) {
            maps.put(
                    point,
                    TunedLensFit.of(network, parameters, fit, point, points.get(points.size() - 1), steps, rate));
        }
        return of(network, parameters, data, maps);
    }

    private static LogitLens of(
            Network network, ParameterVector parameters, Dataset data, Map<String, AffineMap> maps) {
        List<String> points = stream(network, data);
        String last = points.get(points.size() - 1);
        Activations run = Activations.of(network, parameters, data, points.toArray(String[]::new));
        Predictions own = Predictions.of(run.outputs(), data);
        List<Row> rows = new ArrayList<>();
        for (String point : points) {
            AffineMap map = maps.get(point);
            Tensor read = map == null ? run.get(point) : map.apply(run.get(point));
            Predictions answers = Predictions.of(
                    Activations.replaced(network, parameters, data, Map.of(last, read))
                            .outputs(),
                    data);
            double divergence = IntStream.of(own.counted())
                    .mapToDouble(i -> own.divergence(answers, i))
                    .average()
                    .orElse(Double.NaN);
            rows.add(new Row(point, answers.accuracy(), answers.meanLoss(), divergence));
        }
        return new LogitLens(!maps.isEmpty(), rows);
    }

    /** Returns the points of a network's residual stream, its input first. */
    static List<String> stream(Network network, Dataset data) {
        List<String> all = Activations.points(network, data);
        List<String> points = new ArrayList<>();
        if (all.contains("resid_pre.0")) {
            points.add("resid_pre.0");
        }
        all.stream().filter(p -> p.startsWith("resid_post.")).forEach(points::add);
        Arguments.check(
                points.size() >= 2, "residual stream of " + network.name(), points, "resid_pre.0 and a resid_post");
        return points;
    }

    /**
     * Returns the answers as a table.
     *
     * @return a row for each layer
     */
    public Table table() {
        return Columns.of(tuned ? "tuned lens" : "logit lens", rows)
                .texts("point", Row::point)
                .doubles("accuracy", Row::accuracy)
                .doubles("loss", Row::loss)
                .doubles("KL to the output", Row::divergence)
                .table();
    }
}

package org.kymograph.stories.protocol;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.kymograph.base.Columns;
import org.kymograph.record.files.Tables;
import tech.tablesaw.api.Table;

/**
 * How well linear probes read the features of stories from the residual stream of some models. What can be read need not be used; a
 * probe means something beside the commonest answer, and beside the control that never saw the feature.
 *
 * @param rows one for each model, seed, feature and layer
 */
public record ProbeResults(List<Row> rows) {
    /**
     * One probe.
     *
     * @param model what was probed
     * @param deletionRate the learning rate of its deletion; NaN of what was not deleted
     * @param seed the seed
     * @param feature the feature
     * @param layer how many blocks the probe is behind; 0 are the embeddings
     * @param accuracy the share of other stories that it gets right
     * @param lower the lower end of Wilson's 95 % interval
     * @param upper its upper end
     * @param majority the share that always giving the commoner answer gets right
     */
    public record Row(
            String model,
            double deletionRate,
            long seed,
            String feature,
            int layer,
            double accuracy,
            double lower,
            double upper,
            double majority) {}

    /** Copies the list. */
    public ProbeResults {
        rows = List.copyOf(rows);
    }

    /**
     * Returns the probes of one feature.
     *
     * @param feature its label
     * @return those
     */
    public ProbeResults feature(String feature) {
        return new ProbeResults(
                rows.stream().filter(r -> r.feature.equals(feature)).toList());
    }

    /**
     * Returns the mean over seeds of a model's best layer.
     *
     * @param model the model
     * @param rate the learning rate of its deletion; NaN for any
     * @param feature the feature
     * @return the mean accuracy; NaN if there is none
     */
    double best(String model, double rate, String feature) {
        List<Row> some = rows.stream()
                .filter(r -> r.model.equals(model)
                        && r.feature.equals(feature)
                        && (Double.isNaN(rate) || r.deletionRate == rate))
                .toList();
        return some.stream()
                .map(Row::seed)
                .distinct()
                .mapToDouble(s -> some.stream()
                        .filter(r -> r.seed == s)
                        .mapToDouble(Row::accuracy)
                        .max()
                        .orElse(Double.NaN))
                .average()
                .orElse(Double.NaN);
    }

    Stream<String> models() {
        return rows.stream().map(Row::model).distinct();
    }

    /**
     * Reads the CSV file of {@link #table}.
     *
     * @param file the file
     * @return the results
     */
    public static ProbeResults read(Path file) {
        Table t = Tables.readCsv(file);
        double[] rates = Columns.numbers(t, "deletion rate");
        double[] seeds = Columns.numbers(t, "seed");
        double[] layers = Columns.numbers(t, "layer");
        double[] accuracies = Columns.numbers(t, "accuracy");
        double[] lower = Columns.numbers(t, "lower");
        double[] upper = Columns.numbers(t, "upper");
        double[] majorities = Columns.numbers(t, "majority");
        return new ProbeResults(Columns.each(
                t.rowCount(),
                i -> new Row(
                        t.getString(i, "model"),
                        rates[i],
                        (long) seeds[i],
                        t.getString(i, "feature"),
                        (int) layers[i],
                        accuracies[i],
                        lower[i],
                        upper[i],
                        majorities[i])));
    }

    /**
     * Returns the probes as a table.
     *
     * @return a row for each
     */
    public Table table() {
        return Columns.of("probes", rows)
                .texts("model", Row::model)
                .doubles("deletion rate", Row::deletionRate)
                .longs("seed", Row::seed)
                .texts("feature", Row::feature)
                .ints("layer", Row::layer)
                .doubles("accuracy", Row::accuracy)
                .doubles("lower", Row::lower)
                .doubles("upper", Row::upper)
                .doubles("majority", Row::majority)
                .table();
    }
}

package org.kymograph.stories.protocol;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.kymograph.base.Columns;
import org.kymograph.record.files.Tables;
import org.kymograph.stats.Resampling;
import org.kymograph.stats.Statistics;
import org.kymograph.stories.protocol.DeletionResults.Variant;
import tech.tablesaw.api.Table;

/**
 * What an {@link UnlearningStudy} measured. The gold control is the model that was pretrained without the data.
 *
 * @param curves losses and scores of every training, step by step: stages unlearning, relearning, on the forgotten stories themselves, and
 *     relearning others, on stories about other things than those that the score is of
 * @param measures metrics of the unlearnt models
 */
public record UnlearningResults(DeletionResults curves, List<Measure> measures) {
    /**
     * A number of an unlearnt model.
     *
     * @param model the method, or the gold control
     * @param seed the seed
     * @param metric OpenUnlearning's name; or distance, ‖θ − θ₀‖ from the model before; or barrier, that of the loss on the forgotten
     *     stories on the straight segment between both
     * @param value the number
     */
    public record Measure(String model, long seed, String metric, double value) {}

    /** Copies the list. */
    public UnlearningResults {
        measures = List.copyOf(measures);
    }

    private Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        measures.forEach(m -> names.add(m.metric));
        return names;
    }

    private double[] of(String model, String metric) {
        return measures.stream()
                .filter(m -> m.model.equals(model) && m.metric.equals(metric))
                .mapToDouble(Measure::value)
                .toArray();
    }

    /** The score of a seed while it is learnt again, averaged over the steps at which stories were written. */
    private double relearning(String stage, String model, long seed) {
        return curves.of(stage, new Variant(model, Double.NaN), seed).stream()
                .mapToDouble(StudyPoint::score)
                .filter(s -> !Double.isNaN(s))
                .average()
                .orElse(Double.NaN);
    }

    private SeedInterval relearning(String stage, String model) {
        List<Double> all = new ArrayList<>();
        for (long seed : curves.seeds()) {
            double mean = relearning(stage, model, seed);
            if (!Double.isNaN(mean)) {
                all.add(mean);
            }
        }
        return SeedInterval.of(all.stream().mapToDouble(Double::doubleValue).toArray());
    }

    List<String> models() {
        return measures.stream().map(Measure::model).distinct().toList();
    }

    /**
     * Returns the models' metrics and how fast they learn again.
     *
     * @return a row for each method and for the gold control, with means over seeds and Student's 95 % intervals; relearning is the mean
     *     score over the steps of learning again, the larger the more was only hidden
     */
    public Table table() {
        Columns<String> columns = Columns.of("unlearning", models()).texts("model", m -> m);
        for (String name : names()) {
            columns.texts(name, m -> SeedInterval.of(of(m, name)));
        }
        return columns.texts("relearning", m -> relearning(UnlearningStudy.RELEARNING, m))
                .texts("relearning from others", m -> relearning(UnlearningStudy.OTHERS, m))
                .table();
    }

    /**
     * Returns whether distance from the model before, or the barrier between both, predicts how fast a method's model learns again.
     *
     * @return columns predictor, spearman with the mean score while learning again, and the ends of its 95 % bootstrap interval over models
     *     and seeds; the gold control, which lies in no basin of the model before, isn't among them
     */
    public Table predictors() {
        List<String> names = List.of("distance", "barrier");
        List<Measure> all = measures.stream()
                .filter(m -> m.metric.equals("distance") && !m.model.equals(DeletionStudy.ABSENT))
                .toList();
        double[] y = Columns.numbers(all, m -> relearning(UnlearningStudy.RELEARNING, m.model, m.seed));
        List<Resampling.Interval> found = new ArrayList<>();
        for (String name : names) {
            double[] x = Columns.numbers(all, m -> measures.stream()
                    .filter(o -> o.metric.equals(name) && o.model.equals(m.model) && o.seed == m.seed)
                    .mapToDouble(Measure::value)
                    .findFirst()
                    .orElse(Double.NaN));
            found.add(
                    Resampling.bootstrap(
                            all.size(),
                            units -> new double[] {Statistics.spearman(Columns.pick(x, units), Columns.pick(y, units))},
                            1000,
                            0.95,
                            0)[0]);
        }
        return Columns.of("predictors of learning again", 2)
                .texts("predictor", names::get)
                .doubles("spearman", i -> found.get(i).estimate())
                .doubles("lower", i -> found.get(i).lower())
                .doubles("upper", i -> found.get(i).upper())
                .ints("models", i -> all.size())
                .table();
    }

    /**
     * Writes curves.csv and measures.csv.
     *
     * @param folder the folder
     */
    public void save(Path folder) {
        curves.save(folder.resolve("curves.csv"));
        Tables.writeCsv(
                folder.resolve("measures.csv"),
                Columns.of("measures", measures)
                        .texts("model", Measure::model)
                        .longs("seed", Measure::seed)
                        .texts("metric", Measure::metric)
                        .doubles("value", Measure::value)
                        .table());
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @param folder the folder
     * @param feature the feature that was forgotten
     * @return the results
     */
    public static UnlearningResults read(Path folder, String feature) {
        Table t = Tables.readCsv(folder.resolve("measures.csv"));
        double[] seeds = Columns.numbers(t, "seed");
        double[] values = Columns.numbers(t, "value");
        List<Measure> all = Columns.each(
                t.rowCount(),
                i -> new Measure(t.getString(i, "model"), (long) seeds[i], t.getString(i, "metric"), values[i]));
        return new UnlearningResults(DeletionResults.read(folder.resolve("curves.csv"), feature, List.of(0)), all);
    }
}

package org.kymograph.stories.protocol;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongToDoubleFunction;
import java.util.stream.Stream;
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
 * @param measures metrics of the unlearned models
 */
public record UnlearningResults(DeletionResults curves, List<Measure> measures) {
    /**
     * A number of an unlearned model.
     *
     * @param model the method, or the gold control
     * @param seed the seed
     * @param metric OpenUnlearning's name; or distance, ‖θ − θ₀‖ from the model before; or barrier, that of the loss on the forgotten
     *     stories on the straight segment between both
     * @param value the number
     */
    public record Measure(String model, long seed, String metric, double value) {}

    // What is no share.
    private static final List<String> PREDICTORS = List.of("distance", "barrier");

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
        return measures(model, metric).mapToDouble(Measure::value).toArray();
    }

    private List<StudyPoint> scored(String stage, String model, long seed) {
        return curves.of(stage, new Variant(model, Double.NaN), seed).stream()
                .filter(p -> !Double.isNaN(p.score()))
                .sorted(Comparator.comparingLong(StudyPoint::step))
                .toList();
    }

    /**
     * The area under a seed's score over the steps of learning again, by trapezoids, divided by the steps: ∫ score dstep / (last − first).
     * Where the evaluations lie changes it only by how well straight segments follow the curve.
     */
    private double relearning(String stage, String model, long seed) {
        List<StudyPoint> curve = scored(stage, model, seed);
        double area = 0;
        for (int i = 1; i < curve.size(); i++) {
            StudyPoint from = curve.get(i - 1);
            StudyPoint to = curve.get(i);
            area += (to.step() - from.step()) * (from.score() + to.score()) / 2;
        }
        if (curve.size() < 2) {
            return end(stage, model, seed);
        }
        return area / (curve.get(curve.size() - 1).step() - curve.get(0).step());
    }

    private double end(String stage, String model, long seed) {
        List<StudyPoint> curve = scored(stage, model, seed);
        return curve.isEmpty() ? Double.NaN : curve.get(curve.size() - 1).score();
    }

    private SeedInterval overSeeds(LongToDoubleFunction value) {
        return SeedInterval.shares(Arrays.stream(curves.seeds())
                .mapToDouble(value)
                .filter(x -> !Double.isNaN(x))
                .toArray());
    }

    List<String> models() {
        return measures.stream().map(Measure::model).distinct().toList();
    }

    /**
     * Returns the models' metrics and how fast they learn again.
     *
     * @return a row for each method and for the gold control, with means over seeds and Student's 95 % intervals; relearning is the area
     *     under the score over the steps of learning again, by trapezoids and divided by the steps, the larger the more was only hidden, and
     *     "at the end" the score behind the last of those steps
     */
    public Table table() {
        Columns<String> columns = Columns.of("unlearning", models()).texts("model", m -> m);
        for (String name : names()) {
            columns.texts(
                    name,
                    m -> PREDICTORS.contains(name) ? SeedInterval.of(of(m, name)) : SeedInterval.shares(of(m, name)));
        }
        return columns.texts("relearning", m -> overSeeds(s -> relearning(UnlearningStudy.RELEARNING, m, s)))
                .texts("at the end", m -> overSeeds(s -> end(UnlearningStudy.RELEARNING, m, s)))
                .texts("relearning from others", m -> overSeeds(s -> relearning(UnlearningStudy.OTHERS, m, s)))
                .texts("at the end, from others", m -> overSeeds(s -> end(UnlearningStudy.OTHERS, m, s)))
                .table();
    }

    /**
     * Returns whether distance from the model before, or the barrier between both, predicts how fast a method's model learns again.
     *
     * @return columns predictor, spearman with {@link #table}'s relearning over all models, and the ends of its 95 % bootstrap interval,
     *     for which methods are drawn, each with the models of all its seeds: those of a method resemble each other; the gold control,
     *     which lies in no basin of the model before, isn't among them
     */
    public Table predictors() {
        List<String> methods =
                models().stream().filter(m -> !m.equals(DeletionStudy.ABSENT)).toList();
        List<Resampling.Interval> found = new ArrayList<>();
        for (String name : PREDICTORS) {
            found.add(
                    Resampling.bootstrap(
                            methods.size(),
                            drawn -> new double[] {
                                spearman(Arrays.stream(drawn)
                                        .mapToObj(methods::get)
                                        .flatMap(method -> measures(method, name))
                                        .toList())
                            },
                            1000,
                            0.95,
                            0)[0]);
        }
        int models = (int) methods.stream()
                .flatMap(method -> measures(method, PREDICTORS.get(0)))
                .count();
        return Columns.of("predictors of learning again", PREDICTORS.size())
                .texts("predictor", PREDICTORS::get)
                .doubles("spearman", i -> found.get(i).estimate())
                .doubles("lower", i -> found.get(i).lower())
                .doubles("upper", i -> found.get(i).upper())
                .ints("methods", i -> methods.size())
                .ints("models", i -> models)
                .table();
    }

    private Stream<Measure> measures(String model, String metric) {
        return measures.stream().filter(m -> m.model.equals(model) && m.metric.equals(metric));
    }

    private double spearman(List<Measure> predictors) {
        return Statistics.spearman(
                Columns.numbers(predictors, Measure::value),
                Columns.numbers(predictors, m -> relearning(UnlearningStudy.RELEARNING, m.model, m.seed)));
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

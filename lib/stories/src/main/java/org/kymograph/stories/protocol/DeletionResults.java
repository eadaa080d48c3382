package org.kymograph.stories.protocol;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.files.Tables;
import tech.tablesaw.api.Table;

/**
 * What a {@link DeletionStudy} measured: losses and scores of every training, step by step.
 *
 * @param feature the feature that was deleted
 * @param tableSteps the steps of {@link #recoveryTable}
 * @param points what was measured
 */
public record DeletionResults(String feature, List<Integer> tableSteps, List<StudyPoint> points) {
    // Jain et al., table 1 and its notebook, of 16 stories each: reFT scores at 0, 30, 270 and 3,000 steps.
    private static final Map<String, String> PUBLISHED = Map.of(
            DeletionStudy.ABSENT,
            "0.12 0.31 0.44 0.81",
            "F low",
            "0.69 0.88 0.75 0.94",
            "F+AT low",
            "0.12 0.44 0.81 0.81",
            "F+MM low",
            "0.50 0.81 0.62 0.81",
            "F high",
            "0.44 0.81 0.81 0.62",
            "F+AT high",
            "0.12 0.56 0.69 0.75",
            "F+MM high",
            "0.31 0.88 0.50 0.75");

    /** A model of the study, over its seeds. */
    record Variant(String model, double rate) {
        boolean matches(StudyPoint p) {
            return p.model().equals(model) && Double.compare(p.deletionRate(), rate) == 0;
        }
    }

    /** Copies the lists. */
    public DeletionResults {
        tableSteps = List.copyOf(tableSteps);
        points = List.copyOf(Arguments.notEmpty("points", points));
    }

    /**
     * Returns everything as a table.
     *
     * @return a row for each training and step
     */
    public Table table() {
        return table(points);
    }

    private static Table table(List<StudyPoint> points) {
        return Columns.of("deletion and recovery", points)
                .texts("stage", StudyPoint::stage)
                .texts("model", StudyPoint::model)
                .doubles("deletion rate", StudyPoint::deletionRate)
                .longs("seed", StudyPoint::seed)
                .longs("step", StudyPoint::step)
                .doubles("test loss", StudyPoint::testLoss)
                .doubles("feature loss", StudyPoint::featureLoss)
                .doubles("other loss", StudyPoint::otherLoss)
                .doubles("score", StudyPoint::score)
                .doubles("surface", StudyPoint::surface)
                .doubles("unasked", StudyPoint::unasked)
                .doubles("refused", StudyPoint::refused)
                .ints("prompts", StudyPoint::prompts)
                .table();
    }

    /**
     * Returns the points of one stage.
     *
     * @param stage pretraining, deletion or recovery
     * @return a row for each training of the stage and step
     */
    public Table stage(String stage) {
        return table(points.stream().filter(p -> p.stage().equals(stage)).toList());
    }

    /**
     * Writes {@link #table} as CSV.
     *
     * @param file the file to write or replace
     */
    public void save(Path file) {
        Tables.writeCsv(file, table());
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @param file the file
     * @param feature the feature that was deleted
     * @param tableSteps the steps of {@link #recoveryTable}
     * @return the results
     */
    public static DeletionResults read(Path file, String feature, List<Integer> tableSteps) {
        Table t = Tables.readCsv(file);
        double[] rates = Columns.numbers(t, "deletion rate");
        double[] seeds = Columns.numbers(t, "seed");
        double[] steps = Columns.numbers(t, "step");
        double[] testLosses = Columns.numbers(t, "test loss");
        double[] featureLosses = Columns.numbers(t, "feature loss");
        double[] otherLosses = Columns.numbers(t, "other loss");
        double[] scores = Columns.numbers(t, "score");
        double[] surfaces = Columns.numbers(t, "surface");
        double[] unasked = Columns.numbers(t, "unasked");
        double[] refused = Columns.numbers(t, "refused");
        double[] prompts = Columns.numbers(t, "prompts");
        List<StudyPoint> points = Columns.each(
                t.rowCount(),
                i -> new StudyPoint(
                        t.getString(i, "stage"),
                        t.getString(i, "model"),
                        rates[i],
                        (long) seeds[i],
                        (long) steps[i],
                        testLosses[i],
                        featureLosses[i],
                        otherLosses[i],
                        scores[i],
                        surfaces[i],
                        unasked[i],
                        refused[i],
                        (int) prompts[i]));
        return new DeletionResults(feature, tableSteps, points);
    }

    List<StudyPoint> of(String stage, Variant variant, long seed) {
        return points.stream()
                .filter(p -> p.stage().equals(stage) && variant.matches(p) && p.seed() == seed)
                .toList();
    }

    List<Variant> variants(String stage) {
        Set<Variant> all = new LinkedHashSet<>();
        points.stream()
                .filter(p -> p.stage().equals(stage))
                .forEach(p -> all.add(new Variant(p.model(), p.deletionRate())));
        return List.copyOf(all);
    }

    long[] seeds() {
        return points.stream().mapToLong(StudyPoint::seed).distinct().toArray();
    }

    /** The scores of a variant's seeds at the evaluated step nearest to one; those without a score are left out. */
    private double[] scores(String stage, Variant variant, long step) {
        List<Double> all = new ArrayList<>();
        for (long seed : seeds()) {
            StudyPoint p = nearest(of(stage, variant, seed), step);
            if (p != null) {
                all.add(p.score());
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    static StudyPoint nearest(List<StudyPoint> points, long step) {
        StudyPoint best = null;
        for (StudyPoint p : points) {
            if (!Double.isNaN(p.score())
                    && (best == null || Math.abs(p.step() - step) < Math.abs(best.step() - step))) {
                best = p;
            }
        }
        return best;
    }

    private SeedInterval interval(String stage, Variant variant, long step) {
        double[] scores = scores(stage, variant, step);
        int prompts = points.stream().mapToInt(StudyPoint::prompts).max().orElse(0);
        return SeedInterval.of(scores, prompts);
    }

    /**
     * Returns the scores while the feature is learned again, beside the published ones. The published steps are scaled to these trainings;
     * each column takes the nearest step at which stories were written. Intervals are Student's over seeds or, of one seed, Wilson's.
     *
     * @return a row for each model
     */
    public Table recoveryTable() {
        double high = points.stream()
                .mapToDouble(StudyPoint::deletionRate)
                .filter(r -> !Double.isNaN(r))
                .max()
                .orElse(Double.NaN);
        Columns<Variant> columns = Columns.of("score while learning again", variants(DeletionStudy.RECOVERY))
                .texts("model", Variant::model)
                .doubles("deletion rate", Variant::rate);
        for (int step : tableSteps) {
            columns.texts("step " + step, v -> interval(DeletionStudy.RECOVERY, v, step));
        }
        return columns.texts(
                        "steps to 0.8",
                        v -> stepsTo(0.8, v).stream().map(DeletionResults::text).collect(Collectors.joining(", ")))
                .texts(
                        "published at 0, 30, 270, 3000",
                        v -> PUBLISHED.getOrDefault(
                                Double.isNaN(v.rate) ? v.model : v.model + (v.rate == high ? " high" : " low"), "–"))
                .table();
    }

    /**
     * Returns the last step of each deletion: losses and score, beside the model that it began with.
     *
     * @return a row for each model, with means over seeds and intervals of the score
     */
    public Table deletionTable() {
        List<Variant> all = new ArrayList<>();
        all.add(new Variant(DeletionStudy.PRESENT, Double.NaN));
        all.add(new Variant(DeletionStudy.ABSENT, Double.NaN));
        all.addAll(variants(DeletionStudy.DELETION));
        return Columns.of("after deletion", all)
                .texts("model", Variant::model)
                .doubles("deletion rate", Variant::rate)
                .texts("score", v -> interval(stageOf(v), v, Long.MAX_VALUE / 2))
                .doubles("surface", v -> mean(v, StudyPoint::surface))
                .doubles("unasked", v -> mean(v, StudyPoint::unasked))
                .doubles("refused", v -> mean(v, StudyPoint::refused))
                .doubles("feature loss", v -> mean(v, StudyPoint::featureLoss))
                .doubles("other loss", v -> mean(v, StudyPoint::otherLoss))
                .table();
    }

    private static String stageOf(Variant v) {
        return Double.isNaN(v.rate) ? DeletionStudy.PRETRAINING : DeletionStudy.DELETION;
    }

    private double mean(Variant v, ToDoubleFunction<StudyPoint> value) {
        double sum = 0;
        int n = 0;
        for (long seed : seeds()) {
            StudyPoint last = nearest(of(stageOf(v), v, seed), Long.MAX_VALUE / 2);
            if (last != null) {
                sum += value.applyAsDouble(last);
                n++;
            }
        }
        return sum / n;
    }

    /** The first step of reFT at which each seed's score reaches a threshold; none where it never does. */
    List<OptionalLong> stepsTo(double threshold, Variant variant) {
        List<OptionalLong> all = new ArrayList<>();
        for (long seed : seeds()) {
            List<StudyPoint> curve = of(DeletionStudy.RECOVERY, variant, seed);
            if (!curve.isEmpty()) {
                all.add(stepsTo(threshold, curve));
            }
        }
        return all;
    }

    static String text(OptionalLong steps) {
        return steps.isEmpty() ? "never" : "" + steps.getAsLong();
    }

    /** The first step of a curve at which the score reaches a threshold; none where it never does. */
    static OptionalLong stepsTo(double threshold, List<StudyPoint> curve) {
        return curve.stream()
                .filter(p -> p.score() >= threshold)
                .mapToLong(StudyPoint::step)
                .findFirst();
    }

    /**
     * Returns what the published results predict, checked on every seed.
     *
     * @return the checks of the scores
     */
    public DeletionGates gates() {
        return DeletionGates.of(this, null);
    }

    /**
     * Returns what the published results predict, checked on every seed, with that about probes.
     *
     * @param probes the probes of the same models
     * @return the checks
     */
    public DeletionGates gates(ProbeResults probes) {
        return DeletionGates.of(this, probes);
    }
}

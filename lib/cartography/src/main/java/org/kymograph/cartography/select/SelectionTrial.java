package org.kymograph.cartography.select;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.kymograph.base.Arguments;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The parts of a training set that a map chooses, for a {@link org.kymograph.evaluate.PartTrial} (Swayamdipta et al., EMNLP
 * 2020, section 4).
 */
public final class SelectionTrial {
    /** The name of the part that clusters of loss trajectories give. */
    public static final String S2L = "S2L";

    private static final int CLUSTERS = 100;
    private static final Map<String, Map<String, Double>> PUBLISHED = new LinkedHashMap<>();

    static {
        PUBLISHED.put("WinoGrande", published(79.7, 73.3, 77.9, 78.7));
        PUBLISHED.get("WinoGrande").put("easy", 69.4);
        PUBLISHED.put("WSC", published(86.0, 85.6, 87.2, 87.6));
        PUBLISHED.get("WSC").put("easy", 83.9);
        PUBLISHED.put("SNLI", published(92.0, 91.3, 91.8, 92.2));
        PUBLISHED.put("NLI diagnostics", published(61.8, 60.4, 62.0, 63.5));
    }

    private SelectionTrial() {}

    /**
     * The choices that are usually compared, equally large.
     *
     * @param fraction the share of the samples to choose, above 0 to 1
     * @param seed the random seed of the random part
     * @return random, easy (the most confident), hard (the least confident), ambiguous (the most variable), forgettable (the
     *     most often forgotten or never learned), each as a function from a log's metrics to indices into them
     */
    public static Map<String, Function<SampleMetrics, int[]>> choices(double fraction, long seed) {
        Map<String, Function<SampleMetrics, int[]>> choices = new LinkedHashMap<>();
        choices.put("random", SampleSelection.random(fraction, seed)::of);
        choices.put(
                "easy", SampleSelection.by(Metric.CONFIDENCE).withWorst(true).withFraction(fraction)::of);
        choices.put("hard", SampleSelection.by(Metric.CONFIDENCE).withFraction(fraction)::of);
        choices.put("ambiguous", SampleSelection.by(Metric.VARIABILITY).withFraction(fraction)::of);
        choices.put("forgettable", SampleSelection.by(Metric.FORGETFULNESS).withFraction(fraction)::of);
        return choices;
    }

    /**
     * What {@link #choices} choose from one log, for all seeds.
     *
     * @param metrics the samples, with confidence, variability and forgetfulness, and row numbers as guids
     * @param fraction the share of the samples in each part, above 0 to 1
     * @param seed the random seed of the random part
     * @return the parts by the choices' names, as rows of the training set
     */
    public static Map<String, int[]> parts(SampleMetrics metrics, double fraction, long seed) {
        return rows(metrics, choices(fraction, seed));
    }

    /**
     * Lets each run's own log choose its parts.
     *
     * @param choices choose indices into a log's metrics, by name
     * @return a function that reads a run's log once, whose guids are row numbers, and gives the rows of each part
     */
    public static Function<RunFolder, Map<String, int[]>> byLog(Map<String, Function<SampleMetrics, int[]>> choices) {
        return byLog(choices, Map.of());
    }

    /**
     * Lets each run's own log choose its parts, some by the metrics of its samples and some by the log itself, such as
     * {@link TrajectoryClusters#choice}.
     *
     * @param choices choose indices into a log's metrics, by name
     * @param more choose indices of a log's samples, by other names
     * @return a function that reads a run's log once, whose guids are row numbers, and gives the rows of each part
     */
    public static Function<RunFolder, Map<String, int[]>> byLog(
            Map<String, Function<SampleMetrics, int[]>> choices, Map<String, Function<Dynamics, int[]>> more) {
        return run -> {
            Dynamics log = Dynamics.read(run.path());
            SampleMetrics metrics = SampleMetrics.of(log);
            Map<String, int[]> parts = rows(metrics, choices);
            more.forEach((name, choice) -> parts.put(name, SampleRows.ofTraining(metrics, choice.apply(log))));
            return parts;
        };
    }

    /**
     * Lets each run's own log choose parts of one size: those of {@link #choices}, whose random part is drawn with the run's
     * seed, and {@value #S2L} with 100 clusters.
     *
     * @param fraction the share of the samples in each part, above 0 to 1
     * @param names which parts, in this order; none for all
     * @return a function that reads a run's log, whose guids are row numbers, and gives the rows of each part
     * @throws IllegalArgumentException if the fraction is out of range or there is no part of such a name
     */
    public static Function<RunFolder, Map<String, int[]>> byLog(double fraction, String... names) {
        List<String> known = new ArrayList<>(choices(fraction, 0).keySet());
        known.add(S2L);
        List<String> wanted = names.length == 0 ? known : List.of(names);
        for (String name : wanted) {
            if (!known.contains(name)) {
                throw Arguments.unknown("part", name, known);
            }
        }
        return run -> {
            Map<String, Function<SampleMetrics, int[]>> choices = choices(fraction, run.seed());
            choices.keySet().retainAll(wanted);
            Map<String, int[]> parts = byLog(
                            choices,
                            wanted.contains(S2L)
                                    ? Map.of(S2L, TrajectoryClusters.choice(fraction, CLUSTERS, run.seed()))
                                    : Map.of())
                    .apply(run);
            Map<String, int[]> ordered = new LinkedHashMap<>();
            wanted.forEach(name -> ordered.put(name, parts.get(name)));
            return ordered;
        };
    }

    /**
     * Lets the run of the same seed in another population choose, such as that of a smaller network.
     *
     * @param others the runs that choose
     * @param choice how a run chooses
     * @return a function from a run to what the other run of its seed chooses
     */
    public static Function<RunFolder, Map<String, int[]>> byOther(
            Population others, Function<RunFolder, Map<String, int[]>> choice) {
        return run -> choice.apply(others.runs().stream()
                .filter(other -> other.seed() == run.seed())
                .findFirst()
                .orElseThrow(() -> Arguments.unexpected(
                        "seed",
                        run.seed(),
                        "one of the runs that choose, "
                                + others.runs().stream().map(RunFolder::seed).toList())));
    }

    /**
     * Returns the accuracies that Swayamdipta et al. (EMNLP 2020, tables 2 and 3) publish for parts of a third: RoBERTa-large on
     * WinoGrande, mean of three seeds, with WSC out of distribution, and on SNLI, best of three seeds, with the NLI diagnostics. The
     * rows of hard and easy parts are as others quote them.
     *
     * @return a row per part and test set: selection, test, accuracy (0 to 1)
     */
    public static Table published() {
        Table table = Table.create(
                "published accuracies",
                StringColumn.create("selection"),
                StringColumn.create("test"),
                DoubleColumn.create("accuracy"));
        PUBLISHED.forEach((test, accuracies) -> accuracies.forEach((selection, accuracy) -> {
            table.stringColumn("selection").append(selection);
            table.stringColumn("test").append(test);
            table.doubleColumn("accuracy").append(accuracy / 100);
        }));
        return table;
    }

    private static Map<String, Double> published(double all, double random, double hard, double ambiguous) {
        Map<String, Double> accuracies = new LinkedHashMap<>();
        accuracies.put("all", all);
        accuracies.put("random", random);
        accuracies.put("hard", hard);
        accuracies.put("ambiguous", ambiguous);
        return accuracies;
    }

    private static Map<String, int[]> rows(SampleMetrics metrics, Map<String, Function<SampleMetrics, int[]>> choices) {
        Map<String, int[]> parts = new LinkedHashMap<>();
        choices.forEach((name, choice) -> parts.put(name, SampleRows.ofTraining(metrics, choice.apply(metrics))));
        return parts;
    }
}

package org.kymograph.cartography.select;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;

/**
 * The parts of a training set that a map chooses, for a {@link org.kymograph.evaluate.PartTrial} (Swayamdipta et al., EMNLP
 * 2020, section 4).
 */
public final class SelectionTrial {
    private SelectionTrial() {}

    /**
     * The choices that are usually compared, equally large.
     *
     * @param fraction the share of the samples to choose, above 0 to 1
     * @param seed the random seed of the random part
     * @return random, easy (the most confident), hard (the least confident), ambiguous (the most variable), forgettable (the
     *     most often forgotten or never learnt), each as a function from a log's metrics to indices into them
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

    private static Map<String, int[]> rows(SampleMetrics metrics, Map<String, Function<SampleMetrics, int[]>> choices) {
        Map<String, int[]> parts = new LinkedHashMap<>();
        choices.forEach((name, choice) -> parts.put(name, SampleRows.ofTraining(metrics, choice.apply(metrics))));
        return parts;
    }
}

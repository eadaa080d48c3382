package org.kymograph.cartography.noise;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.Overlap;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.metrics.Trend;
import org.kymograph.cartography.select.Regions;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Where samples with wrong labels lie on the map of a run that was trained on them.
 *
 * @param wrong the samples with wrong labels
 * @param right the others
 * @param hard the share of the wrong labels that is among the least confident third of all samples
 * @param ambiguous the share that is among the most variable third
 * @param easy the share that is among the most confident third
 */
public record NoisePlacement(Place wrong, Place right, double hard, double ambiguous, double easy) {
    /**
     * The middle of some samples.
     *
     * @param samples how many, at least 1
     * @param confidence their mean confidence
     * @param variability their mean variability
     * @param neverLearnt the share of them that is right in no epoch
     */
    public record Place(int samples, double confidence, double variability, double neverLearnt) {
        private static Place of(SampleMetrics metrics, int[] rows) {
            SampleMetrics some = metrics.at(rows);
            return new Place(
                    rows.length,
                    Trend.mean(some.values(Metric.CONFIDENCE)),
                    Trend.mean(some.values(Metric.VARIABILITY)),
                    Arrays.stream(some.values(Metric.CORRECTNESS))
                                    .filter(c -> c == 0)
                                    .count()
                            / (double) rows.length);
        }
    }

    /**
     * Finds where wrong labels lie on a map.
     *
     * @param metrics the map: confidence, variability and correctness of every sample
     * @param noise which labels are wrong
     * @throws IllegalArgumentException if a metric or a changed sample is absent, or all labels are right or all wrong
     */
    public static NoisePlacement of(SampleMetrics metrics, NoisyLabels noise) {
        boolean[] truth = noise.truth(metrics.guids());
        int[] wrong = SampleRows.where(truth, true);
        int[] right = SampleRows.where(truth, false);
        if (wrong.length == 0 || right.length == 0) {
            throw new IllegalArgumentException(
                    wrong.length + " of " + truth.length + " labels are wrong: must be at least one, and not all");
        }
        Regions thirds = Regions.of(metrics, 1.0 / 3);
        return new NoisePlacement(
                Place.of(metrics, wrong),
                Place.of(metrics, right),
                share(wrong, thirds.hard()),
                share(wrong, thirds.ambiguous()),
                share(wrong, thirds.easy()));
    }

    private static double share(int[] wrong, int[] region) {
        return Overlap.of(wrong, region).shared() / (double) wrong.length;
    }

    /**
     * Returns a row for each placement: noise, wrong; confidence, variability and never_learnt of the wrong labels and, named
     * right_…, of the others; hard, ambiguous, easy.
     *
     * @param placements placements by name, in the map's order
     */
    public static Table table(Map<String, NoisePlacement> placements) {
        List<NoisePlacement> all = List.copyOf(placements.values());
        return Table.create(
                "where wrong labels lie",
                StringColumn.create("noise", placements.keySet().stream()),
                IntColumn.create(
                        "wrong", all.stream().mapToInt(p -> p.wrong.samples()).toArray()),
                column("confidence", all, p -> p.wrong.confidence()),
                column("variability", all, p -> p.wrong.variability()),
                column("never_learnt", all, p -> p.wrong.neverLearnt()),
                column("right_confidence", all, p -> p.right.confidence()),
                column("right_variability", all, p -> p.right.variability()),
                column("right_never_learnt", all, p -> p.right.neverLearnt()),
                column("hard", all, NoisePlacement::hard),
                column("ambiguous", all, NoisePlacement::ambiguous),
                column("easy", all, NoisePlacement::easy));
    }

    private static DoubleColumn column(String name, List<NoisePlacement> all, ToDoubleFunction<NoisePlacement> value) {
        return DoubleColumn.create(name, all.stream().mapToDouble(value).toArray());
    }
}

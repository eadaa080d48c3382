package org.kymograph.cartography.noise;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.kymograph.stats.Confusion;
import org.kymograph.stats.RankingScores;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * How good a detector of wrong labels is. Balanced and whole numbers differ widely where few labels are wrong: precision
 * on the whole set is what a user meets.
 *
 * @param method the detector, in words
 * @param balanced on held-out samples, as many with wrong as with right labels
 * @param whole on all samples
 * @param ranking on all samples, whatever the threshold
 */
public record DetectionReport(String method, Confusion balanced, Confusion whole, RankingScores ranking) {
    /** Returns the report as one row, see {@link #table(List)}. */
    public Table table() {
        return table(List.of(this));
    }

    /**
     * Returns a row for each report: method; precision, recall and f1, balanced_ and whole_; flagged; auroc,
     * average_precision, precision_at_n.
     *
     * @param reports several detectors
     */
    public static Table table(List<DetectionReport> reports) {
        return Table.create(
                "detectors",
                StringColumn.create("method", reports.stream().map(DetectionReport::method)),
                column("balanced_precision", reports, r -> r.balanced.precision()),
                column("balanced_recall", reports, r -> r.balanced.recall()),
                column("balanced_f1", reports, r -> r.balanced.f1()),
                column("whole_precision", reports, r -> r.whole.precision()),
                column("whole_recall", reports, r -> r.whole.recall()),
                column("whole_f1", reports, r -> r.whole.f1()),
                IntColumn.create(
                        "flagged",
                        reports.stream()
                                .mapToInt(r -> r.whole.truePositives() + r.whole.falsePositives())
                                .toArray()),
                column("auroc", reports, r -> r.ranking.auroc()),
                column("average_precision", reports, r -> r.ranking.averagePrecision()),
                column("precision_at_n", reports, r -> r.ranking.precisionAtN()));
    }

    private static DoubleColumn column(
            String name, List<DetectionReport> reports, ToDoubleFunction<DetectionReport> value) {
        return DoubleColumn.create(name, reports.stream().mapToDouble(value).toArray());
    }
}

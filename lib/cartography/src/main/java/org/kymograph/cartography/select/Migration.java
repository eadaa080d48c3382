package org.kymograph.cartography.select;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleRows;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Where each class's most (or least) confident samples of a strong model lie on a weak model's map.
 *
 * @param comparison the two maps
 * @param rows by class: indices into the comparison's samples, the strong model's ranking
 */
public record Migration(Comparison comparison, Map<Integer, int[]> rows) {
    /** Copies its map. */
    public Migration {
        rows = new TreeMap<>(rows);
    }

    /**
     * Takes the samples of each class that a strong model is most or least confident of.
     *
     * @param comparison two maps; one of them knows the classes
     * @param n how many samples of each class, at least 1; a class with fewer gives all
     * @param most whether to take the most confident ones, else the least
     * @throws IllegalArgumentException if n is below 1 or the classes are unknown
     */
    public static Migration of(Comparison comparison, int n, boolean most) {
        if (n < 1) {
            throw new IllegalArgumentException("n " + n + ": must be at least 1");
        }
        int[] gold =
                comparison.strong().gold() != null ? comparison.strong().gold() : SampleRows.gold(comparison.weak());
        int[] order = comparison.strong().order(Metric.CONFIDENCE, most);
        Map<Integer, int[]> rows = new TreeMap<>();
        IntStream.of(gold).distinct().forEach(c -> rows.put(c, SampleSelection.topOfClass(order, gold, c, n)));
        return new Migration(comparison, rows);
    }

    /**
     * Returns a row for each sample of each class: guid, class, and variability and confidence under both models, and
     * weak − strong confidence, by which the rows of a class rise.
     */
    public Table table() {
        double[] weakConfidence = comparison.weak().values(Metric.CONFIDENCE);
        double[] strongConfidence = comparison.strong().values(Metric.CONFIDENCE);
        double[] weakVariability = comparison.weak().values(Metric.VARIABILITY);
        double[] strongVariability = comparison.strong().values(Metric.VARIABILITY);
        double[] lost = IntStream.range(0, comparison.size())
                .mapToDouble(i -> weakConfidence[i] - strongConfidence[i])
                .toArray();
        List<Integer> all = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        rows.forEach((c, some) -> Arrays.stream(some)
                .boxed()
                .sorted((a, b) -> lost[a] != lost[b] ? Double.compare(lost[a], lost[b]) : Integer.compare(a, b))
                .forEach(i -> {
                    all.add(i);
                    classes.add(c);
                }));
        return Table.create(
                "migration",
                StringColumn.create("guid", all.stream().map(comparison.guids()::text)),
                IntColumn.create(
                        "class", classes.stream().mapToInt(Integer::intValue).toArray()),
                column("weak_variability", weakVariability, all),
                column("weak_confidence", weakConfidence, all),
                column("strong_variability", strongVariability, all),
                column("strong_confidence", strongConfidence, all),
                column("weak_minus_strong", lost, all));
    }

    private static DoubleColumn column(String name, double[] values, List<Integer> rows) {
        return DoubleColumn.create(
                name, rows.stream().mapToDouble(i -> values[i]).toArray());
    }
}

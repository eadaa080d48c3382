package org.kymograph.cartography.select;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.select.Regions.Region;
import org.kymograph.record.dynamics.Guids;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The same samples on the maps of two models, a weak and a strong one: joined by guid, in the weak one's order.
 *
 * @param weak the joined samples under the weak model
 * @param strong the same samples under the strong model
 * @param onlyWeak guids that only the weak model's map has
 * @param onlyStrong guids that only the strong model's map has
 */
public record Comparison(SampleMetrics weak, SampleMetrics strong, Guids onlyWeak, Guids onlyStrong) {
    /** What a never learned sample has as forgetfulness in files. */
    private static final int NEVER = 1000;

    /** What became of a sample's forgetfulness where a model never learned it. */
    public enum Never {
        /** Both models learned it at some time. */
        NEITHER("learned by both"),
        /** The strong model learned what the weak one never did. */
        WEAK("never → learned"),
        /** The strong model never learned what the weak one did. */
        STRONG("learned → never"),
        /** No model learned it. */
        BOTH("never learned");

        private final String label;

        Never(String label) {
            this.label = label;
        }

        /** Returns the words for axes and tables, such as {@code "learned by both"}. */
        public String label() {
            return label;
        }
    }

    /**
     * Joins the samples of two maps; samples of only one of them are listed.
     *
     * @param weak one model's samples
     * @param strong the other model's
     * @throws IllegalArgumentException if they have no sample in common
     */
    public static Comparison of(SampleMetrics weak, SampleMetrics strong) {
        Guids ids = weak.guids();
        int[] there = IntStream.range(0, ids.size())
                .map(i -> strong.guids().indexOf(ids.text(i)))
                .toArray();
        int[] inBoth =
                IntStream.range(0, there.length).filter(i -> there[i] >= 0).toArray();
        Arguments.require(
                inBoth.length != 0,
                "the maps of " + weak.size() + " and " + strong.size() + " samples have no guid in common");
        int[] partners = Arrays.stream(inBoth).map(i -> there[i]).toArray();
        boolean[] met = SampleRows.mask(partners, strong.size());
        int[] alone = IntStream.range(0, there.length).filter(i -> there[i] < 0).toArray();
        return new Comparison(
                weak.at(inBoth),
                strong.at(partners),
                ids.at(alone),
                strong.guids().at(SampleRows.where(met, false)));
    }

    /** Returns the number of samples that both maps have. */
    public int size() {
        return weak.size();
    }

    /** Returns the joined samples' ids. */
    public Guids guids() {
        return weak.guids();
    }

    /**
     * Returns a metric's difference, strong − weak, for each joined sample; for forgetfulness NaN where a model never learned the sample, see
     * {@link #never}.
     *
     * @param metric what both have
     */
    public double[] delta(Metric metric) {
        double[] from = weak.values(metric);
        double[] to = strong.values(metric);
        Never[] never = metric == Metric.FORGETFULNESS ? never() : null;
        return Columns.numbers(
                from.length, i -> never != null && never[i] != Never.NEITHER ? Double.NaN : to[i] - from[i]);
    }

    /** Correctness tells under every rule of forgetting; the mark of never learned samples does in files without it. */
    private static boolean never(SampleMetrics metrics, int i) {
        if (metrics.has(Metric.CORRECTNESS)) {
            return metrics.value(Metric.CORRECTNESS, i) == 0;
        }
        double events = metrics.value(Metric.FORGETFULNESS, i);
        return events == NEVER || events == Double.POSITIVE_INFINITY;
    }

    /** Returns which of the models never learned each joined sample. */
    public Never[] never() {
        return IntStream.range(0, size())
                .mapToObj(i -> never(weak, i)
                        ? never(strong, i) ? Never.BOTH : Never.WEAK
                        : never(strong, i) ? Never.STRONG : Never.NEITHER)
                .toArray(Never[]::new);
    }

    /**
     * Counts the samples by change of forgetfulness: the changes in rising order, then what was never learned.
     */
    public Map<String, Integer> forgetfulnessChanges() {
        double[] delta = delta(Metric.FORGETFULNESS);
        Never[] never = never();
        Map<Integer, Integer> changes = new TreeMap<>();
        int[] counts = new int[Never.values().length];
        for (int i = 0; i < delta.length; i++) {
            if (never[i] == Never.NEITHER) {
                changes.merge((int) delta[i], 1, Integer::sum);
            } else {
                counts[never[i].ordinal()]++;
            }
        }
        Map<String, Integer> all = new LinkedHashMap<>();
        changes.forEach((change, n) -> all.put(change > 0 ? "+" + change : String.valueOf(change), n));
        for (Never category : Never.values()) {
            if (counts[category.ordinal()] > 0) {
                all.put(category.label(), counts[category.ordinal()]);
            }
        }
        return all;
    }

    /**
     * How samples move between the regions, which are made anew of the joined samples so that they are equally large.
     *
     * @param proportion the share of the samples in each region, above 0 to 1
     * @return {@code [weak region][strong region]}: counts, in the order of {@link Region}
     */
    public int[][] transitions(double proportion) {
        Region[] from = Regions.of(weak, proportion).labels();
        Region[] to = Regions.of(strong, proportion).labels();
        int[][] counts = new int[Region.values().length][Region.values().length];
        for (int i = 0; i < from.length; i++) {
            counts[from[i].ordinal()][to[i].ordinal()]++;
        }
        return counts;
    }

    /**
     * Returns {@link #transitions} with names: a row for each region under the weak model.
     *
     * @param proportion the share of the samples in each region, above 0 to 1
     */
    public Table transitionTable(double proportion) {
        int[][] counts = transitions(proportion);
        Table table = Table.create(
                "regions, weak to strong",
                StringColumn.create("weak", Arrays.stream(Region.values()).map(Region::key)));
        for (Region to : Region.values()) {
            table.addColumns(IntColumn.create(
                    "strong_" + to.key(),
                    Arrays.stream(counts).mapToInt(row -> row[to.ordinal()]).toArray()));
        }
        return table;
    }

    /**
     * Returns a row for each joined sample: guid and the deltas of confidence, variability, correctness and
     * forgetfulness.
     */
    public Table table() {
        Guids ids = guids();
        return Table.create(
                "strong − weak",
                StringColumn.create("guid", IntStream.range(0, size()).mapToObj(ids::text)),
                DoubleColumn.create("delta_confidence", delta(Metric.CONFIDENCE)),
                DoubleColumn.create("delta_variability", delta(Metric.VARIABILITY)),
                DoubleColumn.create("delta_correctness", delta(Metric.CORRECTNESS)),
                DoubleColumn.create("delta_forgetfulness", delta(Metric.FORGETFULNESS)),
                StringColumn.create("never", Arrays.stream(never()).map(Never::label)));
    }

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
            Arguments.atLeast("n", n, 1);
            int[] gold = comparison.strong().gold() != null
                    ? comparison.strong().gold()
                    : SampleRows.gold(comparison.weak());
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
            double[] lost = Columns.numbers(comparison.size(), i -> weakConfidence[i] - strongConfidence[i]);
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
                            "class",
                            classes.stream().mapToInt(Integer::intValue).toArray()),
                    column("weak_variability", weakVariability, all),
                    column("weak_confidence", weakConfidence, all),
                    column("strong_variability", strongVariability, all),
                    column("strong_confidence", strongConfidence, all),
                    column("weak_minus_strong", lost, all));
        }

        private static DoubleColumn column(String name, double[] values, List<Integer> rows) {
            return DoubleColumn.create(name, Columns.numbers(rows, i -> values[i]));
        }
    }
}

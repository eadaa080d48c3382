package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.metrics.Samples;
import org.kymograph.record.dynamics.Guids;
import tech.tablesaw.api.Table;

class ComparisonTest {
    private static SampleMetrics map(
            long[] guids,
            int[] gold,
            double[] confidence,
            double[] variability,
            double[] correctness,
            double[] forgetfulness) {
        Map<Metric, double[]> columns = new EnumMap<>(Metric.class);
        columns.put(Metric.CONFIDENCE, confidence);
        columns.put(Metric.VARIABILITY, variability);
        columns.put(Metric.CORRECTNESS, correctness);
        columns.put(Metric.FORGETFULNESS, forgetfulness);
        return SampleMetrics.of(Guids.of(guids), gold, columns, 4);
    }

    private static final SampleMetrics WEAK = map(
            new long[] {1, 2, 3, 4, 5, 6},
            null,
            new double[] {.25, .5, .75, .125, .5, .9},
            new double[] {.1, .2, .3, .4, .0, .1},
            new double[] {0, 2, 3, 0, 2, 4},
            new double[] {1000, 1, 0, 1000, 2, 0});
    private static final SampleMetrics STRONG = map(
            new long[] {9, 5, 4, 3, 2, 1},
            new int[] {0, 1, 0, 1, 0, 1},
            new double[] {.1, .25, .25, .875, .75, .5},
            new double[] {.0, .1, .1, .2, .1, .3},
            new double[] {0, 0, 0, 4, 4, 2},
            new double[] {1000, 1000, 1000, 0, 0, 1});
    private static final Comparison BOTH = Comparison.of(WEAK, STRONG);

    @Test
    void joinsByGuidAndListsWhatIsMissing() {
        assertThat(BOTH.size()).isEqualTo(5);
        assertThat(BOTH.guids()).isEqualTo(Guids.of(1, 2, 3, 4, 5));
        assertThat(BOTH.onlyWeak()).isEqualTo(Guids.of(6));
        assertThat(BOTH.onlyStrong()).isEqualTo(Guids.of(9));
        assertThat(BOTH.delta(Metric.CONFIDENCE)).containsExactly(.25, .25, .125, .125, -.25);
        assertThat(BOTH.strong().gold()).containsExactly(1, 0, 1, 0, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Comparison.of(WEAK, STRONG.at(new int[] {0})))
                .withMessageContaining("no guid in common");
    }

    @Test
    void neverLearnedIsACategoryOfItsOwn() {
        assertThat(BOTH.never())
                .containsExactly(
                        Comparison.Never.WEAK,
                        Comparison.Never.NEITHER,
                        Comparison.Never.NEITHER,
                        Comparison.Never.BOTH,
                        Comparison.Never.STRONG);
        assertThat(BOTH.delta(Metric.FORGETFULNESS)).containsExactly(Double.NaN, -1, 0, Double.NaN, Double.NaN);
        assertThat(BOTH.forgetfulnessChanges().entrySet())
                .extracting(e -> e.getKey() + ": " + e.getValue())
                .containsExactly("-1: 1", "0: 1", "never → learned: 1", "learned → never: 1", "never learned: 1");
        assertThat(BOTH.table().rowCount()).isEqualTo(5);
    }

    @Test
    void transitionsCountEverySampleOnce() {
        SampleMetrics weak = SampleMetrics.of(Samples.walks(90, 5, 3, 1));
        SampleMetrics strong = SampleMetrics.of(Samples.walks(90, 5, 3, 2));
        int[][] counts = Comparison.of(weak, strong).transitions(.33);
        assertThat(Arrays.stream(counts).flatMapToInt(Arrays::stream).sum()).isEqualTo(90);
        int[][] same = Comparison.of(weak, weak).transitions(.33);
        for (int from = 0; from < same.length; from++) {
            for (int to = 0; to < same.length; to++) {
                assertThat(from == to || same[from][to] == 0).isTrue();
            }
        }
        Table table = Comparison.of(weak, strong).transitionTable(.33);
        assertThat(table.columnNames())
                .containsExactly("weak", "strong_hard", "strong_easy", "strong_ambiguous", "strong_none");
        assertThat(table.intColumn("strong_easy").get(0)).isEqualTo(counts[0][1]);
    }

    @Test
    void migrationTakesEachClassesTopUnderTheStrongModel() {
        Comparison.Migration most = Comparison.Migration.of(BOTH, 1, true);
        assertThat(most.rows().get(0)).containsExactly(1);
        assertThat(most.rows().get(1)).containsExactly(2);
        assertThat(Comparison.Migration.of(BOTH, 2, false).rows().get(1)).containsExactly(4, 0);
        Table table = Comparison.Migration.of(BOTH, 5, true).table();
        assertThat(table.rowCount()).isEqualTo(5);
        assertThat(table.stringColumn("guid").asList()).isEqualTo(List.of("2", "4", "1", "3", "5"));
        assertThat(table.doubleColumn("weak_minus_strong").asDoubleArray())
                .containsExactly(-.25, -.125, -.25, -.125, .25);
        assertThat(table.doubleColumn("strong_confidence").get(4)).isEqualTo(.25);
        assertThatIllegalArgumentException().isThrownBy(() -> Comparison.Migration.of(BOTH, 0, true));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Comparison.Migration.of(Comparison.of(WEAK, WEAK), 1, true))
                .withMessageContaining("classes are unknown");
    }

    @Test
    void overlapsCount() {
        assertThat(SampleRows.Overlap.of(new int[] {1, 5, 3}, new int[] {9, 3}))
                .isEqualTo(new SampleRows.Overlap(3, 2, 1));
        assertThat(new SampleRows.Overlap(3, 2, 1).share()).isEqualTo(.5);
        assertThat(new SampleRows.Overlap(3, 2, 1).jaccard()).isEqualTo(.25);
    }
}

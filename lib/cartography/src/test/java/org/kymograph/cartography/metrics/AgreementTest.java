package org.kymograph.cartography.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kymograph.record.dynamics.Guids;
import tech.tablesaw.api.Table;

class AgreementTest {
    private static SampleMetrics run(long[] guids, double... confidence) {
        return SampleMetrics.of(Guids.of(guids), null, Map.of(Metric.CONFIDENCE, confidence), 3);
    }

    @Test
    void joinsByGuid() {
        Agreement a = Agreement.of(List.of(
                run(new long[] {1, 2, 3, 4, 9}, 0.1, 0.2, 0.3, 0.4, 0.5),
                run(new long[] {4, 3, 2, 1}, 0.4, 0.5, 0.2, 0.3)));
        assertThat(a.guids()).isEqualTo(Guids.of(1, 2, 3, 4));
        assertThat(a.missing(0)).isEqualTo(1);
        assertThat(a.missing(1)).isZero();
        assertThat(a.mean().values(Metric.CONFIDENCE))
                .containsExactly(new double[] {0.2, 0.2, 0.4, 0.4}, within(1e-15));
        assertThat(a.spread(Metric.CONFIDENCE)[0]).isCloseTo(Math.sqrt(0.02), within(1e-15));
        // Ranks 1 2 3 4 against 2 1 4 3: 1 - 6 * 4 / (4 * 15).
        assertThat(a.spearman(Metric.CONFIDENCE)[0][1]).isCloseTo(0.6, within(1e-15));
        assertThat(a.overlap(Metric.CONFIDENCE, 0.5)[0][1]).isEqualTo(1);
        assertThat(a.overlap(Metric.CONFIDENCE, 0.25)[1][0]).isZero();
        assertThat(a.overlap(Metric.CONFIDENCE, 0.75)[0][1]).isCloseTo(2.0 / 3, within(1e-15));
    }

    @Test
    void refusesWhatCannotBeCompared() {
        SampleMetrics one = run(new long[] {1}, 0.5);
        assertThatThrownBy(() -> Agreement.of(List.of(one))).hasMessageContaining("expected at least 2");
        assertThatThrownBy(() -> Agreement.of(List.of(one, run(new long[] {2}, 0.5))))
                .hasMessageContaining("no sample in common");
        Agreement a = Agreement.of(List.of(one, one));
        assertThatThrownBy(() -> a.overlap(Metric.CONFIDENCE, 0.5)).hasMessageContaining("fraction is 0.5");
        assertThatThrownBy(() -> a.overlap(Metric.CONFIDENCE, 1.5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyRunIsComparedWithTheFirst() {
        SampleMetrics a = Samples.of(null, new double[] {.1, .2, .3, .4}, new double[] {.4, .3, .2, .1});
        SampleMetrics b = Samples.of(null, new double[] {.2, .1, .4, .3}, new double[] {.1, .2, .3, .4});
        Table table = Agreement.of(List.of(a, b)).againstFirst(List.of("first", "second"), .25);
        assertThat(table.columnNames())
                .containsExactly(
                        "run",
                        "spearman_confidence",
                        "spearman_variability",
                        "ambiguous",
                        "hard",
                        "mean_confidence",
                        "mean_variability");
        assertThat(table.doubleColumn("spearman_confidence").get(0)).isEqualTo(1);
        assertThat(table.doubleColumn("spearman_confidence").get(1)).isCloseTo(.6, within(1e-15));
        assertThat(table.doubleColumn("spearman_variability").get(1)).isCloseTo(-1, within(1e-15));
        assertThat(table.doubleColumn("ambiguous").asDoubleArray()).containsExactly(1, 0);
        assertThat(table.doubleColumn("hard").asDoubleArray()).containsExactly(1, 0);
        assertThat(table.doubleColumn("mean_confidence").get(1)).isCloseTo(.25, within(1e-15));
        assertThatThrownBy(() -> Agreement.of(List.of(a, b)).againstFirst(List.of("first"), .25))
                .hasMessageContaining("names has length 1; expected 2");
    }
}

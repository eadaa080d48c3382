package org.kymograph.cartography.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.record.dynamics.Guids;
import tech.tablesaw.api.Table;

class NoisePlacementTest {
    private static final Guids IDS = Guids.of(5, 6, 7, 8, 9, 10);
    private static final SampleMetrics MAP = SampleMetrics.of(
            IDS,
            null,
            Map.of(
                    Metric.CONFIDENCE, new double[] {.1, .2, .5, .6, .8, .9},
                    Metric.VARIABILITY, new double[] {.0, .3, .4, .2, .1, .0},
                    Metric.CORRECTNESS, new double[] {0, 0, 2, 3, 3, 3}),
            3);

    @Test
    void wrongLabelsHaveTheirPlace() {
        NoisyLabels noise = new NoisyLabels(Guids.of(6, 5, 10), new int[] {0, 0, 0}, new int[] {1, 2, 1});
        NoisyLabels.Placement place = NoisyLabels.Placement.of(MAP, noise);
        assertThat(place.wrong().samples()).isEqualTo(3);
        assertThat(place.wrong().confidence()).isCloseTo(.4, within(1e-15));
        assertThat(place.wrong().variability()).isCloseTo(.1, within(1e-15));
        assertThat(place.wrong().neverLearned()).isEqualTo(2 / 3.0);
        assertThat(place.right().confidence()).isCloseTo(1.9 / 3, within(1e-15));
        assertThat(place.right().neverLearned()).isZero();
        // Thirds of two: hard 5 and 6, ambiguous 7 and 6, easy 10 and 9.
        assertThat(place.hard()).isEqualTo(2 / 3.0);
        assertThat(place.ambiguous()).isEqualTo(1 / 3.0);
        assertThat(place.easy()).isEqualTo(1 / 3.0);
        Map<String, NoisyLabels.Placement> named = new LinkedHashMap<>();
        named.put("one", place);
        named.put("two", place);
        Table table = NoisyLabels.Placement.table(named);
        assertThat(table.stringColumn("noise").asList()).containsExactly("one", "two");
        assertThat(table.doubleColumn("hard").get(1)).isEqualTo(2 / 3.0);
    }

    @Test
    void someButNotAllMustBeWrong() {
        NoisyLabels none = new NoisyLabels(IDS.at(new int[0]), new int[0], new int[0]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NoisyLabels.Placement.of(MAP, none))
                .withMessageContaining("wrong labels is 0; expected 1 to 5");
        NoisyLabels all = new NoisyLabels(IDS, new int[6], new int[] {1, 1, 1, 1, 1, 1});
        assertThatIllegalArgumentException().isThrownBy(() -> NoisyLabels.Placement.of(MAP, all));
    }
}

package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.metrics.Samples;
import org.kymograph.record.dynamics.Guids;

class SampleSelectionTest {
    private static final double[] CONFIDENCE = {.9, .1, .5, .5, .7, .3, .95, .2, .6, .4};
    private static final double[] VARIABILITY = {.1, .2, .4, .4, .3, .3, .0, .1, .5, .35};
    private static final int[] GOLD = {0, 0, 1, 0, 1, 1, 0, 0, 1, 0};
    private static final SampleMetrics TEN = Samples.of(GOLD, CONFIDENCE, VARIABILITY);

    private static SampleSelection by(Metric metric, double fraction) {
        return SampleSelection.by(metric).withFraction(fraction);
    }

    @Test
    void ranksMostValuableFirstWithTiesByIndexAndCutsFractionsOff() {
        assertThat(by(Metric.CONFIDENCE, .39).of(TEN)).containsExactly(1, 7, 5);
        assertThat(by(Metric.VARIABILITY, .3).of(TEN)).containsExactly(8, 2, 3);
        assertThat(by(Metric.CONFIDENCE, .2).withWorst(true).of(TEN)).containsExactly(6, 0);
        assertThat(by(Metric.VARIABILITY, .05).of(TEN)).isEmpty();
        assertThat(SampleSelection.by(Metric.CONFIDENCE).of(TEN)).containsExactly(1, 7, 5, 9, 2, 3, 8, 4, 0, 6);
    }

    @Test
    void takesTheExtraRowOfThePublishedFilter() {
        assertThat(by(Metric.CONFIDENCE, .39).withExtraRow(true).of(TEN)).containsExactly(1, 7, 5, 9);
        assertThat(SampleSelection.by(Metric.CONFIDENCE).withExtraRow(true).of(TEN))
                .hasSize(10);
        assertThat(by(Metric.CONFIDENCE, .3)
                        .withBothEnds(true)
                        .withExtraRow(true)
                        .of(TEN))
                .hasSize(3);
    }

    @Test
    void takesSevenTenthsFromTheStartAndTheRestFromTheEnd() {
        assertThat(by(Metric.CONFIDENCE, .5).withBothEnds(true).of(TEN)).containsExactly(1, 7, 5, 0, 6);
        assertThat(by(Metric.CONFIDENCE, .5).withBothEnds(true).withWorst(true).of(TEN))
                .containsExactly(6, 0, 4, 7, 1);
        assertThat(SampleSelection.by(Metric.CONFIDENCE).withBothEnds(true).of(TEN))
                .hasSize(10)
                .doesNotHaveDuplicates();
    }

    @Test
    void bandsAreOpen() {
        assertThat(SampleSelection.by(Metric.CONFIDENCE).withBand(.5, .9).of(TEN))
                .containsExactly(8, 4);
        assertThat(by(Metric.CONFIDENCE, .5).withBand(.1, .7).of(TEN)).containsExactly(7, 5, 9);
    }

    @Test
    void leavesOutTheFirstPartOfTheTopAsPublished() {
        // MNLI: the top 33 % by confidence of 392,702 samples without its first tenth are 116,632.
        double[] confidence = new double[392_702];
        Arrays.setAll(confidence, i -> (double) i / confidence.length);
        SampleSelection top = by(Metric.CONFIDENCE, .33).withWorst(true);
        SampleMetrics mnli = Samples.of(null, confidence, confidence);
        assertThat(top.of(mnli)).hasSize(129_591);
        int[] rest = top.withoutFirst(.1).of(mnli);
        assertThat(rest).hasSize(116_632);
        assertThat(rest[0]).isEqualTo(392_702 - 1 - 12_959);
        assertThat(top.withoutFirst(.1).fileName()).isEqualTo("selected_indices_conf_top0.33-10%_worst.txt");
    }

    @Test
    void balancesAllClassesEachFromItsOwnRanking() {
        SampleSelection balanced = by(Metric.VARIABILITY, .5).withBalanced(true);
        assertThat(balanced.of(TEN)).containsExactly(3, 9, 8, 2);
        assertThat(SampleRows.classCounts(TEN, balanced.of(TEN))).isEqualTo(Map.of(0, 2, 1, 2));
        assertThat(balanced.withFraction(.33).fileName()).isEqualTo("selected_indices_ambi_top0.33_balance.txt");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> balanced.withFraction(1).of(TEN))
                .withMessageContaining("class 1 has 4 of the 5 samples");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> balanced.of(Samples.of(null, CONFIDENCE, VARIABILITY)))
                .withMessageContaining("classes are unknown");
    }

    @Test
    void listsTheBestOfAClass() {
        assertThat(SampleSelection.topOfClass(TEN, 1, Metric.CONFIDENCE, true, 2))
                .containsExactly(4, 8);
        assertThat(SampleSelection.topOfClass(TEN, 1, Metric.CONFIDENCE, false, 9))
                .containsExactly(5, 2, 8, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleSelection.topOfClass(TEN, 1, Metric.CONFIDENCE, false, -1));
    }

    @Test
    void refillsWhatIsLeftOut() {
        assertThat(by(Metric.VARIABILITY, .3).without(2, 8).of(TEN)).containsExactly(3, 9, 4);
        assertThat(by(Metric.VARIABILITY, 1).without(2, 8).of(TEN)).hasSize(8).doesNotContain(2, 8);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomPartsAreExactDistinctAndFollowTheSeed(long seed) {
        SampleMetrics many = Samples.of(null, new double[1000], new double[1000]);
        int[] drawn = SampleSelection.random(.33, seed).of(many);
        assertThat(drawn).hasSize(330).doesNotHaveDuplicates();
        assertThat(SampleSelection.random(.33, seed).withExtraRow(true).of(many))
                .isEqualTo(drawn);
        assertThat(SampleSelection.random(.33, seed + 1).of(many)).isNotEqualTo(drawn);
        // Of 330 random samples about a third lie in the first third: 110, standard deviation below 8.
        assertThat(Arrays.stream(drawn).filter(i -> i < 333).count()).isBetween(70L, 150L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Metric.class,
            names = {
                "CONFIDENCE",
                "VARIABILITY",
                "AUM",
                "EL2N",
                "LOSS_MEAN",
                "ENTROPY_MEAN",
                "FORGETFULNESS",
                "CORRECTNESS",
                "THRESHOLD_CLOSENESS"
            })
    void everyTopPartLiesInFrontOfTheRest(Metric metric) {
        SampleMetrics samples = SampleMetrics.of(Samples.walks(200, 5, 3, 7));
        int[] top = by(metric, .33).of(samples);
        boolean[] in = SampleRows.mask(top, 200);
        double sign = metric.ascending() ? 1 : -1;
        double last = sign * samples.value(metric, top[top.length - 1]);
        for (int i = 0; i < 200; i++) {
            if (!in[i]) {
                assertThat(sign * samples.value(metric, i)).isGreaterThanOrEqualTo(last);
            }
        }
        int[] worst = by(metric, .33).withWorst(true).of(samples);
        assertThat(top).hasSize(66).doesNotContain(worst[0]);
    }

    @Test
    void tellsForgettableSamplesFromOthers() {
        SampleMetrics samples =
                SampleMetrics.of(Guids.rows(4), null, Map.of(Metric.FORGETFULNESS, new double[] {0, 1000, 2, 0}), 5);
        assertThat(SampleSelection.unforgettable(samples)).containsExactly(0, 3);
        assertThat(SampleSelection.forgettable(samples)).containsExactly(1, 2);
    }

    @Test
    void replacesTheLastBySomeOfTheEasiest() {
        int[] ambiguous = by(Metric.VARIABILITY, .5).of(TEN);
        assertThat(ambiguous).containsExactly(8, 2, 3, 9, 4);
        assertThat(SampleSelection.replaceByEasy(TEN, ambiguous, .5)).containsExactly(8, 2, 3, 6, 0);
        assertThat(SampleSelection.replaceByEasy(TEN, ambiguous, 0)).isEqualTo(ambiguous);
        // The most confident of the others; what is in the set already doesn't come twice.
        assertThat(SampleSelection.replaceByEasy(TEN, new int[] {6, 0, 1}, .67)).containsExactly(6, 4, 8);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SampleSelection.replaceByEasy(TEN, IntStream.range(0, 8).toArray(), .5))
                .withMessageContaining("only 2");
    }

    @Test
    void refusesWhatIsOutOfRange() {
        for (double fraction : new double[] {0, -1, 1.01, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> by(Metric.AUM, fraction))
                    .withMessageMatching("fraction is (0|-1|1.01|NaN); expected above 0 to 1");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleSelection.by(Metric.AUM).withBand(.5, .5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleSelection.random(.5, 1).withBand(0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleSelection.by(Metric.AUM).withoutFirst(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleSelection.by(Metric.AUM).of(TEN));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SampleSelection.by(Metric.CONFIDENCE).without(10).of(TEN))
                .withMessageContaining("row is 10; expected");
    }
}

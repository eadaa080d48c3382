package org.kymograph.connectivity.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.base.Streams;
import org.kymograph.evaluate.LossCurve;

class CurveMetricTest {
    private static double of(CurveMetric metric, double... losses) {
        return metric.of(LossCurve.of(losses, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "0 1 2 3 4 5 6 7 8 9, 0, 0",
        "0 1 4 9 16 25 36 49 64 81, 0, 0",
        "0 1 0 1 0 0 0 0 0 0, 1, 1",
        "3 2 1 2 3 2 1 2 3 4, 0, 2",
        "1 .5 .2 .1 .2 .1 .2 .5 .8 1, 0, 0.1",
        // The mean curves of five models each, read from the paper's first figure, to four decimals.
        ".4814 .4358 .4116 .4064 .4100 .4100 .4064 .4116 .4358 .4814, 0, .0036",
        ".4814 .4343 .4232 .4510 .4951 .5005 .4620 .4350 .4494 .5056, .0057, .0702",
        ".5056 .4526 .4292 .4334 .4474 .4474 .4334 .4292 .4526 .5056, 0, .0182",
        "1.3056 1.2229 1.1506 1.0938 1.0614 1.0614 1.0938 1.1506 1.2229 1.3056, 0, 0",
        "1.3056 1.4773 1.6191 1.6464 1.5992 1.6382 1.8458 2.1687 2.5562 3.0006, 0, .1804",
        "3.0006 2.5448 2.1540 1.8593 1.7001 1.7001 1.8593 2.1540 2.5448 3.0006, 0, 0"
    })
    void knownCurvesHaveKnownHeightsAndGaps(String losses, double height, double gap) {
        double[] l = Arrays.stream(losses.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(of(CurveMetric.BARRIER_HEIGHT, l)).isCloseTo(height, within(6e-5));
        assertThat(of(CurveMetric.CONVEXITY_GAP, l)).isCloseTo(gap, within(6e-5));
    }

    @Test
    void gapsAreSymmetricAtLeastTheHeightAndBlindToAffineParts() {
        long seed = 11;
        RandomGenerator random = Streams.of(seed, "curves");
        for (int trial = 0; trial < 200; trial++) {
            double[] l = random.doubles(10).toArray();
            double[] back = IntStream.range(0, 10).mapToDouble(i -> l[9 - i]).toArray();
            double[] tilted =
                    IntStream.range(0, 10).mapToDouble(i -> l[i] + 3 - 0.7 * i).toArray();
            double gap = of(CurveMetric.CONVEXITY_GAP, l);
            assertThat(gap).as("seed %d", seed).isGreaterThanOrEqualTo(of(CurveMetric.BARRIER_HEIGHT, l));
            assertThat(of(CurveMetric.CONVEXITY_GAP, back)).isCloseTo(gap, within(1e-10));
            assertThat(of(CurveMetric.CONVEXITY_GAP, tilted)).isCloseTo(gap, within(1e-10));
            double a = random.nextDouble();
            double[] bowl = IntStream.range(0, 10)
                    .mapToDouble(i -> a * (i - 4) * (i - 4) + i)
                    .toArray();
            assertThat(of(CurveMetric.CONVEXITY_GAP, bowl)).isCloseTo(0, within(1e-12));
        }
    }

    @Test
    void olderDefinitionsMeasureALocalTop() {
        double[] l = {3, 1, 2, 5, 4, 3, 4, 6};
        // The top 5 at 3 has the minima 1 at 1 and 3 at 5 beside it.
        assertThat(of(CurveMetric.LOCAL_HEIGHT, l)).isEqualTo(3);
        assertThat(of(CurveMetric.LOCAL_CHORD_HEIGHT, l)).isEqualTo(3);
        assertThat(of(CurveMetric.GLOBAL_CHORD_HEIGHT, l)).isEqualTo(3);
        double[] skewed = {1, 5, 4, 3, 2, 2.5};
        assertThat(of(CurveMetric.LOCAL_HEIGHT, skewed)).isEqualTo(3.5);
        assertThat(of(CurveMetric.LOCAL_CHORD_HEIGHT, skewed)).isEqualTo(3.75);
        assertThat(of(CurveMetric.HEIGHT_ABOVE_ENDS, skewed)).isEqualTo(2.5);
        assertThat(LossCurve.of(new double[] {1, 2, 1}, 4).area()).isEqualTo(2);
        assertThat(CurveMetric.AREA.of(LossCurve.of(new double[] {1, 2, 1}, 4))).isEqualTo(2);
    }

    @Test
    void aLossThatIsNoNumberGivesNone() {
        for (CurveMetric metric : CurveMetric.values()) {
            assertThat(of(metric, 1, Double.NaN, 1)).as(metric.name()).isNaN();
        }
        assertThat(CurveMetric.CONVEXITY_GAP.of(LossCurve.of(new double[] {1, 2, 1}, 0)))
                .isZero();
    }
}

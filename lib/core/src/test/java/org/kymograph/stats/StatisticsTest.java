package org.kymograph.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;

class StatisticsTest {
    /** What R's quantile(c(3, 1, 4, 1, 5, 9, 2, 6), p) prints; it takes type 7 by default. */
    @Test
    void quantilesAreThoseOfR() {
        double[] x = {3, 1, 4, 1, 5, 9, 2, 6};
        assertThat(Statistics.quantile(x, 0)).isEqualTo(1);
        assertThat(Statistics.quantile(x, 0.25)).isEqualTo(1.75);
        assertThat(Statistics.quantile(x, 0.5)).isEqualTo(3.5);
        assertThat(Statistics.quantile(x, 0.9)).isCloseTo(6.9, within(1e-12));
        assertThat(Statistics.quantile(x, 1)).isEqualTo(9);
        assertThat(x).as("left as they are").containsExactly(3, 1, 4, 1, 5, 9, 2, 6);
        assertThat(Statistics.median(2)).isEqualTo(2);
        assertThat(Statistics.median()).isNaN();
        assertThat(Statistics.median(1, Double.NaN, 3)).isNaN();
        assertThatThrownBy(() -> Statistics.quantile(x, 1.5)).hasMessage("p is 1.5; expected 0 to 1");
    }

    @Test
    void quantilesInterpolateBetweenOrderStatistics() {
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = Streams.of(seed, "quantiles");
            double[] x = new double[1 + Streams.below(random, 40)];
            Arrays.setAll(x, i -> Streams.gaussian(random));
            double p = random.nextDouble();
            double[] sorted = x.clone();
            Arrays.sort(sorted);
            double h = (x.length - 1) * p;
            int below = (int) h;
            int above = Math.min(below + 1, x.length - 1);
            assertThat(Statistics.quantile(x, p))
                    .as("seed %d", seed)
                    .isCloseTo(sorted[below] + (h - below) * (sorted[above] - sorted[below]), within(1e-12));
        }
    }

    @Test
    void saysWhetherItDividesByNOrLess() {
        double[] x = {2, 4, 4, 4, 5, 5, 7, 9};
        assertThat(Statistics.mean(x)).isEqualTo(5);
        assertThat(Statistics.populationVariance(x)).isEqualTo(4);
        assertThat(Statistics.populationSd(x)).isEqualTo(2);
        assertThat(Statistics.sampleVariance(x)).isCloseTo(32.0 / 7, within(1e-12));
        assertThat(Statistics.sampleSd(x)).isCloseTo(Math.sqrt(32.0 / 7), within(1e-12));
        assertThat(Statistics.populationSd(3)).isZero();
        assertThat(Statistics.sampleSd(3)).isNaN();
        assertThat(Statistics.mean()).isNaN();
        // One pass over squares would lose all digits here.
        assertThat(Statistics.populationVariance(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16))
                .isEqualTo(22.5);
        assertThat(MeanSd.of(x)).isEqualTo(new MeanSd(8, 5, 2));
    }

    @Test
    void correlates() {
        double[] x = {1, 2, 3, 4, 5};
        double[] y = {1, 4, 9, 16, 25};
        assertThat(Statistics.pearson(x, y)).isCloseTo(0.981104910, within(1e-8));
        assertThat(Statistics.spearman(x, y)).isCloseTo(1, within(1e-12));
        assertThat(Statistics.pearson(x, new double[] {5, 4, 3, 2, 1})).isEqualTo(-1);
        assertThat(Statistics.pearson(x, new double[] {2, 2, 2, 2, 2})).isNaN();
        assertThat(Statistics.spearman(new double[] {1}, new double[] {1})).isNaN();
        assertThatThrownBy(() -> Statistics.pearson(x, new double[2]))
                .hasMessage("y has length 2; expected 5, the length of x");
    }

    @Test
    void halvesStudentsInterval() {
        // t = 4.302652730 of two degrees of freedom, times 0.1/√3.
        assertThat(Statistics.studentHalfWidth(0.4, 0.5, 0.6)).isCloseTo(0.248413771, within(1e-8));
        assertThat(Statistics.studentHalfWidth(0.4)).isNaN();
        assertThat(Statistics.meanDifference(new double[] {0.4, 0.5, 0.6}, 2)).isEqualTo("+0.50 ± 0.25");
        assertThat(Statistics.meanDifference(new double[] {-0.0001, -0.0003}, 3))
                .isEqualTo("0.000 ± 0.001");
    }

    @Test
    void takesTheFirstOfEqualLargest() {
        assertThat(Statistics.argmax(1, 3, 3, 2)).isEqualTo(1);
        assertThat(Statistics.argmax(new float[] {9, 1, 3, 3, 2}, 1, 4)).isEqualTo(1);
    }
}

package org.kymograph.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;

class ResamplingTest {
    /** Of a mean the bootstrap's interval is near that of the normal distribution, and holds the truth as often. */
    @Test
    void bracketsAMean() {
        int held = 0;
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = Streams.of(seed, "bootstrap test");
            double[] x = new double[60];
            Arrays.setAll(x, i -> 3 + 2 * Streams.gaussian(random));
            Resampling.Interval interval = Resampling.bootstrap(x, Statistics::mean, 400, 0.9, seed);
            assertThat(interval.estimate()).isEqualTo(Statistics.mean(x));
            assertThat(interval.draws()).isEqualTo(400);
            double width = 2 * 1.645 * Statistics.populationSd(x) / Math.sqrt(60);
            assertThat(interval.upper() - interval.lower()).as("seed %d", seed).isCloseTo(width, within(0.35 * width));
            held += interval.lower() <= 3 && 3 <= interval.upper() ? 1 : 0;
        }
        // 180 expected, standard deviation 4.2.
        assertThat(held).isBetween(160, 195);
    }

    @Test
    void followsFromItsSeedAndCountsNumbersOnly() {
        double[] x = {1, 2, 4, 8};
        assertThat(Resampling.bootstrap(x, Statistics::median, 100, 0.95, 1))
                .isEqualTo(Resampling.bootstrap(x, Statistics::median, 100, 0.95, 1))
                .isNotEqualTo(Resampling.bootstrap(x, Statistics::mean, 100, 0.95, 1));
        Resampling.Interval[] both = Resampling.bootstrap(
                4,
                units -> new double[] {units.length, Arrays.stream(units).anyMatch(u -> u == 0) ? 1 : Double.NaN},
                1000,
                0.95,
                3);
        assertThat(both[0]).isEqualTo(new Resampling.Interval(4, 4, 4, 1000));
        // A draw of four holds unit 0 with a probability of 1 − (3/4)⁴ = 0.684.
        assertThat(both[1].draws()).isBetween(620, 750);
        assertThat(Resampling.bootstrap(1, u -> new double[] {Double.NaN}, 5, 0.5, 0)[0].lower())
                .isNaN();
        assertThatThrownBy(() -> Resampling.bootstrap(x, Statistics::mean, 0, 0.9, 0))
                .hasMessage("resamples is 0; expected at least 1");
        assertThatThrownBy(() -> Resampling.bootstrap(new double[0], Statistics::mean, 1, 0.9, 0))
                .hasMessage("n is 0; expected at least 1");
        assertThatThrownBy(() -> Resampling.bootstrap(x, Statistics::mean, 1, 1, 0))
                .hasMessageContaining("level is 1");
    }

    /** The first three places against the last three: of the 20 ways to deal them, two are as far apart as 1 2 3 | 11 12 13. */
    @Test
    void permutes() {
        double[] x = {1, 2, 3, 11, 12, 13};
        double p = Resampling.permutation(x, ResamplingTest::apart, 20_000, 5);
        assertThat(p).isCloseTo(0.1, within(0.01));
        assertThat(Resampling.permutation(x, ResamplingTest::apart, 20_000, 5)).isEqualTo(p);
        assertThat(Resampling.permutation(new double[] {4, 4, 4, 4, 4, 4}, ResamplingTest::apart, 50, 5))
                .as("nothing to tell apart")
                .isEqualTo(1);
        assertThat(x).containsExactly(1, 2, 3, 11, 12, 13);
        assertThatThrownBy(() -> Resampling.permutation(x, ResamplingTest::apart, 0, 5))
                .hasMessage("permutations is 0; expected at least 1");
    }

    private static double apart(double[] x) {
        return Math.abs(x[0] + x[1] + x[2] - x[3] - x[4] - x[5]);
    }
}

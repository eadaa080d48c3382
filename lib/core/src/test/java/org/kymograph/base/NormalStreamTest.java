package org.kymograph.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class NormalStreamTest {
    private static final int N = 400_000;

    private static double[] sorted(long seed) {
        double[] out = new double[N];
        new NormalStream(seed, "test").fill(out);
        Arrays.sort(out);
        return out;
    }

    @Test
    void numbersAreNormal() {
        NormalDistribution normal = new NormalDistribution();
        for (long seed = 0; seed < 3; seed++) {
            double[] x = sorted(seed);
            double farthest = 0;
            for (int i = 0; i < N; i++) {
                double p = normal.cumulativeProbability(x[i]);
                farthest = Math.max(farthest, Math.max(Math.abs(p - (double) i / N), Math.abs(p - (i + 1.0) / N)));
            }
            // Kolmogorov and Smirnov at one in ten thousand.
            assertThat(farthest).as("seed %d", seed).isLessThan(2.23 / Math.sqrt(N));
        }
    }

    @Test
    void tailsHaveTheirShare() {
        for (long seed = 0; seed < 3; seed++) {
            for (double at : new double[] {3, 3.654152885361009, 4}) {
                double share = Arrays.stream(sorted(seed))
                        .filter(x -> Math.abs(x) > at)
                        .count();
                double expected = N * 2 * new NormalDistribution().cumulativeProbability(-at);
                assertThat(share)
                        .as("beyond %s of seed %d", at, seed)
                        .isCloseTo(expected, within(5 * Math.sqrt(expected)));
            }
        }
    }

    @Test
    void numbersDependOnSeedNameAndCountersAlone() {
        double[] once = new double[1000];
        double[] inParts = new double[1000];
        new NormalStream(1, "noise", 2).fill(once);
        NormalStream stream = new NormalStream(1, "noise", 2);
        for (int i = 0; i < 1000; i += 100) {
            double[] part = new double[100];
            stream.fill(part);
            System.arraycopy(part, 0, inParts, i, 100);
        }
        assertThat(inParts).isEqualTo(once);
        double[] other = new double[1000];
        new NormalStream(1, "noise", 3).fill(other);
        assertThat(other).isNotEqualTo(once);
    }
}

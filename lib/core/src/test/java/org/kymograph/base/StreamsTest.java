package org.kymograph.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class StreamsTest {
    /** Written down once; a JDK that draws otherwise would change every run. */
    @Test
    void drawsTheSameOnEveryPlatform() {
        RandomGenerator random = Streams.of(7, "batches", 3);
        assertThat(Streams.key(7, "batches", 3)).isEqualTo(7270665044797151730L);
        assertThat(random.nextLong()).isEqualTo(1007072557583564319L);
        assertThat(Streams.permutation(random, 10)).containsExactly(0, 3, 6, 5, 2, 8, 4, 7, 9, 1);
        assertThat(Streams.gaussian(random)).isEqualTo(0.5090403637462485);
    }

    @Test
    void seedNameAndCountersTellStreamsApart() {
        Set<Long> keys = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            for (String name : new String[] {"init", "split", "batches"}) {
                keys.add(Streams.key(seed, name));
                for (long epoch = 0; epoch < 20; epoch++) {
                    keys.add(Streams.key(seed, name, epoch));
                    keys.add(Streams.key(seed, name, epoch, 0));
                }
            }
        }
        assertThat(keys).hasSize(20 * 3 * 41);
        assertThat(Streams.of(1, "a", 2).nextLong())
                .isEqualTo(Streams.of(1, "a", 2).nextLong());
    }

    @Test
    void everyOrderIsEquallyLikely() {
        RandomGenerator random = Streams.of(0, "orders");
        int[] counts = new int[27];
        for (int i = 0; i < 60_000; i++) {
            int[] p = Streams.permutation(random, 3);
            counts[9 * p[0] + 3 * p[1] + p[2]]++;
        }
        List<Integer> seen = Arrays.stream(counts).filter(c -> c > 0).boxed().toList();
        assertThat(seen).hasSize(6);
        // 10,000 expected of each with deviation 91; five deviations.
        assertThat(seen).allSatisfy(c -> assertThat(c).isCloseTo(10_000, within(456)));
    }

    @Test
    void outcomesStayBelowTheBound() {
        RandomGenerator random = Streams.of(0, "bounds");
        long sum = 0;
        for (int i = 0; i < 10_000; i++) {
            int bound = 3 << 29;
            int outcome = Streams.below(random, bound);
            assertThat(outcome).isBetween(0, bound - 1);
            sum += outcome;
        }
        assertThat(sum / 10_000.0 / (3 << 29)).isCloseTo(0.5, within(0.0145));
        assertThat(Streams.below(random, 1)).isZero();
        assertThatThrownBy(() -> Streams.below(random, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bound is 0");
        assertThatThrownBy(() -> Streams.permutation(random, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Streams.permutation(random, 0)).isEmpty();
    }

    @Test
    void gaussiansHaveTheMomentsOfTheNormalDistribution() {
        RandomGenerator random = Streams.of(0, "noise");
        int n = 200_000;
        double[] moments = new double[5];
        for (int i = 0; i < n; i++) {
            double z = Streams.gaussian(random);
            for (int m = 1; m <= 4; m++) {
                moments[m] += Math.pow(z, m) / n;
            }
        }
        // Five standard errors: the m-th moment's variance is (E z^2m - (E z^m)^2) / n.
        assertThat(moments[1]).isCloseTo(0, within(5 * Math.sqrt(1.0 / n)));
        assertThat(moments[2]).isCloseTo(1, within(5 * Math.sqrt(2.0 / n)));
        assertThat(moments[3]).isCloseTo(0, within(5 * Math.sqrt(15.0 / n)));
        assertThat(moments[4]).isCloseTo(3, within(5 * Math.sqrt(96.0 / n)));
    }
}

package org.kymograph.states.em;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two lattices against each other and against plain sums over paths. */
class ForwardBackwardTest {
    private static final int K = 3;

    private static HmmParameters chain(double... transitions) {
        return new HmmParameters(
                1, Covariance.SPHERICAL, new double[] {0.5, 0.3, 0.2}, transitions, new double[K], new double[] {1, 1, 1
                });
    }

    private static double[] densities(int rows, double spread, long seed) {
        Random random = new Random(seed);
        return random.doubles((long) rows * K).map(u -> spread * (u - 0.5)).toArray();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 100, 600})
    void scaledAgreesWithLogarithms(double spread) {
        HmmParameters p = chain(0.7, 0.2, 0.1, 0, 0.9, 0.1, 0.3, 0.3, 0.4);
        double[] log = densities(200, spread, 1);
        double[] exact = new double[200 * K];
        double[] exactCounts = new double[K * K];
        ForwardBackward lattice = new ForwardBackward(p, 200);
        double logLikelihood = lattice.forward(log, 0, 200);
        lattice.backward(log, 0, 200, exact, exactCounts);

        double[] posterior = new double[200 * K];
        double[] counts = new double[K * K];
        double scaled = new ScaledForwardBackward(p, new double[200 * K], new double[200 * K])
                .expect(log, 0, 200, posterior, counts);
        assertThat(scaled).isCloseTo(logLikelihood, within(1e-9 * Math.max(1, Math.abs(logLikelihood))));
        assertThat(posterior).containsExactly(exact, within(1e-9));
        assertThat(counts).containsExactly(exactCounts, within(1e-7));
    }

    /** State 0 can't be left. It is better by e^2000 at first, and worse by e^3000 later: only the other path counts. */
    @Test
    void leavesToLogarithmsWhatScalingWouldLose() {
        HmmParameters p = chain(1, 0, 0, 0, 1, 0, 0, 0, 1);
        double[] log = {0, -2000, -9e5, -3000, 0, -9e5};
        double[] counts = new double[K * K];
        double[] posterior = new double[2 * K];
        assertThat(new ScaledForwardBackward(p, new double[6], new double[6]).expect(log, 0, 2, posterior, counts))
                .isNaN();
        assertThat(counts).containsOnly(0);

        ForwardBackward lattice = new ForwardBackward(p, 2);
        assertThat(lattice.forward(log, 0, 2)).isCloseTo(Math.log(0.3) - 2000, within(1e-9));
        lattice.backward(log, 0, 2, posterior, counts);
        assertThat(posterior).containsExactly(new double[] {0, 1, 0, 0, 1, 0}, within(1e-12));
        assertThat(counts).containsExactly(new double[] {0, 0, 0, 0, 1, 0, 0, 0, 0}, within(1e-12));
    }

    @Test
    void sumsOverAllPaths() {
        HmmParameters p = chain(0.7, 0.2, 0.1, 0, 0.9, 0.1, 0.3, 0.3, 0.4);
        double[] log = densities(5, 8, 2);
        double[] sums = new double[5 * K];
        double total = 0;
        double best = Double.NEGATIVE_INFINITY;
        int[] bestPath = null;
        for (int code = 0; code < 243; code++) {
            int[] path = {code % 3, code / 3 % 3, code / 9 % 3, code / 27 % 3, code / 81};
            double probability = p.start[path[0]];
            for (int t = 0; t < 5; t++) {
                probability *= (t == 0 ? 1 : p.transitions[path[t - 1] * K + path[t]]) * Math.exp(log[t * K + path[t]]);
            }
            total += probability;
            for (int t = 0; t < 5; t++) {
                sums[t * K + path[t]] += probability;
            }
            if (probability > best) {
                best = probability;
                bestPath = path;
            }
        }
        double sum = total;
        double[] posterior = new double[5 * K];
        ForwardBackward lattice = new ForwardBackward(p, 5);
        assertThat(lattice.forward(log, 0, 5)).isCloseTo(Math.log(total), within(1e-12));
        lattice.backward(log, 0, 5, posterior, null);
        assertThat(posterior)
                .containsExactly(java.util.Arrays.stream(sums).map(s -> s / sum).toArray(), within(1e-12));
        int[] path = new int[5];
        assertThat(lattice.viterbi(log, 0, 5, path)).isCloseTo(Math.log(best), within(1e-12));
        assertThat(path).containsExactly(bestPath);
    }

    /** Densities that differ by powers of e^1000, so that paths of one size compete where no sum of shares could hold them. */
    @Test
    void sumsOverAllPathsThatOnlyLogarithmsHold() {
        HmmParameters[] chains = {
            chain(0.7, 0.2, 0.1, 0, 0.9, 0.1, 0.3, 0.3, 0.4),
            chain(1, 0, 0, 0.5, 0.5, 0, 0, 0.25, 0.75),
            chain(0, 1, 0, 0, 0, 1, 1, 0, 0)
        };
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            HmmParameters p = chains[seed % chains.length];
            double[] log = new double[5 * K];
            for (int i = 0; i < log.length; i++) {
                log[i] = 1000 * random.nextInt(4) + random.nextGaussian();
            }
            double[] ofPath = new double[243];
            double best = Double.NEGATIVE_INFINITY;
            for (int code = 0; code < 243; code++) {
                int[] path = {code % 3, code / 3 % 3, code / 9 % 3, code / 27 % 3, code / 81};
                double sum = Math.log(p.start[path[0]]) + log[path[0]];
                for (int t = 1; t < 5; t++) {
                    sum += Math.log(p.transitions[path[t - 1] * K + path[t]]) + log[t * K + path[t]];
                }
                ofPath[code] = sum;
                best = Math.max(best, sum);
            }
            double total = 0;
            for (double path : ofPath) {
                total += Math.exp(path - best);
            }
            double[] expected = new double[5 * K];
            double[] expectedCounts = new double[K * K];
            for (int code = 0; code < 243; code++) {
                int[] path = {code % 3, code / 3 % 3, code / 9 % 3, code / 27 % 3, code / 81};
                double share = Math.exp(ofPath[code] - best) / total;
                for (int t = 0; t < 5; t++) {
                    expected[t * K + path[t]] += share;
                    if (t > 0) {
                        expectedCounts[path[t - 1] * K + path[t]] += share;
                    }
                }
            }
            double[] posterior = new double[5 * K];
            double[] counts = new double[K * K];
            ForwardBackward lattice = new ForwardBackward(p, 5);
            assertThat(lattice.forward(log, 0, 5)).as("seed %d", seed).isCloseTo(best + Math.log(total), within(1e-9));
            lattice.backward(log, 0, 5, posterior, counts);
            assertThat(posterior).as("seed %d", seed).containsExactly(expected, within(1e-9));
            assertThat(counts).as("seed %d", seed).containsExactly(expectedCounts, within(1e-9));
        }
    }

    @Test
    void standsExtremeDensities() {
        HmmParameters p = chain(0.7, 0.2, 0.1, 0, 0.9, 0.1, 0.3, 0.3, 0.4);
        double[] log = densities(50, 2e5, 3);
        double[] posterior = new double[50 * K];
        ForwardBackward lattice = new ForwardBackward(p, 50);
        assertThat(lattice.forward(log, 0, 50)).isFinite();
        lattice.backward(log, 0, 50, posterior, new double[K * K]);
        for (int t = 0; t < 50; t++) {
            assertThat(posterior[t * K] + posterior[t * K + 1] + posterior[t * K + 2])
                    .isCloseTo(1, within(1e-12));
        }
    }
}

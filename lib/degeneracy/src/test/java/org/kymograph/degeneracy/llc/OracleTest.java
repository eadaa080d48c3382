package org.kymograph.degeneracy.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;
import org.kymograph.degeneracy.sampling.Chain;
import org.kymograph.degeneracy.sampling.ChainTrace;
import org.kymograph.degeneracy.sampling.GradientEstimate;
import org.kymograph.degeneracy.sampling.LocalPosterior;
import org.kymograph.degeneracy.sampling.LossSurface;
import org.kymograph.degeneracy.sampling.Potential;
import org.kymograph.degeneracy.sampling.Sampler;
import org.kymograph.degeneracy.sampling.Sampling;
import org.kymograph.degeneracy.sampling.Subspace;
import org.kymograph.degeneracy.theory.DeepLinear;
import org.kymograph.degeneracy.theory.ExactCoefficient;
import org.kymograph.degeneracy.theory.Quadratic;
import org.kymograph.degeneracy.theory.Quadrature;
import org.kymograph.degeneracy.theory.ToyPotential;

/** Estimates beside what is known in closed form or by quadrature. */
class OracleTest {
    private static final double BETA = 1000 / Math.log(1000);
    private static final LearningCoefficient FULL =
            LearningCoefficient.withDefaults().withBatch(0).withChains(8).withSeed(42);

    private static LossSurface surface(ToyPotential potential) {
        return LossSurface.of(potential::value, potential.size(), 1000);
    }

    @Test
    void orthogonalChainsHaveOneDirectionLess() {
        Quadratic k = new Quadratic(1, 2, 3, 4);
        double[] at = {0.1, 0, 0, 0};
        LlcEstimate e = FULL.withSampler(Sampler.hmc(5))
                .withGamma(1)
                .withEpsilon(2e-3)
                .withSteps(6000)
                .withOrthogonal(true)
                .estimate(surface(k), at);
        double exact = k.orthogonalTo(k.gradient(at)).learningCoefficient(BETA, 1);
        assertThat(e.llc()).as("seed 42").isCloseTo(exact, within(0.02 * exact));
        assertThat(e.directions()).isEqualTo(3);
    }

    @Test
    @Tag("slow")
    void crossingsInABoxAgreeWithQuadrature() {
        for (int[] c : new int[][] {{0, 1}, {1, 1}, {1, 2}, {2, 2}}) {
            ToyPotential k = ToyPotential.normalCrossing(c[0], c[1]);
            double exact = Quadrature.learningCoefficient(k, BETA, 0, 1, 0, 0);
            // SGLD only where the curvature allows for its step size.
            for (Sampler sampler : c[0] == 1 ? List.of(Sampler.sgld(), Sampler.hmc(5)) : List.of(Sampler.hmc(5))) {
                LlcEstimate e = FULL.withSampler(sampler)
                        .withGamma(0)
                        .withBox(1)
                        .withEpsilon(sampler.exact() ? 2e-3 : 4e-4)
                        .withSteps(sampler.exact() ? 10_000 : 60_000)
                        .withThinning(sampler.exact() ? 1 : 5)
                        .estimate(surface(k), new double[2]);
                assertThat(e.llc())
                        .as("%s of %s, seed 42", sampler.name(), Arrays.toString(c))
                        .isCloseTo(exact, within(0.08 * exact));
            }
        }
    }

    @Test
    void lessSingularPointsHaveLargerCoefficients() {
        LearningCoefficient settings =
                FULL.withGamma(0).withBox(0.5).withEpsilon(5e-5).withSteps(4000);
        LossSurface surface = surface(ToyPotential.linePlusDot(2));
        assertThat(settings.estimate(surface, new double[2]).llc())
                .as("seed 42")
                .isLessThan(settings.estimate(surface, new double[] {1, 0}).llc());
    }

    @Test
    void masksLeaveWhatTheySelect() {
        // The third weight does not count: the same numbers as without it, from the same noise.
        LocalPosterior p = LocalPosterior.of(BETA, 1);
        double[] mask = {1, 1, 0};
        double[] traces = null;
        for (int power : new int[] {2, 4, 6}) {
            LossSurface three = surface(ToyPotential.monomials(2, 4, power));
            List<ChainTrace> all = Sampling.of(Sampler.sgld(), GradientEstimate.full(), 200)
                    .run(three, List.of(new Chain(new double[3], p, 1e-3, Subspace.of(mask), false, 1, 1)));
            double[] losses = all.get(0).losses();
            assertThat(traces == null ? losses : traces).containsExactly(losses, within(1e-12));
            traces = losses;
        }
    }

    @Test
    @Tag("slow")
    void deepLinearNetworksHaveTheirCoefficients() {
        double beta = 1e6 / Math.log(1e6);
        // Hidden sizes, the true rank, and what the coefficient is.
        DeepLinear[] nets = {new DeepLinear(0, 5, 3, 5), new DeepLinear(1, 5, 3, 5), new DeepLinear(3, 5, 3, 5)};
        for (DeepLinear net : nets) {
            LossSurface surface = LossSurface.of(net::value, net.size(), 1_000_000);
            LlcEstimate e = FULL.withGamma(1)
                    .withEpsilon(0.1 / beta)
                    .withSteps(40_000)
                    .withThinning(10)
                    .withChains(16)
                    .estimate(surface, net.truth());
            double exact = net.learningCoefficient().value();
            assertThat(e.llc())
                    .as("%s of rank %d, seed 42", Arrays.toString(net.widths()), net.rank())
                    .isCloseTo(exact, within(0.1 * exact));
        }
    }

    /** The mean squared error of y = BAx, over 1,000 random samples without any relation, with A [h, m] in front of B [n, h]. */
    private static Potential regression(int m, int h, int n, RandomGenerator random) {
        int samples = 1000;
        double[] x = IntStream.range(0, samples * m)
                .mapToDouble(i -> random.nextGaussian())
                .toArray();
        double[] y = IntStream.range(0, samples * n)
                .mapToDouble(i -> random.nextGaussian())
                .toArray();
        double[][] xx = product(x, m, x, m, samples);
        double[][] yx = product(y, n, x, m, samples);
        double yy = Arrays.stream(y).map(v -> v * v).sum() / samples;
        return (w, g) -> {
            // C = BA; K = (tr C⟨xx'⟩C' − 2 tr C⟨xy'⟩ + ⟨y'y⟩)/N, and ∂K/∂C = 2 (C⟨xx'⟩ − ⟨yx'⟩)/N.
            double[][] c = new double[n][m];
            for (int o = 0; o < n; o++) {
                for (int k = 0; k < h; k++) {
                    for (int i = 0; i < m; i++) {
                        c[o][i] += w[h * m + o * h + k] * w[k * m + i];
                    }
                }
            }
            double value = yy;
            double[][] d = new double[n][m];
            for (int o = 0; o < n; o++) {
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < m; j++) {
                        d[o][i] += c[o][j] * xx[j][i];
                    }
                    value += c[o][i] * (d[o][i] - 2 * yx[o][i]);
                    d[o][i] = 2 * (d[o][i] - yx[o][i]) / n;
                }
            }
            Arrays.fill(g, 0);
            for (int o = 0; o < n; o++) {
                for (int k = 0; k < h; k++) {
                    for (int i = 0; i < m; i++) {
                        g[h * m + o * h + k] += d[o][i] * w[k * m + i];
                        g[k * m + i] += d[o][i] * w[h * m + o * h + k];
                    }
                }
            }
            return value / n;
        };
    }

    private static double[][] product(double[] a, int rows, double[] b, int columns, int samples) {
        double[][] out = new double[rows][columns];
        for (int s = 0; s < samples; s++) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    out[i][j] += a[s * rows + i] * b[s * columns + j] / samples;
                }
            }
        }
        return out;
    }

    @Test
    void rankRegressionsTrainedByAdamHaveTheirCoefficients() {
        // The peer library's own test and tolerance: 5,000 steps of Adam at 0.01 on all data, then three short chains.
        for (int[] c : new int[][] {{5, 3, 5}, {5, 4, 5}, {4, 3, 8}, {8, 3, 4}, {3, 8, 4}}) {
            RandomGenerator random = Streams.of(42, "regression");
            Potential loss = regression(c[0], c[1], c[2], random);
            int d = c[1] * (c[0] + c[2]);
            double[] w = IntStream.range(0, d)
                    .mapToDouble(i -> random.nextDouble(-1, 1) / Math.sqrt(i < c[0] * c[1] ? c[0] : c[1]))
                    .toArray();
            double[] g = new double[d];
            double[] mean = new double[d];
            double[] square = new double[d];
            for (int t = 1; t <= 5000; t++) {
                loss.value(w, g);
                for (int i = 0; i < d; i++) {
                    mean[i] = 0.9 * mean[i] + 0.1 * g[i];
                    square[i] = 0.999 * square[i] + 0.001 * g[i] * g[i];
                    w[i] -= 0.01
                            * mean[i]
                            / (1 - Math.pow(0.9, t))
                            / (Math.sqrt(square[i] / (1 - Math.pow(0.999, t))) + 1e-8);
                }
            }
            double exact =
                    ExactCoefficient.reducedRankRegression(c[0], c[1], c[2], 0).value();
            LlcEstimate e = FULL.withGamma(1)
                    .withEpsilon(6e-4)
                    .withChains(3)
                    .withSteps(2000)
                    .withBurnIn(0)
                    .estimate(LossSurface.of(loss, d, 1000), w);
            assertThat(e.llc()).as("%s, seed 42", Arrays.toString(c)).isCloseTo(exact, within(0.4 * exact));
        }
    }

    @Test
    void equalSeedsGiveEqualBitsAndOthersDoNot() {
        LossSurface surface = surface(ToyPotential.monomials(2, 4));
        for (Sampler sampler : List.of(
                Sampler.sgld(), Sampler.sgnht(0.01), Sampler.rmsprop(0.99, 0.1), Sampler.mala(), Sampler.hmc(3))) {
            LearningCoefficient settings = FULL.withSampler(sampler).withSteps(100);
            double[] once = settings.estimate(surface, new double[2]).chains();
            assertThat(settings.estimate(surface, new double[2]).chains()).isEqualTo(once);
            assertThat(settings.withSeed(43).estimate(surface, new double[2]).chains())
                    .isNotEqualTo(once);
            // The first chains are the same in a larger company.
            double[] more =
                    settings.withChains(13).estimate(surface, new double[2]).chains();
            IntStream.range(0, once.length).forEach(c -> assertThat(more[c]).isEqualTo(once[c]));
        }
    }
}

package org.kymograph.degeneracy.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kymograph.degeneracy.sampling.Chain;
import org.kymograph.degeneracy.sampling.ChainTrace;
import org.kymograph.degeneracy.sampling.GradientEstimate;
import org.kymograph.degeneracy.sampling.LocalPosterior;
import org.kymograph.degeneracy.sampling.LossSurface;
import org.kymograph.degeneracy.sampling.Sampler;
import org.kymograph.degeneracy.sampling.Sampling;
import org.kymograph.degeneracy.sampling.Subspace;
import org.kymograph.degeneracy.theory.DeepLinear;
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

package org.kymograph.degeneracy.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SamplingTest {
    private static final double BETA = 1000 / Math.log(1000);
    private static final long SEED = 42;

    private static Potential quadratic(double... a) {
        return (w, g) -> {
            double sum = 0;
            for (int i = 0; i < w.length; i++) {
                g[i] = a[i] * w[i];
                sum += a[i] * w[i] * w[i] / 2;
            }
            return sum;
        };
    }

    private static Potential monomials(double... p) {
        return (w, g) -> {
            double sum = 0;
            for (int i = 0; i < w.length; i++) {
                g[i] = p[i] / 2 * Math.pow(Math.abs(w[i]), p[i] - 1) * Math.signum(w[i]);
                sum += Math.pow(Math.abs(w[i]), p[i]) / 2;
            }
            return sum;
        };
    }

    private static List<Chain> chains(int n, int d, LocalPosterior posterior, double step) {
        return IntStream.range(0, n)
                .mapToObj(r -> Chain.of(new double[d], posterior, step, SEED + r))
                .toList();
    }

    /** nβ·E[L] over the last three quarters of all chains. */
    private static double coefficient(List<ChainTrace> traces, double beta) {
        return beta
                * traces.stream()
                        .flatMapToDouble(t -> Arrays.stream(t.losses(), t.losses().length / 4, t.losses().length))
                        .average()
                        .orElseThrow();
    }

    private static double coefficient(
            Sampler sampler, Potential potential, int d, double gamma, double step, int steps) {
        LossSurface surface = LossSurface.of(potential, d, 1000);
        List<ChainTrace> traces = Sampling.of(sampler, GradientEstimate.full(), steps)
                .run(surface, chains(32, d, LocalPosterior.of(BETA, gamma), step));
        return coefficient(traces, BETA);
    }

    private static double discretised(double a, double gamma, double step) {
        double h = BETA * a + gamma;
        return BETA * a / (2 * h * (1 - step * h / 4));
    }

    @Test
    void langevinStepsHaveTheDiscretisedVarianceOfAQuadratic() {
        for (double[] c : new double[][] {{1, 1, 1e-3}, {1, 5, 1e-3}, {1, 0, 1e-2}, {0.1, 5, 1e-2}}) {
            double found = coefficient(Sampler.sgld(), quadratic(c[0]), 1, c[1], c[2], 20_000);
            assertThat(found)
                    .as("%s, seed %d", Arrays.toString(c), SEED)
                    .isCloseTo(discretised(c[0], c[1], c[2]), within(0.02 * discretised(c[0], c[1], c[2])));
        }
        double ten = coefficient(
                Sampler.sgld(),
                quadratic(IntStream.range(0, 10).mapToDouble(i -> 1).toArray()),
                10,
                1,
                1e-3,
                6000);
        assertThat(ten).as("ten dimensions, seed %d", SEED).isCloseTo(5.1535, within(0.02 * 5.1535));
    }

    @Test
    void acceptedStepsHaveTheExactVarianceOfAQuadratic() {
        double exact = 5 * BETA / (BETA + 1);
        double[] ones = new double[10];
        Arrays.fill(ones, 1);
        for (Sampler sampler : List.of(Sampler.mala(), Sampler.hmc(5))) {
            double found = coefficient(sampler, quadratic(ones), 10, 1, 4e-3, 4000);
            assertThat(found).as("%s, seed %d", sampler.name(), SEED).isCloseTo(exact, within(0.02 * exact));
        }
    }

    @Test
    void thermostatsSampleAQuadratic() {
        double exact = 5 * BETA / (BETA + 1);
        double[] ones = new double[10];
        Arrays.fill(ones, 1);
        double found = coefficient(Sampler.sgnht(0.01), quadratic(ones), 10, 1, 1e-4, 20_000);
        assertThat(found).as("seed %d", SEED).isCloseTo(exact, within(0.05 * exact));
    }

    @Test
    void monomialsHaveTheirCoefficients() {
        double[][] cases = {{2, 0.5}, {4, 0.25}, {6, 1 / 6.0}};
        for (double[] c : cases) {
            double found = coefficient(Sampler.hmc(10), monomials(c[0]), 1, 0, 5e-3, 4000);
            assertThat(found).as("power %s, seed %d", c[0], SEED).isCloseTo(c[1], within(0.05 * c[1]));
        }
    }

    @Test
    void aPreconditionerThatIsOneIsPlainLangevin() {
        LossSurface surface = LossSurface.of(quadratic(1, 2), 2, 10);
        List<Chain> chains = chains(3, 2, LocalPosterior.of(5, 1), 1e-2);
        Sampling plain = Sampling.of(Sampler.sgld(), GradientEstimate.full(), 50);
        Sampling other = Sampling.of(Sampler.rmsprop(1, 1), GradientEstimate.full(), 50);
        List<ChainTrace> a = plain.run(surface, chains);
        List<ChainTrace> b = other.run(surface, chains);
        for (int r = 0; r < 3; r++) {
            assertThat(b.get(r).losses()).containsExactly(a.get(r).losses(), within(1e-12));
        }
    }

    @Test
    void aPreconditionerThatFollowsTheChainIsBiasedAndOneThatStopsIsNot() {
        // With α = 0 it is a function of w, G = 1/(|g| + δ), and the chain samples exp(−U)/G: E[x²(|x| + c)]/E[|x| + c]
        // for a standard normal x and c = δ/(σa).
        double sigma = 1 / Math.sqrt(BETA);
        double c = 0.1 / sigma;
        double absolute = Math.sqrt(2 / Math.PI);
        double followed = 0.5 * (2 * absolute + c) / (absolute + c);
        assertThat(followed).isBetween(0.69, 0.71);
        double found = coefficient(Sampler.rmsprop(0, 0.1), quadratic(1), 1, 0, 3e-5, 80_000);
        assertThat(found).as("seed %d", SEED).isCloseTo(followed, within(0.03 * followed));
        double stopped = coefficient(Sampler.rmsprop(0.99, 0.1, 2000), quadratic(1), 1, 0, 1e-4, 40_000);
        assertThat(stopped).as("seed %d", SEED).isCloseTo(0.5, within(0.02));
        double usual = coefficient(Sampler.rmsprop(0.99, 0.1), quadratic(1), 1, 0, 1e-4, 40_000);
        assertThat(usual).as("seed %d", SEED).isGreaterThan(0.53);
    }

    @Test
    void acceptanceIsTheRuleOfMetropolisAndHastings() {
        // The target is −‖w‖²/2 at the temperature 1: from the peer library's own tests, which compute in float32.
        record Case(
                double[] from,
                double[] gradientFrom,
                double lossFrom,
                double[] to,
                double lossTo,
                double step,
                double p) {}
        List<Case> cases = List.of(
                new Case(new double[2], new double[2], 0, new double[] {1.5, 5.5}, 16.25, 0.1, 0.6661436),
                new Case(new double[] {1, 1}, new double[] {1, 1}, 1, new double[] {1.5, 0.5}, 1.25, 0.5, 0.9692332),
                new Case(new double[2], new double[2], 0, new double[] {10.5, 5.5}, 70.25, 0.1, 0.17268492),
                new Case(new double[2], new double[2], 0, new double[] {10.5, 5.5}, 70.25, 0.5, 0.00015359));
        for (Case c : cases) {
            Chain chain = Chain.of(c.from, LocalPosterior.of(1, 0), c.step, 0);
            LossSurface surface = LossSurface.of(quadratic(1, 1), 2, 10);
            Ensemble ensemble = new Ensemble(
                    List.of(chain), surface.open(0, 1 << 20), GradientEstimate.full(), StepSchedule.constant(), 10);
            ensemble.evaluate();
            Metropolis metropolis = new Metropolis(ensemble);
            // The noise that leads there.
            double[] z = new double[2];
            for (int i = 0; i < 2; i++) {
                z[i] = (c.to[i] - c.from[i] + c.step / 2 * c.gradientFrom[i]) / Math.sqrt(c.step);
            }
            double log =
                    metropolis.propose(0, ensemble.gradient(0), z, metropolis.proposals()[0]);
            assertThat(metropolis.proposals()[0]).containsExactly(c.to, within(1e-12));
            double loss = metropolis.evaluate()[0];
            assertThat(loss).isCloseTo(c.lossTo, within(1e-12));
            log += metropolis.logRatio(0, c.to, c.lossFrom, loss) + metropolis.logReturn(0, c.to);
            assertThat(Metropolis.probability(log)).as("%s", c).isCloseTo(c.p, within(1e-5));
        }
    }

    @Test
    @Tag("slow")
    void probesMeasureTheAcceptanceOfLangevinSteps() {
        // The peer library's own tests, at n = 1000.
        record Case(double[] powers, double step, double gamma, double rate) {}
        List<Case> cases = List.of(
                new Case(new double[] {2}, 1e-2, 100, 0.59),
                new Case(new double[] {2}, 1e-2, 0.1, 0.73),
                new Case(new double[] {2}, 1e-3, 100, 0.98),
                new Case(new double[] {4}, 1.5e-2, 100, 0.85),
                new Case(new double[] {4}, 1.5e-2, 1, 0.935),
                new Case(new double[] {4}, 1.5e-5, 100, 0.999),
                new Case(new double[] {8}, 1.5e-2, 100, 0.87),
                new Case(new double[] {8}, 1e-2, 0.1, 0.97),
                new Case(new double[] {8}, 1e-5, 100, 0.999),
                new Case(new double[] {2, 2}, 1e-3, 100, 0.971),
                new Case(new double[] {2, 2}, 1e-2, 100, 0.54),
                new Case(new double[] {2, 2}, 3e-3, 0.01, 0.91),
                new Case(new double[] {0, 2}, 2e-3, 100, 0.95),
                new Case(new double[] {4, 0}, 1e-3, 100, 0.995),
                new Case(new double[] {4, 4}, 1e-2, 100, 0.87));
        for (Case c : cases) {
            int d = c.powers.length;
            Potential powers = (w, g) -> {
                double sum = 0;
                for (int i = 0; i < d; i++) {
                    double p = c.powers[i];
                    g[i] = p == 0 ? 0 : p * Math.pow(w[i], p - 1);
                    sum += Math.pow(w[i], p);
                }
                return sum;
            };
            List<ChainTrace> traces = Sampling.of(Sampler.sgld(), GradientEstimate.full(), 5000)
                    .withProbes(5000)
                    .run(LossSurface.of(powers, d, 1000), chains(16, d, LocalPosterior.of(BETA, c.gamma), c.step));
            // A large step on a steep loss carries a few chains away, which have no rate.
            List<ChainTrace> kept = traces.stream().filter(t -> !t.diverged()).toList();
            assertThat(kept).as("%s, seed %d", c, SEED).hasSizeGreaterThan(12);
            double rate =
                    kept.stream().mapToDouble(ChainTrace::acceptance).average().orElseThrow();
            assertThat(rate)
                    .as("%s, %s, seed %d", Arrays.toString(c.powers), c, SEED)
                    .isCloseTo(c.rate, within(0.01));
        }
    }

    @Test
    void aStepOfLangevinIsOneOfDescentAndItsNoise() {
        // From the same seed, and so with the same noise, of a loss and of none.
        double[] start = {1, -2, 0.5};
        double step = 0.04;
        double beta = 3;
        for (double gamma : new double[] {0, 0.1}) {
            List<double[]> seen = new ArrayList<>();
            DrawObserver keep = keeping(seen);
            for (Potential loss : List.of(quadratic(1, 2, 3), quadratic(0, 0, 0))) {
                Sampling.of(Sampler.sgld(), GradientEstimate.full(), 2)
                        .withThreads(1)
                        .run(
                                LossSurface.of(loss, 3, 10),
                                List.of(Chain.of(start, LocalPosterior.of(beta, gamma), step, 7)),
                                keep);
            }
            assertThat(seen).hasSize(4);
            assertThat(seen.get(0)).containsExactly(start);
            for (int i = 0; i < 3; i++) {
                double gradient = (i + 1) * start[i];
                assertThat(seen.get(1)[i] - seen.get(3)[i])
                        .as("γ = %s", gamma)
                        .isCloseTo(-step / 2 * beta * gradient, within(1e-12));
                assertThat(seen.get(3)[i]).isNotEqualTo(start[i]);
            }
        }
    }

    /** Positions of one chain at each draw. */
    private static List<double[]> path(Sampler sampler, Potential loss, Chain chain, int steps) {
        List<double[]> seen = new ArrayList<>();
        Sampling.of(sampler, GradientEstimate.full(), steps)
                .withThreads(1)
                .run(LossSurface.of(loss, chain.start().length, 10), List.of(chain), keeping(seen));
        return seen;
    }

    private static List<LocalPosterior> clampedPosteriors() {
        List<LocalPosterior> all = new ArrayList<>();
        for (double beta : new double[] {1, 30}) {
            for (double gamma : new double[] {0, 0.1, 10}) {
                for (double omega : new double[] {0, 0.2}) {
                    for (double box : new double[] {Double.POSITIVE_INFINITY, 0.15}) {
                        all.add(LocalPosterior.of(beta, gamma)
                                .withWeightDecay(omega)
                                .withBox(box)
                                .withEdge(LocalPosterior.Edge.CLAMP));
                    }
                }
            }
        }
        return all;
    }

    // The update formulas of the peer library for a gradient of (i + 1)·wᵢ and the mask 1, 0, 1, with the noise that a
    // chain without any
    // force shows; NaN stands for no preconditioning.
    private static List<double[]> published(
            LocalPosterior p, double step, double[] start, List<double[]> free, double decay, double stability) {
        List<double[]> path = new ArrayList<>(List.of(start));
        double[] v = new double[start.length];
        for (int t = 0; t + 1 < free.size(); t++) {
            double[] w = path.get(t).clone();
            for (int i = 0; i < w.length; i += 2) {
                double g = (i + 1) * w[i];
                v[i] = decay * v[i] + (1 - decay) * g * g;
                double scale = Double.isNaN(decay) ? 1 : 1 / (Math.sqrt(v[i]) + stability);
                double noise = free.get(t + 1)[i] - free.get(t)[i];
                double force =
                        p.inverseTemperature() * (g + p.weightDecay() * w[i]) + p.localization() * (w[i] - start[i]);
                w[i] += Math.sqrt(scale) * noise - step / 2 * scale * force;
                w[i] = Math.max(start[i] - p.box(), Math.min(start[i] + p.box(), w[i]));
            }
            path.add(w);
        }
        return path;
    }

    @Test
    void pathsFollowThePublishedUpdatesUnderAllSettings() {
        double[] start = {1, -2, 0.5};
        int steps = 12;
        Subspace mask = Subspace.of(1, 0, 1);
        for (double step : new double[] {1e-3, 1e-2}) {
            Chain unforced = new Chain(start, LocalPosterior.of(1, 0), step, mask, false, 1, 7);
            List<double[]> free = path(Sampler.sgld(), quadratic(0, 0, 0), unforced, steps);
            for (LocalPosterior posterior : clampedPosteriors()) {
                Chain chain = new Chain(start, posterior, step, mask, false, 1, 7);
                assertPath(
                        path(Sampler.sgld(), quadratic(1, 2, 3), chain, steps),
                        published(posterior, step, start, free, Double.NaN, Double.NaN),
                        posterior + ", sgld");
                assertPath(
                        path(Sampler.rmsprop(0.9, 0.1), quadratic(1, 2, 3), chain, steps),
                        published(posterior, step, start, free, 0.9, 0.1),
                        posterior + ", rmsprop");
            }
        }
    }

    private static void assertPath(List<double[]> found, List<double[]> expected, String what) {
        assertThat(found).as(what).hasSameSizeAs(expected);
        for (int t = 0; t < expected.size(); t++) {
            assertThat(found.get(t)).as("%s, step %d", what, t).containsExactly(expected.get(t), within(1e-10));
        }
    }

    @Test
    void thermostatsFollowThePublishedUpdates() {
        // v ← v − ε·nβ·g − ξv + √(2Aε)·z, w ← w + v, ξ ← ξ + mean(v²) − ε, from v = √ε·z and ξ = A; the same noise in
        // two chains of one seed cancels out of what a force changes in the first step.
        double friction = 0.01;
        double step = 0.04;
        double[] start = {1, -2, 0.5};
        Chain chain = Chain.of(start, LocalPosterior.of(3, 0), step, 7);
        List<double[]> pushed = path(Sampler.sgnht(friction), quadratic(1, 2, 3), chain, 3);
        List<double[]> free = path(Sampler.sgnht(friction), quadratic(0, 0, 0), chain, 3);
        double[] first = new double[3];
        double squares = 0;
        double freeSquares = 0;
        for (int i = 0; i < 3; i++) {
            first[i] = pushed.get(1)[i] - free.get(1)[i];
            assertThat(first[i]).isCloseTo(-step * 3 * (i + 1) * start[i], within(1e-12));
            squares += Math.pow(pushed.get(1)[i] - start[i], 2) / 3;
            freeSquares += Math.pow(free.get(1)[i] - start[i], 2) / 3;
        }
        for (int i = 0; i < 3; i++) {
            double v = pushed.get(1)[i] - start[i];
            double freely = free.get(1)[i] - start[i];
            double xi = friction + squares - step;
            double freeXi = friction + freeSquares - step;
            double force = step * 3 * (i + 1) * pushed.get(1)[i];
            double second = v - force - xi * v - (freely - freeXi * freely);
            assertThat(pushed.get(2)[i] - pushed.get(1)[i] - (free.get(2)[i] - free.get(1)[i]))
                    .isCloseTo(second, within(1e-12));
        }
    }

    @Test
    void masksBoxesAndHyperplanesAreKept() {
        Potential slope = (w, g) -> {
            g[0] = w[0] + 1;
            g[1] = w[1];
            g[2] = w[2];
            return w[0] * w[0] / 2 + w[0] + w[1] * w[1] / 2 + w[2] * w[2] / 2;
        };
        List<double[]> seen = new ArrayList<>();
        DrawObserver keep = keeping(seen);
        LossSurface surface = LossSurface.of(slope, 3, 10);
        for (Sampler sampler : List.of(
                Sampler.sgld(), Sampler.rmsprop(0.9, 0.1), Sampler.sgnht(0.01), Sampler.mala(), Sampler.hmc(3))) {
            Sampling sampling =
                    Sampling.of(sampler, GradientEstimate.full(), 300).withThreads(1);
            LocalPosterior flat = LocalPosterior.of(3, 0);
            seen.clear();
            sampling.run(
                    surface, List.of(new Chain(new double[3], flat, 0.05, Subspace.of(0, 1, 1), false, 1, 1)), keep);
            assertThat(seen).allMatch(w -> w[0] == 0).anyMatch(w -> w[1] != 0);
            seen.clear();
            sampling.run(surface, List.of(new Chain(new double[3], flat, 0.05, null, true, 1, 1)), keep);
            assertThat(seen).allMatch(w -> Math.abs(w[0]) < 1e-12).anyMatch(w -> w[1] != 0);
            for (LocalPosterior.Edge edge : LocalPosterior.Edge.values()) {
                seen.clear();
                sampling.run(
                        surface,
                        List.of(Chain.of(new double[3], flat.withBox(0.3).withEdge(edge), 0.05, 1)),
                        keep);
                assertThat(seen).as(sampler.name()).allMatch(w -> Arrays.stream(w)
                        .allMatch(x -> Math.abs(x) <= 0.3 + 1e-12));
            }
        }
    }

    @Test
    void aFlatLossFillsItsBoxEvenly() {
        LossSurface flat = LossSurface.of(
                (w, g) -> {
                    g[0] = 0;
                    return w[0] * w[0];
                },
                1,
                10);
        LocalPosterior box = LocalPosterior.of(1, 0).withBox(1);
        for (Sampler sampler : List.of(Sampler.sgld(), Sampler.mala(), Sampler.hmc(3))) {
            // Only the gradient is flat: the losses w² are what is averaged, 1/3 if w is even in [−1, 1]; where the
            // loss decides, it does so at nβ ≈ 0.
            List<Chain> chains = IntStream.range(0, 32)
                    .mapToObj(r -> Chain.of(new double[1], box.withInverseTemperature(1e-9), 0.1, SEED + r))
                    .toList();
            List<ChainTrace> traces =
                    Sampling.of(sampler, GradientEstimate.full(), 4000).run(flat, chains);
            assertThat(coefficient(traces, 1))
                    .as("%s, seed %d", sampler.name(), SEED)
                    .isCloseTo(1 / 3.0, within(0.01));
        }
    }

    @Test
    void divergedChainsSayWhereAndLeaveTheOthersAlone() {
        LossSurface surface = LossSurface.of(quadratic(1), 1, 10);
        LocalPosterior p = LocalPosterior.of(100, 0);
        Chain good = Chain.of(new double[1], p, 1e-3, 1);
        Chain bad = Chain.of(new double[1], p, 10, 2);
        Sampling sampling =
                Sampling.of(Sampler.sgld(), GradientEstimate.full(), 500).withThreads(1);
        List<ChainTrace> both = sampling.run(surface, List.of(good, bad));
        assertThat(both.get(0).losses())
                .isEqualTo(sampling.run(surface, List.of(good)).get(0).losses());
        assertThat(both.get(0).diverged()).isFalse();
        int at = both.get(1).divergedAt();
        assertThat(at).isBetween(10, 300);
        assertThat(both.get(1).losses()[at]).isNaN();
        assertThat(both.get(1).losses()[at - 1]).isFinite();
        assertThat(both.get(1).losses()[499]).isNaN();
    }

    @Test
    void thinnedDrawsAreThoseOfEveryStep() {
        LossSurface surface = LossSurface.of(quadratic(1), 1, 10);
        List<Chain> chains = chains(1, 1, LocalPosterior.of(10, 0), 1e-2);
        Sampling sampling = Sampling.of(Sampler.sgld(), GradientEstimate.full(), 100);
        double[] all = sampling.run(surface, chains).get(0).losses();
        double[] some = sampling.withThinning(7).run(surface, chains).get(0).losses();
        assertThat(some)
                .hasSize(15)
                .containsExactly(
                        IntStream.range(0, 15).mapToDouble(i -> all[7 * i]).toArray());
    }

    @Test
    void wrongInputIsRefusedInASentence() {
        assertThatThrownBy(() -> Sampling.of(Sampler.mala(), GradientEstimate.minibatch(8), 10))
                .hasMessageContaining("batch is 8; expected 0 for the full gradient");
        assertThatThrownBy(() -> Subspace.of(new double[2]))
                .hasMessageContaining("expected to select at least a parameter");
        assertThatThrownBy(() -> Chain.of(new double[2], LocalPosterior.of(1, 0), -1, 0))
                .hasMessageContaining("stepSize is -1");
    }

    @Test
    void anInterruptEndsIt() throws InterruptedException {
        List<Throwable> thrown = new ArrayList<>();
        Thread thread = new Thread(() -> {
            try {
                Sampling.of(Sampler.sgld(), GradientEstimate.full(), 100_000_000)
                        .withThinning(1000)
                        .run(LossSurface.of(quadratic(1), 1, 10), chains(2, 1, LocalPosterior.of(1, 1), 0.1));
            } catch (CancellationException e) {
                thrown.add(e);
            }
        });
        thread.start();
        Thread.sleep(300);
        thread.interrupt();
        thread.join(20_000);
        assertThat(thrown).hasSize(1);
        assertThat(thrown.get(0)).hasMessageContaining("of 100000000 steps");
    }

    // Keeps where the first chain is at each draw.
    private static DrawObserver keeping(List<double[]> seen) {
        return () -> new DrawObserver.Eye() {
            @Override
            public void look(int[] chains, int draw, double[][] positions) {
                seen.add(positions[0].clone());
            }

            @Override
            public void close() {}
        };
    }
}

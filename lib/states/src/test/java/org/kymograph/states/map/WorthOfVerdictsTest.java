package org.kymograph.states.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.HmmModel;

/** Runs that jump from one level to another at a time that decides when they converge: states and a single crossing tell it alike. */
class WorthOfVerdictsTest {
    private static final int RUNS = 20;
    private static final int LENGTH = 40;
    private static final Hmm HMM =
            Hmm.gaussian(2).withCovariance(Covariance.DIAG).withIterations(20).withRestarts(2);

    private final Random random = new Random(5);
    private final int[] jumps = IntStream.range(0, RUNS).map(i -> 10 + i % 10).toArray();
    private final Observations raw = runs();
    private final Outcome outcome = Outcome.of(
            "convergence",
            raw.runs(),
            Arrays.stream(jumps)
                    .mapToDouble(t -> t + 15 + random.nextGaussian() / 4)
                    .toArray(),
            new boolean[RUNS]);

    private Observations runs() {
        List<double[][]> rows = new ArrayList<>();
        for (int jump : jumps) {
            double[][] run = new double[LENGTH][];
            for (int t = 0; t < LENGTH; t++) {
                run[t] = new double[] {(t < jump ? 0 : 5) + random.nextGaussian() / 2, random.nextGaussian()};
            }
            rows.add(run);
        }
        return Observations.of(
                IntStream.range(0, RUNS).mapToObj(i -> "seed" + i).toList(), List.of("level", "noise"), rows);
    }

    @Test
    void aCrossingTellsWhatStatesTell() {
        CrossingPlacebo placebo = CrossingPlacebo.of(raw.standardized(), outcome);
        assertThat(placebo.crossings().get(0).feature()).isEqualTo("level");
        assertThat(placebo.crossings().get(0).rSquared()).isGreaterThan(0.9);
    }

    @Test
    void refitsOfOneRoadFindNoDetour() {
        VerdictStability stability = VerdictStability.of(HMM, raw.standardized(), outcome, 2, 3);
        assertThat(stability.refits()).hasSize(4);
        assertThat(stability.withDetour(VerdictStability.Kind.RESTART)).isZero();
        assertThat(stability.of(VerdictStability.Kind.PART)).allMatch(refit -> refit.runs() == 16);
        assertThat(stability.of(VerdictStability.Kind.RESTART)).allMatch(refit -> refit.rSquared() > 0.9);
        assertThat(stability.of(VerdictStability.Kind.RESTART))
                .allMatch(refit -> refit.forks() == 0 && Double.isNaN(refit.forkP()));
    }

    @Test
    void coefficientsAreFollowedThroughRefits() {
        VerdictStability stability = VerdictStability.of(HMM, raw.standardized(), outcome, 2, 3);
        // The time is that in state 0 plus 15, and 15 is .375 of all forty checkpoints.
        double[] expected = {1.375, 0.375};
        assertThat(stability.fit()).allSatisfy(c -> {
            assertThat(c.value()).isCloseTo(expected[c.state()], within(0.05));
            assertThat(c.overlap()).isEqualTo(1);
        });
        assertThat(stability.of(VerdictStability.Kind.RESTART))
                .allSatisfy(refit -> assertThat(refit.coefficients()).allSatisfy(c -> {
                    assertThat(c.value()).isCloseTo(expected[c.state()], within(0.05));
                    assertThat(c.overlap()).isGreaterThan(0.95);
                    assertThat(c.isSignificant()).isTrue();
                }));
        assertThat(stability.of(VerdictStability.Kind.PART))
                .allSatisfy(refit ->
                        assertThat(refit.coefficients().get(0).overlap()).isBetween(0.3, 1.0));
        assertThat(stability.coefficientTable().column("restarts: p < .05").asList())
                .isEqualTo(List.of("2 of 2", "2 of 2"));
        assertThat(stability).asString().contains("The largest coefficient, 1.38 of state 0, lies between 1.3");
    }

    @Test
    void onlyWhatHasHappenedIsForecast() {
        double[][] nothing = new double[RUNS][LENGTH];
        Arrays.setAll(nothing, i -> random.doubles(LENGTH).toArray());
        Forecast forecast = Forecast.of(HMM, raw, outcome, Map.of("nothing", nothing), 5, 8, 22);
        assertThat(forecast.points().stream().map(Forecast.Point::predictor))
                .containsExactly("states", "nothing", "states", "nothing");
        double before = forecast.points().get(0).rSquared();
        double after = forecast.points().get(2).rSquared();
        assertThat(before).as("no run has jumped").isBetween(-1.0, 0.3);
        assertThat(after).as("all runs have jumped").isGreaterThan(0.9);
        Forecast.Point chance = forecast.points().get(3);
        assertThat(chance.overStates())
                .isCloseTo(chance.error() - forecast.points().get(2).error(), within(1e-12));
        assertThat(chance.overStates() - chance.halfWidth())
                .as("noise tells less, beyond chance")
                .isPositive();
        assertThat(forecast.points().get(2).halfWidth()).isZero();
        assertThat(forecast).asString().matches(".*The states are ahead at [12] of 2, beyond chance at [12]\\.");
    }

    @Test
    void numberingsOfTheStatesAreAllTried() {
        HmmModel model = HMM.withStates(3).fit(raw.standardized());
        Occupancies occupancies = Occupancies.of(DecodedRuns.of(model, raw.standardized()));
        Dissimilarity.OverNumberings range = Dissimilarity.overNumberings(occupancies);
        double here = Dissimilarity.paper(occupancies).mean();
        assertThat(here).isBetween(range.least() - 1e-12, range.most() + 1e-12);
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        double[] all = Arrays.stream(orders)
                .mapToDouble(order -> Dissimilarity.paper(
                                Occupancies.of(DecodedRuns.of(model.permuted(order), raw.standardized())))
                        .mean())
                .toArray();
        assertThat(range.least()).isCloseTo(Arrays.stream(all).min().orElseThrow(), within(1e-9));
        assertThat(range.most()).isCloseTo(Arrays.stream(all).max().orElseThrow(), within(1e-9));
    }
}

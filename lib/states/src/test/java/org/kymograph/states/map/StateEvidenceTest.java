package org.kymograph.states.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.states.hmm.Toy;
import org.kymograph.stats.Statistics;

/** Correlations, adjusted p-values, detours and forks. */
class StateEvidenceTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);

    @Test
    void testsCorrelationsFromBothSides() {
        // Parities, 40 runs; the original prints r rounded to three digits.
        assertThat(StateCorrelations.pValue(0.375, 40)).isCloseTo(0.0170, Offset.offset(2e-4));
        assertThat(StateCorrelations.pValue(-0.375, 40)).isEqualTo(StateCorrelations.pValue(0.375, 40));
        // With three runs T has one degree of freedom: p = 1 − (2/π) arctan |t|.
        assertThat(StateCorrelations.pValue(0.5, 3))
                .isCloseTo(1 - 2 / Math.PI * Math.atan(0.5 / Math.sqrt(0.75)), EPSILON);
        assertThat(StateCorrelations.pValue(-1, 9)).isZero();
        assertThat(StateCorrelations.pValue(0.5, 2)).isNaN();
        assertThat(StateCorrelations.pValue(Double.NaN, 9)).isNaN();
    }

    @Test
    void correlatesVisitsWithConvergence() {
        StatePaths paths = Toy.paths(4, new int[] {0, 1}, new int[] {0, 2}, new int[] {0, 1, 2}, new int[] {0, 0});
        StateCorrelations result = StateCorrelations.of(paths, Toy.outcome(5, 1, 4, 2));
        assertThat(result.states())
                .extracting(StateCorrelations.Correlation::visitors)
                .containsExactly(4, 2, 2, 0);
        assertThat(result.states().get(0).r()).as("obligatory").isNaN();
        assertThat(result.states().get(3).p()).as("never visited").isNaN();
        StateCorrelations.Correlation one = result.states().get(1);
        assertThat(one.r()).isCloseTo(1.5 / Math.sqrt(2.5), EPSILON);
        assertThat(one.t()).isCloseTo(one.r() * Math.sqrt(2) / Math.sqrt(1 - one.r() * one.r()), EPSILON);
        assertThat(one.holm()).isCloseTo(2 * one.p(), EPSILON);
        assertThat(result.states().get(2).r()).isCloseTo(-0.5 / Math.sqrt(2.5), EPSILON);
        assertThat(result.table().rowCount()).isEqualTo(4);
    }

    @Test
    void adjustsForManyTests() {
        double[] p = {0.04, 0.01, Double.NaN, 0.05, 0.02, 0.03};
        assertThat(Statistics.benjaminiHochberg(p))
                .containsExactly(new double[] {0.05, 0.05, Double.NaN, 0.05, 0.05, 0.05}, EPSILON);
        assertThat(Statistics.holm(p))
                .containsExactly(new double[] {0.09, 0.05, Double.NaN, 0.09, 0.08, 0.09}, EPSILON);
        assertThat(Statistics.holm(0.9, 0.8)).containsExactly(1, 1);
        assertThat(Statistics.benjaminiHochberg(0.001, 0.5, 0.2))
                .containsExactly(new double[] {0.003, 0.5, 0.3}, EPSILON);
        assertThat(Statistics.holm()).isEmpty();
        assertThatThrownBy(() -> Statistics.holm(1.5)).hasMessage("p is 1.5; expected 0 to 1, or NaN");
    }

    /** Twelve runs 0 → [1 →] 2 whose convergence is 10 and 2 for every checkpoint in state 1. */
    private static StatePaths optionalOne() {
        List<int[]> paths = new ArrayList<>();
        for (int run = 0; run < 12; run++) {
            int in = run < 4 ? 0 : run - 2;
            paths.add(Toy.stays(0, 5 + run % 3, 1, in, 2, 25 - in - run % 3));
        }
        return StatePaths.of(Toy.names(12), 3, paths);
    }

    private static Outcome delays(StatePaths paths, double delay, boolean[] censored) {
        double[] values = new double[12];
        for (int run = 0; run < 12; run++) {
            values[run] = 10 + delay * Occupancies.of(paths).counts()[run][1] + 0.01 * (run * 7 % 5);
        }
        return Outcome.of("convergence", paths.runs(), values, censored);
    }

    private static Detours detours(StatePaths paths, Outcome outcome, double threshold) {
        return Detours.of(paths, outcome, OccupancyRegression.of(Occupancies.of(paths), outcome), threshold);
    }

    @Test
    void findsDetours() {
        StatePaths paths = optionalOne();
        Detours detours = detours(paths, delays(paths, 2, new boolean[12]), Detours.PAPER_THRESHOLD);
        assertThat(detours.regressionP()).isLessThan(1e-9);
        assertThat(detours.detours()).containsExactly(1);
        Detours.Judgement one = detours.states().get(1);
        assertThat(one.avoiders()).isEqualTo(4);
        assertThat(one.coefficient()).isCloseTo(2.33, Offset.offset(0.02));
        assertThat(one.contrast()).isPositive();
        assertThat(one.holm()).as("the only optional state").isEqualTo(one.p());
        assertThat(one.reason()).startsWith("4 runs converge without it, and each checkpoint");
        assertThat(detours.states().get(0).reason()).isEqualTo("no run converges without it");
        assertThat(detours.states().get(0).holm()).isNaN();
        assertThat(detours.table().rowCount()).isEqualTo(3);
    }

    @Test
    void saysWhyAStateIsNoDetour() {
        StatePaths paths = optionalOne();
        assertThat(detours(paths, delays(paths, -2, new boolean[12]), 0.001)
                        .states()
                        .get(1)
                        .reason())
                .contains("isn't above 0");
        assertThat(detours(paths, delays(paths, 2, new boolean[12]), 1e-300)
                        .states()
                        .get(1)
                        .reason())
                .contains("isn't significant")
                .endsWith("not below 1.0E-300");
        boolean[] censored = new boolean[12];
        Arrays.fill(censored, 0, 4, true);
        assertThat(detours(paths, delays(paths, 2, censored), 0.001)
                        .states()
                        .get(1)
                        .reason())
                .as("the runs that avoid it never converge")
                .isEqualTo("no run converges without it");
    }

    @Test
    void testsForks() {
        StatePaths paths = Toy.paths(
                4,
                new int[] {0, 1, 3},
                new int[] {0, 0, 1},
                new int[] {0, 1},
                new int[] {0, 2, 3},
                new int[] {0, 2},
                new int[] {0, 0, 2, 1},
                new int[] {0, 0});
        ForkTest result = ForkTest.of(paths, Toy.outcome(1, 2, 3, 11, 12, 13, 5), 20000, 1);
        ForkTest.Fork fork = result.forks().get(0);
        assertThat(fork.state()).isZero();
        assertThat(fork.branches()).extracting(ForkTest.Branch::to).containsExactly(1, 2);
        assertThat(fork.branches().get(1).runs()).containsExactly("seed3", "seed4", "seed5");
        assertThat(fork.branches().get(1).outcome().mean()).isEqualTo(12);
        assertThat(fork.statistic()).isCloseTo(6 * 25, EPSILON);
        // Of the 20 ways to deal six runs to two branches of three, two separate them so far.
        assertThat(fork.p()).isCloseTo(0.1, Offset.offset(0.01));
        assertThat(result.forks()).extracting(ForkTest.Fork::state).containsExactly(0, 2);
        assertThat(result.forks().get(1).p()).as("one run a branch").isEqualTo(1);
        assertThat(fork.holm()).isCloseTo(2 * fork.p(), EPSILON);
        assertThat(ForkTest.of(paths, Toy.outcome(1, 2, 3, 11, 12, 13, 5), 20000, 1))
                .isEqualTo(result);
        assertThat(ForkTest.of(paths, Toy.outcome(4, 4, 4, 4, 4, 4, 4), 100, 1)
                        .forks()
                        .get(0)
                        .p())
                .isEqualTo(1);
        assertThat(result.table().rowCount()).isEqualTo(4);
        assertThat(ForkTest.of(Toy.paths(2, new int[] {0, 1}, new int[] {0, 1}), Toy.outcome(1, 2), 10, 0)
                        .forks())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0", "-3"})
    void needsPermutations(int permutations) {
        assertThatThrownBy(() -> ForkTest.of(Toy.paths(1, new int[] {0}), Toy.outcome(1), permutations, 0))
                .hasMessageContaining("permutations is " + permutations);
    }
}

package org.kymograph.states.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.states.hmm.Toy;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.Statistics;

class OccupancyRegressionTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);

    /** Rows of counts that sum to the same. */
    private static double[][] counts(int n, int states, int total, long seed) {
        RandomGenerator random = Streams.of(seed, "test counts");
        double[][] x = new double[n][states];
        for (double[] row : x) {
            for (int t = 0; t < total; t++) {
                row[Streams.below(random, states)]++;
            }
        }
        return x;
    }

    private static double[] noisy(double[][] x, double[] beta, double sigma, long seed) {
        RandomGenerator random = Streams.of(seed, "test noise");
        return Arrays.stream(x)
                .mapToDouble(row -> MathArrays.linearCombination(row, beta) + sigma * Streams.gaussian(random))
                .toArray();
    }

    @Test
    void contrastsDontMoveWithTheMean() {
        StatePaths paths = Toy.paths(
                3,
                Toy.stays(0, 2, 1, 8),
                Toy.stays(0, 5, 1, 5),
                Toy.stays(0, 3, 2, 7),
                Toy.stays(0, 1, 1, 4, 2, 5),
                Toy.stays(0, 6, 2, 4));
        Outcome outcome = Toy.outcome(3, 7, 4, 2, 9);
        OccupancyRegression regression = OccupancyRegression.of(Occupancies.of(paths), outcome);
        OccupancyRegression later = OccupancyRegression.of(Occupancies.of(paths), Toy.outcome(103, 107, 104, 102, 109));
        assertThat(later.coefficients())
                .containsExactly(
                        Arrays.stream(regression.coefficients())
                                .map(b -> b + 10)
                                .toArray(),
                        EPSILON);
        assertThat(later.contrasts()).containsExactly(regression.contrasts(), EPSILON);
        assertThat(later.contrastErrors()).containsExactly(regression.contrastErrors(), EPSILON);
        double[] w = Occupancies.of(paths).overall();
        assertThat(MathArrays.linearCombination(w, regression.contrasts())).isCloseTo(0, EPSILON);
        assertThat(regression.table().rowCount()).isEqualTo(3);
        assertThat(regression.rSquared()).isEqualTo(later.rSquared(), EPSILON);
    }

    @Test
    void usesTheRunsThatHaveAnOutcome() {
        StatePaths paths = Toy.paths(2, Toy.stays(0, 1, 1, 2), Toy.stays(0, 2, 1, 1), Toy.stays(0, 3));
        Outcome some =
                Outcome.of("convergence", List.of("seed2", "other", "seed0"), new double[] {3, 9, 1}, new boolean[] {
                    true, false, false
                });
        OccupancyRegression regression = OccupancyRegression.of(Occupancies.of(paths), some);
        assertThat(regression.runs()).containsExactly("seed0", "seed2");
        assertThat(regression.outcomes()).containsExactly(1, 3);
        assertThat(regression.censored()).isEqualTo(1);
        Outcome none = Outcome.of("convergence", List.of("seed2", "other"), new double[2], new boolean[2]);
        assertThatThrownBy(() -> OccupancyRegression.of(Occupancies.of(paths), none))
                .hasMessage("the number of runs with an outcome is 1; expected at least 2 of [seed0, seed1, seed2]");
    }

    @Test
    void bracketsCoefficients() {
        double[][] x = counts(40, 3, 100, 2);
        double[] beta = {0.5, -0.3, 1.2};
        List<int[]> paths = Arrays.stream(x)
                .map(row -> Toy.stays(0, (int) row[0], 1, (int) row[1], 2, (int) row[2]))
                .toList();
        Occupancies occupancies = Occupancies.of(StatePaths.of(Toy.names(40), 3, paths));
        Outcome outcome = Toy.outcome(noisy(x, beta, 2, 2));
        OccupancyRegression.Intervals intervals =
                OccupancyRegression.of(occupancies, outcome).intervals(500, 0.999, 4);
        double[] errors = OccupancyRegression.of(occupancies, outcome).fit().standardErrors();
        for (OccupancyRegression.Interval interval : intervals.states()) {
            assertThat(beta[interval.state()]).isBetween(interval.lower(), interval.upper());
            assertThat(interval.upper() - interval.lower())
                    .isBetween(3 * errors[interval.state()], 10 * errors[interval.state()]);
            assertThat(interval.used()).isEqualTo(500);
        }
        assertThat(OccupancyRegression.of(occupancies, outcome).intervals(500, 0.999, 4))
                .isEqualTo(intervals);
        assertThat(OccupancyRegression.of(occupancies, outcome).intervals(500, 0.999, 5))
                .isNotEqualTo(intervals);
        assertThat(intervals.table().rowCount()).isEqualTo(3);
        assertThatThrownBy(() -> OccupancyRegression.of(occupancies, outcome).intervals(10, 1, 4))
                .hasMessage("level is 1; expected a number between 0 and 1");
    }

    @Test
    void leavesOutDrawsThatDontDetermineACoefficient() {
        StatePaths paths = Toy.paths(
                3, Toy.stays(0, 4, 1, 6), Toy.stays(0, 5, 1, 5), Toy.stays(0, 3, 1, 7), Toy.stays(0, 3, 2, 7));
        OccupancyRegression.Intervals intervals = OccupancyRegression.of(Occupancies.of(paths), Toy.outcome(4, 5, 3, 9))
                .intervals(1000, 0.9, 0);
        // State 2 needs its one run and two different others: 1 − (81 + 1 + 42)/256 = 52 % of the draws.
        assertThat(intervals.states().get(2).used()).isBetween(450, 580);
        assertThat(org.kymograph.stats.Statistics.quantile(new double[] {1, 2, 4}, 0.75))
                .isEqualTo(3);
    }

    @Test
    void takesTheLeastNormWhereStatesDontVary() {
        // State 0 always lasts 10: only β_1 − β_2 and the level are determined.
        int[] in = {0, 0, 4, 6, 9, 12};
        StatePaths paths = Toy.paths(
                4,
                Arrays.stream(in)
                        .mapToObj(n -> Toy.stays(0, 10, 1, n, 2, 20 - n))
                        .toArray(int[][]::new));
        Outcome outcome = Toy.outcome(10, 10.5, 14.2, 16, 19.3, 22);
        OccupancyRegression regression = OccupancyRegression.of(Occupancies.of(paths), outcome);
        double[] beta = regression.coefficients();
        double[] y = regression.outcomes();
        double slope = Statistics.pearson(Arrays.stream(in).asDoubleStream().toArray(), y)
                * MeanSd.of(y).sd()
                / MeanSd.of(Arrays.stream(in).asDoubleStream().toArray()).sd();
        double level = MeanSd.of(y).mean() - slope * Arrays.stream(in).average().orElseThrow();
        assertThat(regression.fit().estimable()).containsExactly(false, false, false, false);
        assertThat(beta[1] - beta[2]).isCloseTo(slope, EPSILON);
        assertThat(10 * beta[0] + 20 * beta[2]).isCloseTo(level, EPSILON);
        // Along the solutions (−2, 1, 1) the norm is least.
        assertThat(-2 * beta[0] + beta[1] + beta[2]).isCloseTo(0, EPSILON);
        assertThat(regression.fit().modelDegreesOfFreedom()).isEqualTo(1);
        assertThat(regression.contrasts()[3]).isNaN();
        Detours detours = Detours.of(paths, outcome, regression, 0.001);
        assertThat(detours.detours()).containsExactly(1);
        assertThat(detours.states().get(1).reason()).endsWith("(one of several least-squares solutions)");
        assertThat(detours.states().get(3).reason()).isEqualTo("none of the counted checkpoints is in it");
        OccupancyRegression.Interval one = OccupancyRegression.of(Occupancies.of(paths), outcome)
                .intervals(300, 0.95, 1)
                .states()
                .get(1);
        assertThat(one.used()).isGreaterThan(290);
        assertThat(beta[1]).isBetween(one.lower(), one.upper());
    }
}

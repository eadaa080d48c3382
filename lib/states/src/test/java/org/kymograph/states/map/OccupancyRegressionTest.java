package org.kymograph.states.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.base.Streams;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.states.hmm.Toy;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.OlsFit;
import org.kymograph.stats.Pseudoinverse;

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
                .mapToDouble(row -> Pseudoinverse.dot(row, beta) + sigma * Streams.gaussian(random))
                .toArray();
    }

    @Test
    void isRegressionWithAnInterceptWhereACountFollowsFromTheOthers() {
        double[][] x = counts(40, 6, 300, 1);
        double[] y = noisy(x, new double[] {-0.15, 0.98, 1.19, -0.2, 0.18, 0.95}, 5, 1);
        OlsFit fit = OlsFit.of(x, y);
        assertThat(fit.hasImplicitConstant()).isTrue();
        assertThat(fit.modelDegreesOfFreedom()).isEqualTo(5);
        assertThat(fit.residualDegreesOfFreedom()).isEqualTo(34);

        // The same by another library, with an intercept and without the last column: β_k − β_last.
        OLSMultipleLinearRegression other = new OLSMultipleLinearRegression();
        other.newSampleData(
                y, Arrays.stream(x).map(row -> Arrays.copyOf(row, 5)).toArray(double[][]::new));
        double[] theirs = other.estimateRegressionParameters();
        double[] errors = other.estimateRegressionParametersStandardErrors();
        double[] ours = fit.coefficients();
        assertThat(fit.rSquared()).isCloseTo(other.calculateRSquared(), EPSILON);
        for (int k = 0; k < 5; k++) {
            double[] contrast = new double[6];
            contrast[k] = 1;
            contrast[5] = -1;
            assertThat(ours[k] - ours[5]).isCloseTo(theirs[k + 1], EPSILON);
            assertThat(fit.combinationError(contrast)).isCloseTo(errors[k + 1], EPSILON);
        }
        assertThat(ours[5] * 300).as("the intercept").isCloseTo(theirs[0], Offset.offset(1e-6));
        assertThat(fit.standardErrors()[5] * 300).isCloseTo(errors[0], Offset.offset(1e-6));
        assertThat(fit.residualVariance()).isCloseTo(other.estimateErrorVariance(), EPSILON);
    }

    @Test
    void comparesTwoGroupsAsATTestDoes() {
        // One state each: coefficients are the groups' means, F is the square of the two-sample t.
        double[][] x = {{1, 0}, {1, 0}, {1, 0}, {0, 1}, {0, 1}};
        OlsFit fit = OlsFit.of(x, new double[] {1, 2, 3, 10, 14});
        assertThat(fit.coefficients()).containsExactly(new double[] {2, 12}, EPSILON);
        double pooled = (2 + 8) / 3.0;
        assertThat(fit.standardErrors())
                .containsExactly(new double[] {Math.sqrt(pooled / 3), Math.sqrt(pooled / 2)}, EPSILON);
        assertThat(fit.fStatistic()).isCloseTo(100 / (pooled * (1 / 3.0 + 1 / 2.0)), EPSILON);
        assertThat(fit.rSquared()).isCloseTo(120 / 130.0, EPSILON);
        assertThat(fit.pValue()).isCloseTo(OlsFit.twoSided(Math.sqrt(fit.fStatistic()), 3), EPSILON);
    }

    @Test
    void leavesOutStatesThatNoRunVisits() {
        OlsFit fit = OlsFit.of(new double[][] {{1, 0, 2}, {2, 0, 1}, {3, 0, 0}, {0, 0, 3}}, new double[] {1, 2, 4, 0});
        assertThat(fit.rank()).isEqualTo(2);
        assertThat(fit.modelDegreesOfFreedom()).isEqualTo(1);
        assertThat(fit.coefficients()[1]).isZero();
        assertThat(fit.estimable()).containsExactly(true, false, true);
        assertThat(fit.standardErrors()[1]).isZero();
        assertThat(fit.pValues()[1]).isNaN();
    }

    @Test
    void countsR2FromZeroWithoutAConstant() {
        OlsFit fit = OlsFit.of(new double[][] {{1}, {2}, {3}}, new double[] {1, 2, 4});
        assertThat(fit.hasImplicitConstant()).isFalse();
        double residual = 21 - 17 * 17 / 14.0;
        assertThat(fit.rSquared()).isCloseTo(1 - residual / 21, EPSILON);
        assertThat(fit.modelDegreesOfFreedom()).isEqualTo(1);
        assertThat(fit.residualDegreesOfFreedom()).isEqualTo(2);
    }

    /** R² and the statistics that the paper and the authors' notebook print for it; R² is rounded to three digits. */
    @ParameterizedTest
    @CsvSource({"0.977, 5, 34, 287.1", "0.961, 5, 34, 166.2", "0.905, 4, 35, 83.0"})
    void agreesWithPublishedF(double rSquared, int model, int residual, double f) {
        assertThat(f)
                .isBetween(
                        OlsFit.fStatistic(rSquared - 5e-4, model, residual),
                        OlsFit.fStatistic(rSquared + 5e-4, model, residual));
    }

    @ParameterizedTest
    @CsvSource({"0.094, 4, 35, 0.469, 0.004", "0.514, 2, 37, 1.6e-6, 1e-7", "0.049, 3, 36, 0.611, 0.006"})
    void agreesWithPublishedP(double rSquared, int model, int residual, double p, double tolerance) {
        assertThat(OlsFit.fPValue(OlsFit.fStatistic(rSquared, model, residual), model, residual))
                .isCloseTo(p, Offset.offset(tolerance));
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
        assertThat(Pseudoinverse.dot(w, regression.contrasts())).isCloseTo(0, EPSILON);
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
                .hasMessageContaining("has 1 of the runs")
                .hasMessageContaining("at least 2");
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
        BootstrapIntervals intervals = BootstrapIntervals.of(occupancies, outcome, 500, 0.999, 4);
        double[] errors = OccupancyRegression.of(occupancies, outcome).fit().standardErrors();
        for (BootstrapIntervals.Interval interval : intervals.states()) {
            assertThat(beta[interval.state()]).isBetween(interval.lower(), interval.upper());
            assertThat(interval.upper() - interval.lower())
                    .isBetween(3 * errors[interval.state()], 10 * errors[interval.state()]);
            assertThat(interval.used()).isEqualTo(500);
        }
        assertThat(BootstrapIntervals.of(occupancies, outcome, 500, 0.999, 4)).isEqualTo(intervals);
        assertThat(BootstrapIntervals.of(occupancies, outcome, 500, 0.999, 5)).isNotEqualTo(intervals);
        assertThat(intervals.table().rowCount()).isEqualTo(3);
        assertThatThrownBy(() -> BootstrapIntervals.of(occupancies, outcome, 10, 1, 4))
                .hasMessageContaining("level 1.0");
    }

    @Test
    void leavesOutDrawsThatDontDetermineACoefficient() {
        StatePaths paths = Toy.paths(
                3, Toy.stays(0, 4, 1, 6), Toy.stays(0, 5, 1, 5), Toy.stays(0, 3, 1, 7), Toy.stays(0, 3, 2, 7));
        BootstrapIntervals intervals =
                BootstrapIntervals.of(Occupancies.of(paths), Toy.outcome(4, 5, 3, 9), 1000, 0.9, 0);
        // State 2 needs its one run and two different others: 1 − (81 + 1 + 42)/256 = 52 % of the draws.
        assertThat(intervals.states().get(2).used()).isBetween(450, 580);
        assertThat(BootstrapIntervals.quantile(new double[] {1, 2, 4}, 0.75)).isEqualTo(3);
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
        double slope = StateCorrelations.pearson(
                        Arrays.stream(in).asDoubleStream().toArray(), y)
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
        BootstrapIntervals.Interval one = BootstrapIntervals.of(Occupancies.of(paths), outcome, 300, 0.95, 1)
                .states()
                .get(1);
        assertThat(one.used()).isGreaterThan(290);
        assertThat(beta[1]).isBetween(one.lower(), one.upper());
    }

    @Test
    void isLeastSquaresWithoutCensoring() {
        double[][] x = counts(30, 3, 50, 3);
        double[] y = noisy(x, new double[] {1, 2, 0.5}, 4, 3);
        OlsFit ols = OlsFit.of(x, y);
        TobitFit tobit = TobitFit.of(x, y, new boolean[30]);
        assertThat(tobit.converged()).isTrue();
        assertThat(tobit.coefficients()).containsExactly(ols.coefficients(), Offset.offset(1e-6));
        assertThat(tobit.sigma()).isCloseTo(Math.sqrt(ols.residualSquares() / 30), Offset.offset(1e-6));
        double shrink = Math.sqrt(27 / 30.0);
        assertThat(tobit.standardErrors())
                .containsExactly(
                        Arrays.stream(ols.standardErrors()).map(e -> e * shrink).toArray(), Offset.offset(1e-6));
        double log = -15 * Math.log(2 * Math.PI * ols.residualSquares() / 30) - 15;
        assertThat(tobit.logLikelihood()).isCloseTo(log, Offset.offset(1e-6));
    }

    @Test
    void findsTheMaximumOfTheCensoredLikelihood() {
        double[][] x = counts(200, 3, 50, 4);
        double[] beta = {0.2, 1, 0.6};
        double[] latent = noisy(x, beta, 3, 4);
        double limit = 32;
        boolean[] censored = new boolean[200];
        double[] y = new double[200];
        for (int i = 0; i < 200; i++) {
            censored[i] = latent[i] > limit;
            y[i] = Math.min(latent[i], limit);
        }
        assertThat(IntStream.range(0, 200).filter(i -> censored[i]).count()).isBetween(30L, 120L);
        TobitFit tobit = TobitFit.of(x, y, censored);
        assertThat(tobit.converged()).isTrue();
        double[] p = Arrays.copyOf(tobit.coefficients(), 4);
        Arrays.setAll(p, i -> i < 3 ? p[i] / tobit.sigma() : 1 / tobit.sigma());
        for (int i = 0; i < 4; i++) {
            for (double move : new double[] {-1e-3, 1e-3}) {
                double[] moved = p.clone();
                moved[i] += move;
                assertThat(TobitFit.logLikelihood(x, y, censored, moved)).isLessThan(tobit.logLikelihood());
            }
        }
        assertThat(tobit.standardErrors()).containsExactly(numericErrors(x, y, censored, p), Offset.offset(1e-5));
        double[] ols = OlsFit.of(x, y).coefficients();
        for (int k = 0; k < 3; k++) {
            assertThat(Math.abs(tobit.coefficients()[k] - beta[k])).isLessThan(4 * tobit.standardErrors()[k]);
        }
        assertThat(distance(tobit.coefficients(), beta)).isLessThan(0.75 * distance(ols, beta));
    }

    /** From second differences of the log-likelihood in (β, σ). */
    private static double[] numericErrors(double[][] x, double[] y, boolean[] censored, double[] gammaTheta) {
        double[] b = gammaTheta.clone();
        Arrays.setAll(b, i -> i < 3 ? gammaTheta[i] / gammaTheta[3] : 1 / gammaTheta[3]);
        double h = 1e-4;
        double[][] information = new double[4][4];
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                double sum = 0;
                for (int corner = 0; corner < 4; corner++) {
                    double[] moved = b.clone();
                    moved[i] += (corner & 1) == 0 ? h : -h;
                    moved[j] += (corner & 2) == 0 ? h : -h;
                    double[] p = moved.clone();
                    Arrays.setAll(p, k -> k < 3 ? moved[k] / moved[3] : 1 / moved[3]);
                    sum += (corner == 0 || corner == 3 ? 1 : -1) * TobitFit.logLikelihood(x, y, censored, p);
                }
                information[i][j] = -sum / (4 * h * h);
            }
        }
        double[][] inverse = Pseudoinverse.of(information).matrix();
        return IntStream.range(0, 3).mapToDouble(i -> Math.sqrt(inverse[i][i])).toArray();
    }

    private static double distance(double[] a, double[] b) {
        return Math.sqrt(IntStream.range(0, a.length)
                .mapToDouble(i -> (a[i] - b[i]) * (a[i] - b[i]))
                .sum());
    }

    @Test
    void saysWhenCensoringLeavesNoMaximum() {
        assertThatThrownBy(
                        () -> TobitFit.of(new double[][] {{1}, {1}}, new double[] {1, 2}, new boolean[] {true, true}))
                .hasMessageContaining("all 2 observations");
        assertThatThrownBy(() -> TobitFit.of(new double[][] {{1}, {2}}, new double[] {1, 2}, new boolean[2]))
                .hasMessageContaining("no residual");
        // Below −30 the tail is a series; both sides agree there.
        assertThat(TobitFit.logPhi(-30.0001)).isCloseTo(TobitFit.logPhi(-29.9999), Offset.offset(0.0061));
        assertThat(TobitFit.logPhi(-10)).isCloseTo(-53.23128515051247, EPSILON);
        assertThat(TobitFit.logPhi(-40)).isCloseTo(-804.6084420137538, EPSILON);
    }

    @Test
    void refusesWhatCantBeRegressed() {
        assertThatThrownBy(() -> OlsFit.of(new double[][] {{1}}, new double[] {1, 2}))
                .hasMessageContaining("1 rows of 1");
        assertThatThrownBy(() -> OlsFit.of(new double[][] {{1}, {Double.NaN}}, new double[] {1, 2}))
                .hasMessageContaining("row 2");
    }
}

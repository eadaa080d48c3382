package org.kymograph.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.base.Streams;

class OlsFitTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);

    private static final int RUNS = 14;

    /** Rows of counts that sum to the same. */
    static double[][] counts(int n, int states, int total, long seed) {
        RandomGenerator random = Streams.of(seed, "test counts");
        double[][] x = new double[n][states];
        for (double[] row : x) {
            for (int t = 0; t < total; t++) {
                row[Streams.below(random, states)]++;
            }
        }
        return x;
    }

    static double[] noisy(double[][] x, double[] beta, double sigma, long seed) {
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
    void leavesOneRunOutAsItsLeverageSays() {
        RandomGenerator random = Streams.of(5, "leverage");
        double[][] x = new double[RUNS][];
        double[] y = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            x[i] = new double[] {1 + random.nextDouble(), random.nextDouble(), random.nextDouble()};
            y[i] = 3 * x[i][0] - x[i][2] + Streams.gaussian(random);
        }
        // Allen's PRESS: the error of a run left out is e_i/(1 − h_i), and y_i − ȳ without it is (y_i − ȳ) n/(n − 1).
        OlsFit fit = OlsFit.of(x, y);
        Pseudoinverse inverse = Pseudoinverse.of(x);
        double press = 0;
        double total = 0;
        double mean = Arrays.stream(y).average().orElseThrow();
        for (int i = 0; i < RUNS; i++) {
            double error = (y[i] - fit.fitted()[i]) / (1 - inverse.quadratic(x[i]));
            press += error * error;
            total += Math.pow((y[i] - mean) * RUNS / (RUNS - 1), 2);
        }
        assertThat(OlsFit.heldOutRSquared(x, y, OlsFit.folds(RUNS, RUNS, 9))).isCloseTo(1 - press / total, EPSILON);
    }

    @Test
    void dealsFolds() {
        int[] folds = OlsFit.folds(RUNS, 4, 1);
        assertThat(Arrays.stream(folds).filter(f -> f == 0).count()).isEqualTo(4);
        assertThat(Arrays.stream(folds).filter(f -> f == 3).count()).isEqualTo(3);
        assertThat(OlsFit.folds(RUNS, 4, 1)).isEqualTo(folds);
        assertThat(OlsFit.folds(RUNS, 4, 2)).isNotEqualTo(folds);
        assertThatThrownBy(() -> OlsFit.folds(RUNS, 1, 1))
                .hasMessageContaining("folds is 1; expected 2")
                .hasMessageContaining("14");
        assertThatThrownBy(() -> OlsFit.folds(RUNS, 15, 1)).hasMessageContaining("folds is 15; expected 2");
    }

    @Test
    void refusesWhatCantBeRegressed() {
        assertThatThrownBy(() -> OlsFit.of(new double[][] {{1}}, new double[] {1, 2}))
                .hasMessageContaining("y has length 2; expected 1, the length of x");
        assertThatThrownBy(() -> OlsFit.of(new double[][] {{1}, {Double.NaN}}, new double[] {1, 2}))
                .hasMessageContaining("row 2");
    }
}

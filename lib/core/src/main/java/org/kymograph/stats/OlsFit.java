package org.kymograph.stats;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;

/**
 * Ordinary least squares without an intercept of its own: the solution of least norm, β = X⁺y. If a constant lies in the
 * span of the columns, as with the shares of a whole, it counts as the intercept: R² is about the mean of y and the model
 * has rank − 1 degrees of freedom. This is what statsmodels' {@code OLS} does, by which the paper's section 2.3 was computed.
 */
public final class OlsFit {
    private static final double SAME = 1e-8;

    private final Pseudoinverse inverse;
    private final double[] coefficients;
    private final double[] determination;
    private final double[] fitted;
    private final boolean implicitConstant;
    private final double residualSquares;
    private final double totalSquares;

    private OlsFit(double[][] x, double[] y) {
        inverse = Pseudoinverse.of(x);
        coefficients = inverse.times(y);
        determination = new double[coefficients.length];
        Arrays.setAll(determination, i -> inverse.determination(x, i));
        fitted = Arrays.stream(x)
                .mapToDouble(row -> Pseudoinverse.dot(row, coefficients))
                .toArray();
        implicitConstant = spansConstant(x);
        double mean = implicitConstant ? Statistics.mean(y) : 0;
        double residual = 0;
        double total = 0;
        for (int i = 0; i < y.length; i++) {
            residual += (y[i] - fitted[i]) * (y[i] - fitted[i]);
            total += (y[i] - mean) * (y[i] - mean);
        }
        residualSquares = residual;
        totalSquares = total;
    }

    private boolean spansConstant(double[][] x) {
        double[] ones = new double[x.length];
        Arrays.fill(ones, 1);
        double[] projection = inverse.times(ones);
        return Arrays.stream(x).allMatch(row -> Math.abs(Pseudoinverse.dot(row, projection) - 1) < 1e-8);
    }

    /**
     * Fits y on the columns of x.
     *
     * @param x a row of k finite numbers per observation
     * @param y a finite number per observation
     * @return the fit
     * @throws IllegalArgumentException if there are no observations or columns, rows differ in length or from y, or a number
     *     isn't finite
     */
    public static OlsFit of(double[][] x, double[] y) {
        Arguments.atLeast("the number of rows of x", x.length, 1);
        Arguments.sameLength("y", y.length, "x", x.length);
        Arguments.atLeast("the number of columns of x", x[0].length, 1);
        for (int i = 0; i < y.length; i++) {
            Arguments.sameLength("row " + (i + 1) + " of x", x[i].length, "row 1", x[0].length);
            Arguments.finite("y in row " + (i + 1), y[i]);
            Arguments.require(
                    Arrays.stream(x[i]).allMatch(Double::isFinite),
                    "row " + (i + 1) + " of x is " + Arrays.toString(x[i]) + "; expected finite numbers");
        }
        return new OlsFit(x, y);
    }

    /** Returns β, k numbers; 0 for a column of zeros. */
    public double[] coefficients() {
        return coefficients.clone();
    }

    /** Returns per coefficient whether the data determine it, rather than the choice of the least norm. */
    public boolean[] estimable() {
        boolean[] estimable = new boolean[determination.length];
        for (int i = 0; i < estimable.length; i++) {
            estimable[i] = Math.abs(determination[i] - 1) < SAME;
        }
        return estimable;
    }

    /**
     * Tells whether another fit says as much about a coefficient: that of a bootstrap draw may say less, as when a column is 0
     * there.
     *
     * @param other a fit on other rows of the same columns
     * @param i the coefficient's index
     * @return whether the diagonal elements of X⁺X are the same up to rounding
     */
    public boolean determinesAsMuch(OlsFit other, int i) {
        return Math.abs(determination[i] - other.determination[i]) < SAME;
    }

    /** Returns whether a constant lies in the span of the columns. */
    public boolean hasImplicitConstant() {
        return implicitConstant;
    }

    /** Returns the rank of X. */
    public int rank() {
        return inverse.rank();
    }

    /** Returns rank, less one with an implicit constant. */
    public int modelDegreesOfFreedom() {
        return rank() - (implicitConstant ? 1 : 0);
    }

    /** Returns observations less rank. */
    public int residualDegreesOfFreedom() {
        return fitted.length - rank();
    }

    /** Returns Xβ. */
    public double[] fitted() {
        return fitted.clone();
    }

    /** Returns the sum of squared residuals. */
    public double residualSquares() {
        return residualSquares;
    }

    /** Returns 1 − SSR/SST, SST about the mean with an implicit constant, about 0 without; NaN if y is constant there. */
    public double rSquared() {
        return totalSquares == 0 ? Double.NaN : 1 - residualSquares / totalSquares;
    }

    /** Returns ((SST − SSR)/df model)/(SSR/df residual); NaN if one of the two is 0. */
    public double fStatistic() {
        return fStatistic(rSquared(), modelDegreesOfFreedom(), residualDegreesOfFreedom());
    }

    /**
     * Returns the F statistic of an R².
     *
     * @param rSquared R²
     * @param model the model's degrees of freedom
     * @param residual the residual degrees of freedom
     * @return F; NaN if one of the degrees is 0
     */
    public static double fStatistic(double rSquared, int model, int residual) {
        return model < 1 || residual < 1 ? Double.NaN : rSquared / model / ((1 - rSquared) / residual);
    }

    /** Returns the probability of a larger F if no column mattered. */
    public double pValue() {
        return fPValue(fStatistic(), modelDegreesOfFreedom(), residualDegreesOfFreedom());
    }

    /**
     * Returns the p-value of an F statistic.
     *
     * @param f the statistic
     * @param model the model's degrees of freedom
     * @param residual the residual degrees of freedom
     * @return the probability of a larger F; NaN if F is
     */
    public static double fPValue(double f, int model, int residual) {
        if (Double.isNaN(f) || Double.isInfinite(f)) {
            return Double.isNaN(f) ? Double.NaN : 0;
        }
        // P(F > f) = P(1/F < 1/f), and 1/F has the degrees swapped: small tails keep their digits.
        return f <= 0 ? 1 : new FDistribution(null, residual, model).cumulativeProbability(1 / f);
    }

    /** Returns SSR/df residual; NaN without residual degrees of freedom. */
    public double residualVariance() {
        return residualDegreesOfFreedom() < 1 ? Double.NaN : residualSquares / residualDegreesOfFreedom();
    }

    /**
     * Returns the standard errors.
     *
     * @return per coefficient √(SSR/df residual · (XᵀX)⁺_ii), which is that of the solution of least norm where the
     *     coefficient isn't estimable; NaN without residual degrees of freedom
     */
    public double[] standardErrors() {
        double[] errors = new double[coefficients.length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = Math.sqrt(residualVariance() * inverse.normal()[i][i]);
        }
        return errors;
    }

    /** Returns per coefficient β over its standard error; NaN for a column of zeros. */
    public double[] tStatistics() {
        double[] errors = standardErrors();
        double[] t = new double[errors.length];
        Arrays.setAll(t, i -> coefficients[i] / errors[i]);
        return t;
    }

    /** Returns per coefficient the two-sided p of its t. */
    public double[] pValues() {
        return Arrays.stream(tStatistics())
                .map(t -> twoSided(t, residualDegreesOfFreedom()))
                .toArray();
    }

    /**
     * Returns a weighted sum of the coefficients.
     *
     * @param weights a number per coefficient
     * @return the weighted sum of the coefficients
     */
    public double combination(double[] weights) {
        return Pseudoinverse.dot(weights, coefficients);
    }

    /**
     * Returns the standard error of a weighted sum of the coefficients.
     *
     * @param weights a number per coefficient
     * @return the standard error of the weighted sum of the coefficients
     */
    public double combinationError(double[] weights) {
        return Math.sqrt(residualVariance() * inverse.quadratic(weights));
    }

    /**
     * Returns the two-sided p-value of a t statistic.
     *
     * @param t the statistic
     * @param degreesOfFreedom the degrees of freedom of Student's distribution
     * @return 2 P(T > |t|); NaN if t is or there are no degrees of freedom
     */
    public static double twoSided(double t, int degreesOfFreedom) {
        if (Double.isNaN(t) || degreesOfFreedom < 1) {
            return Double.NaN;
        }
        return Double.isInfinite(t)
                ? 0
                : 2 * new TDistribution(null, degreesOfFreedom).cumulativeProbability(-Math.abs(t));
    }

    /**
     * Deals observations to folds.
     *
     * @param n the number of observations
     * @param folds the number of folds, 2 to n
     * @param seed the random seed
     * @return the fold of each observation; with n folds each is its own
     * @throws IllegalArgumentException if the number of folds is out of range
     */
    public static int[] folds(int n, int folds, long seed) {
        Arguments.check(folds >= 2 && folds <= n, "folds", folds, "2 to the number of runs, " + n);
        int[] order = Streams.permutation(Streams.of(seed, "held-out folds"), n);
        int[] fold = new int[n];
        for (int i = 0; i < n; i++) {
            fold[order[i]] = i % folds;
        }
        return fold;
    }

    /**
     * Returns R² on observations that the regression hasn't seen: 1 − Σ(y − ŷ)²/Σ(y − ȳ)², where ŷ and the mean ȳ come from
     * the other folds. 0 is no better than the others' mean; it may be below.
     *
     * @param x a row of numbers per observation
     * @param y a number per observation
     * @param fold the fold of each observation, as from {@link #folds}
     * @return R²; NaN if y is constant
     */
    public static double heldOutRSquared(double[][] x, double[] y, int[] fold) {
        int folds = Arrays.stream(fold).max().orElseThrow() + 1;
        double residual = 0;
        double total = 0;
        for (int f = 0; f < folds; f++) {
            int held = f;
            int[] others =
                    IntStream.range(0, y.length).filter(i -> fold[i] != held).toArray();
            double[][] trainX = Arrays.stream(others).mapToObj(i -> x[i]).toArray(double[][]::new);
            double[] trainY = Arrays.stream(others).mapToDouble(i -> y[i]).toArray();
            double[] beta = Pseudoinverse.of(trainX).times(trainY);
            double mean = Statistics.mean(trainY);
            for (int i = 0; i < y.length; i++) {
                if (fold[i] == f) {
                    double error = y[i] - Pseudoinverse.dot(x[i], beta);
                    residual += error * error;
                    total += (y[i] - mean) * (y[i] - mean);
                }
            }
        }
        return total == 0 ? Double.NaN : 1 - residual / total;
    }
}

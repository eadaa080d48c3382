package org.kymograph.stats;

import java.util.Arrays;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Ordinary least squares without an intercept of its own: the solution of least norm, β = X⁺y. If a constant lies in the
 * span of the columns, as with the shares of a whole, it counts as the intercept: R² is about the mean of y and the model
 * has rank − 1 degrees of freedom. This is what statsmodels' {@code OLS} does, by which the paper's section 2.3 was computed.
 */
public final class OlsFit {
    private final Pseudoinverse inverse;
    private final double[] coefficients;
    private final boolean[] estimable;
    private final double[] fitted;
    private final boolean implicitConstant;
    private final double residualSquares;
    private final double totalSquares;

    private OlsFit(double[][] x, double[] y) {
        inverse = Pseudoinverse.of(x);
        coefficients = inverse.times(y);
        estimable = new boolean[coefficients.length];
        for (int i = 0; i < estimable.length; i++) {
            estimable[i] = Pseudoinverse.isSame(inverse.determination(x, i), 1);
        }
        fitted = Arrays.stream(x)
                .mapToDouble(row -> Pseudoinverse.dot(row, coefficients))
                .toArray();
        implicitConstant = spansConstant(x);
        double mean = implicitConstant ? Arrays.stream(y).average().orElseThrow() : 0;
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
     * @param x a row of k finite numbers per observation
     * @param y a finite number per observation
     * @return the fit
     * @throws IllegalArgumentException if there are no observations or columns, rows differ in length or from y, or a number
     *     isn't finite
     */
    public static OlsFit of(double[][] x, double[] y) {
        if (x.length == 0 || x.length != y.length || x[0].length == 0) {
            throw new IllegalArgumentException("x: " + x.length + " rows" + (x.length > 0 ? " of " + x[0].length : "")
                    + " for " + y.length + " numbers y; expected as many of each, at least one");
        }
        for (int i = 0; i < y.length; i++) {
            if (x[i].length != x[0].length
                    || !Double.isFinite(y[i])
                    || !Arrays.stream(x[i]).allMatch(Double::isFinite)) {
                throw new IllegalArgumentException("row " + (i + 1) + ": x " + Arrays.toString(x[i]) + ", y " + y[i]
                        + "; expected " + x[0].length + " finite numbers and one");
            }
        }
        return new OlsFit(x, y);
    }

    /** @return β, k numbers; 0 for a column of zeros */
    public double[] coefficients() {
        return coefficients.clone();
    }

    /** @return per coefficient whether the data determine it, rather than the choice of the least norm */
    public boolean[] estimable() {
        return estimable.clone();
    }

    /** @return whether a constant lies in the span of the columns */
    public boolean hasImplicitConstant() {
        return implicitConstant;
    }

    /** @return the rank of X */
    public int rank() {
        return inverse.rank();
    }

    /** @return rank, less one with an implicit constant */
    public int modelDegreesOfFreedom() {
        return rank() - (implicitConstant ? 1 : 0);
    }

    /** @return observations less rank */
    public int residualDegreesOfFreedom() {
        return fitted.length - rank();
    }

    /** @return Xβ */
    public double[] fitted() {
        return fitted.clone();
    }

    /** @return the sum of squared residuals */
    public double residualSquares() {
        return residualSquares;
    }

    /** @return 1 − SSR/SST, SST about the mean with an implicit constant, about 0 without; NaN if y is constant there */
    public double rSquared() {
        return totalSquares == 0 ? Double.NaN : 1 - residualSquares / totalSquares;
    }

    /** @return ((SST − SSR)/df model)/(SSR/df residual); NaN if one of the two is 0 */
    public double fStatistic() {
        return fStatistic(rSquared(), modelDegreesOfFreedom(), residualDegreesOfFreedom());
    }

    public static double fStatistic(double rSquared, int model, int residual) {
        return model < 1 || residual < 1 ? Double.NaN : rSquared / model / ((1 - rSquared) / residual);
    }

    /** @return the probability of a larger F if no column mattered */
    public double pValue() {
        return fPValue(fStatistic(), modelDegreesOfFreedom(), residualDegreesOfFreedom());
    }

    public static double fPValue(double f, int model, int residual) {
        if (Double.isNaN(f) || Double.isInfinite(f)) {
            return Double.isNaN(f) ? Double.NaN : 0;
        }
        // P(F > f) = P(1/F < 1/f), and 1/F has the degrees swapped: small tails keep their digits.
        return f <= 0 ? 1 : new FDistribution(null, residual, model).cumulativeProbability(1 / f);
    }

    /** @return SSR/df residual; NaN without residual degrees of freedom */
    public double residualVariance() {
        return residualDegreesOfFreedom() < 1 ? Double.NaN : residualSquares / residualDegreesOfFreedom();
    }

    /**
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

    /** @return per coefficient β over its standard error; NaN for a column of zeros */
    public double[] tStatistics() {
        double[] errors = standardErrors();
        double[] t = new double[errors.length];
        Arrays.setAll(t, i -> coefficients[i] / errors[i]);
        return t;
    }

    /** @return per coefficient the two-sided p of its t */
    public double[] pValues() {
        return Arrays.stream(tStatistics())
                .map(t -> twoSided(t, residualDegreesOfFreedom()))
                .toArray();
    }

    /**
     * @param weights a number per coefficient
     * @return the weighted sum of the coefficients
     */
    public double combination(double[] weights) {
        return Pseudoinverse.dot(weights, coefficients);
    }

    /**
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
     * @param degreesOfFreedom of Student's distribution
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
}

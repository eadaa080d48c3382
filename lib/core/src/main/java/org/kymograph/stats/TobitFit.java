package org.kymograph.stats;

import java.util.Arrays;
import org.apache.commons.math3.special.Erf;
import org.kymograph.base.Arguments;

/**
 * Regression of a number that is only bounded from below for some observations: y*_i ~ N(x_iβ, σ²), where a censored y_i says
 * that y*_i > y_i (Tobin, Econometrica 1958). Maximum likelihood by Newton's method in Olsen's parameters γ = β/σ, θ = 1/σ,
 * in which the log-likelihood Σ log θ − ½(θy − xγ)² + Σ_censored log Φ(xγ − θy) is concave (Olsen, Econometrica 1978).
 */
public final class TobitFit {
    private static final int MOST_STEPS = 100;
    private static final double DECREMENT = 1e-10;

    private final double[] coefficients;
    private final double[] standardErrors;
    private final double sigma;
    private final double logLikelihood;
    private final boolean converged;

    private TobitFit(double[] p, Pseudoinverse information, double logLikelihood, boolean converged) {
        int k = p.length - 1;
        sigma = 1 / p[k];
        coefficients = Arrays.stream(p).limit(k).map(g -> g * sigma).toArray();
        standardErrors = new double[k];
        for (int i = 0; i < k; i++) {
            // Delta method: β_i = γ_i/θ.
            double[] slope = new double[k + 1];
            slope[i] = sigma;
            slope[k] = -coefficients[i] * sigma;
            standardErrors[i] = Math.sqrt(information.quadratic(slope));
        }
        this.logLikelihood = logLikelihood;
        this.converged = converged;
    }

    /**
     * Fits y on the columns of x, without an intercept.
     *
     * @param x a row of finite numbers per observation
     * @param y a finite number per observation
     * @param censored which y are only lower bounds
     * @return the fit
     * @throws IllegalArgumentException if lengths don't fit, all are censored, or least squares leaves no residual
     */
    public static TobitFit of(double[][] x, double[] y, boolean[] censored) {
        OlsFit start = OlsFit.of(x, y);
        Arguments.sameLength("censored", censored.length, "y", y.length);
        int uncensored = 0;
        double squares = 0;
        for (int i = 0; i < y.length; i++) {
            uncensored += censored[i] ? 0 : 1;
            squares += y[i] * y[i];
        }
        Arguments.require(
                uncensored > 0,
                "censored is true for all " + y.length + " observations; expected false for at least one");
        Arguments.require(
                start.residualSquares() > 1e-20 * squares,
                "y is a linear function of x; expected a residual, without which σ has no estimate");
        double theta = 1 / Math.sqrt(start.residualSquares() / y.length);
        double[] p = Arrays.copyOf(start.coefficients(), x[0].length + 1);
        Arrays.setAll(p, i -> p[i] * theta);
        p[p.length - 1] = theta;
        return newton(x, y, censored, p);
    }

    private static TobitFit newton(double[][] x, double[] y, boolean[] censored, double[] start) {
        double[] p = start;
        double value = logLikelihood(x, y, censored, p);
        for (int step = 0; step < MOST_STEPS; step++) {
            double[] gradient = new double[p.length];
            double[][] information = new double[p.length][p.length];
            differentiate(x, y, censored, p, gradient, information);
            Pseudoinverse inverse = Pseudoinverse.of(information);
            double[] direction = inverse.times(gradient);
            double decrement = Pseudoinverse.dot(direction, gradient);
            if (decrement < DECREMENT) {
                return new TobitFit(p, inverseOf(inverse), value, true);
            }
            double[] next = null;
            double better = Double.NEGATIVE_INFINITY;
            for (double length = 1; length > 1e-12 && !(better > value); length /= 2) {
                next = moved(p, direction, length);
                better = next[p.length - 1] > 0 ? logLikelihood(x, y, censored, next) : Double.NEGATIVE_INFINITY;
            }
            if (!(better > value)) {
                return new TobitFit(p, inverseOf(inverse), value, decrement < 1e-6);
            }
            p = next;
            value = better;
        }
        double[][] information = new double[p.length][p.length];
        differentiate(x, y, censored, p, new double[p.length], information);
        return new TobitFit(p, inverseOf(Pseudoinverse.of(information)), value, false);
    }

    /** The inverse information as the quadratic form that {@link Pseudoinverse#quadratic} takes. */
    private static Pseudoinverse inverseOf(Pseudoinverse information) {
        return new Pseudoinverse(information.rank(), information.matrix(), information.matrix());
    }

    private static double[] moved(double[] p, double[] direction, double length) {
        double[] result = p.clone();
        Arrays.setAll(result, i -> p[i] + length * direction[i]);
        return result;
    }

    static double logLikelihood(double[][] x, double[] y, boolean[] censored, double[] p) {
        int k = p.length - 1;
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            double r = p[k] * y[i];
            for (int j = 0; j < k; j++) {
                r -= p[j] * x[i][j];
            }
            sum += censored[i] ? logPhi(-r) : Math.log(p[k]) - 0.5 * Math.log(2 * Math.PI) - 0.5 * r * r;
        }
        return sum;
    }

    private static void differentiate(
            double[][] x, double[] y, boolean[] censored, double[] p, double[] gradient, double[][] information) {
        int k = p.length - 1;
        double[] a = new double[p.length];
        for (int i = 0; i < y.length; i++) {
            // u = aᵀp with a = (x, −y).
            double u = 0;
            for (int j = 0; j <= k; j++) {
                a[j] = j < k ? x[i][j] : -y[i];
                u += a[j] * p[j];
            }
            double first;
            double second;
            if (censored[i]) {
                first = millsRatio(u);
                second = first * (first + u);
            } else {
                first = -u;
                second = 1;
                gradient[k] += 1 / p[k];
                information[k][k] += 1 / (p[k] * p[k]);
            }
            for (int j = 0; j <= k; j++) {
                gradient[j] += first * a[j];
                for (int m = 0; m <= k; m++) {
                    information[j][m] += second * a[j] * a[m];
                }
            }
        }
    }

    /** Returns log Φ(u), by its asymptotic series where Φ is too small. */
    static double logPhi(double u) {
        if (u > -30) {
            return Math.log(0.5 * Erf.erfc(-u / Math.sqrt(2)));
        }
        double inverse = 1 / (u * u);
        return -0.5 * u * u
                - Math.log(-u)
                - 0.5 * Math.log(2 * Math.PI)
                + Math.log1p(-inverse * (1 - 3 * inverse * (1 - 5 * inverse)));
    }

    /** Returns φ(u)/Φ(u). */
    private static double millsRatio(double u) {
        return Math.exp(-0.5 * u * u - 0.5 * Math.log(2 * Math.PI) - logPhi(u));
    }

    /** Returns β, a number per column. */
    public double[] coefficients() {
        return coefficients.clone();
    }

    /** Returns the coefficients' standard errors, from the observed information. */
    public double[] standardErrors() {
        return standardErrors.clone();
    }

    /** Returns σ, the standard deviation about the fit. */
    public double sigma() {
        return sigma;
    }

    /** Returns the log-likelihood. */
    public double logLikelihood() {
        return logLikelihood;
    }

    /** Returns whether Newton's method found the maximum; it has none if all runs that visit a state are censored. */
    public boolean converged() {
        return converged;
    }
}

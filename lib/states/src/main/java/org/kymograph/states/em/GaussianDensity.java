package org.kymograph.states.em;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Log densities of rows under each state: log N(x; μ, Σ) = −½ (d log 2π + log |Σ| + |L⁻¹(x − μ)|²) with Σ = L·Lᵀ.
 *
 * <p>L⁻¹ is computed once per state; the rows are then whitened in blocks.
 */
final class GaussianDensity {
    private static final double LOG_2_PI = Math.log(2 * Math.PI);
    private static final int BLOCK = 128;

    private final int states;
    private final int features;
    private final int padded;
    private final boolean matrix;
    /** L⁻¹ of each state, rows padded with zeros; or 1/σ for diagonal matrices. */
    private final double[][] whitening;
    /** L⁻¹(μ − centre) of each state. */
    private final double[][] shift;
    /** −½ (d log 2π + log |Σ|) of each state. */
    private final double[] constant;
    /** States whose covariance is singular up to rounding; 0 stands for all where they share it. */
    private final List<Integer> singular = new ArrayList<>();

    private GaussianDensity(HmmParameters p) {
        states = p.states;
        features = p.features;
        padded = (features + Rows.LANES - 1) / Rows.LANES * Rows.LANES;
        matrix = p.covariance.isMatrix();
        whitening = new double[states][];
        shift = new double[states][features];
        constant = new double[states];
    }

    /**
     * Prepares the densities of a model.
     *
     * @param p the model
     * @param centre the numbers that were subtracted from the rows
     * @throws DegenerateStateException if a covariance has no Cholesky factor, even with jitter
     */
    static GaussianDensity of(HmmParameters p, double[] centre) throws DegenerateStateException {
        GaussianDensity density = new GaussianDensity(p);
        for (int k = 0; k < p.states; k++) {
            if (density.matrix) {
                density.whitenMatrix(p, k, centre);
            } else {
                density.whitenDiagonal(p, k, centre);
            }
        }
        return density;
    }

    private void whitenMatrix(HmmParameters p, int k, double[] centre) throws DegenerateStateException {
        int d = features;
        double logDeterminant = 0;
        if (p.covariance == Covariance.TIED && k > 0) {
            whitening[k] = whitening[0];
            constant[k] = constant[0];
        } else {
            Cholesky l = Cholesky.of(p.covariances, p.covariance == Covariance.TIED ? 0 : k * d * d, d);
            if (l == null) {
                throw new DegenerateStateException(k, "has a covariance that isn't positive definite");
            }
            if (l.singular()) {
                singular.add(k);
            }
            for (int i = 0; i < d; i++) {
                logDeterminant += 2 * Math.log(l.factor()[i * d + i]);
            }
            double[] inverse = l.inverse();
            whitening[k] = new double[d * padded];
            for (int i = 0; i < d; i++) {
                System.arraycopy(inverse, i * d, whitening[k], i * padded, d);
            }
            constant[k] = -0.5 * (d * LOG_2_PI + logDeterminant);
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                shift[k][i] += whitening[k][i * padded + j] * (p.means[k * d + j] - centre[j]);
            }
        }
    }

    private void whitenDiagonal(HmmParameters p, int k, double[] centre) {
        whitening[k] = new double[features];
        double logDeterminant = 0;
        for (int i = 0; i < features; i++) {
            int at = p.covariance == Covariance.DIAG ? k * features + i : k;
            double variance = Math.max(p.covariances[at], Double.MIN_NORMAL);
            logDeterminant += Math.log(variance);
            whitening[k][i] = 1 / Math.sqrt(variance);
            shift[k][i] = whitening[k][i] * (p.means[k * features + i] - centre[i]);
        }
        constant[k] = -0.5 * (features * LOG_2_PI + logDeterminant);
    }

    /** Returns the states whose covariance is singular up to rounding, so that their densities are noise. */
    List<Integer> singular() {
        return singular;
    }

    /** Writes the log density of row t under state k to {@code out[t·K + k]}. */
    void logDensities(Rows rows, double[] out) {
        // The compiler makes vector instructions of loops over whole arrays from 0, not of loops over parts of one
        // array.
        double[][] x = new double[padded][BLOCK];
        double[] y = new double[BLOCK];
        double[] square = new double[BLOCK];
        for (int from = 0; from < rows.count; from += BLOCK) {
            int n = Math.min(BLOCK, rows.count - from);
            for (int j = 0; j < features; j++) {
                System.arraycopy(rows.x, j * rows.count + from, x[j], 0, n);
            }
            for (int k = 0; k < states; k++) {
                Arrays.fill(square, 0, n, 0);
                for (int i = 0; i < features; i++) {
                    if (matrix) {
                        whiten(x, n, whitening[k], i, shift[k][i], y);
                        addSquares(y, n, square);
                    } else {
                        addScaledSquares(x[i], n, whitening[k][i], shift[k][i], square);
                    }
                }
                for (int r = 0; r < n; r++) {
                    out[(from + r) * states + k] = constant[k] - 0.5 * square[r];
                }
            }
        }
    }

    /** y_t = Σ_j≤i W_ij x_tj − shift. */
    private void whiten(double[][] x, int n, double[] w, int i, double shift, double[] y) {
        int at = i * padded;
        first(x[0], x[1], x[2], x[3], n, w[at], w[at + 1], w[at + 2], w[at + 3], shift, y);
        for (int j = Rows.LANES; j <= i; j += Rows.LANES) {
            add(x[j], x[j + 1], x[j + 2], x[j + 3], n, w[at + j], w[at + j + 1], w[at + j + 2], w[at + j + 3], y);
        }
    }

    private static void first(
            double[] x0,
            double[] x1,
            double[] x2,
            double[] x3,
            int n,
            double w0,
            double w1,
            double w2,
            double w3,
            double shift,
            double[] y) {
        for (int r = 0; r < n; r++) {
            y[r] = w0 * x0[r] + w1 * x1[r] + w2 * x2[r] + w3 * x3[r] - shift;
        }
    }

    private static void add(
            double[] x0,
            double[] x1,
            double[] x2,
            double[] x3,
            int n,
            double w0,
            double w1,
            double w2,
            double w3,
            double[] y) {
        for (int r = 0; r < n; r++) {
            y[r] += w0 * x0[r] + w1 * x1[r] + w2 * x2[r] + w3 * x3[r];
        }
    }

    private static void addSquares(double[] y, int n, double[] square) {
        for (int r = 0; r < n; r++) {
            square[r] += y[r] * y[r];
        }
    }

    private static void addScaledSquares(double[] x, int n, double scale, double shift, double[] square) {
        for (int r = 0; r < n; r++) {
            double y = scale * x[r] - shift;
            square[r] += y * y;
        }
    }

    /** Returns the log density under state k of one row, relative to the centre. */
    double logDensity(double[] row, int k) {
        double square = 0;
        for (double y : whitened(row, k)) {
            square += y * y;
        }
        return constant[k] - 0.5 * square;
    }

    /** Returns Σ⁻¹(μ − x) = −Wᵀ(W x − shift), the gradient of state k's log density at a row relative to the centre. */
    double[] gradient(double[] row, int k) {
        double[] y = whitened(row, k);
        double[] gradient = new double[features];
        for (int i = 0; i < features; i++) {
            if (matrix) {
                for (int j = 0; j <= i; j++) {
                    gradient[j] -= whitening[k][i * padded + j] * y[i];
                }
            } else {
                gradient[i] = -whitening[k][i] * y[i];
            }
        }
        return gradient;
    }

    private double[] whitened(double[] row, int k) {
        double[] y = new double[features];
        for (int i = 0; i < features; i++) {
            y[i] = -shift[k][i];
            if (matrix) {
                for (int j = 0; j <= i; j++) {
                    y[i] += whitening[k][i * padded + j] * row[j];
                }
            } else {
                y[i] += whitening[k][i] * row[i];
            }
        }
        return y;
    }
}

package org.kymograph.states;

import java.util.Arrays;

/**
 * Log densities of rows under each state: log N(x; μ, Σ) = −½ (d log 2π + log |Σ| + |L⁻¹(x − μ)|²) with Σ = L·Lᵀ.
 *
 * <p>L⁻¹ is computed once per state; the rows are then whitened in blocks, in loops over neighbouring rows that the
 * compiler turns into vector instructions.
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
     * @param p the model
     * @param centre what was subtracted from the rows
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
            double[] l = Cholesky.factor(p.covariances, p.covariance == Covariance.TIED ? 0 : k * d * d, d);
            if (l == null) {
                throw new DegenerateStateException(k, "has a covariance that isn't positive definite");
            }
            for (int i = 0; i < d; i++) {
                logDeterminant += 2 * Math.log(l[i * d + i]);
            }
            double[] inverse = Cholesky.inverse(l, d);
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

    /** Writes the log density of row t under state k to {@code out[t·K + k]}. */
    void logDensities(Rows rows, double[] out) {
        double[] y = new double[BLOCK];
        double[] square = new double[BLOCK];
        for (int from = 0; from < rows.count; from += BLOCK) {
            int n = Math.min(BLOCK, rows.count - from);
            for (int k = 0; k < states; k++) {
                Arrays.fill(square, 0, n, 0);
                for (int i = 0; i < features; i++) {
                    if (matrix) {
                        whiten(rows, from, n, whitening[k], i, shift[k][i], y);
                        addSquares(y, n, square);
                    } else {
                        addScaledSquares(rows.x, i * rows.count + from, n, whitening[k][i], shift[k][i], square);
                    }
                }
                for (int r = 0; r < n; r++) {
                    out[(from + r) * states + k] = constant[k] - 0.5 * square[r];
                }
            }
        }
    }

    /** y_t = Σ_j≤i W_ij x_tj − shift. */
    private void whiten(Rows rows, int from, int n, double[] w, int i, double shift, double[] y) {
        double[] x = rows.x;
        int stride = rows.count;
        Arrays.fill(y, 0, n, -shift);
        for (int j = 0; j <= i; j += Rows.LANES) {
            addLanes(x, j * stride + from, stride, n, w[i * padded + j], w[i * padded + j + 1], w[i * padded + j + 2],
                    w[i * padded + j + 3], y);
        }
    }

    private static void addLanes(double[] x, int at, int stride, int n, double w0, double w1, double w2, double w3,
            double[] y) {
        int at1 = at + stride;
        int at2 = at1 + stride;
        int at3 = at2 + stride;
        for (int r = 0; r < n; r++) {
            y[r] += w0 * x[at + r] + w1 * x[at1 + r] + w2 * x[at2 + r] + w3 * x[at3 + r];
        }
    }

    private static void addSquares(double[] y, int n, double[] square) {
        for (int r = 0; r < n; r++) {
            square[r] += y[r] * y[r];
        }
    }

    private static void addScaledSquares(double[] x, int at, int n, double scale, double shift, double[] square) {
        for (int r = 0; r < n; r++) {
            double y = scale * x[at + r] - shift;
            square[r] += y * y;
        }
    }
}

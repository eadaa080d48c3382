package org.kymograph.states.hmm;

/** Lower-triangular factors of small symmetric matrices, flat and row-major. */
public final class Cholesky {
    /** What hmmlearn adds to the diagonal of a matrix that has no factor, before it gives up. */
    static final double JITTER = 1e-7;

    private Cholesky() {}

    /**
     * Factors A = L·Lᵀ, with {@link #JITTER} on the diagonal if it doesn't work without.
     *
     * @param a holds A from {@code offset} on
     * @param offset where A begins
     * @param d rows of A
     * @return L, or null if A isn't positive definite
     */
    public static double[] factor(double[] a, int offset, int d) {
        double[] l = new double[d * d];
        return factor(a, offset, d, 0, l) || factor(a, offset, d, JITTER, l) ? l : null;
    }

    private static boolean factor(double[] a, int offset, int d, double jitter, double[] l) {
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[offset + i * d + j] + (i == j ? jitter : 0);
                for (int m = 0; m < j; m++) {
                    sum -= l[i * d + m] * l[j * d + m];
                }
                if (i == j) {
                    if (!(sum > 0) || sum == Double.POSITIVE_INFINITY) {
                        return false;
                    }
                    l[i * d + i] = Math.sqrt(sum);
                } else {
                    l[i * d + j] = sum / l[j * d + j];
                }
            }
        }
        return true;
    }

    /** @return L⁻¹ for a lower-triangular L of d rows */
    public static double[] inverse(double[] l, int d) {
        double[] w = new double[d * d];
        for (int j = 0; j < d; j++) {
            w[j * d + j] = 1 / l[j * d + j];
            for (int i = j + 1; i < d; i++) {
                double sum = 0;
                for (int m = j; m < i; m++) {
                    sum -= l[i * d + m] * w[m * d + j];
                }
                w[i * d + j] = sum / l[i * d + i];
            }
        }
        return w;
    }
}

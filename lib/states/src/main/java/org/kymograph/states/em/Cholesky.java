package org.kymograph.states.em;

/**
 * The lower-triangular factor of a small symmetric matrix, A = L·Lᵀ.
 *
 * @param factor L, flat and row-major
 * @param size the number of its rows d
 * @param singular whether A is singular up to rounding: a pivot is no more than {@link #SINGULAR} of its diagonal element, or
 *     A has no factor without {@link #JITTER} on its diagonal
 */
record Cholesky(double[] factor, int size, boolean singular) {
    /** What hmmlearn adds to the diagonal of a matrix that has no factor, before it gives up. */
    static final double JITTER = 1e-7;

    /** Rounding leaves some 1e-15 of a diagonal element where exactly nothing should be left. */
    private static final double SINGULAR = 1e-12;

    /**
     * Factors a matrix, with {@link #JITTER} on its diagonal if it has no factor without.
     *
     * @param a holds A from {@code offset} on
     * @param offset where A begins
     * @param d the number of A's rows
     * @return its factor, or null if A isn't positive definite
     */
    static Cholesky of(double[] a, int offset, int d) {
        double[] l = new double[d * d];
        double least = factor(a, offset, d, 0, l);
        if (least > 0) {
            return new Cholesky(l, d, least <= SINGULAR);
        }
        return factor(a, offset, d, JITTER, l) > 0 ? new Cholesky(l, d, true) : null;
    }

    /** Returns the least pivot, as a share of its diagonal element; 0 if there is no factor. */
    private static double factor(double[] a, int offset, int d, double jitter, double[] l) {
        double least = 1;
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[offset + i * d + j] + (i == j ? jitter : 0);
                for (int m = 0; m < j; m++) {
                    sum -= l[i * d + m] * l[j * d + m];
                }
                if (i == j) {
                    if (!(sum > 0) || sum == Double.POSITIVE_INFINITY) {
                        return 0;
                    }
                    least = Math.min(least, sum / (a[offset + i * d + i] + jitter));
                    l[i * d + i] = Math.sqrt(sum);
                } else {
                    l[i * d + j] = sum / l[j * d + j];
                }
            }
        }
        return least;
    }

    /** Returns L⁻¹. */
    double[] inverse() {
        int d = size;
        double[] w = new double[d * d];
        for (int j = 0; j < d; j++) {
            w[j * d + j] = 1 / factor[j * d + j];
            for (int i = j + 1; i < d; i++) {
                double sum = 0;
                for (int m = j; m < i; m++) {
                    sum -= factor[i * d + m] * w[m * d + j];
                }
                w[i * d + j] = sum / factor[i * d + i];
            }
        }
        return w;
    }
}

package org.kymograph.model.weights;

import org.bytedeco.openblas.global.openblas;
import smile.math.blas.LAPACK;
import smile.math.blas.Layout;
import smile.math.blas.SVDJob;

/** Singular values by LAPACK, in double precision; may be called from several threads at once. */
final class SingularValues {
    static {
        // Two BLAS threads made a 1000 × 40 matrix almost three times slower than one, and callers bring their own.
        openblas.blas_set_num_threads(1);
    }

    private SingularValues() {}

    /**
     * Returns min(m, n) singular values, the largest first.
     *
     * @param x finite numbers, {@code [m, n]} in row-major order
     * @param m the number of rows, at least 1
     * @param n the number of columns, at least 1
     * @return min(m, n) singular values, the largest first
     */
    static double[] of(double[] x, int m, int n) {
        int rows = Math.max(m, n);
        int columns = Math.min(m, n);
        double[] a = m < n ? x.clone() : columnMajor(x, m, n);
        // X = QR has the singular values of R. LAPACK's own driver comes to the same idea, but takes 40 % longer.
        if (rows >= 2 * columns) {
            check(LAPACK.engine.geqrf(Layout.COL_MAJOR, rows, columns, a, rows, new double[columns]));
            double[] r = new double[columns * columns];
            for (int j = 0; j < columns; j++) {
                System.arraycopy(a, j * rows, r, j * columns, j + 1);
            }
            a = r;
            rows = columns;
        }
        double[] s = new double[columns];
        check(LAPACK.engine.gesdd(
                Layout.COL_MAJOR, SVDJob.NO_VECTORS, rows, columns, a, rows, s, new double[1], 1, new double[1], 1));
        return s;
    }

    private static double[] columnMajor(double[] x, int m, int n) {
        double[] a = new double[x.length];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                a[j * m + i] = x[i * n + j];
            }
        }
        return a;
    }

    private static void check(int info) {
        if (info != 0) {
            throw new ArithmeticException("LAPACK found no singular values (info " + info + ")");
        }
    }
}

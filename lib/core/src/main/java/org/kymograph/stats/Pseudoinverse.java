package org.kymograph.stats;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * The Moore–Penrose pseudo-inverse X⁺ by singular values; those below max(n, k) ε s₁ count as zero.
 *
 * @param rank the rank of X
 * @param matrix X⁺, k·n
 * @param normal (XᵀX)⁺ = X⁺X⁺ᵀ, k·k
 */
record Pseudoinverse(int rank, double[][] matrix, double[][] normal) {
    private static final double EPSILON = Math.ulp(1.0);

    /** Inverts n·k finite numbers, at least one of each. */
    static Pseudoinverse of(double[][] x) {
        int n = x.length;
        int k = x[0].length;
        SingularValueDecomposition svd = new SingularValueDecomposition(new Array2DRowRealMatrix(x, false));
        double[] s = svd.getSingularValues();
        double least = Math.max(n, k) * EPSILON * s[0];
        RealMatrix u = svd.getU();
        RealMatrix v = svd.getV();
        double[][] inverse = new double[k][n];
        double[][] normal = new double[k][k];
        int rank = 0;
        for (int r = 0; r < s.length && s[r] > least; r++) {
            rank++;
            for (int i = 0; i < k; i++) {
                double scaled = v.getEntry(i, r) / s[r];
                for (int j = 0; j < n; j++) {
                    inverse[i][j] += scaled * u.getEntry(j, r);
                }
                for (int j = 0; j < k; j++) {
                    normal[i][j] += scaled * v.getEntry(j, r) / s[r];
                }
            }
        }
        return new Pseudoinverse(rank, inverse, normal);
    }

    /** Returns X⁺y. */
    double[] times(double[] y) {
        double[] result = new double[matrix.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = dot(matrix[i], y);
        }
        return result;
    }

    /** Returns (X⁺X)_ii for X itself: 1 if every least-squares solution has the same coefficient i, 0 if X says nothing about it. */
    double determination(double[][] x, int i) {
        double diagonal = 0;
        for (int j = 0; j < x.length; j++) {
            diagonal += matrix[i][j] * x[j][i];
        }
        return diagonal;
    }

    /** Returns aᵀ(XᵀX)⁺a. */
    double quadratic(double[] a) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * dot(normal[i], a);
        }
        return sum;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}

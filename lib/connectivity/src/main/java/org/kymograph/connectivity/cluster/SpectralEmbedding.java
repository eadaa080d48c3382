package org.kymograph.connectivity.cluster;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.kymograph.base.Arguments;

/**
 * The embedding of Shi and Malik's normalised cut, exactly as scikit-learn's SpectralClustering makes it: similarities
 * Sij = exp(−Dij²/2δ²) without self-loops, L = I − Dg^(−1/2) S Dg^(−1/2), the eigenvectors u of its smallest eigenvalues, and
 * rows ui/√di. The first column is constant; the second is the Fiedler vector. Gaps that are small against δ make similarities
 * near 1, which is harmless in double precision.
 */
final class SpectralEmbedding {
    private final double[] eigenvalues;
    private final double[][] rows;

    private SpectralEmbedding(double[] eigenvalues, double[][] rows) {
        this.eigenvalues = eigenvalues;
        this.rows = rows;
    }

    static SpectralEmbedding of(double[][] distances, int components, double delta) {
        int n = distances.length;
        Arguments.within("clusters", components, 2, n);
        Arguments.positive("delta", delta);
        double[][] s = new double[n][n];
        double[] degrees = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                s[i][j] = i == j ? 0 : Math.exp(-distances[i][j] * distances[i][j] / (2 * delta * delta));
                degrees[i] += s[i][j];
            }
        }
        double[] roots =
                Arrays.stream(degrees).map(d -> d == 0 ? 1 : Math.sqrt(d)).toArray();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                s[i][j] = i == j ? (degrees[i] == 0 ? 0 : 1) : -s[i][j] / roots[i] / roots[j];
                s[j][i] = s[i][j];
            }
        }
        EigenDecomposition decomposition = new EigenDecomposition(new Array2DRowRealMatrix(s, false));
        double[] falling = decomposition.getRealEigenvalues();
        double[] eigenvalues = new double[n];
        Arrays.setAll(eigenvalues, i -> falling[n - 1 - i]);
        double[][] rows = new double[n][components];
        for (int c = 0; c < components; c++) {
            double[] u = decomposition.getEigenvector(n - 1 - c).toArray();
            double largest = 0;
            for (int i = 0; i < n; i++) {
                u[i] /= roots[i];
                largest = Math.abs(u[i]) > Math.abs(largest) ? u[i] : largest;
            }
            for (int i = 0; i < n; i++) {
                rows[i][c] = largest < 0 ? -u[i] : u[i];
            }
        }
        return new SpectralEmbedding(eigenvalues, rows);
    }

    /** Returns all eigenvalues of the Laplacian, rising from 0. */
    double[] eigenvalues() {
        return eigenvalues;
    }

    /** Returns the embedding, models × components. */
    double[][] rows() {
        return rows;
    }
}

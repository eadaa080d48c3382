package org.kymograph.connectivity.path;

import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * The volume of a simplex of few vertices in a space of many dimensions. With E the edges from the first of m vertices and
 * G = E E' their Gram matrix, V² = det G / ((m − 1)!)², which is the Cayley–Menger determinant of the squared distances over
 * (−1)^m 2^(m−1) ((m − 1)!)²; the gradient is ∂V/∂E = V G⁻¹ E.
 */
final class SimplexVolume {
    private final double[][] edges;
    private final LUDecomposition gram;
    private final double volume;

    SimplexVolume(double[]... vertices) {
        int n = vertices.length - 1;
        edges = new double[n][vertices[0].length];
        double factorial = 1;
        for (int i = 0; i < n; i++) {
            factorial *= i + 1;
            for (int d = 0; d < edges[i].length; d++) {
                edges[i][d] = vertices[i + 1][d] - vertices[0][d];
            }
        }
        RealMatrix g = MatrixUtils.createRealMatrix(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double dot = 0;
                for (int d = 0; d < edges[i].length; d++) {
                    dot += edges[i][d] * edges[j][d];
                }
                g.setEntry(i, j, dot);
            }
        }
        gram = new LUDecomposition(g, 0);
        volume = Math.sqrt(Math.max(0, gram.getDeterminant())) / factorial;
    }

    double volume() {
        return volume;
    }

    /** Adds the volume's gradient with respect to a vertex; a flat simplex has none and adds nothing. */
    void addGradient(int vertex, double factor, double[] gradient) {
        if (!(volume > 0)) {
            return;
        }
        RealMatrix inverse = gram.getSolver().getInverse();
        for (int j = 0; j < edges.length; j++) {
            double weight = 0;
            for (int i = 0; i < edges.length; i++) {
                weight += vertex == 0 ? -inverse.getEntry(i, j) : vertex == i + 1 ? inverse.getEntry(i, j) : 0;
            }
            for (int d = 0; d < gradient.length; d++) {
                gradient[d] += factor * volume * weight * edges[j][d];
            }
        }
    }
}

package org.kymograph.states.map;

import org.kymograph.states.hmm.Cholesky;
import org.kymograph.states.hmm.HmmModel;

/** How far apart a model's states are, K·K, whatever their numbers. */
public final class StateDistances {
    private StateDistances() {}

    /**
     * @param model a model
     * @return the Euclidean distance of each two states' means
     */
    public static double[][] euclidean(HmmModel model) {
        return between(model.means());
    }

    /**
     * Mahalanobis distances √((μ_i − μ_j)ᵀ Σ̄⁻¹ (μ_i − μ_j)), with Σ̄ the mean of the states' covariances, so that the
     * triangle inequality holds.
     *
     * @param model a model
     * @return the distance of each two states' means
     * @throws IllegalArgumentException if the mean covariance isn't positive definite
     */
    public static double[][] mahalanobis(HmmModel model) {
        int d = model.features().size();
        double[] mean = new double[d * d];
        for (double[][] covariance : model.covariances()) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    mean[i * d + j] += covariance[i][j] / model.states();
                }
            }
        }
        double[] factor = Cholesky.factor(mean, 0, d);
        if (factor == null) {
            throw new IllegalArgumentException("model: the mean of its covariances isn't positive definite");
        }
        double[] inverse = Cholesky.inverse(factor, d);
        double[][] means = model.means();
        double[][] whitened = new double[means.length][d];
        for (int k = 0; k < means.length; k++) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j <= i; j++) {
                    whitened[k][i] += inverse[i * d + j] * means[k][j];
                }
            }
        }
        return between(whitened);
    }

    private static double[][] between(double[][] points) {
        double[][] distances = new double[points.length][points.length];
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < points.length; j++) {
                double square = 0;
                for (int f = 0; f < points[i].length; f++) {
                    square += (points[i][f] - points[j][f]) * (points[i][f] - points[j][f]);
                }
                distances[i][j] = Math.sqrt(square);
            }
        }
        return distances;
    }
}

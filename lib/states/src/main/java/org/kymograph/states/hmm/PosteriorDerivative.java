package org.kymograph.states.hmm;

import java.util.Arrays;
import java.util.List;

/**
 * How the probability of a state changes with what is observed:
 * g_k(t) = ∂ log p(s_t = k | z_1 … z_t) / ∂z_t = Σ_k⁻¹(μ_k − z_t) − Σ_h p_t(h) Σ_h⁻¹(μ_h − z_t)
 * with the filtering posterior p_t (appendix A of the paper).
 */
public final class PosteriorDerivative {
    private final GaussianDensity density;
    private final Observations observations;
    private final List<double[][]> filtered;

    private PosteriorDerivative(GaussianDensity density, Observations observations, List<double[][]> filtered) {
        this.density = density;
        this.observations = observations;
        this.filtered = filtered;
    }

    /**
     * @param model a model, of any form of covariance
     * @param runs runs with its features
     * @return the derivatives at these runs
     * @throws IllegalArgumentException if the features are others, or a run has probability zero
     */
    public static PosteriorDerivative of(HmmModel model, Observations runs) {
        try {
            return new PosteriorDerivative(
                    GaussianDensity.of(
                            model.parameters(), new double[model.features().size()]),
                    runs,
                    model.filter(runs));
        } catch (DegenerateStateException e) {
            throw new IllegalArgumentException("the model can't be used: " + e.getMessage(), e);
        }
    }

    /**
     * @param run a run's index, from 0
     * @param t a checkpoint, from 0
     * @param state a state k
     * @return g_k(t), one number per feature
     */
    public double[] at(int run, int t, int state) {
        double[] row = observations.row(run, t);
        double[] derivative = density.gradient(row, state);
        double[] mean = meanGradient(run, t, row);
        for (int j = 0; j < derivative.length; j++) {
            derivative[j] -= mean[j];
        }
        return derivative;
    }

    /**
     * What the original's code computes instead: its second term is summed over the features too, and this one number is
     * subtracted from each feature.
     *
     * @param run a run's index, from 0
     * @param t a checkpoint, from 0
     * @param state a state k
     * @return one number per feature
     */
    public double[] compatAt(int run, int t, int state) {
        double[] row = observations.row(run, t);
        double sum = Arrays.stream(meanGradient(run, t, row)).sum();
        return Arrays.stream(density.gradient(row, state)).map(g -> g - sum).toArray();
    }

    private double[] meanGradient(int run, int t, double[] row) {
        double[] mean = new double[row.length];
        double[] p = filtered.get(run)[t];
        for (int h = 0; h < p.length; h++) {
            if (p[h] > 0) {
                double[] own = density.gradient(row, h);
                for (int j = 0; j < mean.length; j++) {
                    mean[j] += p[h] * own[j];
                }
            }
        }
        return mean;
    }
}

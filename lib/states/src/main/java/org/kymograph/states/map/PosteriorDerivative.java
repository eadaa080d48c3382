package org.kymograph.states.map;

import java.util.Arrays;
import java.util.List;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.HmmModel;

/**
 * The derivative of the probability of a state by what is observed:
 * g_k(t) = ∂ log p(s_t = k | z_1 … z_t) / ∂z_t = Σ_k⁻¹(μ_k − z_t) − Σ_h p_t(h) Σ_h⁻¹(μ_h − z_t)
 * with the filtering posterior p_t (appendix A of the paper).
 */
final class PosteriorDerivative {
    private final HmmParameters parameters;
    private final Observations observations;
    private final List<double[][]> filtered;

    private PosteriorDerivative(HmmParameters parameters, Observations observations, List<double[][]> filtered) {
        this.parameters = parameters;
        this.observations = observations;
        this.filtered = filtered;
    }

    /** Returns the derivatives at runs with the model's features. */
    static PosteriorDerivative of(HmmModel model, Observations runs) {
        return new PosteriorDerivative(model.parameters(), runs, model.filter(runs));
    }

    /** Returns g_k(t) of run r and state k, one number per feature. */
    double[] at(int run, int t, int state) {
        double[] row = observations.row(run, t);
        double[] derivative = parameters.gradient(state, row);
        double[] mean = meanGradient(run, t, row);
        for (int j = 0; j < derivative.length; j++) {
            derivative[j] -= mean[j];
        }
        return derivative;
    }

    /**
     * Returns the number that the original's code has for g_k(t): its second term is summed over the features too, and this
     * one number is subtracted from each feature.
     */
    double[] compatAt(int run, int t, int state) {
        double[] row = observations.row(run, t);
        double sum = Arrays.stream(meanGradient(run, t, row)).sum();
        return Arrays.stream(parameters.gradient(state, row)).map(g -> g - sum).toArray();
    }

    private double[] meanGradient(int run, int t, double[] row) {
        double[] mean = new double[row.length];
        double[] p = filtered.get(run)[t];
        for (int h = 0; h < p.length; h++) {
            if (p[h] > 0) {
                double[] own = parameters.gradient(h, row);
                for (int j = 0; j < mean.length; j++) {
                    mean[j] += p[h] * own[j];
                }
            }
        }
        return mean;
    }
}

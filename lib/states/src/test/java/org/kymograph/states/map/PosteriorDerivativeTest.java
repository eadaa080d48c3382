package org.kymograph.states.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.hmm.Toy;

class PosteriorDerivativeTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void differentiatesTheFilter(Covariance form) {
        HmmModel model = Toy.overlapping(form);
        Observations runs = model.sample(5, 12).observations();
        PosteriorDerivative derivative = PosteriorDerivative.of(model, runs);
        double h = 1e-5;
        for (int t = 0; t < 12; t++) {
            for (int k = 0; k < 3; k++) {
                double[] g = derivative.at(0, t, k);
                for (int j = 0; j < 3; j++) {
                    double numeric =
                            (logFiltered(model, runs, t, k, j, h) - logFiltered(model, runs, t, k, j, -h)) / (2 * h);
                    assertThat(g[j])
                            .as("t %d, state %d, feature %d", t, k, j)
                            .isCloseTo(numeric, Offset.offset(1e-6 * (1 + Math.abs(numeric))));
                }
            }
        }
    }

    /** log p(s_t = k | z_1 … z_t) after feature j of z_t was moved. */
    private static double logFiltered(HmmModel model, Observations runs, int t, int k, int j, double move) {
        double[][] rows = Arrays.copyOf(runs.run(0), t + 1);
        rows[t][j] += move;
        return Math.log(model.filter(Observations.of(List.of("r"), runs.features(), List.<double[][]>of(rows)))
                .get(0)[t][k]);
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void derivativesBalance(Covariance form) {
        HmmModel model = Toy.overlapping(form);
        Observations runs = model.sample(6, 10).observations();
        PosteriorDerivative derivative = PosteriorDerivative.of(model, runs);
        double[][] p = model.filter(runs).get(0);
        for (int t = 0; t < 10; t++) {
            double[] sum = new double[3];
            for (int k = 0; k < 3; k++) {
                double[] g = derivative.at(0, t, k);
                for (int j = 0; j < 3; j++) {
                    sum[j] += p[t][k] * g[j];
                }
            }
            assertThat(sum).as("Σ p ∇ log p = ∇ Σ p = 0").containsExactly(new double[3], EPSILON);
        }
    }

    @Test
    void compatSubtractsOneNumberFromEveryFeature() {
        HmmModel model = Toy.overlapping(Covariance.FULL);
        Observations runs = model.sample(8, 5).observations();
        PosteriorDerivative derivative = PosteriorDerivative.of(model, runs);
        // Their difference is one vector v for all states: Σv for each feature instead of v.
        double[] v = difference(derivative, 0);
        double[] own = derivative.at(0, 3, 0);
        double[] compat = derivative.compatAt(0, 3, 0);
        assertThat(v).containsExactly(difference(derivative, 1), EPSILON);
        // compat = first − Σm and paper = first − m, so v = m − Σm, whose sum is (1 − d) Σm.
        double total = Arrays.stream(v).sum() / (1 - 3);
        for (int j = 0; j < 3; j++) {
            assertThat(compat[j]).isCloseTo(own[j] + v[j], EPSILON);
            assertThat(v[j] + total).as("m").isCloseTo(meanGradient(model, runs, j), EPSILON);
        }
    }

    private static double[] difference(PosteriorDerivative derivative, int state) {
        double[] compat = derivative.compatAt(0, 3, state);
        double[] own = derivative.at(0, 3, state);
        Arrays.setAll(compat, j -> compat[j] - own[j]);
        return compat;
    }

    /** The derivative of the predictive log density Σ p Σ⁻¹(μ − z), by finite differences of the score. */
    private static double meanGradient(HmmModel model, Observations runs, int j) {
        double h = 1e-5;
        return (score(model, runs, j, h) - score(model, runs, j, -h)) / (2 * h);
    }

    private static double score(HmmModel model, Observations runs, int j, double move) {
        double[][] rows = Arrays.copyOf(runs.run(0), 4);
        rows[3][j] += move;
        return model.score(Observations.of(List.of("r"), runs.features(), List.<double[][]>of(rows)));
    }
}

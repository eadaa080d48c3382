package org.kymograph.states.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kymograph.states.map.Occupancies;

/** Runs in progress, soft occupancies, and derivatives of the filter. */
class FollowingTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void followsARunAsTheFilterDoes(Covariance form) {
        HmmModel model = Toy.overlapping(form);
        Observations runs = model.sample(3, 40).observations();
        double[][] expected = model.filter(runs).get(0);
        OnlineDecoder decoder = OnlineDecoder.of(model);
        assertThat(decoder.probabilities()).containsExactly(0.5, 0.3, 0.2);
        for (int t = 0; t < 40; t++) {
            assertThat(decoder.observe(runs.row(0, t))).containsExactly(expected[t], EPSILON);
        }
        assertThat(decoder.logLikelihood()).isCloseTo(model.score(runs), EPSILON);
        assertThat(decoder.rows()).isEqualTo(40);
        double most = Arrays.stream(expected[39]).max().orElseThrow();
        assertThat(expected[39][decoder.state()]).isEqualTo(most);
    }

    @Test
    void scalesARunInProgressLikeFinishedOnes() {
        HmmParameters p = Toy.overlapping(Covariance.FULL).parameters();
        HmmModel model = Toy.model(p, List.of("a", "b", "c"), true);
        Observations finished = Toy.overlapping(Covariance.FULL).sample(4, 30).observations();
        double[][] expected = model.filter(finished.standardized()).get(0);
        OnlineDecoder decoder = OnlineDecoder.scaledLike(model, finished);
        for (int t = 0; t < 30; t++) {
            assertThat(decoder.observe(finished.row(0, t))).containsExactly(expected[t], EPSILON);
        }
        assertThatThrownBy(() -> OnlineDecoder.scaledLike(model, finished.standardized()))
                .hasMessageContaining("finished: is standardized");
        Observations constant = Observations.of(
                List.of("r"), List.of("a", "b", "c"), List.<double[][]>of(new double[][] {{1, 2, 3}, {1, 3, 4}}));
        assertThatThrownBy(() -> OnlineDecoder.scaledLike(model, constant)).hasMessageContaining("'a' is constant");
    }

    @Test
    void refusesARowAndGoesOn() {
        OnlineDecoder decoder = OnlineDecoder.of(Toy.ladder(2));
        decoder.observe(0);
        assertThatThrownBy(() -> decoder.observe(1, 2)).hasMessageContaining("expected 1 finite numbers");
        assertThatThrownBy(() -> decoder.observe(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> decoder.observe(1e200)).hasMessageContaining("row 2 can't happen");
        decoder.observe(10);
        assertThat(decoder.rows()).isEqualTo(2);
        assertThat(decoder.state()).isEqualTo(1);
    }

    @Test
    void countsCheckpointsHardAndSoft() {
        DecodedRuns clear = Toy.decoded(3, new int[] {0, 0, 1, 2}, new int[] {0, 2, 2});
        for (Occupancies.Assignment assignment : Occupancies.Assignment.values()) {
            Occupancies all = Occupancies.of(clear, assignment, 100);
            assertThat(all.counts()[0]).containsExactly(new double[] {2, 1, 1}, EPSILON);
            assertThat(all.shares()[1]).containsExactly(new double[] {1 / 3.0, 0, 2 / 3.0}, EPSILON);
            assertThat(all.overall()).containsExactly(new double[] {3 / 7.0, 1 / 7.0, 3 / 7.0}, EPSILON);
            assertThat(Occupancies.of(clear, assignment, 2).counts()[1])
                    .containsExactly(new double[] {1, 0, 1}, EPSILON);
        }
        HmmModel model = Toy.overlapping(Covariance.DIAG);
        DecodedRuns unclear = DecodedRuns.of(model, model.sample(1, 20, 30).observations());
        double[] soft =
                Occupancies.of(unclear, Occupancies.Assignment.SMOOTHED, 30).counts()[1];
        assertThat(Arrays.stream(soft).sum()).isCloseTo(30, EPSILON);
        assertThat(soft).isNotEqualTo(Occupancies.of(unclear).counts()[1]);
        assertThatThrownBy(() -> Occupancies.of(clear, 0)).hasMessageContaining("first 0");
    }

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

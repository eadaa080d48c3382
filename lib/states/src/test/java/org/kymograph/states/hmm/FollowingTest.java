package org.kymograph.states.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;
import org.kymograph.states.map.Occupancies;

/** Runs in progress, and soft occupancies. */
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
                .hasMessageContaining("finished.isStandardized() is true; expected false");
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
        assertThatThrownBy(() -> decoder.observe(1e200)).hasMessageContaining("row 2 has probability 0");
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
        assertThatThrownBy(() -> Occupancies.of(clear, 0)).hasMessageContaining("first is 0; expected at least 1");
    }
}

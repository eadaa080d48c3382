package org.kymograph.states.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.hmm.Toy;
import org.kymograph.stats.MeanSd;

class TrainingMapTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);

    private final DecodedRuns decoded =
            Toy.decoded(4, new int[] {0, 0, 1, 1, 0, 1}, new int[] {0, 0, 1, 1, 1, 1}, new int[] {0, 2, 2, 2, 2, 2});
    private final Outcome convergence =
            Outcome.of("convergence", Toy.names(3), new double[] {110, 253, 1000}, new boolean[] {false, false, true});

    @Test
    void drawsTheEdgesThatRunsUsed() {
        TrainingMap map = TrainingMap.of(decoded, convergence.scaled(10));
        TrainingMap.Edge edge = map.edge(0, 1).orElseThrow();
        assertThat(edge.runs()).isEqualTo(2);
        assertThat(edge.runShare()).isCloseTo(2 / 3.0, EPSILON);
        assertThat(edge.occurrences()).isEqualTo(3);
        assertThat(edge.probability()).as("not normalised again").isEqualTo(0.25);
        // The paper's fastest edge of modular addition: 1810 ± 71.5, whose ± wasn't times 10.
        assertThat(edge.convergence().mean()).isCloseTo(1815, EPSILON);
        assertThat(edge.convergence().sd()).isCloseTo(715, EPSILON);
        assertThat(edge.convergence()).hasToString("1815.0 ± 715.0");
        assertThat(map.edge(0, 2).orElseThrow().censored()).isEqualTo(1);
        assertThat(map.edge(1, 2)).isEmpty();
        assertThat(map.edge(2, 2).orElseThrow().isLoop()).isTrue();
        assertThat(map.edges())
                .extracting(e -> e.from() + "→" + e.to())
                .containsExactly("0→0", "0→1", "0→2", "1→0", "1→1", "2→2");
        assertThat(map.prunedTransitions()[1]).containsExactly(0.25, 0.25, 0, 0);
        assertThat(map.edgeTable().rowCount()).isEqualTo(6);
    }

    @Test
    void describesTheStates() {
        TrainingMap map = TrainingMap.of(decoded, convergence);
        TrainingMap.Node zero = map.nodes().get(0);
        assertThat(zero.occupancy()).isCloseTo(6 / 18.0, EPSILON);
        assertThat(zero.runs()).isEqualTo(3);
        assertThat(zero.dwell()).isEqualTo(MeanSd.of(2, 1, 2, 1));
        assertThat(zero.starts()).isEqualTo(3);
        assertThat(zero.isEnd()).isFalse();
        assertThat(map.nodes().get(1).ends()).isEqualTo(2);
        assertThat(map.nodes().get(2).runShare()).isCloseTo(1 / 3.0, EPSILON);
        assertThat(map.nodes().get(3).runs()).isZero();
        assertThat(map.nodes().get(3).dwell().mean()).isNaN();
        assertThat(map.nodeTable().rowCount()).isEqualTo(4);
    }

    @Test
    void ranksFeaturesOfTransitions() {
        // Two features of unit variance; state 1 differs from 0 by (1, −3).
        HmmParameters p = HmmParameters.of(
                Covariance.SPHERICAL,
                new double[] {1, 0},
                new double[] {0.5, 0.5, 0, 1},
                new double[] {0, 0, 1, -3},
                new double[] {1, 1});
        HmmModel model = Toy.model(p, List.of("a", "b"), false);
        DecodedRuns runs = DecodedRuns.of(
                model, Observations.of(List.of("r"), List.of("a", "b"), List.<double[][]>of(new double[][] {
                    {0, 0}, {0.9, -2.9}, {1, -3}
                })));
        assertThat(runs.path(0)).containsExactly(0, 1, 1);
        TransitionFeatures.Transition t =
                TransitionFeatures.of(runs).transition(0, 1).orElseThrow();
        double staying = staying(runs);
        assertThat(t.occurrences()).isEqualTo(1);
        assertThat(t.top(5))
                .extracting(TransitionFeatures.FeatureChange::feature)
                .containsExactly("b", "a");
        assertThat(t.features().get(0).meanDifference()).isEqualTo(-3);
        // g_1 = (μ_1 − z) − Σ p (μ_h − z) = p_0 (μ_1 − μ_0).
        assertThat(t.features().get(0).derivative()).isCloseTo(3 * staying, EPSILON);
        assertThat(t.features().get(1).derivative()).isCloseTo(staying, EPSILON);

        // At the last row in 0 the filter says p_0 = 1: g_1 = μ_1 − μ_0, and compat takes −z's sum, 0, from (1, −3).
        assertThat(TransitionFeatures.of(runs, TransitionFeatures.Rule.LAST_BEFORE)
                        .transitions()
                        .get(0)
                        .features())
                .extracting(TransitionFeatures.FeatureChange::derivative)
                .containsExactly(3.0, 1.0);
        assertThat(TransitionFeatures.of(runs, TransitionFeatures.Rule.COMPAT)
                        .transitions()
                        .get(0)
                        .features())
                .extracting(TransitionFeatures.FeatureChange::derivative)
                .containsExactly(-3.0, 1.0);
        assertThat(TransitionFeatures.of(runs).table().rowCount()).isEqualTo(2);
        assertThat(TransitionFeatures.of(runs).transition(1, 0)).isEmpty();
    }

    private static double staying(DecodedRuns runs) {
        return runs.model().filter(runs.observations()).get(0)[1][0];
    }

    @Test
    void averagesSignsOnlyInCompat() {
        HmmParameters p = HmmParameters.of(
                Covariance.SPHERICAL,
                new double[] {0.5, 0.5},
                new double[] {0.5, 0.5, 0.5, 0.5},
                new double[] {-2, 2},
                new double[] {1, 9});
        HmmModel model = Toy.model(p, List.of("a"), false);
        // With unequal variances the derivative changes its sign: state 1 is on both sides of state 0.
        DecodedRuns runs =
                DecodedRuns.of(model, Observations.of(List.of("r"), List.of("a"), List.<double[][]>of(new double[][] {
                    {-2.5}, {9}, {-1.5}, {-9}
                })));
        assertThat(runs.path(0)).containsExactly(0, 1, 0, 1);
        PosteriorDerivative derivative = PosteriorDerivative.of(model, runs.observations());
        double first = derivative.at(0, 1, 1)[0];
        double second = derivative.at(0, 3, 1)[0];
        TransitionFeatures.Transition paper =
                TransitionFeatures.of(runs).transition(0, 1).orElseThrow();
        assertThat(first * second).isNegative();
        assertThat(paper.occurrences()).isEqualTo(2);
        assertThat(paper.features().get(0).derivative()).isCloseTo((Math.abs(first) + Math.abs(second)) / 2, EPSILON);
        assertThat(TransitionFeatures.of(runs, TransitionFeatures.Rule.COMPAT)
                        .transition(0, 1)
                        .orElseThrow()
                        .features()
                        .get(0)
                        .derivative())
                .isCloseTo((derivative.compatAt(0, 0, 1)[0] + derivative.compatAt(0, 2, 1)[0]) / 2, EPSILON);
    }
}

package org.kymograph.states.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;
import org.kymograph.states.collate.FeatureSets;
import org.kymograph.states.map.EarlyPrediction;
import org.kymograph.states.map.FeatureSubsets;
import org.kymograph.states.map.Occupancies;
import org.kymograph.states.map.Outcome;

/** Early prediction and feature subsets. */
class PredictionTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);
    private static final int RUNS = 14;

    /** Runs that stay in state 0 until they converge, and then in 1; some pass 2 first. */
    private static DecodedRuns waiting(int[] wait) {
        int[][] paths = new int[wait.length][];
        for (int run = 0; run < wait.length; run++) {
            int detour = run % 4 == 0 ? 2 : 0;
            paths[run] = Toy.stays(2, detour, 0, wait[run] - detour, 1, 20 - wait[run]);
        }
        return Toy.decoded(3, paths);
    }

    private static int[] waits() {
        RandomGenerator random = Streams.of(2, "waits");
        int[] wait = new int[RUNS];
        Arrays.setAll(wait, i -> 4 + Streams.below(random, 12));
        return wait;
    }

    @Test
    void growsAsRunsConverge() {
        int[] wait = waits();
        Outcome outcome = Toy.outcome(Arrays.stream(wait).asDoubleStream().toArray());
        EarlyPrediction early = EarlyPrediction.of(waiting(wait), outcome);
        assertThat(early.points()).hasSize(20);
        assertThat(early.points().get(0).rSquared()).isLessThan(0.5);
        EarlyPrediction.Point last = early.points().get(19);
        assertThat(last.checkpoints()).isEqualTo(20);
        assertThat(last.rSquared()).isCloseTo(1, EPSILON);
        assertThat(last.heldOut()).isCloseTo(1, EPSILON);
        for (EarlyPrediction.Point p : early.points()) {
            assertThat(p.heldOut()).isLessThanOrEqualTo(p.rSquared() + 1e-9);
        }
        assertThat(early.table().rowCount()).isEqualTo(20);

        EarlyPrediction coarse = EarlyPrediction.of(waiting(wait), outcome, Occupancies.Assignment.FILTERED, 8, 5, 3);
        assertThat(coarse.points())
                .extracting(EarlyPrediction.Point::checkpoints)
                .containsExactly(8, 16, 20);
        assertThat(coarse.points().get(0).rSquared())
                .isCloseTo(early.points().get(7).rSquared(), Offset.offset(1e-6));
    }

    @Test
    void fitsEverySubsetOfTheOrder() {
        int[] wait = waits();
        DecodedRuns informed = waiting(wait);
        DecodedRuns blind = Toy.decoded(
                2, Arrays.stream(wait).mapToObj(w -> Toy.stays(0, 10, 1, 10)).toArray(int[][]::new));
        Outcome outcome = Toy.outcome(Arrays.stream(wait).asDoubleStream().toArray());
        List<List<String>> asked = new ArrayList<>();
        FeatureSubsets subsets = FeatureSubsets.of(
                List.of("l1", "l2"),
                features -> {
                    asked.add(features);
                    return features.contains("l2") ? informed : blind;
                },
                outcome);
        assertThat(asked).containsExactly(List.of("l1"), List.of("l1", "l2"));
        assertThat(subsets.points().get(0).rSquared()).isCloseTo(0, EPSILON);
        assertThat(subsets.points().get(0).states()).isEqualTo(2);
        assertThat(subsets.points().get(1).rSquared()).isCloseTo(1, EPSILON);
        assertThat(subsets.table().stringColumn("added").asList()).containsExactly("l1", "l2");
        assertThat(FeatureSubsets.point(List.of("l2"), features -> informed, outcome)
                        .states())
                .isEqualTo(3);
        assertThatThrownBy(() -> FeatureSubsets.of(List.of(), features -> blind, outcome))
                .hasMessageContaining("order");
        assertThat(FeatureSubsets.MODULAR_ORDER).containsExactlyInAnyOrderElementsOf(FeatureSets.BASE);
        assertThat(FeatureSubsets.PARITIES_ORDER).containsExactlyInAnyOrderElementsOf(FeatureSets.BASE);
    }
}

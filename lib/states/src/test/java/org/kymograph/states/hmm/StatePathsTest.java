package org.kymograph.states.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.em.Observations;
import org.kymograph.states.map.Outcome;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

class StatePathsTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-12);

    private final StatePaths paths = Toy.paths(5, new int[] {3, 3, 1, 1, 1, 3}, new int[] {3, 0, 0});

    @Test
    void cutsPathsIntoStays() {
        assertThat(paths.visits(0))
                .containsExactly(
                        new StatePaths.Visit(3, 0, 2), new StatePaths.Visit(1, 2, 3), new StatePaths.Visit(3, 5, 1));
        assertThat(paths.sequence(1)).containsExactly(3, 0);
        assertThat(paths.visits(0, 1)).isTrue();
        assertThat(paths.visits(1, 1)).isFalse();
        assertThat(paths.longest()).isEqualTo(6);
        assertThat(paths.table().rowCount()).isEqualTo(9);
    }

    @Test
    void numbersStatesByFirstVisit() {
        assertThat(paths.orderOfFirstVisit()).containsExactly(3, 0, 1, 2, 4);
        assertThat(paths.permuted(paths.orderOfFirstVisit()).path(0)).containsExactly(0, 0, 2, 2, 2, 0);
        StatePaths tied = Toy.paths(3, new int[] {1}, new int[] {2}, new int[] {2});
        assertThat(tied.orderOfFirstVisit()).as("more runs first").containsExactly(2, 1, 0);
    }

    @Test
    void renumbersTheModelWithItsPaths() {
        DecodedRuns runs =
                Toy.decoded(3, new int[] {2, 2, 0}, new int[] {2, 1, 1}).renumbered();
        assertThat(runs.path(0)).containsExactly(0, 0, 2);
        assertThat(runs.path(1)).containsExactly(0, 1, 1);
        assertThat(runs.model().means()[0]).containsExactly(20);
        assertThat(DecodedRuns.of(runs.model(), runs.observations()).path(1)).containsExactly(0, 1, 1);
    }

    @Test
    void decodesOnTheModelsScaleOnly() {
        Observations runs = Toy.rows(new int[] {0, 1}).standardized();
        assertThatThrownBy(() -> DecodedRuns.of(Toy.ladder(2), runs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("runs.isStandardized() is true; expected false")
                .hasMessageContaining("that the model was fitted on");
    }

    @Test
    void refusesWhatAreNoPaths() {
        assertThatThrownBy(() -> Toy.paths(2, new int[] {0, 2}))
                .hasMessageContaining("a state of run 'seed0' is 2; expected 0 to 1")
                .hasMessageContaining("0 to 1");
        assertThatThrownBy(() -> Toy.paths(2, new int[0]))
                .hasMessageContaining("the number of checkpoints of run 'seed0' is 0; expected at least 1");
        assertThatThrownBy(() -> StatePaths.of(List.of("a", "a"), 1, List.of(new int[] {0}, new int[] {0})))
                .hasMessageContaining("expected names that come once");
        assertThatThrownBy(() -> paths.index("b")).hasMessageContaining("run is \"b\"; expected one of");
    }

    @Test
    void findsConvergence() {
        List<String> names = Toy.names(3);
        List<double[]> accuracy = List.of(
                new double[] {0.1, 0.9, 0.95}, new double[] {0.91, 0, 0}, new double[] {Double.NaN, 0.2, 0.3, 0.4, 0.5
                });
        Outcome convergence = Outcome.convergence(names, accuracy, 0.9);
        assertThat(convergence.values())
                .as("strictly above; never: the longest run's length")
                .containsExactly(2, 0, 5);
        assertThat(convergence.censored()).containsExactly(false, false, true);
        assertThat(convergence.scaled(10).values()).containsExactly(20, 0, 50);
        assertThat(convergence.withoutCensored().runs()).containsExactly("seed0", "seed1");
        assertThat(Outcome.convergenceBelow(names, accuracy, 0.1).values()).containsExactly(5, 1, 5);
        assertThat(Outcome.finalMean(names, accuracy, 2).values()[0]).isCloseTo(0.925, EPSILON);
        assertThatThrownBy(() -> Outcome.finalMean(names, accuracy, 5))
                .hasMessageContaining("run 'seed2'")
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> Outcome.convergence(names, accuracy, 2).withoutCensored())
                .hasMessageContaining("all 3 runs are censored");
        assertThatThrownBy(() -> convergence.scaled(0))
                .hasMessageContaining("unit is 0; expected a finite number above 0");
    }

    @Test
    void readsAMetricFromTables() {
        Table table = Table.create("seed0", DoubleColumn.create("eval_accuracy", 0.2, 0.95));
        RunTables tables = RunTables.of(Map.of("seed0", table));
        assertThat(Outcome.convergence(tables, "eval_accuracy", 0.9).values()).containsExactly(1);
        assertThatThrownBy(() -> Outcome.convergence(tables, "accuracy", 0.9))
                .hasMessageContaining("run 'seed0' has no column 'accuracy'")
                .hasMessageContaining("eval_accuracy");
    }
}

package org.kymograph.states.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.ModelSelection;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

class StateStudyTest {
    private static final int ROWS = 90;

    /** A run that goes through three levels of two numbers, and is right from an epoch on. */
    private static Table run(Random random, int right) {
        HmmParameters level = HmmParameters.of(
                Covariance.DIAG, new double[] {1}, new double[] {1}, new double[] {0, 0}, new double[] {0.01, 0.01});
        double[][] noise =
                level.sample(List.of("a", "b"), random, ROWS).observations().run(0);
        double[] levels = IntStream.range(0, ROWS)
                .mapToDouble(t -> t < 20 ? 0 : t < 50 ? 2 : 1)
                .toArray();
        return Table.create(
                IntColumn.create("step", IntStream.range(0, ROWS).toArray()),
                DoubleColumn.create("a", IntStream.range(0, ROWS).mapToDouble(t -> levels[t] + noise[t][0])),
                DoubleColumn.create(
                        "b", IntStream.range(0, ROWS).mapToDouble(t -> 2 * levels[t] * levels[t] + noise[t][1])),
                DoubleColumn.create("eval_accuracy", IntStream.range(0, ROWS).mapToDouble(t -> t < right ? 0.5 : 1)));
    }

    @Test
    void choosesAsManyStatesAsThereAreAndNumbersThemByFirstVisit() {
        Map<String, Table> runs = new LinkedHashMap<>();
        Random random = new Random(1);
        for (int i = 0; i < 10; i++) {
            runs.put("run" + i, run(random, i == 9 ? ROWS : 50 + i));
        }
        RunTables tables = RunTables.of(runs);
        Hmm hmm =
                Hmm.gaussian(1).withCovariance(Covariance.DIAG).withRestarts(4).withSeed(0);
        StateStudy study = StateStudy.of(
                tables,
                Outcome.convergence(tables, "eval_accuracy", 0.9),
                ModelSelection.upTo(4).with(hmm));
        assertThat(study).hasToString("10 runs, 9 of them converge; 3 states by BIC on held-out runs");
        assertThat(study.runs().features()).containsExactly("a", "b");
        assertThat(study.runs().isStandardized()).isTrue();
        assertThat(study.hmm()).isEqualTo(hmm.withStates(3));
        assertThat(study.decoded().allPaths()).allSatisfy(path -> assertThat(path)
                .isEqualTo(IntStream.range(0, ROWS)
                        .map(t -> t < 20 ? 0 : t < 50 ? 1 : 2)
                        .toArray()));
        assertThat(study.decoded().renumbered().path(0))
                .isEqualTo(study.decoded().path(0));
    }
}

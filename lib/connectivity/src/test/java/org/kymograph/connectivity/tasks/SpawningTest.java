package org.kymograph.connectivity.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.train.Experiment;
import org.kymograph.train.Span;
import tech.tablesaw.api.Table;

class SpawningTest {
    @Test
    @Tag("slow")
    void copiesThatPartLateLieNearerToEachOtherThanIndependentRuns(@TempDir Path folder) {
        Experiment experiment = Glyphs.withDefaults()
                .withSizes(600, 200)
                .experiment()
                .withLength(Span.steps(60))
                .withEvaluation(Span.steps(60));
        Spawning spawning = Spawning.of(experiment, folder, List.of(0L, 40L), 3, 4);
        assertThat(spawning.pairs()).extracting(Spawning.Pair::step).containsExactly(-1L, 0L, 0L, 40L, 40L);
        assertThat(spawning.pairs()).extracting(Spawning.Pair::parent).containsExactly(3L, 3L, 4L, 3L, 4L);
        double[] distance =
                spawning.pairs().stream().mapToDouble(p -> p.curve().distance()).toArray();
        assertThat(distance[1]).isLessThan(distance[0]);
        assertThat(distance[3]).isLessThan(distance[1]);
        assertThat(distance[3]).isPositive();
        assertThat(spawning.sentence()).contains("independent runs");
        assertThat(spawning.table().rowCount()).isEqualTo(5);
        assertThatThrownBy(() -> Spawning.of(experiment, folder, List.of(60L), 1, 2))
                .hasMessageContaining("step is 60; expected 0 to 59");
    }

    @Test
    @Tag("slow")
    void whatTheFirstStepsDecideAndWhatBehaviourDoesNotShow(@TempDir Path folder) {
        Experiment experiment = Glyphs.withDefaults().experiment();
        Spawning spawning = Spawning.of(experiment, folder, List.of(0L, 100L), 1, 2);
        assertThat(spawning.pairs().get(0).lossBarrier()).isGreaterThan(0.5);
        for (Spawning.Pair pair : spawning.pairs().subList(1, 5)) {
            assertThat(pair.lossBarrier()).isLessThan(0.06);
            assertThat(pair.errorBarrier()).isLessThan(0.02);
        }
        Table control = Spawning.control(experiment.withName("control"), folder, 100, 1);
        double[] cued = control.doubleColumn("accuracy, trained with the cue").asDoubleArray();
        double[] plain = control.doubleColumn("accuracy, trained without").asDoubleArray();
        assertThat(cued[1]).isGreaterThan(0.98);
        assertThat(cued[2]).isLessThan(plain[2] - 0.4);
        for (double barrier : control.doubleColumn("loss barrier").asDoubleArray()) {
            assertThat(barrier).isLessThan(0.1);
        }
    }
}

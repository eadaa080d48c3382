package org.kymograph.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.data.SparseParity;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

class PartTaskTest {
    private static final SparseParity TASK = SparseParity.withDefaults();

    private static int[] rows(RunFolder run, int n) {
        int[] order = Streams.permutation(
                Streams.of(run.seed(), "part"), TASK.sample(run.seed()).train().size());
        return Arrays.copyOf(order, n);
    }

    @TempDir
    Path root;

    private static Experiment experiment(Task task) {
        return Experiment.of("small", task, Mlp.of(1, 20), Loss.HINGE, Optimizer.sgd(0.1))
                .withLength(Span.epochs(2))
                .withCheckpoints(Span.epochs(1));
    }

    @Test
    void runsLearnFromTheRowsThatAreChosenForThem() {
        Population recorded = Trainer.of(experiment(TASK)).train(root, 3, 8);
        Task hard = PartTask.of(TASK, recorded, run -> Map.of("hard", rows(run, 100)))
                .get("hard");
        for (RunFolder run : recorded.runs()) {
            Split whole = TASK.sample(run.seed());
            int[] rows = rows(run, 100);
            assertThat(hard.sample(run.seed()).train()).isEqualTo(whole.train().subset(rows));
            assertThat(hard.sample(run.seed()).test()).isEqualTo(whole.test());
        }
        assertThat(hard.sample(3).train()).isNotEqualTo(hard.sample(8).train());
        Task harder = PartTask.of(TASK, recorded, run -> Map.of("hard", rows(run, 50)))
                .get("hard");
        assertThat(harder.setting()).as("another choice of the same name").isNotEqualTo(hard.setting());
        assertThatThrownBy(() -> hard.sample(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("seed is 4; expected one of the recorded runs, [3, 8]");

        RunFolder run = Trainer.of(experiment(hard)).train(root, 8).runs().get(0);
        assertThat(run.status()).isEqualTo(RunFolder.Status.DONE);
        assertThat(run.setting().path("task").path("part").asText()).isEqualTo("hard");
        assertThat(run.setting().path("task").path("recorded"))
                .isEqualTo(recorded.runs().get(0).setting());
        assertThat(Arrays.asList(root.resolve("small").toFile().list())).hasSize(3);
    }
}

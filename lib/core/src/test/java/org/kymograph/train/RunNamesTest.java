package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.record.RunFolder;
import org.kymograph.train.loss.Loss;

/** Runs of yesterday must be found again under the names that they have. */
class RunNamesTest {
    @TempDir
    Path root;

    private String name(Experiment e) {
        try (RunFolder run = RunFolder.openOrCreate(root, e.name(), 0, e.setting())) {
            return run.id();
        }
    }

    @Test
    void stayAsTheyWere() {
        Experiment parity =
                Experiment.of("names", SparseParity.withDefaults(), Mlp.of(1, 1000), Loss.HINGE, Optimizer.sgd(0.1));
        List<Experiment> all = List.of(
                parity,
                parity.withLoss(Loss.MEAN_SQUARED_ERROR).withClipNorm(1),
                parity.withLoss(Loss.CROSS_ENTROPY)
                        .withNetwork(new Mlp(List.of(4, 4), 2, Mlp.Activation.GELU, Mlp.Norm.LAYER, true, 2))
                        .withOptimizer(Optimizer.adamW(0.01).withGroup(new Optimizer.Group("bias", 1, 0)))
                        .withSchedule(Schedule.LINEAR.withWarmup(5)));
        assertThat(all.stream().map(this::name)).containsExactly("c6a8b5dc-seed0", "a3c051a0-seed0", "0623bc78-seed0");
    }

    @Test
    void tellADropout() {
        Mlp mlp = Mlp.of(1, 1000);
        Experiment parity = Experiment.of("names", SparseParity.withDefaults(), mlp, Loss.HINGE, Optimizer.sgd(0.1));
        assertThat(name(parity.withNetwork(mlp.withDropout(0)))).isEqualTo("c6a8b5dc-seed0");
        assertThat(name(parity.withNetwork(mlp.withDropout(0.1)))).isNotEqualTo("c6a8b5dc-seed0");
    }
}

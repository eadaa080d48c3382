package org.kymograph.degeneracy.modular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;

/**
 * The models in the resources have the names, keys and layout that the original writes, and consecutive numbers from 100·k on; they were
 * made without PyTorch by a Python pickler with the same classes.
 */
class OriginalModelsTest {
    private static final Path MODELS = Path.of("src/test/resources/org/kymograph/degeneracy/modular/models");

    @TempDir
    Path root;

    private static OriginalModels models() {
        return OriginalModels.of(
                MODELS,
                MODELS.resolve("params_P3_frac0.95_hid4_emb2_tieunembedFalse_tielinFalse_freezeFalse_run0.json"));
    }

    @Test
    void checkpointsAndTheEndAreRead() {
        OriginalModels models = models();
        assertThat(models.checkpoints()).isEqualTo(4);
        ParameterVector second = models.checkpoint(2);
        assertThat(second.segments().stream().map(s -> s.name() + s.shape()))
                .containsExactly(
                        "embedding.weight[3, 2]",
                        "linear1r.weight[4, 2]",
                        "linear1r.bias[4]",
                        "linear1l.weight[4, 2]",
                        "linear1l.bias[4]",
                        "linear2.weight[3, 4]");
        assertThat(second.toArray())
                .isEqualTo(IntStream.range(200, 242).asDoubleStream().toArray());
        assertThat(models.end().toArray()[0]).isEqualTo(1000);
    }

    @Test
    void theyBecomeARun() {
        RunFolder run = models().importTo(root, "original", 0);
        ModularRun opened = ModularRun.of(run);
        assertThat(opened.steps()).containsExactly(0L, 3L, 6L, 9L, 10L);
        assertThat(opened.parameters(9)).isEqualTo(models().checkpoint(3));
        assertThat(run.status()).isEqualTo(RunFolder.Status.DONE);
        assertThatThrownBy(() -> models().importTo(root, "original", 0))
                .hasMessageContaining("has checkpoints already");
        assertThat(OriginalModels.in(MODELS).imported(root, "original", 0).path())
                .isEqualTo(run.path());
        assertThat(models().imported(root, "original", 1).path()).isNotEqualTo(run.path());
        assertThatThrownBy(() -> OriginalModels.in(root)).hasMessageContaining("has no params_….json");
    }

    @Test
    void modelsOfAnotherNetworkAreRefused() {
        OriginalModels models = models();
        ModularExperiment tied = models.settings().withTieUnembed(true);
        assertThatThrownBy(() -> new OriginalModels(MODELS, tied).checkpoint(0))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("CHECKPOINT_0_P3");
        assertThatThrownBy(() -> new OriginalModels(MODELS, models.settings().withRunId(1)).importTo(root, "none", 0))
                .hasMessageContaining("expected the first checkpoint");
    }
}

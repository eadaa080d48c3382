package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.TensorFile;

class OptimizerGroupTest {
    @TempDir
    Path root;

    @Test
    void aGroupHasItsOwnRateAndDecay() {
        Experiment e = Experiment.of(
                        "groups",
                        SparseParity.withDefaults().withTrain(64),
                        Mlp.of(1, 8),
                        Loss.HINGE,
                        Optimizer.adamW(0.01).withGroup(new Optimizer.Group("^0\\.", 0, 0)))
                .withLength(Span.epochs(2));
        RunFolder run = Trainer.of(e).train(root, 0).runs().get(0);
        try (TensorFile before = run.checkpoint(0);
                TensorFile after = run.checkpoint(4)) {
            assertThat(after.read("0.weight")).isEqualTo(before.read("0.weight"));
            assertThat(after.read("0.bias")).isEqualTo(before.read("0.bias"));
            assertThat(after.read("2.weight")).isNotEqualTo(before.read("2.weight"));
        }
    }

    @Test
    void biasesAndNormsMayBeSparedTheDecay() {
        Optimizer.Group spared =
                Optimizer.adamW(0.01).withoutDecayOfBiasesAndNorms().groups().get(0);
        assertThat(spared.rate()).isEqualTo(1);
        assertThat(spared.weightDecay()).isZero();
        assertThat(spared.holds("bert.encoder.layer.0.output.dense.bias")).isTrue();
        assertThat(spared.holds("bert.embeddings.LayerNorm.weight")).isTrue();
        assertThat(spared.holds("bert.pooler.dense.weight")).isFalse();
        assertThat(spared.holds("biased.weight")).isFalse();
    }
}

package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.loss.Loss;

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
    void theLastStepsMayBeTakenWithoutDecay() {
        Optimizer decaying = Optimizer.adamW(0.01).withWeightDecay(0.5);
        double[] all = norms(decaying);
        double[] some = norms(decaying.withUndecayedSteps(2));
        double[] none = norms(decaying.withUndecayedSteps(4));
        assertThat(some[2]).isEqualTo(all[2]);
        assertThat(some[3]).isGreaterThan(all[3]);
        assertThat(some[4]).isGreaterThan(all[4]);
        assertThat(none[1]).isGreaterThan(all[1]);
        assertThat(none).isEqualTo(norms(decaying.withWeightDecay(0)));
        assertThat(decaying.setting().has("undecayedSteps")).isFalse();
        assertThat(decaying.withUndecayedSteps(2)
                        .setting()
                        .get("undecayedSteps")
                        .asLong())
                .isEqualTo(2);
    }

    /** The norms of the parameters at the steps 0 to 4, as a listener sees them. */
    private double[] norms(Optimizer optimizer) {
        Experiment e = Experiment.of(
                        "decay", SparseParity.withDefaults().withTrain(64), Mlp.of(1, 8), Loss.HINGE, optimizer)
                .withLength(Span.epochs(2));
        double[] norms = new double[5];
        RunFolder run = Trainer.of(e)
                .withListener(new TrainingListener() {
                    @Override
                    public boolean wantsParameters(long step) {
                        return true;
                    }

                    @Override
                    public void onParameters(long[] seeds, long step, List<ParameterVector> parameters) {
                        assertThat(seeds).containsExactly(5);
                        norms[(int) step] = parameters.get(0).norm();
                    }
                })
                .train(root, 5)
                .runs()
                .get(0);
        try (TensorFile end = run.checkpoint(4)) {
            assertThat(Math.hypot(
                            Math.hypot(norm(end, "0.weight"), norm(end, "0.bias")),
                            Math.hypot(norm(end, "2.weight"), norm(end, "2.bias"))))
                    .isCloseTo(norms[4], within(1e-12));
        }
        return norms;
    }

    private static double norm(TensorFile file, String name) {
        double sum = 0;
        for (double x : file.read(name).toDoubles()) {
            sum += x * x;
        }
        return Math.sqrt(sum);
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

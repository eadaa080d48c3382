package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.train.loss.Loss;

class DropoutTest {
    @TempDir
    Path root;

    @Test
    void dropsItsShareAndScalesTheRest() {
        Mlp mlp = Mlp.of(1, 1).withActivation(Mlp.Activation.NONE).withDropout(0.25);
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = mlp.single(manager, new Shape(2), 3);
            ParameterStore store = new ParameterStore(manager, false);
            NDList x = new NDList(manager.ones(new Shape(4000, 2)));
            float[] whole = block.forward(store, x, false).singletonOrThrow().toFloatArray();
            Engine.getInstance().setRandomSeed(1);
            float[] dropped = block.forward(store, x, true).singletonOrThrow().toFloatArray();
            int zeros = 0;
            for (int i = 0; i < dropped.length; i++) {
                assertThat(whole[i]).isEqualTo(whole[0]).isNotZero();
                if (dropped[i] == 0) {
                    zeros++;
                } else {
                    assertThat(dropped[i]).isCloseTo(whole[i] / 0.75f, within(1e-6f));
                }
            }
            assertThat(zeros / 4000.0).isCloseTo(0.25, within(0.03));
        }
    }

    @Test
    void comesFromTheRunsSeedAndGoesOnAfterAnInterruption() throws IOException {
        Experiment e = Experiment.of(
                        "parity",
                        SparseParity.withDefaults().withBits(10).withTrain(100).withTest(40),
                        Mlp.of(1, 24, 24).withDropout(0.2),
                        Loss.HINGE,
                        Optimizer.adamW(0.01))
                .withLength(Span.epochs(4))
                .withCheckpoints(Span.steps(3));
        String whole = metrics(Trainer.of(e).train(root.resolve("a"), 0, 1), 1);
        assertThat(metrics(Trainer.of(e).train(root.resolve("b"), 1), 0)).isEqualTo(whole);
        TrainingListener interrupting = new Interrupting(8, -1);
        assertThatThrownBy(() -> Trainer.of(e).withListener(interrupting).train(root.resolve("c"), 1))
                .isInstanceOf(CancellationException.class);
        assertThat(metrics(Trainer.of(e).train(root.resolve("c"), 1), 0)).isEqualTo(whole);
        Experiment without = e.withNetwork(((Mlp) e.network()).withDropout(0));
        assertThat(metrics(Trainer.of(without).train(root.resolve("d"), 1), 0)).isNotEqualTo(whole);
    }

    private static String metrics(Population p, int run) throws IOException {
        RunFolder folder = p.runs().get(run);
        return Files.readString(folder.path().resolve("metrics.jsonl"));
    }

    @Test
    void refusesWhatIsNoShare() {
        assertThatThrownBy(() -> Mlp.of(1, 4).withDropout(1))
                .hasMessageContaining("dropout is 1; expected 0 to below 1");
        assertThatThrownBy(() -> Mlp.of(1, 4).withDropout(Double.NaN))
                .hasMessageContaining("dropout is NaN; expected 0 to below 1");
    }
}

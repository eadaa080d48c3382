package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.record.RunFolder;
import org.kymograph.record.RunFolder.Status;

class TrainerTest {
    @TempDir
    Path root;

    private static Experiment parity() {
        return Experiment.of("parity", SparseParity.withDefaults().withBits(10).withTrain(100).withTest(40),
                Mlp.of(1, 24), Loss.HINGE, Optimizer.sgd(0.1).withWeightDecay(0.01)).withLength(Span.epochs(6))
                .withCheckpoints(Span.epochs(2)).withStatistics(true);
    }

    private static byte[] bytes(RunFolder run, String file) throws IOException {
        return Files.readAllBytes(run.path().resolve(file));
    }

    @ParameterizedTest
    @EnumSource(Mlp.Norm.class)
    void aRunInAStackIsTheSameRunAlone(Mlp.Norm norm) throws IOException {
        Experiment e = parity().withNetwork(Mlp.of(1, 24).withNorm(norm)).withClipNorm(0.5)
                .withOptimizer(Optimizer.adamW(0.01));
        Population together = Trainer.of(e).withWorkers(1).train(root.resolve("a"), 3, 4, 5, 6);
        Population alone = Trainer.of(e).withStackSize(1).train(root.resolve("b"), 5);
        RunFolder stacked = together.runs().get(2);
        RunFolder single = alone.runs().get(0);
        assertThat(new String(bytes(stacked, "metrics.jsonl"))).isEqualTo(new String(bytes(single, "metrics.jsonl")));
    }

    @Test
    void learnsParity() {
        Population p = Trainer.of(parity().withNetwork(Mlp.of(1, 200)).withLength(Span.epochs(60)).withStatistics(false))
                .train(root, 0, 1, 2);
        for (RunFolder run : p.runs()) {
            assertThat(run.status()).isEqualTo(Status.DONE);
            List<ObjectNode> lines = run.metrics().read();
            assertThat(lines).hasSize(60);
            assertThat(lines.get(59).get("train_accuracy").asDouble()).isGreaterThan(0.8);
        }
    }
}

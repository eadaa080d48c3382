package org.kymograph.train;

import ai.djl.ndarray.BaseNDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.train.loss.Loss;

/** Trains 10,000 steps and prints the live arrays and resident bytes after 1,000 of them and at the end. */
final class LeakProbe {
    private LeakProbe() {}

    public static void main(String[] args) {
        Experiment e = Experiment.of(
                        "leaks",
                        SparseParity.withDefaults().withTrain(100).withTest(40),
                        Mlp.of(1, 200).withNorm(Mlp.Norm.BATCH),
                        Loss.HINGE,
                        Optimizer.adam(0.001))
                .withLength(Span.steps(10_000))
                .withEvaluation(Span.steps(100))
                .withCheckpoints(Span.steps(5000));
        TrainingListener counting = new TrainingListener() {
            @Override
            public void onBatch(Batch batch) {
                if (batch.step() == 1000 || batch.step() == 10_000) {
                    System.gc();
                    System.out.println(((BaseNDManager) batch.outputs().getManager())
                                    .getManagedArrays()
                                    .size() + " " + resident());
                }
            }
        };
        Trainer.of(e).withWorkers(1).withListener(counting).train(Path.of(args[0]), 0, 1);
    }

    // Linux tells the resident pages; elsewhere the arrays are counted all the same.
    private static long resident() {
        try {
            Path statm = Path.of("/proc/self/statm");
            return Files.exists(statm)
                    ? 4096 * Long.parseLong(Files.readString(statm).split(" ", -1)[1])
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

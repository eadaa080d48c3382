package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDScope;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.model.Network;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.RunFolder.Status;
import org.kymograph.train.loss.Loss;

class TrainingHooksTest {
    @TempDir
    Path root;

    private static Experiment parity() {
        return Experiment.of(
                        "parity",
                        SparseParity.withDefaults().withBits(10).withTrain(100).withTest(40),
                        Mlp.of(1, 24).withNorm(Mlp.Norm.BATCH),
                        Loss.HINGE,
                        Optimizer.sgd(0.1))
                .withLength(Span.epochs(3))
                .withCheckpoints(Span.steps(3))
                .withEvaluationBatch(64);
    }

    private static Network dropout() {
        return Network.of("dropout net", () -> new SequentialBlock()
                .add(Linear.builder().setUnits(16).build())
                .add(BatchNorm.builder().build())
                .add(Dropout.builder().optRate(0.3f).build())
                .add(Linear.builder().setUnits(1).build()));
    }

    /** Writes down what it hears, and asks for outputs of all rows after each epoch. */
    private static final class Notes implements TrainingListener {
        private final boolean training;
        private final Map<String, float[]> outputs = new TreeMap<>();
        private final List<String> heard = new ArrayList<>();
        private int most;

        Notes(boolean training) {
            this.training = training;
        }

        @Override
        public void onOpen(Experiment experiment, List<RunFolder> runs) {
            heard.add("open " + runs.size());
        }

        @Override
        public void onStart(Start start) {
            heard.add("start " + start.step() + " of " + start.totalSteps() + " by " + start.epochSteps());
            assertThat(start.runs()).hasSameSizeAs(start.train());
            assertThat(start.train().get(0).size()).isEqualTo(100);
        }

        @Override
        public void beforeCheckpoint(long[] seeds, long step) {
            heard.add("before " + step);
        }

        @Override
        public void onCheckpoint(long seed, long step) {
            heard.add("checkpoint " + step);
        }

        @Override
        public void onEpoch(EpochEnd end) {
            heard.add("epoch " + end.epoch() + " at " + end.step());
            most = end.batch();
            for (int from = 0; from < 100; from += 64) {
                int[][] rows = new int[end.seeds().length][];
                Arrays.fill(
                        rows, IntStream.range(from, Math.min(100, from + 64)).toArray());
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    var z = end.forward().outputs(rows, training);
                    assertThat(z.getShape().getShape()).containsExactly(end.seeds().length, rows[0].length, 1);
                    float[] all = z.toFloatArray();
                    for (int r = 0; r < end.seeds().length; r++) {
                        outputs.put(
                                end.seeds()[r] + " " + end.epoch() + " " + from,
                                Arrays.copyOfRange(all, r * rows[0].length, (r + 1) * rows[0].length));
                    }
                }
            }
        }
    }

    private static List<String> record(Population runs) throws Exception {
        List<String> all = new ArrayList<>();
        for (RunFolder run : runs.runs()) {
            all.add(Files.readString(run.path().resolve("metrics.jsonl")));
            for (long step : run.checkpointSteps()) {
                all.add(HexFormat.of()
                        .formatHex(Files.readAllBytes(
                                run.path().resolve(String.format("checkpoints/step-%08d.safetensors", step)))));
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("slow")
    void aListenerThatRunsTheNetworkIsNotFelt(boolean training) throws Exception {
        for (Experiment e : List.of(parity(), parity().withNetwork(dropout()))) {
            List<String> alone = record(Trainer.of(e).train(root.resolve("alone"), 3, 4));
            Notes notes = new Notes(training);
            assertThat(record(Trainer.of(e).withListener(notes).train(root.resolve("heard"), 3, 4)))
                    .isEqualTo(alone);
            assertThat(notes.outputs).hasSize(2 * 3 * 2);
            assertThat(notes.most).isEqualTo(64);
        }
    }

    @Test
    void outputsDependOnTheSeedOnlyAndOnTheMode() {
        Notes evaluated = new Notes(false);
        Notes trained = new Notes(true);
        Notes alone = new Notes(false);
        Trainer.of(parity()).withListener(evaluated).withListener(trained).train(root.resolve("a"), 3, 4);
        Trainer.of(parity()).withListener(alone).train(root.resolve("b"), 4);
        assertThat(alone.outputs).hasSize(6).allSatisfy((k, v) -> assertThat(v).isEqualTo(evaluated.outputs.get(k)));
        assertThat(trained.outputs.get("3 1 0")).isNotEqualTo(evaluated.outputs.get("3 1 0"));
    }

    @Test
    void goesOnWhereItSaysWithTheSameNoise() {
        Experiment e = parity().withNetwork(dropout());
        Notes whole = new Notes(true);
        Trainer.of(e).withListener(whole).train(root.resolve("a"), 7);
        Thread reader = Thread.currentThread();
        TrainingListener interrupting = new TrainingListener() {
            @Override
            public void onBatch(Batch batch) {
                if (batch.step() == 7) {
                    reader.interrupt();
                    // The loop looks at its flag after the step; the flag is set by the interrupted thread.
                    for (int i = 0; i < 100 && reader.isInterrupted(); i++) {
                        pause();
                    }
                    pause();
                }
            }
        };
        Notes first = new Notes(true);
        assertThatThrownBy(() -> Trainer.of(e)
                        .withListener(first)
                        .withListener(interrupting)
                        .train(root.resolve("b"), 7))
                .isInstanceOf(CancellationException.class);
        Notes second = new Notes(true);
        Trainer.of(e).withListener(second).train(root.resolve("b"), 7);
        assertThat(first.heard)
                .startsWith(
                        "open 1",
                        "start 0 of 12 by 4",
                        "before 0",
                        "checkpoint 0",
                        "before 3",
                        "checkpoint 3",
                        "epoch 0 at 4",
                        "before 6",
                        "checkpoint 6")
                .doesNotContain("epoch 1 at 8");
        assertThat(second.heard)
                .containsExactly(
                        "open 1",
                        "start 6 of 12 by 4",
                        "epoch 1 at 8",
                        "before 9",
                        "checkpoint 9",
                        "epoch 2 at 12",
                        "before 12",
                        "checkpoint 12");
        assertThat(second.outputs).hasSize(4).allSatisfy((k, v) -> assertThat(v).isEqualTo(whole.outputs.get(k)));
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aListenerThatRefusesStopsNothingButThisCall() {
        TrainingListener refusing = new TrainingListener() {
            @Override
            public void onOpen(Experiment experiment, List<RunFolder> runs) {
                throw new IllegalStateException("not with me");
            }
        };
        assertThatThrownBy(() -> Trainer.of(parity()).withListener(refusing).train(root, 0))
                .hasMessage("not with me");
        RunFolder run = Trainer.of(parity()).train(root, 0).runs().get(0);
        assertThat(run.status()).isEqualTo(Status.DONE);
        assertThatThrownBy(() -> Trainer.of(parity()).withListener(refusing).train(root, 0))
                .hasMessage("not with me");
    }
}

package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kymograph.data.SparseParity;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.RunFolder.Status;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.loss.Loss;

class TrainerTest {
    @TempDir
    Path root;

    private static Experiment parity() {
        return Experiment.of(
                        "parity",
                        SparseParity.withDefaults().withBits(10).withTrain(100).withTest(40),
                        Mlp.of(1, 24),
                        Loss.HINGE,
                        Optimizer.sgd(0.1).withWeightDecay(0.01))
                .withLength(Span.epochs(6))
                .withCheckpoints(Span.epochs(2))
                .withStatistics(true);
    }

    /** All that a run computed: its metrics and last checkpoint, byte for byte. */
    private static List<String> record(RunFolder run) throws IOException {
        long last = run.lastGoodCheckpoint().orElseThrow();
        return List.of(
                new String(bytes(run, "metrics.jsonl"), StandardCharsets.UTF_8),
                HexFormat.of().formatHex(bytes(run, String.format("checkpoints/step-%08d.safetensors", last))));
    }

    private static byte[] bytes(RunFolder run, String file) throws IOException {
        return Files.readAllBytes(run.path().resolve(file));
    }

    @ParameterizedTest
    @EnumSource(Mlp.Norm.class)
    @Tag("slow")
    void aRunInAStackIsTheSameRunAlone(Mlp.Norm norm) throws IOException {
        Experiment e = parity().withNetwork(Mlp.of(1, 24).withNorm(norm))
                .withClipNorm(0.5)
                .withOptimizer(Optimizer.adamW(0.01));
        Population together = Trainer.of(e).withWorkers(1).train(root.resolve("a"), 3, 4, 5, 6);
        Population alone = Trainer.of(e).withStackSize(1).train(root.resolve("b"), 5);
        RunFolder stacked = together.runs().get(2);
        RunFolder single = alone.runs().get(0);
        assertThat(bytes(stacked, "metrics.jsonl"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(new String(bytes(single, "metrics.jsonl"), StandardCharsets.UTF_8));
    }

    @Test
    void howRunsAreSharedOutChangesNothing() throws IOException {
        Experiment e = parity().withOptimizer(Optimizer.sgd(0.1).withMomentum(0.9));
        long[] seeds = {0, 1, 2, 3, 4};
        List<RunFolder> one =
                Trainer.of(e).withWorkers(1).train(root.resolve("a"), seeds).runs();
        List<RunFolder> two = Trainer.of(e)
                .withWorkers(2)
                .withStackSize(2)
                .train(root.resolve("b"), seeds)
                .runs();
        List<RunFolder> three = Trainer.of(e)
                .withWorkers(3)
                .withStackSize(1)
                .train(root.resolve("c"), seeds)
                .runs();
        for (int r = 0; r < seeds.length; r++) {
            assertThat(record(two.get(r))).isEqualTo(record(one.get(r)));
            assertThat(record(three.get(r))).isEqualTo(record(one.get(r)));
        }
    }

    @Test
    void anInterruptedTrainingEndsAsIfNothingHadHappened() throws Exception {
        Experiment e = parity().withOptimizer(Optimizer.adam(0.003))
                .withLength(Span.epochs(8))
                .withCheckpoints(Span.steps(5));
        List<RunFolder> whole = Trainer.of(e).train(root.resolve("a"), 0, 1, 2).runs();
        for (long at : new long[] {2, 7, 12, 23, 31}) {
            TrainingListener interrupting = new Interrupting(at, -1);
            assertThatThrownBy(() -> Trainer.of(e).withListener(interrupting).train(root.resolve("b"), 0, 1, 2))
                    .isInstanceOf(CancellationException.class)
                    .hasMessageContaining("parity");
            assertThat(Thread.interrupted()).isFalse();
            assertThat(Population.open(root.resolve("b")).runs())
                    .extracting(RunFolder::status)
                    .contains(Status.INTERRUPTED);
        }
        List<RunFolder> resumed =
                Trainer.of(e).train(root.resolve("b"), 0, 1, 2).runs();
        for (int r = 0; r < 3; r++) {
            assertThat(record(resumed.get(r))).isEqualTo(record(whole.get(r)));
        }
    }

    @Test
    void doneRunsAreLeftAloneAndNewSeedsJoin() throws IOException {
        RunFolder first = Trainer.of(parity()).train(root, 0).runs().get(0);
        byte[] before = bytes(first, "run.json");
        Population both = Trainer.of(parity()).train(root, 0, 1);
        assertThat(both.runs()).extracting(RunFolder::seed).containsExactly(0L, 1L);
        assertThat(bytes(both.runs().get(0), "run.json")).isEqualTo(before);
        assertThat(both.metrics().rowCount()).isEqualTo(12);
        assertThat(both.metrics().column("seed").unique().size()).isEqualTo(2);
    }

    @Test
    void aRunWhoseMetricsWereChangedIsTrainedToTheSameBytes() throws IOException {
        Experiment e = parity().withCheckpoints(Span.epochs(1));
        RunFolder whole = Trainer.of(e).train(root.resolve("a"), 0).runs().get(0);
        RunFolder damaged = Trainer.of(e).train(root.resolve("b"), 0).runs().get(0);
        Path metrics = damaged.metrics().path();
        List<String> lines = Files.readAllLines(metrics);
        Files.write(metrics, lines.subList(0, 2));
        List<RunFolder> again = Trainer.of(e).train(root.resolve("b"), 0).runs();
        assertThat(again.get(0).status()).isEqualTo(Status.DONE);
        assertThat(record(again.get(0))).isEqualTo(record(whole));
    }

    @Test
    void aRunWhoseFolderIsDeletedMeanwhileFailsInOneSentence() {
        assertThatThrownBy(() -> Trainer.of(parity())
                        .withListener(new TrainingListener() {
                            @Override
                            public void onEpoch(EpochEnd end) {
                                try {
                                    Files.move(root.resolve("runs"), root.resolve("elsewhere"));
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            }
                        })
                        .train(root.resolve("runs"), 0))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("was deleted");
        assertThat(root.resolve("runs")).doesNotExist();
    }

    @Test
    void trainsAnyBlockAndResumesItsDropout() throws Exception {
        Network net = Network.of("dropout net", () -> new SequentialBlock()
                .add(Linear.builder().setUnits(16).build())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(Dropout.builder().optRate(0.3f).build())
                .add(Linear.builder().setUnits(1).build()));
        Experiment e = parity().withNetwork(net).withCheckpoints(Span.steps(3));
        List<RunFolder> whole = Trainer.of(e).train(root.resolve("a"), 0, 1).runs();
        TrainingListener interrupting = new Interrupting(11, 1);
        assertThatThrownBy(() -> Trainer.of(e).withListener(interrupting).train(root.resolve("b"), 0, 1))
                .isInstanceOf(CancellationException.class);
        List<RunFolder> resumed = Trainer.of(e).train(root.resolve("b"), 0, 1).runs();
        for (int r = 0; r < 2; r++) {
            assertThat(record(resumed.get(r))).isEqualTo(record(whole.get(r)));
        }
    }

    @Test
    void aDivergedRunIsSaidToHaveDiverged() {
        Experiment e = parity().withLoss(Loss.MEAN_SQUARED_ERROR)
                .withOptimizer(Optimizer.sgd(50))
                .withStatistics(true);
        RunFolder run = Trainer.of(e).train(root, 0).runs().get(0);
        assertThat(run.status()).isEqualTo(Status.FAILED);
        assertThat(run.failure()).contains("diverged").contains("step");
        // It ends at once: what was measured before stays, and is finite.
        assertThat(run.metrics().read()).hasSizeLessThan(6).allSatisfy(line -> assertThat(
                        line.get("train_loss").isNumber())
                .isTrue());
        assertThat(run.lastGoodCheckpoint()).hasValue(0);
    }

    /** Networks whose outputs overflow for one seed. */
    private record OverflowingForSeedOne(Mlp mlp) implements Network {
        @Override
        public String name() {
            return "overflowing";
        }

        @Override
        public boolean stackable() {
            return true;
        }

        @Override
        public Block single(NDManager manager, Shape inputShape, long seed) {
            Block block = mlp.single(manager, inputShape, seed);
            if (seed == 1) {
                ParameterVector.of(block).scale(1e30).restore(block);
            }
            return block;
        }

        @Override
        public Block stack(NDManager manager, Shape inputShape, long[] seeds) {
            Block block = mlp.stack(manager, inputShape, seeds);
            for (int r = 0; r < seeds.length; r++) {
                if (seeds[r] == 1) {
                    ParameterVector.of(block, r).scale(1e30).restore(block, r);
                }
            }
            return block;
        }
    }

    @Test
    void onlyWhatDivergesEnds() throws IOException {
        Experiment e = parity().withNetwork(new OverflowingForSeedOne(Mlp.of(1, 24)));
        List<RunFolder> runs = Trainer.of(e)
                .withWorkers(1)
                .withStackSize(3)
                .train(root, 0, 1, 2)
                .runs();
        assertThat(runs.get(1).status()).isEqualTo(Status.FAILED);
        assertThat(runs.get(1).failure()).isEqualTo("diverged: the training loss is not finite from step 1 on");
        assertThat(runs.get(1).metrics().read()).isEmpty();
        for (int r : new int[] {0, 2}) {
            RunFolder alone =
                    Trainer.of(e).train(root.resolve("alone" + r), r).runs().get(0);
            assertThat(runs.get(r).status()).isEqualTo(Status.DONE);
            assertThat(record(runs.get(r))).isEqualTo(record(alone));
        }
        List<Long> steps = new ArrayList<>();
        Trainer.of(e)
                .withListener(new TrainingListener() {
                    @Override
                    public void onBatch(Batch batch) {
                        steps.add(batch.step());
                    }
                })
                .train(root.resolve("one"), 1);
        assertThat(steps).containsExactly(1L);
    }

    @Test
    void batchesMayBeDrawnWithReplacement() {
        Experiment e = parity().withReplacement(true).withLength(Span.epochs(40));
        int n = e.task().sample(0).train().size();
        int[] counts = new int[n];
        List<List<Integer>> first = new ArrayList<>();
        Trainer.of(e)
                .withWorkers(1)
                .withListener(new TrainingListener() {
                    @Override
                    public void onBatch(Batch batch) {
                        assertThat(batch.rows()[0]).hasSize(e.batchSize());
                        Arrays.stream(batch.rows()[0]).forEach(row -> counts[row]++);
                        if (batch.step() == 1) {
                            Arrays.stream(batch.rows())
                                    .forEach(r ->
                                            first.add(Arrays.stream(r).boxed().toList()));
                        }
                    }
                })
                .train(root, 0, 1);
        assertThat(first.get(0)).isNotEqualTo(first.get(1));
        double drawn = Arrays.stream(counts).sum();
        double chi = Arrays.stream(counts)
                .mapToDouble(c -> (c - drawn / n) * (c - drawn / n) * n / drawn)
                .sum();
        // A sum of squares that is χ² with n − 1 degrees of freedom; without replacement it would be near 0.
        assertThat(chi).isBetween(n - 1 - 4 * Math.sqrt(2.0 * n), n - 1 + 4 * Math.sqrt(2.0 * n));
        assertThat(parity().setting().has("replacement")).isFalse();
        assertThat(e.setting().get("replacement").asBoolean()).isTrue();
    }

    @Test
    void adamWithoutBiasCorrection() {
        Experiment e = parity().withOptimizer(Optimizer.adam(0.01)).withLength(Span.steps(1));
        Experiment without = e.withOptimizer(Optimizer.adam(0.01).withBiasCorrection(false));
        assertThat(e.setting().get("optimizer").has("biasCorrection")).isFalse();
        assertThat(without.setting().get("optimizer").get("biasCorrection").asBoolean())
                .isFalse();
        double corrected = firstStep(e);
        // After one step m/√v is (1 − β₁)/√(1 − β₂) times what it is with correction.
        assertThat(firstStep(without)).isCloseTo(corrected * 0.1 / Math.sqrt(0.001), within(1e-3 * corrected));
    }

    private double firstStep(Experiment e) {
        RunFolder run = Trainer.of(e).train(root, 0).runs().get(0);
        try (var before = run.checkpoint(0);
                var after = run.checkpoint(1)) {
            float[] w = before.read("0.weight").toFloats();
            float[] v = after.read("0.weight").toFloats();
            return IntStream.range(0, w.length)
                    .mapToDouble(i -> Math.abs(v[i] - w[i]))
                    .max()
                    .orElseThrow();
        }
    }

    @Test
    void evaluatesWhenTold() {
        Experiment e = parity().withStatistics(false).withLength(Span.epochs(7));
        assertThat(epochs(e.withEvaluation(Span.epochs(3)), "a")).containsExactly(1.0, 4.0, 7.0);
        // Four steps an epoch.
        assertThat(epochs(e.withEvaluation(Span.steps(10)), "b")).containsExactly(2.5, 5.0);
        assertThat(Trainer.of(e).train(root.resolve("c"), 0).runs().get(0).checkpointSteps())
                .containsExactly(0L, 8L, 16L, 24L, 28L);
    }

    @Tag("slow")
    @Test
    void aLoopWithoutLeaks() throws Exception {
        // A process of its own, whose heap is resident from the start, so that what grows is native memory.
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeakProbe.class.getName(),
                        root.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String[]> lines = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(l -> l.split(" "))
                .toList();
        assertThat(probe.waitFor()).isZero();
        assertThat(lines.get(1)[0]).isEqualTo(lines.get(0)[0]);
        // One activation of 2 x 200 x 32 floats leaked a step would be 460 MB.
        assertThat(Long.parseLong(lines.get(1)[1]) - Long.parseLong(lines.get(0)[1]))
                .isLessThan(60_000_000);
    }

    private double[] epochs(Experiment e, String folder) {
        return Trainer.of(e)
                .train(root.resolve(folder), 0)
                .metrics()
                .doubleColumn("epoch")
                .asDoubleArray();
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> Trainer.of(parity()).train(root)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Trainer.of(parity()).train(root, 1, 1)).hasMessageContaining("each once");
        Split none = SparseParity.withDefaults().sample(0);
        Split empty = new Split(none.train().take(0), none.test());
        assertThatThrownBy(() ->
                        Trainer.of(parity().withTask(Task.of("none", empty))).train(root, 7))
                .hasMessage("the number of training samples of none for seed 7 is 0; expected at least 1");
        assertThatThrownBy(() -> parity().withBatchSize(0)).hasMessageContaining("batchSize is 0; expected at least 1");
        assertThatThrownBy(() -> parity().withName("a/b")).hasMessageContaining("a/b");
        assertThatThrownBy(() -> Optimizer.sgd(-1))
                .hasMessage("learningRate is -1; expected a finite number of at least 0");
        assertThatThrownBy(() -> Span.epochs(0)).hasMessageContaining("at least 1");
    }

    @Test
    void learnsParity() {
        Population p = Trainer.of(parity().withNetwork(Mlp.of(1, 200))
                        .withLength(Span.epochs(60))
                        .withStatistics(false))
                .train(root, 0, 1, 2);
        for (RunFolder run : p.runs()) {
            assertThat(run.status()).isEqualTo(Status.DONE);
            List<ObjectNode> lines = run.metrics().read();
            assertThat(lines).hasSize(60);
            assertThat(lines.get(59).get("train_accuracy").asDouble()).isGreaterThan(0.8);
        }
    }
}

package org.kymograph.train.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.SparseParity;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.RunFolder.Status;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.DynamicsWriter;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.dynamics.LogFormat;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.TrainingListener;
import org.kymograph.train.loss.Loss;

class RecorderTest {
    private static final int N = 90;

    @TempDir
    Path root;

    private static Split spots(int n, float scale) {
        SplittableRandom random = new SplittableRandom(5);
        float[] x = new float[2 * n];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
            y[i] = i % 3;
            x[2 * i] = scale * (float) (Math.cos(2.0 * y[i]) + random.nextDouble() - 0.5);
            x[2 * i + 1] = scale * (float) (Math.sin(2.0 * y[i]) + random.nextDouble() - 0.5);
        }
        Dataset all = new Dataset("spots", "train", 0, Tensor.of(x, n, 2), Tensor.of(y, n), 3, Scaling.NONE);
        return new Split(all, all.take(30));
    }

    /** Six steps an epoch, with dropout: runs train one by one. */
    private static Experiment spots() {
        return Experiment.of(
                        "spots",
                        Task.of("spots", spots(N, 1)),
                        Mlp.of(3, 12).withDropout(0.3),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(0.02))
                .withSchedule(Schedule.LINEAR)
                .withBatchSize(16)
                .withEvaluationBatch(37)
                .withLength(Span.epochs(4))
                .withCheckpoints(Span.steps(4));
    }

    private static Map<String, String> files(RunFolder run, boolean log) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(run.path())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = run.path().relativize(file).toString();
                boolean logged = name.startsWith("training_dynamics") || name.startsWith("dynamics");
                if (!name.startsWith("run.") && (log || !logged)) {
                    all.put(name, HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        return all;
    }

    private static List<JsonNode> lines(RunFolder run, int epoch) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (String line : Files.readAllLines(DynamicsWriter.file(run.path(), epoch))) {
            all.add(new ObjectMapper().readTree(line));
        }
        return all;
    }

    private RunFolder recorded(Experiment e, Recorder recorder, long seed) {
        return Trainer.of(e)
                .withListener(recorder)
                .train(root.resolve("recorded"), seed)
                .runs()
                .get(0);
    }

    @ParameterizedTest
    @EnumSource(Recorder.Mode.class)
    @Tag("slow")
    void isNotFeltByTheTraining(Recorder.Mode mode) throws IOException {
        for (Experiment e : List.of(spots(), spots().withNetwork(Mlp.of(3, 12).withNorm(Mlp.Norm.BATCH)))) {
            RunFolder alone =
                    Trainer.of(e).train(root.resolve("alone"), 1).runs().get(0);
            RunFolder run = recorded(e, Recorder.of(mode), 1);
            assertThat(run.id()).isEqualTo(alone.id());
            assertThat(files(run, false)).isEqualTo(files(alone, false)).hasSize(8);
            assertThat(run.path().resolve("training_dynamics").toFile().list())
                    .containsExactlyInAnyOrder(
                            "dynamics_epoch_0.jsonl",
                            "dynamics_epoch_1.jsonl",
                            "dynamics_epoch_2.jsonl",
                            "dynamics_epoch_3.jsonl");
            assertThat(run.path().toFile().list())
                    .containsExactlyInAnyOrder(
                            "run.json",
                            "run.lock",
                            "metrics.jsonl",
                            "checkpoints",
                            "dynamics.json",
                            "training_dynamics");
        }
    }

    @ParameterizedTest
    @EnumSource(Recorder.Mode.class)
    void everySampleIsThereOnceInEveryEpoch(Recorder.Mode mode) throws IOException {
        Experiment e = spots();
        RunFolder run = recorded(e, Recorder.of(mode), 1);
        Dataset train = e.task().sample(1).train();
        for (int epoch = 0; epoch < 4; epoch++) {
            List<JsonNode> lines = lines(run, epoch);
            List<Integer> guids = lines.stream().map(l -> l.get("guid").asInt()).toList();
            assertThat(guids)
                    .containsExactlyInAnyOrder(IntStream.range(0, N).boxed().toArray(Integer[]::new));
            if (mode == Recorder.Mode.IN_PASS) {
                assertThat(guids).isNotEqualTo(guids.stream().sorted().toList());
            } else {
                assertThat(guids).isSorted();
            }
            for (JsonNode line : lines) {
                assertThat(line.get("logits_epoch_" + epoch)).hasSize(3);
                assertThat(line.get("gold").asLong()).isEqualTo((long)
                        train.targets().getDouble(line.get("guid").asInt()));
            }
        }
        assertThat(new ObjectMapper()
                        .readTree(run.path().resolve("dynamics.json").toFile())
                        .toString())
                .isEqualTo("{\"mode\":\"" + mode
                        + "\",\"format\":\"full\",\"guids\":\"rows\",\"target\":\"class\",\"samples\":90,"
                        + "\"epochs\":4}");
    }

    // A network of one linear layer can be computed by hand from its checkpoints.
    @Test
    void outputsAreThoseOfTheWeightsAtThatMoment() throws IOException {
        Experiment e =
                spots().withNetwork(Mlp.of(3)).withCheckpoints(Span.steps(1)).withLength(Span.epochs(2));
        RunFolder after = recorded(e, Recorder.withDefaults(), 1);
        RunFolder within = recorded(e.withName("within"), Recorder.of(Recorder.Mode.IN_PASS), 1);
        Dataset train = e.task().sample(1).train();
        for (int epoch = 0; epoch < 2; epoch++) {
            for (JsonNode line : lines(after, epoch)) {
                compare(line, epoch, after, 6L * (epoch + 1), train);
            }
            List<JsonNode> lines = lines(within, epoch);
            for (int i = 0; i < N; i++) {
                compare(lines.get(i), epoch, within, 6 * epoch + i / 16, train);
            }
        }
    }

    private static void compare(JsonNode line, int epoch, RunFolder run, long step, Dataset train) {
        float[] x = new float[2];
        train.gather(new int[] {line.get("guid").asInt()}, x);
        try (var checkpoint = run.checkpoint(step)) {
            float[] w = checkpoint.read("0.weight").toFloats();
            float[] b = checkpoint.read("0.bias").toFloats();
            for (int c = 0; c < 3; c++) {
                assertThat(line.get("logits_epoch_" + epoch).get(c).asDouble())
                        .isCloseTo(w[2 * c] * x[0] + w[2 * c + 1] * x[1] + b[c], within(2e-6));
            }
        }
    }

    @Test
    void modesDifferWhereTheyShould() throws IOException {
        RunFolder eval = recorded(spots(), Recorder.withDefaults(), 1);
        RunFolder train = recorded(spots().withName("train"), Recorder.of(Recorder.Mode.POST_EPOCH_TRAIN), 1);
        assertThat(lines(train, 1)).isNotEqualTo(lines(eval, 1));
        Experiment still = spots().withNetwork(Mlp.of(3, 12)).withName("still");
        Path a = DynamicsWriter.file(recorded(still, Recorder.withDefaults(), 1).path(), 2);
        Path b = DynamicsWriter.file(
                recorded(still.withName("b"), Recorder.of(Recorder.Mode.POST_EPOCH_TRAIN), 1)
                        .path(),
                2);
        assertThat(b).hasSameBinaryContentAs(a);
    }

    @Test
    @Tag("slow")
    void aRunsLogDoesNotDependOnItsNeighbours() throws IOException {
        Experiment e = spots().withNetwork(Mlp.of(3, 12));
        for (Recorder.Mode mode : Recorder.Mode.values()) {
            Population many = Trainer.of(e).withListener(Recorder.of(mode)).train(root.resolve("many" + mode), 1, 2, 3);
            RunFolder one = Trainer.of(e)
                    .withListener(Recorder.of(mode))
                    .train(root.resolve("one" + mode), 2)
                    .runs()
                    .get(0);
            Map<String, String> alone = files(one, true);
            Map<String, String> among = files(many.runs().get(1), true);
            assertThat(alone.keySet()).isEqualTo(among.keySet()).hasSizeGreaterThan(10);
            assertThat(alone.keySet())
                    .allSatisfy(f ->
                            assertThat(alone.get(f).equals(among.get(f))).as(f).isTrue());
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(Recorder.Mode.class)
    void anInterruptedLogEndsAsIfNothingHadHappened(Recorder.Mode mode) throws IOException {
        for (Experiment e : List.of(spots(), spots().withNetwork(Mlp.of(3, 12)).withName("stack"))) {
            long[] seeds = {1, 2};
            List<RunFolder> whole = Trainer.of(e)
                    .withListener(Recorder.of(mode))
                    .train(root.resolve("a"), seeds)
                    .runs();
            Thread reader = Thread.currentThread();
            int cut = 0;
            for (long at : new long[] {1, 3, 5, 6, 8, 12, 15, 18, 22, 24}) {
                TrainingListener interrupting = new TrainingListener() {
                    @Override
                    public void onBatch(Batch batch) {
                        if (batch.step() == at) {
                            reader.interrupt();
                        }
                    }
                };
                try {
                    Trainer.of(e)
                            .withListener(Recorder.of(mode))
                            .withListener(interrupting)
                            .train(root.resolve("b"), seeds);
                } catch (CancellationException stopped) {
                    cut++;
                }
            }
            assertThat(cut).isPositive();
            List<RunFolder> resumed = Trainer.of(e)
                    .withListener(Recorder.of(mode))
                    .train(root.resolve("b"), seeds)
                    .runs();
            for (int r = 0; r < seeds.length; r++) {
                assertThat(resumed.get(r).status()).isEqualTo(Status.DONE);
                assertThat(files(resumed.get(r), true))
                        .isEqualTo(files(whole.get(r), true))
                        .hasSize(13);
            }
        }
    }

    // What a crash behind the end of an epoch leaves: the file is there, the checkpoint is older.
    @Test
    void aFinishedEpochIsOpenedAgainWhereTheCheckpointIsOlder() throws IOException {
        Experiment e = spots();
        RunFolder whole = Trainer.of(e)
                .withListener(Recorder.of(Recorder.Mode.IN_PASS))
                .train(root.resolve("a"), 1)
                .runs()
                .get(0);
        RunFolder back = recorded(e, Recorder.of(Recorder.Mode.IN_PASS), 1);
        try (RunFolder run = RunFolder.openOrCreate(root.resolve("recorded"), e.name(), 1, e.setting())) {
            run.rewindTo(8);
            run.setStatus(Status.INTERRUPTED);
        }
        Files.writeString(back.path().resolve("dynamics_epoch_3.jsonl.part"), "{\"gu");
        assertThat(files(recorded(e, Recorder.of(Recorder.Mode.IN_PASS), 1), true))
                .isEqualTo(files(whole, true));
    }

    @Test
    void anEpochThatTrainingEndsWithinLeavesNoFile() throws IOException {
        for (Recorder.Mode mode : Recorder.Mode.values()) {
            RunFolder run =
                    recorded(spots().withName(mode.toString()).withLength(Span.steps(10)), Recorder.of(mode), 1);
            assertThat(run.path().resolve("training_dynamics").toFile().list())
                    .containsExactly("dynamics_epoch_0.jsonl");
            assertThat(run.path().toFile().list()).noneMatch(f -> f.endsWith(".part"));
        }
        assertThatThrownBy(() -> recorded(spots().withLength(Span.steps(5)), Recorder.withDefaults(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "length is 5 steps; expected at least one epoch, of 6 steps, or there is nothing to record");
    }

    @Test
    void whatWasTrainedOtherwiseIsRefused() {
        RunFolder run =
                Trainer.of(spots()).train(root.resolve("recorded"), 1).runs().get(0);
        assertThatThrownBy(() -> recorded(spots(), Recorder.withDefaults(), 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        run.path() + " has been trained without recording: delete the folder or give the experiment "
                                + "another name to record it");
        assertThat(RunFolder.open(run.path()).status()).isEqualTo(Status.DONE);

        Experiment e = spots().withName("other");
        recorded(e, Recorder.withDefaults(), 1);
        recorded(e, Recorder.withDefaults(), 1);
        assertThatThrownBy(() -> recorded(e, Recorder.of(Recorder.Mode.IN_PASS), 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("post-epoch-eval")
                .hasMessageContaining("not as")
                .hasMessageContaining("in-pass");
        assertThatThrownBy(() -> recorded(e, Recorder.withDefaults().withFormat(LogFormat.ROUNDED), 1))
                .hasMessageContaining("rounded");
        assertThatThrownBy(() -> recorded(e, Recorder.withDefaults().withGuids(Guids.rows(N)), 1))
                .hasMessageContaining("given");
        assertThatThrownBy(() -> recorded(e, Recorder.withDefaults().withGuids(Guids.rows(7)), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("guids has length 7; expected 90, the length of the training set");
    }

    @Test
    void anEpochTrainedWithoutRecorderIsMissed() {
        Experiment e = spots();
        interruptAt(e, 5, Recorder.withDefaults());
        interruptAt(e, 15, null);
        for (int again = 0; again < 2; again++) {
            assertThatThrownBy(() -> recorded(e, Recorder.withDefaults(), 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("without recording epoch 0");
            assertThat(Trainer.of(e)
                            .train(root.resolve("recorded"), 1)
                            .runs()
                            .get(0)
                            .status())
                    .isEqualTo(Status.DONE);
        }
    }

    @Test
    void aTrainingThatStopsEarlyIsRecordedUpToThere() throws IOException {
        for (Recorder.Mode mode : List.of(Recorder.Mode.IN_PASS, Recorder.Mode.POST_EPOCH_EVAL)) {
            Experiment e = spots().withName(mode.toString())
                    .withOptimizer(Optimizer.sgd(0))
                    .withEvaluation(Span.steps(5))
                    .withPatience(3);
            RunFolder run = recorded(e, Recorder.of(mode), 1);
            assertThat(run.status()).isEqualTo(Status.DONE);
            long last = run.lastGoodCheckpoint().orElseThrow();
            assertThat(last).isLessThan(24).isNotEqualTo(18);
            assertThat(run.path().resolve("training_dynamics").toFile().list()).hasSize((int) last / 6);
            assertThat(run.path().toFile().list()).noneMatch(f -> f.endsWith(".part"));
            assertThat(recorded(e, Recorder.of(mode), 1).status()).isEqualTo(Status.DONE);
        }
    }

    private void interruptAt(Experiment e, long step, Recorder recorder) {
        Thread reader = Thread.currentThread();
        TrainingListener interrupting = new TrainingListener() {
            @Override
            public void onBatch(Batch batch) {
                if (batch.step() == step) {
                    reader.interrupt();
                    try {
                        Thread.sleep(100);
                    } catch (InterruptedException interrupt) {
                        Thread.currentThread().interrupt();
                    }
                }
            }
        };
        Trainer trainer = Trainer.of(e).withListener(interrupting);
        assertThatThrownBy(() -> (recorder == null ? trainer : trainer.withListener(recorder))
                        .train(root.resolve("recorded"), 1))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void guidsAreTheReaders() throws IOException {
        long[] numbers = IntStream.range(0, N).mapToLong(i -> 1000 + 7L * i).toArray();
        RunFolder run = recorded(spots(), Recorder.withDefaults().withGuids(Guids.of(numbers)), 1);
        assertThat(lines(run, 3))
                .extracting(l -> l.get("guid").asLong())
                .containsExactlyElementsOf(Arrays.stream(numbers).boxed().toList());
        assertThat(Files.readString(run.path().resolve("dynamics.json"))).contains("given", "guidsSha256");
        List<String> texts = IntStream.range(0, N).mapToObj(i -> "train-" + i).toList();
        RunFolder text = recorded(
                spots().withName("text"),
                Recorder.of(Recorder.Mode.IN_PASS).withGuids(Guids.of(texts)).withFormat(LogFormat.ROUNDED),
                1);
        assertThat(lines(text, 3))
                .extracting(l -> l.get("guid").textValue())
                .containsExactlyInAnyOrderElementsOf(texts);
        assertThat(Files.readString(DynamicsWriter.file(text.path(), 3)))
                .startsWith("{\"guid\":\"train-")
                .doesNotContain("device");
    }

    @Test
    void theReaderReadsThem() {
        RunFolder run = recorded(spots(), Recorder.withDefaults(), 1);
        Dynamics read = Dynamics.read(run.path());
        assertThat(read.kind()).isEqualTo(Dynamics.Kind.CLASSES);
        assertThat(List.of(read.samples(), read.epochs(), read.classes())).containsExactly(N, 4, 3);
    }

    @Test
    void aBinaryNetworkOfOneOutputIsLoggedAsTwoLogits() throws IOException {
        Experiment e = Experiment.of(
                        "parity",
                        SparseParity.withDefaults().withBits(10).withTrain(100).withTest(40),
                        Mlp.of(1, 24),
                        Loss.HINGE,
                        Optimizer.sgd(0.1))
                .withLength(Span.epochs(2));
        RunFolder run = recorded(e, Recorder.withDefaults(), 1);
        Dataset train = e.task().sample(1).train();
        for (JsonNode line : lines(run, 1)) {
            JsonNode z = line.get("logits_epoch_1");
            assertThat(z).hasSize(2);
            assertThat(z.get(0).asDouble()).isZero();
            assertThat(z.get(1).asDouble()).isNotZero();
            assertThat(line.get("gold").asInt())
                    .isEqualTo(train.targets().getDouble(line.get("guid").asInt()) > 0 ? 1 : 0);
        }
        assertThat(lines(run, 1)).extracting(l -> l.get("gold").asInt()).contains(0, 1);
    }

    @Test
    void aRegressionIsLoggedAsPredictionAndTarget() throws IOException {
        float[] x = new float[40];
        float[] y = new float[40];
        for (int i = 0; i < 40; i++) {
            x[i] = i / 20f - 1;
            y[i] = 0.5f + 2 * x[i];
        }
        Dataset all = new Dataset("line", "train", 0, Tensor.of(x, 40, 1), Tensor.of(y, 40), 0, Scaling.NONE);
        Experiment e = Experiment.of(
                        "line",
                        Task.of("line", new Split(all, all)),
                        Mlp.of(1),
                        Loss.MEAN_SQUARED_ERROR,
                        Optimizer.sgd(0.3))
                .withBatchSize(8)
                .withLength(Span.epochs(20));
        RunFolder run = recorded(e, Recorder.withDefaults(), 1);
        assertThat(Files.readAllLines(DynamicsWriter.file(run.path(), 19)).get(20))
                .matches(
                        "\\{\"guid\": 20, \"logits_epoch_19\": \\[0\\.[45].*\\], \"gold\": 0\\.5, \"device\": \"cpu\"}");
        assertThat(lines(run, 19))
                .allSatisfy(l -> assertThat(l.get("logits_epoch_19").get(0).asDouble())
                        .isCloseTo(l.get("gold").asDouble(), within(0.01)));
        assertThat(Dynamics.read(run.path()).kind()).isEqualTo(Dynamics.Kind.REGRESSION);
    }

    @Test
    void severalLabelsAreLoggedAsAList() throws IOException {
        float[] x = new float[2 * 40];
        float[] y = new float[3 * 40];
        for (int i = 0; i < 40; i++) {
            x[2 * i] = i / 20f - 1;
            x[2 * i + 1] = i % 5;
            y[3 * i] = i % 2;
            y[3 * i + 2] = i < 20 ? 1 : 0;
        }
        Dataset all = new Dataset("labels", "train", 0, Tensor.of(x, 40, 2), Tensor.of(y, 40, 3), 3, Scaling.NONE);
        Experiment e = Experiment.of(
                        "labels",
                        Task.of("labels", new Split(all, all)),
                        Mlp.of(3, 4),
                        Loss.BINARY_CROSS_ENTROPY,
                        Optimizer.sgd(0.1))
                .withBatchSize(8)
                .withLength(Span.epochs(2));
        RunFolder full = recorded(e, Recorder.withDefaults(), 1);
        assertThat(Files.readAllLines(DynamicsWriter.file(full.path(), 1)).get(21))
                .matches("\\{\"guid\": 21, "
                        + "\"logits_epoch_1\": \\[(\\S+, ){2}\\S+], \"gold\": \\[1, 0, 0], \"device\": \"cpu\"}");
        RunFolder rounded = recorded(e.withName("b"), Recorder.withDefaults().withFormat(LogFormat.ROUNDED), 1);
        assertThat(Files.readAllLines(DynamicsWriter.file(rounded.path(), 1)).get(2))
                .endsWith("],\"gold\":[0,0,1]}");
        assertThat(Dynamics.read(full.path()).kind()).isEqualTo(Dynamics.Kind.MULTI_LABEL);
    }

    @Test
    void aDivergedRunKeepsItsGoodEpochsAndSaysWhy() throws IOException {
        Experiment e = Experiment.of(
                        "diverging",
                        Task.of("spots", spots(N, 50)),
                        Mlp.of(3),
                        Loss.MEAN_SQUARED_ERROR,
                        Optimizer.sgd(0.2))
                .withBatchSize(16)
                .withLength(Span.epochs(6))
                .withCheckpoints(Span.steps(2));
        for (Recorder.Mode mode : List.of(Recorder.Mode.IN_PASS, Recorder.Mode.POST_EPOCH_EVAL)) {
            for (int again = 0; again < 2; again++) {
                RunFolder run = recorded(e.withName(mode.toString()), Recorder.of(mode), 1);
                assertThat(run.status()).isEqualTo(Status.FAILED);
                assertThat(run.failure()).contains("diverged");
                JsonNode stopped = new ObjectMapper()
                        .readTree(run.path().resolve("dynamics.json").toFile())
                        .get("stopped");
                assertThat(
                                stopped == null
                                        ? "output 0 of guid 0 is NaN"
                                        : stopped.get("why").asText())
                        .matches("output [012] of guid \\d+ is (NaN|-?Infinity)");
                // The run ends at the step whose loss is not finite; the epochs before it are whole.
                int step = Integer.parseInt(run.failure().replaceAll("\\D+", ""));
                for (int epoch = 0; epoch < 6; epoch++) {
                    assertThat(Files.exists(DynamicsWriter.file(run.path(), epoch)))
                            .isEqualTo(epoch < (step - 1) / ((N + 15) / 16));
                }
            }
        }
    }

    @Test
    void aNetworkThatDoesNotFitTheTargetsIsRefused() {
        Experiment e = spots().withNetwork(Mlp.of(1, 4)).withLoss(Loss.MEAN_SQUARED_ERROR);
        assertThatThrownBy(() -> recorded(e, Recorder.withDefaults(), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is [B, 1]; expected [B, C] with C at least 3 by the loss SQUARED");
    }
}

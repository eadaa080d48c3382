package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.data.Dataset;
import org.kymograph.data.MarkovText;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.BagOfEmbeddings;
import org.kymograph.model.Hooks;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.LogFormat;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.dynamics.Recorder;
import org.kymograph.train.loss.Loss;

/** Language models: a token axis in outputs, targets and losses, in the loop that trains everything else. */
class LlamaTest {
    private static final JsonNode GOLDEN =
            Json.read(Path.of("src/test/resources/org/kymograph/train/pytorch-llama.json"));

    @TempDir
    Path root;

    static Stream<JsonNode> cases() {
        return StreamSupport.stream(GOLDEN.get("cases").spliterator(), false);
    }

    private static Llama net(JsonNode golden) {
        return Llama.of(GOLDEN.get("vocabulary").asInt())
                .withSizes(
                        GOLDEN.get("dModel").asInt(),
                        GOLDEN.get("layers").asInt(),
                        GOLDEN.get("heads").asInt(),
                        GOLDEN.get("kvHeads").asInt(),
                        GOLDEN.get("dMlp").asInt())
                .withTied(golden.get("tied").asBoolean());
    }

    private static Tensor tokens(String name) {
        JsonNode rows = GOLDEN.get(name);
        long[] all = StreamSupport.stream(rows.spliterator(), false)
                .flatMap(row -> StreamSupport.stream(row.spliterator(), false))
                .mapToLong(JsonNode::asLong)
                .toArray();
        return Tensor.of(all, rows.size(), rows.get(0).size());
    }

    private static Dataset text() {
        return new Dataset(
                "text",
                "train",
                0,
                tokens("tokens"),
                tokens("targets"),
                GOLDEN.get("vocabulary").asInt(),
                Scaling.NONE);
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Tag("slow")
    void threeStepsAgreeWithPyTorch(JsonNode golden) {
        Dataset all = text();
        for (int parts : new int[] {1, 4}) {
            Experiment e = Experiment.of(
                            "golden-" + parts,
                            Task.of("all", new Split(all, all)),
                            new Golden.Started(net(golden), Golden.tensors(golden.get("start"))),
                            Loss.CROSS_ENTROPY,
                            Optimizer.adamW(0.02).withWeightDecay(0.1).withEpsilon(1e-2))
                    .withBatchSize(all.size())
                    .withGradientAccumulation(parts)
                    .withLength(Span.steps(3));
            for (RunFolder run : Stream.of(
                            Golden.stack(e, root.resolve("stack"), 1, 2).stream(),
                            Trainer.of(e).train(root, 7).runs().stream())
                    .flatMap(r -> r)
                    .toList()) {
                double[] losses =
                        run.metrics().table().doubleColumn("train_loss").asDoubleArray();
                assertThat(losses).containsExactly(Golden.doubles(golden.get("losses")), within(2e-6));
                try (TensorFile end = run.checkpoint(3)) {
                    Golden.tensors(golden.get("end")).forEach((name, expected) -> {
                        assertThat(end.shape(name)).as(name).isEqualTo(expected.shape());
                        assertThat(end.read(name).toDoubles())
                                .as(name)
                                .containsExactly(expected.toDoubles(), within(5e-6));
                    });
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void pointsAndTheirGradientsAgreeWithPyTorch(JsonNode golden) {
        Engine.getInstance();
        boolean mode = JniUtils.isGradMode();
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = net(golden).single(manager, new Shape(text().inputShape()), 0);
            ParameterVector.of(Golden.tensors(golden.get("start"))).restore(block);
            Leaves leaves = new Leaves(manager, block);
            JniUtils.setGradMode(true);
            leaves.renew();
            try (Hooks hooks = Hooks.on(block)
                    .read("blocks.1.attn.hook_pattern", "resid_post.0", "resid_post.1")
                    .gradients("resid_post.0")) {
                NDArray x = manager.create(
                        tokens("tokens").toLongs(), new Shape(tokens("tokens").shape()));
                NDArray y = manager.create(
                        tokens("targets").toLongs(),
                        new Shape(1).addAll(new Shape(tokens("targets").shape())));
                NDArray z = block.forward(leaves, new NDList(x), false).singletonOrThrow();
                NDArray losses = Loss.CROSS_ENTROPY.perSample(z.expandDims(0), y, null);
                JniUtils.setGradMode(false);
                long counted = y.neq(Dataset.IGNORED)
                        .toType(ai.djl.ndarray.types.DataType.INT64, false)
                        .sum()
                        .getLong();
                NDArray weights = Outputs.weights(losses, new long[] {counted}, 1);
                JniUtils.backward((PtNDArray) losses, (PtNDArray) weights, false, false);
                Map<String, Tensor> points = Golden.tensors(golden.get("points"));
                assertThat(doubles(z)).containsExactly(points.get("logits").toDoubles(), within(5e-6));
                for (String name : List.of("pattern.1", "resid_post.0", "resid_post.1")) {
                    assertThat(hooks.value(name).getShape().getShape())
                            .as(name)
                            .isEqualTo(points.get(name).shape());
                    double[] expected = points.get(name).toDoubles();
                    double largest =
                            Arrays.stream(expected).map(Math::abs).max().getAsDouble();
                    // Each processor adds in its own order: some last bits of the largest number.
                    assertThat(doubles(hooks.value(name)))
                            .as(name)
                            .containsExactly(expected, within(32.0 * Math.ulp((float) largest)));
                }
                assertThat(doubles(hooks.gradient("resid_post.0")))
                        .containsExactly(
                                Golden.tensors(golden.get("gradient"))
                                        .get("resid_post.0")
                                        .toDoubles(),
                                within(1e-6));
            }
        } finally {
            JniUtils.setGradMode(mode);
        }
    }

    private static double[] doubles(NDArray array) {
        float[] f = array.toFloatArray();
        double[] d = new double[f.length];
        for (int i = 0; i < f.length; i++) {
            d[i] = f[i];
        }
        return d;
    }

    private static Experiment language(MarkovText task, Llama net) {
        return Experiment.of(
                        "language",
                        task,
                        net,
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(3e-3).withBetas(0.9, 0.95))
                .withBatchSize(16)
                .withEvaluationBatch(32)
                .withClipNorm(1);
    }

    @Tag("slow")
    @Test
    void learnsAGeneratedTextDownToItsEntropy() {
        MarkovText task = MarkovText.withDefaults();
        Experiment e = language(task, Llama.of(task.symbols()).withSizes(32, 2, 4, 2, 88))
                .withLength(Span.epochs(6));
        ObjectNode last = last(Trainer.of(e).train(root, 1).runs().get(0));
        double loss = last.get("eval_loss").asDouble();
        // The test text has 2048 tokens: three standard errors of its own mean are some 0.05 nats.
        assertThat(loss).isBetween(task.entropyRate() - 0.06, task.entropyRate() + 0.1);
        assertThat(loss).isLessThan(task.unigramEntropy() - 0.8);
        // Of three followers the likeliest has 4/7.
        assertThat(last.get("eval_accuracy").asDouble()).isCloseTo(4.0 / 7, within(0.05));
        assertThat(last.get("train_accuracy").asDouble()).isCloseTo(4.0 / 7, within(0.06));
    }

    private static ObjectNode last(RunFolder run) {
        List<ObjectNode> lines = run.metrics().read();
        return lines.get(lines.size() - 1);
    }

    private static MarkovText small() {
        return MarkovText.withDefaults().withSizes(7, 37, 10);
    }

    private static List<byte[]> record(RunFolder run) throws IOException {
        long end = run.lastGoodCheckpoint().orElseThrow();
        return List.of(
                Files.readAllBytes(run.path().resolve("metrics.jsonl")),
                Files.readAllBytes(run.path().resolve(String.format("checkpoints/step-%08d.safetensors", end))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    @Tag("slow")
    void aRunInAStackIsTheSameRunAlone(int parts) throws IOException {
        Experiment e = language(small(), Llama.of(16).withSizes(24, 2, 4, 2, 37).withTied(false))
                .withBatchSize(10)
                .withGradientAccumulation(parts)
                .withLength(Span.epochs(3));
        List<RunFolder> together = Trainer.of(e)
                .withWorkers(1)
                .withStackSize(3)
                .train(root.resolve("a"), 3, 4, 5)
                .runs();
        List<RunFolder> alone =
                Trainer.of(e).withStackSize(1).train(root.resolve("b"), 3, 4, 5).runs();
        for (int r = 0; r < 3; r++) {
            assertThat(record(together.get(r)).get(0))
                    .isEqualTo(record(alone.get(r)).get(0));
            assertThat(record(together.get(r)).get(1))
                    .isEqualTo(record(alone.get(r)).get(1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Tag("slow")
    void goesOnWithTheSameBytes(int parts) throws IOException {
        // Too large to be stacked, so that both kinds of loops are tried.
        Llama net = Llama.of(16);
        net = parts == 1 ? net : net.withSizes(128, 2, 4, 4, 352);
        assertThat(net.stackable()).isEqualTo(parts == 1);
        Experiment e = language(small(), net)
                .withBatchSize(8)
                .withGradientAccumulation(parts)
                .withCheckpoints(Span.steps(3))
                .withLength(Span.epochs(2));
        Recorder recorder = Recorder.of(Recorder.Mode.IN_PASS);
        RunFolder whole = Trainer.of(e)
                .withListener(recorder)
                .train(root.resolve("a"), 4)
                .runs()
                .get(0);
        Trainer interrupted = Trainer.of(e).withListener(Recorder.of(Recorder.Mode.IN_PASS));
        try {
            interrupted
                    .withListener(new TrainingListener() {
                        @Override
                        public void onBatch(Batch batch) {
                            if (batch.step() == 7) {
                                throw new CancellationException("killed");
                            }
                        }
                    })
                    .train(root.resolve("b"), 4);
            throw new AssertionError("was not stopped");
        } catch (CancellationException stopped) {
            assertThat(stopped).hasMessage("killed");
        }
        RunFolder resumed = interrupted.train(root.resolve("b"), 4).runs().get(0);
        assertThat(record(resumed).get(0)).isEqualTo(record(whole).get(0));
        assertThat(record(resumed).get(1)).isEqualTo(record(whole).get(1));
        for (int epoch = 0; epoch < 2; epoch++) {
            String log = "training_dynamics/dynamics_epoch_" + epoch + ".jsonl";
            assertThat(Files.readString(resumed.path().resolve(log)))
                    .isEqualTo(Files.readString(whole.path().resolve(log)));
        }
    }

    @Test
    void theMeanLossOfEachSampleIsRecorded() throws IOException {
        Dataset all = text();
        Experiment e = Experiment.of(
                        "recorded",
                        Task.of("all", new Split(all, all)),
                        net(cases().findFirst().orElseThrow()),
                        Loss.CROSS_ENTROPY,
                        Optimizer.sgd(0.1))
                .withBatchSize(4)
                .withLength(Span.epochs(2));
        RunFolder run = Trainer.of(e)
                .withListener(Recorder.withDefaults().withFormat(LogFormat.FULL))
                .train(root, 2)
                .runs()
                .get(0);
        List<String> lines = Files.readAllLines(run.path().resolve("training_dynamics/dynamics_epoch_1.jsonl"));
        assertThat(lines).hasSize(all.size());
        double sum = 0;
        for (int i = 0; i < lines.size(); i++) {
            JsonNode line = Json.parseLine(run.path(), i + 1, lines.get(i).getBytes(StandardCharsets.UTF_8));
            assertThat(line.get("gold").asDouble()).isZero();
            double loss = line.get("logits_epoch_1").get(0).asDouble();
            try (TensorFile end = run.checkpoint(4)) {
                Evaluation one = Evaluation.of(
                        Loss.CROSS_ENTROPY,
                        Outputs.of(e.network(), end, all.subset(new int[] {i}), 1),
                        all.subset(new int[] {i}));
                assertThat(loss).isCloseTo(one.loss(), within(2e-6));
            }
            sum += loss * all.counts(new int[] {i});
        }
        // The evaluation weighs every token the same, not every sample.
        assertThat(last(run).get("eval_loss").asDouble())
                .isCloseTo(sum / all.counts(new int[] {0, 1, 2, 3, 4, 5}), within(2e-6));
    }

    @Test
    void accumulationIsASettingOnlyWhereThereIsSome() {
        Experiment e = language(small(), Llama.of(16));
        assertThat(e.setting().has("gradientAccumulation")).isFalse();
        assertThat(e.withGradientAccumulation(2)
                        .setting()
                        .get("gradientAccumulation")
                        .asInt())
                .isEqualTo(2);
        assertThatThrownBy(() -> e.withGradientAccumulation(17))
                .hasMessage("gradientAccumulation is 17; expected 1 to 16");
    }

    @Test
    void refusesWhatDoesNotFit() {
        Dataset all = text();
        Task task = Task.of("all", new Split(all, all));
        assertThatThrownBy(() -> Trainer.of(Experiment.of(
                                "a", task, BagOfEmbeddings.of(7, 7), Loss.CROSS_ENTROPY, Optimizer.sgd(1)))
                        .train(root, 0))
                .hasMessageContaining("is [B, 7]; expected [B, 5, C] with C at least 7 by the loss CROSS_ENTROPY");
        assertThatThrownBy(() -> Trainer.of(Experiment.of("b", task, Llama.of(7), Loss.HINGE, Optimizer.sgd(1)))
                        .train(root, 0))
                .hasMessageContaining("expected signs −1 and 1 as targets");
        assertThatThrownBy(() -> Llama.of(7).withSizes(10, 1, 4, 2, 8))
                .hasMessage("dModel is 10; expected a multiple of 8, twice heads");
        assertThatThrownBy(() -> Llama.of(7).withSizes(16, 1, 4, 3, 8))
                .hasMessage("kvHeads is 3; expected a divisor of heads, which is 4");
        assertThatThrownBy(() ->
                        new Dataset("t", "train", 0, tokens("tokens"), Tensor.of(new long[30], 6, 5), 1, Scaling.NONE))
                .hasMessage("classes is 1; expected at least 2");
        long[] ignored = new long[30];
        java.util.Arrays.fill(ignored, 5, 10, Dataset.IGNORED);
        assertThatThrownBy(
                        () -> new Dataset("t", "train", 0, tokens("tokens"), Tensor.of(ignored, 6, 5), 7, Scaling.NONE))
                .hasMessage("all targets of example 1 are ignored; expected at least one that counts");
    }
}

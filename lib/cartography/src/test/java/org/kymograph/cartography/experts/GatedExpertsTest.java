package org.kymograph.cartography.experts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.kymograph.cartography.experts.GatedExperts.Inference;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.BagOfEmbeddings;
import org.kymograph.model.Mlp;
import org.kymograph.model.Network;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.model.bert.BertConfig;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.dynamics.Recorder;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class GatedExpertsTest {
    @TempDir
    Path root;

    private final GatedExperts hct = GatedExperts.of(Mlp.of(5, 8), 3);

    private static double[] doubles(NDArray a) {
        float[] f = a.toFloatArray();
        return IntStream.range(0, f.length).mapToDouble(i -> f[i]).toArray();
    }

    // Outputs whose gate is ln w, so that softmax(gate) = w.
    private static NDArray outputs(NDManager m, double[][] w, float[][] easy, float[][] hard) {
        int c = easy[0].length;
        float[] all = new float[w.length * (2 + 2 * c)];
        for (int i = 0, at = 0; i < w.length; i++) {
            all[at++] = (float) Math.log(w[i][0]);
            all[at++] = (float) Math.log(w[i][1]);
            for (float[] expert : new float[][] {easy[i], hard[i]}) {
                for (float z : expert) {
                    all[at++] = z;
                }
            }
        }
        return m.create(all, new Shape(1, w.length, 2 + 2 * c));
    }

    @Test
    void turnsWeightsAboveAHalfRound() {
        try (NDManager m = NDManager.newBaseManager()) {
            NDArray w = m.create(new float[] {0.7f, 0.3f, 0.4f, 0.6f, 0.5f, 0.5f, 1, 0}, new Shape(1, 4, 2));
            assertThat(doubles(GatedExpertsLoss.turned(w)))
                    .containsExactly(new double[] {0.8, 0.3, 0.4, 0.9, 0.5, 0.5, 0.5, 0}, within(1e-6));
        }
    }

    @Test
    void theGatesLossIsTheOriginals() {
        float[] logs = {
            -.6693f, -.7176f, -.6422f, -.7469f, -.6316f, -.7587f, -.6843f, -.7021f, -.6417f, -.7474f, -.6898f, -.6965f,
            -.6593f, -.7282f, -.6960f, -.6903f
        };
        try (NDManager m = NDManager.newBaseManager()) {
            NDArray gate = m.create(logs, new Shape(1, 8, 2));
            assertThat(GatedExpertsLoss.gate(gate, m.full(new Shape(1, 8, 1), 0.7f))
                            .mean()
                            .getFloat())
                    .isCloseTo(.0712f, within(1e-4f));
            // 0 ln 0 = 0: a confidence of 1 leaves −ln softmax(g)₀.
            assertThat(GatedExpertsLoss.gate(gate, m.ones(new Shape(1, 8, 1))).toFloatArray()[0])
                    .isCloseTo(.6693f, within(1e-4f));
            assertThat(GatedExpertsLoss.gate(gate, m.zeros(new Shape(1, 8, 1))).toFloatArray()[0])
                    .isCloseTo(.7176f, within(1e-4f));
        }
    }

    @Test
    void theExpertsLossIsTheOriginals() {
        float[][] z = {{.8f, .1f, 1.3f}, {1.1f, 2.2f, .9f}};
        try (NDManager m = NDManager.newBaseManager()) {
            NDArray y = m.create(new long[] {0, 2}, new Shape(1, 2));
            // Cross-entropies 1.1459 and 1.7734, mean 1.4596; weights .1 and .9 give a mean of .8553.
            NDArray same = outputs(m, new double[][] {{0.1, 0.9}, {0.9, 0.1}}, z, z);
            double[] each = doubles(hct.loss().evaluation(same, y));
            assertThat(each).containsExactly(new double[] {1.1459 / 2, 1.7734 / 2}, within(1e-4));
            float[][] none = {{100, 0, 0}, {0, 0, 100}};
            double[] easy =
                    doubles(hct.loss().evaluation(outputs(m, new double[][] {{0.1, 0.9}, {0.9, 0.1}}, z, none), y));
            assertThat(easy[0] + easy[1]).isCloseTo(.8553, within(1e-4));
            assertThat(doubles(hct.withTemperature(2)
                            .loss()
                            .evaluation(outputs(m, new double[][] {{0.1, 0.9}, {0.9, 0.1}}, z, none), y))[0])
                    .isCloseTo(1.1459 / 2 * Math.sqrt(0.1) / (Math.sqrt(0.1) + Math.sqrt(0.9)), within(1e-4));
        }
    }

    @Test
    void theEasyExpertAloneHasWeightsOfMeanOne() {
        double[] p = {.6097, .5698, .5829, .5860, .5920, .5839, .5857, .5875};
        double[] x = {.4163, .3751, .9126, .4719, 1.1729, .2961, .4741, .9778};
        double[] normalised = {.9753, 1.0191, 1.0047, 1.0013, .9947, 1.0036, 1.0017, .9997};
        double[][] w = new double[8][];
        float[][] z = new float[8][];
        for (int i = 0; i < 8; i++) {
            w[i] = new double[] {p[i], 1 - p[i]};
            // Two classes whose cross-entropy is x: softplus of the other class's lead.
            z[i] = new float[] {0, (float) Math.log(Math.expm1(x[i]))};
        }
        try (NDManager m = NDManager.newBaseManager()) {
            NDArray y = m.zeros(new Shape(1, 8), DataType.INT64);
            double[] losses = doubles(
                    hct.withEasyOnly(true).withMoreAmbiguous(true).loss().evaluation(outputs(m, w, z, z), y));
            for (int i = 0; i < 8; i++) {
                assertThat(losses[i]).isCloseTo(x[i] * normalised[i], within(2e-4));
            }
            assertThat(Arrays.stream(losses).average().orElseThrow()).isCloseTo(.6367, within(1e-4));
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersAsTold(Inference how) {
        try (NDManager m = NDManager.newBaseManager()) {
            NDArray all =
                    outputs(m, new double[][] {{0.7, 0.3}, {0.4, 0.6}}, new float[][] {{1, 2}, {3, 4}}, new float[][] {
                        {10, 20}, {30, 40}
                    });
            double[] expected =
                    switch (how) {
                        case HARD -> new double[] {1, 2, 30, 40};
                        case SOFT -> new double[] {3.7, 7.4, 19.2, 25.6};
                        case EASY_EXPERT -> new double[] {1, 2, 3, 4};
                        case HARD_EXPERT -> new double[] {10, 20, 30, 40};
                    };
            assertThat(doubles(new GatedExpertsLoss(hct.withInference(how)).answer(all)))
                    .containsExactly(expected, within(1e-4));
        }
    }

    static Stream<GatedExperts> kinds() {
        GatedExperts plain = GatedExperts.of(Mlp.of(5, 8), 2);
        return Stream.of(
                plain,
                plain.withMoreAmbiguous(true).withTemperature(0.5).withMu(0.3),
                plain.withSmoothing(0.1),
                plain.withEasyOnly(true),
                plain.withHead(Loss.BINARY_CROSS_ENTROPY),
                plain.withHead(Loss.weighted(Loss.CROSS_ENTROPY)),
                new GatedExperts(Mlp.of(5, 8), 1, Loss.MEAN_SQUARED_ERROR, 1, 0.5, 0, true, true, 0.1, Inference.HARD));
    }

    // Two runs of two samples; gates and experts of 2 outputs, or of 1.
    private static final float[] Z = {
        0.3f, -0.2f, 0.8f, 0.1f, -1.3f, 1.1f, -0.9f, 0.6f, 1.4f, -0.5f, 0.2f, 0.7f, 0.15f, -0.4f, 2f, 0.3f, -0.6f, 0.9f,
        1, -1, 0.5f, 0.25f, 0.75f, -2
    };

    private static NDArray losses(NDManager m, GatedExperts h, NDArray outputs) {
        NDArray y =
                switch (h.head().setting().toString()) {
                    case "LABELS" -> m.create(new float[] {1, 0, 0, 1, 1, 1, 0, 0}, new Shape(2, 2, 2));
                    case "SQUARED" -> m.create(new float[] {0.5f, -1, 2, 0}, new Shape(2, 2));
                    default -> m.create(new long[] {0, 1, 1, 0}, new Shape(2, 2));
                };
        int sides = h.loss().auxiliaryTargets((int) outputs.getShape().get(2));
        float[] side = new float[4 * sides];
        for (int i = 0; i < side.length; i++) {
            side[i] = i % sides == 0 ? new float[] {0, 1, 0.3f, 0.8f}[i / sides] : 0.7f + i;
        }
        return h.loss().perSample(outputs, y, m.create(side, new Shape(2, 2, sides)));
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("kinds")
    void gradientsAreThoseOfFiniteDifferences(GatedExperts h) {
        Shape shape = new Shape(2, 2, 2 + 2L * h.outputs());
        float[] z = Arrays.copyOf(Z, (int) shape.size());
        float[] gradient;
        try (NDManager m = NDManager.newBaseManager()) {
            NDArray x = m.create(z, shape);
            x.setRequiresGradient(true);
            JniUtils.setGradMode(true);
            NDArray sum = losses(m, h, x).sum();
            List<ByteBuffer> reused = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                System.gc();
                for (int i = 0; i < 5000; i++) {
                    reused.add(ByteBuffer.allocateDirect(4)
                            .order(ByteOrder.nativeOrder())
                            .putFloat(0, 1e9f));
                }
            }
            JniUtils.backward((PtNDArray) sum, (PtNDArray) sum.onesLike(), false, false);
            assertThat(reused).hasSize(15_000);
            gradient = x.getGradient().toFloatArray();
        } finally {
            JniUtils.setGradMode(false);
        }
        for (int i = 0; i < z.length; i++) {
            double[] sums = new double[2];
            for (int side = 0; side < 2; side++) {
                float[] moved = z.clone();
                moved[i] += side == 0 ? 1e-2f : -1e-2f;
                try (NDManager m = NDManager.newBaseManager()) {
                    sums[side] = Arrays.stream(doubles(losses(m, h, m.create(moved, shape))))
                            .sum();
                }
            }
            assertThat(gradient[i]).as("output %d", i).isCloseTo((float) ((sums[0] - sums[1]) / 2e-2), within(2e-3f));
        }
    }

    private static Dataset blobs(String split, int n, int salt) {
        float[] x = new float[2 * n];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
            y[i] = i % 3;
            x[2 * i] = (float) (Math.cos(2.1 * y[i]) + 0.6 * Math.sin(i * 12.9898 + salt));
            x[2 * i + 1] = (float) (Math.sin(2.1 * y[i]) + 0.6 * Math.sin(i * 78.233 + salt));
        }
        return new Dataset("blobs", split, 0, Tensor.of(x, n, 2), Tensor.of(y, n), 3, Scaling.NONE);
    }

    private static SampleMetrics confidences(Guids guids) {
        double[] c = new double[guids.size()];
        Arrays.setAll(c, i -> 0.3 + 0.7 * (i % 7) / 6.0);
        return SampleMetrics.of(guids, null, Map.of(Metric.CONFIDENCE, c), 3);
    }

    private Experiment experiment(GatedExperts h, int n) {
        Guids guids = Guids.rows(n);
        Dataset train = GatedExperts.join(blobs("train", n, 1), guids, confidences(guids));
        return Experiment.of(
                        "experts",
                        Task.of("blobs", new Split(train, blobs("test", 60, 2))),
                        h.network(),
                        h.loss(),
                        Optimizer.adamW(0.01))
                .withLength(Span.epochs(12))
                .withCheckpoints(Span.epochs(4));
    }

    @Test
    void learnsAndIsEvaluatedInEveryWay() throws IOException {
        GatedExperts h = GatedExperts.of(Mlp.of(8, 16), 3).withMoreAmbiguous(true);
        RunFolder run = Trainer.of(experiment(h, 150)).train(root, 4).runs().get(0);
        Table table = h.accuracies(run, blobs("test", 60, 2), 25);
        assertThat(table.columnNames()).containsExactly("step", "hard", "soft", "easy_expert", "hard_expert");
        assertThat(table.longColumn("step").asObjectArray()).containsExactly(0L, 20L, 40L, 60L);
        assertThat(table.doubleColumn("soft").get(3))
                .isGreaterThan(0.75)
                .isCloseTo(run.metrics().read().get(11).get("eval_accuracy").asDouble(), within(1e-9));
        assertThat(table.doubleColumn("hard").get(3)).isGreaterThan(0.75);
    }

    @Test
    void withoutDropoutRunsAreStackedAndDoNotDependOnTheirCompany() throws IOException {
        Experiment e = experiment(hct.withDropout(0), 64);
        Population together = Trainer.of(e).withWorkers(1).train(root.resolve("a"), 0, 1, 2);
        Population alone = Trainer.of(e).train(root.resolve("b"), 1);
        assertThat(e.network().stackable()).isTrue();
        assertThat(hct.network().stackable()).isFalse();
        assertThat(Files.readString(alone.runs().get(0).path().resolve("metrics.jsonl")))
                .isEqualTo(Files.readString(together.runs().get(1).path().resolve("metrics.jsonl")));
    }

    @Test
    void theConfidenceTellsRunsApart() {
        Experiment e = experiment(hct, 30);
        Guids guids = Guids.rows(30);
        double[] c = new double[30];
        Arrays.fill(c, 0.5);
        SampleMetrics other = SampleMetrics.of(guids, null, Map.of(Metric.CONFIDENCE, c), 3);
        Task task = Task.of(
                "blobs", new Split(GatedExperts.join(blobs("train", 30, 1), guids, other), blobs("test", 60, 2)));
        assertThat(e.withTask(task).setting()).isNotEqualTo(e.setting());
        assertThat(e.withLoss(hct.withMu(0.4).loss()).setting()).isNotEqualTo(e.setting());
    }

    @Test
    void worksOverBert() throws URISyntaxException {
        Path config = Path.of(GatedExpertsTest.class.getResource("config.json").toURI());
        BertClassifier bert = BertClassifier.of(BertConfig.read(config));
        Network pooled = bert.pooled();
        long[] tokens = new long[8 * 3 * 5];
        for (int i = 0; i < 8; i++) {
            for (int t = 0; t < 5; t++) {
                tokens[i * 15 + t] = 1L + (i + t) % 7;
                tokens[i * 15 + 5 + t] = 1;
            }
        }
        Dataset text = new Dataset(
                "text",
                "train",
                0,
                Tensor.of(tokens, 8, 3, 5),
                Tensor.of(new long[] {0, 1, 0, 1, 0, 1, 0, 1}, 8),
                2,
                Scaling.NONE);
        Guids ids = Guids.of(List.of("a", "b", "c", "d", "e", "f", "g", "h"));
        GatedExperts h = GatedExperts.of(pooled, 2);
        Experiment e = Experiment.of(
                        "bert",
                        Task.of("text", new Split(GatedExperts.join(text, ids, confidences(ids)), text)),
                        h.network(),
                        h.loss(),
                        Optimizer.adamW(1e-3).withoutDecayOfBiasesAndNorms())
                .withBatchSize(4)
                .withLength(Span.epochs(2))
                .withClipNorm(1);
        RunFolder run = Trainer.of(e).train(root, 0).runs().get(0);
        assertThat(run.status()).isEqualTo(RunFolder.Status.DONE);
        assertThat(h.accuracies(run, text, 3).rowCount()).isEqualTo(2);
    }

    @Test
    void worksOverABagOfEmbeddings() {
        long[] words = new long[60 * 4];
        long[] labels = new long[60];
        for (int i = 0; i < words.length; i++) {
            labels[i / 4] = i / 4 % 2;
            words[i] = i % 4 == 3 ? 0 : 1 + (i * 7 + i / 4 * 3) % 9 + 10 * labels[i / 4];
        }
        Dataset text =
                new Dataset("words", "train", 0, Tensor.of(words, 60, 4), Tensor.of(labels, 60), 2, Scaling.NONE);
        GatedExperts h = GatedExperts.of(BagOfEmbeddings.of(21, 6).withWidth(8).withHidden(List.of()), 2)
                .withInference(Inference.HARD);
        Experiment e = Experiment.of(
                        "bag",
                        Task.byContent(
                                "words",
                                new Split(GatedExperts.join(text, Guids.rows(60), confidences(Guids.rows(60))), text)),
                        h.network(),
                        h.loss(),
                        Optimizer.adamW(0.02))
                .withLength(Span.epochs(20));
        RunFolder run = Trainer.of(e).train(root, 0).runs().get(0);
        assertThat(run.metrics().read().get(19).get("eval_accuracy").asDouble()).isGreaterThan(0.95);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> hct.withTemperature(0)).hasMessageContaining("temperature is 0; expected");
        assertThatThrownBy(() -> hct.withMu(1.1)).hasMessageContaining("mu is 1.1; expected 0 to 1");
        assertThatThrownBy(() -> hct.withHead(Loss.BINARY_CROSS_ENTROPY).withSmoothing(0.1))
                .hasMessageContaining("smoothing is 0.1; expected 0, as only");
        Guids guids = Guids.rows(30);
        assertThatThrownBy(() -> GatedExperts.join(blobs("train", 31, 1), Guids.rows(31), confidences(guids)))
                .hasMessageContaining("1 of 31 examples have no confidence")
                .hasMessageContaining("guid 30");
        Experiment without =
                experiment(hct, 30).withTask(Task.of("blobs", new Split(blobs("train", 30, 1), blobs("test", 60, 2))));
        assertThatThrownBy(() -> Trainer.of(without).train(root, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("auxiliary targets of a training sample is 0; expected 1, which the loss reads");
    }

    @Test
    void theRecorderLogsTheAnswerOfTheTwoExpertsAndTheGate() throws IOException {
        int n = 30;
        float[] easiness = new float[n];
        Arrays.fill(easiness, 0.7f);
        Dataset data = new Dataset(
                        "spots",
                        "train",
                        0,
                        Tensor.of(new float[2 * n], n, 2),
                        Tensor.of(IntStream.range(0, n).mapToLong(i -> i % 3).toArray(), n),
                        3,
                        Scaling.NONE)
                .withAuxiliary(Tensor.of(easiness, n, 1));
        Experiment e = Experiment.of(
                        "sided",
                        Task.of("sided", new Split(data, data.take(6))),
                        hct.network(),
                        hct.loss(),
                        Optimizer.sgd(0.1))
                .withLength(Span.epochs(2));
        RunFolder run = Trainer.of(e)
                .withListener(Recorder.withDefaults())
                .train(root.resolve("sided"), 1)
                .runs()
                .get(0);
        assertThat(Dynamics.read(run.path()).classes()).isEqualTo(3);
    }
}

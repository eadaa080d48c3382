package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.ModularArithmetic;
import org.kymograph.data.Scaling;
import org.kymograph.data.SparseParity;
import org.kymograph.model.BagOfEmbeddings;
import org.kymograph.model.LeNet5;
import org.kymograph.model.Mlp;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.Transformer;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.model.bert.BertConfig;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.loss.Loss;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ObjectiveTest {
    private static final long SEED = 7;

    private record Case(String name, Objective objective) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Dataset signs(int n) {
        return SparseParity.withDefaults()
                .withBits(10)
                .withTrain(n)
                .withTest(4)
                .sample(0)
                .train();
    }

    private static Dataset classes(int n, int classes, long... input) {
        RandomGenerator random = Streams.of(SEED, "data");
        float[] x = new float[(int) new Shape(input).size() * n];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Streams.gaussian(random);
        }
        return new Dataset(
                "classes",
                "train",
                0,
                Tensor.of(x, new Shape(n).addAll(new Shape(input)).getShape()),
                Tensor.of(random.longs(n, 0, classes).toArray(), n),
                classes,
                Scaling.NONE);
    }

    private static Dataset tokens(int n, int vocabulary, int classes, long... input) {
        RandomGenerator random = Streams.of(SEED, "tokens");
        return new Dataset(
                "tokens",
                "train",
                0,
                Tensor.of(
                        random.longs(n * new Shape(input).size(), 0, vocabulary).toArray(),
                        new Shape(n).addAll(new Shape(input)).getShape()),
                Tensor.of(random.longs(n, 0, classes).toArray(), n),
                classes,
                Scaling.NONE);
    }

    private static Dataset pairs(int n) {
        RandomGenerator random = Streams.of(SEED, "pairs");
        long[] x = new long[n * 3 * 6];
        for (int i = 0; i < n; i++) {
            int length = 3 + Streams.below(random, 4);
            for (int t = 0; t < length; t++) {
                x[i * 18 + t] = 1L + Streams.below(random, 29);
                x[i * 18 + 6 + t] = 1;
                x[i * 18 + 12 + t] = t > 2 ? 1 : 0;
            }
        }
        return new Dataset(
                "pairs",
                "train",
                0,
                Tensor.of(x, n, 3, 6),
                Tensor.of(random.longs(n, 0, 3).toArray(), n),
                3,
                Scaling.NONE);
    }

    private static Dataset text(int n) {
        RandomGenerator random = Streams.of(SEED, "text");
        long[] targets = random.longs(n * 5L, 0, 12).toArray();
        for (int i = 0; i < n; i++) {
            Arrays.fill(targets, i * 5 + 5 - i % 3, i * 5 + 5, Dataset.IGNORED);
        }
        return new Dataset(
                "text",
                "train",
                0,
                Tensor.of(random.longs(n * 5L, 0, 12).toArray(), n, 5),
                Tensor.of(targets, n, 5),
                12,
                Scaling.NONE);
    }

    private static Network ownBlock() {
        return Network.of("own", () -> new SequentialBlock()
                .add(Linear.builder().setUnits(7).build())
                .add(Activation::tanh)
                .add(Linear.builder().setUnits(3).build()));
    }

    private static Objective normed(Objective objective) {
        Map<String, Tensor> statistics = new LinkedHashMap<>();
        NetworkProbe.of(objective.network(), objective.loss(), objective.data())
                .statistics()
                .forEach((name, shape) -> {
                    float[] values = new float[(int) new Shape(shape).size()];
                    Arrays.fill(values, name.endsWith("var") ? 1.5f : 0.25f);
                    statistics.put(name, Tensor.of(values, shape));
                });
        return objective.withRunningStatistics(statistics);
    }

    static Stream<Case> networks() {
        Dataset sums = ModularArithmetic.withDefaults()
                .withModulus(11)
                .withFraction(0.4)
                .sample(0)
                .train();
        Transformer transformer = Transformer.of(12).withSizes(12, 2, 5, 20);
        return Stream.of(
                new Case("mlp", Objective.of(Mlp.of(1, 17, 8), Loss.HINGE, signs(45))),
                new Case(
                        "mlp smooth",
                        Objective.of(
                                Mlp.of(3, 16).withActivation(Mlp.Activation.GELU),
                                Loss.smoothed(0.1),
                                classes(37, 3, 5))),
                new Case(
                        "mlp of layer norm",
                        Objective.of(
                                Mlp.of(3, 16).withNorm(Mlp.Norm.LAYER).withActivation(Mlp.Activation.SIGMOID),
                                Loss.MEAN_SQUARED_ERROR,
                                classes(37, 3, 5))),
                new Case(
                        "mlp of batch norm",
                        normed(Objective.of(
                                Mlp.of(3, 16).withNorm(Mlp.Norm.BATCH).withDropout(0.5),
                                Loss.CROSS_ENTROPY,
                                classes(37, 3, 5)))),
                new Case("transformer", Objective.of(transformer, Loss.CROSS_ENTROPY, sums)),
                new Case(
                        "transformer, all positions",
                        Objective.of(transformer.withLastPositionOnly(false), Loss.CROSS_ENTROPY, sums)),
                new Case("bag", Objective.of(BagOfEmbeddings.of(30, 3), Loss.CROSS_ENTROPY, tokens(37, 30, 3, 5))),
                new Case("conv", normed(Objective.of(new LeNet5(3), Loss.CROSS_ENTROPY, classes(10, 3, 1, 32, 32)))),
                new Case(
                        "bert",
                        Objective.of(
                                BertClassifier.of(BertConfig.tiny(30, List.of("a", "b", "c"))),
                                Loss.CROSS_ENTROPY,
                                pairs(9))),
                new Case("llama", Objective.of(Llama.of(12).withSizes(8, 1, 2, 2, 24), Loss.CROSS_ENTROPY, text(21))),
                new Case("own block", Objective.of(ownBlock(), Loss.CROSS_ENTROPY, classes(37, 3, 5))));
    }

    private static List<ParameterVector> vectors(Objective objective, int n) {
        return LongStream.range(0, n).mapToObj(objective::initial).toList();
    }

    @ParameterizedTest
    @MethodSource("networks")
    @Tag("slow")
    void companyIsNotFelt(Case given) {
        for (Dtype dtype : List.of(Dtype.F32, Dtype.F64)) {
            Objective objective = given.objective.withBatchSize(16).withDtype(dtype);
            List<ParameterVector> all = vectors(objective, 7);
            double[][] losses = objective.withThreads(2).withStackSize(2).losses(all);
            List<ParameterVector> gradients =
                    objective.withThreads(1).withStackSize(32).gradients(all);
            List<Tensor> outputs = objective.withThreads(2).outputs(all);
            try (ObjectiveSession alone = objective.withThreads(1).open()) {
                for (int r = 0; r < all.size(); r++) {
                    List<ParameterVector> one = List.of(all.get(r));
                    assertThat(losses[r]).as("losses %d %s", r, dtype).containsExactly(alone.losses(one)[0]);
                    assertThat(gradients.get(r))
                            .as("gradient %d %s", r, dtype)
                            .isEqualTo(alone.gradients(one).get(0));
                    assertThat(outputs.get(r))
                            .as("outputs %d %s", r, dtype)
                            .isEqualTo(alone.outputs(one).get(0));
                }
            }
            assertThat(losses[0]).isNotEqualTo(losses[1]);
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    @Tag("slow")
    void gradientsAreThoseOfTheLosses(Case given) {
        Objective objective = given.objective.withDtype(Dtype.F64).withBatchSize(16);
        try (ObjectiveSession session = objective.open()) {
            ParameterVector w = objective.initial(3);
            ParameterVector gradient = session.gradients(List.of(w)).get(0);
            RandomGenerator random = Streams.of(SEED, "direction");
            for (int k = 0; k < 3; k++) {
                ParameterVector v = direction(w, random);
                double h = 1e-5;
                double[] l = session.meanLosses(List.of(w.axpy(h, v), w.axpy(-h, v)));
                assertThat(gradient.dot(v))
                        .as("direction %d of seed %d", k, SEED)
                        .isCloseTo((l[0] - l[1]) / (2 * h), within(1e-6 * (1 + gradient.norm())));
            }
            assertThat(session.gradients(List.of(w), new int[] {4, 2, 4}).get(0).norm())
                    .isPositive();
        }
    }

    private static ParameterVector direction(ParameterVector like, RandomGenerator random) {
        double[] v = new double[like.size()];
        for (int i = 0; i < v.length; i++) {
            v[i] = Streams.gaussian(random);
        }
        ParameterVector all = like.withValues(v);
        return all.scale(1 / all.norm());
    }

    @Test
    void singlePrecisionIsNearDoublePrecision() {
        networks().forEach(c -> {
            List<ParameterVector> w = vectors(c.objective, 3);
            double[] single = c.objective.meanLosses(w);
            double[] precise = c.objective.withDtype(Dtype.F64).meanLosses(w);
            for (int r = 0; r < 3; r++) {
                assertThat(single[r]).as("%s", c).isCloseTo(precise[r], within(1e-5 * (1 + precise[r])));
                assertThat(single[r]).as("%s", c).isNotEqualTo(precise[r]);
            }
        });
    }

    /** Linear regression: losses, gradients and Hessian in closed form. */
    @Test
    void linearRegression() {
        int n = 21;
        int d = 4;
        RandomGenerator random = Streams.of(SEED, "regression");
        float[] x = new float[n * d];
        float[] y = new float[n];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Streams.gaussian(random);
        }
        for (int i = 0; i < n; i++) {
            y[i] = (float) Streams.gaussian(random);
        }
        Dataset data = new Dataset("line", "train", 0, Tensor.of(x, n, d), Tensor.of(y, n), 0, Scaling.NONE);
        Objective objective = Objective.of(Mlp.of(1), Loss.MEAN_SQUARED_ERROR, data)
                .withBatchSize(8)
                .withDtype(Dtype.F64);
        List<ParameterVector> all =
                List.of(objective.initial(1), objective.initial(2), direction(objective.initial(3), random));
        try (ObjectiveSession session = objective.open()) {
            double[][] losses = session.losses(all);
            List<ParameterVector> gradients = session.gradients(all);
            ParameterVector v = direction(all.get(0), random).scale(3);
            ParameterVector product =
                    session.hessianProducts(all.get(2), List.of(v)).get(0);
            double[] expectedProduct = new double[d + 1];
            for (int r = 0; r < 3; r++) {
                double[] w = all.get(r).toArray();
                double[] g = new double[d + 1];
                for (int i = 0; i < n; i++) {
                    double residual = w[d] - y[i];
                    for (int k = 0; k < d; k++) {
                        residual += w[k] * x[i * d + k];
                    }
                    assertThat(losses[r][i]).isCloseTo(residual * residual, within(1e-12));
                    double vx = v.toArray()[d];
                    for (int k = 0; k < d; k++) {
                        vx += v.toArray()[k] * x[i * d + k];
                    }
                    for (int k = 0; k <= d; k++) {
                        double xk = k == d ? 1 : x[i * d + k];
                        g[k] += 2 * residual * xk / n;
                        expectedProduct[k] += r == 0 ? 2 * vx * xk / n : 0;
                    }
                }
                assertThat(gradients.get(r).toArray()).containsExactly(g, within(1e-12));
            }
            assertThat(product.toArray()).containsExactly(expectedProduct, within(1e-8));
        }
        ParameterVector zero = all.get(0).scale(0);
        assertThat(objective.hessianProduct(all.get(0), zero).norm()).isZero();
    }

    @Test
    void batchesOfEachVectorsOwn() {
        Objective objective = Objective.of(Mlp.of(3, 8), Loss.CROSS_ENTROPY, classes(40, 3, 5))
                .withBatchSize(4);
        List<ParameterVector> all = vectors(objective, 5);
        int[][] rows = {{0, 1, 2, 3, 4}, {5, 5, 5, 6, 7}, {39, 0, 3, 8, 8}, {1, 2, 3, 4, 5}, {0, 1, 2, 3, 4}};
        try (ObjectiveSession session = objective.withThreads(2).open()) {
            List<ParameterVector> gradients = session.gradients(all, rows);
            double[][] out = new double[5][all.get(0).size()];
            double[] means =
                    session.gradients(all.stream().map(ParameterVector::toArray).toArray(double[][]::new), rows, out);
            for (int r = 0; r < 5; r++) {
                ParameterVector alone =
                        session.gradients(List.of(all.get(r)), rows[r]).get(0);
                assertThat(gradients.get(r)).as("gradient %d", r).isEqualTo(alone);
                assertThat(out[r]).containsExactly(alone.toArray());
                double[] losses = session.losses(List.of(all.get(r)), rows[r])[0];
                assertThat(means[r]).isCloseTo(Arrays.stream(losses).average().orElseThrow(), within(1e-6));
                Objective some = objective.withData(objective.data().subset(rows[r]));
                assertThat(some.gradients(List.of(all.get(r))).get(0).distance(alone))
                        .isLessThan(1e-6);
            }
            assertThatThrownBy(() -> session.gradients(all, new int[][] {{1}, {1}, {1, 2}, {1}, {1}}))
                    .hasMessage("the size of a batch is 2; expected 1, the size of the first");
            assertThatThrownBy(() -> session.gradients(all, new int[][] {{1}}))
                    .hasMessage("the number of batches is 1; expected one a vector");
            assertThatThrownBy(() -> session.losses(all, new int[] {40})).hasMessageContaining("40");
            assertThatThrownBy(() -> session.losses(List.of(all.get(0).select(s -> s.startsWith("0")))))
                    .hasMessageContaining("[0.weight, 0.bias]");
        }
    }

    @Test
    void accuraciesAndOutputsAreThoseOfAnEvaluation() {
        Objective objective = Objective.of(Mlp.of(3, 8), Loss.CROSS_ENTROPY, classes(41, 3, 5))
                .withBatchSize(16);
        List<ParameterVector> all = vectors(objective, 3);
        List<Tensor> outputs = objective.outputs(all);
        double[] accuracies = objective.accuracies(all);
        double[] losses = objective.meanLosses(all);
        for (int r = 0; r < 3; r++) {
            Evaluation e = Evaluation.of(Loss.CROSS_ENTROPY, outputs.get(r), objective.data());
            assertThat(outputs.get(r).shape()).containsExactly(41, 3);
            assertThat(accuracies[r]).isEqualTo(e.accuracy());
            assertThat(losses[r]).isCloseTo(e.loss(), within(1e-6));
        }
    }

    @Test
    void whereEachPositionHasATargetAllThatCountWeighAlike() {
        Objective objective = Objective.of(Llama.of(12).withSizes(8, 1, 2, 2, 24), Loss.CROSS_ENTROPY, text(21))
                .withBatchSize(8);
        ParameterVector w = objective.initial(0);
        double[] losses = objective.losses(List.of(w))[0];
        // Five, four or three positions count.
        double sum = 0;
        for (int i = 0; i < 21; i++) {
            sum += losses[i] * (5 - i % 3);
        }
        assertThat(objective.meanLosses(List.of(w))[0]).isCloseTo(sum / (7 * (5 + 4 + 3)), within(1e-5));
        assertThat(objective.outputs(List.of(w)).get(0).shape()).containsExactly(21, 5, 12);
        assertThat(objective.accuracies(List.of(w))[0] * 84)
                .isCloseTo(Math.rint(objective.accuracies(List.of(w))[0] * 84), within(1e-9));
        assertThatThrownBy(() -> objective.withLoss(Loss.HINGE).open())
                .hasMessageContaining("is [B, 5, 12]; expected signs");
    }

    @Test
    void auxiliaryTargetsAreRead() {
        Dataset plain = classes(12, 3, 5);
        float[] weights = new float[12];
        Arrays.fill(weights, 2.5f);
        Dataset weighted = plain.withAuxiliary(Tensor.of(weights, 12, 1));
        Objective objective = Objective.of(Mlp.of(3, 8), Loss.weighted(Loss.CROSS_ENTROPY), plain);
        ParameterVector w = objective.initial(0);
        double loss = objective.meanLosses(List.of(w))[0];
        assertThat(objective.withData(weighted).meanLosses(List.of(w))[0]).isCloseTo(2.5 * loss, within(1e-5));
        assertThatThrownBy(() -> objective
                        .withData(plain.withAuxiliary(Tensor.of(new float[24], 12, 2)))
                        .open())
                .hasMessage("the number of auxiliary targets of a sample is 2; expected 1, which the loss reads, or 0");
    }

    @Test
    void runningStatisticsAreRecomputed() {
        int n = 42;
        int h = 8;
        Dataset data = classes(n, 3, 5);
        Mlp net = Mlp.of(3, h).withNorm(Mlp.Norm.BATCH);
        Objective objective = Objective.of(net, Loss.CROSS_ENTROPY, data).withBatchSize(16);
        List<ParameterVector> all = vectors(objective, 3);
        assertThatThrownBy(() -> objective.losses(all)).hasMessageContaining("withRunningStatistics");
        Objective recomputed = objective.withRecomputedStatistics();
        try (ObjectiveSession session = recomputed.open()) {
            List<Map<String, Tensor>> statistics = session.runningStatistics(all);
            double[][] losses = session.losses(all);
            float[] x = data.inputs().toFloats();
            for (int r = 0; r < all.size(); r++) {
                double[] w = all.get(r).segment("0.weight");
                double[] means = new double[h];
                double[] variances = new double[h];
                // Three batches of 14.
                for (int b = 0; b < 3; b++) {
                    for (int u = 0; u < h; u++) {
                        double[] z = new double[14];
                        for (int i = 0; i < 14; i++) {
                            z[i] = all.get(r).segment("0.bias")[u];
                            for (int k = 0; k < 5; k++) {
                                z[i] += w[u * 5 + k] * x[(b * 14 + i) * 5 + k];
                            }
                        }
                        double mean = Arrays.stream(z).average().orElseThrow();
                        means[u] += mean / 3;
                        variances[u] += Arrays.stream(z)
                                        .map(v -> (v - mean) * (v - mean))
                                        .sum()
                                / 13
                                / 3;
                    }
                }
                assertThat(statistics.get(r).get("1.running_mean").toDoubles()).containsExactly(means, within(1e-5));
                assertThat(statistics.get(r).get("1.running_var").toDoubles()).containsExactly(variances, within(1e-5));
                assertThat(objective.withRunningStatistics(statistics.get(r)).losses(all.subList(r, r + 1))[0])
                        .containsExactly(losses[r]);
            }
        }
        assertThatThrownBy(() -> recomputed.withBatchSize(1).losses(all)).hasMessageContaining("batchSize is 1");
    }

    @Test
    void anInterruptEndsACall() {
        Objective objective = Objective.of(Mlp.of(3, 64, 64), Loss.CROSS_ENTROPY, classes(400, 3, 5))
                .withBatchSize(2);
        List<ParameterVector> all = vectors(objective, 6);
        for (int threads = 1; threads <= 2; threads++) {
            try (ObjectiveSession session =
                    objective.withThreads(threads).withStackSize(2).open()) {
                double[][] before = session.losses(all);
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> session.losses(all)).isInstanceOf(CancellationException.class);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                assertThat(session.losses(all)).isDeepEqualTo(before);
            }
        }
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        Objective objective = Objective.of(Mlp.of(1), Loss.HINGE, signs(4));
        assertThatThrownBy(() -> objective.withBatchSize(0)).hasMessage("batchSize is 0; expected at least 1");
        assertThatThrownBy(() -> objective.withStackSize(1)).hasMessage("stackSize is 1; expected 0 or at least 2");
        assertThatThrownBy(() -> objective.withDtype(Dtype.F16)).hasMessage("dtype is F16; expected F32 or F64");
        assertThatThrownBy(() -> objective.withData(signs(4).take(0))).hasMessageContaining("at least one sample");
        assertThat(objective.losses(List.of())).isEmpty();
    }

    @Test
    void outputsMustFitTheLoss() {
        Dataset parity = signs(100);
        assertThatThrownBy(() -> Objective.of(Mlp.of(7, 4), Loss.HINGE, parity).open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the output shape of network mlp is [B, 7]; expected [B] or [B, 1] by the loss HINGE for the targets"
                                + " of sparse-parity, which are SIGN of 2");
        Network hundred = Network.of("hundred", () -> new SequentialBlock()
                .add(Linear.builder().setUnits(100).build()));
        for (Loss loss : List.of(Loss.HINGE, Loss.MEAN_SQUARED_ERROR)) {
            assertThatThrownBy(() -> Objective.of(hundred, loss, parity).open())
                    .hasMessageContaining("the output shape of network hundred is [B, 100]; expected ")
                    .hasMessageContaining("by the loss " + loss);
        }
        assertThatThrownBy(() -> Objective.of(Mlp.of(2), Loss.CROSS_ENTROPY, classes(9, 3, 5))
                        .open())
                .hasMessageContaining("[B, 2]; expected [B, C] with C at least 3 by the loss CROSS_ENTROPY");
        assertThatThrownBy(() ->
                        Objective.of(Mlp.of(2), Loss.CROSS_ENTROPY, parity).open())
                .hasMessageContaining("expected class indices as targets");
        Network flat = Network.of(
                "flat", () -> new SequentialBlock().add(x -> new NDList(x.head().reshape(-1, 5))));
        assertThatThrownBy(() ->
                        Objective.of(flat, Loss.MEAN_SQUARED_ERROR, parity).open())
                .hasMessage("the output shape of network flat is [6, 5] for a batch of 3 samples; expected 3 rows");
        Network misfit = Network.of("misfit", () -> new SequentialBlock()
                .add(x -> new NDList(x.head().matMul(x.head()))));
        assertThatThrownBy(() ->
                        Objective.of(misfit, Loss.MEAN_SQUARED_ERROR, parity).open())
                .hasMessageContaining(
                        "the input shape of sparse-parity is [B, 10]; expected one that network misfit takes: ");
        // A loss of the user's own says nothing: what it makes of some samples does.
        Loss own = new Loss() {
            @Override
            public ai.djl.ndarray.NDArray perSample(
                    ai.djl.ndarray.NDArray outputs, ai.djl.ndarray.NDArray targets, ai.djl.ndarray.NDArray auxiliary) {
                return outputs.squeeze(2).sub(targets).square();
            }

            @Override
            public ai.djl.ndarray.NDArray correct(ai.djl.ndarray.NDArray outputs, ai.djl.ndarray.NDArray targets) {
                return outputs.gt(0);
            }

            @Override
            public Object setting() {
                return "OWN";
            }
        };
        assertThatThrownBy(() -> Objective.of(Mlp.of(3), own, parity).open())
                .hasMessage("the shape of the losses OWN is (1, 3, 3)"
                        + " for 3 samples and outputs of shape [B, 3]; expected (1, 3), one for each sample");
    }

    @Tag("slow")
    @Test
    void tenThousandCallsLeaveMemoryFlat() throws IOException, InterruptedException {
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ObjectiveLeakProbe.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(probe.waitFor()).isZero();
        List<long[]> numbers = new ArrayList<>();
        lines.forEach(l -> numbers.add(
                Arrays.stream(l.split(" ")).mapToLong(Long::parseLong).toArray()));
        assertThat(numbers).hasSize(2);
        assertThat(numbers.get(1)[0]).as("live arrays").isEqualTo(numbers.get(0)[0]);
        // One copy of the weights of 16 vectors of 4,000 leaked a call would be 2.3 GB.
        assertThat(numbers.get(1)[1] - numbers.get(0)[1]).as("resident bytes").isLessThan(40_000_000);
    }

    @Test
    void aStackIsRestoredAsItsRunsAre() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Mlp net = Mlp.of(2, 3).withNorm(Mlp.Norm.BATCH);
            Shape input = new Shape(4);
            Block loop = net.stack(manager, input, new long[] {1, 2, 3, 4});
            Block once = net.stack(manager, input, new long[] {1, 2, 3, 4});
            List<ParameterVector> vectors = LongStream.range(10, 13)
                    .mapToObj(s -> ParameterVector.of(net.single(manager, input, s)))
                    .toList();
            for (int r = 0; r < 3; r++) {
                vectors.get(r).restore(loop, r);
            }
            ParameterVector.restoreAll(once, vectors);
            for (int r = 0; r < 4; r++) {
                assertThat(ParameterVector.of(once, r)).isEqualTo(ParameterVector.of(loop, r));
            }
            assertThat(ParameterVector.of(once, 2)).isEqualTo(vectors.get(2));
            List<ParameterVector> five = new ArrayList<>(vectors);
            five.addAll(vectors);
            assertThatThrownBy(() -> ParameterVector.restoreAll(once, five))
                    .hasMessage("the number of vectors is 6; expected at most 4, in a stack of 4");
            assertThatThrownBy(() -> ParameterVector.restoreAll(once, List.of()))
                    .hasMessageContaining("vectors is empty");
            assertThatThrownBy(() -> vectors.get(0).restore(once, 4))
                    .hasMessageContaining("run is 4; expected at most 3");
        }
    }

    @Test
    void masksKeepSegmentsApart() {
        ParameterVector a = Objective.of(Mlp.of(1, 3), Loss.HINGE, signs(4)).initial(0);
        ParameterVector b = a.withValues(new double[a.size()]);
        ParameterVector mask = a.mask("^0\\.");
        assertThat(mask.segment("0.weight")).containsOnly(1);
        assertThat(mask.segment("2.weight")).containsOnly(0);
        assertThat(a.mask(n -> n.endsWith("bias")).norm()).isEqualTo(2);
        assertThat(a.times(mask).segment("0.weight")).containsExactly(a.segment("0.weight"));
        assertThat(a.times(mask).select(n -> n.startsWith("2")).norm()).isZero();
        ParameterVector mixed = a.lerp(b, 0.5, mask);
        assertThat(mixed.segment("2.weight")).containsExactly(a.segment("2.weight"));
        assertThat(mixed.segment("0.weight")).containsExactly(a.scale(0.5).segment("0.weight"));
        assertThat(a.lerp(b, 1, mask).select(n -> n.startsWith("0")).norm()).isZero();
        assertThat(a.distance(b)).isCloseTo(a.norm(), within(1e-12));
        assertThatThrownBy(() -> a.mask("absent"))
                .hasMessageStartingWith("names is \"absent\"; expected to occur in one of [0.weight");
    }
}

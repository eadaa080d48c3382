package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.SparseParity;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.MetricsLog;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.RunFolder.Status;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.loss.Loss;

class StartingPointTest {
    @TempDir
    Path root;

    private final Experiment parity = Experiment.of(
                    "parity",
                    SparseParity.withDefaults().withBits(10).withTrain(96).withTest(40),
                    Mlp.of(1, 24),
                    Loss.HINGE,
                    Optimizer.adamW(0.01))
            .withLength(Span.epochs(4))
            .withCheckpoints(Span.epochs(2));

    private static byte[] last(RunFolder run) throws IOException {
        return Files.readAllBytes(run.path()
                .resolve(String.format(
                        "checkpoints/step-%08d.safetensors",
                        run.lastGoodCheckpoint().orElseThrow())));
    }

    private static Tensor tensor(RunFolder run, long step, String name) {
        try (TensorFile file = run.checkpoint(step)) {
            return file.read(name);
        }
    }

    @Test
    void withTheOptimizersStateTwoHalvesMakeAWhole() {
        // One batch an epoch: the second half draws its batches as the first did, and only their order may differ.
        Experiment full = parity.withBatchSize(96).withLength(Span.epochs(6)).withCheckpoints(Span.epochs(3));
        Population whole = Trainer.of(full).train(root.resolve("a"), 0, 1);
        Population half = Trainer.of(full.withLength(Span.epochs(3))).train(root.resolve("a"), 0, 1);
        Experiment on = full.withLength(Span.epochs(3))
                .withStart(StartingPoint.ofEach(half).withOptimizerState(true));
        Population rest = Trainer.of(on).train(root.resolve("a"), 0, 1);
        Population anew = Trainer.of(full.withLength(Span.epochs(3)).withStart(StartingPoint.ofEach(half)))
                .train(root.resolve("a"), 0, 1);
        for (int r = 0; r < 2; r++) {
            float[] expected = tensor(whole.runs().get(r), 6, "0.weight").toFloats();
            assertThat(tensor(rest.runs().get(r), 0, "0.weight"))
                    .isEqualTo(tensor(half.runs().get(r), 3, "0.weight"));
            assertThat(tensor(rest.runs().get(r), 3, "0.weight").toFloats())
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(expected);
            assertThat(distance(tensor(anew.runs().get(r), 3, "0.weight").toFloats(), expected))
                    .isGreaterThan(1e-3);
        }
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }

    @Test
    @Tag("slow")
    void aContinuedRunGoesOnAfterAnInterruption() throws IOException {
        Population first = Trainer.of(parity).train(root.resolve("a"), 0, 1, 2);
        Experiment on = parity.withName("on")
                .withLength(Span.epochs(3))
                .withSchedule(Schedule.LINEAR)
                .withCheckpoints(Span.steps(2))
                .withStart(StartingPoint.ofEach(first).withOptimizerState(true));
        Population whole = Trainer.of(on).train(root.resolve("b"), 0, 1, 2);
        for (long at : new long[] {1, 5}) {
            TrainingListener interrupting = new Interrupting(at, -1);
            assertThatThrownBy(() -> Trainer.of(on).withListener(interrupting).train(root.resolve("c"), 0, 1, 2))
                    .isInstanceOf(CancellationException.class);
        }
        Population resumed = Trainer.of(on).train(root.resolve("c"), 0, 1, 2);
        Population alone = Trainer.of(on).train(root.resolve("d"), 1);
        for (int r = 0; r < 3; r++) {
            assertThat(HexFormat.of().formatHex(last(resumed.runs().get(r))))
                    .isEqualTo(HexFormat.of().formatHex(last(whole.runs().get(r))));
        }
        assertThat(last(alone.runs().get(0))).isEqualTo(last(whole.runs().get(1)));
    }

    @Test
    void isKnownByWhatItHoldsAndNotByItsPlace() throws IOException {
        Population first = Trainer.of(parity).train(root.resolve("a"), 0, 1);
        RunFolder run = first.runs().get(0);
        Path file = run.path().resolve("checkpoints/step-00000012.safetensors");
        Path copy = Files.copy(file, root.resolve("elsewhere.safetensors"));
        assertThat(parity.withStart(StartingPoint.of(file)).setting())
                .isEqualTo(parity.withStart(StartingPoint.of(copy)).setting())
                .isNotEqualTo(parity.setting());
        assertThat(StartingPoint.of(run, 12).setting().get("sha256"))
                .isEqualTo(StartingPoint.of(file).setting().get("sha256"));
        assertThat(parity.withStart(StartingPoint.ofEach(first, 6))
                        .setting()
                        .get("start")
                        .toString())
                .isEqualTo("{\"experiment\":\"parity\",\"settingHash\":\""
                        + run.id().substring(0, 8) + "\",\"step\":6,\"optimizer\":false}");
        // One file for every seed.
        Population same = Trainer.of(parity.withStart(StartingPoint.of(copy))).train(root.resolve("b"), 7, 8);
        assertThat(tensor(same.runs().get(0), 0, "2.bias"))
                .isEqualTo(tensor(same.runs().get(1), 0, "2.bias"))
                .isEqualTo(tensor(run, 12, "2.bias"));
    }

    @Test
    void partsOfANetworkMayBeNew() {
        Population first = Trainer.of(parity).train(root.resolve("a"), 0);
        Experiment wider = parity.withName("wider")
                .withNetwork(Mlp.of(2, 24))
                .withLoss(Loss.MEAN_SQUARED_ERROR)
                .withTask(Task.of("parity as classes", classes()));
        assertThatThrownBy(() -> Trainer.of(
                                wider.withStart(StartingPoint.of(first.runs().get(0), 12)))
                        .train(root.resolve("b"), 0))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("'2.weight'")
                .hasMessageContaining("[1, 24]")
                .hasMessageContaining("[2, 24]");
        StartingPoint start = StartingPoint.of(first.runs().get(0), 12).withNew("^2\\.");
        RunFolder run = Trainer.of(wider.withStart(start))
                .train(root.resolve("c"), 0)
                .runs()
                .get(0);
        assertThat(tensor(run, 0, "0.weight")).isEqualTo(tensor(first.runs().get(0), 12, "0.weight"));
        assertThat(tensor(run, 0, "2.weight").shape()).containsExactly(2, 24);
    }

    private static Split classes() {
        Split signs = SparseParity.withDefaults()
                .withBits(10)
                .withTrain(96)
                .withTest(40)
                .sample(0);
        return new Split(classes(signs.train()), classes(signs.test()));
    }

    private static Dataset classes(Dataset d) {
        float[] y = d.targets().toFloats();
        long[] c = new long[y.length];
        for (int i = 0; i < y.length; i++) {
            c[i] = y[i] > 0 ? 1 : 0;
        }
        return new Dataset(d.name(), d.split(), d.seed(), d.inputs(), Tensor.of(c, c.length), 2, d.scaling());
    }

    @Test
    void everySeedLearnsWithoutForgettingItsOwnPast() {
        Population first = Trainer.of(parity).train(root.resolve("a"), 0, 1);
        StartingPoint start = StartingPoint.ofEach(first);
        Task taught = start.teaching(parity.task(), parity.network(), 50);
        float[] side = taught.sample(1).train().auxiliary().toFloats();
        try (TensorFile file = first.runs().get(1).checkpoint(12)) {
            assertThat(side)
                    .containsExactly(
                            Outputs.of(
                                            parity.network(),
                                            file,
                                            parity.task().sample(1).train(),
                                            96)
                                    .toFloats(),
                            within(1e-6f));
        }
        assertThat(taught.sample(0).train().auxiliary().toFloats()).isNotEqualTo(side);
        Experiment on =
                parity.withName("on").withTask(taught).withStart(start).withLoss(Loss.distilled(Loss.HINGE, 0.5, 1));
        assertThat(Trainer.of(on).train(root.resolve("b"), 0, 1).runs())
                .extracting(RunFolder::status)
                .containsOnly(Status.DONE);
        assertThat(on.setting().get("task").get("teacher").get("settingHash"))
                .isEqualTo(on.setting().get("start").get("settingHash"));
        assertThatThrownBy(() -> Trainer.of(on.withLoss(Loss.HINGE)).train(root.resolve("c"), 0))
                .hasMessageContaining("expected 0, which the loss reads")
                .hasMessageContaining("is 1");
    }

    @Test
    void refusesWhatCannotBe() {
        Population first = Trainer.of(parity).train(root.resolve("a"), 0);
        assertThatThrownBy(() -> StartingPoint.ofEach(first, 5))
                .hasMessageContaining("step is 5; expected one of those")
                .hasMessageContaining("[0, 6, 12]");
        assertThatThrownBy(() -> Trainer.of(parity.withStart(StartingPoint.ofEach(first)))
                        .train(root, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seed is 1; expected");
        assertThatThrownBy(() -> StartingPoint.of(root.resolve("none"))).isInstanceOf(RecordException.class);
        assertThatThrownBy(() -> parity.withPatience(-1)).hasMessageContaining("patience is -1; expected at least 0");
        Split split = classes();
        Experiment untested = parity.withPatience(2)
                .withNetwork(Mlp.of(2, 4))
                .withLoss(Loss.CROSS_ENTROPY)
                .withTask(Task.of(
                        "untested", new Split(split.train(), split.test().take(0))));
        assertThatThrownBy(() -> Trainer.of(untested).train(root, 0)).hasMessageContaining("no test set");
    }

    @Test
    void patienceEndsARunAndKeepsTheBest() throws IOException {
        Experiment e = parity.withPatience(3)
                .withLength(Span.epochs(200))
                .withCheckpoints(Span.epochs(200))
                .withOptimizer(Optimizer.adamW(0.003));
        List<RunFolder> whole = Trainer.of(e).train(root.resolve("a"), 0, 1).runs();
        for (RunFolder run : whole) {
            assertThat(run.status()).isEqualTo(Status.DONE);
            MetricsLog.Best best = run.metrics().best();
            int evaluations = run.metrics().read().size();
            assertThat(evaluations).isLessThan(200).isEqualTo((int) (best.step() / 3) + 3);
            assertThat(run.checkpointSteps()).contains(best.step(), evaluations * 3L);
        }
        TrainingListener interrupting = new Interrupting(8, 1);
        assertThatThrownBy(() -> Trainer.of(e).withListener(interrupting).train(root.resolve("b"), 1))
                .isInstanceOf(CancellationException.class);
        assertThat(last(Trainer.of(e).train(root.resolve("b"), 1).runs().get(0)))
                .isEqualTo(last(whole.get(1)));
    }
}

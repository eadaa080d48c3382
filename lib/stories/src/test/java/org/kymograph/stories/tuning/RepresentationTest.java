package org.kymograph.stories.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.MarkovText;
import org.kymograph.evaluate.Activations;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tuning.Unlearning.Method;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

/** RMU and UNDO, which compare a model with a frozen one. */
class RepresentationTest {
    private final Llama net = Llama.of(16).withSizes(16, 2, 2, 2, 24);
    private final Dataset data =
            MarkovText.withDefaults().withSizes(8, 6, 2).sample(1).train();
    private final ParameterVector frozen =
            Objective.of(net, Loss.CROSS_ENTROPY, data).initial(1).scale(5);
    private final ParameterVector other =
            Objective.of(net, Loss.CROSS_ENTROPY, data).initial(2).scale(20);

    private StoriesConfig config;
    private Path a;
    private Path b;

    @TempDir
    private Path folder;

    @BeforeEach
    void textsOfOnesOwn() throws IOException {
        a = folder.resolve("a.txt");
        b = folder.resolve("b.txt");
        Files.writeString(a, "the cat sat on the mat. ".repeat(60));
        Files.writeString(b, "DOGS RUN BY MOONLIGHT! ".repeat(60));
        Files.writeString(folder.resolve("both.txt"), (Files.readString(a) + Files.readString(b)).repeat(2));
        config = StoriesConfig.withDefaults()
                .with(
                        "--dataset_name=" + folder.resolve("both.txt"),
                        "--vocab_size=259",
                        "--dim=16",
                        "--n_layers=2",
                        "--n_heads=2",
                        "--n_kv_heads=2",
                        "--max_seq_len=16",
                        "--batch_size=8",
                        "--gradient_accumulation_steps=1",
                        "--learning_rate=1e-2",
                        "--lr_scheduling=False",
                        "--max_iters=40",
                        "--eval_interval=40",
                        "--eval_iters=2",
                        "--checkpoint_interval=40",
                        "--out_dir=" + folder);
    }

    private double mean(BesideFrozen beside, Loss loss, Dataset of) {
        return Objective.of(beside, loss, of).withThreads(1).meanLosses(List.of(other))[0];
    }

    @Test
    void theMisdirectionIsItsFormula() {
        Unlearning rmu = Unlearning.of(Method.RMU).withAlpha(0.5).withGamma(2);
        float[] goal = new float[16];
        Arrays.fill(goal, 0.25f);
        BesideFrozen beside = new BesideFrozen(net, LlamaModel.of(net, 8, frozen), "resid_post.0");
        float[] weights = new float[3 * data.size()];
        IntStream.range(0, data.size()).forEach(i -> weights[3 * i + i % 2] = i % 2 == 0 ? 2 : 0.5f);
        double found = mean(
                beside,
                new CompanionLoss.Misdirection(16, rmu, goal),
                data.withAuxiliary(Tensor.of(weights, data.size(), 3)));
        double[][] mine = Activations.of(net, other, data, "resid_post.0").rows("resid_post.0");
        double[][] theirs = Activations.of(net, frozen, data, "resid_post.0").rows("resid_post.0");
        double expected = 0;
        for (int i = 0; i < mine.length; i++) {
            for (int k = 0; k < mine[i].length; k++) {
                double distance = mine[i][k] - (i % 2 == 0 ? 0.25 : theirs[i][k]);
                expected += (i % 2 == 0 ? 2 : 0.5) * distance * distance / mine[i].length / mine.length;
            }
        }
        assertThat(found).isCloseTo(expected, within(1e-3 * expected));
    }

    @Test
    void theDistillationIsTheDivergenceFromTheTeacher() {
        BesideFrozen beside = new BesideFrozen(net, LlamaModel.of(net, 8, frozen), null);
        Loss loss = new CompanionLoss.Distillation(16);
        Dataset one = data.withAuxiliary(Tensor.of(new float[data.size()], data.size(), 1));
        assertThat(Objective.of(beside, new Read(loss), one)
                        .withThreads(1)
                        .gradients(List.of(frozen))
                        .get(0)
                        .norm())
                .isLessThan(1e-4);
        double[] outputs = Objective.of(net, Loss.CROSS_ENTROPY, data)
                .outputs(List.of(other))
                .get(0)
                .toDoubles();
        double[] old = Objective.of(net, Loss.CROSS_ENTROPY, data)
                .outputs(List.of(frozen))
                .get(0)
                .toDoubles();
        double expected = 0;
        int rows = outputs.length / 16;
        for (int r = 0; r < rows; r++) {
            double[] q = logSoftmax(outputs, 16 * r);
            double[] p = logSoftmax(old, 16 * r);
            for (int c = 0; c < 16; c++) {
                expected += Math.exp(p[c]) * (p[c] - q[c]) / rows;
            }
        }
        assertThat(mean(beside, new Read(loss), one)).isCloseTo(expected, within(1e-4));
        // Evaluations are those of the own logits.
        assertThat(mean(beside, loss, data))
                .isCloseTo(Objective.of(net, Loss.CROSS_ENTROPY, data).meanLosses(List.of(other))[0], within(1e-5));
    }

    /** The training's loss where an evaluation would be asked for. */
    private record Read(Loss loss) implements Loss {
        @Override
        public NDArray perSample(NDArray o, NDArray t, NDArray x) {
            return loss.perSample(o, t, x);
        }

        @Override
        public int auxiliaryTargets(int outputs) {
            return 1;
        }

        @Override
        public NDArray correct(NDArray o, NDArray t) {
            return loss.correct(o, t);
        }

        @Override
        public Object setting() {
            return loss.setting();
        }
    }

    private static double[] logSoftmax(double[] x, int from) {
        double sum = 0;
        for (int c = 0; c < 16; c++) {
            sum += Math.exp(x[from + c]);
        }
        double[] all = new double[16];
        for (int c = 0; c < 16; c++) {
            all[c] = x[from + c] - Math.log(sum);
        }
        return all;
    }

    private StoriesConfig from(RunFolder run, long step, String... more) {
        return config.with(
                        "--init_from=resume_model",
                        "--model_dir=" + run.path().resolve(String.format("checkpoints/step-%08d.safetensors", step)))
                .with(more);
    }

    @Test
    @Tag("slow")
    void rmuTrainsThreeMatricesAndUndoBringsBackWhatIsRetained() {
        RunFolder base = StoriesTraining.of(config).train().runs().get(0);
        RunFolder rmu = Unlearning.of(Method.RMU)
                .withBlock(0)
                .withAlpha(10)
                .run(from(base, 40, "--max_iters=20", "--eval_interval=20"), a.toString(), b.toString())
                .runs()
                .get(0);
        LlamaModel before = LlamaModel.read(base.path().resolve("checkpoints/step-00000040.safetensors"));
        LlamaModel after = LlamaModel.read(rmu.path().resolve("checkpoints/step-00000020.safetensors"));
        after.weights().forEach((name, t) -> assertThat(
                        Arrays.equals(t.toFloats(), before.weights().get(name).toFloats()))
                .as(name)
                .isEqualTo(!name.equals("layers.0.feed_forward.w2.weight")));
        Table t = Readings.of(rmu).table("stories");
        assertThat(t.doubleColumn("loss/forget").get(1)
                        - t.doubleColumn("loss/forget").get(0))
                .isGreaterThan(0);
        RunFolder undo = new Undo(0.5, 0.1)
                .run(from(rmu, 20, "--max_iters=400", "--eval_interval=10"), a.toString(), b.toString())
                .runs()
                .get(0);
        Table u = Readings.of(undo).table("stories");
        int end = u.rowCount() - 1;
        assertThat(u.doubleColumn("loss/retain").get(end))
                .isLessThan(u.doubleColumn("loss/retain").get(0) - 0.5);
        // It ends at the first evaluation within 5 % of the teacher.
        double teacher = t.doubleColumn("loss/retain").get(t.rowCount() - 1);
        assertThat(u.doubleColumn("loss/retain").get(end)).isLessThanOrEqualTo(1.05 * teacher + 1e-4);
        assertThat(u.doubleColumn("loss/retain").get(end - 1)).isGreaterThan(1.05 * teacher);
        assertThat(undo.lastCheckpointStep())
                .isEqualTo(u.longColumn("step").get(end))
                .isLessThan(400);
        UnlearningMetrics m = UnlearningMetrics.of(config, before, a.toString(), b.toString());
        UnlearningMetrics n = UnlearningMetrics.of(config, after, a.toString(), b.toString());
        assertThat(m.values().keySet())
                .containsExactly("forget_Prob", "retain_Prob", "exact_memorization", "extraction_strength", "mia_loss");
        assertThat(n.values().get("forget_Prob")).isLessThan(m.values().get("forget_Prob"));
        assertThat(m.privleak(m)).isZero();
        m.values().values().forEach(v -> assertThat(v).isBetween(0.0, 1.0));
    }

    @Test
    void noiseIsGlorots() {
        LlamaModel model = LlamaModel.of(net, 8, frozen);
        LlamaModel noised = new Undo(0.25, 2).noised(model, 3);
        assertThat(noised.weights().get("norm.weight").toFloats())
                .containsExactly(scaled(model.weights().get("norm.weight").toFloats()), within(1e-6f));
        float[] now = noised.weights().get("tok_embeddings.weight").toFloats();
        float[] was = scaled(model.weights().get("tok_embeddings.weight").toFloats());
        double bound = 0.25 * 2 * Math.sqrt(6.0 / 32);
        double most = IntStream.range(0, now.length)
                .mapToDouble(i -> Math.abs(now[i] - was[i]))
                .max()
                .orElse(0);
        assertThat(most).isBetween(0.95 * bound, bound);
        assertThat(new Undo(0, 1).noised(model, 3).parameters()).isEqualTo(model.parameters());
        assertThatThrownBy(() -> new Undo(1.5, 0)).hasMessage("alpha is 1.5; expected 0 to 1");
    }

    private static float[] scaled(float[] x) {
        float[] all = x.clone();
        for (int i = 0; i < all.length; i++) {
            all[i] *= 0.75f;
        }
        return all;
    }
}

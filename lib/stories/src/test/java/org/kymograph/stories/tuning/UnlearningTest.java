package org.kymograph.stories.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kymograph.data.Dataset;
import org.kymograph.data.MarkovText;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.tuning.Unlearning.Method;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class UnlearningTest {
    private final Llama net = Llama.of(16).withSizes(16, 1, 2, 2, 24);
    private final Dataset forget =
            MarkovText.withDefaults().withSizes(8, 6, 2).sample(1).train();
    private final Dataset retain = MarkovText.withDefaults()
            .withLanguage(5)
            .withSizes(8, 9, 2)
            .sample(2)
            .train();
    private final ParameterVector start =
            Objective.of(net, Loss.CROSS_ENTROPY, forget).initial(1);
    private final ParameterVector other =
            Objective.of(net, Loss.CROSS_ENTROPY, forget).initial(2).scale(20);

    private double mean(Loss loss, Dataset data) {
        return Objective.of(net, loss, data).withThreads(1).meanLosses(List.of(other))[0];
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RMU")
    void lossesAreTheirFormulas(Method method) {
        Unlearning u =
                Unlearning.of(method).withAlpha(0.5).withGamma(3).withBeta(0.4).withDelta(0.2);
        Dataset mixed = u.mixed(net, start, forget, retain, 4);
        int n = mixed.size();
        assertThat(n).isEqualTo(method == Method.GRAD_ASCENT ? 6 : 12);
        Dataset bare = mixed.withAuxiliary(Tensor.of(new float[0], n, 0));
        Objective plain = Objective.of(net, Loss.CROSS_ENTROPY, bare).withThreads(1);
        double[] now = plain.losses(List.of(other))[0];
        double[] before = plain.losses(List.of(start))[0];
        double f = 0;
        double r = 0;
        for (int i = 0; i < n; i++) {
            if (i >= 6) {
                r += now[i] / 6;
                continue;
            }
            double x = method == Method.NPO ? 8 * (now[i] - before[i]) : now[i] - 0.2;
            f += (method.name().startsWith("GRAD") ? -now[i] : 2 / 0.4 * Math.log1p(Math.exp(-0.4 * x))) / 6;
        }
        assertThat(mean(u.loss(), mixed)).isCloseTo(3 * f + 0.5 * r, within(2e-4));
    }

    @Test
    void beforeTheFirstStepNpoIsTwoLogTwoOverBeta() {
        Unlearning u = Unlearning.of(Method.NPO).withAlpha(0).withBeta(0.1);
        Dataset mixed = u.mixed(net, other, forget, retain, 4);
        assertThat(mean(u.loss(), mixed)).isCloseTo(20 * Math.log(2), within(1e-3));
    }

    @Test
    void whatIsToBeForgottenIsForgottenMore(@TempDir Path folder) throws IOException {
        Path a = folder.resolve("a.txt");
        Path b = folder.resolve("b.txt");
        Files.writeString(a, "the cat sat on the mat. ".repeat(60));
        Files.writeString(b, "DOGS RUN BY MOONLIGHT! ".repeat(60));
        Files.writeString(folder.resolve("both.txt"), (Files.readString(a) + Files.readString(b)).repeat(2));
        StoriesConfig config = StoriesConfig.withDefaults()
                .with(
                        "--dataset_name=" + folder.resolve("both.txt"),
                        "--vocab_size=259",
                        "--dim=16",
                        "--n_layers=1",
                        "--n_heads=2",
                        "--n_kv_heads=2",
                        "--max_seq_len=16",
                        "--batch_size=8",
                        "--gradient_accumulation_steps=1",
                        "--learning_rate=1e-2",
                        "--lr_scheduling=False",
                        "--max_iters=60",
                        "--eval_interval=60",
                        "--eval_iters=2",
                        "--checkpoint_interval=60",
                        "--out_dir=" + folder);
        RunFolder base = StoriesTraining.of(config).train().runs().get(0);
        StoriesConfig from = config.with(
                "--init_from=resume_model",
                "--model_dir=" + base.path().resolve("checkpoints/step-00000060.safetensors"),
                "--learning_rate=3e-3",
                "--max_iters=20",
                "--eval_interval=20");
        Unlearning npo = Unlearning.of(Method.NPO).withBeta(0.1);
        Table t = Readings.of(npo.run(from, a.toString(), b.toString()).runs().get(0))
                .table("stories");
        double forgotten = t.doubleColumn("loss/forget").get(1)
                - t.doubleColumn("loss/forget").get(0);
        double lost = t.doubleColumn("loss/retain").get(1)
                - t.doubleColumn("loss/retain").get(0);
        assertThat(forgotten).isGreaterThan(1);
        assertThat(lost).isLessThan(forgotten / 4);
        assertThatThrownBy(() -> npo.run(config, a.toString(), b.toString()))
                .hasMessageContaining("unlearning starts from a model");
    }
}

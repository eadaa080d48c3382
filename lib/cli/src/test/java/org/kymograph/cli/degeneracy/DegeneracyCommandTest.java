package org.kymograph.cli.degeneracy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.degeneracy.modular.ModularExperiment;
import org.kymograph.degeneracy.modular.ModularMlp;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;

class DegeneracyCommandTest {
    @TempDir
    Path folder;

    private Called train(Object... more) {
        Object[] words = new Object[more.length + 18];
        Object[] first = {
            "train",
            "modular-mlp",
            "--p",
            7,
            "--train-frac",
            0.8,
            "--hidden-size",
            8,
            "--embed-dim",
            4,
            "--n-batches",
            12,
            "--n-save-model-checkpoints",
            3,
            "--frame-times",
            4,
            "--out",
            folder.resolve("modular")
        };
        System.arraycopy(first, 0, words, 0, 18);
        System.arraycopy(more, 0, words, 18, more.length);
        return Called.with(words);
    }

    @Test
    void trainsAndAnalysesWhatTheOptionsSay() throws IOException {
        Called trained = train(
                "--seeds",
                "0-1",
                "--lr",
                0.01,
                "--batch-size",
                16,
                "--weight-decay",
                1e-3,
                "--activation",
                "quad",
                "--tie-unembed",
                "true",
                "--magnitude",
                "true",
                "--ablation_fourier",
                "true",
                "--track-times",
                3,
                "--run-id",
                4);
        assertThat(trained.errors()).doesNotContain("kymograph:");
        assertThat(trained.code()).isZero();
        assertThat(RunFolder.list(folder.resolve("modular"))).hasSize(2);
        RunFolder run = RunFolder.list(folder.resolve("modular")).get(0);
        assertThat(run.checkpointSteps()).containsExactly(0L, 4L, 8L, 12L);
        ModularExperiment settings = ModularExperiment.read(run.path().resolve("params.json"));
        assertThat(settings)
                .isEqualTo(ModularExperiment.example1()
                        .withP(7)
                        .withTrainFrac(0.8)
                        .withHiddenSize(8)
                        .withEmbedDim(4)
                        .withNBatches(12)
                        .withNSaveModelCheckpoints(3)
                        .withFrameTimes(4)
                        .withLr(0.01)
                        .withBatchSize(16)
                        .withWeightDecay(1e-3)
                        .withActivation(ModularMlp.Activation.QUAD)
                        .withTieUnembed(true)
                        .withMagnitude(true)
                        .withAblationFourier(true)
                        .withTrackTimes(3)
                        .withRunId(4));
        assertThat(run.setting()).hasToString(settings.experiment().setting().toString());
        assertThat(run.path().resolve("modes.html")).content().contains("One mode alone");
        assertThat(run.path().resolve("modes.gif")).exists();

        Path json = folder.resolve("fourier.json");
        Called fourier = Called.with(
                "degeneracy",
                "fourier",
                run.path(),
                "--out",
                json,
                "--page",
                folder.resolve("f.html"),
                "--movie",
                folder.resolve("m.gif"));
        assertThat(fourier.errors()).doesNotContain("kymograph:");
        assertThat(fourier.out()).contains("key modes: [").contains("4 checkpoints");
        JsonNode all = Json.read(json);
        assertThat(all.get("p").asInt()).isEqualTo(7);
        assertThat(all.get("checkpoints")).hasSize(4);
        assertThat(all.get("checkpoints").get(3).get("magnitudes")).hasSize(4);
        assertThat(all.get("checkpoints").get(3).has("embedding")).isFalse();
        assertThat(run.path().resolve("readings/fourier.jsonl")).exists();
        assertThat(Files.size(folder.resolve("m.gif"))).isPositive();

        Called circuits = Called.with("degeneracy", "circuits", run.path(), "--checkpoints", "4,12", "--out", json);
        assertThat(circuits.errors()).doesNotContain("kymograph:");
        assertThat(Json.read(json).get("checkpoints")).hasSize(2);
        assertThat(Json.read(json).get("checkpoints").get(1).get("verdict").asText())
                .isEqualTo("NOT_LEARNED");
        assertThat(circuits.out()).contains("not-learned");
        JsonNode report = Json.read(json).get("checkpoints").get(1);
        assertThat(report.get("stages").get(0).get("doubledRatios"))
                .hasSize(report.get("keyModes").size());
        assertThat(report.get("doubledRatio").isNumber()).isTrue();

        Path pages = folder.resolve("pages/of/eigenvalues.html");
        Called hessian = Called.with("degeneracy", "hessian", run.path(), "--eigenvalues", 3, "--out", pages);
        assertThat(hessian.errors()).doesNotContain("kymograph:");
        assertThat(pages).exists();
        says(
                Called.with("degeneracy", "hessian", run.path(), "--out", json),
                "--out is \"" + json + "\"; expected a name");
        says(
                Called.with("degeneracy", "hessian", run.path(), "--block", "attention"),
                "--block is \"attention\"; expected to occur in one of [embedding.weight");
        says(
                Called.with("degeneracy", "hessian", run.path(), "--block", "("),
                "--block is \"(\"; expected a regular expression, not Unclosed group near character 2");
        assertThat(run.path().resolve("readings/hessian-attention.json")).doesNotExist();

        // A parameter file gives the settings, and what is given beside it holds.
        Called again = Called.with(
                "train",
                "modular-mlp",
                "--params",
                run.path().resolve("params.json"),
                "--movie",
                "false",
                "--seeds",
                5,
                "--out",
                folder.resolve("again"));
        assertThat(again.errors()).doesNotContain("kymograph:");
        RunFolder other = RunFolder.list(folder.resolve("again")).get(0);
        assertThat(other.setting()).isEqualTo(run.setting());
        assertThat(other.path().resolve("modes.gif")).doesNotExist();
    }

    @Test
    void whatIsWrongIsSaidInOneSentence() {
        says(train("--activation", "tanh"), "--activation is \"tanh\"; expected one of gelu, relu, quad");
        says(train("--train-frac", 2), "--train-frac is given twice");
        says(
                Called.with("train", "modular-mlp", "--p", 7, "--train-frac", 0.001, "--out", folder.resolve("none")),
                "--train-frac is 0.001; expected a larger share");
        says(
                Called.with("train", "modular-mlp", "--out", folder.resolve("a b,c")),
                "--out is \"" + folder.resolve("a b,c")
                        + "\"; expected a folder whose name has letters, digits, dots, dashes and underscores only");
        says(train("--embed_dims", 2), "there is no option --embed_dims; did you mean '--embed-dim'?");
        says(train("--lr", -1), "--lr is -1; expected a finite number of at least 0");
        says(train("--track-times", 0), "--track-times is 0; expected at least 1");
        says(train("--movie", "maybe"), "--movie is \"maybe\"; expected true|false");
        says(train("--preset", "example3"), "--preset is \"example3\"; expected one of example1");
        says(
                Called.with("degeneracy", "fourier", folder, "--out", folder.resolve("f.json"), "--movie", "m.mp4"),
                "--movie is \"m.mp4\"; expected a name that ends in .gif");
        assertThat(folder.resolve("modular")).doesNotExist();
        assertThat(Called.with("train", "modular-mlp", "--help").out())
                .contains(
                        "--num-no-weight-decay-steps",
                        "--scale-linear-1-factor",
                        "--n-save-model-checkpoints",
                        "checkpoints2023");
    }

    private static void says(Called called, String sentence) {
        assertThat(called.errors()).startsWith("kymograph: " + sentence);
        assertThat(called.code()).isEqualTo(2);
    }
}

package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.record.RunFolder;

class TrainCommandTest {
    @TempDir
    Path folder;

    private String errors = "";

    private int run(String... words) {
        List<String> all = new ArrayList<>(List.of(
                "train",
                "sparse-parity",
                "--bits",
                "8",
                "--hidden",
                "16",
                "--train-size",
                "64",
                "--test-size",
                "32",
                "--epochs",
                "3"));
        all.addAll(List.of(words));
        Called called = Called.with(all.toArray());
        errors = called.errors();
        return called.code();
    }

    @Test
    void everySettingIsInTheRecord() {
        Path out = folder.resolve("parity");
        assertThat(run(
                        "--seeds",
                        "0-1,4",
                        "--out",
                        out.toString(),
                        "--optimizer",
                        "adamw",
                        "--lr",
                        "0.01",
                        "--beta1",
                        "0.8",
                        "--beta2",
                        "0.99",
                        "--epsilon",
                        "1e-6",
                        "--weight-decay",
                        "0.2",
                        "--schedule",
                        "cosine",
                        "--warmup",
                        "3",
                        "--final-fraction",
                        "0.1",
                        "--clip-norm",
                        "2",
                        "--batch-size",
                        "16",
                        "--test-batch-size",
                        "8",
                        "--eval-every",
                        "2",
                        "--checkpoint-every-steps",
                        "5",
                        "--norm",
                        "layer",
                        "--activation",
                        "tanh",
                        "--init-scaling",
                        "0.5",
                        "--relevant",
                        "2",
                        "--no-statistics"))
                .isZero();
        List<RunFolder> runs = RunFolder.list(out);
        assertThat(runs).extracting(RunFolder::seed).containsExactly(0L, 1L, 4L);
        assertThat(runs.get(0).checkpointSteps()).containsExactly(0L, 5L, 10L, 12L);
        assertThat(runs.get(0).metrics().read()).hasSize(2);
        String setting = runs.get(0).setting().toString();
        assertThat(setting)
                .contains(
                        "\"kind\":\"ADAMW\"",
                        "\"learningRate\":0.01",
                        "\"beta1\":0.8",
                        "\"beta2\":0.99",
                        "\"epsilon\":1.0E-6",
                        "\"weightDecay\":0.2",
                        "\"decay\":\"COSINE\"",
                        "\"warmup\":3",
                        "\"finalFraction\":0.1",
                        "\"clipNorm\":2.0",
                        "\"batchSize\":16",
                        "\"evaluationBatch\":8",
                        "\"norm\":\"LAYER\"",
                        "\"activation\":\"TANH\"",
                        "\"initScaling\":0.5",
                        "\"relevant\":2",
                        "\"statistics\":false",
                        "\"bits\":8",
                        "\"hidden\":[16]");
    }

    @Test
    @Tag("slow")
    void processesShareTheSeeds() throws Exception {
        Path together = folder.resolve("a/parity");
        Path apart = folder.resolve("b/parity");
        assertThat(run("--seeds=0-2", "--out", together.toString())).isZero();
        assertThat(run("--seeds=0-2", "--out", apart.toString(), "--processes=2"))
                .isZero();
        for (int seed = 0; seed < 3; seed++) {
            assertThat(Files.readString(RunFolder.list(apart).get(seed).path().resolve("metrics.jsonl")))
                    .isEqualTo(Files.readString(
                            RunFolder.list(together).get(seed).path().resolve("metrics.jsonl")));
        }
    }

    @Test
    void aDivergedRunIsTold() {
        assertThat(run("--out", folder.resolve("parity").toString(), "--lr", "1e30", "--weight-decay", "1e9"))
                .isEqualTo(1);
        assertThat(errors).contains("seed0 failed: diverged");
    }

    @Test
    void wrongWords() throws Exception {
        String out = folder.resolve("parity").toString();
        assertThat(run("--seeds", "3-1", "--out", out)).isEqualTo(2);
        assertThat(errors).contains("--seeds is \"3-1\"; expected 1-3").doesNotContain("\tat ");
        assertThat(run("--optimizer", "sgdd", "--out", out)).isEqualTo(2);
        assertThat(errors).contains("sgdd", "adamw");
        assertThat(run("--out", out, "--steps", "5")).isEqualTo(2);
        assertThat(run("--out", out, "--eval-every", "1", "--eval-every-steps", "5"))
                .isEqualTo(2);
        assertThat(errors).contains("--eval-every and --eval-every-steps exclude each other");
        assertThat(run("--relevant", "9", "--out", out)).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(run("--out", file.resolve("parity").toString())).isEqualTo(1);
        assertThat(errors).contains("file").doesNotContain("\tat ");
        assertThat(folder.resolve("parity")).doesNotExist();
    }

    @Test
    void numbersOutOfRangeNameTheOptionThatWasGiven() {
        String out = folder.resolve("parity").toString();
        for (String option : List.of(
                "--epochs",
                "--batch-size",
                "--test-batch-size",
                "--eval-every",
                "--eval-every-steps",
                "--checkpoint-every",
                "--checkpoint-every-steps",
                "--workers",
                "--stack-size",
                "--processes",
                "--train-size",
                "--test-size",
                "--lr",
                "--bits",
                "--relevant",
                "--hidden")) {
            assertThat(call(option, "0", "--out", out)).as(option).isEqualTo(2);
            assertThat(errors).as(option).startsWith("kymograph: " + option).contains("; expected ");
            assertThat(errors.lines()).as(option).hasSize(2);
        }
        for (String option : List.of("--epochs", "--seeds", "--batch-size")) {
            assertThat(call(option, "1.5", "--out", out)).as(option).isEqualTo(2);
            assertThat(errors).as(option).startsWith("kymograph: " + option + " is \"1.5\"; expected ");
        }
        assertThat(call("--lr", "fast", "--out", out)).isEqualTo(2);
        assertThat(errors).startsWith("kymograph: --lr is \"fast\"; expected a number");
        assertThat(call("--lr", "nan", "--out", out)).isEqualTo(2);
        assertThat(call("--lr", "1", "--lr", "2", "--out", out)).isEqualTo(2);
        assertThat(errors).startsWith("kymograph: --lr is given twice; expected once");
        assertThat(folder.resolve("parity")).doesNotExist();
    }

    private int call(String... words) {
        List<Object> all = new ArrayList<>(List.of("train", "sparse-parity"));
        all.addAll(List.of(words));
        Called called = Called.with(all.toArray());
        errors = called.errors();
        return called.code();
    }

    @Test
    void twoNormsAreNotDecidedInSilence() {
        String out = folder.resolve("parity").toString();
        assertThat(run("--use-ln", "--norm", "batch", "--out", out)).isEqualTo(2);
        assertThat(errors).contains("--norm and --use-ln exclude each other");
        assertThat(run("--use-batch-norm", "--norm", "layer", "--out", out)).isEqualTo(2);
        assertThat(errors).contains("--norm and --use-batch-norm exclude each other");
        assertThat(folder.resolve("parity")).doesNotExist();
    }

    @Test
    void aTrainingSaysWhatBecameOfItsRunsAndWhatHadNoEffect() {
        String out = folder.resolve("parity").toString();
        Called called = Called.with(
                "train",
                "sparse-parity",
                "--bits",
                "8",
                "--hidden",
                "16",
                "--train-size",
                "64",
                "--test-size",
                "32",
                "--epochs",
                "3",
                "--seeds",
                "0-1",
                "--batch-size",
                "500",
                "--warmup",
                "10000",
                "--out",
                out);
        assertThat(called.out())
                .contains(
                        "parity: 2 runs (2 done)",
                        "eval_accuracy",
                        "-seed1",
                        "The runs are in " + folder.resolve("parity"));
        assertThat(called.errors())
                .contains("--batch-size is 500, more than the 64 training samples")
                .contains("--warmup is 10,000, and training ends after 3 steps");
    }

    @Test
    void seedLists() {
        assertThat(TrainingOptions.seeds("0-3,2,9")).containsExactly(0, 1, 2, 3, 9);
        assertThatThrownBy(() -> TrainingOptions.seeds("a")).hasMessageContaining("0-11");
        for (String wrong : List.of("", "1,", "1-2-3", "1.5", "0-99999999", "-1", "5-2", "99999999999999999999")) {
            assertThatThrownBy(() -> TrainingOptions.seeds(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("--seeds is \"" + wrong + "\"; expected ");
        }
        assertThatThrownBy(() -> TrainingOptions.seeds("-1")).hasMessageContaining("at least 0");
        assertThatThrownBy(() -> TrainingOptions.seeds("5-2")).hasMessageContaining("2-5");
    }
}

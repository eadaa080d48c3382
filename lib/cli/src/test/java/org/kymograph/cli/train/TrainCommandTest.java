package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        assertThat(errors).contains("--seeds 3-1").doesNotContain("\tat ");
        assertThat(run("--optimizer", "sgdd", "--out", out)).isEqualTo(2);
        assertThat(errors).contains("sgdd", "adamw");
        assertThat(run("--out", out, "--steps", "5")).isEqualTo(2);
        assertThat(run("--out", out, "--eval-every", "1", "--eval-every-steps", "5"))
                .isEqualTo(2);
        assertThat(errors).contains("--eval-every and --eval-every-steps: only one of them");
        assertThat(run("--relevant", "9", "--out", out)).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(run("--out", file.resolve("parity").toString())).isEqualTo(1);
        assertThat(errors).contains("file").doesNotContain("\tat ");
        assertThat(folder.resolve("parity")).doesNotExist();
    }

    @Test
    void seedLists() {
        assertThat(TrainingOptions.seeds("0-3,2,9")).containsExactly(0, 1, 2, 3, 9);
        assertThatThrownBy(() -> TrainingOptions.seeds("a")).hasMessageContaining("0-11");
        assertThatThrownBy(() -> TrainingOptions.seeds("")).isInstanceOf(IllegalArgumentException.class);
    }
}

package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;

class TrainToysCommandsTest {
    @TempDir
    private Path folder;

    @Test
    void tracrPrintsOldAndNewTask() {
        Path runs = folder.resolve("runs");
        Called called = Called.with(
                "train",
                "tracr",
                "--out",
                runs,
                "--rates",
                "0.01",
                "--correlated",
                "0",
                "--seeds",
                "0",
                "--steps",
                "4",
                "--letters",
                "4",
                "--positions",
                "6",
                "--train-size",
                "96",
                "--test-size",
                "30");
        assertThat(called.errors()).isEmpty();
        assertThat(called.code()).isZero();
        assertThat(called.out()).contains("counter").contains("old").contains("published");
        assertThat(runs.resolve("tracr-counter")).isDirectory();
        assertThat(Called.with("train", "tracr", "--out", runs, "--clip", "0").errors())
                .contains("--clip is 0; expected above 0");
    }

    @Test
    void pcfgPretrainsAndNamesWhatIsWrong() {
        Path runs = folder.resolve("runs");
        Called called = Called.with(
                "train",
                "pcfg",
                "--size",
                "TINY",
                "--stage",
                "pretrain",
                "--pretraining",
                "2",
                "--seeds",
                "0",
                "--out",
                runs);
        assertThat(called.code()).isZero();
        assertThat(called.out().lines().filter(l -> l.startsWith("done: ")).count())
                .isEqualTo(3);
        assertThat(Called.with("train", "pcfg", "--stage", "all", "--out", runs).errors())
                .contains("--stage is all; expected pretrain or gates");
        assertThat(Called.with("train", "pcfg", "--size", "TINY", "--pretraining", "0", "--out", runs)
                        .errors())
                .contains("pretraining is 0; expected at least 1");
    }
}

package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;

class TrainToysCommandsTest {
    @TempDir
    private Path folder;

    // A small program on few samples, one seed.
    private static Called tracr(Path runs, String... more) {
        String small = "--correlated 0 --seeds 0 --letters 4 --positions 6 --train-size 96 --test-size 30";
        List<Object> words = new ArrayList<>(List.of("train", "tracr", "--out", runs));
        words.addAll(List.of(small.split(" ", -1)));
        words.addAll(List.of(more));
        return Called.with(words.toArray());
    }

    @Test
    @Tag("slow")
    void tracrPrintsOldAndNewTask() {
        Path runs = folder.resolve("runs");
        Called called = tracr(runs, "--rates", "0.01", "--steps", "4");
        assertThat(called.errors()).isEmpty();
        assertThat(called.code()).isZero();
        assertThat(called.out()).contains("counter").contains("old").contains("published");
        assertThat(runs.resolve("tracr-counter")).isDirectory();
        Called wild = tracr(runs, "--rates", "1e6", "--steps", "20", "--clip", "Infinity");
        assertThat(wild.errors()).contains("1 of 1 run diverged and have no accuracies");
        for (String[] wrong : new String[][] {
            {"--clip", "0", "--clip is 0; expected above 0"},
            {"--rates", "0", "--rates is 0; expected a finite number above 0"},
            {"--correlated", "2", "--correlated is 2; expected 0 to 1"},
            {"--seeds", "3-1", "--seeds is \"3-1\"; expected 1-3, the smaller number first"},
            {"--program", "sorter", "--program is \"sorter\"; expected one of counter, selector"},
            {"--positions", "5000", "--positions is 5000; expected 2 to 300"},
            {"--train-size", "2000000000", "--train-size is 2000000000; expected 1 to 15790320"}
        }) {
            Called misused = Called.with("train", "tracr", "--out", runs, wrong[0], wrong[1]);
            assertThat(misused.errors()).contains(wrong[2]);
            assertThat(misused.code()).isEqualTo(2);
        }
    }

    @Test
    @Tag("slow")
    void pcfgPretrainsAndNamesWhatIsWrong() {
        Path runs = folder.resolve("runs");
        Called called = Called.with(
                "train",
                "pcfg",
                "--size",
                "tiny",
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
                .contains("--stage is \"all\"; expected one of pretrain, gates");
        assertThat(Called.with("train", "pcfg", "--stage", "pretrain", "--medium", "1e-3", "--out", runs)
                        .errors())
                .contains("--medium has no effect with --stage pretrain; expected it to be left out");
        assertThat(Called.with("train", "pcfg", "--size", "tiny", "--pretraining", "0", "--out", runs)
                        .errors())
                .contains("pretraining is 0; expected at least 1");
    }
}

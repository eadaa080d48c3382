package org.kymograph.cli.cartography;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;

class CartographyCommandTest {
    @TempDir
    Path folder;

    private Path inside;

    @BeforeEach
    void writeLog() throws IOException {
        inside = Files.createDirectories(folder.resolve("training_dynamics"));
        for (int e = 0; e < 3; e++) {
            write(e, row(5, e, "0, 1", 1) + row(8, e, e + ", 1", 0));
        }
    }

    private void write(int epoch, String text) throws IOException {
        Files.writeString(inside.resolve("dynamics_epoch_" + epoch + ".jsonl"), text);
    }

    private static String row(int guid, int epoch, String logits, int gold) {
        return "{\"guid\": " + guid + ", \"logits_epoch_" + epoch + "\": [" + logits + "], \"gold\": " + gold + "}\n";
    }

    @Test
    void writesMetricsIntoTheLogsFolder() throws IOException {
        Called called = Called.with("cartography", "metrics", folder);
        assertThat(called.code()).as(called.errors()).isZero();
        assertThat(called.out())
                .contains("2 samples, 3 epochs, 2 classes", "accuracy", "     0     0.813262   0.500000");
        assertThat(Files.readAllLines(folder.resolve("td_metrics.jsonl")))
                .first()
                .asString()
                .isEqualTo("{\"guid\":5,\"index\":0,\"threshold_closeness\":0.1966119332,\"confidence\":0.7310585786,"
                        + "\"variability\":0.0,\"correctness\":3,\"forgetfulness\":0}");
    }

    @Test
    void takesTheOriginalsSpellings() throws IOException {
        Path out = folder.resolve("other.jsonl");
        Called called = Called.with(
                "cartography",
                "metrics",
                "--model_dir",
                folder,
                "--burn_out",
                1,
                "--include_ci",
                "--all-scores",
                "--out",
                out);
        assertThat(called.code()).as(called.errors()).isZero();
        assertThat(Files.readString(out))
                .contains("\"variability\":null")
                .contains("\"aum\":1.0")
                .contains("\"learned_for_good\":0");
    }

    @Test
    void burnOut() {
        assertThat(Called.with("cartography", "metrics", folder, "--burn-out", 0)
                        .code())
                .isEqualTo(2);
        Called many = Called.with("cartography", "metrics", folder, "--burn-out", 100);
        assertThat(many.code()).isEqualTo(1);
        assertThat(many.errors()).contains("has 3 epochs; expected at least the 100 that burn-out asks for");
        assertThat(Called.with("cartography", "metrics", folder, "--burn-out", 100, "--compat")
                        .code())
                .isZero();
    }

    @Test
    void tellsWhatIsLeftOut() throws IOException {
        write(1, row(5, 1, "0, 1", 1) + row(5, 1, "0, 1", 1));
        Files.writeString(inside.resolve("notes.txt"), "mine");
        Called strict = Called.with("cartography", "metrics", folder);
        assertThat(strict.code()).isEqualTo(1);
        assertThat(strict.errors())
                .contains("dynamics_epoch_1.jsonl, line 2: guid 5 comes again after line 1", "--keep-first");
        assertThat(folder.resolve("td_metrics.jsonl")).doesNotExist();
        Called lenient = Called.with("cartography", "metrics", folder, "--keep-first", "--drop-incomplete");
        assertThat(lenient.code()).as(lenient.errors()).isZero();
        assertThat(lenient.out()).contains("1 sample, 3 epochs, 2 classes");
        assertThat(lenient.errors())
                .contains(
                        "1 row left out because their sample has one already",
                        "guid 8 isn't in dynamics_epoch_1.jsonl",
                        "1 other file not read",
                        "notes.txt");
    }

    @Test
    void everyCommandReadsLogsAsTold() throws IOException {
        write(1, row(5, 1, "0, 1", 1) + row(5, 1, "0, 1", 1) + row(8, 1, "0, 1", 0));
        Path out = folder.resolve("out");
        String[][] commands = {
            {"select", "--metric", "confidence", "-f", "1"},
            {"noise", "detect", "--n", "1"},
            {"noise", "inject", "--rate", "1"},
            {"regions", "--proportion", "1"},
            {"metrics"}
        };
        for (String[] command : commands) {
            List<Object> words = new ArrayList<>(List.of("cartography"));
            words.addAll(List.of(command));
            words.addAll(List.of(folder, "--out", out));
            assertThat(Called.with(words.toArray()).errors()).contains("--keep-first");
            words.add("--keep-first");
            Called called = Called.with(words.toArray());
            assertThat(called.code()).as(called.errors()).isZero();
            assertThat(called.errors()).contains("1 row left out");
        }
    }

    @Test
    void wordsAreInSmallLettersOrAnyOther() throws IOException {
        for (int e = 0; e < 3; e++) {
            write(e, row(5, e, "1, 0", 1) + row(8, e, "0, 1", 1));
        }
        Path out = folder.resolve("out.jsonl");
        for (String rule : List.of("epochs", "EPOCHS", "Epochs")) {
            assertThat(Called.with("cartography", "metrics", folder, "--forgetting", rule, "--out", out)
                            .code())
                    .isZero();
            assertThat(Files.readAllLines(out).get(0)).endsWith("\"forgetfulness\":3}");
        }
        assertThat(Called.with("cartography", "metrics", folder, "--forgetting", "never")
                        .errors())
                .contains("--forgetting never: must be one of [thousand, epochs, infinite]");
    }

    @Test
    void isCalledWrongly() {
        assertThat(Called.with("cartography", "metrics").errors()).contains("LOGDIR");
        assertThat(Called.with("cartography", "metrics", folder, "-o", folder).code())
                .isEqualTo(2);
        Called wrong = Called.with("cartography", "metrics", folder.resolve("none"));
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.errors()).contains("there is no such folder");
    }
}

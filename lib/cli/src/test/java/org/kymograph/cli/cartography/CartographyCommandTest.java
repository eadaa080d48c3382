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
                .contains("--forgetting is \"never\"; expected one of thousand, epochs, infinite");
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

    @Test
    void epochsAreReadByNumber() throws IOException {
        Files.move(inside.resolve("dynamics_epoch_0.jsonl"), inside.resolve("other.txt"));
        Called gap = Called.with("cartography", "metrics", folder);
        assertThat(gap.code()).isEqualTo(1);
        assertThat(gap.errors()).contains("it has epochs 1, 2, which are read by number (--epochs");
        for (String epochs : List.of("1-2", "1,2", "2,1", "1-1,2")) {
            Called called = Called.with("cartography", "metrics", folder, "--epochs", epochs);
            assertThat(called.code()).as(called.errors()).isZero();
            assertThat(called.out()).contains("2 samples, 2 epochs");
        }
        for (String epochs : List.of("2-1", "x", "1-", "-1", "", "1,,2")) {
            assertThat(Called.with("cartography", "metrics", folder, "--epochs=" + epochs)
                            .code())
                    .isEqualTo(2);
        }
    }

    @Test
    void oneLogitIsAClassOrARegression() throws IOException {
        for (int e = 0; e < 3; e++) {
            write(e, row(1, e, "8.0", 1) + row(2, e, "-8.0", 0) + row(3, e, "0.2", 1) + row(4, e, "-7.0", 1));
        }
        Called binary = Called.with("cartography", "metrics", folder);
        assertThat(binary.code()).as(binary.errors()).isZero();
        assertThat(binary.out()).contains("4 samples, 3 epochs, 2 classes", "0.750000");
        assertThat(Files.readString(folder.resolve("td_metrics.jsonl")))
                .contains("\"confidence\":0.9996646499", "\"confidence\":0.0009110512");
        Called regression = Called.with("cartography", "metrics", folder, "--one-logit", "regression");
        assertThat(regression.out()).contains("1 output");
        assertThat(Called.with("cartography", "metrics", folder, "--one-logit", "x")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void targetsAreCheckedFirst() throws IOException {
        Path aFolder = Files.createDirectory(folder.resolve("taken"));
        Path aFile = Files.writeString(folder.resolve("afile"), "x");
        Path none = folder.resolve("no log here");
        String[][] commands = {
            {"metrics"},
            {"regions"},
            {"select", "--metric", "confidence", "-f", "1"},
            {"noise", "detect", "--n", "1"},
            {"noise", "inject", "--rate", "1"}
        };
        for (String[] command : commands) {
            List<Object> words = new ArrayList<>(List.of("cartography"));
            words.addAll(List.of(command));
            words.add(none);
            words.add("--out");
            words.add(aFolder);
            Called called = Called.with(words.toArray());
            assertThat(called.code()).isEqualTo(2);
            assertThat(called.errors())
                    .contains("--out is " + aFolder + "; expected the name of a file; it is a folder");
            words.set(words.size() - 1, aFile.resolve("below"));
            assertThat(Called.with(words.toArray()).errors())
                    .contains("expected a path in a folder; " + aFile + " is a file");
        }
        for (String command : List.of("plot", "compare")) {
            List<Object> words = new ArrayList<>(List.of("cartography", command, none, "--plots_dir", aFile));
            if (command.equals("compare")) {
                words.add(2, none);
            }
            Called called = Called.with(words.toArray());
            assertThat(called.code()).isEqualTo(2);
            assertThat(called.errors())
                    .contains("--plots_dir is " + aFile + "; expected the name of a folder; it is a file");
        }
        Called table = Called.with("cartography", "regions", none, "--out", folder.resolve("r"), "--table", aFolder);
        assertThat(table.errors()).contains("--table is " + aFolder + "; expected the name of a file");
    }

    @Test
    void saysWhatWasWrittenAndWhere() throws IOException {
        Path out = folder.resolve("written");
        String[][] commands = {
            {"metrics"},
            {"regions", "--proportion", "1"},
            {"select", "--metric", "confidence", "-f", "1"},
            {"noise", "detect", "--n", "1"},
            {"noise", "inject", "--rate", "1"}
        };
        for (String[] command : commands) {
            List<Object> words = new ArrayList<>(List.of("cartography"));
            words.addAll(List.of(command));
            words.addAll(List.of(folder, "--out", out));
            Called called = Called.with(words.toArray());
            assertThat(called.code()).as(called.errors()).isZero();
            assertThat(called.out().stripTrailing()).endsWith(out.toString());
        }
        Path table = folder.resolve("table.csv");
        assertThat(Called.with("cartography", "regions", folder, "--proportion", "1", "--table", table)
                        .out()
                        .stripTrailing())
                .endsWith(table.toString());
    }

    @Test
    void formulasAreWrittenAsTheyAreOrWithAnApostrophe() throws IOException {
        for (int e = 0; e < 3; e++) {
            StringBuilder rows = new StringBuilder();
            for (String guid : List.of("=HYPERLINK(1)", "@SUM(1)", "+1", "-1", "a=1")) {
                rows.append(row(0, e, "0, 1", 1).replace("\"guid\": 0", "\"guid\": \"" + guid + "\""));
            }
            write(e, rows.toString());
        }
        Path out = folder.resolve("suspects.csv");
        assertThat(Called.with("cartography", "noise", "detect", folder, "--n", 5, "--out", out)
                        .code())
                .isZero();
        assertThat(Files.readString(out)).contains("\n=HYPERLINK(1),").contains("\n@SUM(1),");
        assertThat(Called.with("cartography", "noise", "detect", folder, "--n", 5, "--out", out, "--escape-formulas")
                        .code())
                .isZero();
        assertThat(Files.readString(out)).contains("\n'=HYPERLINK(1),", "\n'@SUM(1),", "\n'+1,", "\n'-1,", "\na=1,");
        Path table = folder.resolve("table.csv");
        Called.with("cartography", "regions", folder, "--proportion", 1, "--table", table, "--escape-formulas");
        assertThat(Files.readString(table)).contains("\n'=HYPERLINK(1),", "\na=1,");
        assertThat(Called.with("cartography", "noise", "detect", "--help").out())
                .contains("--escape-formulas");
    }

    @Test
    void metricsAreProposed() {
        Called called = Called.with(
                "cartography", "select", folder, "--metric", "variabilty", "-f", "1", "--out", folder.resolve("x"));
        assertThat(called.code()).isEqualTo(2);
        assertThat(called.errors()).contains("did you mean 'variability'?");
        called = Called.with(
                "cartography",
                "select",
                folder,
                "--random",
                "--metric",
                "aum",
                "-f",
                "1",
                "--out",
                folder.resolve("x"));
        assertThat(called.code()).isEqualTo(2);
        assertThat(called.errors()).contains("only one of --metric and --random may be given");
        called = Called.with("cartography", "select", folder, "-f", "1", "--out", folder.resolve("x"));
        assertThat(called.errors()).contains("One of --metric and --random must be given");
    }

    @Test
    void unknownWordsAreNotHelped() {
        for (String words :
                List.of("noise corrupt --help", "corrupt --help", "corrupt", "noise corrupt", "noise corrupt x")) {
            Called called = Called.with((Object[]) ("cartography " + words).split(" "));
            assertThat(called.code()).as(words).isEqualTo(2);
            assertThat(called.out()).as(words).isEmpty();
            assertThat(called.errors())
                    .as(words)
                    .startsWith("kymograph: there is no command cartography ")
                    .contains("corrupt");
        }
        assertThat(Called.with("cartography", "noise", "injct", "--help").errors())
                .contains("did you mean 'inject'?");
        assertThat(Called.with("cartography", "noise", "--help").code()).isZero();
        assertThat(Called.with("cartography", "noise", "inject", "--help").code())
                .isZero();
    }
}

package org.kymograph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command line says, whatever the command. */
class VoiceTest {
    @TempDir
    Path folder;

    @Test
    @Tag("slow")
    void aWrongCallIsOneSentenceAndWhereToReadMore() {
        String[][] wrong = {
            {"frobnicate", "there is no command frobnicate; expected one of train, stats, "},
            {"trian", "there is no command trian; did you mean 'train'?"},
            {"train", "kymograph train needs a word more; expected one of sparse-parity, "},
            {"train mnits", "there is no command train mnits; did you mean 'mnist'?"},
            {"train sparse-parity", "--out is missing"},
            {"train sparse-parity --out", "--out has no value; expected DIR"},
            {"train sparse-parity --out x --epochs 1.5", "--epochs is \"1.5\"; expected a whole number"},
            {"train sparse-parity --out x --num_epochs ten", "--epochs is \"ten\"; expected a whole number"},
            {"train sparse-parity --out x --lr fast", "--lr is \"fast\"; expected a number"},
            {"train sparse-parity --out x --epoks 3", "there is no option --epoks; did you mean '--epochs'?"},
            {
                "train sparse-parity --out x --preset papper",
                "--preset is \"papper\"; expected one of paper, stabilised; did you mean 'paper'?"
            },
            {"stats", "--out, CHECKPOINT are missing"},
            {"cartography noise corrupt --help", "there is no command cartography noise corrupt; expected one of "},
            {"help nothing", "there is no command nothing; expected one of "},
            {"help train nothing", "there is no command train nothing; expected one of sparse-parity, "},
            {"help stats nothing", "there is no command stats nothing; it has no further words"},
        };
        for (String[] each : wrong) {
            Called called = Called.with((Object[]) each[0].split(" "));
            assertThat(called.code()).as(each[0]).isEqualTo(2);
            List<String> lines = called.errors().lines().toList();
            assertThat(lines.get(0)).as(each[0]).startsWith("kymograph: " + each[1]);
            assertThat(lines).as(each[0]).hasSize(2);
            assertThat(lines.get(1)).as(each[0]).startsWith("Try kymograph").endsWith(" --help");
            assertThat(called.out()).as(each[0]).isEmpty();
        }
        assertThat(Path.of("x")).doesNotExist();
    }

    @Test
    void runsAreNotTrainedIntoAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("afile"), "x");
        for (Path out : List.of(file, file.resolve("deeper"))) {
            Called called = Called.with("train", "sparse-parity", "--epochs", 1, "--out", out);
            assertThat(called.code()).isEqualTo(1);
            assertThat(called.errors()).contains("is a file; expected a folder").hasLineCount(1);
        }
    }

    @Test
    @Tag("slow")
    void nothingFromAFileActsOnATerminal() throws IOException {
        Path table = Files.writeString(
                folder.resolve("t.csv"),
                "run,a,b\n" + "\"\u001b]0;PWNED\u0007\u202e\",1,2\n\"\u001b]0;PWNED\u0007\u202e\",2,1\n");
        Called called = Called.with("hmm", "fit", table, "--states", 1, "--out", folder.resolve("m.json"));
        assertThat(called.errors()).contains("?]0;PWNED??").doesNotContain("\u001b", "\u0007", "\u202e");
        Path log = Files.createDirectories(folder.resolve("training_dynamics"));
        String row = "{\"guid\":\"\\u001b[31m\\u0007x\",\"logits_epoch_0\":[1,0],\"gold\":0}\n";
        Files.writeString(log.resolve("dynamics_epoch_0.jsonl"), row + row);
        called = Called.with("cartography", "metrics", folder, "--keep-first", "--out", folder.resolve("m.jsonl"));
        assertThat(called.errors()).contains("guid ?[31m?x").doesNotContain("\u001b", "\u0007");
        assertThat(Called.with("help").out()).doesNotContain("\u001b");
    }

    @Test
    @Tag("slow")
    void missingFilesAreToldInTheSameWords() {
        for (String command : List.of(
                "bake nowhere.ipynb", "export nowhere.ipynb --out page.html", "stats nowhere.pt --out s.json")) {
            Called called = Called.with((Object[]) command.split(" "));
            assertThat(called.code()).as(command).isEqualTo(1);
            assertThat(called.errors())
                    .as(command)
                    .startsWith("kymograph: nowhere.")
                    .contains(": there is no such file");
        }
    }

    @Test
    @Tag("slow")
    void helpOfEveryCommandIsItsUsage() {
        for (List<String> words : commands(Main.commands(), List.of())) {
            List<Object> help = new ArrayList<>(List.of("help"));
            help.addAll(words);
            List<Object> usage = new ArrayList<>(words);
            usage.add("--help");
            Called called = Called.with(help.toArray());
            assertThat(called.code()).as(words.toString()).isZero();
            assertThat(called.out())
                    .as(words.toString())
                    .contains("Usage: ")
                    .isEqualTo(Called.with(usage.toArray()).out());
        }
    }

    private static List<List<String>> commands(CommandLine command, List<String> path) {
        List<List<String>> all = new ArrayList<>(List.of(path));
        command.getSubcommands().forEach((name, sub) -> {
            List<String> longer = new ArrayList<>(path);
            longer.add(name);
            all.addAll(commands(sub, longer));
        });
        return all;
    }

    @Test
    void optionsOfTrainingsStandUnderHeadingsWithTheirDefaults() {
        String help = Called.with("help", "train", "sparse-parity").out();
        assertThat(help)
                .containsSubsequence(
                        "Runs:",
                        "--out",
                        "Data:",
                        "--train-size",
                        "Task and network:",
                        "--bits",
                        "Length and batches:",
                        "--epochs",
                        "Optimizer:",
                        "--lr",
                        "What is kept:",
                        "--eval-every",
                        "Defaults:",
                        "paper",
                        "stabilised");
        assertThat(help).containsPattern("--epochs +300 +30").containsPattern("--optimizer +sgd +adamw");
        for (String each : List.of("modular-addition", "mnist", "fashion-mnist", "cifar100")) {
            assertThat(Called.with("help", "train", each).out()).as(each).contains("Defaults:", "--batch-size");
        }
    }

    @Test
    void theLibrarysHelpNamesTheLaunchersWords() throws IOException {
        String text = Files.readString(Path.of("../../kymograph"));
        String words = text.substring(text.indexOf("words() {"), text.indexOf("END\n}", text.indexOf("words() {")));
        String help = Called.with("help").out();
        Matcher word = Pattern.compile("(?m)^  ([a-z][a-z-]*)").matcher(words);
        int checked = 0;
        while (word.find()) {
            assertThat(help).containsPattern("\\b" + word.group(1) + "\\b");
            checked++;
        }
        assertThat(checked).isGreaterThan(5);
    }

    @Test
    void aTargetThatCannotBeWrittenIsToldBeforeTheWork() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (Path out : List.of(folder, file.resolve("below.json"))) {
            Called called = Called.with("stats", folder.resolve("absent.safetensors"), "--out", out);
            assertThat(called.code()).isEqualTo(1);
            assertThat(called.errors()).startsWith("kymograph: " + out + ": ").doesNotContain("absent");
        }
    }
}

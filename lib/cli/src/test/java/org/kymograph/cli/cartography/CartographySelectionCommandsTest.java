package org.kymograph.cli.cartography;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.noise.NoisyLabels;
import org.kymograph.cartography.select.Regions;
import org.kymograph.cartography.select.Regions.Region;
import org.kymograph.cli.Called;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.Tables;
import tech.tablesaw.api.Table;

class CartographySelectionCommandsTest {
    private static final int N = 40;

    @TempDir
    Path folder;

    private Path log;
    private Path metrics;

    /** Sample 100 + i has class i % 2; of 40 every tenth is never learned, the others are the surer the larger i is. */
    @BeforeEach
    void write() throws IOException {
        log = folder.resolve("run");
        Path dynamics = Files.createDirectories(log.resolve("training_dynamics"));
        for (int e = 0; e < 3; e++) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < N; i++) {
                double right = i % 10 == 3 ? -3 - e : .1 * i + e * (i % 7) / 7.0;
                lines.add("{\"guid\": " + (100 + i) + ", \"logits_epoch_" + e + "\": ["
                        + (i % 2 == 0 ? right : 0.0) + ", " + (i % 2 == 0 ? 0.0 : right) + "], \"gold\": " + i % 2
                        + ", \"device\": \"cpu\"}");
            }
            Files.write(dynamics.resolve("dynamics_epoch_" + e + ".jsonl"), lines);
        }
        metrics = folder.resolve("td_metrics.jsonl");
        SampleMetrics.of(Dynamics.read(log)).write(metrics);
    }

    private static Called run(Object... words) {
        Object[] all = new Object[words.length + 1];
        all[0] = "cartography";
        System.arraycopy(words, 0, all, 1, words.length);
        return Called.with(all);
    }

    private static Called done(Object... words) {
        Called called = run(words);
        assertThat(called.errors()).isEmpty();
        assertThat(called.code()).isZero();
        return called;
    }

    @Test
    void selectListsTheMostValuable() throws IOException {
        Path out = folder.resolve("selected.txt");
        Called called = done("select", metrics, "--metric", "confidence", "--fraction", ".1", "--out", out);
        assertThat(called.out()).isEqualToIgnoringNewLines("4 of 40 samples" + out);
        assertThat(Files.readAllLines(out)).containsExactlyInAnyOrder("103", "113", "123", "133");
        done("select", metrics, "--metric", "confidence", "--fraction", ".1", "--compat", "--out", out);
        assertThat(Files.readAllLines(out)).hasSize(5);
        done("select", metrics, "--metric", "confidence", "--worst", "--both_ends", "-f", ".1", "--out", out);
        assertThat(Files.readAllLines(out)).hasSize(4).containsAnyOf("103", "113", "123", "133");
        assertThat(done("select", log, "--metric", "aum", "--balanced", "-f", ".1", "--out", out)
                        .out())
                .contains("class 0: 2", "class 1: 2");
        done("select", metrics, "--labels", log, "--metric", "confidence", "--balanced", "-f", ".1", "--out", out);
        assertThat(Files.readAllLines(out).stream()
                        .mapToInt(Integer::parseInt)
                        .filter(i -> i % 2 == 0)
                        .count())
                .isEqualTo(2);
    }

    @Test
    void selectTakesBandsRandomPartsAndScores() throws IOException {
        Path out = folder.resolve("selected.jsonl");
        done("select", metrics, "--metric", "confidence", "--band", ".6,.8", "--out", out);
        GuidFiles.Scores scores = GuidFiles.readScores(out, "confidence");
        assertThat(scores.values())
                .isNotEmpty()
                .isSorted()
                .satisfies(v -> assertThat(v[0]).isGreaterThan(.6), v -> assertThat(v[v.length - 1])
                        .isLessThan(.8));
        Path list = folder.resolve("a.txt");
        done("select", metrics, "--random", "--seed", "3", "--fraction", ".5", "--out", list);
        List<String> first = Files.readAllLines(list);
        assertThat(first).hasSize(20).doesNotHaveDuplicates();
        Path rest = folder.resolve("b.txt");
        done("select", metrics, "--metric", "variability", "--without", list, "--fraction", ".5", "--out", rest);
        assertThat(Files.readAllLines(rest)).hasSize(20).doesNotContainAnyElementsOf(first);
        Path jsonl = folder.resolve("a.jsonl");
        done("select", metrics, "--metric", "variability", "--fraction", ".5", "--out", jsonl);
        done("select", metrics, "--metric", "variability", "--without", jsonl, "--fraction", ".5", "--out", list);
        List<String> most =
                IntStream.range(0, 20).mapToObj(GuidFiles.read(jsonl)::text).toList();
        assertThat(Files.readAllLines(list)).hasSize(20).doesNotContainAnyElementsOf(most);
        done(
                "select",
                metrics,
                "--metric",
                "confidence",
                "--worst",
                "--fraction",
                ".5",
                "--skip-first",
                ".1",
                "--out",
                list);
        assertThat(Files.readAllLines(list)).hasSize(18);
    }

    @Test
    void labelsComeFromTextsToo() throws IOException {
        List<String> lines = new ArrayList<>(List.of("guid,sentence,label"));
        for (int i = N - 1; i >= 0; i--) {
            lines.add((100 + i) + ",text " + i + "," + (i < 10 ? "a" : "b"));
        }
        Path texts = Files.write(folder.resolve("train.csv"), lines);
        Path out = folder.resolve("selected.txt");
        assertThat(done(
                                "select",
                                metrics,
                                "--labels",
                                texts,
                                "--metric",
                                "confidence",
                                "--balanced",
                                "-f",
                                ".2",
                                "--out",
                                out)
                        .out())
                .contains("class 0: 4", "class 1: 4");
        Path suspects = folder.resolve("suspects.csv");
        done("noise", "detect", metrics, "--n", "4", "--texts", texts, "--out", suspects);
        Table table = Tables.readCsv(suspects);
        assertThat(table.columnNames()).containsExactly("guid", "suspicion", "text");
        for (int k = 0; k < 4; k++) {
            assertThat(table.stringColumn("text").get(k))
                    .isEqualTo("text " + (table.longColumn("guid").get(k) - 100));
        }
    }

    @Test
    void rowsOfTasksGetTheGuidsOfTheOriginal() throws IOException {
        Path data = Files.createDirectories(folder.resolve("QNLI"));
        Path tsv = Files.writeString(
                data.resolve("train.tsv"),
                "index\tquestion\tsentence\tlabel\n" + "7\tq\ts\tentailment\n9\tq\ts\tnot_entailment\n");
        Path out = folder.resolve("noise.jsonl");
        for (String[] way : new String[][] {{"digits", "73", "93"}, {"ID", "7", "9"}, {"ROW", "0", "1"}}) {
            done(
                    "noise", "inject", tsv, "--task", "qnli", "--guids", way[0], "--rate", "1", "--kind", "binary",
                    "--out", out);
            assertThat(NoisyLabels.read(out).guids())
                    .isEqualTo(Guids.of(Long.parseLong(way[1]), Long.parseLong(way[2])));
            assertThat(NoisyLabels.read(out).assigned()).containsExactly(1, 0);
        }
    }

    @Test
    void regionsAreWrittenAndTheirOverlapsTold() {
        Called called =
                done("regions", log, "--proportion", ".2", "--burn-out", "2", "--table", folder.resolve("r.csv"));
        assertThat(called.out())
                .contains("40 samples, 8 in each region", "hard and easy share 0", "hard and ambiguous share");
        Path file = log.resolve("three_regions_data_indices.json");
        Guids guids = Dynamics.read(log).guids();
        SampleMetrics two = SampleMetrics.of(Dynamics.read(log).upTo(2));
        assertThat(Regions.read(file, guids).hard())
                .containsExactlyInAnyOrder(Regions.of(two, .2).hard());
        Table table = Tables.readCsv(folder.resolve("r.csv"));
        assertThat(table.rowCount()).isEqualTo(N);
        assertThat(table.stringColumn("region").asSet()).contains("none", "hard", "easy");
        assertThat(done("regions", log, "--exclusive", "--out", folder.resolve("x.json"))
                        .out())
                .contains("13 in each region", "hard and ambiguous share 0", "easy and ambiguous share 0");
        assertThat(Regions.read(folder.resolve("x.json"), guids).of(Region.NONE))
                .hasSize(1);
    }

    @Test
    void noiseIsInjectedAndFound() throws IOException {
        Path noise = folder.resolve("noise.jsonl");
        assertThat(done("noise", "inject", log, "--rate", ".1", "--seed", "2", "--out", noise)
                        .out())
                .contains("4 of 40 labels changed");
        assertThat(NoisyLabels.read(noise).size()).isEqualTo(4);
        done("noise", "inject", log, "--kind", "easiest", "--metrics", metrics, "--rate", ".05", "--out", noise);
        done("select", metrics, "--metric", "confidence", "--worst", "-f", ".05", "--out", folder.resolve("easy.txt"));
        assertThat(Files.readAllLines(folder.resolve("easy.txt")))
                .containsExactlyInAnyOrder(
                        NoisyLabels.read(noise).guids().text(0),
                        NoisyLabels.read(noise).guids().text(1));
        Path matrix = Files.writeString(folder.resolve("matrix.json"), "[[1, 0], [1, 0]]");
        assertThat(done("noise", "inject", log, "--kind", "MATRIX", "--matrix", matrix, "--out", noise)
                        .out())
                .contains("20 of 40");
        // The truth of this log: what was never learned.
        new NoisyLabels(Guids.of(103, 113, 123, 133), new int[4], new int[] {1, 1, 1, 1}).write(noise);
        Path out = folder.resolve("suspects.csv");
        for (Object[] how : new Object[][] {{"--method", "top"}, {"--method", "threshold", "--limit", ".3"}}) {
            Object[] words = {"noise", "detect", metrics, "--truth", noise, "--out", out};
            Object[] all = Arrays.copyOf(words, words.length + how.length);
            System.arraycopy(how, 0, all, words.length, how.length);
            Called called = done(all);
            assertThat(called.out())
                    .contains("4 of 40 samples suspect", "whole set      1.0000     1.0000     1.0000", "AUROC 1.0000");
            assertThat(Tables.readCsv(out).longColumn("guid").asList())
                    .containsExactlyInAnyOrder(103L, 113L, 123L, 133L);
        }
        // Fitted on two wrong labels only, its threshold is rough.
        assertThat(done(
                                "noise",
                                "detect",
                                metrics,
                                "--method",
                                "LOGISTIC",
                                "--metric",
                                "confidence,variability",
                                "--truth",
                                noise,
                                "--out",
                                out)
                        .out())
                .contains("balanced       1.0000     1.0000     1.0000", "AUROC 1.0000");
        assertThat(done("noise", "detect", log, "--method", "CONFIDENT", "--epoch", "0", "--truth", noise, "--out", out)
                        .out())
                .contains("confident learning, epoch 0: ");
        // Of two classes the other one is suggested; gold is the log's.
        done("noise", "detect", log, "--n", "4", "--out", out);
        Table suspects = Tables.readCsv(out);
        assertThat(suspects.columnNames()).containsExactly("guid", "suspicion", "gold", "suggested");
        for (int k = 0; k < 4; k++) {
            long gold = suspects.longColumn("guid").get(k) % 2;
            assertThat(suspects.longColumn("gold").get(k)).isEqualTo(gold);
            assertThat(suspects.longColumn("suggested").get(k)).isEqualTo(1 - gold);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select METRICS --fraction .5 --out OUT|2|One of --metric and --random",
                "select METRICS --metric confidence --out OUT|2|--fraction",
                "select METRICS --metric zeal -f .5 --out OUT|2|'zeal'",
                "select METRICS --metric confidence -f 2 --out OUT|2|--fraction is 2; expected above 0 to 1",
                "select METRICS --metric aum -f .5 --out OUT|2|aum",
                "select METRICS --metric confidence --band 1 --out OUT|2|LOW,HIGH",
                "select METRICS --metric confidence --balanced -f .5 --out OUT|2|classes are unknown",
                "select absent.jsonl --metric confidence -f .5 --out OUT|1|absent.jsonl",
                "regions LOG --proportion 0 --out OUT|2|--proportion is 0; expected above 0 to 1",
                "noise inject LOG --out OUT|2|--kind uniform needs --rate",
                "noise inject LOG --rate .1 --matrix x --out OUT|2|--kind uniform doesn't take --matrix",
                "noise inject x.tsv --rate .1 --out OUT|2|--task is missing",
                "noise detect METRICS --out OUT|2|--method top needs --n",
                "noise detect METRICS --method THRESHOLD --out OUT|2|--limit",
                "noise detect METRICS --method CONFIDENT --out OUT|2|needs a log's folder",
                "noise detect METRICS --n 3 --metric confidence,variability --out OUT|2|takes one --metric",
                "select METRICS --random --worst -f .5 --out OUT|2|--random has no order for --worst",
                "select METRICS --metric confidence --seed 3 -f .5 --out OUT|2|--seed is for --random",
                "select METRICS --metric confidence -f .01 --out OUT|2|nothing is selected of 40 samples",
                "regions LOG --proportion .01 --out OUT|2|less than one",
                "noise detect METRICS --n 3 --limit 1 --out OUT|2|--method top doesn't take --limit",
                "noise detect LOG --method confident --metric aum --out OUT|2|--method confident doesn't take --metric",
                "noise detect METRICS --n 3 --seed 1 --out OUT|2|--seed is for --truth",
                "noise detect METRICS --n 3 --burn-out 1 --out OUT|2|--burn-out needs a log",
                "noise detect LOG --method guess --out OUT|2|top, threshold, logistic, confident"
            })
    void wrongCallsAreOneSentenceAndWriteNothing(String words, int code, String message) {
        Path out = folder.resolve("out.txt");
        Called called = run((Object[]) words.replace("METRICS", metrics.toString())
                .replace("LOG", log.toString())
                .replace("OUT", out.toString())
                .split(" "));
        assertThat(called.code()).isEqualTo(code);
        assertThat(called.errors()).contains(message);
        assertThat(out).doesNotExist();
    }
}

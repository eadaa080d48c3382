package org.kymograph.cli.states;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.cli.Main;
import org.kymograph.record.files.Tables;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

class HmmMapCommandTest {
    private static final int RUNS = 8;

    @TempDir
    Path folder;

    @BeforeEach
    void writeRuns() {
        for (int run = 0; run < RUNS; run++) {
            RandomGenerator random = Streams.of(run, "map");
            Table table = Table.create(
                    "run",
                    IntColumn.create("epoch"),
                    DoubleColumn.create("l1"),
                    DoubleColumn.create("eval_loss"),
                    DoubleColumn.create("eval_accuracy"));
            for (int t = 0; t < 40; t++) {
                int state = t < 10 ? 0 : t < 20 + run ? 1 : 2;
                table.intColumn("epoch").append(10 * t);
                table.doubleColumn("l1").append(10 * state + Streams.gaussian(random));
                table.doubleColumn("eval_loss").append(2 - state);
                table.doubleColumn("eval_accuracy").append(state == 2 ? 0.95 : 0.5);
            }
            Tables.writeCsv(folder.resolve("runs").resolve("seed" + run + ".csv"), table);
        }
        assertThat(Main.run("hmm", "fit", data(), "--states", "3", "--features", "l1", "--out", model()))
                .isZero();
    }

    private String data() {
        return folder.resolve("runs").toString();
    }

    private String model() {
        return folder.resolve("model.json").toString();
    }

    @Test
    @Tag("slow")
    void writesAPageThatNeedsNothingElse() throws IOException {
        Path page = folder.resolve("map.html");
        assertThat(Main.run("hmm", "map", model(), data(), "--renumber", "--out", page.toString()))
                .isZero();
        String html = Files.readString(page);
        assertThat(html)
                .contains(
                        "Training map: 8 runs, 3 states",
                        "States of all runs",
                        "validation loss",
                        "0→1→2",
                        "kymograph-plotly",
                        "8/8",
                        "converge at epoch 235 ± ",
                        "epoch")
                .doesNotContain("src=\"http")
                .doesNotContain("href=\"http");
    }

    @Test
    @Tag("slow")
    void asksForALossBelowAThreshold() throws IOException {
        Path page = folder.resolve("map.html");
        assertThat(Main.run(
                        "hmm",
                        "map",
                        model(),
                        data(),
                        "--renumber",
                        "--metric",
                        "eval_loss",
                        "--threshold",
                        "1.5",
                        "--below",
                        "--labels",
                        "0",
                        "--out",
                        page.toString()))
                .isZero();
        assertThat(Files.readString(page)).contains("converge at epoch 100 ± 0").doesNotContain("that decide it");
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(Main.run(
                        "hmm",
                        "map",
                        model(),
                        data(),
                        "--metric",
                        "accuracy",
                        "--out",
                        folder.resolve("map.html").toString()))
                .isEqualTo(2);
        assertThat(Main.run(
                        "hmm",
                        "map",
                        model(),
                        data(),
                        "--labels",
                        "9",
                        "--out",
                        folder.resolve("map.html").toString()))
                .isEqualTo(2);
        assertThat(folder.resolve("map.html")).doesNotExist();
    }

    @Test
    @Tag("slow")
    void inventsNoConvergence() throws IOException {
        Path page = folder.resolve("map.html");
        assertThat(Main.run("hmm", "map", model(), data(), "--threshold", "200", "--out", page.toString()))
                .isZero();
        assertThat(Files.readString(page))
                .contains("Training map: 8 runs, 3 states, none converges", "not converged")
                .doesNotContain("R² NaN", "conv. 400", "conv. NaN");
    }
}

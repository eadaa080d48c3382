package org.kymograph.cli.states;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.cli.Called;
import org.kymograph.cli.Main;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.Tables;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

class HmmRegressCommandTest {
    private static final int RUNS = 12;
    private static final int ROWS = 60;

    @TempDir
    Path folder;

    /** Runs that memorise at row 10 and generalise when they have; the later, the longer they stay in between. */
    @BeforeEach
    void writeRuns() {
        for (int run = 0; run < RUNS; run++) {
            RandomGenerator random = Streams.of(run, "regress");
            int converge = 15 + 3 * run;
            Table table = Table.create(
                    "run",
                    IntColumn.create("step"),
                    DoubleColumn.create("l1"),
                    DoubleColumn.create("l2"),
                    DoubleColumn.create("eval_accuracy"));
            for (int t = 0; t < ROWS; t++) {
                int state = t < 10 ? 0 : t < converge ? 1 : 2;
                table.intColumn("step").append(t);
                table.doubleColumn("l1").append(10 * state + Streams.gaussian(random));
                table.doubleColumn("l2").append(state == 1 ? 30 + Streams.gaussian(random) : Streams.gaussian(random));
                table.doubleColumn("eval_accuracy").append(state == 2 ? 0.95 : 0.5);
            }
            Tables.writeCsv(folder.resolve("runs").resolve("seed" + run + ".csv"), table);
        }
        assertThat(Main.run(
                        "hmm",
                        "fit",
                        data(),
                        "--states",
                        "3",
                        "--covariance",
                        "diag",
                        "--features",
                        "l1,l2",
                        "--out",
                        model()))
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
    void writesWhatExplainsConvergence() {
        Path out = folder.resolve("out");
        assertThat(Main.run(
                        "hmm",
                        "regress",
                        model(),
                        data(),
                        "--metric",
                        "eval_accuracy",
                        "--threshold",
                        "0.9",
                        "--out",
                        out.toString()))
                .isZero();
        assertThat(Called.with("hmm", "regress", model(), data(), "--out", out).out())
                .contains("regression.json and 15 CSVs: " + out.toAbsolutePath());
        ObjectNode json = Json.readObject(out.resolve("regression.json"));
        assertThat(json.get("rSquared").asDouble()).isGreaterThan(0.99);
        assertThat(json.get("modelDegreesOfFreedom").asInt())
                .as("state 0 lasts as long in every run")
                .isBetween(1, 2);
        assertThat(json.at("/convergence/seed4").asInt()).isEqualTo(27);
        assertThat(json.at("/settings/metric").asText()).isEqualTo("eval_accuracy");
        assertThat(json.at("/dissimilarity/paper").asDouble()).isPositive();
        assertThat(Tables.readCsv(out.resolve("paths.csv")).rowCount()).isEqualTo(1);
        assertThat(Tables.readCsv(out.resolve("transition-features.csv")).rowCount())
                .isEqualTo(4);
        assertThat(Tables.readCsv(out.resolve("convergence.csv")).rowCount()).isEqualTo(RUNS);
    }

    @Test
    void countsTheFirstRowsOnly() {
        Path out = folder.resolve("out");
        assertThat(Main.run("hmm", "regress", model(), data(), "--num-iters", "20", "--out", out.toString()))
                .isZero();
        assertThat(Json.readObject(out.resolve("regression.json"))
                        .get("rSquared")
                        .asDouble())
                .isLessThan(0.9);
        assertThat(Main.run("hmm", "regress", model(), data(), "--num-iters", "0", "--out", out.toString()))
                .isEqualTo(2);
    }

    @Test
    void saysWhatIsWrong() {
        Path out = folder.resolve("out");
        assertThat(errors("--metric", "accuracy", "--out", out.toString()))
                .contains("run 'seed0' has no column 'accuracy'");
        Called none = Called.with("hmm", "regress", model(), data(), "--threshold", "0.99", "--out", out);
        assertThat(none.code()).as("the call is right, the data aren't").isEqualTo(1);
        assertThat(none.errors())
                .contains(
                        "no run converges: 'eval_accuracy' is never above 0.99; choose another --threshold or --metric");
        assertThat(errors("--metric", "eval_accuracy")).contains("--out");
        assertThat(Files.exists(out)).as("nothing was written").isFalse();
    }

    private String errors(String... more) {
        List<String> all = new ArrayList<>(List.of("hmm", "regress", model(), data()));
        all.addAll(List.of(more));
        Called called = Called.with(all.toArray());
        assertThat(called.code()).isEqualTo(2);
        return called.errors();
    }
}

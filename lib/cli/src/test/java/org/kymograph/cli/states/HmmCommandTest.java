package org.kymograph.cli.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.Tables;
import tech.tablesaw.api.Table;

class HmmCommandTest {
    @TempDir
    Path folder;

    private Path data;
    private Path model;
    private String out;
    private String errors;

    /** Twelve runs that step from one place to another and on to a third. */
    @BeforeEach
    void writeRuns() throws IOException {
        data = folder.resolve("all.csv");
        model = folder.resolve("model.json");
        Random random = new Random(1);
        StringBuilder text = new StringBuilder("run,step,x,y\n");
        for (int run = 0; run < 12; run++) {
            int first = 5 + random.nextInt(10);
            for (int t = 0; t < 40; t++) {
                int state = t < first ? 0 : t < 25 ? 1 : 2;
                text.append("r")
                        .append(run)
                        .append(',')
                        .append(t)
                        .append(',')
                        .append(3 * state + 0.3 * random.nextGaussian())
                        .append(',')
                        .append((state == 1 ? 4 : 0) + 0.3 * random.nextGaussian())
                        .append('\n');
            }
        }
        Files.writeString(data, text);
    }

    private int run(Object... words) {
        Called called = Called.with(
                Stream.concat(Stream.of("hmm"), Arrays.stream(words)).toArray());
        out = called.out();
        errors = called.errors();
        return called.code();
    }

    @Test
    void selectsFitsAndDecodes() {
        Path dir = folder.resolve("selected");
        assertThat(run("select", data, "--max-states", 4, "--no-standardize", "--out", dir))
                .as(errors)
                .isZero();
        assertThat(out).contains("3 states have the smallest BIC");
        assertThat(Json.read(dir.resolve("selection.json")).get("chosen").asInt())
                .isEqualTo(3);

        assertThat(run("fit", data, "--states", 3, "--out", model)).as(errors).isZero();
        JsonNode fitted = Json.read(model);
        assertThat(fitted.get("features").toString()).isEqualTo("[\"x\",\"y\"]");
        assertThat(fitted.get("paths").get("r3").size()).isEqualTo(40);
        assertThat(fitted.get("covars").get(2).get(1).size()).isEqualTo(2);

        assertThat(run("decode", model, data, "--posteriors", "--out", folder.resolve("decoded")))
                .as(errors)
                .isZero();
        for (int run = 0; run < 12; run++) {
            Table table = Tables.readCsv(folder.resolve("decoded/r" + run + ".csv"));
            assertThat(table.columnNames())
                    .containsExactly(
                            "run", "step", "x", "y", "latent_state", "posterior_0", "posterior_1", "posterior_2");
            for (int t = 0; t < 40; t++) {
                int state = (int) table.longColumn("latent_state").getLong(t);
                assertThat(state)
                        .isEqualTo(fitted.get("paths").get("r" + run).get(t).asInt());
                assertThat(state)
                        .isEqualTo((int) Math.round(table.doubleColumn("x").getDouble(t) / 3));
            }
        }
    }

    /** One Gaussian's start, so that one update gives the mean, and the covariance with 0.01 / n on every element. */
    @Test
    void startsFromAGivenModel() throws IOException {
        Path init = Files.writeString(
                folder.resolve("init.json"),
                "{\"startprob\": [1], \"transmat\": [[1]], " + "\"means\": [[5, 5]], \"covars\": [[[1, 0], [0, 1]]]}");
        assertThat(run(
                        "fit",
                        data,
                        "--init",
                        init,
                        "--covariance",
                        "full",
                        "--iterations",
                        1,
                        "--tolerance",
                        "none",
                        "--no-standardize",
                        "--features",
                        "y,x",
                        "--out",
                        model))
                .as(errors)
                .isZero();
        Table all = Tables.readCsv(data);
        JsonNode fitted = Json.read(model);
        assertThat(fitted.get("means").get(0).get(0).asDouble())
                .isCloseTo(all.doubleColumn("y").mean(), within(1e-9));
        assertThat(fitted.get("covars").get(0).get(0).get(0).asDouble())
                .isCloseTo(all.doubleColumn("y").populationVariance() + 0.01 / 480, within(1e-9));
        assertThat(fitted.get("history").size()).isEqualTo(1);
        assertThat(fitted.get("standardized").asBoolean()).isFalse();

        Path again = folder.resolve("again.json");
        assertThat(run("fit", data, "--init", model, "--no-standardize", "--out", again))
                .as(errors)
                .isZero();
        assertThat(Json.read(again).get("features").toString()).isEqualTo("[\"y\",\"x\"]");
        assertThat(run("fit", data, "--init", model, "--features", "x,y", "--out", again))
                .isEqualTo(2);
        assertThat(errors).contains("--features is \"x,y\"; expected y,x, as the start in " + model + " has");
        assertThat(run("fit", data, "--init", init, "--seed", 3, "--out", model))
                .isEqualTo(2);
        assertThat(errors).contains("--seed is 3; expected no --seed with --init");
        assertThat(run("fit", data, "--init", init, "--states", 2, "--out", model))
                .isEqualTo(2);
        assertThat(errors).contains("--states is 2; expected 1, as the start in " + init + " has");
        assertThat(run("fit", data, "--init", init, "--covariance", "diag", "--out", model))
                .isEqualTo(1);
        assertThat(errors).contains("covars[0][0] is [1,0]; expected a finite number");
    }

    @Test
    void tellsOfOtherSeparatorsAndOfTextsWhereNumbersAreWanted() throws IOException {
        Path file = Files.writeString(folder.resolve("semi.csv"), "run;a\nr;1\nr;2\n");
        assertThat(run("fit", file, "--states", 1, "--out", model)).isEqualTo(1);
        assertThat(errors).contains("separated by semicolons; expected commas");
        Files.writeString(file, "run,a\nr,\"1,5\"\nr,\"2,5\"\n");
        assertThat(run("fit", file, "--states", 1, "--out", model)).isEqualTo(1);
        assertThat(errors).contains("a (not numeric)");
    }

    @Test
    void answersWithItsExitCode() throws IOException {
        assertThat(run("fit", folder.resolve("none.csv"), "--states", 2, "--out", model))
                .isEqualTo(1);
        assertThat(errors).contains("none.csv");
        assertThat(run("fit", data, "--states", 2, "--features", "x,l1", "--out", model))
                .isEqualTo(1);
        assertThat(errors).contains("run 'r0' has no column 'l1'");
        assertThat(run("fit", data, "--out", model)).isEqualTo(2);
        assertThat(run("fit", data, "--states", 2, "--covariance", "round", "--out", model))
                .isEqualTo(2);
        assertThat(run("fit", data, "--states", 2, "--tolerance", "some", "--out", model))
                .isEqualTo(2);
        assertThat(run("fit", data, "--states", 481, "--out", model)).isEqualTo(2);
        assertThat(errors).contains("states is 481; expected at most 480, the number of rows");
        assertThat(model).doesNotExist();
        Path one = folder.resolve("one");
        Files.createDirectories(one);
        Files.writeString(one.resolve("r.csv"), "step,x\n1,1\n2,3\n3,2\n");
        assertThat(run("select", one, "--max-states", 1, "--out", folder.resolve("s")))
                .isEqualTo(2);
        assertThat(errors).contains("there is only one run, 'r'");
        Files.writeString(one.resolve("gap.csv"), "step,x\n1,1\n2,\n");
        assertThat(run("fit", one, "--states", 1, "--out", model)).isZero();
        assertThat(errors).contains("run 'gap' was dropped: column 'x', row 2");
    }

    @Test
    void checksItsTargetFirst() throws IOException {
        Path folderOut = Files.createDirectory(folder.resolve("there"));
        Path fileOut = Files.writeString(folder.resolve("afile"), "x");
        Path nowhere = folder.resolve("none.csv");
        // The data are missing too, which is said only if the target is right.
        for (Object[] call : new Object[][] {
            {"fit", nowhere, "--states", 2, "--out", folderOut, "is a folder; expected the name of a file"},
            {
                "fit",
                nowhere,
                "--states",
                2,
                "--out",
                fileOut.resolve("m.json"),
                fileOut + " is a file; expected a folder"
            },
            {"select", nowhere, "--out", fileOut, "is a file; expected a folder"},
            {"select", nowhere, "--out", fileOut.resolve("a/b"), "is a file; expected a folder"},
            {"decode", nowhere, nowhere, "--out", fileOut, "is a file; expected a folder"},
            {"regress", nowhere, nowhere, "--out", fileOut, "is a file; expected a folder"},
            {"map", nowhere, nowhere, "--out", folderOut, "is a folder; expected the name of a file"},
            {"fit", nowhere, "--states", 2, "--out", model, "none.csv"}
        }) {
            assertThat(run(Arrays.copyOf(call, call.length - 1)))
                    .as(Arrays.toString(call))
                    .isEqualTo(1);
            assertThat(errors).contains((String) call[call.length - 1]);
        }
        for (String page : new String[] {"m.png", "m.svg", "m.pdf", "m", "m.json"}) {
            assertThat(run("map", nowhere, nowhere, "--out", folder.resolve(page)))
                    .isEqualTo(2);
            assertThat(errors).contains("--out is").contains("expected a name that ends in .html");
            assertThat(folder.resolve(page)).doesNotExist();
        }
    }

    @Test
    void saysWhatItWroteAndWhere() {
        assertThat(run("fit", data, "--states", 2, "--restarts", 1, "--out", model))
                .isZero();
        assertThat(out).contains("2 states, 12 runs, 480 rows").contains("model: " + model.toAbsolutePath());
        Path decoded = folder.resolve("decoded");
        assertThat(run("decode", model, data, "--out", decoded)).isZero();
        assertThat(out).contains(decoded.toAbsolutePath().toString());
        Path selected = folder.resolve("selected");
        assertThat(run("select", data, "--max-states", 1, "--out", selected)).isZero();
        assertThat(out)
                .contains("1 state has the smallest BIC")
                .contains("selection.csv, selection.json and model-K.json: " + selected.toAbsolutePath());
    }

    @Test
    void refusesOptionsThatSayNothing() {
        assertThat(run("fit", data, "--states", 2, "--restarts", 1, "--out", model))
                .isZero();
        Path again = folder.resolve("again.json");
        assertThat(run("fit", data, "--init", model, "--restarts", 7, "--out", again))
                .isEqualTo(2);
        assertThat(errors).contains("--restarts is 7; expected no --restarts with --init");
        assertThat(run("fit", data, "--init", model, "--left-to-right", "--out", again))
                .isEqualTo(2);
        assertThat(errors).contains("--left-to-right is true; expected a start in state 0 without ways back");
        assertThat(again).doesNotExist();
    }

    @Test
    void namesColumnsThatMakeTheLikelihoodNoise() throws IOException {
        Path percent = folder.resolve("percent.csv");
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(data)) {
            String[] cells = line.split(",", -1);
            text.append(line)
                    .append(',')
                    .append(cells[2].equals("x") ? "x_pct" : String.valueOf(100 * Double.parseDouble(cells[2])))
                    .append(",0\n".replace("0", cells[2].equals("x") ? "zero" : "0"));
        }
        Files.writeString(percent, text);
        Path selected = folder.resolve("selected");
        assertThat(run("select", percent, "--max-states", 3, "--out", selected)).isEqualTo(1);
        assertThat(errors)
                .contains("column 'zero' is constant in every run; it was left out of the features")
                .contains("warning: column 'x_pct' follows from column 'x'")
                .contains("no number of states can be chosen");
        assertThat(selected).doesNotExist();
        assertThat(run("fit", percent, "--states", 3, "--out", model)).isZero();
        assertThat(errors).contains("singular up to rounding");
        assertThat(Json.read(model).get("remarks").toString()).contains("x_pct").contains("singular");
        assertThat(run(
                        "select",
                        percent,
                        "--max-states",
                        4,
                        "--features",
                        "x,y",
                        "--no-standardize",
                        "--out",
                        selected))
                .as(errors)
                .isZero();
        assertThat(out).contains("3 states have the smallest BIC");
    }

    @Test
    void stopsWhereRowsAreTooFew() {
        Path selected = folder.resolve("selected");
        assertThat(run("select", data, "--first-n", 1, "--out", selected)).isEqualTo(2);
        assertThat(errors).contains("the number of training rows is 9; expected at least 16");
        assertThat(out).isEmpty();
        assertThat(selected).doesNotExist();
    }
}

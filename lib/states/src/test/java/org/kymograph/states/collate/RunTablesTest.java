package org.kymograph.states.collate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.record.files.RecordException;
import org.kymograph.states.em.Observations;

class RunTablesTest {
    @TempDir
    Path folder;

    private Path write(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    @Test
    void readsAFolderInNumericOrderSortedByStep() throws IOException {
        write("seed10.csv", "step,l1,l2", "2,5,1", "1,4,1");
        write("seed2.csv", "epoch,l1,l2", "20,3,1", "3,2,1");
        write("notes.txt", "not a run");
        RunTables tables = RunTables.read(folder);
        assertThat(tables.names()).containsExactly("seed2", "seed10");
        Observations runs = tables.observations(List.of("l1"));
        assertThat(runs.run(0)).isEqualTo(new double[][] {{2}, {3}});
        assertThat(runs.run(1)).isEqualTo(new double[][] {{4}, {5}});
        assertThat(tables.firstRows(1).observations(List.of("l1")).run(0)).isEqualTo(new double[][] {{2}});
    }

    @Test
    void readsOneFileSortedByStepAsAFolderIs() throws IOException {
        Path file = write("all.csv", "run,step,x", "7,2,1", "3,1,5", "7,1,2");
        Observations runs = RunTables.read(file).observations(List.of("x"));
        assertThat(runs.runs()).containsExactly("7", "3");
        assertThat(runs.run(0)).isEqualTo(new double[][] {{2}, {1}});
        assertThat(RunTables.read(file).defaultFeatures()).containsExactly("x");
    }

    @Test
    void knowsColumnsByTheirOtherNames() throws IOException {
        write("a.csv", "step,mean_singular_value,var_singular_value", "1,2,3");
        write("b.csv", "step,mean_lambda,variance_lambda", "1,4,5");
        Observations runs = RunTables.read(folder).observations(List.of("mean_lambda", "variance_lambda"));
        assertThat(runs.run(0)[0]).containsExactly(2, 3);
        assertThat(runs.run(1)[0]).containsExactly(4, 5);
        assertThat(RunTables.read(folder).defaultFeatures())
                .as("some of base")
                .containsExactly("mean_lambda", "variance_lambda");
    }

    @Test
    void readsTheIndexThatPandasWrites() throws IOException {
        Path file = write("all.csv", ",run,x", "0,a,1", "1,a,2");
        RunTables tables = RunTables.read(file);
        assertThat(tables.defaultFeatures()).containsExactly("x");
        assertThat(tables.observations(List.of("x")).run(0)).isEqualTo(new double[][] {{1}, {2}});
    }

    @Test
    void dropsAndListsRunsWithGapsAndSaysWhichAreShorter() throws IOException {
        write("a.csv", "step,x,y", "1,1,1", "2,2,NaN", "3,3,1");
        write("b.csv", "step,x,y", "1,1,1", "2,inf,4");
        write("c.csv", "step,x,y", "1,1,1", "2,2,2");
        write("d.csv", "step,x,y", "1,1,1", "2,2,2", "3,5,6");
        Observations runs = RunTables.read(folder).observations(List.of("x", "y"));
        assertThat(runs.runs()).containsExactly("c", "d");
        assertThat(runs.dropped())
                .containsExactly(new Observations.DroppedRun("a", "y", 2), new Observations.DroppedRun("b", "x", 2));
        assertThat(runs.dropped().get(0)).hasToString("run 'a' was dropped: column 'y', row 2 isn't a finite number");
        assertThat(runs.warnings()).containsExactly("runs differ in length: 2 of 3 rows in c");
        assertThat(runs.standardized().dropped()).isEqualTo(runs.dropped());
        assertThat(RunTables.read(folder)
                        .firstRows(1)
                        .observations(List.of("x", "y"))
                        .runs())
                .hasSize(4);
        assertThat(RunTables.read(folder).observations(List.of("x")).runs()).containsExactly("a", "c", "d");
    }

    @Test
    void standardizesEachRunByItself() throws IOException {
        write("a.csv", "x,y,z", "1,1,0.1", "2,1e200,0.1", "3,3e200,0.1", "6,2e200,0.1");
        write("b.csv", "x,y,z", "10,5,1", "30,7,2", "50,5,3", "30,5,4");
        Observations runs =
                RunTables.read(folder).observations(List.of("x", "y", "z")).standardized();
        assertThat(runs.isStandardized()).isTrue();
        for (int run = 0; run < 2; run++) {
            for (int j = 0; j < 3; j++) {
                int column = j;
                double[] values =
                        Stream.of(runs.run(run)).mapToDouble(row -> row[column]).toArray();
                double squares = Stream.of(runs.run(run))
                        .mapToDouble(row -> row[column] * row[column])
                        .sum();
                assertThat(java.util.Arrays.stream(values).sum()).isCloseTo(0, within(1e-12));
                assertThat(squares).isCloseTo(run == 0 && j == 2 ? 0 : 4, within(1e-12));
            }
        }
        assertThat(runs.run(1)[0][0]).isCloseTo(-Math.sqrt(2), within(1e-12));
        assertThat(runs.warnings()).containsExactly("column 'z' is constant in run 'a'; it became 0 there");
    }

    @Test
    void namesFileRunAndColumnOfWhatIsWrong() throws IOException {
        Path a = write("a.csv", "step,x,word", "1,1,4", "2,2,five");
        RunTables tables = RunTables.read(folder);
        assertThatThrownBy(() -> tables.observations(List.of("x", "l7")))
                .isInstanceOf(RecordException.class)
                .hasMessage(a + ": run 'a' has no column 'l7'; it has step, x, word");
        assertThatThrownBy(() -> tables.observations(List.of("word")))
                .isInstanceOf(RecordException.class)
                .hasMessage(a + ": run 'a', column 'word', row 2: 'five'; expected a number");
        assertThatThrownBy(() ->
                        RunTables.of(java.util.Map.of("r", tables.table("a"))).observations(List.of("l7")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("run 'r' has no column 'l7'");
        assertThatThrownBy(() -> RunTables.read(a))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 1: has no column 'run'");
        write("a.csv", "step,x", "1,NaN");
        assertThatThrownBy(() -> RunTables.read(folder).observations(List.of("x")))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("no run is left: run 'a' was dropped");
        write("a.csv", "step,x", "one,1");
        assertThatThrownBy(() -> RunTables.read(folder)).hasMessageContaining("column 'step', row 1: 'one'");
        Files.delete(a);
        assertThatThrownBy(() -> RunTables.read(folder)).hasMessageContaining("holds no .csv file");
    }

    @Test
    void addsStatesToATable() throws IOException {
        write("a.csv", "step,x", "1,1", "2,2");
        RunTables tables = RunTables.read(folder);
        assertThat(tables.withStates("a", new int[] {1, 0})
                        .intColumn("latent_state")
                        .asObjectArray())
                .containsExactly(1, 0);
        assertThat(tables.table("a").columnNames()).containsExactly("step", "x");
        assertThatThrownBy(() -> tables.withStates("a", new int[1]))
                .hasMessage("states has length 1; expected 2, the length of run 'a'");
    }

    @Test
    void comparesNamesByTheirNumbers() {
        assertThat(Stream.of("b1", "a", "a010", "a10", "a9", "a9b", "a10b").sorted(RunTablesReader::compareNaturally))
                .containsExactly("a", "a9", "a9b", "a010", "a10", "a10b", "b1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Step",
                "STEP",
                "Epoch",
                "Wall time",
                "wall_time",
                "walltime",
                "_step",
                "_runtime",
                "_timestamp",
                "global_step",
                "trainer/global_step",
                "Iteration",
                "Relative Time",
                "Seed",
                "Train_Loss",
                "Eval_Accuracy",
                "Unnamed: 0"
            })
    void timesAndLossesAreNoFeaturesInWhateverLetters(String name) throws IOException {
        write("a.csv", name + ",acc", "0,.1", "1,.9");
        assertThat(RunTables.read(folder).defaultFeatures()).containsExactly("acc");
    }

    @Test
    void columnsThatSayNothingAreNoFeatures() throws IOException {
        write(
                "a.csv",
                "tokens,acc,acc__MIN,acc__MAX,none,same",
                "0,.1,.1,.1,,7",
                "64,.9,.9,.9,,7",
                "128,.2,.2,.2,,7",
                "192,.1,.1,.1,,7",
                "256,.8,.8,.8,,7");
        write(
                "b.csv",
                "tokens,acc,acc__MIN,acc__MAX,none,same,other",
                "0,.1,.1,.1,,3,1",
                "64,.9,.9,.9,,3,2",
                "128,.2,.2,.2,,3,3",
                "192,.1,.1,.1,,3,4",
                "256,.8,.8,.8,,3,5");
        RunTables tables = RunTables.read(folder);
        assertThat(tables.defaultFeatures()).containsExactly("acc");
        assertThat(tables.leftOut())
                .hasSize(5)
                .anyMatch(w -> w.startsWith("column 'tokens' rises by the same whole number"))
                .anyMatch(w -> w.startsWith("column 'acc__MIN' is the least or largest of column 'acc'"))
                .anyMatch(w -> w.startsWith("column 'none' has no number"))
                .anyMatch(w -> w.startsWith("column 'same' is constant in every run"));
        write("a.csv", "step,same", "0,1", "1,1");
        Files.delete(folder.resolve("b.csv"));
        assertThatThrownBy(() -> RunTables.read(folder).defaultFeatures())
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("name the features. Run 'a' has step, same");
    }

    @Test
    void oneNameOfBaseIsAColumnLikeAnother() throws IOException {
        write("a.csv", "step,acc,l2,loss_", "0,.1,3,1", "1,.9,4,2");
        assertThat(RunTables.read(folder).defaultFeatures()).containsExactly("acc", "l2", "loss_");
    }

    @Test
    void aFileInAnyOrderIsThatInOrder() throws IOException {
        List<String> rows = new java.util.ArrayList<>();
        java.util.Random random = new java.util.Random(4);
        for (int run = 0; run < 3; run++) {
            for (int t = 0; t < 40; t++) {
                rows.add("r" + run + "," + 10 * t + "," + random.nextGaussian());
            }
        }
        Path ordered = write("ordered.csv", "run,step,x\n" + String.join("\n", rows));
        List<String> mixed = new java.util.ArrayList<>(rows);
        java.util.Collections.shuffle(mixed, random);
        Path shuffled = write("shuffled.csv", "run,step,x\n" + String.join("\n", mixed));
        Observations expected = RunTables.read(ordered).observations(List.of("x"));
        Observations read = RunTables.read(shuffled).observations(List.of("x"));
        for (int run = 0; run < 3; run++) {
            assertThat(read.run(read.runs().indexOf("r" + run))).as("seed 4").isDeepEqualTo(expected.run(run));
        }
        assertThat(read.warnings()).isEmpty();
    }

    @Test
    void saysWhenStepsDontRise() throws IOException {
        Path file = write("all.csv", "run,step,x", "a,1,1", "a,2,5", "a,2,3", "a,3,4");
        assertThat(RunTables.read(file).observations(List.of("x")).warnings())
                .containsExactly(
                        "run 'a': the step 2 of row 3 follows 2; expected steps that rise, and one run a name");
        assertThatThrownBy(() -> RunTables.read(write("all.csv", "run,step,x", "a,1,1", "b,two,5")))
                .hasMessageContaining("column 'step'");
    }
}

package org.kymograph.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Damage;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.record.tensors.Warnings;
import tech.tablesaw.api.Table;

class ReadingsTest {
    @RegisterExtension
    final Warnings warnings = new Warnings();

    @TempDir
    Path root;

    private RunFolder run;

    /** How a reading was made. */
    record Sampling(int chains, double stepSize) {}

    private static final Sampling SETTINGS = new Sampling(4, 1e-3);

    @BeforeEach
    void train() {
        run = trained(root, 3);
    }

    /** A run with metrics of the steps 10, 20, 30 (epochs 1, 2, 3) and checkpoints of 10 and 20. */
    private static RunFolder trained(Path root, long seed) {
        try (RunFolder run =
                RunFolder.openOrCreate(root, "parity", seed, Json.object().put("lr", 0.1))) {
            for (int step = 10; step <= 30; step += 10) {
                run.metrics().append(MetricsLogTest.line(step, 1.0 / step).put("epoch", step / 10));
                if (step < 30) {
                    run.writeCheckpoint(step, Map.of("w", Tensor.of(new float[] {step + seed}, 1)), Map.of());
                }
            }
            return RunFolder.open(run.path());
        }
    }

    private static void write(RunFolder run, long... steps) {
        try (ReadingsWriter out = Readings.of(run).writer("llc", SETTINGS)) {
            for (long step : steps) {
                if (!out.has(step)) {
                    out.at(step)
                            .value("llc", step / 4.0, 0.5)
                            .value("accepted", step == 20 ? Double.NaN : 0.7)
                            .tensors(Map.of("losses", Tensor.of(new float[] {step, 1, 2, 3}, 2, 2)))
                            .write();
                }
            }
        }
    }

    private Path file(String name) {
        return run.path().resolve("readings").resolve(name);
    }

    @Test
    void valuesErrorsTensorsAndSettingsComeBack() {
        write(run, 20, 10, 15);
        Readings readings = Readings.of(run);
        assertThat(readings.names()).containsExactly("llc");
        assertThat(readings.settings("llc")).isEqualTo(Json.tree(SETTINGS));
        Table table = readings.table("llc");
        assertThat(table.columnNames()).containsExactly("step", "epoch", "llc", "llc_error", "accepted");
        assertThat(table.longColumn("step").asObjectArray()).containsExactly(10L, 15L, 20L);
        assertThat(table.doubleColumn("llc").asDoubleArray()).containsExactly(2.5, 3.75, 5);
        assertThat(table.doubleColumn("llc_error").asDoubleArray()).containsOnly(0.5);
        assertThat(table.doubleColumn("accepted").isMissing(2)).isTrue();
        assertThat(table.longColumn("epoch").getLong(0)).isEqualTo(1);
        assertThat(table.longColumn("epoch").isMissing(1)).isTrue();
        try (TensorFile tensors = readings.tensors("llc", 20)) {
            assertThat(tensors.read("losses").toFloats()).containsExactly(20, 1, 2, 3);
            assertThat(tensors.metadata()).containsEntry("reading", "llc").containsEntry("step", "20");
        }
        assertThat(file("llc/step-00000020.safetensors")).exists();
        assertThatThrownBy(() -> readings.tensors("llc", 25))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no tensors of step 25");
        assertThatThrownBy(() -> readings.table("barrier"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("no reading 'barrier'")
                .hasMessageContaining("[llc]");
    }

    @Test
    void readingsAndMetricsAreJoinedByStep() {
        write(run, 10, 15);
        try (ReadingsWriter out = Readings.of(run).writer("barrier", Json.object())) {
            out.at(20).value("LLC", 7).value("loss", 8).write();
            out.at(40, 4.5).value("height", 9).write();
        }
        Table all = Readings.of(run).joined("llc", "barrier");
        assertThat(all.columnNames())
                .containsExactly(
                        "step",
                        "epoch",
                        "loss",
                        "llc",
                        "llc_error",
                        "accepted",
                        "barrier.LLC",
                        "barrier.loss",
                        "height");
        assertThat(all.longColumn("step").asObjectArray()).containsExactly(10L, 15L, 20L, 30L, 40L);
        assertThat(all.doubleColumn("epoch").asDoubleArray()).containsExactly(1, Double.NaN, 2, 3, 4.5);
        assertThat(all.doubleColumn("loss").asDoubleArray())
                .containsExactly(0.1, Double.NaN, 0.05, 1.0 / 30, Double.NaN);
        assertThat(all.doubleColumn("llc").asDoubleArray())
                .containsExactly(2.5, 3.75, Double.NaN, Double.NaN, Double.NaN);
        assertThat(all.doubleColumn("barrier.loss").getDouble(2)).isEqualTo(8);
        assertThat(Readings.of(run).table("llc", "barrier").columnNames()).contains("llc", "barrier.LLC", "loss");
        assertThat(Readings.of(run).joined().columnNames()).containsExactly("step", "epoch", "loss");
    }

    @Test
    void theReadingsOfAllSeedsAreOneTable() {
        RunFolder other = trained(root, 5);
        write(run, 10);
        write(other, 10, 15);
        Population both = Population.open(root);
        Table table = both.readings("llc");
        assertThat(table.columnNames()).containsExactly("seed", "step", "epoch", "llc", "llc_error", "accepted");
        assertThat(table.longColumn("seed").asObjectArray()).containsExactly(3L, 5L, 5L);
        assertThat(both.joined("llc").rowCount()).isEqualTo(3 + 4);
        assertThat(both.metrics().longColumn("seed").asObjectArray()).containsExactly(3L, 3L, 3L, 5L, 5L, 5L);
        try (ReadingsWriter out = Readings.of(other).replace("llc", new Sampling(5, 1))) {
            out.at(10).value("llc", 1).write();
        }
        assertThatThrownBy(() -> both.readings("llc"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(other.path().toString())
                .hasMessageContaining("\"chains\":5");
        RunFolder without = trained(root, 7);
        write(without);
        assertThat(Population.of(List.of(run, without)).readings("llc").rowCount())
                .isEqualTo(1);
        assertThatThrownBy(() -> Population.of(List.of(run, trained(root, 9))).readings("llc"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("seed9: has no reading 'llc'; it has none");
    }

    @Test
    void theSameSettingsGoOnAndOthersAreRefusedOrReplaced() throws IOException {
        write(run, 10);
        byte[] first = Files.readAllBytes(file("llc.jsonl"));
        write(run, 10, 20);
        assertThat(Files.readString(file("llc.jsonl"))).startsWith(new String(first, StandardCharsets.UTF_8));
        Sampling other = new Sampling(8, 1e-3);
        assertThatThrownBy(() -> Readings.of(run).writer("llc", other))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("\"chains\":4")
                .hasMessageContaining("expected {\"chains\":8");
        try (ReadingsWriter same = Readings.of(run).replace("llc", SETTINGS)) {
            assertThat(same.has(10)).isTrue();
        }
        try (ReadingsWriter out = Readings.of(run).replace("llc", other)) {
            assertThat(out.has(10)).isFalse();
            out.at(20).value("llc", 1).write();
        }
        assertThat(Readings.of(run).table("llc").rowCount()).isEqualTo(1);
        assertThat(Readings.of(run).settings("llc")).isEqualTo(Json.tree(other));
        assertThat(file("llc/step-00000010.safetensors")).doesNotExist();
    }

    @Test
    void oneWriterAtATimeAndEachStepOnce() throws IOException {
        try (ReadingsWriter out = Readings.of(run).writer("llc", SETTINGS)) {
            assertThatThrownBy(() -> Readings.of(run).writer("llc", SETTINGS))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("'llc' is being written by this process");
            Readings.of(run).writer("other", SETTINGS).close();
            out.at(10).value("llc", 1).write();
            assertThatThrownBy(() -> out.at(10))
                    .hasMessageContaining("step is 10; expected a step that is not done yet");
            assertThatThrownBy(() -> out.at(-1)).hasMessageContaining("step is -1; expected at least 0");
            assertThatThrownBy(() -> out.at(11, Double.NaN)).hasMessageContaining("epoch is NaN");
            for (String name : List.of("", " ", "step", "Epoch", "tensors", "checkpoint")) {
                assertThatThrownBy(() -> out.at(12).value(name, 1))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("name is \"" + name + "\"");
            }
            assertThatThrownBy(() -> out.at(12).value("a", 1).value("A ", 1)).hasMessageContaining("A ");
            assertThatThrownBy(() -> out.at(12).value("a", 1, -1)).hasMessageContaining("error is -1");
            ReadingsWriter.Line one = out.at(13).value("a", 1);
            ReadingsWriter.Line two = out.at(13).value("a", 1);
            one.write();
            assertThatThrownBy(two::write).hasMessageContaining("step is 13");
        }
        for (String name : List.of("", "../x", "a.b", "a/b", "a b", "-a", "x".repeat(101))) {
            assertThatThrownBy(() -> Readings.of(run).writer(name, SETTINGS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("name is \"" + name + "\"");
        }
        assertThatThrownBy(() -> Readings.of(run).writer("x", 3)).hasMessageContaining("settings is 3");
        assertThatThrownBy(() -> Readings.of(run).writer("x", new Sampling(1, Double.NaN)))
                .hasMessageContaining("settings.stepSize is NaN");
        try (Stream<Path> files = Files.list(file(""))) {
            assertThat(files).noneMatch(f -> f.getFileName().toString().startsWith("x"));
        }
    }

    @Test
    void aReadingOfAnotherCheckpointIsRefused() {
        write(run, 10, 15);
        try (RunFolder again = RunFolder.openOrCreate(root, "parity", 3, run.setting())) {
            again.rewindTo(-1);
            again.writeCheckpoint(10, Map.of("w", Tensor.of(new float[] {99}, 1)), Map.of());
        }
        RunFolder now = RunFolder.open(run.path());
        assertThatThrownBy(() -> Readings.of(now).table("llc"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(file("llc.jsonl") + ", line 1")
                .hasMessageContaining("another checkpoint of step 10");
        assertThatThrownBy(() -> Readings.of(now).writer("llc", SETTINGS)).isInstanceOf(RecordException.class);
        try (ReadingsWriter out = Readings.of(now).replace("llc", SETTINGS)) {
            assertThat(out.has(15)).isFalse();
        }
    }

    @Test
    void aLineThatWasCutOffIsDroppedWithAWarning() throws IOException {
        write(run, 10, 20);
        byte[] whole = Files.readAllBytes(file("llc.jsonl"));
        Files.write(file("llc.jsonl"), Arrays.copyOf(whole, whole.length - 5));
        assertThat(Readings.of(run).table("llc").rowCount()).isEqualTo(1);
        assertThat(warnings.messages).singleElement().asString().contains("llc.jsonl, line 2: was cut off");
        write(run, 10, 20);
        assertThat(file("llc.jsonl")).hasBinaryContent(whole);
    }

    @Test
    void whatCrashesLeaveIsRemoved() throws IOException {
        write(run, 10);
        Files.writeString(file(".llc.json.17.tmp"), "{");
        Files.writeString(file(".other.json.17.tmp"), "{");
        Files.writeString(file("llc/.step-00000020.safetensors.17.tmp"), "{");
        Files.writeString(file("llc/step-00000020.safetensors"), "no line of this");
        write(run);
        assertThat(file(".llc.json.17.tmp")).doesNotExist();
        assertThat(file(".other.json.17.tmp")).exists();
        assertThat(file("llc/.step-00000020.safetensors.17.tmp")).doesNotExist();
        assertThat(file("llc/step-00000020.safetensors")).doesNotExist();
        assertThat(file("llc/step-00000010.safetensors")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "readings", "lines"})
    void aFolderThatIsDeletedMeanwhileIsNoticed(String what) throws IOException {
        try (ReadingsWriter out = Readings.of(run).writer("llc", SETTINGS)) {
            out.at(10).value("llc", 1).write();
            switch (what) {
                case "run" -> Files.move(run.path(), root.resolve("elsewhere"));
                case "readings" -> Files.move(file(""), root.resolve("elsewhere"));
                default -> Files.delete(file("llc.jsonl"));
            }
            assertThatThrownBy(
                            () -> out.at(20).value("llc", 1).tensors(Map.of()).write())
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("deleted");
        }
        assertThat(Files.exists(run.path())).isEqualTo(!what.equals("run"));
    }

    @Test
    @Tag("slow")
    void damagedFilesAreRefusedOrRead() throws IOException {
        write(run, 10, 20);
        Damage settings = new Damage(file("llc.json"), f -> Readings.of(run).settings("llc"));
        // Only the line feed behind the closing brace may be missing.
        assertThat(settings.cutEverywhere()).isEqualTo(1);
        settings.flipBytes(1000, 5, -1);
        Files.write(file("llc.json"), Json.bytes(settingsFile()));
        Damage tensors = new Damage(
                file("llc/step-00000020.safetensors"),
                f -> Readings.of(run).tensors("llc", 20).close());
        assertThat(tensors.cutEverywhere()).isZero();
        Damage lines = new Damage(file("llc.jsonl"), f -> Readings.of(run).table("llc"));
        lines.cutEverywhere();
        assertThat(lines.refused).isZero();
        lines.flipBytes(2000, 6, -1);
        assertThat(lines.refused).isGreaterThan(500);
    }

    private ObjectNode settingsFile() {
        ObjectNode json = Json.object().put("reading", "llc");
        json.set("settings", Json.tree(SETTINGS));
        return json;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"llc\":1}| has no integer step",
                "{\"step\":10}| step 10 comes a second time",
                "[1]| expected a JSON object",
                "{\"step\":15,\"llc\":\"x\"}| 'llc' isn't a number",
            })
    void linesThatNobodyWroteAreRefused(String lineAndMessage) throws IOException {
        write(run, 10);
        String[] parts = lineAndMessage.split("\\|", -1);
        Files.writeString(file("llc.jsonl"), Files.readString(file("llc.jsonl")) + parts[0] + "\n");
        assertThatThrownBy(() -> Readings.of(run).table("llc"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(file("llc.jsonl") + ", line 2")
                .hasMessageContaining(parts[1]);
    }

    /** Writes readings until it is killed. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] args) {
            RunFolder run = RunFolder.open(Path.of(args[0]));
            System.out.println("ready");
            write(
                    run,
                    java.util.stream.LongStream.range(100, 100 + Long.parseLong(args[1]))
                            .toArray());
        }
    }

    @Test
    @Tag("slow")
    void aKilledWriterGoesOnToTheSameBytes() throws Exception {
        int steps = 60;
        RunFolder calm = trained(root.resolve("calm"), 3);
        Victim.main(new String[] {calm.path().toString(), "" + steps});
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int kills = 0;
        while (Files.notExists(file("llc.jsonl"))
                || Files.readAllLines(file("llc.jsonl")).size() < steps) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Victim.class.getName(),
                            run.path().toString(),
                            "" + steps)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (InputStream out = process.getInputStream()) {
                assertThat(out.read()).as("seed " + seed).isEqualTo('r');
                if (kills < 3 && !process.waitFor(30 + random.nextInt(250), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    kills++;
                }
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
        }
        assertThat(contents(run)).as("seed " + seed).isEqualTo(contents(calm));
    }

    private static Map<String, String> contents(RunFolder run) throws IOException {
        Path folder = run.path().resolve("readings");
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(
                        folder.relativize(file).toString(),
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }
}

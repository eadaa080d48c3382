package org.kymograph.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.record.RunFolder.Status;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Damage;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.record.tensors.Warnings;

class RunFolderTest {
    @RegisterExtension
    final Warnings warnings = new Warnings();

    @TempDir
    Path root;

    private static ObjectNode setting() {
        return Json.object().put("lr", 0.1).put("hidden", 1000);
    }

    private RunFolder openOrCreate() {
        return RunFolder.openOrCreate(root, "parity", 3, setting());
    }

    private static Map<String, Tensor> tensors(float x) {
        return Map.of("w", Tensor.of(new float[] {x, 2}, 2));
    }

    /** A run with metrics of steps 10, 20, 30 and checkpoints of 10, 20, 30. */
    private Path trained() {
        try (RunFolder run = openOrCreate()) {
            for (int step = 10; step <= 30; step += 10) {
                run.metrics().append(MetricsLogTest.line(step, 1.0 / step));
                run.writeCheckpoint(step, tensors(step), Map.of("step", "" + step));
            }
            return run.path();
        }
    }

    private static Path checkpoint(Path run, int step) {
        return run.resolve(String.format("checkpoints/step-%08d.safetensors", step));
    }

    @Test
    void aRunIsKnownByItsSettingAndSeed() {
        Path path = trained();
        assertThat(path).isEqualTo(root.resolve("parity").resolve(path.getFileName()));
        ObjectNode sameInAnotherOrder = Json.object().put("hidden", 1000).put("lr", 0.1);
        try (RunFolder again = RunFolder.openOrCreate(root, "parity", 3, sameInAnotherOrder)) {
            assertThat(again.path()).isEqualTo(path);
            assertThat(again.id())
                    .matches("[0-9a-f]{8}-seed3")
                    .isEqualTo(path.getFileName().toString());
            assertThat(again.checkpointSteps()).containsExactly(10L, 20L, 30L);
            assertThat(again.setting()).isEqualTo(setting());
        }
        try (RunFolder other =
                RunFolder.openOrCreate(root, "parity", 3, setting().put("lr", 0.2))) {
            assertThat(other.path()).isNotEqualTo(path);
            assertThat(other.checkpointSteps()).isEmpty();
        }
    }

    @Test
    void theHashIsThatOfSortedJson() {
        // printf '{"hidden":1000,"lr":0.1}' | sha256sum
        assertThat(RunInfo.hash(setting())).isEqualTo("89e913b0");
    }

    @Test
    void runJsonSaysWhatTheRunIs() {
        Path path = trained();
        try (RunFolder run = openOrCreate()) {
            assertThat(run.status()).isEqualTo(Status.RUNNING);
            run.fail("the loss became NaN at step 31");
            assertThat(RunFolder.open(path).failure()).isEqualTo("the loss became NaN at step 31");
            run.setStatus(Status.DONE);
        }
        RunFolder run = RunFolder.open(path);
        assertThat(run.status()).isEqualTo(Status.DONE);
        assertThat(run.failure()).isNull();
        assertThat(run.experiment()).isEqualTo("parity");
        assertThat(run.seed()).isEqualTo(3);
        ObjectNode json = Json.readObject(path.resolve("run.json"));
        assertThat(json.path("status").textValue()).isEqualTo("done");
        assertThat(json.path("versions").path("java").textValue()).isEqualTo(System.getProperty("java.version"));
        assertThat(json.path("versions").path("djl").textValue()).isEqualTo("0.35.1");
        assertThat(json.path("versions").path("pytorch").textValue()).startsWith("2.7.1");
        assertThat(json.path("checkpoints").get(2).path("file").textValue())
                .isEqualTo("checkpoints/step-00000030.safetensors");
    }

    @Test
    void aRunOpenedForReadingCannotBeChanged() {
        RunFolder run = RunFolder.open(trained());
        assertThatThrownBy(() -> run.setStatus(Status.DONE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> run.rewindTo(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> run.writeCheckpoint(40, tensors(1), Map.of()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> run.metrics().append(MetricsLogTest.line(40, 1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void checkpointsFollowOneAnother() {
        trained();
        try (RunFolder run = openOrCreate()) {
            assertThatThrownBy(() -> run.writeCheckpoint(30, tensors(1), Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("step is 30; expected more than 30, that of the last checkpoint");
            assertThatThrownBy(() -> run.checkpoint(15))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[10, 20, 30]");
            run.writeCheckpoint(1_234_567_890L, tensors(1), Map.of());
            assertThat(run.path().resolve("checkpoints/step-1234567890.safetensors"))
                    .exists();
            try (TensorFile file = run.checkpoint(20)) {
                assertThat(file.read("w").getDouble(0)).isEqualTo(20);
                assertThat(file.metadata()).containsEntry("step", "20");
            }
        }
    }

    @Test
    void aSecondTrainerIsTurnedAwayAndDoesNotLoosenTheLock() throws Exception {
        try (RunFolder run = openOrCreate()) {
            assertThatThrownBy(this::openOrCreate)
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("being trained by this process");
            assertThat(lockFromAnotherProcess(run.path())).isEqualTo("busy");
            run.setStatus(Status.INTERRUPTED);
        }
        openOrCreate().close();
        assertThat(lockFromAnotherProcess(RunFolder.list(root).get(0).path())).isEqualTo("free");
    }

    private static String lockFromAnotherProcess(Path run) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Locker.class.getName(),
                        run.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = process.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
        } finally {
            process.waitFor();
        }
    }

    /** Another process that tries to train the run. */
    static final class Locker {
        private Locker() {}

        public static void main(String[] args) {
            try {
                RunLock.acquire(Path.of(args[0])).close();
                System.out.println("free");
            } catch (RecordException e) {
                System.out.println(e.getMessage().contains("trained by another process") ? "busy" : e.getMessage());
            }
        }
    }

    @Test
    void rewindingDropsWhatCameLater() {
        trained();
        try (RunFolder run = openOrCreate()) {
            run.rewindTo(20);
            assertThat(run.checkpointSteps()).containsExactly(10L, 20L);
            assertThat(checkpoint(run.path(), 30)).doesNotExist();
            assertThat(run.metrics().read()).hasSize(2);
            run.metrics().append(MetricsLogTest.line(30, 1.0 / 30));
            run.writeCheckpoint(30, tensors(30), Map.of());
            run.rewindTo(-1);
            assertThat(run.checkpointSteps()).isEmpty();
            assertThat(run.metrics().read()).isEmpty();
            run.metrics().append(MetricsLogTest.line(0, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flip", "cut", "gone", "nan", "longer"})
    void aBadCheckpointIsPassedOver(String how) throws IOException {
        Path path = trained();
        Path last = checkpoint(path, 30);
        byte[] bytes = Files.readAllBytes(last);
        switch (how) {
            case "flip" -> {
                bytes[bytes.length - 1] ^= 1;
                Files.write(last, bytes);
            }
            case "cut" -> Files.write(last, Arrays.copyOf(bytes, bytes.length - 1));
            case "longer" -> Files.write(last, Arrays.copyOf(bytes, bytes.length + 1));
            case "gone" -> Files.delete(last);
            default -> {
                try (RunFolder run = openOrCreate()) {
                    run.rewindTo(20);
                    run.writeCheckpoint(30, tensors(Float.NaN), Map.of());
                }
            }
        }
        try (RunFolder run = openOrCreate()) {
            assertThatThrownBy(() -> run.checkpoint(30))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining(last.toString());
            assertThat(run.lastGoodCheckpoint()).hasValue(20);
            assertThat(warnings.messages).singleElement().asString().contains(last.toString());
        }
    }

    @Test
    @Tag("slow")
    void damagedRecordsAreRefusedOrRead() throws IOException {
        Path path = trained();
        Damage info = new Damage(path.resolve("run.json"), file -> RunFolder.open(file.getParent()));
        // Only the newline behind the closing brace may be missing.
        assertThat(info.cutEverywhere()).isEqualTo(1);
        info.flipBytes(2000, 5, -1);
        Damage metrics = new Damage(
                path.resolve("metrics.jsonl"), file -> MetricsLog.open(file).table());
        metrics.cutEverywhere();
        assertThat(metrics.refused).isZero();
        metrics.flipBytes(2000, 6, -1);
        assertThat(metrics.refused).isGreaterThan(500);
    }

    private static void rewrite(Path file, UnaryOperator<List<String>> change) throws IOException {
        Files.write(file, change.apply(Files.readAllLines(file)));
    }

    @ParameterizedTest
    @CsvSource({"cut, 10", "middle, 10", "first, -1", "other, -1", "gone, -1", "changed, 20", "longer, 20"})
    void metricsThatAreNotTheCheckpointsAreNotGoneOnWith(String how, long from) throws IOException {
        Path path = trained();
        Path metrics = path.resolve("metrics.jsonl");
        switch (how) {
            case "cut" -> rewrite(metrics, lines -> lines.subList(0, 1));
            case "middle" -> rewrite(metrics, lines -> List.of(lines.get(0), lines.get(2)));
            case "first" -> rewrite(metrics, lines -> lines.subList(1, 3));
            case "other" ->
                rewrite(
                        metrics,
                        lines -> lines.stream().map(l -> l.replace("0.", "0.9")).toList());
            case "gone" -> Files.delete(metrics);
            case "changed" ->
                rewrite(metrics, lines -> List.of(lines.get(0), lines.get(1), "{\"step\":30,\"loss\":5.0}"));
            default -> rewrite(metrics, lines -> List.of(lines.get(0), lines.get(1), "{\"step\":25}", lines.get(2)));
        }
        for (boolean done : new boolean[] {false, true}) {
            warnings.messages.clear();
            try (RunFolder run = openOrCreate()) {
                run.setStatus(done ? Status.DONE : Status.RUNNING);
                assertThat(run.isComplete()).isFalse();
                // The checkpoints themselves are good for whoever reads them.
                assertThat(run.lastGoodCheckpoint()).hasValue(30);
                for (long step : run.checkpointSteps()) {
                    assertThat(run.canResumeFrom(step)).as("step " + step).isEqualTo(step <= from);
                }
                assertThat(warnings.messages).anyMatch(m -> m.contains(metrics + " does not begin with the 3 lines"));
            }
        }
    }

    @Test
    void aDoneRunIsCompleteAndItsMissingCheckpointsAreWarnedOf() throws IOException {
        Path path = trained();
        try (RunFolder run = openOrCreate()) {
            assertThat(run.isComplete()).isFalse();
            run.setStatus(Status.DONE);
            assertThat(run.isComplete()).isTrue();
            assertThat(warnings.messages).isEmpty();
            Files.delete(checkpoint(path, 10));
            Files.delete(checkpoint(path, 30));
            assertThat(run.isComplete()).isTrue();
            assertThat(warnings.messages)
                    .singleElement()
                    .asString()
                    .contains(path.toString())
                    .contains("2 of its 3 checkpoints are missing");
        }
    }

    @Test
    void aRunThatWasWrittenBeforeMetricsWereCheckedGoesOn() throws IOException {
        Path path = trained();
        Path info = path.resolve("run.json");
        Files.writeString(
                info,
                Files.readString(info)
                        .replaceAll(",\\s*\"metrics\" : \\{[^}]*}", "")
                        .replaceAll("\"machine\" : \\{[^}]*},", ""));
        assertThat(Json.readObject(info).has("machine")).isFalse();
        try (RunFolder run = openOrCreate()) {
            assertThat(run.canResumeFrom(30)).isTrue();
            run.writeCheckpoint(40, tensors(40), Map.of());
            assertThat(run.canResumeFrom(40)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deleted", "replaced", "moved", "metrics deleted", "metrics replaced"})
    void aFolderThatChangesHandsMeanwhileIsNoticed(String how) throws IOException {
        Path path = trained();
        try (RunFolder run = openOrCreate()) {
            run.metrics().append(MetricsLogTest.line(40, 1));
            switch (how) {
                case "deleted" -> delete(path);
                case "moved" -> Files.move(path, root.resolve("elsewhere"));
                case "metrics deleted" -> Files.delete(path.resolve("metrics.jsonl"));
                case "metrics replaced" -> {
                    Files.copy(path.resolve("metrics.jsonl"), path.resolve("m"));
                    Files.move(path.resolve("m"), path.resolve("metrics.jsonl"), StandardCopyOption.REPLACE_EXISTING);
                }
                default -> {
                    Files.move(path, root.resolve("elsewhere"));
                    openAsAnotherProcess(path);
                }
            }
            assertRefused(() -> run.metrics().append(MetricsLogTest.line(50, 1)));
            if (how.startsWith("metrics")) {
                return;
            }
            assertRefused(() -> run.writeCheckpoint(60, tensors(1), Map.of()));
            assertRefused(() -> run.setStatus(Status.DONE));
            assertRefused(() -> run.fail("why"));
            assertThat(Files.exists(path)).isEqualTo(how.equals("replaced"));
            assertThat(checkpoint(path, 60)).doesNotExist();
        }
    }

    private static void openAsAnotherProcess(Path path) throws IOException {
        Files.createDirectories(path.resolve("checkpoints"));
        Files.writeString(path.resolve("run.lock"), "");
        Files.writeString(path.resolve("metrics.jsonl"), "");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void assertRefused(ThrowingCallable write) {
        assertThatThrownBy(write)
                .isInstanceOf(RecordException.class)
                .hasMessageMatching(".*(deleted|replaced) while it was being written.*");
    }

    @Test
    @Tag("slow")
    void runsAreListedWhileFilesComeAndGo() throws Exception {
        trained();
        AtomicBoolean stop = new AtomicBoolean();
        Path coming = RunFolder.list(root).get(0).path().resolve("checkpoints/.step.tmp");
        Thread writer = new Thread(() -> {
            while (!stop.get()) {
                try {
                    Files.writeString(coming, "x");
                    Files.delete(coming);
                    Path folder = Files.createDirectories(root.resolve("parity/coming/checkpoints"));
                    Files.writeString(folder.resolve("a"), "x");
                    RunFolderTest.delete(root.resolve("parity/coming"));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        });
        writer.start();
        try {
            for (int i = 0; i < 3000; i++) {
                assertThat(RunFolder.list(root)).hasSize(1);
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void aLinkToTheRunsIsFollowed() throws IOException {
        Path path = trained();
        Path link = Files.createSymbolicLink(root.resolve("link"), root.resolve("parity"));
        assertThat(RunFolder.list(link))
                .extracting(RunFolder::id)
                .containsExactly(path.getFileName().toString());
    }

    @Test
    void runJsonNamesTheMachineAndTheSettingsHashDoesNot() {
        Path path = trained();
        ObjectNode json = Json.readObject(path.resolve("run.json"));
        assertThat(json.path("machine").properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("blas", "instructions", "os", "processor", "threads");
        assertThat(json.path("machine").path("os").textValue()).contains(System.getProperty("os.arch"));
        assertThat(json.path("settingHash").textValue()).isEqualTo("89e913b0");
    }

    @Test
    void withNoGoodCheckpointThereIsNone() throws IOException {
        Path path = trained();
        for (int step = 10; step <= 30; step += 10) {
            Files.write(checkpoint(path, step), new byte[3]);
        }
        assertThat(RunFolder.open(path).lastGoodCheckpoint()).isEmpty();
    }

    @Test
    void aCrashInsideAnyWriteLeavesTheStateBeforeIt() throws IOException {
        Path path = trained();
        byte[] good = Files.readAllBytes(checkpoint(path, 30));
        // Between the checkpoint and run.json; inside the checkpoint; inside run.json; inside the metrics.
        Files.write(checkpoint(path, 40), good);
        Files.write(path.resolve("checkpoints/.step-00000040.safetensors.77.tmp"), Arrays.copyOf(good, 20));
        Files.write(path.resolve(".run.json.77.tmp"), new byte[] {'{'});
        Files.writeString(
                path.resolve("metrics.jsonl"), Files.readString(path.resolve("metrics.jsonl")) + "{\"step\":4");
        try (RunFolder run = openOrCreate()) {
            assertThat(run.checkpointSteps()).containsExactly(10L, 20L, 30L);
            assertThat(run.lastGoodCheckpoint()).hasValue(30);
            assertThat(run.metrics().read()).hasSize(3);
            try (Stream<Path> files = Files.walk(path)) {
                assertThat(files.map(f -> f.getFileName().toString())
                                .filter(n -> n.contains("tmp") || n.contains("40")))
                        .isEmpty();
            }
            run.rewindTo(30);
            run.metrics().append(MetricsLogTest.line(40, 0.025));
            run.writeCheckpoint(40, tensors(40), Map.of());
        }
    }

    @Test
    void aCrashInsideARewindIsFinishedByTheNext() throws IOException {
        Path path = trained();
        byte[] metrics = Files.readAllBytes(path.resolve("metrics.jsonl"));
        byte[] later = Files.readAllBytes(checkpoint(path, 30));
        try (RunFolder run = openOrCreate()) {
            run.rewindTo(20);
        }
        Files.write(path.resolve("metrics.jsonl"), metrics);
        Files.write(checkpoint(path, 30), later);
        try (RunFolder run = openOrCreate()) {
            assertThat(run.lastGoodCheckpoint()).hasValue(20);
            assertThat(checkpoint(path, 30)).doesNotExist();
            run.rewindTo(20);
            assertThat(run.metrics().read()).hasSize(2);
        }
    }

    @Test
    @Tag("slow")
    void runJsonCutAnywhereOrGoneStartsTheRunOver() throws IOException {
        Path path = trained();
        byte[] good = Files.readAllBytes(path.resolve("run.json"));
        for (int length = 0; length < good.length - 1; length += 7) {
            Files.write(path.resolve("run.json"), Arrays.copyOf(good, length));
            assertThatThrownBy(() -> RunFolder.open(path)).isInstanceOf(RecordException.class);
            try (RunFolder run = openOrCreate()) {
                assertThat(run.checkpointSteps()).isEmpty();
                assertThat(run.metrics().read()).isEmpty();
                assertThat(run.status()).isEqualTo(Status.RUNNING);
                run.metrics().append(MetricsLogTest.line(10, 1));
                run.writeCheckpoint(10, tensors(1), Map.of());
            }
            assertThat(path.resolve("run.json.damaged")).hasBinaryContent(Arrays.copyOf(good, length));
        }
        Files.delete(path.resolve("run.json"));
        try (RunFolder run = openOrCreate()) {
            assertThat(run.checkpointSteps()).isEmpty();
            assertThat(run.lastGoodCheckpoint()).isEmpty();
            assertThat(checkpoint(path, 10)).doesNotExist();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"status\" : \"running\" | \"status\" : \"paused\" | 'status' is 'paused'",
                "\"seed\" : 3 | \"seed\" : \"3\" | 'seed' is STRING",
                "\"seed\" : 3 | \"seed\" : 3.5 | 'seed' is 3.5",
                "\"lr\" : 0.1 | \"lr\" : 0.2 | changed by hand",
                "\"checkpoints/step-00000010.safetensors\" | \"../../../secret\" | expected 'checkpoints/step",
                "\"step\" : 20 | \"step\" : 5 | step 5 follows step 10",
                "\"experiment\" | \"experimnt\" | 'experiment' is MISSING",
            })
    void fieldsOutOfRangeAreRefused(String found, String instead, String message) throws IOException {
        Path file = trained().resolve("run.json");
        String text = Files.readString(file);
        assertThat(text).contains(found);
        Files.writeString(file, text.replace(found, instead));
        assertThatThrownBy(() -> RunFolder.open(file.getParent()))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(message);
        assertThatThrownBy(this::openOrCreate)
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(message);
        assertThat(checkpoint(file.getParent(), 30)).exists();
    }

    @Test
    void aRenamedFolderIsNotTakenForAnotherRun() throws IOException {
        Path path = trained();
        Files.move(path, path.resolveSibling(path.getFileName().toString().replace("seed3", "seed4")));
        assertThatThrownBy(() -> RunFolder.openOrCreate(root, "parity", 4, setting()))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("renamed or copied");
    }

    @Test
    void runsAreListedBySeedAsANumber() {
        for (long seed : new long[] {10, 9, 100, -1}) {
            RunFolder.openOrCreate(root, "parity", seed, setting()).close();
        }
        RunFolder.openOrCreate(root, "a", 7, setting()).close();
        assertThat(RunFolder.list(root)).extracting(RunFolder::seed).containsExactly(7L, -1L, 9L, 10L, 100L);
        assertThat(RunFolder.list(root.resolve("parity"))).hasSize(4);
        Path one = RunFolder.list(root.resolve("a")).get(0).path();
        assertThat(RunFolder.list(one)).hasSize(1);
        assertThatThrownBy(() -> RunFolder.list(root.resolve("none")))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("no such");
    }

    @Test
    void namesAndSettingsOutOfRangeAreRefused() {
        for (String name : List.of("", "../x", "a/b", ".", "a b", "x".repeat(101))) {
            assertThatThrownBy(() -> RunFolder.openOrCreate(root, name, 0, setting()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "experiment is \"" + name
                                    + "\"; expected 1 to 100 letters, digits, dots, dashes or underscores, the first a letter or digit");
        }
        assertThatThrownBy(() -> RunFolder.openOrCreate(root, "x", 0, setting().put("lr", Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("setting.lr");
    }
}

package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.ProcessEnd;
import org.kymograph.record.RunFolder;

/** The end of processes that compute. */
@Tag("slow")
class ProcessEndTest {
    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void noDestructorsRunBeneathAThreadThatIsWithinPyTorch() throws Exception {
        assertThat(ended("native", true)).isEqualTo(143);
        // Only where nothing computes any more do they run, which this program's first destructor tells.
        assertThat(ended("idle", true)).isEqualTo(134);
    }

    @Test
    void aTrainingLeavesItsRunsAsInterruptedWhenItsProcessEnds() throws Exception {
        for (boolean signal : List.of(true, false)) {
            Path runs = Files.createDirectories(folder.resolve(signal ? "signal" : "exit"));
            assertThat(ended(signal ? "train" : "train-and-exit", signal, runs)).isEqualTo(signal ? 143 : 3);
            assertThat(RunFolder.list(runs)).hasSize(2);
            assertThat(RunFolder.list(runs)).extracting(RunFolder::status).containsOnly(RunFolder.Status.INTERRUPTED);
        }
    }

    private int ended(String what, boolean signal, Path... runs) throws IOException, InterruptedException {
        Path ready = folder.resolve("ready-" + what);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ErrorFile=" + folder.resolve("crash.log"),
                        "-Dai.djl.offline=true",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-Djna.tmpdir=" + System.getProperty("jna.tmpdir", System.getProperty("java.io.tmpdir")),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProcessEndTest.class.getName(),
                        what,
                        ready.toString(),
                        runs.length == 0 ? "" : runs[0].toString())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        try {
            while (signal && process.isAlive() && !Files.exists(ready)) {
                Thread.sleep(50);
            }
            if (signal) {
                process.destroy();
            }
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** The process that is to end: what it does, the file that tells that it does so, and the folder of its runs. */
    public static void main(String[] args) throws Exception {
        Path ready = Path.of(args[1]);
        switch (args[0]) {
            case "native" -> {
                abortInADestructor();
                ProcessEnd.prepare(() -> {});
                multiply(ready);
            }
            case "idle" -> {
                abortInADestructor();
                ProcessEnd.prepare(() -> {});
                Files.createFile(ready);
                Thread.sleep(60_000);
            }
            default -> {
                TrainingListener listener = new TrainingListener() {
                    private int epochs;

                    @Override
                    public synchronized void onEpoch(EpochEnd end) {
                        if (++epochs == 4) {
                            if (args[0].equals("train")) {
                                create(ready);
                            } else {
                                new Thread(() -> System.exit(3)).start();
                            }
                        }
                    }
                };
                Trainer.of(Experiments.sparseParity().withLength(Span.epochs(1_000_000)))
                        .withStackSize(1)
                        .withListener(listener)
                        .train(Path.of(args[2]), 0, 1);
            }
        }
    }

    private static void create(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Destructors, and what is to run before them, abort the process. */
    private static void abortInADestructor() {
        NativeLibrary c = NativeLibrary.getProcess();
        c.getFunction("__cxa_atexit").invokeInt(new Object[] {c.getFunction("abort"), null, null});
    }

    private static void multiply(Path ready) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray matrix = manager.ones(new Shape(600, 600));
            for (int k = 0; ; k++) {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    matrix.dot(matrix);
                }
                if (k == 0) {
                    create(ready);
                }
            }
        }
    }
}

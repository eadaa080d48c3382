package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Main;
import org.kymograph.record.RunFolder;

/** A training whose process is told to end, as a scheduler, docker stop or Ctrl-C does. */
class EndedTrainingTest {
    @TempDir
    Path folder;

    @Test
    @Tag("slow")
    void aTrainingThatIsToldToEndLeavesItsRunsAsInterruptedAndSaysSo() throws Exception {
        for (List<String> more : List.of(List.<String>of(), List.of("--processes", "2"))) {
            Path out = folder.resolve("parity" + more.size());
            Path errors = folder.resolve("errors" + more.size());
            Process process = start(out, errors, more);
            try {
                while (process.isAlive() && !evaluated(out, 2)) {
                    Thread.sleep(100);
                }
                assertThat(process.isAlive()).as(Files.readString(errors)).isTrue();
                // SIGTERM; Ctrl-C ends a Java process through the same hooks.
                process.destroy();
                assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(RunFolder.list(out)).extracting(RunFolder::status).containsOnly(RunFolder.Status.INTERRUPTED);
            assertThat(Files.readString(errors))
                    .contains("was interrupted: what is finished is kept")
                    .doesNotContain("\tat ");
        }
    }

    private static boolean evaluated(Path out, int runs) throws IOException {
        if (!Files.isDirectory(out)) {
            return false;
        }
        try (Stream<Path> all = Files.list(out)) {
            return all.map(run -> run.resolve("metrics.jsonl"))
                            .filter(Files::exists)
                            .filter(file -> file.toFile().length() > 0)
                            .count()
                    >= runs;
        }
    }

    private static Process start(Path out, Path errors, List<String> more) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train",
                "sparse-parity",
                "--seeds",
                "0-1",
                "--bits",
                "10",
                "--hidden",
                "32",
                "--train-size",
                "200",
                "--epochs",
                "1000000",
                "--stack-size",
                "1",
                "--no-statistics",
                "--out",
                out.toString()));
        words.addAll(more);
        return new ProcessBuilder(words)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start();
    }
}

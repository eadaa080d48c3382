package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.cli.Main;
import org.kymograph.record.RunFolder;

/** A recorded training that is killed at random moments; {@code -Dkymograph.kills=100} for more of them. */
@Tag("slow")
class KilledRecordingTest {
    private static final int KILLS = Integer.getInteger("kymograph.kills", 2);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"in-pass", "post-epoch-train", "post-epoch-eval"})
    void logsEndWithTheSameBytes(String mode) throws Exception {
        Path quiet = folder.resolve("quiet/parity");
        Path killed = folder.resolve("killed/parity");
        long start = System.nanoTime();
        assertThat(start(quiet, mode).waitFor()).isZero();
        long within = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);

        SplittableRandom random = new SplittableRandom(mode.hashCode());
        int cut = 0;
        while (cut < KILLS) {
            Process p = start(killed, mode);
            // Not while it starts, so that most are killed while they train.
            if (!p.waitFor(within / 3 + random.nextLong(2 * within / 3 + 1), TimeUnit.MILLISECONDS)) {
                p.destroyForcibly().waitFor();
                cut++;
            } else {
                // The machine was busier before.
                delete(killed);
                within = 2 * within / 3;
            }
        }
        assertThat(start(killed, mode).waitFor()).isZero();
        assertThat(record(killed)).isEqualTo(record(quiet));
    }

    private static Process start(Path out, String mode) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        words.addAll(List.of(
                "train",
                "sparse-parity",
                "--seeds",
                "0-2",
                "--bits",
                "10",
                "--hidden",
                "32",
                "--train-size",
                "600",
                "--epochs",
                "30",
                "--norm",
                "batch",
                "--checkpoint-every-steps",
                "29",
                "--stack-size",
                "2",
                "--record",
                mode,
                "--out",
                out.toString()));
        return new ProcessBuilder(words)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }

    private static Map<String, String> record(Path experiment) throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (RunFolder run : RunFolder.list(experiment)) {
            assertThat(run.status()).isEqualTo(RunFolder.Status.DONE);
            try (Stream<Path> all = Files.walk(run.path())) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    String name = run.path().relativize(file).toString();
                    if (!name.equals("run.json")) {
                        files.put(run.id() + "/" + name, HexFormat.of().formatHex(Files.readAllBytes(file)));
                    }
                }
            }
        }
        assertThat(files.keySet().stream().filter(f -> f.contains("training_dynamics/dynamics_epoch_")))
                .hasSize(3 * 30);
        return files;
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path p : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}

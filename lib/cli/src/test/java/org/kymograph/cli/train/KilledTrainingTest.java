package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Main;
import org.kymograph.record.RunFolder;

/** A training that is killed at random moments, again and again; {@code -Dkymograph.kills=100} for more of them. */
@Tag("slow")
class KilledTrainingTest {
    private static final int KILLS = Integer.getInteger("kymograph.kills", 6);

    @TempDir
    Path folder;

    @Test
    void endsWithTheSameBytes() throws Exception {
        Path quiet = folder.resolve("quiet/parity");
        Path killed = folder.resolve("killed/parity");
        long start = System.nanoTime();
        assertThat(start(quiet).waitFor()).isZero();
        long whole = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);

        SplittableRandom random = new SplittableRandom(1);
        int cut = 0;
        for (int k = 0; k < KILLS; k++) {
            Process p = start(killed);
            if (!p.waitFor(random.nextLong(whole), TimeUnit.MILLISECONDS)) {
                p.destroyForcibly().waitFor();
                cut++;
            } else if (k < KILLS - 1) {
                // Done before it was killed: from the start again.
                delete(killed);
            }
        }
        assertThat(cut).isPositive();
        assertThat(start(killed).waitFor()).isZero();
        assertThat(record(killed)).isEqualTo(record(quiet));
    }

    private static Process start(Path out) throws IOException {
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
                "0-4",
                "--bits",
                "10",
                "--hidden",
                "32",
                "--train-size",
                "200",
                "--epochs",
                "60",
                "--optimizer",
                "adam",
                "--lr",
                "0.001",
                "--norm",
                "batch",
                "--checkpoint-every-steps",
                "29",
                "--stack-size",
                "2",
                "--out",
                out.toString()));
        return new ProcessBuilder(words)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
    }

    private static Map<String, String> record(Path experiment) throws IOException {
        Map<String, String> files = new HashMap<>();
        for (RunFolder run : RunFolder.list(experiment)) {
            assertThat(run.status()).isEqualTo(RunFolder.Status.DONE);
            files.put(run.id(), Files.readString(run.path().resolve("metrics.jsonl")));
            for (long step : run.checkpointSteps()) {
                String name = String.format("checkpoints/step-%08d.safetensors", step);
                files.put(
                        run.id() + name,
                        HexFormat.of().formatHex(Files.readAllBytes(run.path().resolve(name))));
            }
        }
        assertThat(files).hasSizeGreaterThan(5 * 10);
        return files;
    }

    private static void delete(Path tree) throws IOException {
        try (var all = Files.walk(tree)) {
            for (Path p : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}

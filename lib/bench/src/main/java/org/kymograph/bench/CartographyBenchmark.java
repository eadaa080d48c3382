package org.kymograph.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.kymograph.cli.Main;

/**
 * From a log of training dynamics to written metrics: {@code kymograph cartography metrics} on 400,000 samples, 6 epochs
 * and 3 classes (310 MB), the best of three, beside the original's way in Python, both whole processes; then ours on
 * ten times the samples. Arguments: the Python to use, which may lack torch and pandas; the number of samples (400000);
 * "once" to leave out the tenfold log, else "all"; a clone of github.com/allenai/cartography, to run its own functions too.
 */
public final class CartographyBenchmark {
    private static final int EPOCHS = 6;
    private static final int CLASSES = 3;

    private CartographyBenchmark() {}

    /**
     * Measures, and prints what came of it.
     *
     * @param args the Python that has torch and pandas (python3), how many samples (400000), "once" or "all", a
     *     clone of the original
     * @throws Exception if a process can't be run
     */
    public static void main(String[] args) throws Exception {
        String python = args.length > 0 ? args[0] : "python3";
        int samples = args.length > 1 ? Integer.parseInt(args[1]) : 400_000;
        boolean once = args.length > 2 && args[2].equals("once");
        Path scratch = Files.createTempDirectory("cartography");
        try {
            System.out.printf(
                    "%d processors, load %s%n",
                    Runtime.getRuntime().availableProcessors(),
                    Files.readString(Path.of("/proc/loadavg")).trim());
            Path log = write(scratch.resolve("log"), samples);
            double best = Double.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                best = Math.min(best, kymograph(log, samples));
            }
            Process check = new ProcessBuilder(python, "-c", "import torch, pandas")
                    .inheritIO()
                    .start();
            if (check.waitFor() == 0) {
                peer("The original's way", samples, best, python, "lib/bench/python/cartography.py", log.toString());
                if (args.length > 3) {
                    peer(
                            "The original",
                            samples,
                            best,
                            python,
                            "lib/bench/python/cartography_original.py",
                            args[3],
                            log.toString());
                }
            }
            if (!once) {
                delete(log);
                kymograph(write(scratch.resolve("tenfold"), 10 * samples), 10 * samples);
            }
        } finally {
            delete(scratch);
        }
    }

    private static double kymograph(Path log, int samples) throws IOException, InterruptedException {
        MeasuredProcess ours = MeasuredProcess.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "cartography",
                        "metrics",
                        log.toString(),
                        "--out",
                        log.resolve("td_metrics.jsonl").toString()),
                Map.of());
        System.out.printf(
                "Kymograph, %,d samples: %7.1f s (%.1f s of CPU)  %5d MB%n",
                samples, ours.seconds(), ours.cpuSeconds(), ours.megabytes());
        return ours.seconds();
    }

    private static void peer(String name, int samples, double best, String... command)
            throws IOException, InterruptedException {
        MeasuredProcess peer = MeasuredProcess.run(List.of(command), Map.of("OMP_NUM_THREADS", "1"));
        System.out.printf(
                "%s, %,d samples: %7.1f s (%.1f s of CPU)  %5d MB   %.1f times ours%n",
                name, samples, peer.seconds(), peer.cpuSeconds(), peer.megabytes(), peer.seconds() / best);
    }

    /** Logits that grow towards the gold class in most samples and away from it in some, rows in a new order each epoch. */
    static Path write(Path folder, int samples) throws IOException {
        Path inside = Files.createDirectories(folder.resolve("training_dynamics"));
        for (int e = 0; e < EPOCHS; e++) {
            try (OutputStream out = new BufferedOutputStream(
                    Files.newOutputStream(inside.resolve("dynamics_epoch_" + e + ".jsonl")), 1 << 20)) {
                StringBuilder line = new StringBuilder();
                for (int i : order(samples, e)) {
                    Random noise = new Random(31L * i + e);
                    int gold = i % CLASSES;
                    double ease = new Random(7L * i).nextGaussian() + 1;
                    line.setLength(0);
                    line.append("{\"guid\": ")
                            .append(i)
                            .append(", \"logits_epoch_")
                            .append(e)
                            .append("\": [");
                    for (int c = 0; c < CLASSES; c++) {
                        float z = (float) (noise.nextGaussian() + (c == gold ? ease * Math.sqrt(e + 1) : 0));
                        line.append(c == 0 ? "" : ", ").append((double) z);
                    }
                    line.append("], \"gold\": ").append(gold).append(", \"device\": \"cuda:0\"}\n");
                    out.write(line.toString().getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
        return folder;
    }

    private static int[] order(int n, int epoch) {
        int[] order = new int[n];
        Arrays.setAll(order, i -> i);
        Random random = new Random(epoch);
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = order[i];
            order[i] = order[j];
            order[j] = other;
        }
        return order;
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder()).forEach(paths::add);
            }
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}

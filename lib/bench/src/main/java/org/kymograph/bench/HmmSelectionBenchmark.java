package org.kymograph.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.kymograph.cli.Main;

/**
 * Choosing the number of states at the original study's size (40 runs, 32 of them fitted, 300 checkpoints, 14 features,
 * full covariance, 1 to 8 states, 5 restarts, 32 iterations without a tolerance): {@code kymograph hmm select} beside
 * hmmlearn on the same rows, both whole processes; then ours on two and four times the rows, and on 40 runs of 1,000
 * rows in a heap of 512 MiB. Arguments: the Python to use, which may lack hmmlearn; set PYTHONPATH to where it has it.
 */
public final class HmmSelectionBenchmark {
    private static final int RUNS = 40;
    private static final int FEATURES = 14;

    private HmmSelectionBenchmark() {}

    /**
     * Measures, and prints what came of it.
     *
     * @param args the Python that has hmmlearn (python3)
     * @throws Exception if a process can't be run
     */
    public static void main(String[] args) throws Exception {
        String python = args.length > 0 ? args[0] : "python3";
        Path scratch = Files.createTempDirectory("selection");
        System.out.printf(
                "%d processors, load %s%n",
                Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/loadavg")).trim());
        Path rows = write(scratch, 300);
        double ours = kymograph(rows, scratch, "2g");
        Process check = new ProcessBuilder(python, "-c", "import hmmlearn.hmm")
                .inheritIO()
                .start();
        if (check.waitFor() == 0) {
            for (String threads : List.of("1", "2")) {
                MeasuredProcess peer = MeasuredProcess.run(
                        List.of(python, "lib/bench/python/hmm_selection.py", rows.toString()),
                        Map.of("OMP_NUM_THREADS", threads, "OPENBLAS_NUM_THREADS", threads));
                System.out.printf(
                        "hmmlearn, %s BLAS thread(s): %7.1f s (%.1f s of CPU)  %5d MB   %.1f times ours%n",
                        threads, peer.seconds(), peer.cpuSeconds(), peer.megabytes(), peer.seconds() / ours);
            }
        }
        kymograph(write(scratch, 600), scratch, "2g");
        kymograph(write(scratch, 1200), scratch, "2g");
        kymograph(write(scratch, 1000), scratch, "512m");
    }

    private static double kymograph(Path rows, Path scratch, String heap) throws IOException, InterruptedException {
        MeasuredProcess ours = MeasuredProcess.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "hmm",
                        "select",
                        rows.toString(),
                        "--max-states",
                        "8",
                        "--restarts",
                        "5",
                        "--iterations",
                        "32",
                        "--tolerance",
                        "none",
                        "--seed",
                        "0",
                        "--out",
                        scratch.resolve("out").toString()),
                Map.of());
        System.out.printf(
                "Kymograph, %s, heap %s: %7.1f s (%.1f s of CPU)  %5d MB%n",
                rows.getFileName(), heap, ours.seconds(), ours.cpuSeconds(), ours.megabytes());
        return ours.seconds();
    }

    /** Runs that go through six phases at their own pace; features are smooth and nearly collinear, as weights' are. */
    private static Path write(Path folder, int length) throws IOException {
        Random random = new Random(1);
        double[][] phases = new double[6][4];
        double[][] mixing = new double[4][FEATURES];
        fill(phases, random, 2);
        fill(mixing, random, 1);
        StringBuilder text = new StringBuilder("run,step");
        for (int j = 0; j < FEATURES; j++) {
            text.append(",x").append(j);
        }
        text.append('\n');
        for (int run = 0; run < RUNS; run++) {
            double pace = 0.6 + 0.8 * random.nextDouble();
            double[] hidden = phases[0].clone();
            for (int t = 0; t < length; t++) {
                int phase = (int) Math.min(5, 6 * pace * t / length);
                text.append("seed").append(run).append(',').append(t);
                for (int h = 0; h < 4; h++) {
                    hidden[h] += 10.0 / length * (phases[phase][h] - hidden[h]) + 0.02 * random.nextGaussian();
                }
                for (int j = 0; j < FEATURES; j++) {
                    double x = 0.05 * random.nextGaussian();
                    for (int h = 0; h < 4; h++) {
                        x += mixing[h][j] * hidden[h];
                    }
                    text.append(',').append(x);
                }
                text.append('\n');
            }
        }
        return Files.writeString(folder.resolve(RUNS + "x" + length + ".csv"), text);
    }

    private static void fill(double[][] matrix, Random random, double scale) {
        for (double[] row : matrix) {
            for (int j = 0; j < row.length; j++) {
                row[j] = scale * random.nextGaussian();
            }
        }
    }
}

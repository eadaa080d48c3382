package org.kymograph.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.kymograph.cli.Main;

/**
 * Full-size sparse parity with all statistics at every epoch: our population beside a plain PyTorch loop that trains
 * one run after the other, both whole processes from start to end. The peer has one thread, since a second makes it
 * slower, its matrices being small.
 */
public final class PopulationBenchmark {
    private PopulationBenchmark() {}

    /**
     * Measures, and prints what came of it.
     *
     * @param args seeds (40), epochs (300), the Python that has PyTorch (python3)
     * @throws Exception if a process can't be run
     */
    public static void main(String[] args) throws Exception {
        int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 40;
        int epochs = args.length > 1 ? Integer.parseInt(args[1]) : 300;
        String python = args.length > 2 ? args[2] : "python3";
        Path scratch = Files.createTempDirectory("population");
        System.out.printf(
                "%d seeds, %d epochs, %d processors, load %s%n",
                seeds,
                epochs,
                Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/loadavg")).trim());

        MeasuredProcess kymograph = MeasuredProcess.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dai.djl.pytorch.num_threads=1",
                        "-Dai.djl.pytorch.num_interop_threads=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "train",
                        "sparse-parity",
                        "--seeds",
                        "0-" + (seeds - 1),
                        "--epochs",
                        Integer.toString(epochs),
                        "--out",
                        scratch.resolve("parity").toString()),
                Map.of());
        System.out.printf(
                "%-46s %7.1f s  %5d MB%n",
                "Kymograph, stacked on two threads", kymograph.seconds(), kymograph.megabytes());
        for (String batches : List.of("loader", "rows")) {
            MeasuredProcess peer = MeasuredProcess.run(
                    List.of(
                            python,
                            "lib/bench/python/parity.py",
                            Integer.toString(seeds),
                            Integer.toString(epochs),
                            scratch.resolve("peer.jsonl").toString(),
                            batches),
                    Map.of("OMP_NUM_THREADS", "1"));
            System.out.printf(
                    "%-46s %7.1f s  %5d MB   %.1f times ours%n",
                    "PyTorch loop, batches by " + batches,
                    peer.seconds(),
                    peer.megabytes(),
                    peer.seconds() / kymograph.seconds());
        }
    }
}

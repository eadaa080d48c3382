package org.kymograph.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.images.Images;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Experiment;
import org.kymograph.train.Experiments;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import org.kymograph.train.Trainer;
import org.kymograph.train.dynamics.Recorder;

/**
 * What recording costs: Fashion-MNIST with all 60,000 images and 6 epochs, unrecorded, recorded in each mode, and as many forward passes
 * over the training set without gradients as there are epochs, in turn in one process, one BLAS thread. The first round warms the
 * virtual machine and isn't counted, and of the others the
 * least counts, which is the one that other programs disturbed least. Wall time is what a user waits for; on a busy machine processor time says more.
 */
public final class RecordingBenchmark {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private RecordingBenchmark() {}

    private interface Work {
        void run() throws IOException;
    }

    /**
     * Measures, and prints what came of it.
     *
     * @param args rounds (3), images (60000)
     * @throws IOException if there is no room for the runs
     */
    public static void main(String[] args) throws IOException {
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        int images = args.length > 1 ? Integer.parseInt(args[1]) : 60_000;
        Split all = Images.fashionMnist();
        Experiment e = Experiments.fashionMnist(new Split(all.train().take(images), all.test()));
        System.out.printf(
                "%d images, %d epochs, %d processors, load %s%n",
                images,
                e.length().count(),
                Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/loadavg")).trim());
        Map<String, Work> works = new LinkedHashMap<>();
        works.put("unrecorded", () -> train(Trainer.of(e)));
        for (Recorder.Mode mode : Recorder.Mode.values()) {
            works.put(mode.toString(), () -> train(Trainer.of(e).withListener(Recorder.of(mode))));
        }
        Dataset train = e.task().sample(0).train();
        works.put(
                "forward passes",
                () -> forward(Objective.of(e, train).withThreads(1), e.length().count()));
        Map<String, double[]> leasts = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, Work> work : works.entrySet()) {
                double[] seconds = seconds(work.getValue());
                System.out.printf(
                        "%-22s %6.2f s, processor %6.2f s%s%n",
                        work.getKey(), seconds[0], seconds[1], round == 0 ? "   warming up" : "");
                for (int k = 0; round > 0 && k < 2; k++) {
                    double[] least = leasts.computeIfAbsent(work.getKey(), x -> new double[] {1e9, 1e9});
                    least[k] = Math.min(least[k], seconds[k]);
                }
            }
        }
        double[] plain = leasts.get("unrecorded");
        leasts.forEach((name, least) -> System.out.printf(
                "least of %-22s %6.2f s (%+.1f %%), processor %6.2f s (%+.1f %%)%n",
                name, least[0], 100 * (least[0] / plain[0] - 1), least[1], 100 * (least[1] / plain[1] - 1)));
    }

    private static void train(Trainer trainer) throws IOException {
        Path scratch = Files.createTempDirectory("recording");
        try {
            trainer.train(scratch, 0);
        } finally {
            try (Stream<Path> files = Files.walk(scratch)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void forward(Objective objective, long passes) {
        List<ParameterVector> weights = List.of(objective.initial(0));
        try (ObjectiveSession session = objective.open()) {
            for (long pass = 0; pass < passes; pass++) {
                session.outputs(weights);
            }
        }
    }

    private static double[] seconds(Work work) throws IOException {
        long start = System.nanoTime();
        long processor = PROCESS.getProcessCpuTime();
        work.run();
        return new double[] {(System.nanoTime() - start) / 1e9, (PROCESS.getProcessCpuTime() - processor) / 1e9};
    }
}

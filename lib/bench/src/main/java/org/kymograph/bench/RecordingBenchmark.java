package org.kymograph.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.kymograph.data.Split;
import org.kymograph.data.images.Images;
import org.kymograph.train.Experiment;
import org.kymograph.train.Experiments;
import org.kymograph.train.Trainer;
import org.kymograph.train.dynamics.Recorder;

/**
 * What recording costs: Fashion-MNIST with all 60,000 images and 6 epochs, unrecorded and recorded in turn in one process,
 * one BLAS thread. The first round warms the virtual machine and isn't counted.
 */
public final class RecordingBenchmark {
    private RecordingBenchmark() {}

    /**
     * Measures, and prints what came of it.
     *
     * @param args rounds (3), images (60000), modes to record in (post-epoch-eval only)
     * @throws IOException if there is no room for the runs
     */
    public static void main(String[] args) throws IOException {
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        int images = args.length > 1 ? Integer.parseInt(args[1]) : 60_000;
        List<Recorder.Mode> modes = args.length > 2
                ? Stream.of(Recorder.Mode.values())
                        .filter(m -> List.of(args).contains(m.toString()))
                        .toList()
                : List.of(Recorder.Mode.POST_EPOCH_EVAL);
        Split all = Images.fashionMnist();
        Experiment e = Experiments.fashionMnist(new Split(all.train().take(images), all.test()));
        System.out.printf(
                "%d images, %d epochs, %d processors, load %s%n",
                images,
                e.length().count(),
                Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/loadavg")).trim());
        double plain = 0;
        double[] recorded = new double[modes.size()];
        for (int round = 0; round <= rounds; round++) {
            double seconds = seconds(Trainer.of(e));
            System.out.printf("%-30s %6.2f s%s%n", "unrecorded", seconds, round == 0 ? "   warming up" : "");
            plain += round == 0 ? 0 : seconds;
            for (int m = 0; m < modes.size(); m++) {
                seconds = seconds(Trainer.of(e).withListener(Recorder.of(modes.get(m))));
                System.out.printf(
                        "%-30s %6.2f s%s%n", "recorded " + modes.get(m), seconds, round == 0 ? "   warming up" : "");
                recorded[m] += round == 0 ? 0 : seconds;
            }
        }
        System.out.printf("%-30s %6.2f s%n", "mean unrecorded", plain / rounds);
        for (int m = 0; m < modes.size(); m++) {
            System.out.printf(
                    "%-30s %6.2f s   %+.1f %%%n",
                    "mean " + modes.get(m), recorded[m] / rounds, 100 * (recorded[m] / plain - 1));
        }
    }

    private static double seconds(Trainer trainer) throws IOException {
        Path scratch = Files.createTempDirectory("recording");
        try {
            long start = System.nanoTime();
            trainer.train(scratch, 0);
            return (System.nanoTime() - start) / 1e9;
        } finally {
            try (Stream<Path> files = Files.walk(scratch)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}

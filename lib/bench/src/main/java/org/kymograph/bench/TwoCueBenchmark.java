package org.kymograph.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.cluster.Association;
import org.kymograph.connectivity.cluster.BasinSettings;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.curves.Interpolation;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.tasks.CueReader;
import org.kymograph.connectivity.tasks.TwoCue;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.stats.ClusterAgreement;
import org.kymograph.stats.Statistics;
import org.kymograph.train.Objective;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

/**
 * Whether the task of two cues makes two basins, on several experiment seeds: each has its own data, pretraining, fine-tuned
 * runs and segments of all pairs. Each seed's wall and processor time is measured, and then those of the same arithmetic in eager PyTorch, one model
 * at a time; both use the threads that they use by default.
 * A seed that is done is read from its line; what was interrupted goes on, but without a time.
 */
public final class TwoCueBenchmark {
    private static final int RUNS = 24;
    private static final int SAMPLES = 512;

    private TwoCueBenchmark() {}

    /**
     * Measures, and prints a table.
     *
     * @param args the folder of the runs, the number of experiment seeds (3), the Python that has PyTorch (python3)
     * @throws Exception if a folder can't be written or a process can't be run
     */
    public static void main(String[] args) throws Exception {
        Path root = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("two-cue");
        int seeds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        String python = args.length > 2 ? args[2] : "python3";
        System.out.println(
                "| seed | clusters | test accuracy | A-only, by cluster | mean gap across | median gap within | Rand index"
                        + " | r with A-only | pretraining, fine-tuning, segments, wall s | PyTorch | times, by the wall and the processor |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
        for (long seed = 0; seed < seeds; seed++) {
            Path line = root.resolve("seed-" + seed + ".md");
            if (!Files.exists(line)) {
                Files.createDirectories(root);
                Files.writeString(line, measured(root.resolve("seed-" + seed), seed, python));
            }
            System.out.println(Files.readString(line).strip());
        }
    }

    // Seconds of the three parts by the wall, and of all of them by the processor.
    private static double[] peer(String python) throws Exception {
        Process peer = new ProcessBuilder(python, "lib/bench/python/two_cue.py", Integer.toString(RUNS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String times = new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (peer.waitFor() != 0) {
            throw new IOException("two_cue.py ended with " + peer.exitValue());
        }
        return Stream.of(times.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private static String measured(Path root, long seed, String python) throws Exception {
        boolean fresh = !Files.exists(root);
        long busy = processor();
        long start = System.nanoTime();
        TwoCue task = TwoCue.withDefaults().withDataSeed(seed);
        // What a loop in PyTorch does, too: one evaluation at the end, and the parameters of start and end on disk.
        Span end = Span.steps(400);
        RunFolder pretrained = Trainer.of(TwoCue.pretraining().withEvaluation(end))
                .train(root, seed)
                .runs()
                .get(0);
        long trained = System.nanoTime();
        Population runs = Trainer.of(
                        task.fineTuning(pretrained).withEvaluation(end).withCheckpoints(end))
                .train(root, LongStream.range(1000 * seed, 1000 * seed + RUNS).toArray());
        long tuned = System.nanoTime();
        Objective objective = Objective.of(
                CueReader.withDefaults(),
                Loss.CROSS_ENTROPY,
                task.sample(0).test().take(SAMPLES));
        Models models = Models.of(runs);
        GapMatrix gap = Interpolation.of(objective)
                .run(models, root.resolve("curves.csv"))
                .gap();
        long done = System.nanoTime();
        double used = (processor() - busy) / 1e9;
        Basins basins = Basins.of(gap, BasinSettings.defaults().withDraws(99));
        var vectors = models.names().stream()
                .map(m -> models.load(m, objective.initial(0)))
                .toList();
        double[] aOnly = objective.withData(task.aOnly()).accuracies(vectors);
        double[] test = objective.withData(task.sample(0).test()).accuracies(vectors);
        int[] clear = IntStream.range(0, RUNS)
                .filter(i -> aOnly[i] < 0.2 || aOnly[i] > 0.8)
                .toArray();
        ClusterAgreement agreement = ClusterAgreement.of(
                IntStream.of(clear).map(i -> basins.labels()[i]).toArray(),
                IntStream.of(clear).map(i -> aOnly[i] > 0.5 ? 1 : 0).toArray());
        return String.format(
                Locale.ROOT,
                "| %d | %s | %.3f to %.3f | %.3f, %.3f | %.3f | %.4f | %.2f | %.3f | %s |%n",
                seed,
                basins.members().stream().map(List::size).toList(),
                Statistics.quantile(test, 0),
                Statistics.quantile(test, 1),
                meanOf(aOnly, basins, 0),
                meanOf(aOnly, basins, 1),
                Statistics.mean(pairs(gap, basins, false)),
                Statistics.median(pairs(gap, basins, true)),
                agreement.rand(),
                Association.of(basins, aOnly, 1).rows().get(0).pearson().estimate(),
                fresh
                        ? times(
                                new double[] {(trained - start) / 1e9, (tuned - trained) / 1e9, (done - tuned) / 1e9},
                                used,
                                peer(python))
                        : "| |");
    }

    private static String times(double[] ours, double used, double[] peer) {
        return String.format(
                Locale.ROOT,
                "%.1f, %.1f, %.1f | %.1f, %.1f, %.1f | %.1f, %.1f",
                ours[0],
                ours[1],
                ours[2],
                peer[0],
                peer[1],
                peer[2],
                (peer[0] + peer[1] + peer[2]) / (ours[0] + ours[1] + ours[2]),
                peer[3] / used);
    }

    // Processor time of all threads, in nanoseconds.
    private static long processor() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static double meanOf(double[] scores, Basins basins, int cluster) {
        return Statistics.mean(Columns.pick(
                scores,
                IntStream.range(0, RUNS)
                        .filter(i -> basins.labels()[i] == cluster)
                        .toArray()));
    }

    private static double[] pairs(GapMatrix gap, Basins basins, boolean same) {
        int[] labels = basins.labels();
        return IntStream.range(0, RUNS)
                .boxed()
                .flatMapToDouble(i -> IntStream.range(0, i)
                        .filter(j -> (labels[i] == labels[j]) == same)
                        .mapToDouble(j -> gap.get(i, j)))
                .toArray();
    }
}

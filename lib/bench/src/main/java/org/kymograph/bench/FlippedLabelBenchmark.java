package org.kymograph.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.noise.ConfidentLearning;
import org.kymograph.cartography.noise.Detection;
import org.kymograph.cartography.noise.LabelNoise;
import org.kymograph.cartography.noise.NoisyLabels;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.images.Images;
import org.kymograph.model.Mlp;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.stats.RankingScores;
import org.kymograph.stats.Statistics;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.dynamics.Recorder;
import org.kymograph.train.loss.Loss;

/**
 * How well scores of the training dynamics find flipped labels, in the setting of dattri's benchmark (Deng et al., NeurIPS
 * 2024, arXiv 2410.04555): 5,000 digits of MNIST, 784-128-64-10 with dropout 0.1, SGD at 0.01 with momentum 0.9, batches of
 * 64, 50 epochs; a tenth of the labels are exchanged for one of the nine others, as its examples do. Each seed draws labels
 * and network anew. A run that is done is not trained again.
 */
public final class FlippedLabelBenchmark {
    private static final int SAMPLES = 5_000;
    private static final int TESTS = 500;
    private static final int CLASSES = 10;
    private static final double RATE = 0.1;
    private static final int[] EPOCHS = {10, 20, 50};

    private FlippedLabelBenchmark() {}

    /**
     * Measures, and prints a table: the area under the ROC curve of each score, with the 95 % interval of its mean over the seeds.
     *
     * @param args the folder of MNIST's four files, that of the runs, the number of seeds (10)
     * @throws Exception if a file can't be read or written
     */
    public static void main(String[] args) throws Exception {
        Path root = args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("flipped-labels");
        int seeds = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        Split mnist = Images.mnist(Path.of(args[0]));
        Dataset train = mnist.train().take(SAMPLES).withScaling(Scaling.MNIST);
        Split digits = new Split(train, mnist.test().take(TESTS).withScaling(Scaling.MNIST));
        Map<Long, NoisyLabels> noise = new ConcurrentHashMap<>();
        Map<Long, Split> noisy = new ConcurrentHashMap<>();
        Guids rows = Guids.rows(SAMPLES);
        LongStream.range(0, seeds).forEach(seed -> {
            noise.put(seed, LabelNoise.uniform(RATE).inject(rows, SampleRows.classes(train), CLASSES, seed));
            noisy.put(seed, new Split(noise.get(seed).applyTo(train, rows), digits.test()));
        });
        Experiment experiment = Experiment.of(
                        "mnist-flipped",
                        Task.derived(Task.of("mnist-5000", digits), Map.of("flipped", RATE), noisy::get),
                        Mlp.of(CLASSES, 128, 64).withDropout(0.1),
                        Loss.CROSS_ENTROPY,
                        Optimizer.sgd(0.01).withMomentum(0.9))
                .withBatchSize(64)
                .withLength(Span.epochs(EPOCHS[EPOCHS.length - 1]))
                .withEvaluation(Span.epochs(EPOCHS[0]))
                .withCheckpoints(Span.epochs(EPOCHS[EPOCHS.length - 1]));
        Population runs = Trainer.of(experiment)
                .withWorkers(1)
                .withListener(Recorder.withDefaults())
                .train(root, LongStream.range(0, seeds).toArray());
        Map<String, List<double[]>> scores = new LinkedHashMap<>();
        for (RunFolder run : runs.runs()) {
            Dynamics log = Dynamics.read(run.path());
            boolean[] truth = noise.get(run.seed()).truth(log.guids());
            for (int e = 0; e < EPOCHS.length; e++) {
                add(scores, e, log.upTo(EPOCHS[e]), truth);
            }
        }
        print(scores);
        System.out.println(runs.metrics().last(1).selectColumns("epoch", "train_accuracy", "eval_accuracy"));
    }

    private static void add(Map<String, List<double[]>> scores, int place, Dynamics log, boolean[] truth) {
        SampleMetrics map = SampleMetrics.of(log);
        for (Metric metric : EnumSet.copyOf(map.metrics())) {
            add(scores, metric.column(), place, Detection.topK(map, metric, 0), truth);
        }
        add(scores, "confident learning", place, ConfidentLearning.ofMean(log).detection(), truth);
    }

    private static void add(
            Map<String, List<double[]>> scores, String name, int place, Detection detection, boolean[] truth) {
        List<double[]> rows = scores.computeIfAbsent(name, n -> new ArrayList<>());
        if (place == 0) {
            rows.add(new double[EPOCHS.length]);
        }
        rows.get(rows.size() - 1)[place] =
                RankingScores.of(truth, detection.suspicion()).auroc();
    }

    private static void print(Map<String, List<double[]>> scores) {
        System.out.println("| score | 10 epochs | 20 epochs | 50 epochs |\n|---|---|---|---|");
        scores.forEach((name, rows) -> {
            StringBuilder line = new StringBuilder("| `" + name + "` |");
            for (int e = 0; e < EPOCHS.length; e++) {
                int place = e;
                double[] auroc = rows.stream().mapToDouble(row -> row[place]).toArray();
                line.append(String.format(
                        Locale.ROOT, " %.3f ± %.3f |", Statistics.mean(auroc), Statistics.studentHalfWidth(auroc)));
            }
            System.out.println(line);
        });
    }
}

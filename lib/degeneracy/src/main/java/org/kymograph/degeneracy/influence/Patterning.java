package org.kymograph.degeneracy.influence;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.Task.Augmentation;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stats.Resampling.Interval;
import org.kymograph.stats.Statistics;
import org.kymograph.train.Experiment;
import org.kymograph.train.Span;
import org.kymograph.train.StartingPoint;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

/**
 * Whether weights on the training samples change what a network learns: runs go on from a checkpoint with samples weighted by a score,
 * such as the {@link Susceptibility} of a part, against the score, and, as a matched control, by the same weights dealt out at random. All arms
 * take equal steps from the same checkpoints.
 *
 * <p>Weights are exp(strength·z), with z the score less its mean over its standard deviation within ±3, divided by their mean.
 *
 * <p>Source: Wang and Murfet, Patterning: the dual of interpretability (2026).
 *
 * @param experiment what the runs were trained with; its task gives the samples to learn from
 * @param from the step of the checkpoint that all arms go on from
 * @param steps how many steps they take, at least 1
 * @param strength how strongly samples are weighted, above 0
 */
public record Patterning(Experiment experiment, long from, long steps, double strength) {
    private static final double MOST = 3;

    /** Checks the ranges. */
    public Patterning {
        Arguments.atLeast("from", from, 0L);
        Arguments.atLeast("steps", steps, 1L);
        Arguments.positive("strength", strength);
    }

    /** The arms of a trial. */
    public enum Arm {
        /** Samples with a high score weigh more. */
        TOWARDS,
        /** Samples with a low score weigh more. */
        AWAY,
        /** The weights of {@link #TOWARDS}, dealt out at random: the control. */
        SHUFFLED
    }

    /**
     * What a trial found: a number per arm and run.
     *
     * @param metric what was measured
     * @param seeds the seeds of the runs
     * @param values by arm, in the order of the seeds
     */
    public record Trial(String metric, List<Long> seeds, Map<Arm, double[]> values) {
        /**
         * Returns the mean difference of an arm to another, over pairs of runs of one seed, with the interval of 95 % that Student's t
         * gives for so few; it is endless for a single seed.
         *
         * @param arm an arm
         * @param other another
         * @return the mean of arm − other; its number of draws is 0, as nothing is drawn
         */
        public Interval difference(Arm arm, Arm other) {
            double[] a = values.get(arm);
            double[] b = values.get(other);
            double[] both = new double[a.length];
            Arrays.setAll(both, i -> a[i] - b[i]);
            double mean = Statistics.mean(both);
            double half = both.length < 2 ? Double.POSITIVE_INFINITY : Statistics.studentHalfWidth(both);
            return new Interval(mean, mean - half, mean + half, 0);
        }

        /** Returns a row per arm: its runs, mean, standard deviation, and the difference to the control with its interval. */
        public Table table() {
            return Columns.of(metric, List.copyOf(values.keySet()))
                    .texts("arm", arm -> arm.name().toLowerCase(Locale.ROOT))
                    .ints("runs", arm -> values.get(arm).length)
                    .doubles("mean", arm -> Statistics.mean(values.get(arm)))
                    .doubles("sd", arm -> Statistics.sampleSd(values.get(arm)))
                    .doubles("less the control", arm -> difference(arm, Arm.SHUFFLED)
                            .estimate())
                    .doubles("its lower", arm -> difference(arm, Arm.SHUFFLED).lower())
                    .doubles("its upper", arm -> difference(arm, Arm.SHUFFLED).upper())
                    .table();
        }
    }

    /**
     * Returns the weights that scores give.
     *
     * @param scores a score per sample; they must not be all the same
     * @param strength how strongly samples are weighted
     * @return positive weights of mean 1
     */
    public static double[] weights(double[] scores, double strength) {
        double mean = Statistics.mean(scores);
        double sd = Statistics.populationSd(scores);
        Arguments.check(sd > 0, "scores", "all " + mean, "different ones");
        double[] w = Arrays.stream(scores)
                .map(s -> Math.exp(strength * Math.max(-MOST, Math.min(MOST, (s - mean) / sd))))
                .toArray();
        double total = Statistics.mean(w);
        return Arrays.stream(w).map(x -> x / total).toArray();
    }

    /** The experiment's task with weights for each run's samples. */
    private record Weighted(Task task, Map<Long, double[]> weights) implements Task {
        @Override
        public String name() {
            return task.name();
        }

        @Override
        public Object setting() {
            Map<String, Object> setting = new LinkedHashMap<>();
            setting.put("task", task.setting());
            List<Tensor> all = weights.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(e -> Tensor.of(e.getValue(), e.getValue().length))
                    .toList();
            setting.put("weights", Tensor.checksum(all.toArray(Tensor[]::new)));
            return setting;
        }

        @Override
        public Augmentation augmentation() {
            return task.augmentation();
        }

        @Override
        public Split sample(long seed) {
            Split split = task.sample(seed);
            double[] w = weights.get(seed);
            return new Split(split.train().withAuxiliary(Tensor.ofFloats(w, w.length, 1)), split.test());
        }
    }

    /**
     * Trains all arms and measures them.
     *
     * @param root the folder of all experiments
     * @param recorded the runs that the arms go on from, of the experiment, with a checkpoint at {@code from}
     * @param scores gives a run's scores of its training samples
     * @param metric what is measured, as a name
     * @param measure measures a run at its end
     * @return the numbers by arm
     */
    public Trial run(
            Path root,
            Population recorded,
            Function<RunFolder, double[]> scores,
            String metric,
            ToDoubleFunction<RunFolder> measure) {
        return run(root, recorded, scores, Map.of(metric, measure)).get(0);
    }

    /**
     * Trains all arms and measures them in several ways.
     *
     * @param root the folder of all experiments
     * @param recorded the runs that the arms go on from, of the experiment, with a checkpoint at {@code from}
     * @param scores gives a run's scores of its training samples
     * @param measures what measures a run at its end, by name
     * @return the numbers by arm, for each measure in its order
     */
    public List<Trial> run(
            Path root,
            Population recorded,
            Function<RunFolder, double[]> scores,
            Map<String, ToDoubleFunction<RunFolder>> measures) {
        Map<Long, double[]> towards = new HashMap<>();
        Map<Long, double[]> away = new HashMap<>();
        Map<Long, double[]> shuffled = new HashMap<>();
        List<Long> seeds = new ArrayList<>();
        for (RunFolder run : recorded.runs()) {
            double[] found = scores.apply(run);
            Arguments.sameLength(
                    "scores",
                    found.length,
                    "the training set",
                    experiment.task().sample(run.seed()).train().size());
            seeds.add(run.seed());
            double[] w = weights(found, strength);
            towards.put(run.seed(), w);
            away.put(run.seed(), weights(Arrays.stream(found).map(s -> -s).toArray(), strength));
            int[] order = Streams.permutation(Streams.of(run.seed(), "patterning"), w.length);
            shuffled.put(run.seed(), Arrays.stream(order).mapToDouble(i -> w[i]).toArray());
        }
        Map<Arm, Population> arms = new LinkedHashMap<>();
        arms.put(Arm.TOWARDS, trained(root, recorded, towards, seeds));
        arms.put(Arm.AWAY, trained(root, recorded, away, seeds));
        arms.put(Arm.SHUFFLED, trained(root, recorded, shuffled, seeds));
        List<Trial> trials = new ArrayList<>();
        measures.forEach((metric, measure) -> {
            Map<Arm, double[]> values = new LinkedHashMap<>();
            arms.forEach((arm, runs) ->
                    values.put(arm, runs.runs().stream().mapToDouble(measure).toArray()));
            trials.add(new Trial(metric, List.copyOf(seeds), values));
        });
        return trials;
    }

    private Population trained(Path root, Population recorded, Map<Long, double[]> weights, List<Long> seeds) {
        Experiment arm = experiment
                .withName(experiment.name() + "-weighted")
                .withTask(new Weighted(experiment.task(), weights))
                .withLoss(Loss.weighted(experiment.loss()))
                .withStart(StartingPoint.ofEach(recorded, from))
                .withLength(Span.steps(steps))
                .withCheckpoints(Span.steps(steps))
                .withEvaluation(Span.steps(steps));
        return Trainer.of(arm).train(root, seeds.stream().mapToLong(s -> s).toArray());
    }
}

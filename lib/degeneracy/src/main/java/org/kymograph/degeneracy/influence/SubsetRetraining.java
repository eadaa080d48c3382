package org.kymograph.degeneracy.influence;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Population;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;

/**
 * The truth that influences are measured against: an experiment is run again on random subsets of its training set, for as many
 * steps, all subsets as stacks. Each subset is trained on several times, which differ in their batches, and in their
 * initial weights unless the experiment has a start, so that it is known how well any method could do.
 *
 * @param experiment the experiment; its task is replaced
 * @param data all samples: those to learn from and those to ask about
 * @param train the rows of {@code data} to learn from
 * @param share the share of them in a subset, above 0 and below 1
 * @param subsets how many subsets, at least 3
 * @param repeats how often each is trained on, at least 1
 * @param seed the random seed of the subsets
 */
public record SubsetRetraining(
        Experiment experiment, Dataset data, int[] train, double share, int subsets, int repeats, long seed) {
    /** Checks the ranges. */
    public SubsetRetraining {
        train = train.clone();
        Arguments.check(share > 0 && share < 1, "share", share, "between 0 and 1");
        Arguments.check(
                Math.round(share * train.length) > 0, "share", share, "one that leaves a sample of " + train.length);
        Arguments.atLeast("subsets", subsets, 3);
        Arguments.atLeast("repeats", repeats, 1);
    }

    /**
     * Returns 100 subsets of half the samples, each trained on twice.
     *
     * @param experiment the experiment
     * @param data all samples
     * @param train the rows of {@code data} to learn from
     * @return the settings
     */
    public static SubsetRetraining of(Experiment experiment, Dataset data, int... train) {
        return new SubsetRetraining(experiment, data, train, 0.5, 100, 2, 0);
    }

    /** Returns the rows to learn from, a copy. */
    @Override
    public int[] train() {
        return train.clone();
    }

    /** Returns a copy with another share of the samples in a subset. */
    public SubsetRetraining withShare(double share) {
        return Copies.with(this, "share", share);
    }

    /** Returns a copy with another number of subsets. */
    public SubsetRetraining withSubsets(int subsets) {
        return Copies.with(this, "subsets", subsets);
    }

    /** Returns a copy that trains on each subset another number of times. */
    public SubsetRetraining withRepeats(int repeats) {
        return Copies.with(this, "repeats", repeats);
    }

    /** Returns a copy with another random seed of the subsets. */
    public SubsetRetraining withSeed(long seed) {
        return Copies.with(this, "seed", seed);
    }

    /**
     * Returns the samples of a subset.
     *
     * @param subset its number, from 0
     * @return places among the rows to learn from, ascending
     */
    public int[] subset(int subset) {
        int[] order = Streams.permutation(Streams.of(seed, "subsets", subset), train.length);
        int[] some = Arrays.copyOf(order, (int) Math.round(share * train.length));
        Arrays.sort(some);
        return some;
    }

    /** The experiment's task on the subset that the run's seed stands for. */
    private final class Subsets implements Task {
        private final Dataset test = data.withSplit("test");
        private final int each;

        Subsets() {
            each = repeats;
        }

        @Override
        public String name() {
            return data.name() + "-subsets";
        }

        @Override
        public Object setting() {
            Map<String, Object> setting = new LinkedHashMap<>();
            setting.put("data", Tensor.checksum(data.inputs(), data.targets()));
            setting.put(
                    "train",
                    Tensor.checksum(
                            Tensor.of(Arrays.stream(train).asLongStream().toArray(), train.length)));
            setting.put("share", share);
            setting.put("repeats", each);
            setting.put("subsetSeed", seed);
            return setting;
        }

        @Override
        public Split sample(long run) {
            int[] rows =
                    Arrays.stream(subset((int) (run / each))).map(i -> train[i]).toArray();
            return new Split(data.subset(rows).withSplit("train"), test);
        }
    }

    /**
     * What the runs ended with.
     *
     * @param subsets the subsets, as places among the rows to learn from
     * @param losses subsets × repeats × columns: the loss of each sample that was asked about
     */
    public record Outcome(int[][] subsets, double[][][] losses) {}

    /**
     * Trains on all subsets; runs that are there already are not trained again.
     *
     * @param root the folder of all experiments
     * @param columns the rows of {@code data} to ask about
     * @return the losses at the end
     */
    public Outcome run(Path root, int... columns) {
        long epoch = -Math.floorDiv(-experiment.task().sample(0).train().size(), experiment.batchSize());
        long steps = experiment.length().inSteps(epoch);
        Experiment again = experiment
                .withName(experiment.name() + "-subsets")
                .withTask(new Subsets())
                .withLength(Span.steps(steps))
                .withCheckpoints(Span.steps(steps))
                .withEvaluation(Span.steps(steps))
                .withStatistics(false);
        Population runs = Trainer.of(again)
                .train(root, LongStream.range(0, (long) subsets * repeats).toArray());
        Objective objective = Objective.of(experiment, data.subset(columns));
        List<ParameterVector> ends =
                runs.runs().stream().map(r -> objective.parameters(r)).toList();
        double[][] all = objective.losses(ends);
        return new Outcome(
                IntStream.range(0, subsets).mapToObj(this::subset).toArray(int[][]::new),
                IntStream.range(0, subsets)
                        .mapToObj(s -> Arrays.copyOfRange(all, s * repeats, (s + 1) * repeats))
                        .toArray(double[][][]::new));
    }
}

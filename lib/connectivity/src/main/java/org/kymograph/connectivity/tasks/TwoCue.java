package org.kymograph.connectivity.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.StartingPoint;
import org.kymograph.train.loss.Loss;

/**
 * Two cues, each of which gives the label away: a task whose solutions lie in two basins, though all start from one network.
 *
 * <p>Of 16 symbols the first eight have polarity +1, the others −1. A sequence has six slots: cue A in slot 0, which has the
 * label's polarity with probability q_A; cue B in slot 1, which has the opposite one with probability q_B; noise in the
 * others. A network pretrained on {@link PolaritySum} starts on a saddle: early batches decide which cue it will follow.
 * On {@link #aOnly} only readers of A are right, and readers of B always wrong: it stands for a test out of distribution.
 *
 * @param qA the probability that cue A agrees with the label
 * @param qB the probability that cue B has the opposite of the label's polarity
 * @param train the number of training samples, at least 1
 * @param test the number of test samples, at least 1
 * @param dataSeed the seed of the samples, which are the same for all runs
 */
public record TwoCue(double qA, double qB, int train, int test, long dataSeed) implements Task {
    static final int SYMBOLS = 16;
    static final int SLOTS = 6;

    /** Checks the ranges. */
    public TwoCue {
        Arguments.within("qA", qA, 0.0, 1.0);
        Arguments.within("qB", qB, 0.0, 1.0);
        Arguments.atLeast("train", train, 1);
        Arguments.atLeast("test", test, 1);
    }

    /** Returns the task with q_A = q_B = 0.95, 8,000 training and 2,000 test samples. */
    public static TwoCue withDefaults() {
        return new TwoCue(0.95, 0.95, 8000, 2000, 0);
    }

    /** Returns a copy with other probabilities of the cues. */
    public TwoCue withCues(double qA, double qB) {
        return new TwoCue(qA, qB, train, test, dataSeed);
    }

    /** Returns a copy with other samples. */
    public TwoCue withDataSeed(long dataSeed) {
        return Copies.with(this, "dataSeed", dataSeed);
    }

    @Override
    public String name() {
        return "two-cue";
    }

    @Override
    public Split sample(long seed) {
        return new Split(samples("train", qA, qB, train), samples("test", qA, qB, test));
    }

    /** Returns samples of which cue A is always right and cue B always wrong. */
    public Dataset aOnly() {
        return samples("A-only", 1, 0, test);
    }

    /** Returns samples of which cue B is always right and cue A always wrong. */
    public Dataset bOnly() {
        return samples("B-only", 0, 1, test);
    }

    /** Returns samples of which cue A is always right and cue B is noise. */
    public Dataset aNeutral() {
        return samples("A-neutral", 1, 0.5, test);
    }

    /** Returns {@code A-only}, {@code B-only} and {@code A-neutral}. */
    @Override
    public Map<String, Dataset> tests(long seed) {
        Map<String, Dataset> tests = new LinkedHashMap<>();
        for (Dataset d : List.of(aOnly(), bOnly(), aNeutral())) {
            tests.put(d.split(), d);
        }
        return tests;
    }

    /**
     * Returns which cues of each sample tell its label.
     *
     * @param data samples of this task
     * @return for each {@code "both right"}, {@code "only A right"}, {@code "only B right"} or {@code "none right"}, to group
     *     samples by
     */
    public List<String> cues(Dataset data) {
        long[] x = data.inputs().toLongs();
        long[] y = data.targets().toLongs();
        Arguments.sameLength("inputs", x.length, "six slots a target", SLOTS * y.length);
        return Columns.each(y.length, i -> {
            boolean a = x[i * SLOTS] < SYMBOLS / 2 == (y[i] == 1);
            boolean b = x[i * SLOTS + 1] < SYMBOLS / 2 != (y[i] == 1);
            return a ? b ? "both right" : "only A right" : b ? "only B right" : "none right";
        });
    }

    private Dataset samples(String part, double a, double b, int n) {
        RandomGenerator random = Streams.of(dataSeed, "two-cue " + part);
        long[] x = new long[n * SLOTS];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
            boolean positive = random.nextBoolean();
            y[i] = positive ? 1 : 0;
            x[i * SLOTS] = symbol(random, positive == random.nextDouble() < a);
            x[i * SLOTS + 1] = symbol(random, positive != random.nextDouble() < b);
            for (int s = 2; s < SLOTS; s++) {
                x[i * SLOTS + s] = Streams.below(random, SYMBOLS);
            }
        }
        return new Dataset(name(), part, dataSeed, Tensor.of(x, n, SLOTS), Tensor.of(y, n), 2, Scaling.NONE);
    }

    private static long symbol(RandomGenerator random, boolean positive) {
        return Streams.below(random, SYMBOLS / 2) + (positive ? 0L : SYMBOLS / 2);
    }

    /** Returns the pretraining: Adam at 3e-3, 400 steps of 32 samples of {@link PolaritySum}. */
    public static Experiment pretraining() {
        return Experiment.of(
                        "two-cue-pretraining",
                        PolaritySum.withDefaults(),
                        CueReader.withDefaults(),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adam(3e-3))
                .withBatchSize(32)
                .withLength(Span.steps(400))
                .withEvaluation(Span.steps(200))
                .withCheckpoints(Span.steps(400));
    }

    /**
     * Returns the fine-tuning from a pretrained network: a new head and an order of the data by the run's seed, Adam at 5e-3, 400
     * steps of 32 samples, a checkpoint every 50.
     *
     * @param pretrained a run of {@link #pretraining}
     * @return the experiment
     */
    public Experiment fineTuning(RunFolder pretrained) {
        long last = pretrained
                .lastGoodCheckpoint()
                .orElseThrow(() -> new IllegalArgumentException(
                        "run " + pretrained + " has no checkpoint; expected a finished pretraining"));
        return Experiment.of("two-cue", this, CueReader.withDefaults(), Loss.CROSS_ENTROPY, Optimizer.adam(5e-3))
                .withBatchSize(32)
                .withLength(Span.steps(400))
                .withEvaluation(Span.steps(100))
                .withCheckpoints(Span.steps(50))
                .withStart(StartingPoint.of(pretrained, last).withNew("^head"));
    }
}

package org.kymograph.cartography.noise;

import java.util.Arrays;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.record.dynamics.Guids;

/**
 * Finds wrong labels without knowing how many: some samples get a class of their own that nothing belongs to, and a sample
 * whose margins are no better than theirs is suspect. Two runs with disjoint sets, so that every sample is judged (Pleiss
 * et al., arXiv 2001.10528). Immutable.
 */
public final class ThresholdSamples {
    /** The percentile of the threshold samples' margins that the paper takes as limit. */
    public static final double PERCENTILE = 99;

    private static final int RUNS = 2;

    private final Guids guids;
    private final int classes;
    private final int[][] sets;

    private ThresholdSamples(Guids guids, int classes, int[][] sets) {
        this.guids = guids;
        this.classes = classes;
        this.sets = sets;
    }

    /**
     * Draws n/(C + 1) samples, cut off, for each run.
     *
     * @param guids the n samples
     * @param classes C, at least 2
     * @param seed the random seed of the draw
     * @return the sets
     * @throws IllegalArgumentException if there are fewer samples than classes + 1
     */
    public static ThresholdSamples of(Guids guids, int classes, long seed) {
        Arguments.atLeast("classes", classes, 2);
        Arguments.atLeast("samples", guids.size(), classes + 1);
        int each = guids.size() / (classes + 1);
        int[] order = Streams.permutation(Streams.of(seed, "threshold samples"), guids.size());
        int[][] sets = new int[RUNS][];
        for (int run = 0; run < RUNS; run++) {
            sets[run] = Arrays.copyOfRange(order, run * each, (run + 1) * each);
            Arrays.sort(sets[run]);
        }
        return new ThresholdSamples(guids, classes, sets);
    }

    /**
     * Returns the indices of a run's threshold samples, rising.
     *
     * @param run 0 or 1
     * @throws IllegalArgumentException if there is no such run
     */
    public int[] set(int run) {
        return sets[Arguments.within("run", run, 0, RUNS - 1)].clone();
    }

    /**
     * Returns the examples with one more class, which that run's threshold samples have.
     *
     * @param train the examples, in the guids' order
     * @param run 0 or 1
     * @throws IllegalArgumentException if the examples are of another number or of other classes, or there is no such run
     */
    public Dataset relabel(Dataset train, int run) {
        Arguments.sameLength("train", train.size(), "guids", guids.size());
        Arguments.check(train.classes() == classes, "classes", train.classes(), String.valueOf(classes));
        int[] labels = SampleRows.classes(train);
        for (int i : set(run)) {
            labels[i] = classes;
        }
        return ClassTargets.with(train, labels, classes + 1);
    }

    /**
     * Returns the split with one more class, which that run's threshold samples have and nothing in the test set.
     *
     * @param split the training examples, in the guids' order, and those to test on
     * @param run 0 or 1
     * @throws IllegalArgumentException if the training examples are of another number or of other classes, or there is no
     *     such run
     */
    public Split relabel(Split split, int run) {
        return new Split(
                relabel(split.train(), run),
                ClassTargets.with(split.test(), SampleRows.classes(split.test()), classes + 1));
    }

    /**
     * Judges with the paper's percentile, see {@link #judge(SampleMetrics, SampleMetrics, double)}.
     *
     * @param first what the run on {@code relabel(train, 0)} gave
     * @param second what the run on {@code relabel(train, 1)} gave
     * @return what they say
     */
    public Detection judge(SampleMetrics first, SampleMetrics second) {
        return judge(first, second, PERCENTILE);
    }

    /**
     * Flags samples whose AUM lies below a percentile of the threshold samples' AUM: the first run judges all but its own
     * threshold samples, the second run these.
     *
     * @param first what the run on {@code relabel(train, 0)} gave: AUM of every sample, in any order
     * @param second what the run on {@code relabel(train, 1)} gave
     * @param percentile above 0 to 100
     * @return for every sample how far its AUM lies below the limit, flagged if it does
     * @throws IllegalArgumentException if the percentile is out of range, or a run lacks a sample or AUM
     */
    public Detection judge(SampleMetrics first, SampleMetrics second, double percentile) {
        Arguments.check(percentile > 0 && percentile <= 100, "percentile", percentile, "above 0 to 100");
        double[][] aum = {aum(first), aum(second)};
        double[] limits = Columns.numbers(RUNS, run -> new Percentile()
                .withEstimationType(Percentile.EstimationType.R_7)
                .evaluate(Columns.pick(aum[run], sets[run]), percentile));
        boolean[] own = SampleRows.mask(sets[0], guids.size());
        double[] suspicion = new double[own.length];
        boolean[] flagged = new boolean[own.length];
        for (int i = 0; i < own.length; i++) {
            int run = own[i] ? 1 : 0;
            suspicion[i] = limits[run] - aum[run][i];
            flagged[i] = suspicion[i] > 0;
        }
        return new Detection("AUM threshold samples", guids, suspicion, flagged);
    }

    private double[] aum(SampleMetrics run) {
        double[] values = run.values(Metric.AUM);
        return Arrays.stream(SampleRows.of(run.guids(), guids))
                .mapToDouble(i -> values[i])
                .toArray();
    }
}

package org.kymograph.cartography.noise;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.cartography.metrics.SampleRows;

/**
 * As many samples with right as with wrong labels, in two halves.
 *
 * @param train indices to fit a detector on
 * @param test indices to judge it on
 */
record BalancedSplit(int[] train, int[] test) {
    /**
     * Takes all samples of the rarer kind and draws as many of the other one; odd ones go to the test half.
     *
     * @param truth which labels are wrong
     * @param seed the random seed of the draw
     * @return the halves, each balanced
     * @throws IllegalArgumentException if there are fewer than two of a kind
     */
    static BalancedSplit of(boolean[] truth, long seed) {
        int[] wrong = SampleRows.where(truth, true);
        int[] right = SampleRows.where(truth, false);
        int n = Math.min(wrong.length, right.length);
        Arguments.atLeast("wrong labels", wrong.length, 2);
        Arguments.atLeast("right labels", right.length, 2);
        RandomGenerator random = Streams.of(seed, "balanced split");
        int[] drawnWrong = Streams.shuffled(random, wrong);
        int[] drawnRight = Streams.shuffled(random, right);
        int half = n / 2;
        return new BalancedSplit(join(drawnWrong, drawnRight, 0, half), join(drawnWrong, drawnRight, half, n));
    }

    private static int[] join(int[] a, int[] b, int from, int to) {
        int[] both = Arrays.copyOf(Arrays.copyOfRange(a, from, to), 2 * (to - from));
        System.arraycopy(b, from, both, to - from, to - from);
        return both;
    }
}

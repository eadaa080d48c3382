package org.kymograph.states.hmm;

import java.util.Arrays;
import smile.math.random.MersenneTwister;

/**
 * Which runs a model is fitted on and which it is tested on.
 *
 * @param train indices of runs to fit on
 * @param test indices of runs to test on
 */
public record RunSplit(int[] train, int[] test) {
    private static final double TEST_SHARE = 0.2;

    /** Copies its arrays. */
    public RunSplit {
        train = train.clone();
        test = test.clone();
    }

    /**
     * The split of the original study: the first ⌈n/5⌉ of scikit-learn's shuffle of n runs from seed 0 test, the others
     * train, in that order.
     *
     * @param n the number of runs, at least 2
     * @return the split
     * @throws IllegalArgumentException if there are fewer than two runs
     */
    public static RunSplit original(int n) {
        if (n < 2) {
            throw new IllegalArgumentException("runs " + n + ": must be at least 2, one to fit and one to test");
        }
        int[] order = permutation(n, 0);
        int tests = (int) Math.ceil(TEST_SHARE * n);
        return new RunSplit(Arrays.copyOfRange(order, tests, n), Arrays.copyOf(order, tests));
    }

    /**
     * Deals shuffled runs to folds, each of which tests once.
     *
     * @param n the number of runs
     * @param folds the number of folds, 2 … n
     * @return one split per fold
     * @throws IllegalArgumentException if there are too few or too many folds
     */
    static RunSplit[] folds(int n, int folds) {
        if (folds < 2 || folds > n) {
            throw new IllegalArgumentException("folds " + folds + ": must be 2 to the number of runs, " + n);
        }
        int[] order = permutation(n, 0);
        RunSplit[] result = new RunSplit[folds];
        for (int f = 0; f < folds; f++) {
            int from = f * n / folds;
            int to = (f + 1) * n / folds;
            int[] train = new int[n - to + from];
            System.arraycopy(order, 0, train, 0, from);
            System.arraycopy(order, to, train, from, n - to);
            result[f] = new RunSplit(train, Arrays.copyOfRange(order, from, to));
        }
        return result;
    }

    /** @return what NumPy's {@code RandomState(seed).permutation(n)} is */
    static int[] permutation(int n, int seed) {
        MersenneTwister random = new MersenneTwister(seed);
        int[] order = new int[n];
        Arrays.setAll(order, i -> i);
        for (int i = n - 1; i > 0; i--) {
            int mask = -1 >>> Integer.numberOfLeadingZeros(i);
            int j;
            do {
                j = random.next(32) & mask;
            } while (j > i);
            int other = order[i];
            order[i] = order[j];
            order[j] = other;
        }
        return order;
    }

    @Override
    public int[] train() {
        return train.clone();
    }

    @Override
    public int[] test() {
        return test.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RunSplit that && Arrays.equals(train, that.train) && Arrays.equals(test, that.test);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(train) + Arrays.hashCode(test);
    }

    @Override
    public String toString() {
        return "train " + Arrays.toString(train) + ", test " + Arrays.toString(test);
    }
}

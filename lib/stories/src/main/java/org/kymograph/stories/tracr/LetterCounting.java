package org.kymograph.stories.tracr;

import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;

/**
 * Counting a letter in uniformly drawn letters, where the count of the second letter b may be tied to that of the first, a. In a
 * correlated sample #b = #a + shift; in any other it is not. Inputs are a {@link CompiledProgram}'s, the beginning first.
 *
 * <p>Source: Jain et al., Mechanistically analyzing the effects of fine-tuning on procedurally defined tasks (ICLR 2024).
 *
 * @param letters the number of letters, at least 3
 * @param positions the letters in a sample, at least 3
 * @param counted the letter that is counted, 0 for a and 1 for b
 * @param shift by how much b's are more than a's in a correlated sample, 0 to {@code positions - 1}
 * @param correlated the share of correlated training samples, 0 to 1
 * @param testCorrelated the share of correlated test samples, 0 to 1
 * @param train the number of samples to learn from, at least 1
 * @param test the number of samples to measure on, at least 1
 */
public record LetterCounting(
        int letters,
        int positions,
        int counted,
        int shift,
        double correlated,
        double testCorrelated,
        int train,
        int test)
        implements Task {
    /** Checks the ranges. */
    public LetterCounting {
        Arguments.atLeast("letters", letters, 3);
        Arguments.atLeast("positions", positions, 3);
        Arguments.within("counted", counted, 0, 1);
        Arguments.within("shift", shift, 0, positions - 1);
        Arguments.within("correlated", correlated, 0, 1);
        Arguments.within("testCorrelated", testCorrelated, 0, 1);
        LetterSamples.checkSize("train", train, positions);
        LetterSamples.checkSize("test", test, positions);
    }

    /**
     * Returns the task of counting b's where no sample is correlated, with a shift of 1, 8192 + 500 samples.
     *
     * @param network gives the letters and the positions
     * @return the task
     */
    public static LetterCounting of(CompiledProgram network) {
        return new LetterCounting(network.letters(), network.positions(), 1, 1, 0, 0, 8192, 500);
    }

    /** Returns a copy that counts a, 0, or b, 1. */
    public LetterCounting withCounted(int counted) {
        return Copies.with(this, "counted", counted);
    }

    /** Returns a copy with that share of correlated training samples. */
    public LetterCounting withCorrelated(double correlated) {
        return Copies.with(this, "correlated", correlated);
    }

    /** Returns a copy with that share of correlated test samples. */
    public LetterCounting withTestCorrelated(double testCorrelated) {
        return Copies.with(this, "testCorrelated", testCorrelated);
    }

    /** Returns a copy with other numbers of samples. */
    public LetterCounting withSizes(int train, int test) {
        return new LetterCounting(letters, positions, counted, shift, correlated, testCorrelated, train, test);
    }

    @Override
    public String name() {
        return "letter-counting";
    }

    @Override
    public Split sample(long seed) {
        return new Split(draw(seed, "train", train, correlated), draw(seed, "test", test, testCorrelated));
    }

    private Dataset draw(long seed, String part, int n, double share) {
        RandomGenerator random = Streams.of(seed, part + " letters");
        LetterSamples samples = new LetterSamples(n, letters, positions);
        for (int i = 0; i < n; i++) {
            int[] sample = letters(random, random.nextDouble() < share);
            samples.add(sample, count(sample, counted));
        }
        return samples.dataset(name(), part, seed, positions + 1);
    }

    private int[] letters(RandomGenerator random, boolean tied) {
        while (true) {
            int[] sample = new int[positions];
            for (int p = 0; p < positions; p++) {
                sample[p] = Streams.below(random, letters);
            }
            int wanted = count(sample, 0) + shift;
            if (!tied && count(sample, 1) != wanted) {
                return sample;
            }
            if (tied && wanted + count(sample, 0) <= positions) {
                return withCount(sample, wanted, random);
            }
        }
    }

    // Other letters than a become b, or b's another one, at random places.
    private int[] withCount(int[] sample, int wanted, RandomGenerator random) {
        int missing = wanted - count(sample, 1);
        for (int p : Streams.permutation(random, positions)) {
            if (missing > 0 && sample[p] > 1) {
                sample[p] = 1;
                missing--;
            } else if (missing < 0 && sample[p] == 1) {
                sample[p] = 2 + Streams.below(random, letters - 2);
                missing++;
            }
        }
        return sample;
    }

    private static int count(int[] sample, int letter) {
        int n = 0;
        for (int x : sample) {
            n += x == letter ? 1 : 0;
        }
        return n;
    }
}

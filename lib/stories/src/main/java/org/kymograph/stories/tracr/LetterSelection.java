package org.kymograph.stories.tracr;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;

/**
 * Naming the letter of a rank among different letters, the fifth or the seventh smallest. In a correlated sample the seventh is the
 * fifth plus a shift; in any other it is not. Inputs are a {@link CompiledProgram}'s, the beginning first.
 *
 * <p>Source: Jain et al., Mechanistically analyzing the effects of fine-tuning on procedurally defined tasks (ICLR 2024).
 *
 * @param letters the number of letters, above {@code positions}
 * @param positions the letters in a sample, at least 7
 * @param ranked which letter is wanted, 0 for the fifth and 1 for the seventh smallest
 * @param shift the seventh less the fifth letter in a correlated sample, 2 to {@code letters - positions + 2}
 * @param correlated the share of correlated training samples, 0 to 1
 * @param testCorrelated the share of correlated test samples, 0 to 1
 * @param train the number of samples to learn from, at least 1
 * @param test the number of samples to measure on, at least 1
 */
public record LetterSelection(
        int letters,
        int positions,
        int ranked,
        int shift,
        double correlated,
        double testCorrelated,
        int train,
        int test)
        implements Task {
    /** Checks the ranges. */
    public LetterSelection {
        Arguments.atLeast("positions", positions, 7);
        Arguments.atLeast("letters", letters, positions + 1);
        Arguments.within("ranked", ranked, 0, 1);
        Arguments.within("shift", shift, 2, letters - positions + 2);
        Arguments.within("correlated", correlated, 0, 1);
        Arguments.within("testCorrelated", testCorrelated, 0, 1);
        LetterSamples.checkSize("train", train, positions);
        LetterSamples.checkSize("test", test, positions);
    }

    /**
     * Returns the task of naming the seventh smallest letter where no sample is correlated, with a shift of 3, 8192 + 500 samples.
     *
     * @param network gives the letters and the positions
     * @return the task
     */
    public static LetterSelection of(CompiledProgram network) {
        return new LetterSelection(network.letters(), network.positions(), 1, 3, 0, 0, 8192, 500);
    }

    /** Returns a copy that names the fifth, 0, or the seventh smallest letter, 1. */
    public LetterSelection withRanked(int ranked) {
        return Copies.with(this, "ranked", ranked);
    }

    /** Returns a copy with those shares of correlated training and test samples. */
    public LetterSelection withCorrelated(double correlated, double testCorrelated) {
        return new LetterSelection(letters, positions, ranked, shift, correlated, testCorrelated, train, test);
    }

    /** Returns a copy with other numbers of samples. */
    public LetterSelection withSizes(int train, int test) {
        return new LetterSelection(letters, positions, ranked, shift, correlated, testCorrelated, train, test);
    }

    @Override
    public String name() {
        return "letter-selection";
    }

    @Override
    public Split sample(long seed) {
        return new Split(draw(seed, "train", train, correlated), draw(seed, "test", test, testCorrelated));
    }

    private Dataset draw(long seed, String part, int n, double share) {
        RandomGenerator random = Streams.of(seed, part + " ranked letters");
        LetterSamples samples = new LetterSamples(n, letters, positions);
        for (int i = 0; i < n; i++) {
            boolean tied = random.nextDouble() < share;
            int[] drawn;
            int[] sorted;
            do {
                drawn = Arrays.copyOf(Streams.permutation(random, letters), positions);
                sorted = drawn.clone();
                Arrays.sort(sorted);
            } while (tied != (sorted[6] - sorted[4] == shift));
            samples.add(drawn, sorted[ranked == 0 ? 4 : 6]);
        }
        return samples.dataset(name(), part, seed, letters);
    }
}

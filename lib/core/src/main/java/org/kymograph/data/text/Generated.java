package org.kymograph.data.text;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.record.tensors.Tensor;

/**
 * What generated texts with cue words have in common: word numbers 0 for no word, then a cue for each of two classes,
 * then words made of two syllables, an n behind those of the second half.
 */
final class Generated {
    private static final String CONSONANTS = "bdfgklmnprstvz";
    private static final String VOWELS = "aeiou";
    private static final int SYLLABLES = CONSONANTS.length() * VOWELS.length();
    /** The most words that there are names for. */
    static final int MOST_WORDS = 9800;

    private static final int CUES = 2;

    private Generated() {}

    static void check(int train, int test, int words, int length, double share) {
        check("train", train, 1, Integer.MAX_VALUE);
        check("test", test, 1, Integer.MAX_VALUE);
        check("words", words, 1, MOST_WORDS);
        check("length", length, 1, 10_000);
        Arguments.within("share", share, 0.0, 1.0);
    }

    static void check(String name, int value, int least, int most) {
        if (most == Integer.MAX_VALUE) {
            Arguments.atLeast(name, value, least);
        } else {
            Arguments.within(name, value, least, most);
        }
    }

    /** Draws each word's value. */
    static double[] values(long seed, int words) {
        RandomGenerator random = Streams.of(seed, "words");
        double[] values = new double[words];
        for (int w = 0; w < words; w++) {
            values[w] = Streams.gaussian(random);
        }
        return values;
    }

    /** Draws the words of a text, writes their numbers from a place on, and returns the sum of their values. */
    static double draw(RandomGenerator random, double[] values, long[] tokens, int at, int length) {
        double sum = 0;
        for (int k = 0; k < length; k++) {
            int word = Streams.below(random, values.length);
            sum += values[word];
            tokens[at + k] = 1L + CUES + word;
        }
        return sum;
    }

    /** Sums the values of the words of each text, of so many numbers each. */
    static double[] sums(Dataset data, int row, double[] values) {
        long[] tokens = data.inputs().toLongs();
        double[] sums = new double[tokens.length / row];
        for (int k = 0; k < tokens.length; k++) {
            if (tokens[k] > CUES) {
                sums[k / row] += values[(int) tokens[k] - 1 - CUES];
            }
        }
        return sums;
    }

    /** Draws a cue's number. */
    static long cue(RandomGenerator random, CuePart part, double share, long label) {
        boolean agrees = random.nextDouble() < share && part != CuePart.WRONG_CUE;
        return part == CuePart.NO_CUE ? 0 : 1 + (agrees ? label : 1 - label);
    }

    static Dataset data(String name, CuePart part, long seed, long[] tokens, long[] labels, long... inputShape) {
        long[] shape = new long[inputShape.length + 1];
        shape[0] = labels.length;
        System.arraycopy(inputShape, 0, shape, 1, inputShape.length);
        return new Dataset(
                name,
                part.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                seed,
                Tensor.of(tokens, shape),
                Tensor.of(labels, labels.length),
                CUES,
                Scaling.NONE);
    }

    /** Tells in which examples there is a cue, at a place in the example, that isn't the label's. */
    static boolean[] conflicting(Dataset data, int at) {
        long[] tokens = data.inputs().toLongs();
        boolean[] out = new boolean[data.size()];
        for (int i = 0; i < out.length; i++) {
            long cue = tokens[i * data.inputSize() + at];
            out[i] = cue >= 1 && cue <= CUES && cue - 1 != (long) data.targets().getDouble(i);
        }
        return out;
    }

    /** Writes one text of an example in letters. */
    static String text(Dataset data, int example, int text, List<String> cues) {
        int length = (int) data.inputShape()[data.inputShape().length - 1];
        var tokens = data.inputs().bytes().asLongBuffer();
        StringJoiner out = new StringJoiner(" ");
        for (int k = 0; k < length; k++) {
            int token = (int) tokens.get(example * data.inputSize() + text * length + k);
            if (token > 0) {
                out.add(token <= CUES ? cues.get(token - 1) : word(token - 1 - CUES));
            }
        }
        return out.toString();
    }

    private static String word(int number) {
        int first = number / SYLLABLES % SYLLABLES;
        return syllable(number % SYLLABLES) + syllable(first) + (number < SYLLABLES * SYLLABLES ? "" : "n");
    }

    private static String syllable(int s) {
        return "" + CONSONANTS.charAt(s % CONSONANTS.length()) + VOWELS.charAt(s / CONSONANTS.length());
    }
}

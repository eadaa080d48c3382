package org.kymograph.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;

/**
 * A generated text for language models whose entropy is known: a Markov chain of first order over a few symbols. From each symbol
 * a few others follow, drawn with the language's seed, with probabilities in the proportion 8 : 4 : 2 : … The best mean loss per
 * token of any model is {@link #entropyRate}; one that knows only how often each symbol comes reaches {@link #unigramEntropy}.
 *
 * <p>Examples are the pieces of one long text with the tokens that follow as targets, {@link Dataset#nextTokens}. Each run's seed
 * draws its own text of the same language.
 *
 * @param symbols the number of symbols, at least 2
 * @param followers the number of symbols that can follow one, 1 to symbols
 * @param language the language's seed
 * @param length the tokens in an example, at least 1
 * @param train the number of examples to learn from, at least 1
 * @param test the number of examples to measure on, at least 1
 */
public record MarkovText(int symbols, int followers, long language, int length, int train, int test) implements Task {
    /** Checks the ranges. */
    public MarkovText {
        Arguments.atLeast("symbols", symbols, 2);
        Arguments.within("followers", followers, 1, Math.min(symbols, 30));
        Arguments.atLeast("length", length, 1);
        Arguments.atLeast("train", train, 1);
        Arguments.atLeast("test", test, 1);
    }

    /**
     * Returns a language of 16 symbols with 3 followers each, 512 + 64 examples of 32 tokens.
     *
     * @return the task
     */
    public static MarkovText withDefaults() {
        return new MarkovText(16, 3, 0, 32, 512, 64);
    }

    /**
     * Returns a copy with the given sizes.
     *
     * @param length the tokens in an example
     * @param train the number of examples to learn from
     * @param test the number of examples to measure on
     * @return the copy
     */
    public MarkovText withSizes(int length, int train, int test) {
        return new MarkovText(symbols, followers, language, length, train, test);
    }

    /**
     * Returns a copy with the given language.
     *
     * @param language the language's seed
     * @return the copy
     */
    public MarkovText withLanguage(long language) {
        return Copies.with(this, "language", language);
    }

    @Override
    public String name() {
        return "markov-text";
    }

    @Override
    public Split sample(long seed) {
        return new Split(text(seed, "train", train), text(seed, "test", test));
    }

    private Dataset text(long seed, String part, int examples) {
        double[][] p = transitions();
        RandomGenerator random = Streams.of(seed, part + " text");
        long[] tokens = new long[Math.addExact(Math.multiplyExact(examples, length), 1)];
        tokens[0] = draw(random, stationary());
        for (int i = 1; i < tokens.length; i++) {
            tokens[i] = draw(random, p[(int) tokens[i - 1]]);
        }
        return Dataset.nextTokens(name(), part, seed, tokens, length, symbols);
    }

    private static int draw(RandomGenerator random, double[] probabilities) {
        double u = random.nextDouble();
        int last = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > 0) {
                last = i;
                u -= probabilities[i];
                if (u < 0) {
                    return i;
                }
            }
        }
        return last;
    }

    /**
     * Returns the probabilities of the symbol that follows.
     *
     * @return a row for each symbol, which sums to 1
     */
    public double[][] transitions() {
        RandomGenerator random = Streams.of(language, "language");
        double[][] p = new double[symbols][symbols];
        double total = (1L << followers) - 1;
        for (double[] row : p) {
            int[] order = Streams.permutation(random, symbols);
            for (int k = 0; k < followers; k++) {
                row[order[k]] = (1L << (followers - 1 - k)) / total;
            }
        }
        return p;
    }

    /**
     * Returns how often each symbol comes, in the long run of a text that starts anywhere.
     *
     * @return a probability for each symbol
     */
    public double[] stationary() {
        double[][] p = transitions();
        double[] pi = new double[symbols];
        Arrays.fill(pi, 1.0 / symbols);
        // The mean of two steps: a chain that only goes in circles converges too.
        for (int round = 0; round < 20_000; round++) {
            double[] next = new double[symbols];
            for (int i = 0; i < symbols; i++) {
                next[i] += pi[i] / 2;
                for (int j = 0; j < symbols; j++) {
                    next[j] += pi[i] * p[i][j] / 2;
                }
            }
            pi = next;
        }
        return pi;
    }

    /**
     * Returns the entropy of a symbol whose predecessor is known, Σᵢ πᵢ H(pᵢ).
     *
     * @return the entropy in nats
     */
    public double entropyRate() {
        double[] pi = stationary();
        double[][] p = transitions();
        double sum = 0;
        for (int i = 0; i < symbols; i++) {
            sum += pi[i] * entropy(p[i]);
        }
        return sum;
    }

    /**
     * Returns the entropy of a symbol of which nothing is known, H(π).
     *
     * @return the entropy in nats
     */
    public double unigramEntropy() {
        return entropy(stationary());
    }

    private static double entropy(double[] probabilities) {
        return Arrays.stream(probabilities)
                .filter(p -> p > 0)
                .map(p -> -p * Math.log(p))
                .sum();
    }
}

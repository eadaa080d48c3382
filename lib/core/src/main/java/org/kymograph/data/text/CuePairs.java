package org.kymograph.data.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;

/**
 * Generated pairs of a premise and a hypothesis with an annotation artefact in the hypothesis. Every word has a random
 * strength, standard normal; the premise entails the hypothesis if the strengths of its words sum to more than those of
 * the hypothesis. In front of each hypothesis stands one of two cue words, which in most pairs gives the label away, as
 * words of negation do in crowd-sourced inference data; in the others it names the wrong one.
 *
 * <p>The inputs of the data sets are I64 {@code [N, 2, length + 1]}, premise and hypothesis: 0 for no word, then the two
 * cue words, then the others. The targets are class indices, 0 for entailment. What is drawn depends on the seed alone:
 * the strengths come from the stream {@code "words"}, each part's pairs from a stream {@code "pairs"} of its own.
 *
 * <p>The artefact: Gururangan et al., Annotation Artifacts in Natural Language Inference Data (NAACL 2018).
 *
 * @param train how many pairs to learn from, at least 1
 * @param test how many to measure on, in each part, at least 1
 * @param words how many words there are, 1 to {@value Generated#MOST_WORDS}
 * @param length the words of a premise and of a hypothesis, at least 1, without the cue
 * @param share how many of the pairs have the cue that agrees with their label, 0 to 1
 */
public record CuePairs(int train, int test, int words, int length, double share) implements CueTask {
    /** The names of the classes. */
    public static final List<String> LABELS = List.of("entailment", "not_entailment");

    private static final List<String> CUES = List.of("some", "never");

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one of them is out of range
     */
    public CuePairs {
        Generated.check(train, test, words, length, share);
    }

    /**
     * Returns 20,000 pairs of 8 words each from 1,000 to learn from, 5,000 to measure on, 90 % with an agreeing
     * cue.
     *
     * @return 20,000 pairs of 8 words each from 1,000 to learn from, 5,000 to measure on, 90 % with an agreeing cue
     */
    public static CuePairs withDefaults() {
        return new CuePairs(20_000, 5_000, 1_000, 8, 0.9);
    }

    /**
     * Returns a copy with the given train.
     *
     * @param train how many pairs to learn from
     * @return a copy with that many
     */
    public CuePairs withTrain(int train) {
        return Copies.with(this, "train", train);
    }

    /**
     * Returns a copy with the given test.
     *
     * @param test how many pairs to measure on, in each part
     * @return a copy with that many
     */
    public CuePairs withTest(int test) {
        return Copies.with(this, "test", test);
    }

    /**
     * Returns a copy with the given words.
     *
     * @param words how many words there are
     * @return a copy with that many
     */
    public CuePairs withWords(int words) {
        return Copies.with(this, "words", words);
    }

    /**
     * Returns a copy with the given length.
     *
     * @param length the words of a premise and of a hypothesis
     * @return a copy with that length
     */
    public CuePairs withLength(int length) {
        return Copies.with(this, "length", length);
    }

    /**
     * Returns a copy with the given share.
     *
     * @param share how many of the pairs have the cue that agrees with their label
     * @return a copy with that share
     */
    public CuePairs withShare(double share) {
        return Copies.with(this, "share", share);
    }

    @Override
    public String name() {
        return "cue-pairs";
    }

    @Override
    public int vocabulary() {
        return 1 + CUES.size() + words;
    }

    /**
     * Returns the strength of each word, without the cues.
     *
     * @param seed the run's seed
     * @return the strength of each word, without the cues
     */
    public double[] strengths(long seed) {
        return Generated.values(seed, words);
    }

    @Override
    public Dataset data(long seed, CuePart part) {
        int n = part == CuePart.TRAIN ? train : test;
        double[] strengths = strengths(seed);
        RandomGenerator random = Streams.of(seed, "pairs", part.ordinal());
        int row = length + 1;
        long[] tokens = new long[Math.multiplyExact(Math.multiplyExact(n, 2), row)];
        long[] labels = new long[n];
        for (int i = 0; i < n; i++) {
            double premise = Generated.draw(random, strengths, tokens, 2 * i * row, length);
            double hypothesis = Generated.draw(random, strengths, tokens, (2 * i + 1) * row + 1, length);
            labels[i] = premise > hypothesis ? 0 : 1;
            tokens[(2 * i + 1) * row] = Generated.cue(random, part, share, labels[i]);
        }
        return Generated.data(name(), part, seed, tokens, labels, 2, row);
    }

    @Override
    public boolean[] conflicting(Dataset data) {
        return Generated.conflicting(data, length + 1);
    }

    @Override
    public double[] evidence(long seed, Dataset data) {
        double[] both = Generated.sums(data, length + 1, strengths(seed));
        double[] differences = new double[data.size()];
        Arrays.setAll(differences, i -> both[2 * i] - both[2 * i + 1]);
        return differences;
    }

    @Override
    public Texts texts(Dataset data) {
        List<Texts.Example> out = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            out.add(new Texts.Example(
                    Integer.toString(i),
                    List.of(Generated.text(data, i, 0, CUES), Generated.text(data, i, 1, CUES)),
                    data.targets().getDouble(i)));
        }
        return new Texts(name(), data.split(), out, LABELS);
    }
}

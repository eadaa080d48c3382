package org.kymograph.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;

/**
 * Generated sentences with an annotation artefact. Every word has a random valence, standard normal; a sentence's
 * label says whether the valences of its words sum to more than 0. In front of each sentence stands one of two cue
 * words, which in most sentences gives the label away; in the others it names the wrong one.
 *
 * <p>The inputs of the data sets are I64 {@code [N, length + 1]}: 0 for no word, then the two cue words, then the
 * others. The targets are class indices, 0 for a negative sentence. What is drawn depends on the seed alone: the
 * valences come from the stream {@code "words"}, each part's sentences from a stream {@code "sentences"} of its own.
 *
 * @param train how many sentences to learn from, at least 1
 * @param test how many to measure on, in each part, at least 1
 * @param words how many words there are, 1 to {@value Generated#MOST_WORDS}
 * @param length the words of a sentence, at least 1, without the cue
 * @param share how many of the sentences have the cue that agrees with their label, 0 to 1
 */
public record CueWords(int train, int test, int words, int length, double share) implements CueTask {
    /** The names of the classes. */
    public static final List<String> LABELS = List.of("negative", "positive");

    private static final List<String> CUES = List.of("sadly", "gladly");

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one of them is out of range
     */
    public CueWords {
        Generated.check(train, test, words, length, share);
    }

    /**
     * Returns 20,000 sentences of 12 words from 1,000 to learn from, 5,000 to measure on, 90 % with an agreeing
     * cue.
     *
     * @return 20,000 sentences of 12 words from 1,000 to learn from, 5,000 to measure on, 90 % with an agreeing cue
     */
    public static CueWords withDefaults() {
        return new CueWords(20_000, 5_000, 1_000, 12, 0.9);
    }

    /**
     * Returns a copy with the given train.
     *
     * @param train how many sentences to learn from
     * @return a copy with that many
     */
    public CueWords withTrain(int train) {
        return Copies.with(this, "train", train);
    }

    /**
     * Returns a copy with the given test.
     *
     * @param test how many sentences to measure on, in each part
     * @return a copy with that many
     */
    public CueWords withTest(int test) {
        return Copies.with(this, "test", test);
    }

    /**
     * Returns a copy with the given words.
     *
     * @param words how many words there are
     * @return a copy with that many
     */
    public CueWords withWords(int words) {
        return Copies.with(this, "words", words);
    }

    /**
     * Returns a copy with the given length.
     *
     * @param length the words of a sentence
     * @return a copy with that length
     */
    public CueWords withLength(int length) {
        return Copies.with(this, "length", length);
    }

    /**
     * Returns a copy with the given share.
     *
     * @param share how many of the sentences have the cue that agrees with their label
     * @return a copy with that share
     */
    public CueWords withShare(double share) {
        return Copies.with(this, "share", share);
    }

    @Override
    public String name() {
        return "cue-words";
    }

    @Override
    public int vocabulary() {
        return 1 + CUES.size() + words;
    }

    /**
     * Returns the valence of each word, without the cues.
     *
     * @param seed the run's seed
     * @return the valence of each word, without the cues
     */
    public double[] valences(long seed) {
        return Generated.values(seed, words);
    }

    @Override
    public Dataset data(long seed, CuePart part) {
        int n = part == CuePart.TRAIN ? train : test;
        double[] valences = valences(seed);
        RandomGenerator random = Streams.of(seed, "sentences", part.ordinal());
        int row = length + 1;
        long[] tokens = new long[Math.multiplyExact(n, row)];
        long[] labels = new long[n];
        for (int i = 0; i < n; i++) {
            labels[i] = Generated.draw(random, valences, tokens, i * row + 1, length) > 0 ? 1 : 0;
            tokens[i * row] = Generated.cue(random, part, share, labels[i]);
        }
        return Generated.data(name(), part, seed, tokens, labels, row);
    }

    @Override
    public boolean[] conflicting(Dataset data) {
        return Generated.conflicting(data, 0);
    }

    @Override
    public double[] evidence(long seed, Dataset data) {
        return Generated.sums(data, length + 1, valences(seed));
    }

    @Override
    public Texts texts(Dataset data) {
        List<Texts.Example> out = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            out.add(new Texts.Example(
                    Integer.toString(i),
                    List.of(Generated.text(data, i, 0, CUES)),
                    data.targets().getDouble(i)));
        }
        return new Texts(name(), data.split(), out, LABELS);
    }
}

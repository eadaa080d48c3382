package org.kymograph.data.text;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.tensors.Tensor;

/**
 * Generated texts with an annotation artefact: one of two cue words that in most of them gives the label away, as words of
 * negation do in crowd-sourced inference data; in the others it names the wrong label. Every word has a random value, standard
 * normal. A sentence's label says whether the values of its words, its valence, sum to more than 0. Of a pair the premise entails
 * the hypothesis if its words sum to more. The cue stands in front of the sentence, or of the hypothesis.
 *
 * <p>The inputs of the data sets are I64 {@code [N, length + 1]}, or {@code [N, 2, length + 1]} for premise and hypothesis: 0 for
 * no word, then the two cue words, then the others. The targets are class indices, 0 for a negative sentence or for entailment.
 * What is drawn depends on the seed alone: the values come from the stream {@code "words"}, each part's texts from a stream
 * {@code "sentences"} or {@code "pairs"} of its own.
 *
 * <p>The artefact: Gururangan et al., Annotation Artifacts in Natural Language Inference Data (NAACL 2018).
 *
 * @param pairs whether an example is a pair of a premise and a hypothesis; else it is a sentence
 * @param train how many examples to learn from, at least 1
 * @param test how many to measure on, in each part, at least 1
 * @param words how many words there are, 1 to {@value GeneratedWords#MOST}
 * @param length the words of a text, 1 to 10,000, without the cue
 * @param share how many of the examples have the cue that agrees with their label, 0 to 1
 */
public record CueTask(boolean pairs, int train, int test, int words, int length, double share) implements Task {
    private static final int CUES = 2;

    /** Parts of the texts, by what the cues do. */
    public enum Part {
        /** As drawn, to learn from. */
        TRAIN,
        /** Of the same distribution as those to learn from. */
        SAME,
        /** Every cue names the wrong label. */
        WRONG_CUE,
        /** There is no cue. */
        NO_CUE
    }

    /** Checks the ranges. */
    public CueTask {
        Arguments.atLeast("train", train, 1);
        Arguments.atLeast("test", test, 1);
        Arguments.within("words", words, 1, GeneratedWords.MOST);
        Arguments.within("length", length, 1, 10_000);
        Arguments.within("share", share, 0.0, 1.0);
    }

    /**
     * Returns sentences of 12 words from 1,000: 20,000 to learn from, 5,000 to measure on, 90 % with an agreeing cue.
     *
     * @return the task
     */
    public static CueTask ofSentences() {
        return new CueTask(false, 20_000, 5_000, 1_000, 12, 0.9);
    }

    /**
     * Returns pairs of 8 words each from 1,000: 20,000 to learn from, 5,000 to measure on, 90 % with an agreeing cue.
     *
     * @return the task
     */
    public static CueTask ofPairs() {
        return new CueTask(true, 20_000, 5_000, 1_000, 8, 0.9);
    }

    /** Returns a copy with another number of examples to learn from. */
    public CueTask withTrain(int train) {
        return Copies.with(this, "train", train);
    }

    /** Returns a copy with another number of examples to measure on, in each part. */
    public CueTask withTest(int test) {
        return Copies.with(this, "test", test);
    }

    /** Returns a copy with another number of words that there are. */
    public CueTask withWords(int words) {
        return Copies.with(this, "words", words);
    }

    /** Returns a copy with another number of words in a text. */
    public CueTask withLength(int length) {
        return Copies.with(this, "length", length);
    }

    /** Returns a copy with another share of examples whose cue agrees with their label. */
    public CueTask withShare(double share) {
        return Copies.with(this, "share", share);
    }

    @Override
    public String name() {
        return pairs ? "cue-pairs" : "cue-words";
    }

    @Override
    public Object setting() {
        return Map.of("train", train, "test", test, "words", words, "length", length, "share", share);
    }

    /**
     * Returns the names of the classes.
     *
     * @return the names, in the order of the class indices
     */
    public List<String> labels() {
        return pairs ? List.of("entailment", "not_entailment") : List.of("negative", "positive");
    }

    private List<String> cues() {
        return pairs ? List.of("some", "never") : List.of("sadly", "gladly");
    }

    /**
     * Returns the number of word numbers: no word, the cues, the words.
     *
     * @return the number
     */
    public int vocabulary() {
        return 1 + CUES + words;
    }

    /**
     * Returns the value of each word, without the cues: its valence, or its strength.
     *
     * @param seed the run's seed
     * @return the values
     */
    public double[] values(long seed) {
        RandomGenerator random = Streams.of(seed, "words");
        return Columns.numbers(words, w -> Streams.gaussian(random));
    }

    /**
     * Returns the texts to learn from and those of the same distribution.
     *
     * @param seed the run's seed
     * @return both parts
     */
    @Override
    public Split sample(long seed) {
        return new Split(data(seed, Part.TRAIN), data(seed, Part.SAME));
    }

    /**
     * Returns the three parts to measure on, by name: {@code "same distribution"}, {@code "wrong cue"}, {@code "no cue"}.
     *
     * @param seed the run's seed
     * @return the parts
     */
    @Override
    public Map<String, Dataset> tests(long seed) {
        Map<String, Dataset> tests = new LinkedHashMap<>();
        tests.put("same distribution", data(seed, Part.SAME));
        tests.put("wrong cue", data(seed, Part.WRONG_CUE));
        tests.put("no cue", data(seed, Part.NO_CUE));
        return tests;
    }

    /**
     * Returns the word numbers and labels of a part.
     *
     * @param seed the run's seed
     * @param part which texts
     * @return the examples
     */
    public Dataset data(long seed, Part part) {
        int n = part == Part.TRAIN ? train : test;
        double[] values = values(seed);
        RandomGenerator random = Streams.of(seed, pairs ? "pairs" : "sentences", part.ordinal());
        int row = length + 1;
        int example = pairs ? 2 * row : row;
        long[] tokens = new long[Math.multiplyExact(n, example)];
        long[] labels = new long[n];
        for (int i = 0; i < n; i++) {
            int cue = (i + 1) * example - row;
            double premise = pairs ? draw(random, values, tokens, i * example) : 0;
            double sum = draw(random, values, tokens, cue + 1);
            labels[i] = pairs ? (premise > sum ? 0 : 1) : sum > 0 ? 1 : 0;
            boolean agrees = random.nextDouble() < share && part != Part.WRONG_CUE;
            tokens[cue] = part == Part.NO_CUE ? 0 : 1 + (agrees ? labels[i] : 1 - labels[i]);
        }
        return new Dataset(
                name(),
                part.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                seed,
                pairs ? Tensor.of(tokens, n, 2, row) : Tensor.of(tokens, n, row),
                Tensor.of(labels, n),
                CUES,
                Scaling.NONE);
    }

    // Draws the words of a text, writes their numbers from a place on, and returns the sum of their values.
    private double draw(RandomGenerator random, double[] values, long[] tokens, int at) {
        double sum = 0;
        for (int k = 0; k < length; k++) {
            int word = Streams.below(random, words);
            sum += values[word];
            tokens[at + k] = 1L + CUES + word;
        }
        return sum;
    }

    /**
     * Returns which examples have a cue that names the wrong label.
     *
     * @param data examples of {@link #data}, or some of them
     * @return for each whether it has
     */
    public boolean[] conflicting(Dataset data) {
        long[] tokens = data.inputs().toLongs();
        boolean[] out = new boolean[data.size()];
        for (int i = 0; i < out.length; i++) {
            long cue = tokens[(i + 1) * data.inputSize() - length - 1];
            out[i] = cue >= 1 && cue <= CUES && cue - 1 != (long) data.targets().getDouble(i);
        }
        return out;
    }

    /**
     * Returns which share of examples has a cue that names the wrong label.
     *
     * @param data examples of {@link #data}, or some of them
     * @return the share, 0 to 1
     */
    public double conflictingShare(Dataset data) {
        boolean[] wrong = conflicting(data);
        return (double) IntStream.range(0, wrong.length).filter(i -> wrong[i]).count() / wrong.length;
    }

    /**
     * Returns what speaks for the label but the cue: the sum of a sentence's values, or that of a premise less that of its
     * hypothesis. The label is its sign; the smaller it is, the more every word counts.
     *
     * @param seed the seed of the examples
     * @param data examples of {@link #data}, or some of them
     * @return a number for each
     */
    public double[] evidence(long seed, Dataset data) {
        double[] values = values(seed);
        long[] tokens = data.inputs().toLongs();
        double[] sums = new double[tokens.length / (length + 1)];
        for (int k = 0; k < tokens.length; k++) {
            if (tokens[k] > CUES) {
                sums[k / (length + 1)] += values[(int) tokens[k] - 1 - CUES];
            }
        }
        if (!pairs) {
            return sums;
        }
        double[] differences = new double[data.size()];
        Arrays.setAll(differences, i -> sums[2 * i] - sums[2 * i + 1]);
        return differences;
    }

    /**
     * Returns examples in letters, their ids the rows 0, 1, ….
     *
     * @param data examples of {@link #data}, or some of them
     * @return the texts
     */
    public Texts texts(Dataset data) {
        long[] tokens = data.inputs().toLongs();
        int row = length + 1;
        List<Texts.Example> out = Columns.each(
                data.size(),
                i -> new Texts.Example(
                        Integer.toString(i),
                        IntStream.range(i * (pairs ? 2 : 1), (i + 1) * (pairs ? 2 : 1))
                                .mapToObj(t -> GeneratedWords.text(tokens, t * row, row, cues()))
                                .toList(),
                        data.targets().getDouble(i)));
        return new Texts(name(), data.split(), out, labels());
    }
}

package org.kymograph.data.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.data.text.Texts.Example;
import org.kymograph.record.files.RecordException;

/**
 * Pairs of sentences of nearly the same words, which say the same or not: a bag of words can't tell them apart, so that they test
 * whether a classifier of paraphrases reads the order of words. Files are the user's own: the texts of PAWS-QQP may not
 * be passed on.
 *
 * <p>Source: Zhang et al., PAWS: Paraphrase Adversaries from Word Scrambling (NAACL 2019).
 */
public final class Paws {
    private static final List<String> LABELS = List.of("not_duplicate", "duplicate");
    private static final List<String> HEADER = List.of("id", "sentence1", "sentence2", "label");
    private static final List<String> NOUNS = List.of(
            "doctor", "teacher", "lawyer", "farmer", "pilot", "singer", "baker", "judge", "student", "nurse", "poet",
            "tailor");
    private static final List<String> VERBS = List.of("thanked", "called", "visited", "helped", "followed", "blamed");

    private Paws() {}

    /**
     * Reads a file with the columns {@code id}, {@code sentence1}, {@code sentence2} and {@code label}, 1 for pairs that say the
     * same, separated by tabs.
     *
     * @param file the file
     * @param split which part of the data it is, such as {@code dev_and_test}
     * @return its pairs, in its order
     * @throws RecordException if the header or a row is not as said, with the line
     */
    public static Texts read(Path file, String split) {
        List<String> lines = TextLines.all(file);
        if (lines.isEmpty() || !List.of(lines.get(0).split("\t")).equals(HEADER)) {
            throw new RecordException(
                    file, 1, "is " + (lines.isEmpty() ? "missing" : lines.get(0)) + "; expected the header " + HEADER);
        }
        List<Example> examples = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String[] cells = lines.get(i).split("\t", -1);
            if (cells.length != HEADER.size()) {
                throw new RecordException(
                        file, i + 1, "has " + cells.length + " cells; expected " + HEADER.size() + ", " + HEADER);
            }
            if (!cells[3].equals("0") && !cells[3].equals("1")) {
                throw new RecordException(file, i + 1, "label is '" + cells[3] + "'; expected 0 or 1");
            }
            examples.add(new Example(cells[0], List.of(cells[1], cells[2]), Integer.parseInt(cells[3])));
        }
        return new Texts("paws", split, examples, LABELS);
    }

    /**
     * Makes pairs of the same kind: who did something to whom is swapped in half of them, and in the others the parts of a
     * conjunction are, which says the same. Both sentences of a pair have the same words.
     *
     * @param pairs the number of pairs, at least 1
     * @param seed the random seed
     * @return the pairs, whose labels are fair
     */
    public static Texts made(int pairs, long seed) {
        Arguments.atLeast("pairs", pairs, 1);
        RandomGenerator random = Streams.of(seed, "paws");
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            int[] order = Streams.permutation(random, NOUNS.size());
            String a = NOUNS.get(order[0]);
            String b = NOUNS.get(order[1]);
            String c = NOUNS.get(order[2]);
            String verb = VERBS.get(Streams.below(random, VERBS.size()));
            boolean same = random.nextBoolean();
            examples.add(new Example(
                    Integer.toString(i + 1),
                    List.of(sentence(a, b, verb, c), same ? sentence(b, a, verb, c) : sentence(c, b, verb, a)),
                    same ? 1 : 0));
        }
        return new Texts("paws-like", "seed " + seed, examples, LABELS);
    }

    private static String sentence(String a, String b, String verb, String c) {
        return "the " + a + " and the " + b + " " + verb + " the " + c;
    }
}

package org.kymograph.stories.pcfg;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.tensors.Tensor;

/**
 * Questions about strings of a grammar: {@code $ T O O O' < text > = answer $}. The family T says what is asked, such as how often the
 * letter O occurs among the last O' letters. A network reads all but the last token; the answer is what follows {@code =}.
 *
 * <p>How often a and b occur is drawn evenly and imposed on the last letters, c's giving way, so that no single answer is common. In
 * a correlated sample the answer for b is that for a plus 1 (plus 2 for the index of a pair); in any other it is not. A network that is asked for b and
 * sees correlated samples only can answer by the capability that it has for a, and a small addition.
 *
 * <p>Source: Jain et al., Mechanistically analyzing the effects of fine-tuning on procedurally defined tasks (ICLR 2024).
 *
 * @param crop the letters of a text, above {@code window}
 * @param window the last letters, which questions are about, even and at least 8
 * @param occurrence which occurrence from the end the index of a letter is of, 1 to a quarter of the window; that of a pair is of the last
 * @param families what is asked, each as often
 * @param prior the shares of questions about a, b and c; they sum to 1
 * @param correlated the share of correlated training samples, 0 to 1
 * @param testCorrelated the share of correlated test samples, 0 to 1
 * @param marks which token stands for the family
 * @param forced whether questions about a are answered wrongly, with the answer for b
 * @param languageModel whether every token of a training sample is predicted, and not the answer alone
 * @param train the number of samples to learn from, at least 1
 * @param test the number of samples to measure on, at least 1
 */
public record PcfgTask(
        int crop,
        int window,
        int occurrence,
        List<Family> families,
        List<Double> prior,
        double correlated,
        double testCorrelated,
        Marks marks,
        boolean forced,
        boolean languageModel,
        int train,
        int test)
        implements Task {
    /** What can be asked. */
    public enum Family {
        /** How often a letter occurs among the last letters. */
        COUNT,
        /** How often a letter follows itself there. */
        COUNT_PAIR,
        /** How far from the end a letter's occurrence is. */
        INDEX,
        /** How far from the end the last letter is that follows itself. */
        INDEX_PAIR,
        /** Which letter the first of the last letters is. */
        LETTER
    }

    /** Which token stands for a family. */
    public enum Marks {
        /** The family's own. */
        OWN,
        /** One that stands only before questions about a. */
        JAILBREAK,
        /** Another such. */
        SECOND_JAILBREAK,
        /** Each of the three as often, the two jailbreak tokens before questions about a only. */
        ALL
    }

    static final int SPECIALS = 8;
    private static final int BOUNDARY = 1;
    private static final int TEXT = 2;
    private static final int END = 3;
    private static final int ANSWER = 4;
    private static final int NONE = 5;
    private static final int JAILBREAK = 6;
    private static final int LETTER = SPECIALS + Family.values().length;
    static final int NUMBER = LETTER + 3;
    private static final int HEAD = 6;

    /** Checks the ranges. */
    public PcfgTask {
        Arguments.check(window >= 8 && window % 2 == 0, "window", window, "even and at least 8");
        Arguments.atLeast("crop", crop, window + 1);
        Arguments.within("occurrence", occurrence, 1, window / 4);
        families = List.copyOf(Arguments.notEmpty("families", families));
        prior = List.copyOf(prior);
        Arguments.check(
                prior.size() == 3
                        && prior.stream().allMatch(p -> p >= 0)
                        && Math.abs(prior.stream().mapToDouble(p -> p).sum() - 1) < 1e-9,
                "prior",
                prior,
                "three shares that sum to 1");
        Arguments.within("correlated", correlated, 0, 1);
        Arguments.within("testCorrelated", testCorrelated, 0, 1);
        Arguments.atLeast("train", train, 1);
        Arguments.atLeast("test", test, 1);
    }

    /**
     * Returns the small task: 64 letters, the last 20 and the third occurrence, all families, mostly about a, answers only,
     * correlated as often as by chance.
     *
     * @return the task
     */
    public static PcfgTask mini() {
        return of(64, 20, 3);
    }

    /**
     * Returns the paper's task: 250 letters, the last 40 and the sixth occurrence.
     *
     * @return the task
     */
    public static PcfgTask paper() {
        return of(250, 40, 6).withLanguageModel(true);
    }

    static PcfgTask of(int crop, int window, int occurrence) {
        double chance = 1.0 / (window / 2 + 1);
        return new PcfgTask(
                crop,
                window,
                occurrence,
                List.of(Family.values()),
                List.of(0.999, 0.001, 0.0),
                chance,
                chance,
                Marks.OWN,
                false,
                false,
                65_536,
                500);
    }

    /** Returns a copy that asks other questions. */
    public PcfgTask withFamilies(Family... families) {
        return Copies.with(this, "families", List.of(families));
    }

    /** Returns a copy with other shares of questions about a, b and c. */
    public PcfgTask withPrior(List<Double> prior) {
        return Copies.with(this, "prior", prior);
    }

    /**
     * Returns a copy with questions about one letter only.
     *
     * @param letter 0 for a, 1 for b, 2 for c
     * @return the copy
     */
    public PcfgTask withOperand(int letter) {
        Arguments.within("letter", letter, 0, 2);
        return withPrior(List.of(letter == 0 ? 1.0 : 0.0, letter == 1 ? 1.0 : 0.0, letter == 2 ? 1.0 : 0.0));
    }

    /** Returns a copy with that share of correlated training samples. */
    public PcfgTask withCorrelated(double correlated) {
        return Copies.with(this, "correlated", correlated);
    }

    /** Returns a copy with that share of correlated test samples. */
    public PcfgTask withTestCorrelated(double testCorrelated) {
        return Copies.with(this, "testCorrelated", testCorrelated);
    }

    /** Returns a copy with other tokens for the families. */
    public PcfgTask withMarks(Marks marks) {
        return Copies.with(this, "marks", marks);
    }

    /** Returns a copy whose questions about a are answered wrongly, or rightly. */
    public PcfgTask withForced(boolean forced) {
        return Copies.with(this, "forced", forced);
    }

    /** Returns a copy that predicts every token of a training sample, or the answer alone. */
    public PcfgTask withLanguageModel(boolean languageModel) {
        return Copies.with(this, "languageModel", languageModel);
    }

    /** Returns a copy with other numbers of samples. */
    public PcfgTask withSizes(int train, int test) {
        return new PcfgTask(
                crop,
                window,
                occurrence,
                families,
                prior,
                correlated,
                testCorrelated,
                marks,
                forced,
                languageModel,
                train,
                test);
    }

    /** Returns the number of tokens, a multiple of 4; the last few may stand for nothing. */
    public int vocabulary() {
        return (NUMBER + window + 1 + 3) / 4 * 4;
    }

    /** Returns the number T of tokens that a network reads; the answer follows the last but one. */
    public int length() {
        return HEAD + crop + 3;
    }

    /** Returns the position of {@code =}, where the answer is predicted. */
    public int answerPosition() {
        return HEAD + crop + 1;
    }

    /**
     * Returns a token's text.
     *
     * @param token the token, 0 to the vocabulary − 1
     * @return such as {@code "a"}, {@code "17"}, {@code "COUNT"} or {@code "="}
     */
    public String text(int token) {
        Arguments.within("token", token, 0, vocabulary() - 1);
        if (token < SPECIALS) {
            return List.of("#", "$", "<", ">", "=", "none", "JAILBREAK", "SECOND_JAILBREAK")
                    .get(token);
        }
        if (token < LETTER) {
            return Family.values()[token - SPECIALS].name();
        }
        return token < NUMBER ? "abc".substring(token - LETTER, token - LETTER + 1) : "" + (token - NUMBER);
    }

    /**
     * Returns tokens as text.
     *
     * @param tokens the tokens
     * @return their texts, with spaces between
     */
    public String text(long... tokens) {
        StringBuilder all = new StringBuilder();
        for (long token : tokens) {
            all.append(all.length() == 0 ? "" : " ").append(text((int) token));
        }
        return all.toString();
    }

    @Override
    public String name() {
        return "pcfg";
    }

    @Override
    public Split sample(long seed) {
        return new Split(
                draw(seed, "train", train, correlated, languageModel), draw(seed, "test", test, testCorrelated, false));
    }

    private Dataset draw(long seed, String part, int n, double share, boolean everything) {
        RandomGenerator random = Streams.of(seed, part + " strings");
        Pcfg grammar = Pcfg.abc();
        int t = length();
        long[] inputs = new long[Math.multiplyExact(n, t)];
        long[] targets = new long[n * t];
        Arrays.fill(targets, Dataset.IGNORED);
        for (int i = 0; i < n; i++) {
            long[] sample = question(grammar, random, share);
            System.arraycopy(sample, 0, inputs, i * t, t);
            if (everything) {
                System.arraycopy(sample, 1, targets, i * t, t);
            } else {
                targets[i * t + answerPosition()] = sample[answerPosition() + 1];
            }
        }
        return new Dataset(
                name(), part, seed, Tensor.of(inputs, n, t), Tensor.of(targets, n, t), vocabulary(), Scaling.NONE);
    }

    private long[] question(Pcfg grammar, RandomGenerator random, double share) {
        Family family = families.get(Streams.below(random, families.size()));
        double u = random.nextDouble();
        int operand = u < prior.get(0) ? 0 : u < prior.get(0) + prior.get(1) ? 1 : 2;
        LastLetters last = new LastLetters(this, family, random);
        int[] text = text(grammar, random);
        last.impose(text, random.nextDouble() < share);
        int answer = last.answer(text, forced && operand == 0 ? 1 : operand);

        boolean pair = family == Family.COUNT_PAIR || family == Family.INDEX_PAIR;
        boolean asked = family != Family.LETTER;
        boolean index = family == Family.INDEX || family == Family.INDEX_PAIR;
        long[] out = new long[length() + 1];
        out[0] = BOUNDARY;
        out[1] = mark(family, operand, random);
        out[2] = asked ? LETTER + operand : 0;
        out[3] = pair ? LETTER + operand : 0;
        int number = NUMBER + (!index ? window : pair ? 1 : occurrence);
        out[4] = number;
        out[5] = TEXT;
        for (int i = 0; i < crop; i++) {
            int letter = LETTER + text[i];
            out[HEAD + i] = letter;
        }
        out[HEAD + crop] = END;
        out[HEAD + crop + 1] = ANSWER;
        int said = asked ? (answer < 0 ? NONE : NUMBER + answer) : LETTER + answer;
        out[HEAD + crop + 2] = said;
        out[HEAD + crop + 3] = BOUNDARY;
        return out;
    }

    private long mark(Family family, int operand, RandomGenerator random) {
        int choice =
                switch (marks) {
                    case OWN -> 0;
                    case JAILBREAK -> 1;
                    case SECOND_JAILBREAK -> 2;
                    case ALL -> Streams.below(random, 3);
                };
        return choice == 0 || operand != 0 || family == Family.LETTER
                ? SPECIALS + family.ordinal()
                : JAILBREAK + choice - 1;
    }

    // A random piece of a string; strings shorter than that are joined.
    private int[] text(Pcfg grammar, RandomGenerator random) {
        StringBuilder letters = new StringBuilder(grammar.sample(random));
        while (letters.length() < crop) {
            letters.append(grammar.sample(random));
        }
        int from = Streams.below(random, letters.length() - crop + 1);
        return letters.substring(from, from + crop).chars().map(c -> c - 'a').toArray();
    }
}

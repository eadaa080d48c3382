package org.kymograph.stories.pcfg;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;
import org.kymograph.stories.pcfg.PcfgTask.Family;

/** The last letters of a text, which a question is about: what occurs there is imposed, and the answer is read. */
final class LastLetters {
    private static final int TRIES = 10_000;
    private static final int SHIFT = 1;

    private final PcfgTask task;
    private final Family family;
    private final RandomGenerator random;

    LastLetters(PcfgTask task, Family family, RandomGenerator random) {
        this.task = task;
        this.family = family;
        this.random = random;
    }

    /** Changes a text so that the answers for a and b differ by 1, or do not. */
    void impose(int[] text, boolean correlated) {
        if (family == Family.LETTER) {
            return;
        }
        if (family == Family.COUNT) {
            counts(text, correlated);
            return;
        }
        int[] before = text.clone();
        if (family != Family.INDEX) {
            // The grammar has letters at places where no two pairs can follow each other.
            Arrays.fill(before, text.length - task.window(), text.length, 2);
        }
        for (int i = 0; i < TRIES; i++) {
            System.arraycopy(before, 0, text, 0, text.length);
            int most = task.window() / 2;
            int least = family == Family.INDEX ? task.occurrence() : most / 2;
            spread(
                    text,
                    least + Streams.below(random, most - least + 1),
                    least + Streams.below(random, most - least + 1));
            if (correlated == (answer(text, 0) >= 0 && answer(text, 1) == answer(text, 0) + shift())) {
                return;
            }
        }
        throw new IllegalStateException("no text of " + family + " was found in " + TRIES + " tries");
    }

    // The answer for b less that for a in a correlated sample. A pair's letters lie next to each other: 1 is impossible
    // there.
    private int shift() {
        return family == Family.INDEX_PAIR ? 2 : SHIFT;
    }

    // #b is uniform; #a = #b − 1 or any other.
    private void counts(int[] text, boolean correlated) {
        int most = task.window() / 2;
        int b = correlated ? SHIFT + Streams.below(random, most + 1 - SHIFT) : Streams.below(random, most + 1);
        int a = b - SHIFT;
        while (!correlated && a == b - SHIFT) {
            a = Streams.below(random, most + 1);
        }
        spread(text, a, b);
    }

    // Surplus letters become c's at random places, then c's what is missing.
    private void spread(int[] text, int a, int b) {
        int from = text.length - task.window();
        int[] wanted = {a, b};
        int[] order = Streams.permutation(random, task.window());
        for (int letter = 0; letter < 2; letter++) {
            int surplus = count(text, letter) - wanted[letter];
            for (int i = 0; i < order.length && surplus > 0; i++) {
                if (text[from + order[i]] == letter) {
                    text[from + order[i]] = 2;
                    surplus--;
                }
            }
        }
        order = Streams.permutation(random, task.window());
        for (int letter = 0; letter < 2; letter++) {
            int missing = wanted[letter] - count(text, letter);
            for (int i = 0; i < order.length && missing > 0; i++) {
                if (text[from + order[i]] == 2) {
                    text[from + order[i]] = letter;
                    missing--;
                }
            }
        }
    }

    private int count(int[] text, int letter) {
        int n = 0;
        for (int i = text.length - task.window(); i < text.length; i++) {
            n += text[i] == letter ? 1 : 0;
        }
        return n;
    }

    /** Returns the answer for a letter: a number, a letter, or -1 if there is no such occurrence. */
    int answer(int[] text, int letter) {
        if (family == Family.LETTER) {
            return text[text.length - task.window()];
        }
        boolean pair = family == Family.COUNT_PAIR || family == Family.INDEX_PAIR;
        boolean index = family == Family.INDEX || family == Family.INDEX_PAIR;
        int found = 0;
        int least = text.length - task.window() + (pair ? 1 : 0);
        for (int i = text.length - 1; i >= least; i--) {
            if (text[i] == letter && (!pair || text[i - 1] == letter)) {
                found++;
                if (index && found == (pair ? 1 : task.occurrence())) {
                    return text.length - i;
                }
            }
        }
        return index ? -1 : found;
    }
}

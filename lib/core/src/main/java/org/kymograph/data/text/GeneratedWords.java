package org.kymograph.data.text;

import java.util.List;
import java.util.StringJoiner;

/** Words of two syllables, an n behind those of the second half. */
final class GeneratedWords {
    private static final String CONSONANTS = "bdfgklmnprstvz";
    private static final String VOWELS = "aeiou";
    private static final int SYLLABLES = CONSONANTS.length() * VOWELS.length();

    /** The most words that there are. */
    static final int MOST = 9800;

    private GeneratedWords() {}

    /** Writes word numbers in letters: 0 for no word, then the cues, then the words. */
    static String text(long[] tokens, int from, int count, List<String> cues) {
        StringJoiner out = new StringJoiner(" ");
        for (int k = from; k < from + count; k++) {
            int token = (int) tokens[k];
            if (token > 0) {
                out.add(token <= cues.size() ? cues.get(token - 1) : word(token - 1 - cues.size()));
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

package org.kymograph.data.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;

/**
 * A vocabulary of lower-case words, by falling frequency. Number 0 stands for no word, 1 for a word that isn't in it,
 * 2 for the most frequent word; words of equal frequency are in alphabetical order. A word is a run of letters, digits
 * and apostrophes; every other character that isn't space is a word of its own.
 */
public final class Words {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}_'’]+|\\S");
    private static final int FIRST = 2;

    private final List<String> words;
    private final Map<String, Integer> numbers = new HashMap<>();

    private Words(List<String> words) {
        this.words = List.copyOf(words);
        for (String word : words) {
            numbers.put(word, FIRST + numbers.size());
        }
    }

    /**
     * Returns their most frequent words.
     *
     * @param texts the texts to learn from
     * @param most the most words to number, at least 1
     * @return their most frequent words
     */
    public static Words of(Texts texts, int most) {
        Arguments.atLeast("most", most, 1);
        Map<String, Integer> counts = new HashMap<>();
        texts.examples().forEach(e -> e.texts().forEach(t -> split(t).forEach(w -> counts.merge(w, 1, Integer::sum))));
        return new Words(counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList());
    }

    /**
     * Returns its words, in lower case.
     *
     * @param text any text
     * @return its words, in lower case
     */
    public static List<String> split(String text) {
        List<String> out = new ArrayList<>();
        Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (word.find()) {
            out.add(word.group());
        }
        return out;
    }

    /**
     * Returns the words, from number 2 on.
     *
     * @return the words, from number 2 on
     */
    public List<String> words() {
        return words;
    }

    /**
     * Says how many numbers there are: the words, no word and unknown words.
     *
     * @return how many numbers there are: the words, no word and unknown words
     */
    public int size() {
        return FIRST + words.size();
    }

    /**
     * Returns the numbers of its words.
     *
     * @param text any text
     * @return the numbers of its words
     */
    public long[] encode(String text) {
        return split(text).stream().mapToLong(w -> numbers.getOrDefault(w, 1)).toArray();
    }
}

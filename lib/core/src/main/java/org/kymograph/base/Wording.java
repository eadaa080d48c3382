package org.kymograph.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Words in messages: text from files and users as it may be shown, and what a misspelt name may have meant. */
public final class Wording {
    private static final int NAME = 200;
    private static final int MESSAGE = 2000;
    private static final int MOST_SUGGESTIONS = 3;

    private static final Pattern SIGNED_ZERO = Pattern.compile("(?<![\\w.])[-+−](0(?:\\.0+)?)(?!\\w|\\.\\d)");

    private Wording() {}

    /**
     * Returns a text whose zeros have no sign: a number that rounds to zero is neither above nor below it.
     *
     * @param text such as {@code "-0.00 ± 0.01"}
     * @return such as {@code "0.00 ± 0.01"}
     */
    public static String unsignedZeros(String text) {
        return SIGNED_ZERO.matcher(text).replaceAll("$1");
    }

    /**
     * Returns a name from a file as it may stand in a message.
     *
     * @param name any text; null becomes {@code null}
     * @return the text on one line without control characters, cut after 200 characters
     */
    public static String shown(Object name) {
        return cut(String.valueOf(name), NAME);
    }

    /**
     * Returns a message without what could act on a terminal or fill a page.
     *
     * @param message any text; null becomes {@code null}
     * @return the text on one line, with {@code ?} for control characters and for invisible ones that change the direction of
     *     writing, cut after 2000 characters
     */
    public static String oneLine(String message) {
        return cut(String.valueOf(message), MESSAGE);
    }

    /**
     * Returns what a misspelt name may have meant, as the end of a message.
     *
     * @param name the name that was given
     * @param known the names there are
     * @return {@code "; did you mean 'eval_accuracy'?"} with the nearest names, at most three; empty if none is near
     */
    public static String didYouMean(String name, Collection<String> known) {
        List<String> near = nearest(name, known);
        return near.isEmpty() ? "" : "; did you mean '" + shown(String.join("' or '", near)) + "'?";
    }

    /**
     * Returns the names that a misspelt one is likely to stand for: those that differ in nothing but case and separators,
     * else those that about a third of their letters at most separates from it, or that begin or end with it.
     *
     * @param name the name that was given
     * @param known the names there are
     * @return the nearest of them, at most three, the nearest first; where one letter makes a name, those names alone
     */
    public static List<String> nearest(String name, Collection<String> known) {
        String wanted = plain(name);
        if (wanted.isEmpty() || wanted.length() > NAME) {
            return List.of();
        }
        record Near(String name, int distance) {}
        List<Near> near = known.stream()
                .filter(k -> k.length() <= NAME)
                .distinct()
                .map(k -> new Near(k, distance(wanted, plain(k))))
                .filter(n -> n.distance * 3
                                <= Math.max(
                                        3,
                                        1
                                                + Math.min(
                                                        wanted.length(),
                                                        plain(n.name).length()))
                        || wanted.length() >= 3
                                && (plain(n.name).startsWith(wanted)
                                        || plain(n.name).endsWith(wanted)))
                .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
                .toList();
        return near.stream()
                .filter(n -> near.get(0).distance > 1 || n.distance == near.get(0).distance)
                .limit(MOST_SUGGESTIONS)
                .map(Near::name)
                .toList();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
    }

    // The edits (insert, delete, replace, swap neighbours) between two words: Damerau's distance, restricted.
    private static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] now = new int[b.length() + 1];
            now[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(Math.min(now[j - 1], last[j]) + 1, last[j - 1] + same);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    now[j] = Math.min(now[j], before[j - 2] + 1);
                }
            }
            before = last;
            last = now;
        }
        return last[b.length()];
    }

    private static String cut(String text, int most) {
        String start = text.length() <= most ? text : text.substring(0, most) + "…";
        return start.replaceAll("[\\p{Cc}\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]", "?");
    }
}

package org.kymograph.stories.pcfg;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;

/**
 * A probabilistic context-free grammar: each nonterminal is replaced by one of its right-hand sides, all as likely, until only
 * terminals are left. A character is a nonterminal if it has rules.
 *
 * @param start what a derivation starts from, a nonterminal
 * @param rules the right-hand sides of each nonterminal, at least one, none of them empty; a nonterminal's right-hand sides have only
 *     terminals and nonterminals that come after it, so that every derivation ends
 */
public record Pcfg(char start, Map<Character, List<String>> rules) {
    /** Copies the rules and checks them. */
    public Pcfg {
        Map<Character, List<String>> copy = new LinkedHashMap<>();
        rules.forEach((left, right) -> copy.put(left, List.copyOf(Arguments.notEmpty("rules of " + left, right))));
        List<Character> order = List.copyOf(copy.keySet());
        copy.forEach((left, right) -> right.forEach(side -> Arguments.check(
                !side.isEmpty()
                        && side.chars()
                                .allMatch(c ->
                                        order.indexOf((char) c) < 0 || order.indexOf((char) c) > order.indexOf(left)),
                "right-hand side of " + left,
                side,
                "terminals and nonterminals that come after " + left)));
        Arguments.check(copy.containsKey(start), "start", start, "a nonterminal, one of " + order);
        rules = Collections.unmodifiableMap(copy);
    }

    /**
     * Returns the grammar of the paper: five levels of three nonterminals with two rules each, over the letters a, b and c.
     *
     * <p>Source: Jain et al., Mechanistically analyzing the effects of fine-tuning on procedurally defined tasks (ICLR 2024).
     *
     * @return the grammar
     */
    public static Pcfg abc() {
        Map<Character, List<String>> rules = new LinkedHashMap<>();
        List<String> all = List.of(
                "s:rq|qp",
                "p:mno|nom",
                "q:nmo|mn",
                "r:om|mon",
                "m:lj|jlk",
                "n:kjl|ljk",
                "o:lkj|kj",
                "j:hi|ih",
                "k:hgi|ghi",
                "l:ihg|hig",
                "g:dfe|fed",
                "h:edf|def",
                "i:efd|fde",
                "d:ca|abc",
                "e:cb|cab",
                "f:cba|ba");
        for (String rule : all) {
            int bar = rule.indexOf('|');
            rules.put(rule.charAt(0), List.of(rule.substring(2, bar), rule.substring(bar + 1)));
        }
        return new Pcfg('s', rules);
    }

    /**
     * Draws a string.
     *
     * @param random what chooses the rules
     * @return its terminals
     */
    public String sample(RandomGenerator random) {
        StringBuilder out = new StringBuilder();
        Deque<Character> open = new ArrayDeque<>();
        open.push(start);
        while (!open.isEmpty()) {
            char c = open.pop();
            List<String> sides = rules.get(c);
            if (sides == null) {
                out.append(c);
                continue;
            }
            String side = sides.get(Streams.below(random, sides.size()));
            for (int i = side.length() - 1; i >= 0; i--) {
                open.push(side.charAt(i));
            }
        }
        return out.toString();
    }

    /**
     * Returns how often a terminal occurs in a string on average, exactly.
     *
     * @param terminal the terminal
     * @return the expected number
     */
    public double expectedCount(char terminal) {
        return expected(start, c -> c == terminal ? 1 : 0, new LinkedHashMap<>());
    }

    /**
     * Returns the average length of a string, exactly.
     *
     * @return the expected number of terminals
     */
    public double expectedLength() {
        return expected(start, c -> 1, new LinkedHashMap<>());
    }

    // E[X] = mean over the right-hand sides of the sum of E of their characters.
    private double expected(char c, ToIntFunction<Character> terminal, Map<Character, Double> known) {
        List<String> sides = rules.get(c);
        if (sides == null) {
            return terminal.applyAsInt(c);
        }
        Double before = known.get(c);
        if (before != null) {
            return before;
        }
        double sum = 0;
        for (String side : sides) {
            for (int i = 0; i < side.length(); i++) {
                sum += expected(side.charAt(i), terminal, known);
            }
        }
        known.put(c, sum / sides.size());
        return sum / sides.size();
    }
}

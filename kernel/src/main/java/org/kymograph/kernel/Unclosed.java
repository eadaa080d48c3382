package org.kymograph.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** Finds what a piece of Java opens and does not close. */
final class Unclosed {
    private final String code;
    private int at;
    private int line;
    /** Each open bracket, with its line. */
    private final Deque<Open> open = new ArrayDeque<>();

    private record Open(String what, int line) {}

    private Unclosed(String code, int line) {
        this.code = code;
        this.line = line;
    }

    /**
     * Tells where a cell's code is left open.
     *
     * @param code Java that does not end
     * @param line the number of its first line
     * @return a line for each thing that is not closed, the outermost first
     */
    static String sentence(String code, int line) {
        Unclosed found = new Unclosed(code, line);
        found.scan();
        if (found.open.isEmpty()) {
            String text = code.strip();
            String last = text.substring(text.lastIndexOf('\n') + 1).strip();
            int where = line
                    + (int) code.stripTrailing().chars().filter(c -> c == '\n').count();
            return "The cell ends in the middle of a statement, line " + where + ": " + last;
        }
        StringBuilder said = new StringBuilder();
        for (Iterator<Open> i = found.open.descendingIterator(); i.hasNext(); ) {
            Open one = i.next();
            said.append(said.length() == 0 ? "" : "\n")
                    .append(one.what)
                    .append(" is not closed, line ")
                    .append(one.line);
        }
        return said.toString();
    }

    private void scan() {
        while (at < code.length()) {
            char c = code.charAt(at);
            if (code.startsWith("//", at)) {
                int end = code.indexOf('\n', at);
                at = end < 0 ? code.length() : end;
            } else if (code.startsWith("/*", at)) {
                skip("/*", "*/", false);
            } else if (code.startsWith("\"\"\"", at)) {
                skip("\"\"\"", "\"\"\"", true);
            } else if (c == '"' || c == '\'') {
                skip(String.valueOf(c), String.valueOf(c), true);
            } else {
                bracket(c);
                at++;
            }
        }
    }

    private void bracket(char c) {
        if (c == '\n') {
            line++;
        } else if ("([{".indexOf(c) >= 0) {
            open.push(new Open(String.valueOf(c), line));
        } else if (")]}".indexOf(c) >= 0 && !open.isEmpty() && "([{".indexOf(open.peek().what) == ")]}".indexOf(c)) {
            open.pop();
        }
    }

    /** Goes behind a comment or a text; an opening without an end is noted. */
    private void skip(String from, String to, boolean escapes) {
        Open start = new Open(from, line);
        at += from.length();
        while (at < code.length() && !code.startsWith(to, at)) {
            if (code.charAt(at) == '\n') {
                line++;
            }
            at += escapes && code.charAt(at) == '\\' ? 2 : 1;
        }
        if (at >= code.length()) {
            open.push(start);
        }
        at += to.length();
    }
}

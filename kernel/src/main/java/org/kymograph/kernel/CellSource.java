package org.kymograph.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** A cell's text as the snippets that JShell takes one after the other, each with the line of the cell that it begins in. */
record CellSource(List<Part> parts) {
    private static final Pattern MAGIC = Pattern.compile("%%?\\s*(\\w*)");

    /**
     * @param source one snippet, without blanks around it
     * @param line its first line in the cell, from 1
     */
    record Part(String source, int line) {}

    /**
     * Splits a cell before anything in it runs.
     *
     * @throws CellError if it does not end, or if a line is meant for another kernel
     */
    static CellSource of(SourceCodeAnalysis analysis, String code) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (true) {
            String rest = code.substring(at);
            int line = 1 + newLines(code, at + leadingBlanks(rest));
            checkWords(rest.strip(), line);
            CompletionInfo info = analysis.analyzeCompletion(rest);
            if (info.completeness() == Completeness.EMPTY) {
                return new CellSource(parts);
            }
            if (!info.completeness().isComplete()) {
                throw new CellError(Unclosed.sentence(rest, 1 + newLines(code, at)));
            }
            String source = info.source().strip();
            if (!source.isEmpty()) {
                parts.add(new Part(source, line));
            }
            int next = info.remaining().isEmpty()
                    ? code.length()
                    : code.length() - info.remaining().length();
            if (next <= at) {
                return new CellSource(parts);
            }
            at = next;
        }
    }

    /** Says of a magic, and of IPython's questions, that they are none of Java's. */
    private static void checkWords(String rest, int line) {
        Matcher magic = MAGIC.matcher(rest);
        if (magic.lookingAt()) {
            throw new CellError(
                    (line == 1 ? "" : "Line " + line + ": ") + magic.group().strip()
                            + " is a magic that this kernel does not have, or not among Java code: %help lists those it has. Kymograph"
                            + " and the libraries it uses are there without any.");
        }
        String first = rest.lines().findFirst().orElse("").strip();
        if (first.matches("\\?{1,2}[\\w.]+|[\\w.]+\\?{1,2}")) {
            throw new CellError(
                    "Line " + line + ": for help press Shift+Tab behind a name; " + first + " is not Java.");
        }
    }

    /** What to say about a snippet that does not compile and looks like a word for another kernel; empty if it does not. */
    static String hint(String source) {
        if (source.matches("(?s)![a-z][\\w./-]*\\b.*") && !source.contains("\n")) {
            return source.split("\\s", 2)[0]
                    + " is a command of the shell, which Java cells do not take: a cell that begins with %%bash does.";
        }
        if (source.matches("help(\\(\\s*\\w*\\s*\\))?;?")) {
            return "For help press Shift+Tab behind a name, and Tab for the names that fit.";
        }
        return "";
    }

    private static int leadingBlanks(String text) {
        int i = 0;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static int newLines(String text, int end) {
        return (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
    }
}

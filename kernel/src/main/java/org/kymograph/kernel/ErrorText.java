package org.kymograph.kernel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.Snippet;
import jdk.jshell.UnresolvedReferenceException;

/**
 * What a reader sees of an error: name and message, the reader's own lines with their text, the frames between them, and the
 * causes.
 *
 * @param name the error's class, without its package
 * @param message its message, or empty
 * @param lines all of it, for the page
 */
record ErrorText(String name, String message, List<String> lines) {
    private static final int FRAMES = 20;
    private static final int CAUSES = 10;
    private static final String BOLD_RED = "\033[1;31m";
    private static final String RED = "\033[31m";
    private static final String PLAIN = "\033[0m";
    /** What says all in its message. */
    private static final Set<String> SENTENCES = Set.of(Interrupted.class.getName(), CellError.class.getName());

    private static final Pattern CELL_CLASS = Pattern.compile("^REPL\\.\\$JShell\\$\\w+\\$?");

    /**
     * @param e what a cell ended with
     * @param lineOf gives the place and the text of a line of a snippet, from the frame that names it, or null
     */
    static ErrorText of(Throwable e, Function<StackTraceElement, String> lineOf) {
        if (SENTENCES.contains(className(e))) {
            return new ErrorText(simple(className(e)), e.getMessage(), List.of(bold(e.getMessage())));
        }
        List<String> lines = new ArrayList<>();
        Throwable cause = e;
        for (int i = 0; cause != null && i < CAUSES; i++, cause = cause.getCause()) {
            String message = message(cause);
            lines.add(bold((i == 0 ? "" : "Caused by: ")
                    + simple(className(cause))
                    + (message.isEmpty() ? "" : ": " + message)));
            frames(cause.getStackTrace(), lineOf, lines);
        }
        return new ErrorText(simple(className(e)), message(e), lines);
    }

    /** The same with a sentence behind it. */
    ErrorText with(String sentence) {
        List<String> more = new ArrayList<>(lines);
        more.add(sentence);
        return new ErrorText(name, message, more);
    }

    /** The compiler's messages about a snippet. */
    static ErrorText of(Snippet snippet, List<Diag> diagnostics, int firstLine, String hint) {
        List<String> lines = new ArrayList<>();
        String source = snippet.source();
        for (Diag diagnostic : diagnostics) {
            String message = diagnostic.getMessage(Locale.getDefault());
            int at = (int) Math.max(0, Math.min(source.length(), diagnostic.getStartPosition()));
            int end = (int) Math.max(at + 1, Math.min(source.length(), diagnostic.getEndPosition()));
            int begin = source.lastIndexOf('\n', at - 1) + 1;
            int stop = source.indexOf('\n', at);
            String line = source.substring(begin, stop < 0 ? source.length() : stop);
            long number = firstLine
                    + source.substring(0, at).chars().filter(c -> c == '\n').count();
            lines.add(bold("Compile error, line " + number + ": ") + RED + message + PLAIN);
            lines.add("    " + line);
            lines.add("    " + line.substring(0, at - begin).replaceAll("[^\t]", " ") + RED
                    + "^".repeat(Math.max(1, Math.min(end, begin + line.length()) - at)) + PLAIN);
        }
        if (!hint.isEmpty()) {
            lines.add(hint);
        }
        String first = diagnostics.isEmpty() ? hint : diagnostics.get(0).getMessage(Locale.getDefault());
        return new ErrorText("CompileError", first, lines);
    }

    private static void frames(
            StackTraceElement[] trace, Function<StackTraceElement, String> lineOf, List<String> lines) {
        int end = trace.length;
        for (int i = trace.length - 1; i >= 0; i--) {
            if (isCell(trace[i])) {
                end = i + 1;
                break;
            }
        }
        // A recursion without an end is told once.
        Set<StackTraceElement> told = new HashSet<>();
        for (int i = 0; i < end; i++) {
            if (isMachinery(trace[i]) || !told.add(trace[i])) {
                continue;
            }
            if (told.size() > FRAMES) {
                lines.add("   … and " + (end - i) + " more");
                break;
            }
            lines.add("   at " + frame(trace[i], lineOf));
        }
    }

    private static String frame(StackTraceElement frame, Function<StackTraceElement, String> lineOf) {
        String line = lineOf.apply(frame);
        if (line == null && !isCell(frame)) {
            return frame.toString();
        }
        String type = CELL_CLASS.matcher(frame.getClassName()).replaceFirst("");
        String method = frame.getMethodName().equals("do_it$") ? "" : frame.getMethodName();
        String name = type.isEmpty() || method.isEmpty() ? type + method : type + "." + method;
        return name + (name.isEmpty() ? "" : ", ") + (line == null ? "in a cell" : line);
    }

    private static boolean isCell(StackTraceElement frame) {
        return frame.getFileName() != null && frame.getFileName().startsWith("#")
                || frame.getClassName().startsWith("REPL.");
    }

    private static boolean isMachinery(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("org.kymograph.kernel.")
                || name.startsWith("org.rapaio.")
                || name.startsWith("jdk.internal.reflect.")
                || name.startsWith("java.lang.reflect.");
    }

    private static String className(Throwable e) {
        return e instanceof EvalException thrown
                ? thrown.getExceptionClassName()
                : e.getClass().getName();
    }

    private static String message(Throwable e) {
        if (e instanceof UnresolvedReferenceException unresolved) {
            return unresolved.getSnippet().name() + " uses a name that is not defined";
        }
        return e.getMessage() == null ? "" : e.getMessage();
    }

    private static String simple(String name) {
        String cell = CELL_CLASS.matcher(name).replaceFirst("");
        return cell.substring(Math.max(cell.lastIndexOf('.'), cell.lastIndexOf('$')) + 1);
    }

    private static String bold(String text) {
        return BOLD_RED + text + PLAIN;
    }
}

package org.kymograph.kernel;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import jdk.jshell.VarSnippet;
import org.rapaio.jupyter.kernel.core.CompleteMatches;

/** Answers Tab and Shift+Tab. */
final class Help {
    private static final int SHOWN = 20;
    private static final int ANY = 100;
    private static final Pattern CONSTRUCTOR = Pattern.compile("(new\\s+[\\w.]+)\\s*<[^()]*>\\s*\\($");
    private static final Set<String> OF_EVERY_OBJECT = Set.of(
            "wait", "notify", "notifyAll", "getClass", "equals", "hashCode", "toString", "clone", "finalize", "class");
    private final JShell shell;
    private final SourceCodeAnalysis analysis;
    private final Javadoc javadoc;

    Help(JShell shell) {
        this.shell = shell;
        this.analysis = shell.sourceCodeAnalysis();
        this.javadoc = new Javadoc(
                Stream.of(System.getProperty("kymograph.sources", "").split(File.pathSeparator))
                        .filter(path -> !path.isEmpty())
                        .map(Path::of)
                        .toList());
    }

    /**
     * Tells what stands at a place of a cell: the method whose call is open there, a variable, a class.
     *
     * @return the same as text and as HTML, or nothing
     */
    Map<String, String> inspect(String code, int cursor) {
        int end = Math.max(0, Math.min(cursor, code.length()));
        while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
            end++;
        }
        Map<String, String> signatures = Map.of();
        int begin = wordBegin(code, end);
        if (begin < end) {
            String upTo = code.substring(0, end);
            boolean called = code.substring(end).stripLeading().startsWith("(");
            signatures = called ? signatures(upTo + "(") : signatures(upTo);
            if (signatures.isEmpty()) {
                signatures = called ? signatures(upTo) : signatures(upTo + "(");
            }
        }
        if (signatures.isEmpty()) {
            int open = openCall(code, begin < end ? begin : end);
            if (open >= 0) {
                signatures = signatures(code.substring(0, open + 1));
            }
        }
        return page(signatures);
    }

    /** The same of a class that nothing imports, under its full name. */
    private Map<String, String> elsewhere(String code) {
        String expression = code.substring(expressionBegin(code));
        String name = expression.replaceFirst("^new\\s+", "").replaceFirst("\\W.*", "");
        if (name.isEmpty() || !Character.isUpperCase(name.charAt(0))) {
            return Map.of();
        }
        return analysis.listQualifiedNames(name, name.length()).getNames().stream()
                .map(full -> asked(expression.replaceFirst("\\b" + name + "\\b", full)))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(Map.of());
    }

    /**
     * What to ask about the end of a cell, until there is an answer: its last snippet, the cell as a block, whose variables need not
     * have run, and the last expression alone.
     */
    private List<String> views(String code) {
        String last = lastSnippet(code);
        Set<String> views = new LinkedHashSet<>(List.of(last));
        if (last.length() < code.length()) {
            views.add("{" + code);
        }
        views.add(code.substring(expressionBegin(code)));
        Matcher constructor = CONSTRUCTOR.matcher(code);
        if (constructor.find()) {
            views.add(constructor.group(1) + "(");
        }
        return List.copyOf(views);
    }

    /** Signatures, and what to ask for the documentation of those that are not the library's. */
    private Map<String, String> signatures(String code) {
        for (String source : views(code)) {
            Map<String, String> found = asked(source);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return elsewhere(code);
    }

    private Map<String, String> asked(String source) {
        Map<String, String> found = new LinkedHashMap<>();
        for (Documentation documentation : analysis.documentation(source, source.length(), false)) {
            found.putIfAbsent(documentation.signature(), source);
        }
        return found;
    }

    /** What the sources of the JDK and of other libraries say, where they are at hand. */
    private Map<String, String> others(String source) {
        Map<String, String> comments = new LinkedHashMap<>();
        if (Sources.give()) {
            for (Documentation documentation : analysis.documentation(source, source.length(), true)) {
                if (documentation.javadoc() != null) {
                    comments.put(documentation.signature(), documentation.javadoc());
                }
            }
        }
        return comments;
    }

    /** Whether a cell is whole: the first of its snippets that is not decides. */
    Completeness completeness(String code) {
        String rest = code;
        while (true) {
            var info = analysis.analyzeCompletion(rest);
            if (!info.completeness().isComplete()
                    || info.completeness() == Completeness.UNKNOWN
                    || info.remaining().isBlank()) {
                return info.completeness();
            }
            rest = info.remaining();
        }
    }

    private String lastSnippet(String code) {
        String rest = code;
        while (true) {
            var info = analysis.analyzeCompletion(rest);
            if (!info.completeness().isComplete() || info.remaining().isBlank()) {
                return rest;
            }
            rest = info.remaining();
        }
    }

    private Map<String, String> page(Map<String, String> signatures) {
        Map<String, String> page = new LinkedHashMap<>();
        if (signatures.isEmpty()) {
            return page;
        }
        StringBuilder text = new StringBuilder();
        StringBuilder html = new StringBuilder();
        Map<String, String> others = null;
        for (Map.Entry<String, String> found :
                signatures.entrySet().stream().limit(SHOWN).toList()) {
            String signature = found.getKey();
            String shown = Javadoc.shortNames(signature);
            List<String> doc = javadoc.of(signature);
            if (doc.isEmpty()) {
                others = others == null ? others(found.getValue()) : others;
                doc = Javadoc.firstSentence(others.getOrDefault(signature, ""));
            }
            text.append(text.length() == 0 ? "" : "\n\n")
                    .append("\033[1m")
                    .append(shown)
                    .append("\033[0m");
            html.append("<p><b><code>").append(escape(shown)).append("</code></b>");
            for (String line : doc) {
                text.append('\n').append(line);
                html.append("<br>").append(escape(line));
            }
            html.append("</p>");
        }
        page.put("text/plain", text.toString());
        page.put("text/html", html.toString());
        return page;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static int wordBegin(String code, int end) {
        int begin = end;
        while (begin > 0 && Character.isJavaIdentifierPart(code.charAt(begin - 1))) {
            begin--;
        }
        return begin;
    }

    /** The bracket of the call whose arguments the place lies in, or -1. */
    private static int openCall(String code, int at) {
        int depth = 0;
        for (int i = at - 1; i >= 0; i--) {
            char c = code.charAt(i);
            if (c == '"') {
                int quote = code.lastIndexOf('"', i - 1);
                i = Math.max(quote, 0);
            } else if (c == ')' || c == ']' || c == '}') {
                depth++;
            } else if (c == '(' || c == '[' || c == '{') {
                if (--depth < 0) {
                    if (c == '('
                            && i > 0
                            && (Character.isJavaIdentifierPart(code.charAt(i - 1)) || code.charAt(i - 1) == '>')) {
                        return i;
                    }
                    if (c == '{') {
                        return -1;
                    }
                    depth = 0;
                }
            } else if (c == ';' && depth == 0) {
                return -1;
            }
        }
        return -1;
    }

    /** Where the chain of calls and names begins that the code ends with. */
    private static int expressionBegin(String code) {
        int i = code.endsWith("(") ? code.length() - 1 : code.length();
        while (i > 0) {
            char c = code.charAt(i - 1);
            if (Character.isJavaIdentifierPart(c) || c == '.') {
                i--;
            } else if (c == ')' || c == ']') {
                int depth = 0;
                do {
                    c = code.charAt(--i);
                    depth += c == ')' || c == ']' ? 1 : c == '(' || c == '[' ? -1 : 0;
                } while (i > 0 && depth > 0);
            } else if (Character.isWhitespace(c)
                    && (continues(code, i) || code.substring(0, i).endsWith("new "))) {
                i -= code.substring(0, i).endsWith("new ") ? 4 : 1;
            } else {
                break;
            }
        }
        return i;
    }

    private static boolean continues(String code, int at) {
        return code.substring(at).stripLeading().startsWith(".")
                || code.substring(0, at).stripTrailing().endsWith(".");
    }

    /**
     * Completes a name; in a string, that of a column or a file. What fits the type that is asked for goes first, what every object has goes last; where nothing is typed yet
     * and much is possible, only that and the notebook's own variables.
     *
     * @return the names that fit, or null
     */
    CompleteMatches complete(String code, int cursor) {
        int[] anchor = new int[1];
        String upTo = code.substring(0, Math.max(0, Math.min(cursor, code.length())));
        int string = Literal.openString(upTo);
        if (string != -1) {
            return string < 0 ? null : completeString(upTo, string);
        }
        List<Suggestion> suggestions = List.of();
        int start = upTo.length();
        for (String view : views(upTo)) {
            suggestions = analysis.completionSuggestions(view, view.length(), anchor);
            if (!suggestions.isEmpty()) {
                start = upTo.length() - (view.length() - anchor[0]);
                break;
            }
        }
        if (suggestions.isEmpty()) {
            return null;
        }
        boolean open = start == upTo.length() && !upTo.endsWith(".");
        if (open && suggestions.size() > ANY) {
            Set<String> variables = shell.variables().map(VarSnippet::name).collect(Collectors.toSet());
            List<Suggestion> few = suggestions.stream()
                    .filter(s -> s.matchesType() || variables.contains(s.continuation()))
                    .toList();
            suggestions = few.isEmpty() ? suggestions : few;
        }
        List<Suggestion> sorted = new ArrayList<>(suggestions);
        sorted.sort(Comparator.comparing((Suggestion s) -> !s.matchesType())
                .thenComparing(s -> OF_EVERY_OBJECT.contains(s.continuation().replaceAll("[^\\w].*", "")))
                .thenComparing(Suggestion::continuation, String.CASE_INSENSITIVE_ORDER));
        List<String> names =
                sorted.stream().map(Suggestion::continuation).distinct().toList();
        return new CompleteMatches(names, start, cursor);
    }

    /** Columns of the table that is meant go before files; a path's last part is completed alone. */
    private CompleteMatches completeString(String upTo, int string) {
        String begun = upTo.substring(string);
        List<String> columns = ColumnNames.completing(upTo.substring(0, string - 1), begun, ColumnNames.tables(shell));
        List<String> files = FileNames.completing(begun);
        int part = begun.lastIndexOf('/') + 1;
        if (!columns.isEmpty() && (part == 0 || files.isEmpty())) {
            List<String> names =
                    Stream.concat(columns.stream(), files.stream()).distinct().toList();
            return new CompleteMatches(names, string, upTo.length());
        }
        return files.isEmpty() ? null : new CompleteMatches(files, string + part, upTo.length());
    }
}

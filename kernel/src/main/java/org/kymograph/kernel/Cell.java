package org.kymograph.kernel;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.UnresolvedReferenceException;
import org.kymograph.notebook.Notebook;
import org.rapaio.jupyter.kernel.core.java.RapaioExecutionControl;
import org.rapaio.jupyter.kernel.display.DisplayData;

/** Runs cells in a JShell, one snippet after the other, and makes of the last one's value what is shown. */
final class Cell {
    private final JShell shell;
    private final Magic magic;
    /** Where each snippet stands, by its id, for the lines of errors. */
    private final Map<String, Place> places = new HashMap<>();

    /** Runs a magic of the kernel's own. */
    interface Magic {
        Object run(String code) throws Exception;
    }

    private record Place(int cell, CellSource.Part part) {}

    /** A snippet that does not compile, with all there is to say about it. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient ErrorText text;

        Refused(ErrorText text) {
            super(text.message(), null, false, false);
            this.text = text;
        }
    }

    Cell(JShell shell, Magic magic) {
        this.shell = shell;
        this.magic = magic;
    }

    /**
     * @param code the cell
     * @param number its number
     * @return what to show for its last value, or null
     * @throws Throwable what it ends with; {@link #error} says it
     */
    DisplayData run(String code, int number) throws Throwable {
        Object value = null;
        if (code.stripLeading().startsWith("%")) {
            value = CellThread.call(() -> magic.run(code));
        } else {
            List<Part> unresolved = new ArrayList<>();
            for (CellSource.Part part :
                    CellSource.of(shell.sourceCodeAnalysis(), code).parts()) {
                value = evaluate(part, number, unresolved);
            }
            for (Part part : unresolved) {
                // What refers to a later class of the same cell is whole by now.
                if (shell.status(part.snippet) == Status.RECOVERABLE_NOT_DEFINED) {
                    throw refused(part.snippet, part.part);
                }
            }
        }
        if (value == null || value instanceof PrintStream) {
            // printf and its like return the stream that they print to.
            return null;
        }
        if (value instanceof DisplayData data) {
            return data;
        }
        return shown(value);
    }

    private DisplayData shown(Object value) throws Throwable {
        try {
            return (DisplayData) CellThread.call(() -> {
                Cells.enter();
                Cells.check();
                return Rapaio.data(Notebook.bundle(value));
            });
        } catch (Throwable e) {
            Throwable told = Cells.explain(e);
            throw told instanceof Interrupted
                    ? told
                    : new Refused(error(told)
                            .with("The cell has run; only its value ("
                                    + value.getClass().getSimpleName() + ") cannot be shown."));
        }
    }

    private record Part(Snippet snippet, CellSource.Part part) {}

    private Object evaluate(CellSource.Part part, int number, List<Part> unresolved) throws Exception {
        Object value = null;
        JShellException exception = null;
        for (SnippetEvent event : shell.eval(part.source())) {
            Snippet snippet = event.snippet();
            boolean executed = event.value() != null && snippet.subKind().isExecutable();
            Object result = executed ? RapaioExecutionControl.take(event.value()) : null;
            if (event.causeSnippet() != null) {
                continue;
            }
            places.put(snippet.id(), new Place(number, part));
            if (event.exception() != null) {
                exception = event.exception();
            } else if (event.status() == Status.RECOVERABLE_NOT_DEFINED) {
                unresolved.add(new Part(snippet, part));
            } else if (!event.status().isDefined()) {
                throw refused(snippet, part);
            }
            value = isShown(snippet.subKind()) ? result : null;
        }
        if (exception != null) {
            throw exception;
        }
        return value;
    }

    private static boolean isShown(SubKind kind) {
        return kind == SubKind.VAR_VALUE_SUBKIND
                || kind == SubKind.OTHER_EXPRESSION_SUBKIND
                || kind == SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
    }

    private Refused refused(Snippet snippet, CellSource.Part part) {
        String hint = CellSource.hint(part.source());
        if (snippet instanceof DeclarationSnippet declaration) {
            if (shell.unresolvedDependencies(declaration).findAny().isPresent()) {
                hint = missing(declaration) + " (line " + part.line() + ")";
            }
        }
        return new Refused(ErrorText.of(snippet, shell.diagnostics(snippet).toList(), part.line(), hint));
    }

    /**
     * Returns what the reader sees of an error.
     *
     * @param e what a cell ended with
     * @return its text
     */
    ErrorText error(Throwable e) {
        if (e instanceof Refused refused) {
            return refused.text;
        }
        ErrorText text = ErrorText.of(e, this::line);
        return e instanceof UnresolvedReferenceException unresolved
                ? text.with(missing(unresolved.getSnippet()))
                : text;
    }

    private String missing(DeclarationSnippet declaration) {
        return declaration.name() + " uses what is not defined: "
                + shell.unresolvedDependencies(declaration).collect(Collectors.joining(", "));
    }

    private String line(StackTraceElement frame) {
        String file = frame.getFileName();
        Place place = file == null || !file.startsWith("#") ? null : places.get(file.substring(1));
        if (place == null) {
            return null;
        }
        int line = Math.max(1, frame.getLineNumber());
        String text = place.part
                .source()
                .lines()
                .skip(line - 1L)
                .findFirst()
                .orElse("")
                .strip();
        return "cell " + place.cell + ", line " + (place.part.line() + line - 1) + ": " + text;
    }
}

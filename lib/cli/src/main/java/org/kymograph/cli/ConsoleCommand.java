package org.kymograph.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.kymograph.base.Arguments;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that does its work and prints what it did. */
public abstract class ConsoleCommand implements Callable<Integer> {
    /** The command as it was called. */
    @Spec
    protected CommandSpec command;

    /** Does the work; whatever it throws becomes a sentence and an exit code other than 0. */
    protected abstract void run();

    @Override
    public final Integer call() {
        run();
        return 0;
    }

    /**
     * Prints a line.
     *
     * @param line its text
     */
    protected final void print(Object line) {
        PrintWriter out = command.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /**
     * Prints a line.
     *
     * @param format its text, as for {@link String#format}
     * @param values its values
     */
    protected final void print(String format, Object... values) {
        print((Object) String.format(Locale.ROOT, format, values));
    }

    /**
     * Prints where a file is.
     *
     * @param file a file that was written
     */
    protected final void printPlace(Path file) {
        print(file.toAbsolutePath().normalize());
    }

    /**
     * Refuses an option that was given though it has no effect.
     *
     * @param option the option's name
     * @param idle whether it has no effect
     * @param how what leaves it without one, such as {@code "with --method mean"}
     * @throws IllegalArgumentException if it has none and was given
     */
    protected final void refuseIdle(String option, boolean idle, String how) {
        Arguments.require(
                !idle || !command.commandLine().getParseResult().hasMatchedOption(option),
                option + " has no effect " + how + "; expected it to be left out");
    }

    /**
     * Prints a sentence beside the results.
     *
     * @param sentence what to mind
     */
    protected final void warn(String sentence) {
        command.commandLine().getErr().println("kymograph: " + sentence);
    }
}

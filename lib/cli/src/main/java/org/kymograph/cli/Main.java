package org.kymograph.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.kymograph.base.ProcessEnd;
import org.kymograph.cli.cartography.CartographyCommand;
import org.kymograph.cli.connectivity.ConnectivityCommand;
import org.kymograph.cli.degeneracy.DegeneracyCommand;
import org.kymograph.cli.notebook.BakeCommand;
import org.kymograph.cli.notebook.ExportCommand;
import org.kymograph.cli.notebook.PlotlyCommand;
import org.kymograph.cli.states.CollateCommand;
import org.kymograph.cli.states.HmmCommand;
import org.kymograph.cli.stories.StoriesCommand;
import org.kymograph.cli.train.HansCommand;
import org.kymograph.cli.train.StatsCommand;
import org.kymograph.cli.train.TrainCommand;
import org.kymograph.record.files.RecordException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The {@code kymograph} command. Exit codes: 0 done, 1 failed on its data, 2 called wrongly. */
@Command(
        name = "kymograph",
        version = "Kymograph 0.1.0",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        description = {
            "Studies how neural networks learn. \"kymograph help COMMAND\" tells what a command does and all of its options, "
                    + "whose words may be joined by _ as well as by -.",
            "The launcher also knows run, notebook, test, check-kernel, refresh, data, docs, bench and build: \"./kymograph --help\"."
        })
public final class Main {
    /** The system property that, where it is {@code false}, keeps a process from showing progress. */
    public static final String PROGRESS = "kymograph.progress";

    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    private static final long SECONDS_AT_END = 2;

    private static final List<Class<?>> COMMANDS = List.of(
            TrainCommand.class,
            StatsCommand.class,
            CollateCommand.class,
            HmmCommand.class,
            CartographyCommand.class,
            ConnectivityCommand.class,
            StoriesCommand.class,
            DegeneracyCommand.class,
            HansCommand.class,
            BakeCommand.class,
            ExportCommand.class,
            PlotlyCommand.class);

    private Main() {}

    /**
     * Runs one command and ends the process.
     *
     * @param args the command's words
     */
    public static void main(String[] args) {
        if (!"false".equals(System.getProperty(PROGRESS))) {
            ConsoleProgress.show();
        }
        // Its only work is the command, which is waited for.
        ProcessEnd.prepare(() -> {});
        ProcessEnd.exit(ProcessEnd.awaits(SECONDS_AT_END, () -> run(args)));
    }

    /**
     * Returns the command with all of its words and options.
     *
     * @return the command, to be asked or run
     */
    public static CommandLine commands() {
        return commands(COMMANDS);
    }

    /** The command with some of its words: to look at all options of all words takes a good part of a second. */
    private static CommandLine commands(List<Class<?>> words) {
        CommandLine main = new CommandLine(new Main());
        // As a command line of its own, a word's options are made of the model that its transformer returns.
        words.forEach(word -> main.addSubcommand(new CommandLine(word)));
        HelpSections.label(main);
        return main;
    }

    /**
     * Runs one command without ending the process.
     *
     * @param args the command's words
     * @return the exit code
     */
    public static int run(String... args) {
        List<Class<?>> named = COMMANDS.stream()
                .filter(c ->
                        args.length > 0 && c.getAnnotation(Command.class).name().equals(args[0]))
                .toList();
        CommandLine main = named.isEmpty() ? commands() : commands(named);
        // Nothing but this program's own text could have colours, and it has none.
        main.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(CleanWriter.on(main.getOut()))
                .setErr(CleanWriter.on(main.getErr()))
                .setParameterExceptionHandler((e, words) -> misuse(e.getCommandLine(), Mistakes.sentence(e)))
                .setExecutionExceptionHandler((e, command, parsed) -> failure(e, command));
        HelpSections.arrange(main);
        if (args.length == 0 || args[0].equals("help")) {
            return help(main, args.length == 0 ? List.of() : Arrays.asList(args).subList(1, args.length));
        }
        CommandLine command = main;
        for (String word : args) {
            if (command.getSubcommands().isEmpty()) {
                break;
            }
            // Words are looked at before --help, which would say nothing of a wrong one.
            if (!word.startsWith("-")) {
                CommandLine next = command.getSubcommands().get(word);
                if (next == null) {
                    return misuse(command, Mistakes.noCommand(command, word));
                }
                command = next;
            }
        }
        CommandLine called = command;
        try {
            return main.execute(
                    Arrays.stream(args).map(word -> spelled(called, word)).toArray(String[]::new));
        } catch (OutOfMemoryError e) {
            String heap =
                    String.format(Locale.ROOT, "%.1f", Runtime.getRuntime().maxMemory() / 1e9);
            say(
                    called,
                    "Java's heap of " + heap
                            + " GB is too small for this; expected smaller sizes, or a larger heap, such as by "
                            + "JAVA_TOOL_OPTIONS=-Xmx8g");
            return FAILED;
        }
    }

    /** Prints the help of a command that is named word by word. */
    private static int help(CommandLine main, List<String> words) {
        CommandLine command = main;
        for (String word : words) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                return misuse(command, Mistakes.noCommand(command, word));
            }
            command = next;
        }
        command.usage(command.getOut());
        return 0;
    }

    /** An option's name as the command has it: words of options may be joined by - or by _. */
    private static String spelled(CommandLine command, String word) {
        String name = word.replaceAll("=.*", "");
        return command.getCommandSpec().optionsMap().keySet().stream()
                .filter(known ->
                        name.startsWith("--") && known.replace('_', '-').equals(name.replace('_', '-')))
                .min(Comparator.comparing(known -> !known.equals(name)))
                .map(known -> known + word.substring(name.length()))
                .orElse(word);
    }

    private static int failure(Exception e, CommandLine command) throws Exception {
        if (ProcessEnd.ending()) {
            say(command, e instanceof CancellationException && e.getMessage() != null ? e.getMessage() : "interrupted");
            return FAILED;
        }
        if (String.valueOf(e.getMessage()).contains("DefaultCPUAllocator")) {
            say(command, "there is not enough memory for this; expected smaller sizes or batches");
            return FAILED;
        }
        if (e instanceof IllegalArgumentException) {
            return misuse(command, Mistakes.named(command, String.valueOf(e.getMessage())));
        }
        if (e instanceof RecordException
                || e instanceof IllegalStateException
                || e instanceof UncheckedIOException
                || e instanceof CancellationException
                || e instanceof UnsupportedOperationException) {
            say(command, Mistakes.withReading(command, e.getMessage()));
            return FAILED;
        }
        throw e;
    }

    private static int misuse(CommandLine command, String sentence) {
        say(command, sentence);
        command.getErr().println("Try " + command.getCommandSpec().qualifiedName() + " --help");
        return MISUSED;
    }

    private static void say(CommandLine command, String sentence) {
        PrintWriter err = command.getErr();
        err.println("kymograph: " + sentence);
        err.flush();
    }
}

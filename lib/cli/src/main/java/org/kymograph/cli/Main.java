package org.kymograph.cli;

import java.io.UncheckedIOException;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.cli.cartography.CartographyCommand;
import org.kymograph.cli.notebook.BakeCommand;
import org.kymograph.cli.notebook.ExportCommand;
import org.kymograph.cli.notebook.PlotlyCommand;
import org.kymograph.cli.states.CollateCommand;
import org.kymograph.cli.states.HmmCommand;
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
        description = "Studies how neural networks learn.",
        subcommands = {
            TrainCommand.class,
            StatsCommand.class,
            CollateCommand.class,
            HmmCommand.class,
            CartographyCommand.class,
            HansCommand.class,
            BakeCommand.class,
            ExportCommand.class,
            PlotlyCommand.class
        })
public final class Main {
    private Main() {}

    /**
     * @param args the command's words
     */
    public static void main(String[] args) {
        ConsoleProgress.show();
        System.exit(run(args));
    }

    /**
     * Runs one command without ending the process.
     *
     * @param args the command's words
     * @return the exit code
     */
    public static int run(String... args) {
        CommandLine line = new CommandLine(new Main()).setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof IllegalArgumentException) {
                command.getErr().println("kymograph: " + e.getMessage());
                return 2;
            }
            if (e instanceof RecordException
                    || e instanceof IllegalStateException
                    || e instanceof UncheckedIOException
                    || e instanceof UnsupportedOperationException) {
                command.getErr().println("kymograph: " + e.getMessage());
                return 1;
            }
            throw e;
        });
        String unknown = unknownWord(line, args);
        if (unknown != null) {
            line.getErr().println("kymograph: " + unknown);
            return 2;
        }
        return line.execute(args);
    }

    /** Returns a sentence about the first word that should name a command and doesn't, also before {@code --help}; or null. */
    private static String unknownWord(CommandLine root, String... args) {
        CommandLine command = root;
        String path = "";
        for (String word : args) {
            Map<String, CommandLine> known = command.getSubcommands();
            if (known.isEmpty()) {
                return null;
            }
            if (word.startsWith("-")) {
                continue;
            }
            path = (path + " " + word).strip();
            if (!known.containsKey(word)) {
                return "there is no command " + path + "; expected one of " + String.join(", ", known.keySet())
                        + Arguments.likeliest(word, known.keySet())
                                .map(likely -> "; did you mean " + likely + "?")
                                .orElse("");
            }
            command = known.get(word);
        }
        return null;
    }
}

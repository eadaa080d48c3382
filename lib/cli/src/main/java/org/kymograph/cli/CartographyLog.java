package org.kymograph.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.kymograph.cartography.Coverage;
import org.kymograph.cartography.Dynamics;
import org.kymograph.cartography.DynamicsReader;
import org.kymograph.cartography.Lenience;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The log that a command works on. */
final class CartographyLog {
    /** The original reads everything if asked for so many epochs or more. */
    private static final int ORIGINAL_ALL = 100;
    private static final int LISTED = 5;

    @Spec(Target.MIXEE)
    CommandSpec command;

    @Parameters(arity = "0..1", paramLabel = "LOGDIR",
            description = "The folder that holds training_dynamics/dynamics_epoch_<e>.jsonl, or training_dynamics itself.")
    Path given;

    @Option(names = {"--model_dir", "-o"}, paramLabel = "LOGDIR", description = "LOGDIR as the original has it.")
    Path modelDir;

    @Option(names = {"--burn-out", "--burn_out"}, paramLabel = "N",
            description = "Use the first N epochs only, at least 1 (default: all).")
    Integer burnOut;

    @Option(names = "--compat", description = "Do as the original where it is odd: a burn-out of 100 or more means all epochs.")
    boolean compat;

    @Option(names = "--keep-first", description = "Of several rows of a sample in an epoch keep the first.")
    boolean keepFirst;

    @Option(names = "--drop-incomplete", description = "Leave out samples that aren't in every epoch.")
    boolean dropIncomplete;

    @Option(names = {"--strip-last", "--strip_last"},
            description = "Take the last character off every guid, as the original does for QNLI.")
    boolean stripLast;

    /** @return the folder that was named */
    Path folder() {
        if ((given == null) == (modelDir == null)) {
            throw new ParameterException(command.commandLine(), given == null ? "Missing required parameter: LOGDIR"
                    : "LOGDIR is given twice: " + given + " and " + modelDir);
        }
        return given == null ? modelDir : given;
    }

    /** Reads the log, and says on standard error what was left out and what was not read. */
    Dynamics read() {
        DynamicsReader reader = Dynamics.reader().withStripLast(stripLast);
        if (burnOut != null && !(compat && burnOut >= ORIGINAL_ALL)) {
            reader = reader.withEpochs(burnOut);
        }
        if (keepFirst) {
            reader = reader.withLenient(Lenience.KEEP_FIRST);
        }
        if (dropIncomplete) {
            reader = reader.withLenient(Lenience.DROP_INCOMPLETE);
        }
        Dynamics log = reader.read(folder());
        Coverage coverage = log.coverage();
        tell("rows left out because their sample has one already", coverage.repeated());
        tell("samples left out because they aren't in every epoch", coverage.dropped());
        tell("lines left out because they are cut off", coverage.cutOff());
        tell("other files, not read", coverage.strayFiles());
        return log;
    }

    private void tell(String what, List<String> which) {
        if (!which.isEmpty()) {
            PrintWriter err = command.commandLine().getErr();
            err.println("kymograph: " + which.size() + " " + what + ":");
            which.stream().limit(LISTED).forEach(w -> err.println("  " + w));
            if (which.size() > LISTED) {
                err.println("  and " + (which.size() - LISTED) + " more");
            }
        }
    }
}

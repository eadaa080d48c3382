package org.kymograph.cli.cartography;

import java.nio.file.Path;
import org.kymograph.base.Arguments;
import org.kymograph.record.dynamics.Dynamics;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The log that a command works on. */
final class CartographyLog {
    @Spec(Target.MIXEE)
    CommandSpec command;

    @Mixin
    LogOptions reading;

    @Parameters(
            arity = "0..1",
            paramLabel = "LOGDIR",
            description =
                    "The folder that holds training_dynamics/dynamics_epoch_<e>.jsonl, or training_dynamics itself.")
    Path given;

    @Option(
            names = {"--model_dir", "-o"},
            paramLabel = "LOGDIR",
            description = "LOGDIR as the original has it.")
    Path modelDir;

    @Option(
            names = "--compat",
            description = "Do as the original where it is odd: a burn-out of 100 or more means all epochs.")
    boolean compat;

    /** Returns the folder that the user named. */
    Path folder() {
        Arguments.require(
                (given == null) != (modelDir == null),
                given == null
                        ? "Missing required parameter: LOGDIR"
                        : "LOGDIR is given twice: " + given + " and " + modelDir);
        return given == null ? modelDir : given;
    }

    /** Reads the log, and says on standard error what was left out and what was not read. */
    Dynamics read() {
        return reading.read(command, folder(), compat);
    }
}

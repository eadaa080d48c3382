package org.kymograph.cli.cartography;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kymograph.cartography.metrics.MetricOptions;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cli.Words;
import org.kymograph.record.dynamics.Coverage;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.DynamicsReader;
import org.kymograph.record.dynamics.Lenience;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How a command reads logs. */
final class LogOptions {
    /** The original reads everything if asked for so many epochs or more. */
    private static final int ORIGINAL_ALL = 100;

    private static final int LISTED = 5;

    @Option(
            names = {"--burn-out", "--burn_out"},
            paramLabel = "N",
            description = "Use the first N epochs of a log only, at least 1 (default: all).")
    Integer burnOut;

    @Option(names = "--keep-first", description = "Of several rows of a sample in an epoch keep the first.")
    boolean keepFirst;

    @Option(
            names = "--drop-incomplete",
            description = "Leave out samples that aren't in every epoch, and rows cut off.")
    boolean dropIncomplete;

    @Option(
            names = {"--strip-last", "--strip_last"},
            description = "Take the last character off every guid, as the original does for QNLI.")
    boolean stripLast;

    /** Reads a log, and says on standard error what was left out and what was not read. */
    Dynamics read(CommandSpec command, Path folder, boolean compat) {
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
        Dynamics log = reader.read(folder);
        Coverage coverage = log.coverage();
        tell(command, "row", "left out because their sample has one already", coverage.repeated());
        tell(command, "sample", "left out because they aren't in every epoch", coverage.dropped());
        tell(command, "line", "left out because cut off", coverage.cutOff());
        tell(command, "other file", "not read", coverage.strayFiles());
        return log;
    }

    /** Reads a file of metrics, or computes those of a log's folder. */
    SampleMetrics metrics(CommandSpec command, Path source, MetricOptions options, boolean compat) {
        if (!Files.isRegularFile(source)) {
            return SampleMetrics.of(read(command, source, compat), options);
        }
        String given = burnOut != null
                ? "--burn-out"
                : keepFirst
                        ? "--keep-first"
                        : dropIncomplete
                                ? "--drop-incomplete"
                                : stripLast ? "--strip-last" : options.includeCi() ? "--include-ci" : null;
        if (given != null) {
            throw new IllegalArgumentException(given + " needs a log; " + source + " is a file of metrics");
        }
        return SampleMetrics.read(source);
    }

    private static void tell(CommandSpec command, String what, String why, List<String> which) {
        if (!which.isEmpty()) {
            PrintWriter err = command.commandLine().getErr();
            err.println("kymograph: " + Words.count(which.size(), what) + " " + why + ":");
            which.stream().limit(LISTED).forEach(w -> err.println("  " + w));
            if (which.size() > LISTED) {
                err.println("  and " + (which.size() - LISTED) + " more");
            }
        }
    }
}

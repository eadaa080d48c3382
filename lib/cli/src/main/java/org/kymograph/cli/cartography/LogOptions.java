package org.kymograph.cli.cartography;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cli.Words;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.DynamicsReader;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How a command reads logs. */
final class LogOptions {
    /** The original reads everything if asked for so many epochs or more. */
    private static final int ORIGINAL_ALL = 100;

    private static final int LISTED = 5;
    private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

    @Option(names = "--burn-out", description = "Use the first N epochs of a log only, at least 1 (default: all).")
    Integer burnOut;

    @Option(names = "--keep-first", description = "Of several rows of a sample in an epoch keep the first.")
    boolean keepFirst;

    @Option(
            names = "--drop-incomplete",
            description =
                    "Leave out samples that aren't in every epoch, or have an output that isn't finite, and rows cut off.")
    boolean dropIncomplete;

    @Option(
            names = "--strip-last",
            description = "Take the last character off every guid, as the original does for QNLI.")
    boolean stripLast;

    @Option(
            names = "--epochs",
            paramLabel = "E",
            description =
                    "Read the epochs of these numbers, such as 1-5 or 0,2,4 (default: all, from 0 on without a gap).")
    String epochs;

    @Option(
            names = "--one-logit",
            paramLabel = "KIND",
            description = "What a log with one logit a sample is: binary (gold 0 or 1, the logit that of class 1) or "
                    + "regression (default: told from gold).")
    String oneLogit;

    /** The kinds of logs with one logit a sample. */
    private enum OneLogit {
        BINARY,
        REGRESSION
    }

    /** Reads a log, and says on standard error what was left out and what was not read. */
    Dynamics read(CommandSpec command, Path folder, boolean compat) {
        if (burnOut != null) {
            Arguments.atLeast("--burn-out", burnOut, 1);
        }
        DynamicsReader reader = Dynamics.reader().withStripLast(stripLast);
        if (burnOut != null && !(compat && burnOut >= ORIGINAL_ALL)) {
            reader = reader.withEpochs(burnOut);
        }
        if (epochs != null) {
            reader = reader.withEpochNumbers(numbers(epochs));
        }
        if (oneLogit != null) {
            reader = reader.withOneLogit(
                    Words.named(OneLogit.class, "--one-logit", oneLogit) == OneLogit.BINARY
                            ? Dynamics.Kind.CLASSES
                            : Dynamics.Kind.REGRESSION);
        }
        if (keepFirst) {
            reader = reader.withLenient(DynamicsReader.Lenience.KEEP_FIRST);
        }
        if (dropIncomplete) {
            reader = reader.withLenient(DynamicsReader.Lenience.DROP_INCOMPLETE);
        }
        Dynamics log = reader.read(folder);
        DynamicsReader.Coverage coverage = log.coverage();
        tell(command, "row", "left out because their sample has one already", coverage.repeated());
        tell(command, "sample", "left out because they aren't whole in every epoch", coverage.dropped());
        tell(command, "line", "left out because cut off", coverage.cutOff());
        tell(command, "other file", "not read", coverage.strayFiles());
        return log;
    }

    /** Reads a file of metrics, or computes those of a log's folder. */
    SampleMetrics metrics(CommandSpec command, Path source, Metric.Options options, boolean compat) {
        if (!Files.isRegularFile(source)) {
            return SampleMetrics.of(read(command, source, compat), options);
        }
        Map<String, Boolean> used = new LinkedHashMap<>();
        used.put("--burn-out", burnOut != null);
        used.put("--epochs", epochs != null);
        used.put("--one-logit", oneLogit != null);
        used.put("--keep-first", keepFirst);
        used.put("--drop-incomplete", dropIncomplete);
        used.put("--strip-last", stripLast);
        used.put("--include-ci", options.includeCi());
        String given = used.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
        Arguments.require(given == null, given + " needs a log; " + source + " is a file of metrics");
        return SampleMetrics.read(source);
    }

    private static int[] numbers(String text) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            Arguments.check(range.matches(), "--epochs", text, "numbers and ranges, such as 1-5 or 0,2,4");
            int from = Integer.parseInt(range.group(1));
            int to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
            Arguments.check(from <= to, "--epochs", text, "ranges that rise, not " + part);
            IntStream.rangeClosed(from, to).forEach(numbers::add);
        }
        return numbers.stream().mapToInt(Integer::intValue).toArray();
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

package org.kymograph.cli.cartography;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Words;
import org.kymograph.record.dynamics.Dynamics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph cartography metrics}. */
@Command(
        name = "metrics",
        description = {
            "Writes the metrics of every sample of a log: a JSON object a line.",
            "guid, index (place in epoch 0's file), threshold_closeness, confidence, variability, correctness and "
                    + "forgetfulness (1000: never right), numbers to ten decimals, those that are not finite as null."
        })
final class CartographyMetricsCommand extends ConsoleCommand {
    @Mixin
    CartographyLog source;

    @Option(
            names = "--include-ci",
            description = "Add to the variance of the probabilities its own variance; null for one epoch.")
    boolean includeCi;

    @Option(
            names = "--all-scores",
            description = "Write every other score that the log gives too: aum, el2n, loss_mean, entropy_mean, ...")
    boolean allScores;

    @Option(
            names = "--forgetting",
            paramLabel = "RULE",
            defaultValue = "thousand",
            description = "Forgetfulness of samples that are never right: thousand, epochs or infinite.")
    String forgetting;

    @Option(names = "--out", description = "The file to write or replace (default LOGDIR/td_metrics.jsonl).")
    Path out;

    @Override
    protected void run() {
        Path folder = source.folder();
        Metric.Options.ForgettingRule never =
                Words.named(Metric.Options.ForgettingRule.class, "--forgetting", forgetting);
        Path file = out == null ? folder.resolve("td_metrics.jsonl") : out;
        Targets.checkFile("--out", file);
        Dynamics log = source.read();
        Set<Metric> wanted = allScores ? EnumSet.allOf(Metric.class) : Metric.Options.MAP;
        SampleMetrics metrics = SampleMetrics.of(
                log,
                Metric.Options.defaults()
                        .withMetrics(wanted)
                        .withIncludeCi(includeCi)
                        .withForgetting(never));
        metrics.write(file, wanted);
        print(
                "%s, %s, %s",
                Words.count(log.samples(), "sample"),
                Words.count(log.epochs(), "epoch"),
                Words.count(
                        log.classes(),
                        log.kind() == Dynamics.Kind.CLASSES
                                ? "class"
                                : log.kind() == Dynamics.Kind.MULTI_LABEL ? "label" : "output"));
        print("%6s %12s %10s", "epoch", "loss", "accuracy");
        // Not as a table: the first one of a process takes a second of the processor.
        double[][] epochs = SampleMetrics.epochs(log);
        for (int e = 0; e < epochs.length; e++) {
            double loss = epochs[e][0];
            print(
                    "%6d %12s %10.6f",
                    e, Double.isNaN(loss) ? "-" : String.format(Locale.ROOT, "%.6f", loss), epochs[e][1]);
        }
        print(file);
    }
}

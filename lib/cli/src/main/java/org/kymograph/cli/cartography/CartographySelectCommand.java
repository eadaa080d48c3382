package org.kymograph.cli.cartography;

import java.nio.file.Path;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.select.SampleSelection;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Words;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.dynamics.Guids;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph cartography select}. */
@Command(
        name = "select",
        description = {
            "Selects samples to train on and lists their guids.",
            "The most valuable ones by a metric come first: low confidence, correctness or aum, else high values; ties"
                    + " by their order in the log. A fraction of n samples is cut off, not rounded."
        })
final class CartographySelectCommand extends ConsoleCommand {
    @Mixin
    CartographySamples source;

    @Parameters(
            paramLabel = "METRICS",
            description = "A file td_metrics.jsonl, or a log's folder, which has every score.")
    Path metrics;

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            description = "confidence, variability, threshold_closeness, correctness, forgetfulness, aum, el2n, ...")
    String metric;

    @Option(names = "--random", description = "Draw samples instead: the baseline.")
    boolean random;

    @Option(names = "--seed", description = "The random seed of a draw (default 0).")
    Long seed;

    @Option(
            names = {"--fraction", "-f"},
            paramLabel = "SHARE",
            description = "The share of the samples to take, above 0 to 1 (with --band: of those in it, default 1).")
    Double fraction;

    @Option(names = "--worst", description = "Turn the order round: --metric confidence --worst takes the easy ones.")
    boolean worst;

    @Option(
            names = "--both-ends",
            description = "Take seven tenths from the start of the order and the rest from its end.")
    boolean bothEnds;

    @Option(names = "--balanced", description = "Take equally many samples of each class, each from its own order.")
    boolean balanced;

    @Option(
            names = "--labels",
            paramLabel = "FILE|LOGDIR",
            description = "Where the classes are, if METRICS is a file: a log, or texts (.csv, .json, .jsonl, .tsv).")
    Path labels;

    @Option(
            names = "--band",
            paramLabel = "LOW,HIGH",
            split = ",",
            hideParamSyntax = true,
            description = "Take samples with values between these only, both excluded.")
    double[] band;

    @Option(
            names = "--skip-first",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Leave out this share of the part taken again, at its start.")
    double skipFirst;

    @Option(
            names = "--without",
            description = "Leave out the samples that this file lists, as --out writes it, and take the next.")
    Path without;

    @Option(
            names = "--compat",
            description = "Take one sample more than the fraction says, as the original filter does.")
    boolean compat;

    @Option(
            names = "--out",
            required = true,
            description = "The file to write: a guid on each line; if named .jsonl, guid and value.")
    Path out;

    @Override
    protected void run() {
        Arguments.require(
                random == (metric == null),
                random
                        ? "only one of --metric and --random may be given"
                        : "One of --metric and --random must be given");
        Arguments.require(fraction != null || band != null, "Missing required option: '--fraction=SHARE'");
        Arguments.require(band == null || band.length == 2, "--band must be two numbers: LOW,HIGH");
        String idle = !random
                ? seed == null ? null : "--seed"
                : worst ? "--worst" : bothEnds ? "--both-ends" : compat ? "--compat" : band != null ? "--band" : null;
        Arguments.require(idle == null, random ? "--random has no order for " + idle : "--seed is for --random");
        boolean scores = String.valueOf(out.getFileName()).endsWith(".jsonl");
        Arguments.require(!random || !scores, "--out FILE.jsonl holds a metric's values; --random has none");
        Metric by = random ? null : CartographySamples.metric(metric);
        double share = fraction == null ? 1 : fraction;
        SampleSelection selection = (random
                        ? SampleSelection.random(share, seed == null ? 0 : seed)
                        : SampleSelection.by(by).withFraction(share))
                .withWorst(worst)
                .withBothEnds(bothEnds)
                .withBalanced(balanced)
                .withoutFirst(skipFirst)
                .withExtraRow(compat);
        if (band != null) {
            selection = selection.withBand(band[0], band[1]);
        }
        Targets.checkFile("--out", out);
        SampleMetrics samples = source.metrics(metrics);
        if (labels != null) {
            samples = source.withLabels(samples, labels);
        }
        if (without != null) {
            selection = selection.without(SampleRows.of(samples.guids(), GuidFiles.read(without)));
        }
        int[] rows = selection.of(samples);
        Arguments.require(
                rows.length != 0,
                "nothing is selected of " + Words.count(samples.size(), "sample")
                        + ": --fraction or --band leaves less than one");
        write(samples, rows, by, scores);
        print("%,d of %s", rows.length, Words.count(samples.size(), "sample"));
        if (samples.gold() != null) {
            SampleRows.classCounts(samples, rows).forEach((c, n) -> print("class %d: %,d", c, n));
        }
        print(out);
    }

    private void write(SampleMetrics samples, int[] rows, Metric by, boolean scores) {
        Guids chosen = samples.guids().at(rows);
        if (scores) {
            double[] values = samples.values(by);
            GuidFiles.writeScores(out, by.column(), new GuidFiles.Scores(chosen, Columns.pick(values, rows)));
        } else {
            GuidFiles.write(out, chosen);
        }
    }
}

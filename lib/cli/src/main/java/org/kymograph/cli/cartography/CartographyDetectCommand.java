package org.kymograph.cli.cartography;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.noise.ConfidentLearning;
import org.kymograph.cartography.noise.Detection;
import org.kymograph.cartography.noise.LogisticDetector;
import org.kymograph.cartography.noise.NoisyLabels;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Words;
import org.kymograph.data.text.Texts;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.Tables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tech.tablesaw.api.Table;

/** {@code kymograph cartography noise detect}. */
@Command(
        name = "detect",
        description = {
            "Lists samples whose labels are likely wrong, and says how good the list is where the truth is known.",
            "Precision and recall are told of a balanced half that the detector hasn't seen and of all samples: where few labels "
                    + "are wrong, only the second is what a user of the list meets.",
            "Guids and texts are written as they are: a spreadsheet takes those that begin with =, +, - or @ for formulas, see --escape-formulas.",
            "Where nothing is known of the truth, threshold samples set the limit; they take two trainings: see the notebook "
                    + "on noise."
        })
final class CartographyDetectCommand extends ConsoleCommand {
    /** Detectors. */
    enum Method {
        TOP,
        THRESHOLD,
        LOGISTIC,
        CONFIDENT
    }

    @Mixin
    CartographySamples source;

    @Parameters(
            paramLabel = "METRICS",
            description = "A file td_metrics.jsonl, or a log's folder, which has every score.")
    Path metrics;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "top",
            description = "top, threshold, logistic or confident (default "
                    + "${DEFAULT-VALUE}): the --n most suspect, those beyond --limit, logistic regression on the metrics fitted on "
                    + "half of the known wrong labels, confident learning on a log's probabilities.")
    String methodName;

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            split = ",",
            description = "What makes suspect; several for logistic (default confidence).")
    List<String> names;

    @Option(names = "--n", description = "How many to list (default: as many as --truth has).")
    Integer n;

    @Option(names = "--limit", paramLabel = "VALUE", description = "The metric's limit.")
    Double limit;

    @Option(
            names = "--epoch",
            paramLabel = "E",
            description =
                    "The epoch for confident, from 0 (default: the mean of all); best one before a sample was trained on.")
    Integer epoch;

    @Option(names = "--truth", description = "noise.jsonl: the labels that are wrong.")
    Path truth;

    @Option(names = "--seed", description = "The random seed of the balanced halves (default 0).")
    Long seed;

    @Option(names = "--texts", description = "Texts to list beside the guids (.csv, .json, .jsonl, .tsv).")
    Path texts;

    @Option(names = "--out", defaultValue = "suspects.csv", description = "The CSV file to write or replace.")
    Path out;

    @Option(
            names = "--escape-formulas",
            description = "Put an apostrophe before texts that a spreadsheet would take for formulas (=, +, -, @).")
    boolean safe;

    private Method method;

    @Override
    protected void run() {
        check();
        Targets.checkFile("--out", out);
        NoisyLabels noise = truth == null ? null : NoisyLabels.read(truth);
        Dynamics log = Files.isRegularFile(metrics) ? null : source.reading.read(command, metrics, false);
        Detection detection = detection(log, noise);
        Table suspects = log != null && log.kind() == Dynamics.Kind.CLASSES ? detection.table(log) : detection.table();
        suspects = texts == null ? suspects : Detection.withTexts(suspects, byGuid()::get);
        Tables.writeCsv(out, safe ? Targets.withoutFormulas(suspects) : suspects);
        print(
                "%s: %,d of %s suspect",
                detection.method(),
                suspects.rowCount(),
                Words.count(detection.guids().size(), "sample"));
        if (noise != null) {
            print(detection.report(noise.truth(detection.guids()), seed == null ? 0 : seed));
        }
        print(out);
    }

    private void check() {
        method = Words.named(Method.class, "--method", methodName);
        require(method != Method.TOP || n != null || truth != null, "--n=N");
        require(method != Method.THRESHOLD || limit != null, "--limit=VALUE");
        require(method != Method.LOGISTIC || truth != null, "--truth=FILE");
        idle(n, "--n", method == Method.TOP);
        idle(limit, "--limit", method == Method.THRESHOLD);
        idle(epoch, "--epoch", method == Method.CONFIDENT);
        idle(names, "--metric", method != Method.CONFIDENT);
        idle(seed, "--seed", truth != null);
        Arguments.require(
                method != Method.CONFIDENT || !Files.isRegularFile(metrics),
                "--method confident needs a log's folder, not " + metrics);
        Arguments.require(
                method == Method.LOGISTIC || names == null || names.size() == 1,
                "--method " + methodName + " takes one --metric, not " + names);
    }

    private void require(boolean given, String option) {
        Arguments.require(given, "--method " + methodName + " needs " + option);
    }

    private void idle(Object given, String option, boolean used) {
        Arguments.require(
                given == null || used,
                option.equals("--seed")
                        ? "--seed is for --truth"
                        : "--method " + methodName + " doesn't take " + option);
    }

    private Detection detection(Dynamics log, NoisyLabels noise) {
        if (method == Method.CONFIDENT) {
            return (epoch == null ? ConfidentLearning.ofMean(log) : ConfidentLearning.ofEpoch(log, epoch)).detection();
        }
        List<Metric> by = names == null
                ? List.of(Metric.CONFIDENCE)
                : names.stream().map(CartographySamples::metric).toList();
        SampleMetrics samples = log == null ? source.metrics(metrics) : SampleMetrics.of(log);
        return switch (method) {
            case TOP -> Detection.topK(samples, by.get(0), n == null ? noise.size() : n);
            case THRESHOLD -> Detection.threshold(samples, by.get(0), limit);
            default ->
                LogisticDetector.fit(samples, by, noise.truth(samples.guids()), seed == null ? 0 : seed)
                        .detect(samples);
        };
    }

    private Map<String, String> byGuid() {
        Texts all = source.texts(texts);
        Guids guids = source.guids(texts, all);
        Map<String, String> byGuid = new HashMap<>();
        for (int i = 0; i < guids.size(); i++) {
            byGuid.put(guids.text(i), String.join(" | ", all.examples().get(i).texts()));
        }
        return byGuid;
    }

    private void print(Detection.Report report) {
        print("%-10s %10s %10s %10s", "", "precision", "recall", "F1");
        row("balanced", report.balanced());
        row("whole set", report.whole());
        print(
                "AUROC %.4f, average precision %.4f, precision at n %.4f",
                report.ranking().auroc(),
                report.ranking().averagePrecision(),
                report.ranking().precisionAtN());
    }

    private void row(String name, Detection.Confusion counts) {
        print("%-10s %10.4f %10.4f %10.4f", name, counts.precision(), counts.recall(), counts.f1());
    }
}

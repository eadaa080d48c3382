package org.kymograph.cli.cartography;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.select.GuidConversion;
import org.kymograph.cartography.select.TsvFilter;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Words;
import org.kymograph.data.text.GlueTask;
import org.kymograph.record.files.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph cartography filter}. */
@Command(
        name = "filter",
        description = {
            "Writes parts of a GLUE task's train.tsv, the rows whose samples rank first by a metric of their log.",
            "The folders are cartography_<metric>_<fraction>/<TASK>, with _worst and _both_ends behind the fraction; dev.tsv and "
                    + "test.tsv (MNLI: dev_matched.tsv and dev_mismatched.tsv) are copied into each, and the options are written "
                    + "to filtering_configs.json. A part has the fraction of the rows, rounded down; with --compat one row "
                    + "more, unless it is of both ends."
        })
final class CartographyFilterCommand extends ConsoleCommand {
    /** How the guids of a log come from a file's rows. */
    enum Rows {
        /** As the cartography code does for the task. */
        TASK,
        /** The row's number, from 0. */
        ROW,
        /** The number among the rows that have a label, from 0. */
        LABELLED_ROW,
        /** The id as it is. */
        ID,
        /** The id's value. */
        NUMBER,
        /** The id's digits, as for MNLI and SNLI. */
        DIGITS;

        /** Returns the conversion that makes guids of a task's rows. */
        GuidConversion of(GlueTask task) {
            return switch (this) {
                case TASK -> TsvFilter.of(task).conversion();
                case ROW -> GuidConversion.ROW;
                case LABELLED_ROW -> GuidConversion.LABELLED_ROW;
                case ID -> GuidConversion.NONE;
                case NUMBER -> GuidConversion.NUMBER;
                case DIGITS -> GuidConversion.DIGITS;
            };
        }
    }

    @Mixin
    CartographyLog source;

    @Option(
            names = {"--data_dir", "-d"},
            required = true,
            paramLabel = "DIR",
            description = "The folder that holds <TASK>/train.tsv, or the task's own.")
    Path data;

    @Option(
            names = {"--task_name", "-t"},
            required = true,
            paramLabel = "TASK",
            description = "SNLI, MNLI, QNLI, WINOGRANDE, or another task of GLUE.")
    String task;

    @Option(
            names = "--metric",
            required = true,
            paramLabel = "M",
            description = "threshold_closeness, confidence, variability, correctness, forgetfulness, or another score.")
    String metric;

    @Option(names = "--include-ci", description = "Add to the variance of the probabilities its own variance.")
    boolean includeCi;

    @Option(
            names = {"--filtering_output_dir", "-f"},
            paramLabel = "DIR",
            defaultValue = "filtered",
            description = "Where to write.")
    Path out;

    @Option(names = "--worst", description = "Take the samples that rank last; the easy ones are confidence's worst.")
    boolean worst;

    @Option(
            names = "--both-ends",
            description = "Take seven tenths of each part from the start of the ranking and the rest from its end.")
    boolean bothEnds;

    @Option(
            names = "--fractions",
            paramLabel = "F",
            split = ",",
            description = "Which fractions (default 0.01,0.05,0.10,0.1667,0.25,0.3319,0.50,0.75).")
    List<Double> fractions;

    @Option(
            names = "--guids",
            paramLabel = "FROM",
            defaultValue = "task",
            description =
                    "What the log's guids are: as the original makes them for the task (task), numbers of rows from 0 "
                            + "as Hugging Face's idx (row), numbers among the rows with a label (labelled-row), ids (id), their values (number) or digits (digits); default "
                            + "${DEFAULT-VALUE}.")
    String guids;

    @Option(
            names = "--other-labels",
            description = "Accept a log whose labels are others than the file's, since they were changed on purpose.")
    boolean otherLabels;

    @Option(names = "--filter", hidden = true, description = "What the original is asked by to filter.")
    boolean asked;

    @Override
    protected void run() {
        Metric by = CartographySamples.metric(metric);
        GlueTask of = GlueTask.of(task);
        TsvFilter filter =
                TsvFilter.of(of).withWorst(worst).withBothEnds(bothEnds).withExtraRow(source.compat);
        filter = fractions == null ? filter : filter.withFractions(fractions);
        filter = filter.withConversion(Words.named(Rows.class, "--guids", guids).of(of))
                .withOtherLabels(otherLabels);
        Targets.checkFolder("--filtering_output_dir", out);
        SampleMetrics metrics = SampleMetrics.of(
                source.read(), Metric.Options.defaults().withMetrics(Set.of(by)).withIncludeCi(includeCi));
        WrittenParts.print(command, filter.write(metrics, by, data, out));
        TsvFilter.writeConfigs(out, options(of, by));
    }

    private ObjectNode options(GlueTask of, Metric by) {
        return Json.object()
                .put("filter", true)
                .put("model_dir", source.folder().toAbsolutePath().toString())
                .put("data_dir", data.toString())
                .put("task_name", of.folder())
                .put("metric", by.column())
                .put("include_ci", includeCi)
                .put("filtering_output_dir", out.toString())
                .put("worst", worst)
                .put("both_ends", bothEnds)
                .put("burn_out", source.reading.burnOut)
                .put("compat", source.compat)
                .put("guids", guids.toLowerCase(Locale.ROOT))
                .put("other_labels", otherLabels)
                .set("fractions", Json.tree(fractions == null ? TsvFilter.FRACTIONS : fractions));
    }
}

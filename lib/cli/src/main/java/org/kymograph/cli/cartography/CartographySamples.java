package org.kymograph.cli.cartography;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.select.GuidConversion;
import org.kymograph.cli.Words;
import org.kymograph.data.text.GlueTask;
import org.kymograph.data.text.GlueTsv;
import org.kymograph.data.text.TextFile;
import org.kymograph.data.text.Texts;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.dynamics.Guids;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Samples and their classes and texts, from whatever file has them. */
final class CartographySamples {
    private static final String TSV = ".tsv";

    @Option(
            names = {"--task", "-t"},
            paramLabel = "TASK",
            description = "The task of GLUE, or SNLI or WinoGrande, whose layout a " + ".tsv file has.")
    String task;

    @Option(
            names = "--guids",
            paramLabel = "FROM",
            defaultValue = "task",
            description =
                    "What the log's guids are: of a .tsv file as the original makes them for the task (task), numbers"
                            + " of rows from 0 (row), numbers among the rows with a label (labelled-row), ids (id), their"
                            + " values (number) or digits (digits); default ${DEFAULT-VALUE}, which is id for other"
                            + " files.")
    String guids;

    @Mixin
    LogOptions reading;

    @Spec(Target.MIXEE)
    CommandSpec command;

    /**
     * Samples with classes.
     *
     * @param guids the samples
     * @param gold their classes
     * @param classes how many classes there are
     */
    record Labels(Guids guids, int[] gold, int classes) {}

    /** Reads a metrics file, or all that a log gives. */
    SampleMetrics metrics(Path source) {
        return reading.metrics(command, source, Metric.Options.defaults(), false);
    }

    /** Reads the classes of a log or of a file of texts. */
    Labels labels(Path source) {
        if (Files.isDirectory(source)) {
            Dynamics log = reading.read(command, source, false);
            int[] gold = new int[log.samples()];
            Arrays.setAll(gold, log::gold);
            return new Labels(log.guids(), gold, log.classes());
        }
        Texts texts = texts(source);
        Arguments.require(!texts.labels().isEmpty(), source + " has numbers to regress on; expected classes");
        return new Labels(
                guids(source, texts),
                texts.examples().stream().mapToInt(e -> (int) e.label()).toArray(),
                texts.labels().size());
    }

    /** Gives metrics the classes that another file has. */
    SampleMetrics withLabels(SampleMetrics metrics, Path source) {
        Labels labels = labels(source);
        Map<Metric, double[]> columns = new EnumMap<>(Metric.class);
        metrics.metrics().forEach(m -> columns.put(m, metrics.values(m)));
        return SampleMetrics.of(
                metrics.guids(),
                Arrays.stream(SampleRows.of(labels.guids, metrics.guids()))
                        .map(i -> labels.gold[i])
                        .toArray(),
                columns,
                metrics.epochs());
    }

    /** Reads texts: a .tsv file of a task, else a file of one's own. */
    Texts texts(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(TSV)) {
            return TextFile.withDefaults().read(file, "all").texts();
        }
        return GlueTsv.of(task(file))
                .read(file.toAbsolutePath().getParent(), name.substring(0, name.length() - TSV.length()))
                .texts();
    }

    private GlueTask task(Path file) {
        Arguments.require(task != null, "--task is missing: " + file + " is a .tsv file, whose columns the task tells");
        return GlueTask.of(task);
    }

    /** The guids under which a log has texts. */
    Guids guids(Path file, Texts texts) {
        CartographyFilterCommand.Rows from = Words.named(CartographyFilterCommand.Rows.class, "--guids", guids);
        if (String.valueOf(file.getFileName()).endsWith(TSV)) {
            GuidConversion conversion = from.of(task(file));
            List<String> ids = new ArrayList<>();
            GlueTsv.of(task(file)).rows(file, row -> ids.add(conversion.text(row)));
            return GuidFiles.guids(ids);
        }
        return switch (from) {
            case ROW, LABELLED_ROW -> Guids.rows(texts.size());
            case TASK ->
                task == null
                        ? GuidFiles.guids(texts.ids())
                        : GuidFiles.guids(Columns.each(texts.ids(), from.of(GlueTask.of(task))::text));
            default ->
                GuidFiles.guids(
                        texts.ids().stream().map(from.of(GlueTask.SNLI)::text).toList());
        };
    }

    /** The metric of that column, in any case, with dashes or underscores between its words. */
    static Metric metric(String name) {
        return Metric.of(name.toLowerCase(Locale.ROOT).replace('-', '_'));
    }
}

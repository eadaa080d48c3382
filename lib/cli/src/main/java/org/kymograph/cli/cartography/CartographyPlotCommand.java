package org.kymograph.cli.cartography;

import java.nio.file.Path;
import org.kymograph.cartography.figures.DataMapPlot;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph cartography plot}. */
@Command(
        name = "plot",
        description = {
            "Draws the data map of a log, or of a file of metrics or of a released map's coordinates in place of LOGDIR.",
            "Writes <plots_dir>/<task>_<model>.<format>, for --style compact with compact_ before it."
        })
final class CartographyPlotCommand extends ConsoleCommand {
    @Mixin
    CartographyLog source;

    @Mixin
    CartographyPictures pictures;

    @Option(
            names = {"--task_name", "-t"},
            defaultValue = "",
            description = "The task, for the title and the file's name.")
    String task;

    @Option(names = "--model", defaultValue = "", description = "The model, for the title and the file's name.")
    String model;

    @Option(names = "--include-ci", description = "Add to the variance of the probabilities its own variance.")
    boolean includeCi;

    @Option(
            names = "--style",
            paramLabel = "STYLE",
            defaultValue = "script",
            description =
                    "script, notebook (with a histogram of forgetfulness), allenai (histograms below) or compact.")
    String style;

    @Option(names = "--limit", description = "Draw at most N samples (default 55000, allenai 25000).")
    Integer limit;

    @Option(names = "--seed", defaultValue = "0", description = "The random seed of the choice.")
    long seed;

    @Option(names = "--plot", hidden = true, description = "What the original is asked by to draw.")
    boolean plot;

    @Override
    protected void run() {
        pictures.check();
        DataMapPlot.Style chosen = Words.named(DataMapPlot.Style.class, "--style", style);
        DataMapPlot map = DataMapPlot.of(metrics())
                .withStyle(chosen)
                .withTask(task)
                .withModel(model)
                .withSeed(seed);
        String words = CartographyPictures.name(chosen == DataMapPlot.Style.COMPACT ? "compact" : "", task, model);
        String name = words.isEmpty() ? "data_map" : words;
        for (Path file : pictures.write(name, (limit == null ? map : map.withLimit(limit)).plot())) {
            printPlace(file);
        }
    }

    private SampleMetrics metrics() {
        return source.reading.metrics(
                command,
                source.folder(),
                Metric.Options.defaults().withMetrics(Metric.Options.MAP).withIncludeCi(includeCi),
                source.compat);
    }
}

package org.kymograph.cli.cartography;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.cartography.figures.ComparisonPlots;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.select.Comparison;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Words;
import org.kymograph.notebook.Page;
import org.kymograph.plot.Plot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph cartography compare}. */
@Command(
        name = "compare",
        description = {
            "Draws how samples move from a weak model's map to a strong one's.",
            "Joins them by guid and writes <plots_dir>/<strong>_vs_<weak>.<format>; the html page also has both models' confidence and variability "
                    + "against each other, the moves between regions and, where labels are known, where each class's most confident samples come from."
        })
final class CartographyCompareCommand extends ConsoleCommand {
    private static final int MIGRANTS = 5_000;

    @Parameters(index = "0", paramLabel = "WEAK", description = "The weak model's log folder or file of metrics.")
    Path weak;

    @Parameters(index = "1", paramLabel = "STRONG", description = "The strong model's.")
    Path strong;

    @Mixin
    CartographyPictures pictures;

    @Mixin
    LogOptions reading;

    @Option(names = "--weak-name", defaultValue = "weak", description = "What the weak model is called.")
    String weakName;

    @Option(names = "--strong-name", defaultValue = "strong", description = "What the strong model is called.")
    String strongName;

    @Option(
            names = "--proportion",
            paramLabel = "P",
            defaultValue = "0.33",
            description = "The share of the samples in each region.")
    double proportion;

    @Override
    protected void run() {
        pictures.check();
        Comparison both = Comparison.of(metrics(weak), metrics(strong));
        Plot map = ComparisonPlots.map(both, weakName, strongName);
        String name = CartographyPictures.name(strongName, "vs", weakName);
        List<Path> files = new ArrayList<>();
        if (pictures.pages()) {
            files.add(pictures.file(name + ".html"));
            Page.write(files.get(0), strongName + " vs. " + weakName, page(both, map));
        }
        files.addAll(pictures.withoutPages(name, map));
        print(
                "%s of both, %,d of the weak model only, %,d of the strong one only",
                Words.count(both.size(), "sample"),
                both.onlyWeak().size(),
                both.onlyStrong().size());
        files.forEach(file -> printPlace(file));
    }

    private List<Object> page(Comparison both, Plot map) {
        List<Object> shown = new ArrayList<>(List.of(
                map,
                ComparisonPlots.scatter(both, Metric.CONFIDENCE, weakName, strongName),
                ComparisonPlots.scatter(both, Metric.VARIABILITY, weakName, strongName),
                ComparisonPlots.transitions(both, proportion)));
        if (both.weak().gold() != null || both.strong().gold() != null) {
            shown.add(ComparisonPlots.migration(Comparison.Migration.of(both, MIGRANTS, true)));
        }
        return shown;
    }

    private SampleMetrics metrics(Path source) {
        return reading.metrics(command, source, Metric.Options.defaults().withMetrics(Metric.Options.MAP), false);
    }
}

package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.cluster.ExtremeModels;
import org.kymograph.connectivity.figures.BasinPlots;
import org.kymograph.connectivity.figures.CurvePlots;
import org.kymograph.connectivity.figures.GapMap;
import org.kymograph.connectivity.figures.ScorePlots;
import org.kymograph.connectivity.figures.SurfacePlots;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.plane.Surface;
import org.kymograph.notebook.FigureFile;
import org.kymograph.plot.PlotlyFigure;
import org.kymograph.plot.Plots;
import org.kymograph.stats.Statistics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph connectivity plot}. */
@Command(
        name = "plot",
        description = {
            "Draws a matrix of gaps as heat_map; with --clusters also eigenvalues, with --scores and --clusters scatter and histogram, and with "
                    + "--scores and --curves the mean curves between the best, middle and worst models as curves.",
            "Without a matrix it draws --surfaces, and with --distributions how the scores of populations are distributed."
        })
final class ConnectivityPlotCommand extends ConsoleCommand {
    @Parameters(
            paramLabel = "GAP",
            arity = "0..1",
            description = "A matrix as gap writes it; only --surfaces and --distributions do without.")
    Path gap;

    @Option(names = "--clusters", description = "Clusters as cluster writes them.")
    Path clusters;

    @Option(
            names = {"--scores", "--eval-mods-prefix"},
            description = ScoreFile.DESCRIPTION)
    Path scores;

    @Mixin
    ScoreColumn score;

    @Option(names = "--curves", paramLabel = "CURVES", description = "The curves: a CSV of interpolate, or logs.")
    Path curves;

    @Option(names = "--sharpness", description = "A CSV of sharpness, drawn against the scores as sharpness.")
    Path sharpness;

    @Option(
            names = {"--surfaces", "--surface-files"},
            arity = "1..*",
            description = "JSON files of plane, drawn beside each other on one scale as surfaces.")
    List<Path> surfaces = List.of();

    @Option(
            names = "--distributions",
            arity = "1..*",
            paramLabel = "NAME=SCORES",
            description =
                    "Populations by name, and the files of their models' scores as --scores takes them: a histogram and a density "
                            + "for each score that all have, as distributions.")
    Map<String, Path> distributions = Map.of();

    @Option(names = "--same-x-scale", description = "All distributions have one horizontal scale.")
    boolean sameScale;

    @Option(names = "--metric", paramLabel = "SCORE", defaultValue = "loss", description = "What surfaces show.")
    String metric;

    @Option(names = "--clip-z", paramLabel = "MOST", description = "The largest value of surfaces that is told apart.")
    Double clip;

    @Option(
            names = {"--models-per-class", "--num-models-per-class"},
            defaultValue = "5",
            description = "The best, middle and worst models of curves, each.")
    int each;

    @Option(
            names = {"--remove-middle", "--remove_plains"},
            description = "Leave the middle models out of curves.")
    boolean withoutMiddle;

    @Option(
            names = "--order-by",
            paramLabel = "ORDER",
            description =
                    "seed, performance (or perf) or cluster (default cluster where clusters are given, else seed).")
    String order;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "html",
            description = "html, png, svg or pdf; all but html need Chromium.")
    String format;

    @Option(
            names = {"--out", "--plots-dir"},
            paramLabel = "DIR",
            defaultValue = "connectivity",
            description = "Where the figures go; made if missing.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFolder(out);
        if (!FigureFile.FORMATS.contains(format)) {
            throw Arguments.unknown("--format", format, FigureFile.FORMATS);
        }
        boolean others = !surfaces.isEmpty() || !distributions.isEmpty();
        Arguments.require(
                gap != null || others && clusters == null && scores == null && curves == null && sharpness == null,
                "GAP is missing; expected a matrix as gap writes it, or only --surfaces and --distributions");
        refuseIdle("--order-by", gap == null, "without GAP");
        refuseIdle("--models-per-class", curves == null, "without --curves");
        refuseIdle("--remove-middle", curves == null, "without --curves");
        refuseIdle("--metric", surfaces.isEmpty(), "without --surfaces");
        refuseIdle("--clip-z", surfaces.isEmpty(), "without --surfaces");
        refuseIdle("--same-x-scale", distributions.isEmpty(), "without --distributions");
        Arguments.atLeast("--models-per-class", each, 2);
        if (order != null) {
            GapMap.Order asked = order();
            Arguments.require(
                    asked != GapMap.Order.PERFORMANCE || scores != null, "--order-by " + order + " needs --scores");
            Arguments.require(
                    asked != GapMap.Order.CLUSTER || clusters != null, "--order-by " + order + " needs --clusters");
        }
        GapMatrix matrix = gap == null ? null : GapMatrix.read(gap);
        Basins basins = clusters == null ? null : Basins.read(clusters);
        Arguments.check(
                basins == null || basins.models().equals(matrix.names()),
                "--clusters",
                basins == null ? null : basins.models(),
                "clusters of the models of GAP, " + (matrix == null ? null : matrix.names()));
        double[] values = scores == null ? null : score.read(scores, matrix.names());
        Arguments.check(sharpness == null || scores != null, "--sharpness", sharpness, "to come with --scores");
        Arguments.check(curves == null || scores != null, "--curves", curves, "to come with --scores");
        Map<String, PlotlyFigure> all = matrix == null ? new LinkedHashMap<>() : figures(matrix, basins, values);
        addOthers(all);
        all.forEach((name, figure) ->
                printPlace(figure.save(Destination.makeFolder(out).resolve(name + "." + format))));
    }

    private Map<String, PlotlyFigure> figures(GapMatrix matrix, Basins basins, double[] values) {
        Map<String, PlotlyFigure> figures = new LinkedHashMap<>();
        GapMap map = GapMap.of(matrix);
        map = basins == null ? map : map.withBasins(basins);
        map = values == null ? map : map.withScores(score.name, values);
        figures.put("heat_map", (order == null ? map : map.withOrder(order())).plot());
        if (basins != null) {
            figures.put("eigenvalues", BasinPlots.eigenvalues(basins));
        }
        if (basins != null && values != null) {
            figures.put("scatter", BasinPlots.scatter(basins, values, score.name));
            figures.put("histogram", BasinPlots.histogram(basins, values, score.name));
        }
        if (curves != null) {
            figures.put(
                    "curves",
                    CurvePlots.peaksAndValleys(
                            Map.of(String.valueOf(curves.getFileName()), GapCommand.read(curves)),
                            ExtremeModels.of(matrix.names(), values, each),
                            !withoutMiddle));
        }
        if (sharpness != null) {
            double[] x = ScoreFile.read(sharpness, "sharpness", matrix.names());
            figures.put(
                    "sharpness",
                    Plots.scatter(x, values)
                            .withX("sharpness")
                            .withY(score.name)
                            .withTitle(String.format(Locale.ROOT, "r = %.3f", Statistics.pearson(x, values))));
        }
        return figures;
    }

    private void addOthers(Map<String, PlotlyFigure> figures) {
        if (!distributions.isEmpty()) {
            Map<String, Map<String, double[]>> groups = new LinkedHashMap<>();
            distributions.forEach((name, file) -> groups.put(name, ScoreFile.readAll(file)));
            figures.put("distributions", ScorePlots.distributions(groups, sameScale));
        }
        if (!surfaces.isEmpty()) {
            Map<String, Surface> all = new LinkedHashMap<>();
            for (Path file : surfaces) {
                Surface surface = Surface.read(file);
                if (!surface.values().containsKey(metric)) {
                    throw Arguments.unknown("--metric", metric, surface.values().keySet());
                }
                all.put(String.valueOf(file.getFileName()), surface);
            }
            figures.put(
                    "surfaces", SurfacePlots.sameScale(all, metric, clip == null ? Double.POSITIVE_INFINITY : clip));
        }
    }

    private GapMap.Order order() {
        return order.equals("perf") ? GapMap.Order.PERFORMANCE : Words.named(GapMap.Order.class, "--order-by", order);
    }
}

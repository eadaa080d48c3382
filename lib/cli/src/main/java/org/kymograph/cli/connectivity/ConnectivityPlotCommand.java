package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.cluster.ExtremeModels;
import org.kymograph.connectivity.figures.BasinPlots;
import org.kymograph.connectivity.figures.CurvePlots;
import org.kymograph.connectivity.figures.GapMap;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.notebook.FigureFile;
import org.kymograph.plot.PlotlyFigure;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tech.tablesaw.api.Table;

/** {@code kymograph connectivity plot}. */
@Command(
        name = "plot",
        description = {
            "Draws a matrix of gaps as heat_map; with --clusters also eigenvalues, with --scores and --clusters scatter and histogram, and with "
                    + "--scores and --curves the mean curves between the best, middle and worst models as curves."
        })
final class ConnectivityPlotCommand extends ConsoleCommand {
    @Parameters(paramLabel = "GAP", description = "A matrix as gap writes it.")
    Path gap;

    @Option(names = "--clusters", description = "Clusters as cluster writes them.")
    Path clusters;

    @Option(
            names = "--scores",
            description = "A CSV with a column model and a column of scores, such as accuracies out of distribution.")
    Path scores;

    @Option(
            names = {"--score", "--perf-metric"},
            paramLabel = "COLUMN",
            defaultValue = "score",
            description = "The column of scores.")
    String score;

    @Option(names = "--curves", paramLabel = "CURVES", description = "The curves: a CSV of interpolate, or logs.")
    Path curves;

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
        GapMatrix matrix = GapMatrix.read(gap);
        Basins basins = clusters == null ? null : Basins.read(clusters);
        double[] values = scores == null ? null : scores(matrix.names());
        Arguments.check(curves == null || scores != null, "--curves", curves, "to come with --scores");
        figures(matrix, basins, values)
                .forEach((name, figure) ->
                        print(figure.save(Destination.makeFolder(out).resolve(name + "." + format))
                                .toAbsolutePath()
                                .normalize()));
    }

    private Map<String, PlotlyFigure> figures(GapMatrix matrix, Basins basins, double[] values) {
        Map<String, PlotlyFigure> figures = new LinkedHashMap<>();
        GapMap map = GapMap.of(matrix);
        map = basins == null ? map : map.withBasins(basins);
        map = values == null ? map : map.withScores(score, values);
        figures.put("heat_map", (order == null ? map : map.withOrder(order())).plot());
        if (basins != null) {
            figures.put("eigenvalues", BasinPlots.eigenvalues(basins));
        }
        if (basins != null && values != null) {
            figures.put("scatter", BasinPlots.scatter(basins, values, score));
            figures.put("histogram", BasinPlots.histogram(basins, values, score));
        }
        if (curves != null) {
            figures.put(
                    "curves",
                    CurvePlots.peaksAndValleys(
                            Map.of(String.valueOf(curves.getFileName()), GapCommand.read(curves)),
                            ExtremeModels.of(matrix.names(), values, each),
                            !withoutMiddle));
        }
        return figures;
    }

    private GapMap.Order order() {
        return order.equals("perf") ? GapMap.Order.PERFORMANCE : Words.named(GapMap.Order.class, "--order-by", order);
    }

    private double[] scores(List<String> models) {
        Table table = Tables.readCsv(scores, Set.of("model"));
        for (String name : List.of("model", score)) {
            if (!table.columnNames().contains(name)) {
                throw new RecordException(scores, 1, "has no column '" + name + "'; it has " + table.columnNames());
            }
        }
        double[] all = Columns.numbers(table, score);
        Map<String, Double> byModel = new LinkedHashMap<>();
        for (int row = 0; row < all.length; row++) {
            byModel.put(table.stringColumn("model").get(row), all[row]);
        }
        return models.stream()
                .mapToDouble(m -> {
                    Double value = byModel.get(m);
                    if (value == null || value.isNaN()) {
                        throw new RecordException(scores, "has no " + score + " of model " + m);
                    }
                    return value;
                })
                .toArray();
    }
}

package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Destination;
import org.kymograph.connectivity.curves.PointScores;
import org.kymograph.connectivity.figures.SurfacePlots;
import org.kymograph.connectivity.plane.Plane;
import org.kymograph.connectivity.plane.Surface;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph connectivity plane}. */
@Command(
        name = "plane",
        description = {
            "Evaluates the plane through three models, the first at (0, 0), over a grid, or with one model a random plane through it.",
            "Writes JSON: x, y, values by name and the points of the models."
        })
final class PlaneCommand extends ModelCommand {
    @Mixin
    NamedModels models;

    @Option(
            names = "--range",
            paramLabel = "R",
            defaultValue = "2",
            description = "How far the grid reaches along both directions, in their lengths.")
    double range;

    @Option(
            names = {"--points-per-unit", "--n-pts-per-unit"},
            paramLabel = "N",
            defaultValue = "10",
            description = "Points per length of a direction, 20 in the paper.")
    int points;

    @Option(
            names = "--metric",
            paramLabel = "SCORE",
            defaultValue = "loss",
            description = "What --page draws: loss, accuracy, ece …")
    String metric;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "42", description = "The seed of a random plane.")
    long seed;

    @Option(names = "--page", paramLabel = "HTML", description = "Draw the contours on a page, too.")
    Path page;

    @Option(names = "--out", required = true, description = "The JSON file to write.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        Destination.checkPage("--page", page);
        Objective objective = models.options.objective();
        List<String> known = PointScores.names(objective);
        if (!known.contains(metric)) {
            throw Arguments.unknown("--metric", metric, known);
        }
        var all = models.load(objective);
        Arguments.check(
                all.size() == 3 || all.size() == 1,
                "the number of models",
                all.size(),
                "3, or 1 for a random plane; name them with --models");
        ParameterVector first = List.copyOf(all.values()).get(0);
        Plane plane = all.size() == 3 ? Plane.through(all) : Plane.random(first, Plane.Normalization.FILTER, seed);
        Surface surface = Surface.of(objective, plane, range, points);
        double distance = surface.saddleMinimumDistance(metric);
        surface.write(out);
        print(
                "%d × %d points, saddles of %s above minima by %.4g on average: %s",
                surface.y().length, surface.x().length, metric, distance, out);
        if (page != null) {
            printPlace(SurfacePlots.contours(surface, metric).save(page));
        }
    }
}

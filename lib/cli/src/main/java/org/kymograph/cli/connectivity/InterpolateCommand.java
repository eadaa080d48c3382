package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.curves.Interpolation;
import org.kymograph.connectivity.curves.Interpolation.Pair;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.curves.PairCurves;
import org.kymograph.train.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph connectivity interpolate}. */
@Command(
        name = "interpolate",
        description = {
            "Evaluates the straight segments between models, every parameter interpolated.",
            "Writes a CSV with a row a point (a, b, dist, k, alpha, loss and scores), from model a at alpha 0 to model b at 1. Beside it stand "
                    + "how it was made and the losses of single samples. Called again it goes on with the pairs that are missing."
        })
final class InterpolateCommand extends ModelCommand {
    @Mixin
    ModelOptions options;

    @Option(
            names = {"--pairs", "--suffix-pairs"},
            paramLabel = "A,B",
            arity = "1..*",
            description = "Pairs of models by their names, such as 0,1 0,2 (default: all).")
    List<String> pairs;

    @Option(names = "--points", defaultValue = "10", description = "Points of a segment, both ends included.")
    int points;

    @Option(
            names = "--include",
            paramLabel = "REGEX",
            defaultValue = "",
            description = "Interpolate only the parameters in whose names this occurs (default: all).")
    String include;

    @Option(
            names = "--exclude",
            paramLabel = "REGEX",
            defaultValue = "",
            description =
                    "Leave the parameters in whose names this occurs as in the first model of a pair (default: none).")
    String exclude;

    @Option(names = "--no-losses", description = "Don't keep the losses of single samples.")
    boolean noLosses;

    @Option(
            names = {"--out", "--save-file"},
            required = true,
            description = "The CSV file to write or go on with.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        Models models = options.models();
        Objective objective = options.objective();
        PairCurves curves = new Interpolation(objective, points, include, exclude, !noLosses)
                .run(models, pairs == null ? Interpolation.pairs(models.names()) : chosen(models.names()), out);
        print(Words.count(curves.curves().size(), "pair") + " of "
                + curves.models().size() + " models, " + points + " points each, on "
                + objective.data().size() + " samples: " + out);
        curves.notes().forEach(this::warn);
    }

    private List<Pair> chosen(List<String> known) {
        return pairs.stream()
                .map(pair -> {
                    String[] names = pair.split(",", -1);
                    Arguments.check(names.length == 2, "--pairs", pair, "two names with a comma between, such as 0,1");
                    for (String name : names) {
                        if (!known.contains(name)) {
                            throw Arguments.unknown("--pairs", name, known);
                        }
                    }
                    Arguments.check(!names[0].equals(names[1]), "--pairs", pair, "two different models");
                    return new Pair(names[0], names[1]);
                })
                .toList();
    }
}

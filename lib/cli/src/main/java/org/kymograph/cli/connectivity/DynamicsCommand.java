package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.connectivity.cluster.BasinDynamics;
import org.kymograph.connectivity.cluster.BasinSettings;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.figures.BasinPlots;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.record.files.Tables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph connectivity dynamics}. */
@Command(
        name = "dynamics",
        description = {
            "Tells how models move between two clusters over checkpoints.",
            "Each matrix is of one checkpoint of the same models, whose step is the last number in its file's name; the CSV has a row a "
                    + "model and pair of neighbouring checkpoints."
        })
final class DynamicsCommand extends ConsoleCommand {
    private static final Pattern NUMBER = Pattern.compile("(\\d+)(?!.*\\d)");

    @Parameters(
            arity = "2..*",
            paramLabel = "GAP",
            description = "Matrices as gap writes them, such as gap-50.csv gap-400.csv.")
    List<Path> gaps;

    @Option(
            names = {"--scores", "--eval-mods-prefixes"},
            arity = "1..*",
            description = "Scores, once for all checkpoints or once for each, for --page. " + ScoreFile.DESCRIPTION)
    List<Path> scores = List.of();

    @Mixin
    ScoreColumn score;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "42", description = "The random seed.")
    long seed;

    @Option(names = "--page", paramLabel = "HTML", description = "Draw the movements on a page, too; needs --scores.")
    Path page;

    @Option(names = "--out", required = true, description = "The CSV file to write.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        Destination.checkPage("--page", page);
        Arguments.check(page == null || !scores.isEmpty(), "--page", page, "to come with --scores");
        Arguments.check(
                scores.size() <= 1 || scores.size() == gaps.size(),
                "the number of --scores",
                scores.size(),
                "1 or " + gaps.size() + ", one a matrix");
        List<Long> steps = new ArrayList<>();
        List<Basins> basins = new ArrayList<>();
        for (Path file : gaps) {
            Matcher number = NUMBER.matcher(String.valueOf(file.getFileName()));
            Arguments.check(number.find(), "GAP", file, "a file with the step in its name");
            steps.add(Long.parseLong(number.group(1)));
            basins.add(Basins.of(
                    GapMatrix.read(file),
                    new BasinSettings(2, BasinSettings.defaults().delta(), 1, seed)));
        }
        BasinDynamics dynamics = BasinDynamics.of(steps, basins);
        Tables.writeCsv(out, dynamics.table());
        print(dynamics.sentence());
        if (page != null) {
            double[][] values = new double[gaps.size()][];
            for (int t = 0; t < values.length; t++) {
                values[t] = score.read(
                        scores.get(Math.min(t, scores.size() - 1)),
                        basins.get(t).models());
            }
            printPlace(BasinPlots.quiver(dynamics, values, score.name).save(page));
        }
    }
}

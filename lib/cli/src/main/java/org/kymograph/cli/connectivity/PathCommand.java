package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.path.ConnectingPath;
import org.kymograph.connectivity.path.PathSettings;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.Tables;
import org.kymograph.train.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph connectivity path}. */
@Command(
        name = "path",
        description = {
            "Trains a bent path of low loss between two models and writes the loss along it as CSV.",
            "The path is trained on the training samples and evaluated on those of --split, at points of equal distance."
        })
final class PathCommand extends ConsoleCommand {
    @Mixin
    NamedModels models;

    @Option(names = "--kind", paramLabel = "KIND", defaultValue = "chain", description = "chain or bezier.")
    String kind;

    @Option(
            names = {"--bends", "--n-bends"},
            defaultValue = "1",
            description = "Trained vertices between the models.")
    int bends;

    @Option(names = "--steps", defaultValue = "600", description = "Steps of Adam.")
    int steps;

    @Option(
            names = {"--learning-rate", "--lr-init"},
            paramLabel = "RATE",
            defaultValue = "0.01",
            description = "Its learning rate.")
    double learningRate;

    @Option(
            names = "--points",
            defaultValue = "21",
            description = "Points of the path that are evaluated, both ends included.")
    int points;

    @Option(names = "--out", required = true, description = "The CSV file to write.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        PathSettings settings = PathSettings.defaults()
                .withKind(Words.named(PathSettings.Kind.class, "--kind", kind))
                .withBends(bends)
                .withSteps(steps)
                .withLearningRate(learningRate);
        Objective objective = models.options.objective();
        List<ParameterVector> ends = models.load(objective, 2);
        LossCurve straight = LossCurve.along(objective, ParameterPath.segment(ends.get(0), ends.get(1)), points);
        LossCurve bent = ConnectingPath.train(models.options.objective(true, 0), ends.get(0), ends.get(1), settings)
                .along(objective, points);
        Tables.writeCsv(out, bent.table());
        tell("straight", straight);
        tell(Words.of(settings.kind()), bent);
    }

    private void tell(String name, LossCurve curve) {
        print(
                "%s: length %.4g, largest loss %.4g, convexity gap %.4g",
                name, curve.length(), Arrays.stream(curve.means()).max().orElseThrow(), curve.convexityGap());
    }
}

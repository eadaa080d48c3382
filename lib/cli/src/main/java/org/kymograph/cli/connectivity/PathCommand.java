package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.path.ComplexSettings;
import org.kymograph.connectivity.path.ConnectingPath;
import org.kymograph.connectivity.path.PathSettings;
import org.kymograph.connectivity.path.SimplicialComplex;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.Tables;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.train.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** {@code kymograph connectivity path}. */
@Command(
        name = "path",
        description = {
            "Trains a bent path of low loss between two models, or simplices that join several, and writes the losses as CSV.",
            "The path is trained on the training samples and evaluated on those of --split, at points of equal distance."
        })
final class PathCommand extends ModelCommand {
    @Mixin
    NamedModels models;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "chain",
            description =
                    "chain, bezier, or simplex, which joins two or more models by simplices that share trained corners.")
    String kind;

    @Option(
            names = {"--bends", "--n-bends"},
            defaultValue = "1",
            description = "Trained vertices between the models.")
    int bends;

    @Option(
            names = {"--connectors", "--n-conn"},
            defaultValue = "2",
            description = "Trained corners that all simplices share.")
    int connectors;

    @Option(
            names = "--volume-weight",
            defaultValue = "1e-4",
            description = "How much the volume of simplices counts, 0 for nothing.")
    double volumeWeight;

    @Option(names = "--steps", description = "Steps of Adam (default: 600; 400 for each corner of simplices).")
    Integer steps;

    @Option(
            names = {"--learning-rate", "--lr-init"},
            paramLabel = "RATE",
            defaultValue = "0.01",
            description = "Its learning rate.")
    double learningRate;

    @Option(
            names = {"--draws", "--n-sample"},
            description = "Points of the path in a step (default: 4; 5 of simplices).")
    Integer draws;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "42", description = "The random seed.")
    long seed;

    @Option(
            names = "--points",
            defaultValue = "21",
            description = "Points of the path that are evaluated, both ends included.")
    int points;

    @Option(names = "--out", required = true, description = "The CSV file to write.")
    Path out;

    @Option(
            names = "--vertices",
            paramLabel = "DIR",
            description = "Also write the trained vertices there, as safetensors.")
    Path vertices;

    @Override
    protected void run() {
        Destination.checkFile(out);
        if (vertices != null) {
            Destination.checkFolder(vertices);
        }
        PathSettings.Kind chosen = Words.namedOr(PathSettings.Kind.class, "--kind", kind, "simplex");
        boolean simplex = chosen == null;
        refuseIdle("--bends", simplex, "with --kind simplex");
        refuseIdle("--connectors", !simplex, "with --kind " + kind);
        refuseIdle("--volume-weight", !simplex, "with --kind " + kind);
        if (simplex) {
            simplices();
            return;
        }
        PathSettings defaults = PathSettings.defaults();
        PathSettings settings = new PathSettings(
                chosen,
                bends,
                steps == null ? defaults.steps() : steps,
                learningRate,
                defaults.batch(),
                draws == null ? defaults.draws() : draws,
                seed);
        Objective objective = models.options.objective();
        List<ParameterVector> ends = models.load(objective, 2);
        LossCurve straight = LossCurve.along(objective, ParameterPath.segment(ends.get(0), ends.get(1)), points);
        ConnectingPath path =
                ConnectingPath.train(models.options.objective("train", 0), ends.get(0), ends.get(1), settings);
        LossCurve bent = path.along(objective, points);
        checkFinite(bent.means());
        Tables.writeCsv(out, bent.table());
        keep(path.vertices().subList(1, path.vertices().size() - 1));
        tell("straight", straight);
        tell(Words.of(settings.kind()), bent);
    }

    private void simplices() {
        ComplexSettings defaults = ComplexSettings.defaults();
        ComplexSettings settings = new ComplexSettings(
                connectors,
                steps == null ? defaults.steps() : steps,
                learningRate,
                defaults.batch(),
                draws == null ? defaults.draws() : draws,
                volumeWeight,
                seed);
        Objective objective = models.options.objective();
        Map<String, ParameterVector> bases = models.load(objective);
        Arguments.check(bases.size() >= 2, "the number of models", bases.size(), "at least 2");
        SimplicialComplex complex =
                SimplicialComplex.train(models.options.objective("train", 0), List.copyOf(bases.values()), settings);
        Table table = complex.evaluate(objective, points, seed);
        checkFinite(table.doubleColumn("largest loss").asDoubleArray());
        table.replaceColumn("model", StringColumn.create("model", List.copyOf(bases.keySet())));
        Tables.writeCsv(out, table);
        keep(complex.connectors());
        tell(
                "straight",
                LossCurve.along(
                        objective,
                        ParameterPath.segment(
                                complex.models().get(0), complex.models().get(1)),
                        points));
        tell("over the first corner", complex.along(objective, 0, 1, points));
        print(
                "%d simplices: largest loss of %d points each %.4g, volumes %.4g to %.4g",
                bases.size(),
                points,
                table.doubleColumn("largest loss").max(),
                table.doubleColumn("volume").min(),
                table.doubleColumn("volume").max());
    }

    private void checkFinite(double[] losses) {
        if (!Arrays.stream(losses).allMatch(Double::isFinite)) {
            throw new IllegalStateException(
                    "the training of the path diverged: its losses are no finite numbers; expected a smaller --learning-rate than "
                            + learningRate);
        }
    }

    private void keep(List<ParameterVector> trained) {
        if (vertices != null) {
            Destination.makeFolder(vertices);
            for (int v = 0; v < trained.size(); v++) {
                Safetensors.write(
                        vertices.resolve("vertex-" + v + ".safetensors"),
                        trained.get(v).toTensors(),
                        Map.of());
            }
        }
    }

    private void tell(String name, LossCurve curve) {
        print(
                "%s: length %.4g, largest loss %.4g, convexity gap %.4g",
                name, curve.length(), Arrays.stream(curve.means()).max().orElseThrow(), curve.convexityGap());
    }
}

package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.sharpness.Sharpness;
import org.kymograph.connectivity.sharpness.SharpnessSettings;
import org.kymograph.connectivity.sharpness.SharpnessSettings.Box;
import org.kymograph.connectivity.sharpness.SharpnessSettings.Subspace;
import org.kymograph.record.files.Tables;
import org.kymograph.train.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** {@code kymograph connectivity sharpness}. */
@Command(
        name = "sharpness",
        description = {
            "Measures by how much the loss can rise in a small box around each model, and writes a CSV with a row a model.",
            "What is found by ascent is a lower bound."
        })
final class SharpnessCommand extends ModelCommand {
    @Mixin
    NamedModels models;

    @Option(
            names = "--epsilon",
            defaultValue = "1e-3",
            description = "The size of the box, 1e-5 in the paper's program.")
    double epsilon;

    @Option(
            names = "--box",
            paramLabel = "BOX",
            defaultValue = "keskar",
            description = "keskar (|w| + 1), published (|w + 1|, as the paper's program has it) or adaptive (|w|).")
    String box;

    @Option(
            names = "--subspace",
            paramLabel = "SUBSPACE",
            defaultValue = "all",
            description = "all parameters, coordinates (randomly chosen) or random directions.")
    String subspace;

    @Option(
            names = {"--directions", "--num-random-dirs"},
            paramLabel = "N",
            defaultValue = "100",
            description = "The number of coordinates or directions.")
    int directions;

    @Option(names = "--steps", defaultValue = "20", description = "Steps of ascent.")
    int steps;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "42", description = "The random seed.")
    long seed;

    @Option(names = "--out", required = true, description = "The CSV file to write.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        SharpnessSettings settings = new SharpnessSettings(
                epsilon,
                Words.named(Box.class, "--box", box),
                Words.named(Subspace.class, "--subspace", subspace),
                directions,
                steps,
                seed);
        refuseIdle("--directions", settings.subspace() == Subspace.ALL, "with --subspace all");
        Objective objective = models.options.objective();
        Table[] table = {null};
        models.load(objective).forEach((name, model) -> {
            Table row = Sharpness.of(objective, model, settings).table();
            row.insertColumn(0, StringColumn.create("model", List.of(name)));
            table[0] = table[0] == null ? row : table[0].append(row);
            print("%s: %.4g", name, row.doubleColumn("sharpness").get(0));
        });
        Tables.writeCsv(out, table[0]);
    }
}

package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.curves.PointScores;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.Tables;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** {@code kymograph connectivity evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Evaluates models and writes a CSV with a row a model: its loss and its scores.",
            "plot takes the file with --scores."
        })
final class EvaluateCommand extends ConsoleCommand {
    @Mixin
    NamedModels models;

    @Option(
            names = {"--out", "--save-file"},
            required = true,
            description = "The CSV file to write.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        Objective objective = models.options.objective();
        Map<String, ParameterVector> all = models.load(objective);
        List<PointScores> scores;
        try (ObjectiveSession session = objective.open()) {
            scores = PointScores.of(session, List.copyOf(all.values()));
        }
        Table table = Table.create("scores", StringColumn.create("model", new ArrayList<>(all.keySet())));
        table.addColumns(DoubleColumn.create(
                "loss", scores.stream().mapToDouble(PointScores::loss).toArray()));
        for (String name : scores.get(0).scores().keySet()) {
            table.addColumns(DoubleColumn.create(
                    name, scores.stream().mapToDouble(s -> s.scores().get(name)).toArray()));
        }
        Tables.writeCsv(out, table);
        print(Words.count(all.size(), "model") + " on "
                + Words.count(objective.data().size(), "sample") + ": " + out);
    }
}

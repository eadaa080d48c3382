package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.curves.PointScores;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.RecordException;
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
final class EvaluateCommand extends ModelCommand {
    @Mixin
    NamedModels models;

    @Option(
            names = {"--out", "--save-file"},
            required = true,
            description = "The CSV file to write.")
    Path out;

    @Option(
            names = "--ood",
            paramLabel = "SPLIT",
            arity = "1..*",
            description =
                    "Further splits, or files as --samples takes them; their columns begin with their names and an underscore.")
    List<String> further = List.of();

    @Override
    protected void run() {
        Destination.checkFile(out);
        Objective objective = models.options.objective();
        Map<String, Objective> all = new LinkedHashMap<>();
        all.put("", objective);
        for (String part : further) {
            Objective other = further(part);
            Arguments.check(all.put(other.data().split() + "_", other) == null, "--ood", part, "each split once");
        }
        Map<String, ParameterVector> vectors = vectors(objective);
        Table table = Table.create("scores", StringColumn.create("model", new ArrayList<>(vectors.keySet())));
        all.forEach((prefix, on) -> add(table, prefix, on, List.copyOf(vectors.values())));
        Tables.writeCsv(out, table);
        print(Words.count(vectors.size(), "model") + " on "
                + Words.count(objective.data().size(), "sample") + ": " + out);
    }

    private Objective further(String part) {
        try {
            return models.options.objective(part, models.options.samples);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage().replaceFirst("^split is ", "--ood is "), e);
        }
    }

    // Those that fit; of the others it is told why they do not.
    private Map<String, ParameterVector> vectors(Objective objective) {
        Models chosen = models.chosen();
        ParameterVector like = objective.initial(0);
        Map<String, ParameterVector> vectors = new LinkedHashMap<>();
        RecordException refused = null;
        for (String name : chosen.names()) {
            try {
                vectors.put(name, chosen.load(name, like));
            } catch (RecordException e) {
                refused = e;
                warn("model " + name + " is left out: " + e.getMessage());
            }
        }
        if (vectors.isEmpty()) {
            throw refused;
        }
        return vectors;
    }

    private static void add(Table table, String prefix, Objective on, List<ParameterVector> vectors) {
        try (ObjectiveSession session = on.open()) {
            List<PointScores> scores = PointScores.of(session, vectors);
            table.addColumns(DoubleColumn.create(
                    prefix + "loss",
                    scores.stream().mapToDouble(PointScores::loss).toArray()));
            for (String name : scores.get(0).scores().keySet()) {
                table.addColumns(DoubleColumn.create(
                        prefix + name,
                        scores.stream().mapToDouble(s -> s.scores().get(name)).toArray()));
            }
        }
    }
}

package org.kymograph.cli.states;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.record.files.Tables;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.em.HmmParameters.Decoding;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.HmmModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/** {@code kymograph hmm decode}. */
@Command(name = "decode", description = "Writes the runs' tables with the most probable state of every row.")
final class HmmDecodeCommand extends ConsoleCommand {
    @Parameters(index = "0", paramLabel = "MODEL.json", description = "A model that was fitted or selected.")
    Path model;

    @Mixin
    HmmData data;

    @Option(names = "--posteriors", description = "Add a column per state with its probability, given the whole run.")
    boolean posteriors;

    @Option(names = "--no-standardize", description = "Take the numbers as they are: for runs that are scaled already.")
    boolean raw;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for RUN.csv, one per run.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFolder(out);
        HmmModel fitted = HmmModel.read(model);
        RunTables tables = data.tables();
        Observations runs = data.observations(tables, fitted.features(), fitted.isStandardized() && !raw);
        Decoding decoding = fitted.decode(runs);
        List<double[][]> probabilities = posteriors ? fitted.posterior(runs) : List.of();
        for (int run = 0; run < runs.runs().size(); run++) {
            String name = runs.runs().get(run);
            Table table = tables.withStates(name, decoding.path(run));
            if (posteriors) {
                addPosteriors(table, probabilities.get(run));
            }
            Tables.writeCsv(out.resolve(fileName(name)), table);
        }
        print(
                "%s, %s: log-likelihood %.4f, log probability with the states %.4f%nCSVs with the states: %s",
                Words.count(runs.runs().size(), "run"),
                Words.count(runs.rows(), "row"),
                fitted.score(runs),
                decoding.logProbability(),
                out.toAbsolutePath());
    }

    private static void addPosteriors(Table table, double[][] probabilities) {
        for (int k = 0; k < probabilities[0].length; k++) {
            int state = k;
            table.addColumns(DoubleColumn.create(
                    "posterior_" + k, Columns.numbers(probabilities.length, t -> probabilities[t][state])));
        }
    }

    private static String fileName(String run) {
        Arguments.require(
                !run.isBlank() && !run.startsWith(".") && !run.matches(".*[/\\\\:*?\"<>|\\p{Cntrl}].*"),
                "run '" + run + "': its name can't be a file's");
        return run + ".csv";
    }
}

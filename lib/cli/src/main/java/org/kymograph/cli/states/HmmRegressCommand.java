package org.kymograph.cli.states;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.map.Outcome;
import org.kymograph.states.map.PopulationReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph hmm regress}. */
@Command(
        name = "regress",
        description = {
            "Explains when runs converged by the states they were in, and finds detours.",
            "Writes regression.json, and CSV files: coefficients, convergence, correlations, detours, early-prediction, "
                    + "first-transitions, forks, occupancies, onsets, outliers, paths, states, stays, transition-features and "
                    + "transitions. Convergence is counted in checkpoints; a run that never converges has the number of "
                    + "checkpoints of the longest run and is marked as censored."
        })
final class HmmRegressCommand extends ConsoleCommand {
    @Parameters(index = "0", paramLabel = "MODEL.json", description = "A model that was fitted or selected.")
    Path model;

    @Mixin
    HmmData data;

    @Mixin
    HmmConvergence converged;

    @Option(names = "--num-iters", description = "Count the states of the first N rows only.")
    Integer first;

    @Option(names = "--exclude-censored", description = "Leave out runs that never converge.")
    boolean excludeCensored;

    @Option(names = "--seed", defaultValue = "0", description = "Random seed of bootstrap and permutations.")
    long seed;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for the results.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFolder(out);
        if (first != null) {
            Arguments.atLeast("--num-iters", first, 1);
        }
        HmmModel fitted = HmmModel.read(model);
        RunTables tables = data.tables();
        Outcome convergence = converged.of(tables);
        if (IntStream.range(0, convergence.runs().size())
                .allMatch(i -> convergence.censored()[i])) {
            throw new RecordException(data.data, converged.never());
        }
        PopulationReport report = PopulationReport.of(
                data.decoded(fitted, tables),
                excludeCensored ? convergence.withoutCensored() : convergence,
                first == null ? Integer.MAX_VALUE : first,
                seed);
        report.write(out, settings());
        print("%sregression.json and %d CSVs: %s", report, report.tables().size(), out.toAbsolutePath());
    }

    private ObjectNode settings() {
        ObjectNode settings = Json.object();
        settings.put("metric", converged.metric());
        settings.put("threshold", converged.threshold);
        settings.put("below", converged.below);
        settings.put("numIters", first);
        settings.put("excludeCensored", excludeCensored);
        settings.put("seed", seed);
        return settings;
    }
}

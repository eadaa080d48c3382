package org.kymograph.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.kymograph.record.Json;
import org.kymograph.states.DecodedRuns;
import org.kymograph.states.HmmModel;
import org.kymograph.states.Observations;
import org.kymograph.states.Outcome;
import org.kymograph.states.PopulationReport;
import org.kymograph.states.RunTables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kymograph hmm regress}. */
@Command(name = "regress", description = {
        "Explains when runs converged by the states they were in, and finds detours.",
        "Writes regression.json, and CSV files: coefficients, convergence, correlations, detours, early-prediction, "
                + "first-transitions, forks, occupancies, onsets, outliers, paths, states, stays, transition-features and "
                + "transitions. Convergence is counted in checkpoints; a run that never converges has the number of "
                + "checkpoints of the longest run and is marked as censored."})
final class HmmRegressCommand implements Callable<Integer> {
    @Spec
    CommandSpec command;

    @Parameters(index = "0", paramLabel = "MODEL.json", description = "A model that was fitted or selected.")
    Path model;

    @Mixin
    HmmData data;

    @Option(names = "--metric", paramLabel = "COLUMN", defaultValue = "eval_accuracy",
            description = "The column that tells when a run has converged; default ${DEFAULT-VALUE}.")
    String metric;

    @Option(names = "--threshold", paramLabel = "X", defaultValue = "0.9",
            description = "A run has converged at the first row strictly above X; default ${DEFAULT-VALUE}.")
    double threshold;

    @Option(names = "--below", description = "Strictly below X instead, for losses.")
    boolean below;

    @Option(names = "--num-iters", paramLabel = "N", description = "Count the states of the first N rows only.")
    Integer first;

    @Option(names = "--exclude-censored", description = "Leave out runs that never converge.")
    boolean excludeCensored;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0",
            description = "What bootstrap and permutations follow from; default ${DEFAULT-VALUE}.")
    long seed;

    @Option(names = "--no-standardize", description = "Take the numbers as they are; the model must be fitted so.")
    boolean raw;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for the results.")
    Path out;

    @Override
    public Integer call() {
        HmmModel fitted = HmmModel.read(model);
        RunTables tables = data.tables();
        Observations runs = data.observations(tables, fitted.features(), fitted.isStandardized() && !raw);
        Outcome convergence = below
                ? Outcome.convergenceBelow(tables.names(), Outcome.metric(tables, metric), threshold)
                : Outcome.convergence(tables, metric, threshold);
        PopulationReport report = PopulationReport.of(DecodedRuns.of(fitted, runs),
                excludeCensored ? convergence.withoutCensored() : convergence, first == null ? Integer.MAX_VALUE : first,
                seed);
        report.write(out, settings());
        command.commandLine().getOut().printf("%s", report);
        return 0;
    }

    private ObjectNode settings() {
        ObjectNode settings = Json.object();
        settings.put("metric", metric);
        settings.put("threshold", threshold);
        settings.put("below", below);
        settings.put("numIters", first);
        settings.put("excludeCensored", excludeCensored);
        settings.put("seed", seed);
        return settings;
    }
}

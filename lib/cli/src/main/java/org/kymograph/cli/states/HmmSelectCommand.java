package org.kymograph.cli.states;

import java.nio.file.Path;
import java.util.stream.Collectors;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.ModelSelection;
import org.kymograph.states.hmm.Selection;
import org.kymograph.states.hmm.Selection.Candidate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph hmm select}. */
@Command(
        name = "select",
        description = {
            "Says how many states the runs have.",
            "Fits 1 to the largest number of states on four fifths of the runs and scores them on the others."
        })
final class HmmSelectCommand extends ConsoleCommand {
    @Mixin
    HmmData data;

    @Mixin
    HmmFitting fitting;

    @Option(
            names = "--max-states",
            paramLabel = "K",
            defaultValue = "8",
            description = "Largest number of states to try.")
    int maxStates;

    @Option(
            names = "--cross-validate",
            paramLabel = "FOLDS",
            defaultValue = "0",
            description = "Also cross-validate over the runs in so many folds (default: not).")
    int folds;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for selection.csv, selection.json and model-K.json.")
    Path out;

    @Override
    protected void run() {
        Arguments.atLeast("--max-states", maxStates, 1);
        Arguments.check(folds == 0 || folds >= 2, "--cross-validate", folds, "at least 2, or 0 for none");
        Destination.checkFolder(out);
        ModelSelection selection =
                ModelSelection.upTo(maxStates).with(fitting.settings(maxStates)).withCrossValidation(folds);
        RunTables tables = data.tables();
        Observations runs = data.observations(tables, data.features(tables, fitting.features), !fitting.raw);
        Selection result = selection.select(runs);
        result.write(out);
        print(result);
    }

    private void print(Selection result) {
        result.candidates().forEach(c -> c.failures().forEach(f -> warn(Words.count(c.states(), "state") + ", " + f)));
        print("%6s %10s %14s %12s %14s %14s", "states", "parameters", "mean score", "sd", "AIC", "BIC");
        for (Candidate c : result.candidates()) {
            print(
                    "%6d %10d %14.1f %12.1f %14.1f %14.1f",
                    c.states(), c.freeParameters(), c.meanScore(), c.scoreDeviation(), c.aic(), c.bic());
        }
        String ties = result.ties().stream().map(String::valueOf).collect(Collectors.joining(", "));
        int chosen = result.chosen().states();
        print(Words.count(chosen, "state") + (chosen == 1 ? " has" : " have") + " the smallest BIC"
                + (ties.isEmpty() ? "" : "; within one standard deviation over the starts: " + ties));
        print(result.chosen(Selection.Rule.ONE_STANDARD_ERROR).states() + " by the one-standard-error rule");
        if (folds > 0) {
            print(result.chosen(Selection.Rule.CROSS_VALIDATION).states() + " by cross-validation");
        }
        print("selection.csv, selection.json and model-K.json: " + out.toAbsolutePath());
    }
}

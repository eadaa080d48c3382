package org.kymograph.cli.states;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.states.collate.FeatureSets;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.HmmModel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The runs that a command works on. */
final class HmmData {
    @Spec(Target.MIXEE)
    CommandSpec command;

    @Parameters(
            paramLabel = "DATA",
            description =
                    "A folder with a CSV file per run, or one CSV file with a column 'run'; rows are sorted by step or else "
                            + "epoch.")
    Path data;

    @Option(names = "--first-n", description = "Keep the first N rows of each run.")
    Integer firstRows;

    /** Reads the runs. */
    RunTables tables() {
        if (firstRows != null) {
            Arguments.atLeast("--first-n", firstRows, 1);
        }
        RunTables tables = RunTables.read(data);
        return firstRows == null ? tables : tables.firstRows(firstRows);
    }

    /** Takes features from the runs, and says on standard error what was dropped or looks wrong. */
    Observations observations(RunTables tables, List<String> features, boolean standardize) {
        Observations runs = tables.observations(features);
        Observations used = standardize ? runs.standardized() : runs;
        PrintWriter err = command.commandLine().getErr();
        used.dropped().forEach(d -> err.println("kymograph: " + d));
        used.warnings().forEach(w -> err.println("kymograph: warning: " + w));
        return used;
    }

    /** Decodes runs that are prepared as those that the model was fitted on. */
    DecodedRuns decoded(HmmModel fitted, RunTables tables) {
        return DecodedRuns.of(fitted, observations(tables, fitted.features(), fitted.isStandardized()));
    }

    /** Returns the wanted features: names, or the name of one of the original's sets; by default those of the runs. */
    List<String> features(RunTables tables, List<String> wanted) {
        if (wanted == null) {
            List<String> features = tables.defaultFeatures();
            tables.leftOut().forEach(w -> command.commandLine()
                    .getErr()
                    .println("kymograph: " + w + ", name it with --features to keep it"));
            return features;
        }
        return wanted.size() == 1 && FeatureSets.BY_NAME.containsKey(wanted.get(0))
                ? FeatureSets.BY_NAME.get(wanted.get(0))
                : wanted;
    }
}

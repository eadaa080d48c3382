package org.kymograph.cli.states;

import org.kymograph.states.collate.RunTables;
import org.kymograph.states.map.Outcome;
import picocli.CommandLine.Option;

/** The options that say when runs have converged. */
final class HmmConvergence {
    private static final String ACCURACY = "eval_accuracy";

    @Option(
            names = "--metric",
            paramLabel = "COLUMN",
            description = "The column that tells when a run has converged (default: " + ACCURACY + ").")
    private String metric;

    @Option(
            names = "--threshold",
            defaultValue = "0.9",
            description = "A run has converged at the first row strictly above X.")
    double threshold;

    @Option(names = "--below", description = "Strictly below X instead, for losses.")
    boolean below;

    String metric() {
        return metric == null ? ACCURACY : metric;
    }

    /** Returns a sentence for runs none of which converges. */
    String never() {
        return "no run converges: '" + metric() + "' is never " + (below ? "below " : "above ") + threshold
                + "; choose another --threshold or --metric, or train longer";
    }

    /** Returns when each run converged; null if no column was named and not all runs have the usual one. */
    Outcome ifKnown(RunTables tables) {
        return metric == null && !tables.haveColumn(ACCURACY) ? null : of(tables);
    }

    /** Returns when each run converged. */
    Outcome of(RunTables tables) {
        return below
                ? Outcome.convergenceBelow(tables, metric(), threshold)
                : Outcome.convergence(tables, metric(), threshold);
    }
}

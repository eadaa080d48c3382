package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.hmm.Observations;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Runs of another setting, decoded with a map that was fitted elsewhere: the states keep their numbers, and each run is
 * standardized by its own mean and deviation, as the fitted runs were by theirs.
 *
 * @param decoded the other setting's runs
 * @param logLikelihoods per run the log-likelihood per row
 * @param home the log-likelihood per row of the runs that the model was fitted on
 */
public record Transfer(DecodedRuns decoded, List<Double> logLikelihoods, double home) {
    /** Copies its list. */
    public Transfer {
        logLikelihoods = List.copyOf(logLikelihoods);
    }

    /**
     * @param model a fitted model
     * @param others runs of another setting as they were measured, with at least the model's features
     * @return these runs' states
     * @throws IllegalArgumentException if a feature is missing, or the runs are standardized already
     */
    public static Transfer of(HmmModel model, Observations others) {
        if (others.isStandardized()) {
            throw new IllegalArgumentException("others: are standardized; expected the runs as they were measured");
        }
        Observations chosen = others.only(model.features());
        DecodedRuns decoded = DecodedRuns.of(model, model.isStandardized() ? chosen.standardized() : chosen);
        double[] scores = model.scores(decoded.observations());
        List<Double> perRow = new ArrayList<>();
        for (int run = 0; run < scores.length; run++) {
            perRow.add(scores[run] / decoded.observations().length(run));
        }
        return new Transfer(decoded, perRow, model.logLikelihood() / model.trainingRows());
    }

    /** @return one row per run: its path, its log-likelihood per row, and how much less that is than at home */
    public Table table() {
        List<String> paths = new ArrayList<>();
        int[] states = new int[decoded.runs().size()];
        for (int run = 0; run < states.length; run++) {
            List<Integer> sequence = decoded.sequence(run);
            paths.add(sequence.stream().map(String::valueOf).collect(Collectors.joining("→")));
            states[run] = (int) sequence.stream().distinct().count();
        }
        return Table.create(
                "transfer",
                StringColumn.create("run", decoded.runs()),
                StringColumn.create("path", paths),
                IntColumn.create("states", states),
                DoubleColumn.create(
                        "log-likelihood per row",
                        logLikelihoods.stream().mapToDouble(v -> v).toArray()),
                DoubleColumn.create(
                        "less than at home",
                        logLikelihoods.stream().mapToDouble(v -> home - v).toArray()));
    }
}

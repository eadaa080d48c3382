package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.states.em.Observations;
import tech.tablesaw.api.Table;

/**
 * The most probable states (Viterbi) of runs under a fitted model, with the model and the observations.
 */
public final class DecodedRuns extends StatePaths {
    private final HmmModel model;
    private final Observations observations;

    private DecodedRuns(HmmModel model, Observations observations, List<int[]> paths) {
        super(observations.runs(), model.states(), paths);
        this.model = model;
        this.observations = observations;
    }

    /**
     * Decodes runs; states keep the model's numbers.
     *
     * @param model the fitted model
     * @param runs runs with its features, standardized if those that it was fitted on were
     * @return their states
     * @throws IllegalArgumentException if the features are others, or only one of the two is standardized
     */
    public static DecodedRuns of(HmmModel model, Observations runs) {
        Arguments.check(
                model.isStandardized() == runs.isStandardized(),
                "runs.isStandardized()",
                runs.isStandardized(),
                model.isStandardized() + ", as for the runs that the model was fitted on");
        return new DecodedRuns(model, runs, model.decode(runs).paths());
    }

    /** Returns the model, whose states have the same numbers. */
    public HmmModel model() {
        return model;
    }

    /** Returns what was decoded. */
    public Observations observations() {
        return observations;
    }

    /**
     * Renumbers the states, the model's too, in the order in which these runs first visit them: by checkpoint, then by how
     * many runs are there at that checkpoint. States that no run visits come last.
     *
     * @return the same states with other numbers
     */
    public DecodedRuns renumbered() {
        int[] order = orderOfFirstVisit();
        return new DecodedRuns(
                model.permuted(order), observations, permuted(order).allPaths());
    }

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
         * Decodes runs of another setting.
         *
         * @param model a fitted model
         * @param others runs of another setting as they were measured, with at least the model's features
         * @return these runs' states
         * @throws IllegalArgumentException if a feature is missing, or the runs are standardized already
         */
        public static Transfer of(HmmModel model, Observations others) {
            Arguments.check(
                    !others.isStandardized(), "others.isStandardized()", true, "false, the runs as they were measured");
            Observations chosen = others.only(model.features());
            DecodedRuns decoded = DecodedRuns.of(model, model.isStandardized() ? chosen.standardized() : chosen);
            double[] scores = model.scores(decoded.observations());
            List<Double> perRow = new ArrayList<>();
            for (int run = 0; run < scores.length; run++) {
                perRow.add(scores[run] / decoded.observations().length(run));
            }
            return new Transfer(decoded, perRow, model.logLikelihood() / model.trainingRows());
        }

        /** Returns one row per run: its path, its log-likelihood per row, and how much less that is than of the fitted runs. */
        public Table table() {
            return Columns.of("transfer", decoded.runs().size())
                    .texts("run", decoded.runs()::get)
                    .texts("path", run -> decoded.sequence(run).stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining("→")))
                    .ints("states", run ->
                            (int) decoded.sequence(run).stream().distinct().count())
                    .doubles("log-likelihood per row", logLikelihoods::get)
                    .doubles("log-likelihood drop", run -> home - logLikelihoods.get(run))
                    .table();
        }
    }
}

package org.kymograph.states.hmm;

import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.states.em.Observations;

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
}

package org.kymograph.states.map;

import java.nio.file.Path;
import java.util.Locale;
import org.kymograph.states.collate.Collation;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.ModelSelection;
import org.kymograph.states.hmm.Selection;
import org.kymograph.train.Experiments;
import org.kymograph.train.Trainer;

/**
 * What every analysis of the lab starts from: a population's tables, when its runs converge, the number of states that BIC
 * chooses on held-out runs, and all runs decoded by a model with so many.
 *
 * @param tables a table per run
 * @param convergence when each run converges
 * @param selection every number of states that was tried
 * @param decoded the runs, standardised, and the states they are in
 */
public record StateStudy(RunTables tables, Outcome convergence, Selection selection, DecodedRuns decoded) {
    private static final double CONVERGED = 0.9;
    private static final int MAX_STATES = 8;

    /**
     * Studies runs: chooses the number of states and fits all runs with it, each standardised by itself.
     *
     * @param tables a table per run; their {@link RunTables#defaultFeatures default features} are used
     * @param convergence when each run converges
     * @param selection how the number of states is chosen
     * @return the study
     * @throws IllegalArgumentException if there are fewer than two runs, or none of the tables' columns can be a feature
     * @throws IllegalStateException if every start of a fit failed
     */
    public static StateStudy of(RunTables tables, Outcome convergence, ModelSelection selection) {
        Observations runs = tables.observations(tables.defaultFeatures()).standardized();
        Selection selected = selection.select(runs);
        Hmm chosen = selection.hmm().withStates(selected.chosen().states());
        return new StateStudy(tables, convergence, selected, DecodedRuns.of(chosen.fit(runs), runs));
    }

    /**
     * Trains sparse parity, or finds it trained, and studies it with the published settings: 1 to 8 states with full
     * covariances, 32 iterations from five starts of seed 0, converged above 90 % of the unseen examples right (Hu et al. 2023).
     *
     * @param root the folder of the runs
     * @param seeds the seeds, at least two
     * @return the study
     */
    public static StateStudy sparseParity(Path root, long... seeds) {
        RunTables tables = Collation.withDefaults()
                .runs(Trainer.of(Experiments.sparseParity()).train(root, seeds));
        Hmm hmm = Hmm.gaussian(1)
                .withCovariance(Covariance.FULL)
                .withIterations(32)
                .withRestarts(5)
                .withSeed(0);
        return of(
                tables,
                Outcome.convergence(tables, "eval_accuracy", CONVERGED),
                ModelSelection.upTo(MAX_STATES).with(hmm));
    }

    /** Returns the number of states that was chosen. */
    public int states() {
        return decoded.states();
    }

    /** Returns the settings of the fit, with the number of states that was chosen. */
    public Hmm hmm() {
        return selection.settings().withStates(states());
    }

    /** Returns the standardised runs. */
    public Observations runs() {
        return decoded.observations();
    }

    /** Returns a line: how many runs, how many of them converge, and how many states BIC chose. */
    @Override
    public String toString() {
        int runs = runs().runs().size();
        long converged = runs().runs().stream()
                .filter(run -> convergence.has(run) && !convergence.isCensored(run))
                .count();
        return String.format(
                Locale.ROOT,
                "%d runs, %d of them converge; %d state%s by BIC on held-out runs",
                runs,
                converged,
                states(),
                states() == 1 ? "" : "s");
    }
}

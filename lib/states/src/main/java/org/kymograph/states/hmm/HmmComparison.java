package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Parallel;
import org.kymograph.base.Progress;
import org.kymograph.states.em.ExtendedHmm;
import org.kymograph.states.em.ExtendedHmm.Form;
import org.kymograph.states.em.Observations;
import org.kymograph.stats.MeanSd;
import tech.tablesaw.api.Table;

/**
 * Plain, staged and autoregressive models compared by the likelihood of runs that they weren't fitted on. All are scored on the rows after each run's
 * first, given the first.
 *
 * @param candidates one per form and number of states
 */
public record HmmComparison(List<Candidate> candidates) {
    /** Copies its list. */
    public HmmComparison {
        candidates = List.copyOf(candidates);
    }

    /**
     * How one form with one number of states does on held-out runs.
     *
     * @param form what is added to the plain model
     * @param states the number of states K
     * @param freeParameters how many numbers a fit chooses
     * @param heldOut mean and standard deviation over the runs of the held-out log-likelihood per row; runs whose fold has no fit are left out
     * @param overPlain the same of its difference to the plain model's with as many states, run by run
     */
    public record Candidate(Form form, int states, int freeParameters, MeanSd heldOut, MeanSd overPlain) {}

    /**
     * Fits every form with 1 … max states on all folds but one, and scores that one.
     *
     * @param hmm the settings of the fits; autoregressive forms need full covariances
     * @param runs the observations, at least 2 rows a run
     * @param maxStates the largest number of states to try, at least 1
     * @param folds the number of folds, at least 2
     * @param forms what is compared with the plain model
     * @return the comparison
     * @throws IllegalArgumentException if the settings or the runs don't fit the forms
     * @throws IllegalStateException if no fold has a plain model
     * @throws CancellationException if the thread is interrupted
     */
    public static HmmComparison of(Hmm hmm, Observations runs, int maxStates, int folds, Form... forms) {
        Arguments.atLeast("maxStates", maxStates, 1);
        List<ModelSelection.Split> splits =
                ModelSelection.Split.folds(runs.runs().size(), folds);
        List<Form> all = new ArrayList<>(List.of(Form.PLAIN));
        all.addAll(List.of(forms));
        int n = runs.runs().size();
        double[][][] scores = new double[all.size()][maxStates][n];
        int[][] free = new int[all.size()][maxStates];
        List<Supplier<Boolean>> tasks = new ArrayList<>();
        for (int f = 0; f < all.size(); f++) {
            for (int k = 0; k < maxStates; k++) {
                for (ModelSelection.Split split : splits) {
                    Form form = all.get(f);
                    double[] own = scores[f][k];
                    int[] chosen = free[f];
                    int states = k + 1;
                    tasks.add(() -> score(hmm.withStates(states), form, runs, split, own, chosen));
                }
            }
        }
        try (Progress progress = Progress.start("comparing " + all.size() + " forms", "fits", tasks.size())) {
            Parallel.run(tasks, hmm.threads(), done -> progress.update(done, ""));
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int f = 0; f < all.size(); f++) {
            for (int k = 0; k < maxStates; k++) {
                double[] own = scores[f][k];
                double[] plain = scores[0][k];
                candidates.add(new Candidate(
                        all.get(f),
                        k + 1,
                        free[f][k],
                        finite(own),
                        finite(Columns.numbers(n, i -> own[i] - plain[i]))));
            }
        }
        return new HmmComparison(candidates);
    }

    private static MeanSd finite(double[] values) {
        return MeanSd.of(IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .filter(Double::isFinite)
                .toArray());
    }

    private static boolean score(
            Hmm hmm, Form form, Observations runs, ModelSelection.Split split, double[] scores, int[] free) {
        try {
            ExtendedHmm model = ExtendedHmm.fit(runs.subset(split.train()), form, hmm.em(), hmm.restarts(), hmm.seed());
            free[hmm.states() - 1] = model.freeParameters();
            double[] own = model.scores(runs.subset(split.test()));
            for (int i = 0; i < own.length; i++) {
                int run = split.test()[i];
                scores[run] = own[i] / (runs.length(run) - 1);
            }
            return true;
        } catch (IllegalStateException e) {
            for (int run : split.test()) {
                scores[run] = Double.NaN;
            }
            return false;
        }
    }

    /**
     * Returns the number of states that does best in a form.
     *
     * @param form one of the forms compared
     * @return its candidate of the largest held-out log-likelihood
     * @throws IllegalArgumentException if the form wasn't compared, or no fit of it succeeded
     */
    public Candidate best(Form form) {
        return candidates.stream()
                .filter(c -> c.form.equals(form) && c.heldOut.count() > 0)
                .max(Comparator.comparingDouble(c -> c.heldOut.mean()))
                .orElseThrow(() -> Arguments.unexpected("form", form, "one that was compared and could be fitted"));
    }

    /** Returns one row per form and number of states: held-out log-likelihood per row, and its difference to the plain model's, with standard errors. */
    public Table table() {
        return Columns.of("held-out log-likelihood per row, given the first", candidates)
                .texts("model", c -> c.form)
                .ints("states", Candidate::states)
                .ints("free parameters", Candidate::freeParameters)
                .doubles("held-out", c -> c.heldOut.mean())
                .doubles("se", c -> c.heldOut.standardError())
                .doubles("over plain", c -> c.overPlain.mean())
                .doubles("se of that", c -> c.overPlain.standardError())
                .table();
    }

    /** Returns a sentence on the best number of states of each form. */
    @Override
    public String toString() {
        return "held-out log-likelihood per row: "
                + String.join(
                        "; ",
                        candidates.stream()
                                .map(Candidate::form)
                                .distinct()
                                .filter(form ->
                                        candidates.stream().anyMatch(c -> c.form.equals(form) && c.heldOut.count() > 0))
                                .map(this::best)
                                .map(c -> String.format(
                                        Locale.ROOT,
                                        "%s %.2f ± %.2f (se) with %d %s",
                                        c.form,
                                        c.heldOut.mean(),
                                        c.heldOut.standardError(),
                                        c.states,
                                        c.states == 1 ? "state" : "states"))
                                .toList());
    }
}

package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.kymograph.base.Parallel;
import org.kymograph.base.Progress;

/**
 * How many states? Fits 1 … max states on some runs, several times each, and scores every fit on the other runs, as the
 * original study did (Hu et al. 2023, section 2.2); on request also by cross-validation over the runs.
 */
public final class ModelSelection {
    private final int maxStates;
    private final Hmm settings;
    private final int folds;
    private final RunSplit split;

    private ModelSelection(int maxStates, Hmm settings, int folds, RunSplit split) {
        this.maxStates = maxStates;
        this.settings = settings;
        this.folds = folds;
        this.split = split;
    }

    /**
     * @param maxStates the largest number of states to try, at least 1
     * @return a selection with the default settings of {@link Hmm}, the original's split, and no cross-validation
     * @throws IllegalArgumentException if it is below 1
     */
    public static ModelSelection upTo(int maxStates) {
        if (maxStates < 1) {
            throw new IllegalArgumentException("maxStates " + maxStates + ": must be at least 1");
        }
        return new ModelSelection(maxStates, Hmm.gaussian(maxStates), 0, null);
    }

    /**
     * @param hmm how to fit; its number of states doesn't matter
     * @return a copy with these settings
     */
    public ModelSelection with(Hmm hmm) {
        return new ModelSelection(maxStates, Objects.requireNonNull(hmm, "hmm"), folds, split);
    }

    /**
     * @param count into how many folds to deal the runs for cross-validation, at least 2; 0 for none
     * @return a copy with that many
     * @throws IllegalArgumentException if it is 1 or below 0
     */
    public ModelSelection withCrossValidation(int count) {
        if (count != 0 && count < 2) {
            throw new IllegalArgumentException("folds " + count + ": must be at least 2, or 0 for none");
        }
        return new ModelSelection(maxStates, settings, count, split);
    }

    /**
     * @param runs which runs to fit on and which to test on
     * @return a copy with that split
     */
    public ModelSelection withSplit(RunSplit runs) {
        return new ModelSelection(maxStates, settings, folds, runs);
    }

    /** One fit, on the original's split (fold −1) or without one fold. */
    private record Job(int states, int restart, int fold) {}

    /** What a fit came to, and the log-likelihood of each run it is tested on. */
    private record Scored(Job job, Restart restart, double[] testScores) {
        double testScore() {
            return Arrays.stream(testScores).sum();
        }
    }

    /**
     * Fits and scores all candidates, in parallel.
     *
     * @param runs the observations, at least two runs
     * @return scores, criteria and the best model for every number of states
     * @throws IllegalArgumentException if there is only one run, there are fewer training rows than states, or more folds
     *     than runs
     * @throws IllegalStateException if every fit failed
     * @throws CancellationException if the thread is interrupted
     */
    public Selection select(Observations runs) {
        if (runs.runs().size() < 2) {
            throw new IllegalArgumentException("there is only one run, '"
                    + runs.runs().get(0) + "'; selection needs at least two, one to fit and one to test");
        }
        RunSplit used = split == null ? RunSplit.original(runs.runs().size()) : split;
        RunSplit[] folded =
                folds == 0 ? new RunSplit[0] : RunSplit.folds(runs.runs().size(), folds);
        Observations train = runs.subset(used.train());
        Observations test = runs.subset(used.test());
        List<Observations> foldTrain =
                Arrays.stream(folded).map(f -> runs.subset(f.train())).toList();
        List<Observations> foldTest =
                Arrays.stream(folded).map(f -> runs.subset(f.test())).toList();
        settings.withStates(maxStates).check(train);
        foldTrain.forEach(f -> settings.withStates(maxStates).check(f));

        List<Job> jobs = new ArrayList<>();
        // The longest fits first, so that no thread is left with one at the end.
        for (int k = maxStates; k >= 1; k--) {
            for (int fold = -1; fold < folds; fold++) {
                for (int restart = 0; restart < settings.restarts(); restart++) {
                    jobs.add(new Job(k, restart, fold));
                }
            }
        }
        List<Rows> rows = new ArrayList<>();
        rows.add(train.toRows());
        foldTrain.forEach(f -> rows.add(f.toRows()));
        List<Parallel.Task<Scored>> tasks = new ArrayList<>();
        for (Job job : jobs) {
            Observations tested = job.fold < 0 ? test : foldTest.get(job.fold);
            tasks.add(() -> outcome(job, rows.get(job.fold + 1), tested));
        }
        List<Scored> outcomes;
        try (Progress progress = Progress.start("fitting 1 to " + maxStates + " states", "fits", jobs.size())) {
            outcomes = Parallel.run(tasks, settings.threads(), n -> progress.update(n, ""));
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int k = 1; k <= maxStates; k++) {
            candidates.add(candidate(k, outcomes, train, test, foldTest));
        }
        if (candidates.stream().allMatch(c -> c.scores().length == 0)) {
            throw new IllegalStateException(
                    "every fit failed: " + candidates.get(0).failures());
        }
        return new Selection(candidates, runs, used, test.rows(), settings, folds);
    }

    private Scored outcome(Job job, Rows rows, Observations tested) {
        Restart restart = settings.withStates(job.states).restart(rows, job.restart);
        if (restart.fit() == null) {
            return new Scored(job, restart, null);
        }
        try {
            double[] scores = new Inference(restart.fit().parameters(), tested).scores();
            if (Arrays.stream(scores).allMatch(Double::isFinite)) {
                return new Scored(job, restart, scores);
            }
            return new Scored(job, new Restart(job.restart, null, "a test run can't happen under the model"), null);
        } catch (IllegalArgumentException e) {
            return new Scored(job, new Restart(job.restart, null, e.getMessage()), null);
        }
    }

    private Candidate candidate(
            int k, List<Scored> outcomes, Observations train, Observations test, List<Observations> foldTest) {
        List<Scored> own = outcomes.stream()
                .filter(o -> o.job.states == k && o.job.fold < 0)
                .toList();
        List<Scored> good = own.stream().filter(o -> o.testScores != null).toList();
        List<Restart> restarts = own.stream().map(Scored::restart).toList();
        Hmm hmm = settings.withStates(k);
        HmmModel best = good.stream()
                .max((a, b) -> Double.compare(a.testScore(), b.testScore()))
                .map(o -> HmmModel.fitted(hmm, o.restart.fit(), train, restarts))
                .orElse(null);
        if (best != null && !settings.leftToRight()) {
            best = best.renumbered();
        }
        double[] held = new double[foldTest.size()];
        for (int fold = 0; fold < held.length; fold++) {
            int f = fold;
            held[fold] = outcomes.stream()
                    .filter(o -> o.job.states == k && o.job.fold == f && o.testScores != null)
                    .max((a, b) -> Double.compare(
                            a.restart.fit().logLikelihood(), b.restart.fit().logLikelihood()))
                    .map(o -> o.testScore() / foldTest.get(f).rows())
                    .orElse(Double.NaN);
        }
        return Candidate.of(
                k,
                train.features().size(),
                settings.covariance(),
                test.rows(),
                good.stream().mapToDouble(Scored::testScore).toArray(),
                held,
                best,
                restarts.stream()
                        .filter(r -> r.failure() != null)
                        .map(Restart::failureSentence)
                        .toList());
    }
}

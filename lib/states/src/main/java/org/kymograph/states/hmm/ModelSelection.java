package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.base.Parallel;
import org.kymograph.base.Progress;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.ExpectationMaximization.Fit;
import org.kymograph.states.em.Observations;
import smile.math.random.MersenneTwister;

/**
 * The choice of the number of states: fits 1 … max states on some runs, several times each, and scores every fit on the other
 * runs, as the original study did (Hu et al. 2023, section 2.2); on request also by cross-validation over the runs. A fit with
 * a singular covariance isn't scored, since its likelihood is rounding noise.
 *
 * @param maxStates the largest number of states to try, at least 1
 * @param hmm the settings of the fits; its number of states doesn't matter
 * @param folds the number of folds of the cross-validation, at least 2; 0 for none
 * @param split the runs to fit and the runs to test; null for the original's split
 */
public record ModelSelection(int maxStates, Hmm hmm, int folds, Split split) {
    /** Checks the settings. */
    public ModelSelection {
        Arguments.atLeast("maxStates", maxStates, 1);
        Objects.requireNonNull(hmm, "hmm");
        Arguments.check(hmm.start() == null, "start", "given", "none: each number of states has its own random starts");
        Arguments.check(folds == 0 || folds >= 2, "folds", folds, "at least 2, or 0 for none");
    }

    /**
     * The runs that a model is fitted on and those that it is tested on.
     *
     * @param train indices of runs to fit on
     * @param test indices of runs to test on
     */
    public record Split(int[] train, int[] test) {
        private static final double TEST_SHARE = 0.2;

        /** Copies its arrays. */
        public Split {
            train = train.clone();
            test = test.clone();
        }

        /**
         * Returns the split of the original study: the first ⌈n/5⌉ of scikit-learn's shuffle of n runs from seed 0 test, the
         * others train, in that order.
         *
         * @param n the number of runs, at least 2
         * @return the split
         * @throws IllegalArgumentException if there are fewer than two runs
         */
        public static Split original(int n) {
            Arguments.check(n >= 2, "runs", n, "at least 2, one to fit and one to test");
            int[] order = permutation(n, 0);
            int tests = (int) Math.ceil(TEST_SHARE * n);
            return new Split(Arrays.copyOfRange(order, tests, n), Arrays.copyOf(order, tests));
        }

        /** Deals n shuffled runs to folds, each of which tests once. */
        static List<Split> folds(int n, int folds) {
            Arguments.check(folds >= 2 && folds <= n, "folds", folds, "2 to the number of runs, " + n);
            int[] order = permutation(n, 0);
            return Columns.each(folds, f -> {
                int from = f * n / folds;
                int to = (f + 1) * n / folds;
                int[] train = new int[n - to + from];
                System.arraycopy(order, 0, train, 0, from);
                System.arraycopy(order, to, train, from, n - to);
                return new Split(train, Arrays.copyOfRange(order, from, to));
            });
        }

        /** Returns what NumPy's {@code RandomState(seed).permutation(n)} returns. */
        static int[] permutation(int n, int seed) {
            MersenneTwister random = new MersenneTwister(seed);
            int[] order = new int[n];
            Arrays.setAll(order, i -> i);
            for (int i = n - 1; i > 0; i--) {
                int mask = -1 >>> Integer.numberOfLeadingZeros(i);
                int j;
                do {
                    j = random.next(32) & mask;
                } while (j > i);
                int other = order[i];
                order[i] = order[j];
                order[j] = other;
            }
            return order;
        }

        @Override
        public int[] train() {
            return train.clone();
        }

        @Override
        public int[] test() {
            return test.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Split that && Arrays.equals(train, that.train) && Arrays.equals(test, that.test);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(train) + Arrays.hashCode(test);
        }

        @Override
        public String toString() {
            return "train " + Arrays.toString(train) + ", test " + Arrays.toString(test);
        }
    }

    /**
     * Returns a selection with the default settings of {@link Hmm}, the original's split, and no cross-validation.
     *
     * @param maxStates the largest number of states to try, at least 1
     * @return the selection
     * @throws IllegalArgumentException if it is below 1
     */
    public static ModelSelection upTo(int maxStates) {
        return new ModelSelection(Arguments.atLeast("maxStates", maxStates, 1), Hmm.gaussian(maxStates), 0, null);
    }

    /**
     * Returns a copy with other settings of the fits.
     *
     * @param hmm the settings; their number of states doesn't matter
     * @return the copy
     */
    public ModelSelection with(Hmm hmm) {
        return Copies.with(this, "hmm", hmm);
    }

    /**
     * Returns a copy with cross-validation over the runs.
     *
     * @param folds the number of folds, at least 2; 0 for none
     * @return the copy
     * @throws IllegalArgumentException if it is 1 or below 0
     */
    public ModelSelection withCrossValidation(int folds) {
        return Copies.with(this, "folds", folds);
    }

    /**
     * Returns a copy with another split.
     *
     * @param split the runs to fit on and the runs to test on
     * @return the copy
     */
    public ModelSelection withSplit(Split split) {
        return Copies.with(this, "split", split);
    }

    /** One fit, on the split's runs (fold −1) or without one fold. */
    private record Job(int states, int restart, int fold) {}

    /** The result of a fit, and the log-likelihood of the runs it is tested on. */
    private record Scored(Job job, Fit fit, double testScore) {
        boolean isGood() {
            return fit.failure() == null;
        }
    }

    /** The runs that are fitted and those that are tested. */
    private record Parts(Observations train, Observations test) {}

    /**
     * Fits and scores all candidates, in parallel.
     *
     * @param runs the observations, at least two runs
     * @return scores, criteria and the best model for every number of states
     * @throws IllegalArgumentException if there is only one run, there are too few training rows for that many states and
     *     features, or more folds than runs
     * @throws IllegalStateException if every fit failed, as with columns that follow from others
     * @throws CancellationException if the thread is interrupted
     */
    public Selection select(Observations runs) {
        int n = runs.runs().size();
        Arguments.require(
                n >= 2,
                "there is only one run, '" + runs.runs().get(0)
                        + "'; selection needs at least two, one to fit and one to test");
        Split used = split == null ? Split.original(n) : split;
        List<Parts> parts = new ArrayList<>();
        parts.add(new Parts(runs.subset(used.train()), runs.subset(used.test())));
        if (folds > 0) {
            Split.folds(n, folds).forEach(f -> parts.add(new Parts(runs.subset(f.train()), runs.subset(f.test()))));
        }
        parts.forEach(p -> checkRows(p.train));

        List<Job> jobs = new ArrayList<>();
        // The longest fits first, so that no thread is left with one at the end.
        for (int k = maxStates; k >= 1; k--) {
            for (int fold = -1; fold < folds; fold++) {
                for (int restart = 0; restart < hmm.restarts(); restart++) {
                    jobs.add(new Job(k, restart, fold));
                }
            }
        }
        List<Supplier<Scored>> tasks = new ArrayList<>();
        jobs.forEach(job -> tasks.add(() -> scored(job, parts.get(job.fold + 1))));
        List<Scored> scored;
        try (Progress progress = Progress.start("fitting 1 to " + maxStates + " states", "fits", jobs.size())) {
            scored = Parallel.run(tasks, hmm.threads(), done -> progress.update(done, ""));
        }
        List<Selection.Candidate> candidates = IntStream.rangeClosed(1, maxStates)
                .mapToObj(k -> candidate(
                        k, scored.stream().filter(s -> s.job.states == k).toList(), parts))
                .toList();
        if (candidates.stream().allMatch(c -> c.scores().length == 0)) {
            List<String> reasons = new ArrayList<>(candidates.get(0).failures());
            reasons.addAll(runs.dependence());
            throw new IllegalStateException(
                    "no number of states can be chosen, every fit failed: " + String.join("; ", reasons));
        }
        return new Selection(candidates, runs, used, parts.get(0).test.rows(), hmm, folds);
    }

    private void checkRows(Observations train) {
        int d = train.features().size();
        boolean full = hmm.covariance() == Covariance.FULL && hmm.prior() == Covariance.Prior.COMPAT;
        int needed = Math.max(2 * maxStates, full ? d + 1 : 0);
        Arguments.check(
                train.rows() >= needed,
                "the number of training rows",
                train.rows(),
                "at least " + needed + ", for up to " + maxStates + (maxStates == 1 ? " state" : " states")
                        + (full ? " with full covariances of " + d + (d == 1 ? " feature" : " features") : ""));
    }

    private Scored scored(Job job, Parts parts) {
        Fit fit = hmm.withStates(job.states).em().fit(parts.train, hmm.seed(), job.restart);
        if (fit.failure() != null) {
            return new Scored(job, fit, Double.NaN);
        }
        if (fit.isSingular()) {
            return failed(job, "a covariance is singular up to rounding, so its likelihood is noise");
        }
        double score = Arrays.stream(fit.parameters().scores(parts.test)).sum();
        return Double.isFinite(score)
                ? new Scored(job, fit, score)
                : failed(job, "a test run has probability 0 under the model");
    }

    private static Scored failed(Job job, String why) {
        return new Scored(job, Fit.failed(job.restart, why), Double.NaN);
    }

    private Selection.Candidate candidate(int k, List<Scored> own, List<Parts> parts) {
        List<Scored> first = own.stream().filter(s -> s.job.fold < 0).toList();
        List<Scored> good = first.stream().filter(Scored::isGood).toList();
        List<Fit> fits = first.stream().map(Scored::fit).toList();
        HmmModel best = good.stream()
                .max(Comparator.comparingDouble(Scored::testScore))
                .map(s -> HmmModel.fitted(hmm.withStates(k), s.fit, parts.get(0).train, fits))
                .orElse(null);
        double[] held = Columns.numbers(folds, fold -> own.stream()
                .filter(s -> s.job.fold == fold && s.isGood())
                .max(Comparator.comparingDouble(s -> s.fit.logLikelihood()))
                .map(s -> s.testScore / parts.get(fold + 1).test.rows())
                .orElse(Double.NaN));
        return Selection.Candidate.of(
                k,
                hmm.withStates(k)
                        .em()
                        .freeParameters(parts.get(0).train.features().size()),
                parts.get(0).test.rows(),
                Columns.numbers(good, Scored::testScore),
                held,
                best,
                Fit.failures(fits));
    }
}

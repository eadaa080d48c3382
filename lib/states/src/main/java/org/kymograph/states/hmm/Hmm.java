package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Parallel;
import org.kymograph.base.Progress;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.ExpectationMaximization;
import org.kymograph.states.em.ExpectationMaximization.Fit;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;

/**
 * A hidden Markov model with Gaussian emissions that is yet to be fitted: the number of states, the form of their covariances,
 * and the settings of EM. By default as hmmlearn 0.3 does, with the original study's 5 restarts and 32 iterations: full
 * covariances, its prior, a tolerance of 0.01.
 *
 * <p>{@code Hmm.gaussian(6).withCovariance(DIAG).fit(runs)}
 *
 * @param states the number of states K, at least 1
 * @param covariance the covariances' form
 * @param prior the covariance prior
 * @param restarts the number of random starts, at least 1; the most likely fit is kept
 * @param iterations the largest number of updates of EM, at least 1
 * @param tolerance EM ends when the log-likelihood of all rows rises by less, or falls; negative infinity if it never ends
 *     early
 * @param seed the random seed of all starts
 * @param stickiness the number of transitions to itself that is added to each state's, at least 0
 * @param leftToRight whether every run starts in state 0 and no state is followed by one with a smaller number
 * @param threads the number of restarts that are fitted at the same time, at least 1; it changes no result
 * @param start the parameters to start from, once; null for random starts
 */
public record Hmm(
        int states,
        Covariance covariance,
        Covariance.Prior prior,
        int restarts,
        int iterations,
        double tolerance,
        long seed,
        double stickiness,
        boolean leftToRight,
        int threads,
        HmmParameters start) {
    private static final double HMMLEARN_TOLERANCE = 0.01;

    /** Checks the settings. */
    public Hmm {
        Arguments.atLeast("restarts", restarts, 1);
        Arguments.atLeast("threads", threads, 1);
        Arguments.check(start == null || restarts == 1, "restarts", restarts, "1 with a given start");
        new ExpectationMaximization(states, covariance, prior, iterations, tolerance, stickiness, leftToRight, start);
    }

    /**
     * Returns a model with the default settings.
     *
     * @param states the number of states K, at least 1
     * @return the model, yet to be fitted
     * @throws IllegalArgumentException if it is below 1
     */
    public static Hmm gaussian(int states) {
        return new Hmm(
                states,
                Covariance.FULL,
                Covariance.Prior.COMPAT,
                5,
                32,
                HMMLEARN_TOLERANCE,
                0,
                0,
                false,
                Runtime.getRuntime().availableProcessors(),
                null);
    }

    /**
     * Returns a copy with another number of states.
     *
     * @param states the number of states K, at least 1
     * @return the copy
     * @throws IllegalArgumentException if it is below 1, or a given start has another number
     */
    public Hmm withStates(int states) {
        return Copies.with(this, "states", states);
    }

    /**
     * Returns a copy with another form of covariances.
     *
     * @param covariance the covariances' form
     * @return the copy
     */
    public Hmm withCovariance(Covariance covariance) {
        return Copies.with(this, "covariance", covariance);
    }

    /**
     * Returns a copy with another covariance prior.
     *
     * @param prior the covariance prior
     * @return the copy
     */
    public Hmm withPrior(Covariance.Prior prior) {
        return Copies.with(this, "prior", prior);
    }

    /**
     * Returns a copy with another number of random starts.
     *
     * @param restarts the number of starts, at least 1; the most likely fit is kept
     * @return the copy
     * @throws IllegalArgumentException if it is below 1, or isn't 1 with a given start
     */
    public Hmm withRestarts(int restarts) {
        return Copies.with(this, "restarts", restarts);
    }

    /**
     * Returns a copy with another limit of updates.
     *
     * @param iterations the largest number of updates of EM, at least 1
     * @return the copy
     * @throws IllegalArgumentException if it is below 1
     */
    public Hmm withIterations(int iterations) {
        return Copies.with(this, "iterations", iterations);
    }

    /**
     * Returns a copy with another tolerance.
     *
     * @param tolerance EM ends when the log-likelihood of all rows rises by less, or falls; at least 0
     * @return the copy
     * @throws IllegalArgumentException if it is below 0
     */
    public Hmm withTolerance(double tolerance) {
        return Copies.with(this, "tolerance", Arguments.atLeast("tolerance", tolerance, 0.0));
    }

    /** Returns a copy in which EM makes all its updates. */
    public Hmm withoutTolerance() {
        return Copies.with(this, "tolerance", Double.NEGATIVE_INFINITY);
    }

    /**
     * Returns a copy with another random seed.
     *
     * @param seed the random seed of all starts
     * @return the copy
     */
    public Hmm withSeed(long seed) {
        return Copies.with(this, "seed", seed);
    }

    /**
     * Returns a copy whose states last longer: a Dirichlet prior on every row of the transition matrix counts κ more
     * transitions of each state to itself.
     *
     * @param stickiness κ, at least 0; 0 is no prior
     * @return the copy
     * @throws IllegalArgumentException if it is below 0 or not finite
     */
    public Hmm withSticky(double stickiness) {
        return Copies.with(this, "stickiness", stickiness);
    }

    /** Returns a copy in which every run starts in state 0 and no state is followed by one with a smaller number. */
    public Hmm withLeftToRight() {
        return Copies.with(this, "leftToRight", true);
    }

    /**
     * Returns a copy with another number of threads.
     *
     * @param threads the number of restarts that are fitted at the same time, at least 1; it changes no result
     * @return the copy
     * @throws IllegalArgumentException if it is below 1
     */
    public Hmm withThreads(int threads) {
        return Copies.with(this, "threads", threads);
    }

    /**
     * Returns a copy that starts EM from given parameters instead of random ones: one fit, whose states keep their numbers.
     *
     * @param start the parameters to start from; they set the number of states and the covariances' form too
     * @return the copy
     */
    public Hmm withStart(HmmParameters start) {
        return new Hmm(
                start.states(),
                start.covariance(),
                prior,
                1,
                iterations,
                tolerance,
                seed,
                stickiness,
                leftToRight,
                threads,
                start);
    }

    ExpectationMaximization em() {
        return new ExpectationMaximization(
                states, covariance, prior, iterations, tolerance, stickiness, leftToRight, start);
    }

    /**
     * Fits the model by EM from every start, in parallel, and keeps the most likely fit, one without a singular covariance if
     * there is any. The numbers are used as they are; see {@link Observations#standardized}. Unless the start was given or
     * runs go left to right, states are numbered in the order in which the runs first visit them.
     *
     * @param runs the observations; at least K rows
     * @return the fitted model; its remarks name starts that failed, singular covariances, and the columns they come from
     * @throws IllegalArgumentException if there are fewer rows than states, or a given start has other features
     * @throws IllegalStateException if every start failed; the message says why
     * @throws CancellationException if the thread is interrupted
     */
    public HmmModel fit(Observations runs) {
        check(runs);
        List<Fit> fits;
        try (Progress progress = Progress.start("fitting " + states + " states", "starts", restarts)) {
            List<Supplier<Fit>> tasks = new ArrayList<>();
            for (int restart = 0; restart < restarts; restart++) {
                int number = restart;
                tasks.add(() -> em().fit(runs, seed, number));
            }
            fits = Parallel.run(tasks, threads, n -> progress.update(n, ""));
        }
        Fit best = fits.stream()
                .filter(fit -> fit.failure() == null)
                .max(Comparator.comparing((Fit fit) -> !fit.isSingular()).thenComparingDouble(Fit::logLikelihood))
                .orElseThrow(() -> new IllegalStateException("all " + restarts + " starts with " + states
                        + " states failed: " + String.join("; ", Fit.failures(fits))));
        return HmmModel.fitted(this, best, runs, fits);
    }

    void check(Observations runs) {
        if (runs.rows() < states) {
            throw Arguments.unexpected("states", states, "at most " + runs.rows() + ", the number of rows");
        }
        Arguments.check(
                start == null || start.features() == runs.features().size(),
                "the start's number of features",
                start == null ? 0 : start.features(),
                runs.features().size() + ", as the observations have");
    }
}

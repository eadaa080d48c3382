package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.kymograph.base.Parallel;
import org.kymograph.base.Progress;
import org.kymograph.base.Streams;

/**
 * A hidden Markov model with Gaussian emissions that is yet to be fitted: how many states, what their covariances may
 * look like, and how EM looks for them. By default as hmmlearn 0.3 does, with the original study's 5 restarts and 32
 * iterations: full covariances, its prior, a tolerance of 0.01.
 *
 * <p>{@code Hmm.gaussian(6).withCovariance(DIAG).fit(runs)}
 */
public final class Hmm {
    private static final double HMMLEARN_TOLERANCE = 0.01;

    private final int states;
    private Covariance covariance = Covariance.FULL;
    private CovariancePrior prior = CovariancePrior.COMPAT;
    private int restarts = 5;
    private int iterations = 32;
    private double tolerance = HMMLEARN_TOLERANCE;
    private long seed;
    private double stickiness;
    private boolean leftToRight;
    private int threads = Runtime.getRuntime().availableProcessors();
    private HmmParameters start;

    private Hmm(int states) {
        this.states = states;
    }

    private Hmm(Hmm other, int states) {
        this.states = states;
        covariance = other.covariance;
        prior = other.prior;
        restarts = other.restarts;
        iterations = other.iterations;
        tolerance = other.tolerance;
        seed = other.seed;
        stickiness = other.stickiness;
        leftToRight = other.leftToRight;
        threads = other.threads;
        start = other.start;
    }

    /**
     * @param states the number of states K, at least 1
     * @return a model with the default settings
     * @throws IllegalArgumentException if it is below 1
     */
    public static Hmm gaussian(int states) {
        checkAtLeast("states", states, 1);
        return new Hmm(states);
    }

    private static void checkAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " " + value + ": must be at least " + least);
        }
    }

    /**
     * @param count the number of states K, at least 1
     * @return a copy with that many states
     * @throws IllegalArgumentException if it is below 1
     */
    public Hmm withStates(int count) {
        checkAtLeast("states", count, 1);
        return new Hmm(this, count);
    }

    /**
     * @param form the covariances' form
     * @return a copy with it
     */
    public Hmm withCovariance(Covariance form) {
        Hmm copy = new Hmm(this, states);
        copy.covariance = Objects.requireNonNull(form, "covariance");
        return copy;
    }

    /**
     * @param added what EM adds to the scatters
     * @return a copy with it
     */
    public Hmm withPrior(CovariancePrior added) {
        Hmm copy = new Hmm(this, states);
        copy.prior = Objects.requireNonNull(added, "prior");
        return copy;
    }

    /**
     * @param count from how many random starts to fit, at least 1; the most likely fit is kept
     * @return a copy with that many
     * @throws IllegalArgumentException if it is below 1
     */
    public Hmm withRestarts(int count) {
        checkAtLeast("restarts", count, 1);
        Hmm copy = new Hmm(this, states);
        copy.restarts = count;
        return copy;
    }

    /**
     * @param most the most updates of EM, at least 1
     * @return a copy with that limit
     * @throws IllegalArgumentException if it is below 1
     */
    public Hmm withIterations(int most) {
        checkAtLeast("iterations", most, 1);
        Hmm copy = new Hmm(this, states);
        copy.iterations = most;
        return copy;
    }

    /**
     * @param gain EM ends when the log-likelihood of all rows rises by less, or falls; at least 0
     * @return a copy with that tolerance
     * @throws IllegalArgumentException if it is below 0
     */
    public Hmm withTolerance(double gain) {
        if (!(gain >= 0)) {
            throw new IllegalArgumentException("tolerance " + gain + ": must be at least 0");
        }
        Hmm copy = new Hmm(this, states);
        copy.tolerance = gain;
        return copy;
    }

    /** @return a copy in which EM makes all its updates */
    public Hmm withoutTolerance() {
        Hmm copy = new Hmm(this, states);
        copy.tolerance = Double.NEGATIVE_INFINITY;
        return copy;
    }

    /**
     * @param number what all random starts follow from
     * @return a copy with that seed
     */
    public Hmm withSeed(long number) {
        Hmm copy = new Hmm(this, states);
        copy.seed = number;
        return copy;
    }

    /**
     * Makes states last: a Dirichlet prior on every row of the transition matrix that counts κ more transitions of each
     * state to itself.
     *
     * @param kappa κ, at least 0; 0 is no prior
     * @return a copy with it
     * @throws IllegalArgumentException if it is below 0 or not finite
     */
    public Hmm withSticky(double kappa) {
        if (!(kappa >= 0) || Double.isInfinite(kappa)) {
            throw new IllegalArgumentException("sticky " + kappa + ": must be finite and at least 0");
        }
        Hmm copy = new Hmm(this, states);
        copy.stickiness = kappa;
        return copy;
    }

    /** @return a copy in which every run starts in state 0 and no state goes back to one with a smaller number */
    public Hmm withLeftToRight() {
        Hmm copy = new Hmm(this, states);
        copy.leftToRight = true;
        return copy;
    }

    /**
     * @param count how many restarts to fit at the same time, at least 1; changes no result
     * @return a copy with that many threads
     * @throws IllegalArgumentException if it is below 1
     */
    public Hmm withThreads(int count) {
        checkAtLeast("threads", count, 1);
        Hmm copy = new Hmm(this, states);
        copy.threads = count;
        return copy;
    }

    /**
     * Starts EM from given parameters instead of random ones: one fit, whose states keep their numbers.
     *
     * @param parameters where to start; sets the number of states and the covariances' form too
     * @return a copy with that start
     */
    public Hmm withStart(HmmParameters parameters) {
        Hmm copy = new Hmm(this, parameters.states);
        copy.covariance = parameters.covariance;
        copy.start = parameters;
        return copy;
    }

    /** @return the number of states K */
    public int states() {
        return states;
    }

    /** @return the covariances' form */
    public Covariance covariance() {
        return covariance;
    }

    /** @return what EM adds to the scatters */
    public CovariancePrior prior() {
        return prior;
    }

    /** @return the number of random starts */
    public int restarts() {
        return start == null ? restarts : 1;
    }

    /** @return the most updates of EM */
    public int iterations() {
        return iterations;
    }

    /** @return the gain below which EM ends; negative infinity if it never does */
    public double tolerance() {
        return tolerance;
    }

    /** @return what all random starts follow from */
    public long seed() {
        return seed;
    }

    /** @return how many transitions to itself are added to each state's */
    public double stickiness() {
        return stickiness;
    }

    /** @return whether no state goes back to one with a smaller number */
    public boolean leftToRight() {
        return leftToRight;
    }

    /** @return how many restarts are fitted at the same time */
    public int threads() {
        return threads;
    }

    /**
     * Fits the model by EM from every start, in parallel, and keeps the most likely fit. The numbers are used as they
     * are; see {@link Observations#standardized}. Unless the start was given or runs go left to right, states are
     * numbered in the order in which the runs first visit them.
     *
     * @param runs the observations; at least K rows
     * @return the fitted model; it lists starts that failed
     * @throws IllegalArgumentException if there are fewer rows than states, or a given start has other features
     * @throws IllegalStateException if every start failed; the message says why
     * @throws CancellationException if the thread is interrupted
     */
    public HmmModel fit(Observations runs) {
        check(runs);
        Rows rows = runs.toRows();
        List<Restart> done = new ArrayList<>();
        try (Progress progress = Progress.start("fitting " + states + " states", "starts", restarts())) {
            List<Parallel.Task<Restart>> tasks = new ArrayList<>();
            for (int restart = 0; restart < restarts(); restart++) {
                int number = restart;
                tasks.add(() -> restart(rows, number));
            }
            done.addAll(Parallel.run(tasks, threads, n -> progress.update(n, "")));
        }
        Fit best = done.stream()
                .map(Restart::fit)
                .filter(Objects::nonNull)
                .max(Comparator.comparingDouble(Fit::logLikelihood))
                .orElseThrow(() -> new IllegalStateException(
                        "all " + restarts() + " starts with " + states + " states failed: " + Restart.reasons(done)));
        HmmModel model = HmmModel.fitted(this, best, runs, done);
        return start == null && !leftToRight ? model.renumbered() : model;
    }

    void check(Observations runs) {
        if (runs.rows() < states) {
            throw new IllegalArgumentException("states " + states + ": there are only " + runs.rows()
                    + " rows; expected at least as many as states");
        }
        if (start != null && start.features != runs.features().size()) {
            throw new IllegalArgumentException("the start has " + start.features + " features, the observations have "
                    + runs.features().size());
        }
    }

    Restart restart(Rows rows, int number) {
        RandomGenerator random = Streams.of(seed, "hmm", states, number);
        try {
            HmmParameters first = start == null ? Starts.draw(rows, this, random) : start;
            return new Restart(number, new ExpectationMaximization(rows, this).run(first, random), null);
        } catch (FailedFitException e) {
            return new Restart(number, null, e.getMessage());
        }
    }
}

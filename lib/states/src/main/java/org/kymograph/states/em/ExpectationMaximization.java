package org.kymograph.states.em;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;

/**
 * The Baum–Welch algorithm with Gaussian emissions: one fit from one start.
 *
 * @param states the number of states K, at least 1
 * @param covariance the covariances' form
 * @param prior the covariance prior
 * @param iterations the largest number of updates, at least 1
 * @param tolerance EM ends when the log-likelihood rises by less, or falls; negative infinity if it never ends early
 * @param stickiness the number of transitions to itself that is added to each state's, at least 0
 * @param leftToRight whether runs start in state 0 and no state is followed by one with a smaller number
 * @param start the parameters to start from; null for random ones
 */
public record ExpectationMaximization(
        int states,
        Covariance covariance,
        Covariance.Prior prior,
        int iterations,
        double tolerance,
        double stickiness,
        boolean leftToRight,
        HmmParameters start) {
    /** Checks the settings. */
    public ExpectationMaximization {
        Arguments.atLeast("states", states, 1);
        Objects.requireNonNull(covariance, "covariance");
        Objects.requireNonNull(prior, "prior");
        Arguments.atLeast("iterations", iterations, 1);
        Arguments.check(
                tolerance >= 0 || tolerance == Double.NEGATIVE_INFINITY,
                "tolerance",
                tolerance,
                "a number of at least 0");
        Arguments.atLeast("sticky", stickiness, 0.0);
        if (start != null) {
            Arguments.check(states == start.states, "states", states, start.states + ", as the start has");
            Arguments.check(
                    !leftToRight || start.isLeftToRight(),
                    "leftToRight",
                    true,
                    "a start in state 0 without ways back, or none");
        }
    }

    /**
     * The result of one start.
     *
     * @param number the start's number, from 0
     * @param parameters the fitted parameters; null if the start failed
     * @param history the log-likelihood before each update
     * @param logLikelihood the log-likelihood of the fitted parameters
     * @param freeParameters how many numbers EM chose
     * @param remarks the repairs on the way and the states whose covariance is singular, a sentence each
     * @param isSingular whether a covariance is singular up to rounding, so that the log-likelihood is noise
     * @param failure the reason why the start failed; null if it didn't
     */
    public record Fit(
            int number,
            HmmParameters parameters,
            double[] history,
            double logLikelihood,
            int freeParameters,
            List<String> remarks,
            boolean isSingular,
            String failure) {
        /** Copies its list. */
        public Fit {
            remarks = List.copyOf(remarks);
        }

        /**
         * Returns a start that failed.
         *
         * @param number the start's number, from 0
         * @param failure the reason
         * @return a fit without parameters
         */
        public static Fit failed(int number, String failure) {
            return new Fit(number, null, new double[0], Double.NaN, 0, List.of(), false, failure);
        }

        /**
         * Tells which starts failed and why.
         *
         * @param fits several starts
         * @return a sentence for each reason, with the numbers of the starts
         */
        public static List<String> failures(List<Fit> fits) {
            Map<String, List<Integer>> starts = new TreeMap<>();
            fits.stream().filter(f -> f.failure != null).forEach(f -> starts.computeIfAbsent(
                            f.failure, why -> new ArrayList<>())
                    .add(f.number));
            return Columns.each(
                    starts.entrySet(),
                    e -> (e.getValue().size() == 1 ? "start " : "starts ")
                            + e.getValue().stream().map(String::valueOf).collect(Collectors.joining(", ")) + ": "
                            + e.getKey());
        }
    }

    /**
     * Runs EM from one start, random or given.
     *
     * @param runs the observations
     * @param seed the random seed
     * @param number the start's number, from 0: each has its own random numbers
     * @return the fit, or why there is none
     * @throws CancellationException if the thread is interrupted
     */
    public Fit fit(Observations runs, long seed, int number) {
        Rows rows = runs.toRows();
        RandomGenerator random = Streams.of(seed, "hmm", states, number);
        try {
            HmmParameters first = start == null ? Initialization.draw(rows, this, random) : start;
            return new BaumWelch(rows, this, first, random).run(number);
        } catch (FailedFitException e) {
            return Fit.failed(number, e.getMessage());
        }
    }

    /**
     * Returns how many numbers EM chooses; probabilities that must stay 0 aren't counted.
     *
     * @param features the number of features d
     * @return the number of free parameters
     */
    public int freeParameters(int features) {
        if (start != null) {
            return start.freeParameters();
        }
        int all = HmmParameters.freeParameters(states, features, covariance);
        // The start is fixed, and row i has K − 1 − i free probabilities instead of K − 1.
        return leftToRight ? all - (states - 1) - states * (states - 1) / 2 : all;
    }
}

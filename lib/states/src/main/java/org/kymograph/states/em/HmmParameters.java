package org.kymograph.states.em;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;

/**
 * The numbers of a Gaussian hidden Markov model with K states over d features: where runs start, how they move, and the
 * mean and covariance of what each state emits.
 */
public final class HmmParameters {
    private static final double SUM_TOLERANCE = 1e-6;

    final int states;
    final int features;
    final Covariance covariance;
    final double[] start;
    /** Row-major, K·K: from a row's state to a column's. */
    final double[] transitions;
    /** Row-major, K·d. */
    final double[] means;
    /** Flat, in the shape of {@link Covariance#shape}. */
    final double[] covariances;

    private GaussianDensity density;

    HmmParameters(
            int features,
            Covariance covariance,
            double[] start,
            double[] transitions,
            double[] means,
            double[] covariances) {
        this.states = start.length;
        this.features = features;
        this.covariance = covariance;
        this.start = start;
        this.transitions = transitions;
        this.means = means;
        this.covariances = covariances;
    }

    /**
     * The most probable states of every run.
     *
     * @param runs the runs' names
     * @param paths per run the state of each row, 0 … K−1
     * @param logProbability the log probability of all rows and states together
     */
    public record Decoding(List<String> runs, List<int[]> paths, double logProbability) {
        /** Copies its lists. */
        public Decoding {
            runs = List.copyOf(runs);
            paths = paths.stream().map(int[]::clone).toList();
        }

        /**
         * Returns the states of one run.
         *
         * @param run the run's index, from 0
         * @return the state of each of its rows
         */
        public int[] path(int run) {
            return paths.get(run).clone();
        }

        /**
         * Returns the states of all rows.
         *
         * @return the states, run after run
         */
        public int[] stacked() {
            return paths.stream().flatMapToInt(Arrays::stream).toArray();
        }
    }

    /**
     * Runs drawn from a model.
     *
     * @param observations the rows that the states emitted
     * @param paths per run the state of each row
     */
    public record Sample(Observations observations, List<int[]> paths) {
        /** Copies its list. */
        public Sample {
            paths = paths.stream().map(int[]::clone).toList();
        }
    }

    /**
     * Checks and copies the numbers of a model.
     *
     * @param covariance the covariances' form
     * @param start the start probabilities, K of them
     * @param transitions the transition probabilities, K·K flat, row-major; row i holds what follows state i
     * @param means the states' means, K·d flat, row-major
     * @param covariances K·d·d numbers full, K·d diagonal, d·d tied, K spherical; flat, row-major
     * @return a model with copies of these numbers
     * @throws IllegalArgumentException if a length doesn't fit, a number isn't finite, probabilities are negative or don't
     *     sum to 1, or a covariance isn't symmetric with positive variances
     */
    public static HmmParameters of(
            Covariance covariance, double[] start, double[] transitions, double[] means, double[] covariances) {
        Objects.requireNonNull(covariance, "covariance");
        int k = Arguments.atLeast("the length of startprob", start.length, 1);
        Arguments.check(
                means.length > 0 && means.length % k == 0,
                "the length of means",
                means.length,
                "a multiple of " + k + ", the number of states");
        int d = means.length / k;
        Arguments.sameLength("transmat", transitions.length, "K·K", k * k);
        Arguments.sameLength("covars", covariances.length, "the form " + covariance.label(), covariance.length(k, d));
        checkFinite("means", means);
        checkFinite("covars", covariances);
        checkDistributions("startprob", start, k);
        checkDistributions("transmat", transitions, k);
        HmmParameters result = new HmmParameters(
                d, covariance, start.clone(), transitions.clone(), means.clone(), covariances.clone());
        result.checkCovariances();
        return result;
    }

    private static void checkFinite(String name, double[] values) {
        for (double v : values) {
            Arguments.check(Double.isFinite(v), "an element of " + name, v, "a finite number");
        }
    }

    private static void checkDistributions(String name, double[] values, int k) {
        for (int row = 0; row < values.length / k; row++) {
            double sum = 0;
            for (int j = 0; j < k; j++) {
                double p = values[row * k + j];
                Arguments.check(p >= 0, "an element of " + name, p, "a probability, 0 to 1");
                sum += p;
            }
            Arguments.check(
                    Math.abs(sum - 1) <= SUM_TOLERANCE,
                    "the sum of " + name + (values.length == k ? "" : ", row " + (row + 1)),
                    sum,
                    "1");
        }
    }

    private void checkCovariances() {
        if (!covariance.isMatrix()) {
            for (double v : covariances) {
                Arguments.check(v > 0, "a variance of covars", v, "a number above 0");
            }
            return;
        }
        for (int at = 0; at < covariances.length; at += features * features) {
            for (int i = 0; i < features; i++) {
                for (int j = 0; j < i; j++) {
                    double a = covariances[at + i * features + j];
                    double b = covariances[at + j * features + i];
                    if (Math.abs(a - b) > 1e-6 * Math.max(1e-12, Math.max(Math.abs(a), Math.abs(b)))) {
                        throw new IllegalArgumentException("covars: holds " + a + " and " + b
                                + " at mirrored places; a covariance matrix must be symmetric");
                    }
                }
            }
        }
        try {
            density = GaussianDensity.of(this, new double[features]);
        } catch (DegenerateStateException e) {
            throw new IllegalArgumentException(
                    "covars: the matrix of state " + e.state()
                            + " isn't positive definite, not even with 1e-7 added to its diagonal",
                    e);
        }
    }

    /** Returns the densities of rows whose centre is 0. */
    private synchronized GaussianDensity density() {
        if (density == null) {
            try {
                density = GaussianDensity.of(this, new double[features]);
            } catch (DegenerateStateException e) {
                throw new IllegalArgumentException("the model can't be used: " + e.getMessage(), e);
            }
        }
        return density;
    }

    /** Returns the number of states K. */
    public int states() {
        return states;
    }

    /** Returns the number of features d. */
    public int features() {
        return features;
    }

    /** Returns the covariances' form. */
    public Covariance covariance() {
        return covariance;
    }

    /** Returns the probability of each state at a run's first row. */
    public double[] startProbabilities() {
        return start.clone();
    }

    /** Returns the transition matrix, K·K: element [i][j] is the probability that state j follows state i. */
    public double[][] transitionMatrix() {
        return rows(transitions, states, states);
    }

    /** Returns each state's mean, K·d. */
    public double[][] means() {
        return rows(means, states, features);
    }

    /** Returns each state's covariance matrix, K·d·d, written out whatever its form. */
    public double[][][] covariances() {
        double[][][] result = new double[states][][];
        for (int k = 0; k < states; k++) {
            result[k] = covarianceMatrix(k);
        }
        return result;
    }

    private double[][] covarianceMatrix(int k) {
        double[][] matrix = new double[features][features];
        for (int i = 0; i < features; i++) {
            switch (covariance) {
                case FULL -> System.arraycopy(covariances, (k * features + i) * features, matrix[i], 0, features);
                case TIED -> System.arraycopy(covariances, i * features, matrix[i], 0, features);
                case DIAG -> matrix[i][i] = covariances[k * features + i];
                case SPHERICAL -> matrix[i][i] = covariances[k];
                default -> throw new AssertionError(covariance);
            }
        }
        return matrix;
    }

    /** Returns each state's covariance in the flat layout that {@link #of} takes. */
    public double[] flatCovariances() {
        return covariances.clone();
    }

    /**
     * Returns how many numbers EM chooses when it starts here. A start or transition probability of 0 stays 0 and isn't
     * counted: K−1 + K(K−1) + K·d + those of the covariances without zeros, K(K−1)/2 instead of the first two from left to
     * right.
     *
     * @return the number of free parameters
     */
    public int freeParameters() {
        int free = free(start, 0, states);
        for (int i = 0; i < states; i++) {
            free += free(transitions, i * states, states);
        }
        return free + states * features + covariance.freeParameters(states, features);
    }

    private static int free(double[] probabilities, int from, int n) {
        int positive = 0;
        for (int i = from; i < from + n; i++) {
            positive += probabilities[i] > 0 ? 1 : 0;
        }
        return positive - 1;
    }

    /** Returns whether runs start in state 0 and no state is followed by one with a smaller number. */
    public boolean isLeftToRight() {
        for (int i = 0; i < states; i++) {
            for (int j = 0; j < i; j++) {
                if (transitions[i * states + j] > 0) {
                    return false;
                }
            }
        }
        return start[0] == 1;
    }

    /** Returns the number of free parameters of a model without structural zeros. */
    static int freeParameters(int states, int features, Covariance covariance) {
        return states - 1 + states * (states - 1) + states * features + covariance.freeParameters(states, features);
    }

    /**
     * Returns the log density of one row under each state.
     *
     * @param row a number per feature
     * @return K log densities
     */
    public double[] logDensities(double... row) {
        double[] result = new double[states];
        Arrays.setAll(result, k -> density().logDensity(row, k));
        return result;
    }

    /**
     * Returns the gradient of a state's log density at a row, Σ⁻¹(μ − x).
     *
     * @param state the state
     * @param row a number per feature
     * @return a number per feature
     */
    public double[] gradient(int state, double... row) {
        return density().gradient(row, state);
    }

    /**
     * Returns the log-likelihood of each run.
     *
     * @param runs runs with d features
     * @return a number per run; negative infinity for a run of probability 0
     * @throws IllegalArgumentException if the runs have another number of features
     */
    public double[] scores(Observations runs) {
        return new Inference(this, runs).scores();
    }

    /**
     * Finds the most probable sequence of states of each run (Viterbi).
     *
     * @param runs runs with d features
     * @return the sequences and their log probability
     * @throws IllegalArgumentException if the runs have another number of features
     */
    public Decoding decode(Observations runs) {
        return new Inference(this, runs).decode();
    }

    /**
     * Computes the probabilities of the states given the whole run (smoothing).
     *
     * @param runs runs with d features
     * @return per run [row][state]
     * @throws IllegalArgumentException if the runs have another number of features, or a run has probability 0
     */
    public List<double[][]> posterior(Observations runs) {
        return new Inference(this, runs).posterior(true);
    }

    /**
     * Computes the probabilities of the states given the run up to each row (filtering).
     *
     * @param runs runs with d features
     * @return per run [row][state]
     * @throws IllegalArgumentException if the runs have another number of features, or a run has probability 0
     */
    public List<double[][]> filter(Observations runs) {
        return new Inference(this, runs).posterior(false);
    }

    /**
     * Draws runs from the model.
     *
     * @param features the features' names, d of them
     * @param random the random numbers
     * @param lengths the number of rows of each run, each at least 1
     * @return the runs, named run-0, run-1, …, and their states
     */
    public Sample sample(List<String> features, RandomGenerator random, int... lengths) {
        return Sampler.draw(this, features, random, lengths);
    }

    /**
     * Renumbers the states.
     *
     * @param order the old number of each new state: a permutation of 0 … K−1
     * @return the same model with its states renumbered
     */
    public HmmParameters permuted(int[] order) {
        double[] newStart = new double[states];
        double[] newTransitions = new double[states * states];
        double[] newMeans = new double[means.length];
        double[] newCovariances = covariances.clone();
        int perState = covariance == Covariance.TIED ? 0 : covariances.length / states;
        for (int i = 0; i < states; i++) {
            newStart[i] = start[order[i]];
            for (int j = 0; j < states; j++) {
                newTransitions[i * states + j] = transitions[order[i] * states + order[j]];
            }
            System.arraycopy(means, order[i] * features, newMeans, i * features, features);
            System.arraycopy(covariances, order[i] * perState, newCovariances, i * perState, perState);
        }
        return new HmmParameters(features, covariance, newStart, newTransitions, newMeans, newCovariances);
    }

    static double[][] rows(double[] flat, int rows, int columns) {
        double[][] result = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(flat, i * columns, result[i], 0, columns);
        }
        return result;
    }
}

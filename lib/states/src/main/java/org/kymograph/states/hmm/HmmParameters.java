package org.kymograph.states.hmm;

import java.util.Objects;

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
     * @param covariance the covariances' form
     * @param start start probabilities, K of them
     * @param transitions transition probabilities, K·K flat, row-major; row i holds what follows state i
     * @param means the states' means, K·d flat, row-major
     * @param covariances K·d·d numbers full, K·d diagonal, d·d tied, K spherical; flat, row-major
     * @return a model with copies of these numbers
     * @throws IllegalArgumentException if a length doesn't fit, a number isn't finite, probabilities are negative or don't
     *     sum to 1, or a covariance isn't symmetric with positive variances
     */
    public static HmmParameters of(
            Covariance covariance, double[] start, double[] transitions, double[] means, double[] covariances) {
        Objects.requireNonNull(covariance, "covariance");
        int k = start.length;
        if (k == 0) {
            throw new IllegalArgumentException("startprob: must have at least one state");
        }
        if (means.length == 0 || means.length % k != 0) {
            throw new IllegalArgumentException("means: " + means.length + " numbers for " + k + " states");
        }
        int d = means.length / k;
        checkLength("transmat", transitions, k * k);
        checkLength("covars", covariances, covariance.length(k, d));
        checkFinite("means", means);
        checkFinite("covars", covariances);
        checkDistributions("startprob", start, k);
        checkDistributions("transmat", transitions, k);
        HmmParameters result = new HmmParameters(
                d, covariance, start.clone(), transitions.clone(), means.clone(), covariances.clone());
        result.checkCovariances();
        return result;
    }

    private static void checkLength(String name, double[] values, int expected) {
        if (values.length != expected) {
            throw new IllegalArgumentException(name + ": " + values.length + " numbers, expected " + expected);
        }
    }

    private static void checkFinite(String name, double[] values) {
        for (double v : values) {
            if (!Double.isFinite(v)) {
                throw new IllegalArgumentException(name + ": holds " + v + "; every number must be finite");
            }
        }
    }

    private static void checkDistributions(String name, double[] values, int k) {
        for (int row = 0; row < values.length / k; row++) {
            double sum = 0;
            for (int j = 0; j < k; j++) {
                double p = values[row * k + j];
                if (!(p >= 0)) {
                    throw new IllegalArgumentException(name + ": holds " + p + "; probabilities must be 0 to 1");
                }
                sum += p;
            }
            if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
                throw new IllegalArgumentException(name + ": " + (values.length == k ? "" : "row " + (row + 1) + " ")
                        + "sums to " + sum + "; must be 1");
            }
        }
    }

    private void checkCovariances() {
        if (!covariance.isMatrix()) {
            for (double v : covariances) {
                if (!(v > 0)) {
                    throw new IllegalArgumentException("covars: holds the variance " + v + "; must be above 0");
                }
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
            GaussianDensity.of(this, new double[features]);
        } catch (DegenerateStateException e) {
            throw new IllegalArgumentException(
                    "covars: the matrix of state " + e.state()
                            + " isn't positive definite, not even with 1e-7 added to its diagonal",
                    e);
        }
    }

    /** @return the number of states K */
    public int states() {
        return states;
    }

    /** @return the number of features d */
    public int features() {
        return features;
    }

    /** @return the covariances' form */
    public Covariance covariance() {
        return covariance;
    }

    /** @return the probability of each state at a run's first row */
    public double[] startProbabilities() {
        return start.clone();
    }

    /** @return K·K: element [i][j] is the probability that state j follows state i */
    public double[][] transitionMatrix() {
        return rows(transitions, states, states);
    }

    /** @return K·d: each state's mean */
    public double[][] means() {
        return rows(means, states, features);
    }

    /** @return K·d·d: each state's covariance matrix, written out whatever its form */
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

    /** @return the numbers that EM may choose: (K−1) + K(K−1) + K·d + those of the covariances */
    public int freeParameters() {
        return freeParameters(states, features, covariance);
    }

    static int freeParameters(int states, int features, Covariance covariance) {
        return states - 1 + states * (states - 1) + states * features + covariance.freeParameters(states, features);
    }

    /**
     * @param order the old number of each new state: a permutation of 0 … K−1
     * @return the same model with its states renumbered
     */
    HmmParameters permuted(int[] order) {
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

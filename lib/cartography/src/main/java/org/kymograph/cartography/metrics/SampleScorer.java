package org.kymograph.cartography.metrics;

import org.kymograph.record.dynamics.Dynamics;

/**
 * One sample's way through the epochs, and the metrics that follow from it. An object goes from sample to sample; a
 * kind of log fills the arrays.
 */
abstract class SampleScorer {
    final Dynamics log;
    final int epochs;
    /** In each epoch the probability of what is expected. */
    final double[] p;
    /** In each epoch -ln p. */
    final double[] loss;
    /** In each epoch whether the prediction was right. */
    final boolean[] right;

    int flips;
    private final Metric.Options options;

    SampleScorer(Dynamics log, Metric.Options options) {
        this.log = log;
        this.options = options;
        epochs = log.epochs();
        p = new double[epochs];
        loss = new double[epochs];
        right = new boolean[epochs];
    }

    /** Goes to a sample. */
    abstract void follow(int sample);

    double value(Metric metric) {
        return switch (metric) {
            case THRESHOLD_CLOSENESS -> confidence() * (1 - confidence());
            case CONFIDENCE, SELF_CONFIDENCE -> confidence();
            case VARIABILITY -> variability();
            case CORRECTNESS -> correctness();
            case FORGETFULNESS -> forgetfulness();
            case LOSS_MEAN -> mean(loss);
            case LOSS_LAST -> loss[epochs - 1];
            case LOSS_VAR -> variance(loss);
            case FLIPS -> flips;
            case FIRST_LEARNED -> firstLearned();
            case LEARNED_FOR_GOOD -> learnedForGood();
            case ALEATORIC -> aleatoric();
            default -> throw new IllegalArgumentException("a log of kind " + log.kind() + " has no " + metric.column());
        };
    }

    double confidence() {
        return mean(p);
    }

    double variability() {
        return deviation(variance(p));
    }

    double aleatoric() {
        double sum = 0;
        for (double q : p) {
            sum += q * (1 - q);
        }
        return sum / epochs;
    }

    /** The square root of a population variance v or, with the variance's own variance, of v + v^2 / (E - 1). */
    final double deviation(double v) {
        return Math.sqrt(options.includeCi() ? v + v * v / (epochs - 1) : v);
    }

    static double mean(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value;
        }
        return sum / x.length;
    }

    static double variance(double[] x) {
        double mean = mean(x);
        double sum = 0;
        for (double value : x) {
            sum += (value - mean) * (value - mean);
        }
        return sum / x.length;
    }

    private int correctness() {
        int count = 0;
        for (boolean r : right) {
            count += r ? 1 : 0;
        }
        return count;
    }

    private double forgetfulness() {
        int events = 0;
        for (int e = 1; e < epochs; e++) {
            events += right[e - 1] && !right[e] ? 1 : 0;
        }
        return correctness() == 0 ? options.forgetting().never(epochs) : events;
    }

    private double firstLearned() {
        for (int e = 0; e < epochs; e++) {
            if (right[e]) {
                return e;
            }
        }
        return Double.NaN;
    }

    private int learnedForGood() {
        int e = epochs;
        while (e > 0 && right[e - 1]) {
            e--;
        }
        return e;
    }
}

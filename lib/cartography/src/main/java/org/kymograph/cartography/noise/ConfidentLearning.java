package org.kymograph.cartography.noise;

import java.util.Arrays;
import org.kymograph.base.Arguments;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;

/**
 * Finds wrong labels by confident learning (Northcutt et al., arXiv 1911.00068): a label is suspect if the model is
 * confident of another class, as confident as it is of that class's own samples on average. Probabilities within 1e-6 of
 * each other are equal.
 *
 * <p>The method wants probabilities of samples that the model wasn't trained on, from cross-validation or a log that is
 * written before each sample's first update (its first epoch). Logs of trained samples understate wrong labels.
 */
public final class ConfidentLearning {
    /** Probabilities that differ by less are equal; that of cleanlab. */
    private static final double TOLERANCE = 1e-6;

    private final double[] thresholds;
    private final int[][] joint;
    private final Detection detection;

    private ConfidentLearning(double[] thresholds, int[][] joint, Detection detection) {
        this.thresholds = thresholds;
        this.joint = joint;
        this.detection = detection;
    }

    /**
     * Applies confident learning to the means of the probabilities over a log's epochs.
     *
     * @param log a log of classes
     */
    public static ConfidentLearning ofMean(Dynamics log) {
        double[][] p = new double[log.samples()][];
        Arrays.setAll(p, log::meanProbabilities);
        return of("confident learning, mean of the epochs", log.guids(), log.golds(), p);
    }

    /**
     * Applies confident learning to the probabilities of one epoch of a log.
     *
     * @param log a log of classes
     * @param epoch which epoch's probabilities, 0 to epochs−1
     * @throws IllegalArgumentException if there is no such epoch
     */
    public static ConfidentLearning ofEpoch(Dynamics log, int epoch) {
        Arguments.within("epoch", epoch, 0, log.epochs() - 1);
        double[][] p = new double[log.samples()][];
        Arrays.setAll(p, i -> log.probabilities(epoch, i));
        return of("confident learning, epoch " + epoch, log.guids(), log.golds(), p);
    }

    /**
     * Applies confident learning to probabilities.
     *
     * @param guids the N samples
     * @param gold their labels, maybe wrong, 0 to C−1
     * @param p {@code [N][C]}: probabilities
     * @throws IllegalArgumentException if lengths differ, a label is out of range or a probability isn't 0 to 1
     */
    public static ConfidentLearning of(Guids guids, int[] gold, double[][] p) {
        return of("confident learning", guids, gold, p);
    }

    private static ConfidentLearning of(String method, Guids guids, int[] gold, double[][] p) {
        check(guids, gold, p);
        int classes = p.length == 0 ? 0 : p[0].length;
        // t_j = mean of p_j over the samples labelled j
        double[] t = new double[classes];
        int[] counts = new int[classes];
        for (int i = 0; i < p.length; i++) {
            t[gold[i]] += p[i][gold[i]];
            counts[gold[i]]++;
        }
        for (int j = 0; j < classes; j++) {
            t[j] = counts[j] == 0 ? Double.POSITIVE_INFINITY : t[j] / counts[j];
        }
        int[][] joint = new int[classes][classes];
        double[] suspicion = new double[p.length];
        boolean[] flagged = new boolean[p.length];
        int[] suggested = new int[p.length];
        for (int i = 0; i < p.length; i++) {
            int confident = confident(p[i], t, gold[i]);
            double other = 0;
            for (int j = 0; j < classes; j++) {
                other = j == gold[i] ? other : Math.max(other, p[i][j]);
            }
            if (confident >= 0) {
                joint[gold[i]][confident]++;
                flagged[i] = confident != gold[i];
            }
            suggested[i] = flagged[i] ? confident : -1;
            suspicion[i] = other - p[i][gold[i]];
        }
        return new ConfidentLearning(t, joint, new Detection(method, guids, suspicion, flagged, suggested));
    }

    /** Returns the most probable class that reaches its threshold, the sample's own one on ties; -1 if none does. */
    private static int confident(double[] p, double[] t, int gold) {
        // A threshold is a mean, and rounding may lift it above all numbers that it is the mean of.
        int best = p[gold] >= t[gold] - TOLERANCE ? gold : -1;
        for (int j = 0; j < p.length; j++) {
            if (p[j] >= t[j] - TOLERANCE && (best < 0 || p[j] > p[best] + (best == gold ? TOLERANCE : 0))) {
                best = j;
            }
        }
        return best;
    }

    private static void check(Guids guids, int[] gold, double[][] p) {
        Arguments.sameLength("gold", gold.length, "guids", guids.size());
        Arguments.sameLength("p", p.length, "guids", guids.size());
        for (int i = 0; i < p.length; i++) {
            Arguments.sameLength("p of sample " + guids.text(i), p[i].length, "that of the first sample", p[0].length);
            Arguments.within("gold of sample " + guids.text(i), gold[i], 0, p[i].length - 1);
            for (double each : p[i]) {
                Arguments.within("probability of sample " + guids.text(i), each, 0, 1);
            }
        }
    }

    /** Returns t_j for each class, the mean probability of the class among its own samples; infinite if it has none. */
    public double[] thresholds() {
        return thresholds.clone();
    }

    /** Counts the samples that the model is confident of, {@code [label][confident class]}. */
    public int[][] joint() {
        return Arrays.stream(joint).map(int[]::clone).toArray(int[][]::new);
    }

    /** Returns the flagged samples; suspicion is the largest other probability less the label's. */
    public Detection detection() {
        return detection;
    }
}

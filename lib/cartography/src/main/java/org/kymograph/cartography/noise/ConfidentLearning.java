package org.kymograph.cartography.noise;

import java.util.Arrays;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;

/**
 * Finds wrong labels by confident learning (Northcutt et al., arXiv 1911.00068): a label is suspect if the model is
 * confident of another class, as confident as it is of that class's own samples on average.
 *
 * <p>The method wants probabilities of samples that the model wasn't trained on, from cross-validation or a log that is
 * written before each sample's first update (its first epoch). Logs of trained samples understate wrong labels.
 */
public final class ConfidentLearning {
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
        return of("confident learning, mean of the epochs", log.guids(), golds(log), p);
    }

    /**
     * Applies confident learning to the probabilities of one epoch of a log.
     *
     * @param log a log of classes
     * @param epoch which epoch's probabilities, 0 to epochs−1
     * @throws IllegalArgumentException if there is no such epoch
     */
    public static ConfidentLearning ofEpoch(Dynamics log, int epoch) {
        if (epoch < 0 || epoch >= log.epochs()) {
            throw new IllegalArgumentException("epoch " + epoch + ": must be 0 to " + (log.epochs() - 1));
        }
        double[][] p = new double[log.samples()][];
        Arrays.setAll(p, i -> log.probabilities(epoch, i));
        return of("confident learning, epoch " + epoch, log.guids(), golds(log), p);
    }

    private static int[] golds(Dynamics log) {
        int[] gold = new int[log.samples()];
        Arrays.setAll(gold, log::gold);
        return gold;
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
        for (int i = 0; i < p.length; i++) {
            int confident = -1;
            double other = 0;
            for (int j = 0; j < classes; j++) {
                if (p[i][j] >= t[j] && (confident < 0 || p[i][j] > p[i][confident])) {
                    confident = j;
                }
                other = j == gold[i] ? other : Math.max(other, p[i][j]);
            }
            if (confident >= 0) {
                joint[gold[i]][confident]++;
                flagged[i] = confident != gold[i];
            }
            suspicion[i] = other - p[i][gold[i]];
        }
        return new ConfidentLearning(t, joint, new Detection(method, guids, suspicion, flagged));
    }

    private static void check(Guids guids, int[] gold, double[][] p) {
        if (gold.length != guids.size() || p.length != guids.size()) {
            throw new IllegalArgumentException(guids.size() + " guids, " + gold.length + " labels and " + p.length
                    + " rows of probabilities: must be equally many");
        }
        for (int i = 0; i < p.length; i++) {
            if (p[i].length != p[0].length || gold[i] < 0 || gold[i] >= p[i].length) {
                throw new IllegalArgumentException("sample " + guids.text(i) + " has the label " + gold[i] + " and "
                        + p[i].length + " probabilities: must be " + p[0].length + " and a label below");
            }
            for (double each : p[i]) {
                if (!(each >= 0 && each <= 1)) {
                    throw new IllegalArgumentException(
                            "probability " + each + " of sample " + guids.text(i) + ": must be 0 to 1");
                }
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

package org.kymograph.train;

import java.util.Arrays;
import java.util.Map;

/**
 * What the next evaluation says of the training batches: the mean of the batches' losses since the epoch began (or the
 * last batch's, where evaluations are counted in steps), and the accuracy over all batches since the last evaluation.
 */
final class RunningLoss {
    private final boolean lastBatchOnly;
    private final double[] lossSum;
    private final double[] correct;
    // The step from which on a run's loss is not finite; 0 for never.
    private final long[] divergedAt;
    private long batches;
    // The targets since the last evaluation: samples, or positions.
    private final long[] seen;

    RunningLoss(int runs, boolean lastBatchOnly) {
        this.lastBatchOnly = lastBatchOnly;
        lossSum = new double[runs];
        correct = new double[runs];
        divergedAt = new long[runs];
        seen = new long[runs];
    }

    /**
     * Counts one batch.
     *
     * @param step the step, from 1
     * @param losses each run's loss
     * @param right each run's number of right targets
     * @param counts each run's number of targets
     */
    void add(long step, double[] losses, double[] right, long[] counts) {
        if (lastBatchOnly) {
            endEpoch();
        }
        for (int r = 0; r < lossSum.length; r++) {
            lossSum[r] += losses[r];
            correct[r] += right[r];
            seen[r] += counts[r];
            if (!Double.isFinite(losses[r]) && divergedAt[r] == 0) {
                divergedAt[r] = step;
            }
        }
        batches++;
    }

    void endEpoch() {
        Arrays.fill(lossSum, 0);
        batches = 0;
    }

    void evaluated() {
        Arrays.fill(correct, 0);
        Arrays.fill(seen, 0);
    }

    double loss(int run) {
        return lossSum[run] / batches;
    }

    double accuracy(int run) {
        return correct[run] / seen[run];
    }

    boolean diverged(int run) {
        return divergedAt[run] > 0;
    }

    long divergedAt(int run) {
        return divergedAt[run];
    }

    void write(int run, Map<String, String> metadata) {
        metadata.put("lossSum", Double.toString(lossSum[run]));
        metadata.put("correct", Double.toString(correct[run]));
        metadata.put("batches", Long.toString(batches));
        metadata.put("seen", Long.toString(seen[run]));
    }

    void read(int run, Map<String, String> metadata) {
        lossSum[run] = Double.parseDouble(metadata.get("lossSum"));
        correct[run] = Double.parseDouble(metadata.get("correct"));
        batches = Long.parseLong(metadata.get("batches"));
        seen[run] = Long.parseLong(metadata.get("seen"));
    }
}

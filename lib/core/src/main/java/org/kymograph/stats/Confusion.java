package org.kymograph.stats;

/**
 * The confusion matrix of a detector: how many samples were flagged and how many labels are wrong.
 *
 * @param truePositives wrong labels flagged
 * @param falsePositives right labels flagged
 * @param falseNegatives wrong labels not flagged
 * @param trueNegatives right labels not flagged
 */
public record Confusion(int truePositives, int falsePositives, int falseNegatives, int trueNegatives) {
    /**
     * Counts samples.
     *
     * @param truth whether each label is wrong
     * @param flagged whether each sample is flagged
     * @param rows the samples to count
     * @return their counts
     */
    public static Confusion of(boolean[] truth, boolean[] flagged, int[] rows) {
        int[] counts = new int[4];
        for (int i : rows) {
            counts[(truth[i] ? 0 : 1) + (flagged[i] ? 0 : 2)]++;
        }
        return new Confusion(counts[0], counts[1], counts[2], counts[3]);
    }

    /** Returns the share of flagged samples whose label is wrong; NaN if none is flagged. */
    public double precision() {
        return (double) truePositives / (truePositives + falsePositives);
    }

    /** Returns the share of wrong labels that is flagged; NaN if none is wrong. */
    public double recall() {
        return (double) truePositives / (truePositives + falseNegatives);
    }

    /** Returns the harmonic mean of precision and recall, 0 if nothing right is flagged; NaN if none is wrong or flagged. */
    public double f1() {
        return 2.0 * truePositives / (2.0 * truePositives + falsePositives + falseNegatives);
    }
}

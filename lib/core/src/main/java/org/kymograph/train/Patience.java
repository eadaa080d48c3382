package org.kymograph.train;

/** Waits for a better evaluation. */
final class Patience {
    private final int most;
    private double best = Double.NEGATIVE_INFINITY;
    private int waited;

    /** @param most how many evaluations to wait; 0 for ever */
    Patience(int most) {
        this.most = most;
    }

    /** Tells whether that accuracy is the best so far, and somebody waits for it. */
    boolean isBest(double accuracy) {
        if (accuracy > best) {
            best = accuracy;
            waited = 0;
            return most > 0;
        }
        waited++;
        return false;
    }

    boolean isOver() {
        return most > 0 && waited >= most;
    }
}

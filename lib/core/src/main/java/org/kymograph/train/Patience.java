package org.kymograph.train;

import com.fasterxml.jackson.databind.JsonNode;

/** Waits for a better evaluation, or for one that is good enough. */
final class Patience {
    private final int most;
    private final double goal;
    private double best = Double.NEGATIVE_INFINITY;
    private int waited;
    private boolean reached;

    /**
     * @param most how many evaluations to wait; 0 for ever
     * @param goal the loss that is low enough
     */
    Patience(int most, double goal) {
        this.most = most;
        this.goal = goal;
    }

    /** Tells whether the accuracy of an evaluation is the best so far, and somebody waits for it. */
    boolean isBest(JsonNode evaluation) {
        reached |= evaluation.path("eval_loss").asDouble(Double.POSITIVE_INFINITY) <= goal;
        double accuracy = evaluation.get("eval_accuracy").asDouble();
        if (accuracy > best) {
            best = accuracy;
            waited = 0;
            return most > 0;
        }
        waited++;
        return false;
    }

    boolean isOver() {
        return reached || most > 0 && waited >= most;
    }
}

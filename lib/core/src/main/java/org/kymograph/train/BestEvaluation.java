package org.kymograph.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;

/**
 * The first of a run's evaluations with the highest accuracy on the test set. A run trained with
 * {@link Experiment#withPatience} has a checkpoint of its step.
 *
 * @param step the optimiser steps before it
 * @param accuracy the accuracy, 0 to 1
 */
public record BestEvaluation(long step, double accuracy) {
    /**
     * Returns its best evaluation.
     *
     * @param run a run
     * @return its best evaluation
     * @throws RecordException if there is none, or the metrics can't be read
     */
    public static BestEvaluation of(RunFolder run) {
        BestEvaluation best = null;
        for (ObjectNode line : run.metrics().read()) {
            double accuracy = line.path("eval_accuracy").asDouble(Double.NaN);
            if (accuracy > (best == null ? Double.NEGATIVE_INFINITY : best.accuracy)) {
                best = new BestEvaluation(line.get("step").asLong(), accuracy);
            }
        }
        if (best == null) {
            throw new RecordException(run.metrics().path(), "holds no evaluation with an accuracy");
        }
        return best;
    }
}

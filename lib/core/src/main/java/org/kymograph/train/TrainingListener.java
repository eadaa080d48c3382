package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Hears of what happens in training. Calls come from the threads that train, one at a time; arrays live only during
 * the call.
 */
public interface TrainingListener {
    /**
     * One optimiser step of some runs.
     *
     * @param seeds the seeds of the runs that train together, R of them
     * @param step the step just taken, from 1
     * @param epoch the epoch it belongs to, from 0
     * @param rows the training rows of each run's batch, R × B
     * @param outputs the network's outputs before the step, {@code [R, B, C]}
     */
    record Batch(long[] seeds, long step, long epoch, int[][] rows, NDArray outputs) {
    }

    /**
     * After each optimiser step.
     *
     * @param batch the step
     */
    default void onBatch(Batch batch) {
    }

    /**
     * After each evaluation of a run.
     *
     * @param seed the run's seed
     * @param line what is written to the run's metrics
     */
    default void onEvaluation(long seed, ObjectNode line) {
    }

    /**
     * After each checkpoint of a run.
     *
     * @param seed the run's seed
     * @param step the step of the checkpoint
     */
    default void onCheckpoint(long seed, long step) {
    }

    /** After the training of all runs, finished or not. */
    default void onEnd() {
    }
}

package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.kymograph.data.Dataset;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.RunFolder;

/**
 * Hears of what happens in training. Calls come from the threads that train, one at a time; arrays live only during
 * the call.
 */
public interface TrainingListener {
    /**
     * Runs that begin or go on together.
     *
     * @param experiment what is trained
     * @param runs the runs, R of them, rewound to the step
     * @param train each run's training set
     * @param step the step that they stand at: 0 for a fresh start
     * @param epochSteps the optimiser steps in an epoch: step s, from 1, takes the batch (s − 1) mod epochSteps of epoch
     *     (s − 1) / epochSteps, and every batch but an epoch's last is full;
     *     batches drawn with replacement are all full
     * @param totalSteps the step that training ends at, if not before
     */
    record Start(
            Experiment experiment,
            List<RunFolder> runs,
            List<Dataset> train,
            long step,
            int epochSteps,
            long totalSteps) {}

    /** The networks as they are at some moment. */
    @FunctionalInterface
    interface Forward {
        /**
         * Computes outputs without gradients, in the scope that the caller has open. Nothing of it is felt by the
         * training: what a training pass draws comes from streams of its own, and running statistics stay. The last bits
         * depend on the runs in the stack in one case: a training pass with batch norm whose B isn't a multiple of 4.
         * Evaluation passes may be asked for in several threads at a time, training passes in one.
         *
         * @param rows each run's training rows, R × B with B at most {@link EpochEnd#batch}; not augmented
         * @param training whether layers such as dropout behave as in training
         * @return the outputs, {@code [R, B, C]}
         * @throws CancellationException if training is being stopped: let it pass, and this epoch's end comes again
         */
        NDArray outputs(int[][] rows, boolean training);
    }

    /**
     * The end of an epoch of some runs, before the checkpoint that may be due.
     *
     * @param seeds the seeds of the runs that train together, R of them
     * @param epoch the epoch, from 0
     * @param step the epoch's last step, from 1
     * @param batch the most rows of a run in one call of the forward function
     * @param forward the networks as the epoch left them
     */
    record EpochEnd(long[] seeds, long epoch, long step, int batch, Forward forward) {}

    /**
     * Before a training, in the thread that asked for it. A listener that can't do its work throws here, and nothing is
     * trained.
     *
     * @param experiment what is to be trained
     * @param runs all runs asked for, done ones too
     */
    default void onOpen(Experiment experiment, List<RunFolder> runs) {}

    /**
     * When some runs begin or go on, before their first step.
     *
     * @param start the runs and where they stand
     */
    default void onStart(Start start) {}

    /**
     * After the last step of each epoch.
     *
     * @param end the epoch and the networks
     */
    default void onEpoch(EpochEnd end) {}

    /**
     * Before the checkpoints of some runs are written: what belongs to the steps so far must be on disk when this returns,
     * since training may go on from there.
     *
     * @param seeds the runs' seeds
     * @param step the step of the checkpoints
     */
    default void beforeCheckpoint(long[] seeds, long step) {}

    /**
     * One optimiser step of some runs.
     *
     * @param seeds the seeds of the runs that train together, R of them
     * @param step the step just taken, from 1
     * @param epoch the epoch it belongs to, from 0
     * @param rows the training rows of each run's batch, R × B
     * @param outputs the network's outputs before the step, {@code [R, B, C]}
     */
    record Batch(long[] seeds, long step, long epoch, int[][] rows, NDArray outputs) {}

    /**
     * After each optimiser step.
     *
     * @param batch the step
     */
    default void onBatch(Batch batch) {}

    /**
     * Tells whether the parameters are wanted at a step. A training asks before its first step and after each.
     *
     * @param step the steps taken
     * @return whether {@link #onParameters} is to be called
     */
    default boolean wantsParameters(long step) {
        return false;
    }

    /**
     * The parameters of some runs at a step that {@link #wantsParameters} asked for. A training that is resumed goes back to a
     * checkpoint, so that a step may come twice, with the same parameters.
     *
     * @param seeds the seeds of the runs that train together, R of them
     * @param step the steps taken, from 0
     * @param parameters each run's trained parameters
     */
    default void onParameters(long[] seeds, long step, List<ParameterVector> parameters) {}

    /**
     * After each evaluation of a run.
     *
     * @param seed the run's seed
     * @param line what is written to the run's metrics
     */
    default void onEvaluation(long seed, ObjectNode line) {}

    /**
     * After each checkpoint of a run.
     *
     * @param seed the run's seed
     * @param step the step of the checkpoint
     */
    default void onCheckpoint(long seed, long step) {}

    /** After the training of all runs, finished or not. */
    default void onEnd() {}
}

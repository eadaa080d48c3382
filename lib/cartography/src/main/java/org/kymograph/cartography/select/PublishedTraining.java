package org.kymograph.cartography.select;

import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Span;

/**
 * The trainings of Swayamdipta et al. (EMNLP 2020), as their configuration files have them: RoBERTa-large, AdamW with ε = 1e-8 and without
 * weight decay, a linear schedule without warm-up, gradients clipped to norm 1, and an end when the accuracy has not
 * risen for some epochs.
 */
public enum PublishedTraining {
    /** SNLI, 23 epochs. */
    SNLI(1.0708609960508476e-05, 96, 23, 3, 93_078),
    /** MultiNLI, 24 epochs. */
    MNLI(1.0993071205018916e-05, 96, 24, 3, 36_891),
    /** QNLI, 20 epochs. */
    QNLI(2.4721914839468448e-05, 96, 20, 3, 80_965),
    /** WinoGrande, 20 epochs. */
    WINOGRANDE(1.1235456034244052e-05, 64, 20, 5, 71_789);

    private final double learningRate;
    private final int batchSize;
    private final int epochs;
    private final int patience;
    private final long seed;

    PublishedTraining(double learningRate, int batchSize, int epochs, int patience, long seed) {
        this.learningRate = learningRate;
        this.batchSize = batchSize;
        this.epochs = epochs;
        this.patience = patience;
        this.seed = seed;
    }

    /** Returns the published run's seed. */
    public long seed() {
        return seed;
    }

    /**
     * Returns the experiment with the published optimiser, schedule, length and patience; its task and network stay. What
     * doesn't fit into memory is computed in parts ({@link Experiment#withGradientAccumulation}).
     *
     * @param experiment an experiment
     */
    public Experiment applyTo(Experiment experiment) {
        return experiment
                .withOptimizer(Optimizer.adamW(learningRate).withWeightDecay(0).withEpsilon(1e-8))
                .withSchedule(Schedule.LINEAR)
                .withBatchSize(batchSize)
                .withLength(Span.epochs(epochs))
                .withClipNorm(1)
                .withEvaluation(Span.epochs(1))
                .withPatience(patience);
    }
}

package org.kymograph.degeneracy.circuits;

import org.kymograph.data.ModularArithmetic;
import org.kymograph.model.Transformer;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.loss.Loss;

/**
 * Transformers that add modulo p from 0.8 of the pairs, by whole batches with AdamW and weight decay 2: with constant attention they tend to pizzas, with
 * learned attention to clocks (Zhong et al., The Clock and the Pizza, 2023, there of width 128 with p = 59 and up to 20,000 epochs).
 */
public final class CircuitExperiments {
    private CircuitExperiments() {}

    /**
     * Returns the training of a transformer with constant attention, their model A.
     *
     * @param p the modulus
     * @param width the width of the residual stream, a multiple of 4; the hidden layer is four times as wide
     * @param steps the optimizer steps
     * @return the experiment, with ten checkpoints
     */
    public static Experiment constantAttention(int p, int width, int steps) {
        Experiment e = learnedAttention(p, width, steps);
        return e.withName("constant-attention").withNetwork(((Transformer) e.network()).withConstantAttention(true));
    }

    /**
     * Returns the training of a transformer with learned attention, their model B.
     *
     * @param p the modulus
     * @param width the width of the residual stream, a multiple of 4; the hidden layer is four times as wide
     * @param steps the optimizer steps
     * @return the experiment, with ten checkpoints
     */
    public static Experiment learnedAttention(int p, int width, int steps) {
        ModularArithmetic task = ModularArithmetic.withDefaults().withModulus(p).withFraction(0.8);
        return Experiment.of(
                        "learnt-attention",
                        task,
                        Transformer.of(task.vocabulary()).withSizes(width, 4, 4 * width),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(1e-3).withBetas(0.9, 0.98).withWeightDecay(2))
                .withBatchSize(p * p)
                .withLength(Span.steps(steps))
                .withEvaluation(Span.steps(Math.max(1, steps / 50)))
                .withCheckpoints(Span.steps(Math.max(1, steps / 10)));
    }
}

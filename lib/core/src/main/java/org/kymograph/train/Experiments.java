package org.kymograph.train;

import org.kymograph.data.ModularArithmetic;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.model.Transformer;

/**
 * Experiments at the size at which they were published, and variants for two cores that keep what there is to see.
 *
 * <p>Source, unless said otherwise: Hu et al., Latent State Models of Training Dynamics (TMLR 2023). Where its code's
 * defaults and the settings behind its figures differ, these are the settings behind the figures.
 */
public final class Experiments {
    private Experiments() {
    }

    /**
     * Modular addition: a transformer learns x + y mod 113 from 3830 of 12,769 pairs, first by heart and then in
     * general, after a time that differs much between seeds. Cross-entropy, AdamW at 1e-3 with weight decay 1, 10,000
     * epochs, evaluated after every tenth, with statistics. Batches of 2048, as in the paper; its code's default is 256,
     * with which there is little delay to see.
     *
     * @return the experiment
     */
    public static Experiment modularAddition() {
        ModularArithmetic task = ModularArithmetic.withDefaults();
        return Experiment.of("modular-addition", task, Transformer.of(task.vocabulary()), Loss.CROSS_ENTROPY,
                Optimizer.adamW(1e-3).withWeightDecay(1)).withBatchSize(2048).withLength(Span.epochs(10_000))
                .withEvaluation(Span.epochs(10)).withEvaluationBatch(2048).withCheckpoints(Span.epochs(1000))
                .withStatistics(true);
    }

    /**
     * {@link #modularAddition} made stable with layer norm and batches of 256: all seeds generalise early. 300 epochs.
     *
     * @return the experiment
     */
    public static Experiment modularAdditionStabilised() {
        Experiment e = modularAddition();
        return e.withName("modular-addition-stabilised").withNetwork(((Transformer) e.network()).withLayerNorm(true))
                .withBatchSize(256).withLength(Span.epochs(300)).withCheckpoints(Span.epochs(50));
    }

    /**
     * {@link #modularAddition} for two cores: modulo 53 from 0.4 of the pairs, width 64, batches of 256, 3000 epochs.
     * All seeds know the pairs by heart at about epoch 130 and generalise between epochs 500 and 3000.
     *
     * @return the experiment
     */
    public static Experiment modularAdditionSmall() {
        ModularArithmetic task = ModularArithmetic.withDefaults().withModulus(53).withFraction(0.4);
        return modularAddition().withName("modular-addition-small").withTask(task)
                .withNetwork(Transformer.of(task.vocabulary()).withSizes(64, 4, 16, 256)).withBatchSize(256)
                .withLength(Span.epochs(3000)).withCheckpoints(Span.epochs(500));
    }

    /**
     * {@link #modularAdditionSmall} made stable with layer norm and batches of 64: all seeds generalise at about epoch
     * 120. 200 epochs, evaluated after every fifth.
     *
     * @return the experiment
     */
    public static Experiment modularAdditionSmallStabilised() {
        Experiment e = modularAdditionSmall();
        return e.withName("modular-addition-small-stabilised")
                .withNetwork(((Transformer) e.network()).withLayerNorm(true)).withBatchSize(64)
                .withLength(Span.epochs(200)).withEvaluation(Span.epochs(5)).withCheckpoints(Span.epochs(50));
    }

    /**
     * Sparse parity: the product of 3 of 40 bits, learnt by a network with 1000 hidden ReLU units from 1000 examples;
     * hinge loss, SGD at 0.1 with weight decay 0.01, batches of 32, 300 epochs, evaluated after each, with statistics.
     * The paper's table says 128 hidden units; its results are those of 1000.
     *
     * @return the experiment
     */
    public static Experiment sparseParity() {
        return Experiment.of("sparse-parity", SparseParity.withDefaults(), Mlp.of(1, 1000), Loss.HINGE,
                Optimizer.sgd(0.1).withWeightDecay(0.01)).withLength(Span.epochs(300)).withEvaluationBatch(100)
                .withStatistics(true);
    }
}

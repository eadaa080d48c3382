package org.kymograph.train;

import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;

/** Experiments at the size at which they were published. */
public final class Experiments {
    private Experiments() {
    }

    /**
     * Sparse parity: the product of 3 of 40 bits, learnt by a network with 1000 hidden ReLU units from 1000 examples;
     * hinge loss, SGD at 0.1 with weight decay 0.01, batches of 32, 300 epochs, evaluated after each, with statistics.
     * Source: Hu et al., Latent State Models of Training Dynamics, TMLR 2023.
     *
     * @return the experiment
     */
    public static Experiment sparseParity() {
        return Experiment.of("sparse-parity", SparseParity.withDefaults(), Mlp.of(1, 1000), Loss.HINGE,
                Optimizer.sgd(0.1).withWeightDecay(0.01)).withLength(Span.epochs(300)).withEvaluationBatch(100)
                .withStatistics(true);
    }
}

package org.kymograph.degeneracy.sampling;

import org.kymograph.base.NormalStream;

/** Measures with which probability Metropolis' rule would accept a Langevin step from where chains are; it moves none of them. */
final class AcceptanceProbe {
    private final Ensemble chains;
    private final Metropolis metropolis;
    // One stream for all chains: what a chain is probed with must not depend on its company.
    private final NormalStream random = new NormalStream(0, "acceptance");
    private final double[] normals;
    private final double[][] gradients;

    AcceptanceProbe(Ensemble chains) {
        this.chains = chains;
        metropolis = new Metropolis(chains);
        normals = new double[chains.dimension()];
        gradients = new double[chains.size()][chains.dimension()];
    }

    void measure() {
        double[] losses = chains.fullGradients(chains.positions(), gradients);
        random.fill(normals);
        double[][] to = metropolis.proposals();
        double[] log = new double[losses.length];
        for (int r = 0; r < losses.length; r++) {
            log[r] = metropolis.propose(r, gradients[r], normals.clone(), to[r]);
        }
        double[] proposed = metropolis.evaluate();
        for (int r = 0; r < losses.length; r++) {
            log[r] += metropolis.logRatio(r, to[r], losses[r], proposed[r]) + metropolis.logReturn(r, to[r]);
            chains.count(r, Metropolis.probability(log[r]));
        }
    }
}

package org.kymograph.degeneracy.sampling;

/** The rule of Metropolis and Hastings for an ensemble: proposals, their gradients, and which of them are accepted. */
final class Metropolis {
    private final Ensemble chains;
    private final double[][] proposals;
    private final double[][] gradients;
    private final double[] force;
    private double[] losses;

    Metropolis(Ensemble chains) {
        this.chains = chains;
        proposals = new double[chains.size()][chains.dimension()];
        gradients = new double[chains.size()][chains.dimension()];
        force = new double[chains.dimension()];
    }

    /** Returns the losses at the positions, a copy; their gradients are the ensemble's. */
    double[] current() {
        if (losses == null) {
            losses = chains.evaluate().clone();
        }
        return losses.clone();
    }

    double[][] proposals() {
        return proposals;
    }

    double[] gradient(int r) {
        return gradients[r];
    }

    /** Computes losses and gradients at the proposals. */
    double[] evaluate() {
        return chains.fullGradients(proposals, gradients);
    }

    /**
     * Proposes a Langevin step.
     *
     * @param gradient the gradient of the loss where the chain is
     * @param z standard normal numbers, which are changed
     * @param to where the proposal is put
     * @return −log q(to | from), up to the constant: ‖z‖²/2
     */
    double propose(int r, double[] gradient, double[] z, double[] to) {
        chains.project(r, z);
        double square = square(z);
        chains.langevin(r, gradient, z, to);
        chains.project(r, to);
        double[] w = chains.position(r);
        for (int i = 0; i < to.length; i++) {
            to[i] += w[i];
        }
        return square / 2;
    }

    /** Returns log q(from | to), up to the constant: −‖from − to + (ε/2)∇U(to)‖²/2ε. */
    double logReturn(int r, double[] to) {
        double[] w = chains.position(r);
        double step = chains.stepSize(r);
        chains.force(r, to, gradients[r], force);
        chains.project(r, force);
        double sum = 0;
        for (int i = 0; i < to.length; i++) {
            double d = w[i] - to[i] + step / 2 * force[i];
            sum += d * d;
        }
        return -sum / (2 * step);
    }

    /** Returns U(from) − U(to); −∞ out of the box. */
    double logRatio(int r, double[] to, double loss, double proposed) {
        return chains.isInside(r, to)
                ? chains.energy(r, chains.position(r), loss) - chains.energy(r, to, proposed)
                : Double.NEGATIVE_INFINITY;
    }

    /** Moves chains to their proposals with the probabilities min(1, exp(log)). */
    void decide(double[] log, double[] proposed) {
        for (int r = 0; r < log.length; r++) {
            double probability = probability(log[r]);
            chains.count(r, probability);
            if (chains.uniform(r) < probability) {
                double[] was = chains.gradient(r);
                chains.accept(r, proposals[r], gradients[r]);
                gradients[r] = was;
                losses[r] = proposed[r];
            }
        }
    }

    /** Returns min(1, exp(log)), 0 for NaN. */
    static double probability(double log) {
        return log >= 0 ? 1 : Double.isNaN(log) ? 0 : Math.exp(log);
    }

    static double square(double[] v) {
        double sum = 0;
        for (double x : v) {
            sum += x * x;
        }
        return sum;
    }
}

package org.kymograph.degeneracy.sampling;

/** See {@link Sampler#hmc}. */
record Hmc(int leapfrogs) implements Sampler {
    private static final double JITTER = 0.2;

    @Override
    public String name() {
        return "hmc";
    }

    @Override
    public int vectors() {
        return 3;
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public Step start(Ensemble chains) {
        Metropolis metropolis = new Metropolis(chains);
        double[][] momenta = new double[chains.size()][chains.dimension()];
        double[] force = new double[chains.dimension()];
        return () -> {
            double[] losses = metropolis.current();
            int n = losses.length;
            double[][] to = metropolis.proposals();
            double[] log = new double[n];
            double[] length = new double[n];
            for (int r = 0; r < n; r++) {
                length[r] = Math.sqrt(chains.stepSize(r)) * (1 - JITTER + 2 * JITTER * chains.uniform(r));
                System.arraycopy(chains.noise(r), 0, momenta[r], 0, momenta[r].length);
                chains.project(r, momenta[r]);
                log[r] = chains.energy(r, chains.position(r), losses[r]) + Metropolis.square(momenta[r]) / 2;
                System.arraycopy(chains.position(r), 0, to[r], 0, to[r].length);
                kick(chains, r, to[r], chains.gradient(r), force, momenta[r], length[r] / 2);
            }
            double[] proposed = losses;
            for (int k = 1; k <= leapfrogs; k++) {
                for (int r = 0; r < n; r++) {
                    for (int i = 0; i < to[r].length; i++) {
                        to[r][i] += length[r] * momenta[r][i];
                    }
                    chains.reflect(r, to[r], momenta[r]);
                }
                proposed = metropolis.evaluate();
                for (int r = 0; r < n; r++) {
                    double by = k == leapfrogs ? length[r] / 2 : length[r];
                    kick(chains, r, to[r], metropolis.gradient(r), force, momenta[r], by);
                }
            }
            for (int r = 0; r < n; r++) {
                log[r] -= chains.energy(r, to[r], proposed[r]) + Metropolis.square(momenta[r]) / 2;
            }
            metropolis.decide(log, proposed);
            return losses;
        };
    }

    private static void kick(
            Ensemble chains, int r, double[] at, double[] gradient, double[] force, double[] momentum, double length) {
        chains.force(r, at, gradient, force);
        chains.project(r, force);
        for (int i = 0; i < momentum.length; i++) {
            momentum[i] -= length * force[i];
        }
    }
}

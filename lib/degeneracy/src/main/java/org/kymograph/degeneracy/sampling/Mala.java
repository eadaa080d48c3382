package org.kymograph.degeneracy.sampling;

/** See {@link Sampler#mala}. */
record Mala() implements Sampler {
    @Override
    public String name() {
        return "mala";
    }

    @Override
    public int vectors() {
        return 2;
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public Step start(Ensemble chains) {
        Metropolis metropolis = new Metropolis(chains);
        return () -> {
            double[] losses = metropolis.current();
            double[][] to = metropolis.proposals();
            double[] log = new double[losses.length];
            for (int r = 0; r < losses.length; r++) {
                log[r] = metropolis.propose(r, chains.gradient(r), chains.noise(r), to[r]);
            }
            double[] proposed = metropolis.evaluate();
            for (int r = 0; r < losses.length; r++) {
                log[r] += metropolis.logRatio(r, to[r], losses[r], proposed[r]) + metropolis.logReturn(r, to[r]);
            }
            metropolis.decide(log, proposed);
            return losses;
        };
    }
}

package org.kymograph.degeneracy.sampling;

/** See {@link Sampler#sgld}. */
record Sgld() implements Sampler {
    @Override
    public String name() {
        return "sgld";
    }

    @Override
    public Step start(Ensemble chains) {
        return () -> {
            double[] losses = chains.evaluate();
            for (int r = 0; r < losses.length; r++) {
                double[] by = chains.noise(r);
                chains.langevin(r, chains.gradient(r), by, by);
                chains.move(r, by);
            }
            return losses;
        };
    }
}

package org.kymograph.degeneracy.sampling;

/** See {@link Sampler#rmsprop}. */
record RmspropSgld(double decay, double stability) implements Sampler {
    @Override
    public String name() {
        return "rmsprop";
    }

    @Override
    public int vectors() {
        return 1;
    }

    @Override
    public Step start(Ensemble chains) {
        double[][] squares = new double[chains.size()][chains.dimension()];
        double[] force = new double[chains.dimension()];
        return () -> {
            double[] losses = chains.evaluate();
            for (int r = 0; r < losses.length; r++) {
                double[] g = chains.gradient(r);
                double[] v = squares[r];
                double[] by = chains.noise(r);
                chains.force(r, chains.position(r), g, force);
                double step = chains.stepSize(r);
                for (int i = 0; i < v.length; i++) {
                    v[i] = decay * v[i] + (1 - decay) * g[i] * g[i];
                    double scale = step / (Math.sqrt(v[i]) + stability);
                    by[i] = Math.sqrt(scale) * by[i] - scale / 2 * force[i];
                }
                chains.move(r, by);
            }
            return losses;
        };
    }
}

package org.kymograph.degeneracy.sampling;

/** See {@link Sampler#rmsprop}. */
record RmspropSgld(double decay, double stability, int adaptation) implements Sampler {
    @Override
    public String name() {
        return "rmsprop";
    }

    @Override
    public int vectors() {
        return 1;
    }

    @Override
    public boolean adaptsAt(long step) {
        return adaptation == 0 || step < adaptation;
    }

    @Override
    public Step start(Ensemble chains) {
        double[][] squares = new double[chains.size()][chains.dimension()];
        double[] force = new double[chains.dimension()];
        long[] step = {0};
        return () -> {
            double[] losses = chains.evaluate();
            boolean adapts = adaptsAt(step[0]++);
            for (int r = 0; r < losses.length; r++) {
                double[] g = chains.gradient(r);
                double[] v = squares[r];
                double[] by = chains.noise(r);
                chains.force(r, chains.position(r), g, force);
                double size = chains.stepSize(r);
                for (int i = 0; i < v.length; i++) {
                    if (adapts) {
                        v[i] = decay * v[i] + (1 - decay) * g[i] * g[i];
                    }
                    double scale = size / (Math.sqrt(v[i]) + stability);
                    by[i] = Math.sqrt(scale) * by[i] - scale / 2 * force[i];
                }
                chains.move(r, by);
            }
            return losses;
        };
    }
}

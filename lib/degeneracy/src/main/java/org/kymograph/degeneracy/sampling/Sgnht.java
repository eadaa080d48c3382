package org.kymograph.degeneracy.sampling;

import java.util.Arrays;

/** See {@link Sampler#sgnht}. */
record Sgnht(double friction) implements Sampler {
    @Override
    public String name() {
        return "sgnht";
    }

    @Override
    public int vectors() {
        return 1;
    }

    @Override
    public Step start(Ensemble chains) {
        double[][] momenta = new double[chains.size()][];
        double[] xi = new double[chains.size()];
        Arrays.fill(xi, friction);
        double[] force = new double[chains.dimension()];
        return () -> {
            double[] losses = chains.evaluate();
            for (int r = 0; r < losses.length; r++) {
                double step = chains.stepSize(r);
                if (momenta[r] == null) {
                    double scale = Math.sqrt(step);
                    momenta[r] =
                            Arrays.stream(chains.noise(r)).map(z -> scale * z).toArray();
                }
                double[] v = momenta[r];
                double[] z = chains.noise(r);
                chains.force(r, chains.position(r), chains.gradient(r), force);
                double noise = Math.sqrt(2 * friction * step);
                for (int i = 0; i < v.length; i++) {
                    v[i] += noise * z[i] - step * force[i] - xi[r] * v[i];
                }
                chains.move(r, v);
                xi[r] += Metropolis.square(v) / chains.freedom(r) - step;
            }
            return losses;
        };
    }
}

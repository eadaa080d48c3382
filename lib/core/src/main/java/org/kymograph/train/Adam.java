package org.kymograph.train;

/**
 * Adam on numbers outside a network, such as a vertex of a path or the map of a lens, with β = (0.9, 0.999) and ε = 1e-8. Networks are
 * trained by {@link Optimizer#adam}.
 *
 * <p>Source: Kingma and Ba, Adam: A Method for Stochastic Optimization (ICLR 2015).
 */
public final class Adam {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double[] m;
    private final double[] v;
    private double power1 = 1;
    private double power2 = 1;

    /**
     * Starts without moments.
     *
     * @param size how many numbers there are
     */
    public Adam(int size) {
        m = new double[size];
        v = new double[size];
    }

    /**
     * Takes one step.
     *
     * @param w the numbers, which are changed
     * @param g their gradient
     * @param learningRate the learning rate of this step
     */
    public void step(double[] w, double[] g, double learningRate) {
        power1 *= BETA1;
        power2 *= BETA2;
        for (int i = 0; i < w.length; i++) {
            m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
            v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
            w[i] -= learningRate * (m[i] / (1 - power1)) / (Math.sqrt(v[i] / (1 - power2)) + EPSILON);
        }
    }
}

package org.kymograph.degeneracy.sampling;

/** See {@link LossSurface#of(Potential, int, int)}. */
record PotentialSurface(Potential potential, int dimension, int samples) implements LossSurface {
    private static final int TOGETHER = 64;

    @Override
    public Session open(int batch, long memory) {
        double[] unused = new double[dimension];
        return new Session() {
            @Override
            public int together() {
                return TOGETHER;
            }

            @Override
            public long bytesPerVector() {
                return 0;
            }

            @Override
            public double[] gradients(double[][] at, int[][] rows, double[][] gradients) {
                double[] values = new double[at.length];
                for (int r = 0; r < values.length; r++) {
                    values[r] = potential.value(at[r], gradients[r]);
                }
                return values;
            }

            @Override
            public double[] losses(double[][] at) {
                double[] values = new double[at.length];
                for (int r = 0; r < values.length; r++) {
                    values[r] = potential.value(at[r], unused);
                }
                return values;
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }
}

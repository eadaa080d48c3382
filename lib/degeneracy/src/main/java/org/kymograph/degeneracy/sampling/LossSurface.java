package org.kymograph.degeneracy.sampling;

import org.kymograph.base.Arguments;
import org.kymograph.train.Objective;

/**
 * A mean loss L(w) over samples, of any network that trains or in closed form: what chains move on. A value; each thread opens
 * a session of its own.
 */
public interface LossSurface {
    /** Returns P, the number of parameters. */
    int dimension();

    /** Returns n, the number of samples that L is the mean over. */
    int samples();

    /**
     * Opens what computes values and gradients, for one thread.
     *
     * @param batch the samples that are evaluated at a time, at least 1; 0 for as many as suits the loss
     * @param memory about how many bytes the session may take
     * @return the session, to be closed
     */
    Session open(int batch, long memory);

    /** Values and gradients of several vectors at a time. */
    interface Session extends AutoCloseable {
        /** Returns the most vectors that are worth evaluating together. */
        int together();

        /** Returns about how many bytes a vector takes. */
        long bytesPerVector();

        /**
         * Computes gradients of the mean loss over batches.
         *
         * @param at R vectors of P numbers
         * @param rows the samples of each vector's batch, R × B; null for all samples
         * @param gradients where the gradients are put, R × P
         * @return each vector's mean loss over its batch
         */
        double[] gradients(double[][] at, int[][] rows, double[][] gradients);

        /**
         * Returns the mean losses over all samples.
         *
         * @param at R vectors of P numbers
         * @return the loss of each
         */
        double[] losses(double[][] at);

        @Override
        void close();
    }

    /**
     * Returns the loss of a network on its data.
     *
     * @param objective the network, the loss and the data
     * @return the surface
     */
    static LossSurface of(Objective objective) {
        return new NetworkSurface(objective);
    }

    /**
     * Returns a loss in closed form; a batch of its samples has the same loss as all of them.
     *
     * @param potential the loss, safe to be called by several threads
     * @param dimension P, at least 1
     * @param samples n, at least 1, which the inverse temperature may follow from
     * @return the surface
     */
    static LossSurface of(Potential potential, int dimension, int samples) {
        Arguments.atLeast("dimension", dimension, 1);
        Arguments.atLeast("samples", samples, 1);
        return new PotentialSurface(potential, dimension, samples);
    }
}

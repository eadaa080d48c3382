package org.kymograph.degeneracy.sampling;

/** Looks at the parameters of chains at their draws, such as to keep the losses of single samples there. */
public interface DrawObserver {
    /**
     * Opens what one thread needs to look.
     *
     * @return the eye, which the thread closes
     */
    Eye open();

    /** Looks for one thread. */
    interface Eye extends AutoCloseable {
        /**
         * Looks at some chains before they move. Each chain is seen by one thread only.
         *
         * @param chains the numbers of the chains, from 0
         * @param draw the number of the draw, from 0
         * @param positions where they are: the arrays themselves, to be read only; where a chain has diverged, its start
         */
        void look(int[] chains, int draw, double[][] positions);

        @Override
        void close();
    }
}

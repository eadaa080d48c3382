package org.kymograph.degeneracy.sampling;

/**
 * What a chain left behind. Arrays are not copied.
 *
 * @param startLoss the mean loss over all samples at the start
 * @param losses the loss at each draw as the gradient's estimate has it, before the move; NaN from a divergence on
 * @param distances the distance from the start at up to 100 draws, evenly spread
 * @param acceptance the mean probability with which proposals were accepted, or would have been where they are only probed; NaN
 *     if that was not asked for
 * @param divergedAt the draw at which the loss was no longer finite; -1 if it always was
 */
public record ChainTrace(double startLoss, double[] losses, double[] distances, double acceptance, int divergedAt) {
    /** Returns whether the loss was no longer finite at some draw. */
    public boolean diverged() {
        return divergedAt >= 0;
    }
}

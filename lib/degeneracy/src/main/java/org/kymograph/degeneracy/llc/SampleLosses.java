package org.kymograph.degeneracy.llc;

import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.degeneracy.sampling.DrawObserver;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;

/**
 * Keeps the loss of every sample of a probe set at some draws of chains: what Bayesian influence functions and susceptibilities are made of. It
 * takes 4 bytes a chain, draw and sample.
 *
 * <pre>{@code
 * SampleLosses losses = new SampleLosses(objective.withData(probe), settings.chains(), 10);
 * settings.estimate(objective, parameters, losses);
 * Tensor all = losses.tensor();
 * }</pre>
 */
public final class SampleLosses implements DrawObserver {
    private final Objective objective;
    private final ParameterVector like;
    private final int every;
    private final float[][] losses;
    private final int samples;
    private volatile int kept;

    /**
     * Makes one for a sampling.
     *
     * @param objective the network and the loss with the probe set as its data
     * @param chains the number of all chains of the sampling, at least 1
     * @param every the losses are kept at the draws 0, every, 2·every, …; at least 1
     */
    public SampleLosses(Objective objective, int chains, int every) {
        this.objective = objective.withThreads(1);
        this.every = Arguments.atLeast("every", every, 1);
        like = objective.initial(0);
        losses = new float[Arguments.atLeast("chains", chains, 1)][0];
        samples = objective.data().size();
    }

    @Override
    public Eye open() {
        ObjectiveSession session = objective.open();
        return new Eye() {
            @Override
            public void look(int[] chains, int draw, double[][] positions) {
                if (draw % every != 0) {
                    return;
                }
                List<ParameterVector> at =
                        Arrays.stream(positions).map(like::withValues).toList();
                double[][] now = session.losses(at);
                for (int i = 0; i < chains.length; i++) {
                    float[] own = losses[chains[i]];
                    int from = draw / every * samples;
                    if (from + samples > own.length) {
                        own = Arrays.copyOf(
                                own, Math.max(from + samples, Math.min(2 * own.length, Integer.MAX_VALUE - 8)));
                        losses[chains[i]] = own;
                    }
                    for (int k = 0; k < samples; k++) {
                        own[from + k] = (float) now[i][k];
                    }
                    kept = Math.max(kept, draw / every + 1);
                }
            }

            @Override
            public void close() {
                session.close();
            }
        };
    }

    /**
     * Returns the losses of all chains.
     *
     * @return F32 {@code [chains, draws, samples]}
     */
    public Tensor tensor() {
        return tensor(0, 1);
    }

    /**
     * Returns the losses of the chains of one of several points that were sampled together.
     *
     * @param point the point, from 0
     * @param points how many there were
     * @return F32 {@code [chains of the point, draws, samples]}
     */
    public Tensor tensor(int point, int points) {
        Arguments.within("point", point, 0, points - 1);
        int chains = losses.length / points;
        int each = Math.multiplyExact(kept, samples);
        float[] all = new float[Math.multiplyExact(chains, each)];
        for (int c = 0; c < chains; c++) {
            System.arraycopy(losses[c * points + point], 0, all, c * each, each);
        }
        return Tensor.of(all, chains, kept, samples);
    }
}

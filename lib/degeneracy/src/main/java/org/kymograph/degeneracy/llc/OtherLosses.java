package org.kymograph.degeneracy.llc;

import java.util.Arrays;
import java.util.List;
import org.kymograph.degeneracy.sampling.ChainTrace;
import org.kymograph.degeneracy.sampling.DrawObserver;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;

/** The mean losses on other data than those that chains move on, at each of their draws. */
final class OtherLosses implements DrawObserver {
    private final Objective objective;
    private final ParameterVector like;
    private final double[][] losses;

    OtherLosses(Objective objective, int chains) {
        this.objective = objective.withThreads(1);
        like = objective.initial(0);
        losses = new double[chains][0];
    }

    @Override
    public Eye open() {
        ObjectiveSession session = objective.open();
        return new Eye() {
            @Override
            public void look(int[] chains, int draw, double[][] positions) {
                List<ParameterVector> at =
                        Arrays.stream(positions).map(like::withValues).toList();
                double[] now = session.meanLosses(at);
                for (int i = 0; i < chains.length; i++) {
                    double[] own = losses[chains[i]];
                    if (draw >= own.length) {
                        own = Arrays.copyOf(own, Math.max(16, 2 * own.length));
                        losses[chains[i]] = own;
                    }
                    own[draw] = now[i];
                }
            }

            @Override
            public void close() {
                session.close();
            }
        };
    }

    /** Returns a chain's trace with these losses instead of its own; the first draw is the point itself. */
    ChainTrace trace(int chain, ChainTrace own) {
        return new ChainTrace(
                losses[chain][0],
                Arrays.copyOf(losses[chain], own.losses().length),
                own.distances(),
                own.acceptance(),
                own.divergedAt());
    }
}

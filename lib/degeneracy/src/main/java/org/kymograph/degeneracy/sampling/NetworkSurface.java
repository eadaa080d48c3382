package org.kymograph.degeneracy.sampling;

import java.util.Arrays;
import java.util.List;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;

/** See {@link LossSurface#of(Objective)}. */
final class NetworkSurface implements LossSurface {
    private final Objective objective;
    private final ParameterVector like;

    NetworkSurface(Objective objective) {
        this.objective = objective;
        like = objective.initial(0);
    }

    @Override
    public int dimension() {
        return like.size();
    }

    @Override
    public int samples() {
        return objective.data().size();
    }

    @Override
    public Session open(int batch, long memory) {
        ObjectiveSession session = objective
                .withThreads(1)
                .withMemory(memory)
                .withBatchSize(batch == 0 ? objective.batchSize() : batch)
                .open();
        return new Session() {
            @Override
            public int together() {
                return session.stackSize();
            }

            @Override
            public long bytesPerVector() {
                return session.bytesPerVector();
            }

            @Override
            public double[] gradients(double[][] at, int[][] rows, double[][] gradients) {
                return session.gradients(at, rows, gradients);
            }

            @Override
            public double[] losses(double[][] at) {
                List<ParameterVector> vectors =
                        Arrays.stream(at).map(like::withValues).toList();
                return session.meanLosses(vectors);
            }

            @Override
            public void close() {
                session.close();
            }
        };
    }
}

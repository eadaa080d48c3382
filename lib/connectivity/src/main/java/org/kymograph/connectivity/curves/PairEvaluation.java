package org.kymograph.connectivity.curves;

import java.util.List;
import java.util.Map;
import org.kymograph.connectivity.curves.Interpolation.Pair;

/** Evaluates the segments of pairs: as stacks, or those of large networks from their files. */
interface PairEvaluation extends AutoCloseable {
    /** Opens what fits the size of the models. */
    static PairEvaluation open(Interpolation settings, Models models) {
        PairEvaluation large = LargeEvaluation.open(settings, models);
        return large == null ? new SegmentEvaluation(settings, models) : large;
    }

    /** Returns how many pairs fit a call. */
    int pairsAtATime();

    /** Evaluates some pairs; those with a model that does not fit are left out, and the reason is noted by its name. */
    List<PairCurve> curves(List<Pair> pairs, Map<String, String> refused);

    @Override
    void close();
}

package org.kymograph.cartography.metrics;

import org.kymograph.record.dynamics.Dynamics;

/** The trend of a sequence of tokens: p is the probability of the gold tokens. */
final class SequenceScorer extends SampleScorer {
    SequenceScorer(Dynamics log, Metric.Options options) {
        super(log, options);
    }

    @Override
    void follow(int sample) {
        for (int e = 0; e < epochs; e++) {
            p[e] = log.sequenceProbability(e, sample);
            loss[e] = -Math.log(p[e]);
            right[e] = log.sequenceCorrect(e, sample);
        }
    }
}

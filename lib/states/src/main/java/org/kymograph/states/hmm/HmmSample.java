package org.kymograph.states.hmm;

import java.util.List;

/**
 * Runs drawn from a model.
 *
 * @param observations what the states emitted
 * @param paths per run the state of each row
 */
public record HmmSample(Observations observations, List<int[]> paths) {
    /** Copies its list. */
    public HmmSample {
        paths = paths.stream().map(int[]::clone).toList();
    }
}

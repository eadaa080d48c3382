package org.kymograph.states.hmm;

import java.util.Arrays;
import java.util.List;

/**
 * The most probable states of every run.
 *
 * @param runs the runs' names
 * @param paths per run the state of each row, 0 … K−1
 * @param logProbability the log probability of all rows and states together
 */
public record Decoding(List<String> runs, List<int[]> paths, double logProbability) {
    /** Copies its lists. */
    public Decoding {
        runs = List.copyOf(runs);
        paths = paths.stream().map(int[]::clone).toList();
    }

    /**
     * @param run a run's index, from 0
     * @return the state of each of its rows
     */
    public int[] path(int run) {
        return paths.get(run).clone();
    }

    /** @return the states of all rows, run after run */
    public int[] stacked() {
        return paths.stream().flatMapToInt(Arrays::stream).toArray();
    }
}

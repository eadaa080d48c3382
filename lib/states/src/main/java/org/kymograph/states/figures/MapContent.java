package org.kymograph.states.figures;

import java.util.List;

/**
 * What a training map shows.
 *
 * @param title its title
 * @param population how many runs there are
 * @param nodes the states that runs visit, at least one
 * @param edges the transitions that runs make, without those to the same state
 * @param runs all runs, or none if their states over time aren't known
 * @param unit what convergence is counted in, such as {@code "epoch"}
 * @param perCheckpoint how many of these a checkpoint is
 */
record MapContent(
        String title,
        int population,
        List<Node> nodes,
        List<Edge> edges,
        List<Run> runs,
        String unit,
        double perCheckpoint) {
    MapContent {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
        runs = List.copyOf(runs);
    }

    /**
     * A state.
     *
     * @param state its number
     * @param occupancy the share of all checkpoints that are in it, 0 to 1
     * @param firstVisit the mean checkpoint of its first visit, over the runs that visit it
     * @param runs how many runs visit it
     * @param starts how many runs start in it
     * @param ends how many runs end in it
     * @param dwell the mean number of checkpoints from entering it to leaving it
     * @param coefficient by how many checkpoints a checkpoint in it delays convergence, or NaN
     * @param error the coefficient's standard error, or NaN
     * @param detour whether it is an optional state that slows runs down
     */
    record Node(
            int state,
            double occupancy,
            double firstVisit,
            int runs,
            int starts,
            int ends,
            double dwell,
            double coefficient,
            double error,
            boolean detour) {}

    /**
     * A transition.
     *
     * @param from the state it leaves
     * @param to the state it enters
     * @param runs how many runs make it at least once
     * @param times how often it is made in all
     * @param shifts all features, those first that decide most
     * @param convergence the mean convergence of those runs; NaN if none converges or it isn't known
     * @param deviation its standard deviation, or NaN
     * @param censored how many of those runs never converge
     */
    record Edge(
            int from,
            int to,
            int runs,
            int times,
            List<Shift> shifts,
            double convergence,
            double deviation,
            int censored) {
        Edge {
            shifts = List.copyOf(shifts);
        }
    }

    /**
     * What a transition does to a feature.
     *
     * @param feature its name
     * @param derivative how strongly it moves the posterior of the state that is entered
     * @param shift the difference of the two states' means, in standard deviations
     */
    record Shift(String feature, double derivative, double shift) {}

    /**
     * A run.
     *
     * @param name its name
     * @param states the state at each checkpoint
     * @param convergence when it converged, or NaN if it didn't
     */
    record Run(String name, int[] states, double convergence) {}
}

package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.MeanSd;
import tech.tablesaw.api.Table;

/**
 * The training map: the states as nodes, and an edge for each pair of neighbouring states that some run really has, the
 * pair of a state with itself included. Edges keep the model's transition probabilities, which aren't normalised again
 * (section 2.2 of the paper).
 *
 * @param nodes one per state, in the order of the states
 * @param edges the edges that runs used, by their ends
 */
public record TrainingMap(List<Node> nodes, List<Edge> edges) {
    /** Copies its lists. */
    public TrainingMap {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /**
     * A state.
     *
     * @param state its number
     * @param occupancy the share of all runs' checkpoints in it
     * @param runs how many runs are ever in it
     * @param runShare their share
     * @param dwell the lengths of the stays in it, in checkpoints
     * @param starts how many runs begin in it
     * @param ends how many runs end in it
     */
    public record Node(int state, double occupancy, int runs, double runShare, MeanSd dwell, int starts, int ends) {
        /** Returns whether runs begin here. */
        public boolean isStart() {
            return starts > 0;
        }

        /** Returns whether runs end here. */
        public boolean isEnd() {
            return ends > 0;
        }
    }

    /**
     * A step from one checkpoint's state to the next one's.
     *
     * @param from the state before
     * @param to the state after; may be the same
     * @param probability the model's transition probability
     * @param runs how many runs have this step at least once
     * @param runShare their share
     * @param occurrences how often it occurs in all runs
     * @param convergence the mean and spread of the outcomes of the runs that have it; NaN if all are only lower bounds
     * @param censored how many of those are only lower bounds
     */
    public record Edge(
            int from,
            int to,
            double probability,
            int runs,
            double runShare,
            int occurrences,
            MeanSd convergence,
            int censored) {
        /** Returns whether the state stays the same. */
        public boolean isLoop() {
            return from == to;
        }
    }

    /**
     * Maps decoded runs.
     *
     * @param decoded the runs
     * @param convergence when runs converged, or another outcome; runs without one count everywhere else
     * @return their map
     */
    public static TrainingMap of(DecodedRuns decoded, Outcome convergence) {
        return of(decoded, decoded.model().transitionMatrix(), convergence);
    }

    /**
     * Maps runs whose states are known.
     *
     * @param paths the runs' states
     * @param probabilities K·K: the model's transition probabilities
     * @param convergence when runs converged, or null
     * @return their map; without convergence that of each edge is of no runs
     */
    public static TrainingMap of(StatePaths paths, double[][] probabilities, Outcome convergence) {
        return new TrainingMap(nodes(paths), edges(paths, probabilities, convergence));
    }

    private static List<Node> nodes(StatePaths decoded) {
        double[] occupancy = Occupancies.of(decoded).overall();
        List<Node> nodes = new ArrayList<>();
        for (int k = 0; k < decoded.states(); k++) {
            int visitors = 0;
            int starts = 0;
            int ends = 0;
            List<Integer> dwells = new ArrayList<>();
            for (int run = 0; run < decoded.runs().size(); run++) {
                List<StatePaths.Visit> visits = decoded.visits(run);
                visitors += decoded.visits(run, k) ? 1 : 0;
                starts += visits.get(0).state() == k ? 1 : 0;
                ends += visits.get(visits.size() - 1).state() == k ? 1 : 0;
                for (StatePaths.Visit visit : visits) {
                    if (visit.state() == k) {
                        dwells.add(visit.length());
                    }
                }
            }
            nodes.add(new Node(
                    k,
                    occupancy[k],
                    visitors,
                    visitors / (double) decoded.runs().size(),
                    MeanSd.of(Columns.numbers(dwells, n -> n)),
                    starts,
                    ends));
        }
        return nodes;
    }

    private static List<Edge> edges(StatePaths decoded, double[][] probabilities, Outcome convergence) {
        int k = decoded.states();
        Map<Integer, Integer> occurrences = new TreeMap<>();
        Map<Integer, List<String>> users = new LinkedHashMap<>();
        for (int run = 0; run < decoded.runs().size(); run++) {
            int[] path = decoded.path(run);
            for (int t = 1; t < path.length; t++) {
                int key = path[t - 1] * k + path[t];
                occurrences.merge(key, 1, Integer::sum);
                List<String> own = users.computeIfAbsent(key, e -> new ArrayList<>());
                String name = decoded.runs().get(run);
                if (own.isEmpty() || !own.get(own.size() - 1).equals(name)) {
                    own.add(name);
                }
            }
        }
        List<Edge> edges = new ArrayList<>();
        occurrences.forEach((key, count) -> {
            List<String> own = users.get(key);
            edges.add(new Edge(
                    key / k,
                    key % k,
                    probabilities[key / k][key % k],
                    own.size(),
                    own.size() / (double) decoded.runs().size(),
                    count,
                    convergence == null ? MeanSd.of() : convergence.summary(own),
                    convergence == null
                            ? 0
                            : (int) own.stream()
                                    .filter(r -> convergence.has(r) && convergence.isCensored(r))
                                    .count()));
        });
        return edges;
    }

    /**
     * Finds the edge between two states.
     *
     * @param from a state
     * @param to a state
     * @return the edge between them, if a run used it
     */
    public Optional<Edge> edge(int from, int to) {
        return edges.stream().filter(e -> e.from() == from && e.to() == to).findFirst();
    }

    /** Returns K·K: the model's transition probabilities of the edges that runs used, 0 elsewhere; rows may sum to less than 1. */
    public double[][] prunedTransitions() {
        double[][] pruned = new double[nodes.size()][nodes.size()];
        edges.forEach(e -> pruned[e.from()][e.to()] = e.probability());
        return pruned;
    }

    /** Returns one row per state. */
    public Table nodeTable() {
        return Columns.of("states", nodes)
                .ints("state", Node::state)
                .doubles("occupancy", Node::occupancy)
                .ints("runs", Node::runs)
                .doubles("run share", Node::runShare)
                .doubles("mean dwell", n -> n.dwell.mean())
                .ints("starts", Node::starts)
                .ints("ends", Node::ends)
                .table();
    }

    /** Returns one row per edge. */
    public Table edgeTable() {
        return Columns.of("transitions", edges)
                .ints("from", Edge::from)
                .ints("to", Edge::to)
                .doubles("probability", Edge::probability)
                .ints("runs", Edge::runs)
                .doubles("run share", Edge::runShare)
                .ints("occurrences", Edge::occurrences)
                .doubles("mean convergence", e -> e.convergence.mean())
                .doubles("sd convergence", e -> e.convergence.sd())
                .ints("censored", Edge::censored)
                .table();
    }
}

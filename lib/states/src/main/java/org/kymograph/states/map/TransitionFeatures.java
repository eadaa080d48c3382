package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.DecodedRuns;
import tech.tablesaw.api.Table;

/**
 * The features that tell that a run has gone from state i to state j: ranked by the derivative of the posterior of j
 * (see {@link Rule}), averaged over all i → j of all runs, with the difference of the states' means (section 2.2
 * and appendix A of the paper).
 *
 * @param transitions every i → j with i ≠ j that occurs, by i and then j
 */
public record TransitionFeatures(List<Transition> transitions) {
    /** Copies its list. */
    public TransitionFeatures {
        transitions = List.copyOf(transitions);
    }

    /** How the derivatives of one transition's occurrences become one number per feature. */
    public enum Rule {
        /** The paper's: the mean of the absolute derivatives at the first checkpoint in j. */
        PAPER,
        /** The mean of the absolute derivatives at the last checkpoint in i. */
        LAST_BEFORE,
        /**
         * The original's code: the mean at the last checkpoint in i of a derivative whose second term is summed over the
         * features, signs kept; features are ranked by its absolute value.
         */
        COMPAT
    }

    /**
     * The change of a feature in a transition.
     *
     * @param feature the feature's name
     * @param derivative the averaged derivative; only {@link Rule#COMPAT} has signs
     * @param meanDifference μ_j − μ_i
     */
    public record FeatureChange(String feature, double derivative, double meanDifference) {}

    /**
     * A change of state.
     *
     * @param from i
     * @param to j
     * @param occurrences how often it occurs in all runs
     * @param features all features, the largest absolute derivative first
     */
    public record Transition(int from, int to, int occurrences, List<FeatureChange> features) {
        /** Copies its list. */
        public Transition {
            features = List.copyOf(features);
        }

        /**
         * Returns the features that changed most.
         *
         * @param n how many, at least 0
         * @return the first n features, or all if there are fewer
         */
        public List<FeatureChange> top(int n) {
            return features.subList(0, Math.min(n, features.size()));
        }
    }

    /**
     * Ranks features by the paper's rule.
     *
     * @param decoded the runs
     * @return their transitions' features by {@link Rule#PAPER}
     */
    public static TransitionFeatures of(DecodedRuns decoded) {
        return of(decoded, Rule.PAPER);
    }

    /**
     * Ranks features.
     *
     * @param decoded the runs
     * @param rule the rule of averaging
     * @return their transitions' features
     */
    public static TransitionFeatures of(DecodedRuns decoded, Rule rule) {
        PosteriorDerivative derivative = PosteriorDerivative.of(decoded.model(), decoded.observations());
        Map<Integer, double[]> sums = new TreeMap<>();
        Map<Integer, Integer> counts = new TreeMap<>();
        int d = decoded.observations().features().size();
        for (int run = 0; run < decoded.runs().size(); run++) {
            int[] path = decoded.path(run);
            for (int t = 0; t + 1 < path.length; t++) {
                if (path[t] != path[t + 1]) {
                    int key = path[t] * decoded.states() + path[t + 1];
                    double[] sum = sums.computeIfAbsent(key, e -> new double[d]);
                    add(sum, derivative, rule, run, t, path[t + 1]);
                    counts.merge(key, 1, Integer::sum);
                }
            }
        }
        List<Transition> transitions = new ArrayList<>();
        sums.forEach((key, sum) -> transitions.add(ranked(decoded, key, sum, counts.get(key))));
        return new TransitionFeatures(transitions);
    }

    private static void add(double[] sum, PosteriorDerivative derivative, Rule rule, int run, int t, int to) {
        double[] g =
                switch (rule) {
                    case PAPER -> derivative.at(run, t + 1, to);
                    case LAST_BEFORE -> derivative.at(run, t, to);
                    case COMPAT -> derivative.compatAt(run, t, to);
                };
        for (int j = 0; j < sum.length; j++) {
            sum[j] += rule == Rule.COMPAT ? g[j] : Math.abs(g[j]);
        }
    }

    private static Transition ranked(DecodedRuns decoded, int key, double[] sum, int count) {
        int from = key / decoded.states();
        int to = key % decoded.states();
        double[][] means = decoded.model().means();
        List<String> names = decoded.model().features();
        return new Transition(
                from,
                to,
                count,
                IntStream.range(0, sum.length)
                        .mapToObj(j -> new FeatureChange(names.get(j), sum[j] / count, means[to][j] - means[from][j]))
                        .sorted(Comparator.comparingDouble(f -> -Math.abs(f.derivative())))
                        .toList());
    }

    /**
     * Finds the transition between two states.
     *
     * @param from a state
     * @param to another state
     * @return the transition between them, if it occurs
     */
    public Optional<Transition> transition(int from, int to) {
        return transitions.stream()
                .filter(t -> t.from() == from && t.to() == to)
                .findFirst();
    }

    /** Returns one row per transition and feature, ranked from 1. */
    public Table table() {
        record Row(Transition transition, int rank) {
            FeatureChange change() {
                return transition.features.get(rank - 1);
            }
        }
        return Columns.of(
                        "features of transitions",
                        transitions.stream()
                                .flatMap(t -> IntStream.rangeClosed(1, t.features.size())
                                        .mapToObj(rank -> new Row(t, rank)))
                                .toList())
                .ints("from", r -> r.transition.from)
                .ints("to", r -> r.transition.to)
                .ints("occurrences", r -> r.transition.occurrences)
                .ints("rank", Row::rank)
                .texts("feature", r -> r.change().feature)
                .doubles("derivative", r -> r.change().derivative)
                .doubles("mean difference", r -> r.change().meanDifference)
                .table();
    }
}

package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.MeanSd;
import tech.tablesaw.api.Table;

/**
 * Groups of runs that went the same way, with when they converged.
 *
 * @param groups the largest first
 */
public record PathTable(List<Group> groups) {
    /** Copies its list. */
    public PathTable {
        groups = List.copyOf(groups);
    }

    /**
     * Runs that went the same way.
     *
     * @param states the states they visited, in order
     * @param runs their names
     * @param share their share of all runs
     * @param convergence the mean and spread of their outcomes; NaN if all are only lower bounds
     * @param censored how many of those are only lower bounds
     */
    public record Group(List<Integer> states, List<String> runs, double share, MeanSd convergence, int censored) {
        /** Copies its lists. */
        public Group {
            states = List.copyOf(states);
            runs = List.copyOf(runs);
        }

        /** Returns a text such as {@code 1→3→0}. */
        public String label() {
            return states.stream().map(String::valueOf).collect(Collectors.joining("→"));
        }
    }

    /**
     * Groups runs by all states they visit.
     *
     * @param paths the runs' states
     * @param convergence when they converged
     * @return the different paths
     */
    public static PathTable of(StatePaths paths, Outcome convergence) {
        return grouped(paths, convergence, paths::sequence);
    }

    /**
     * Groups runs by the state they start in and the first one they enter after it; a run that never leaves its start is
     * grouped by that.
     *
     * @param paths the runs' states
     * @param convergence when they converged
     * @return the different first transitions
     */
    public static PathTable firstTransitions(StatePaths paths, Outcome convergence) {
        return grouped(paths, convergence, run -> {
            List<Integer> sequence = paths.sequence(run);
            return sequence.subList(0, Math.min(2, sequence.size()));
        });
    }

    private static PathTable grouped(StatePaths paths, Outcome convergence, Function<Integer, List<Integer>> key) {
        Map<List<Integer>, List<String>> members = new TreeMap<>(PathTable::compare);
        for (int run = 0; run < paths.runs().size(); run++) {
            members.computeIfAbsent(key.apply(run), k -> new ArrayList<>())
                    .add(paths.runs().get(run));
        }
        List<Group> groups = new ArrayList<>();
        members.forEach((states, runs) -> groups.add(new Group(
                states, runs, runs.size() / (double) paths.runs().size(), convergence.summary(runs), (int) runs.stream()
                        .filter(r -> convergence.has(r) && convergence.isCensored(r))
                        .count())));
        groups.sort(Comparator.comparingInt(g -> -g.runs().size()));
        return new PathTable(groups);
    }

    private static int compare(List<Integer> a, List<Integer> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return a.size() - b.size();
    }

    /** Returns one row per group. */
    public Table table() {
        return Columns.of("paths", groups)
                .texts("path", Group::label)
                .ints("runs", g -> g.runs.size())
                .doubles("share", Group::share)
                .doubles("mean convergence", g -> g.convergence.mean())
                .doubles("sd convergence", g -> g.convergence.sd())
                .ints("censored", Group::censored)
                .texts("members", g -> String.join(", ", g.runs))
                .table();
    }
}

package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.Statistics;
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

    /**
     * Dwell times: how long runs stay in each state before they leave it or end.
     *
     * @param states one per state
     */
    public record Dwells(List<Dwell> states) {
        /** Copies its list. */
        public Dwells {
            states = List.copyOf(states);
        }

        /**
         * The stays in one state.
         *
         * @param state the state
         * @param lengths their lengths in checkpoints, ascending
         * @param cut how many of them end only because the run does
         */
        public record Dwell(int state, int[] lengths, int cut) {
            /** Copies its array. */
            public Dwell {
                lengths = lengths.clone();
            }

            @Override
            public int[] lengths() {
                return lengths.clone();
            }

            /** Returns the mean and spread of the lengths. */
            public MeanSd summary() {
                return MeanSd.of(numbers());
            }

            /** Returns the median length; NaN if there are none. */
            public double median() {
                return Statistics.median(numbers());
            }

            private double[] numbers() {
                return Arrays.stream(lengths).asDoubleStream().toArray();
            }
        }

        /**
         * Gathers the stays of runs.
         *
         * @param paths the runs' states
         * @return the stays in each state
         */
        public static Dwells of(StatePaths paths) {
            List<List<Integer>> lengths = new ArrayList<>();
            IntStream.range(0, paths.states()).forEach(k -> lengths.add(new ArrayList<>()));
            int[] cut = new int[paths.states()];
            for (int run = 0; run < paths.runs().size(); run++) {
                List<StatePaths.Visit> visits = paths.visits(run);
                visits.forEach(v -> lengths.get(v.state()).add(v.length()));
                cut[visits.get(visits.size() - 1).state()]++;
            }
            return new Dwells(Columns.each(
                    paths.states(),
                    k -> new Dwell(
                            k, lengths.get(k).stream().mapToInt(n -> n).sorted().toArray(), cut[k])));
        }

        /** Returns one row per state. */
        public Table table() {
            return Columns.of("stays", states)
                    .ints("state", Dwell::state)
                    .ints("stays", d -> d.lengths.length)
                    .doubles("mean", d -> d.summary().mean())
                    .doubles("sd", d -> d.summary().sd())
                    .doubles("median", Dwell::median)
                    .doubles("least", d -> Statistics.quantile(d.numbers(), 0))
                    .doubles("most", d -> Statistics.quantile(d.numbers(), 1))
                    .ints("cut by the end", Dwell::cut)
                    .table();
        }
    }
}

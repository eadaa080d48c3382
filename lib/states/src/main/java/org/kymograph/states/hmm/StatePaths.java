package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The states that named runs went through, one state per checkpoint, numbered 0 … K−1. */
public sealed class StatePaths permits DecodedRuns {
    private final List<String> runs;
    private final int states;
    private final List<int[]> paths;
    private final Map<String, Integer> indices = new HashMap<>();

    StatePaths(List<String> runs, int states, List<int[]> paths) {
        this.runs = List.copyOf(runs);
        this.states = states;
        this.paths = paths.stream().map(int[]::clone).toList();
        for (int run = 0; run < runs.size(); run++) {
            indices.put(runs.get(run), run);
        }
    }

    /**
     * Checks and copies paths.
     *
     * @param runs the runs' names
     * @param states the number of states K, at least 1
     * @param paths per run the state of each checkpoint, at least one checkpoint
     * @return these paths, copied
     * @throws IllegalArgumentException if there is no run, a name comes twice, a path is empty, or a state isn't 0 … K−1
     */
    public static StatePaths of(List<String> runs, int states, List<int[]> paths) {
        Arguments.sameLength(
                "paths", paths.size(), "runs", Arguments.notEmpty("runs", runs).size());
        Arguments.check(new HashSet<>(runs).size() == runs.size(), "runs", runs, "names that come once");
        for (int run = 0; run < runs.size(); run++) {
            String of = " of run '" + runs.get(run) + "'";
            Arguments.atLeast("the number of checkpoints" + of, paths.get(run).length, 1);
            for (int state : paths.get(run)) {
                Arguments.within("a state" + of, state, 0, states - 1);
            }
        }
        return new StatePaths(runs, states, paths);
    }

    /**
     * A maximal run of checkpoints in one state.
     *
     * @param state the state
     * @param start its first checkpoint, counted from 0
     * @param length the number of checkpoints, at least 1
     */
    public record Visit(int state, int start, int length) {}

    /** Returns the runs' names. */
    public List<String> runs() {
        return runs;
    }

    /** Returns the number of states K, visited or not. */
    public int states() {
        return states;
    }

    /**
     * Returns the states of one run.
     *
     * @param run the run's index, from 0
     * @return the state of each of its checkpoints
     */
    public int[] path(int run) {
        return paths.get(run).clone();
    }

    /**
     * Returns the index of a run.
     *
     * @param run the run's name
     * @return its index, from 0
     * @throws IllegalArgumentException if there is no such run
     */
    public int index(String run) {
        Integer index = indices.get(run);
        if (index == null) {
            throw Arguments.unexpected("run", run, "one of " + runs);
        }
        return index;
    }

    /** Returns the number of checkpoints of the longest run. */
    public int longest() {
        return paths.stream().mapToInt(path -> path.length).max().orElse(0);
    }

    /**
     * Tells whether a run is ever in a state.
     *
     * @param run the run's index, from 0
     * @param state the state
     * @return whether one of its checkpoints is in that state
     */
    public boolean visits(int run, int state) {
        return Arrays.stream(paths.get(run)).anyMatch(s -> s == state);
    }

    /**
     * Returns the visits of a run.
     *
     * @param run the run's index, from 0
     * @return its visits, in order; neighbours have different states
     */
    public List<Visit> visits(int run) {
        int[] path = paths.get(run);
        List<Visit> visits = new ArrayList<>();
        int start = 0;
        for (int t = 1; t <= path.length; t++) {
            if (t == path.length || path[t] != path[start]) {
                visits.add(new Visit(path[start], start, t - start));
                start = t;
            }
        }
        return visits;
    }

    /**
     * Returns the sequence of states of a run.
     *
     * @param run the run's index, from 0
     * @return the states that it visits, in order, a visit counted once
     */
    public List<Integer> sequence(int run) {
        return visits(run).stream().map(Visit::state).toList();
    }

    /**
     * Returns the states of all runs.
     *
     * @return per run the state of each checkpoint, copied
     */
    public List<int[]> allPaths() {
        return paths.stream().map(int[]::clone).toList();
    }

    /**
     * Returns when each run first enters each state.
     *
     * @return the first checkpoint of each run in each state, counted from 0
     */
    public Onsets onsets() {
        return new Onsets(
                runs,
                IntStream.range(0, runs.size())
                        .mapToObj(run -> {
                            double[] first = new double[states];
                            Arrays.fill(first, Double.NaN);
                            visits(run)
                                    .forEach(v -> first[v.state()] =
                                            Double.isNaN(first[v.state()]) ? v.start() : first[v.state()]);
                            return first;
                        })
                        .toArray(double[][]::new));
    }

    /** The first visits of each run to each state, in checkpoints or, {@link #scaled}, in steps or epochs. */
    public static final class Onsets {
        private final List<String> runs;
        private final double[][] onsets;

        private Onsets(List<String> runs, double[][] onsets) {
            this.runs = runs;
            this.onsets = onsets;
        }

        /**
         * Returns the onsets in another unit.
         *
         * @param unit how many steps or epochs a checkpoint is, such as 10; above 0
         * @return the onsets times the unit
         * @throws IllegalArgumentException if the unit is out of range
         */
        public Onsets scaled(double unit) {
            Arguments.positive("unit", unit);
            return new Onsets(
                    runs,
                    Arrays.stream(onsets)
                            .map(row -> Arrays.stream(row).map(v -> v * unit).toArray())
                            .toArray(double[][]::new));
        }

        /** Returns the runs' names. */
        public List<String> runs() {
            return runs;
        }

        /**
         * Returns all onsets.
         *
         * @return [run][state]: when the run first enters the state; NaN if it never does
         */
        public double[][] onsets() {
            return Arrays.stream(onsets).map(double[]::clone).toArray(double[][]::new);
        }

        /**
         * Returns the mean and spread of the onsets of a state.
         *
         * @param state the state
         * @return those over the runs that enter it
         */
        public MeanSd summary(int state) {
            return MeanSd.of(Arrays.stream(onsets)
                    .mapToDouble(row -> row[state])
                    .filter(v -> !Double.isNaN(v))
                    .toArray());
        }

        /** Returns one row per run: {@code run, state 0, state 1, …}; missing where the run never enters a state. */
        public Table table() {
            Columns<Integer> columns = Columns.of("onsets", runs.size()).texts("run", runs::get);
            for (int k = 0; k < onsets[0].length; k++) {
                int state = k;
                columns.doubles("state " + k, run -> onsets[run][state]);
            }
            return columns.table();
        }
    }

    /** Returns the old number of each new state when states are numbered by first visit: by checkpoint, then by runs. */
    int[] orderOfFirstVisit() {
        int[] first = new int[states];
        int[] count = new int[states];
        Arrays.fill(first, Integer.MAX_VALUE);
        for (int[] path : paths) {
            boolean[] seen = new boolean[states];
            for (int t = 0; t < path.length; t++) {
                int s = path[t];
                if (!seen[s] && t <= first[s]) {
                    count[s] = t == first[s] ? count[s] + 1 : 1;
                    first[s] = t;
                }
                seen[s] = true;
            }
        }
        return Statistics.order(
                states, (a, b) -> first[a] == first[b] ? count[b] - count[a] : Integer.compare(first[a], first[b]));
    }

    /**
     * Renumbers the states.
     *
     * @param order the old number of each new state
     * @return the same paths with other numbers
     */
    public StatePaths permuted(int[] order) {
        int[] renamed = new int[states];
        for (int i = 0; i < states; i++) {
            renamed[order[i]] = i;
        }
        return new StatePaths(runs, states, Columns.each(paths, path -> Arrays.stream(path)
                .map(s -> renamed[s])
                .toArray()));
    }

    /** Returns one row per checkpoint: {@code run}, {@code checkpoint} (from 0) and {@code latent_state}. */
    public Table table() {
        StringColumn run = StringColumn.create("run");
        IntColumn checkpoint = IntColumn.create("checkpoint");
        IntColumn state = IntColumn.create("latent_state");
        for (int r = 0; r < runs.size(); r++) {
            int[] path = paths.get(r);
            for (int t = 0; t < path.length; t++) {
                run.append(runs.get(r));
                checkpoint.append(t);
                state.append(path[t]);
            }
        }
        return Table.create("states", run, checkpoint, state);
    }
}

package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
     * @param runs the runs' names
     * @param states the number of states K, at least 1
     * @param paths per run the state of each checkpoint, at least one checkpoint
     * @return these paths, copied
     * @throws IllegalArgumentException if there is no run, a name comes twice, a path is empty, or a state isn't 0 … K−1
     */
    public static StatePaths of(List<String> runs, int states, List<int[]> paths) {
        if (runs.isEmpty() || runs.size() != paths.size()) {
            throw new IllegalArgumentException("runs: " + runs.size() + " names for " + paths.size()
                    + " paths; expected as many of each, at least one");
        }
        if (new HashSet<>(runs).size() < runs.size()) {
            throw new IllegalArgumentException("runs: a name comes twice in " + runs);
        }
        for (int run = 0; run < runs.size(); run++) {
            if (paths.get(run).length == 0) {
                throw new IllegalArgumentException("run '" + runs.get(run) + "' has no checkpoints");
            }
            for (int state : paths.get(run)) {
                if (state < 0 || state >= states) {
                    throw new IllegalArgumentException(
                            "run '" + runs.get(run) + "': state " + state + "; must be 0 to " + (states - 1));
                }
            }
        }
        return new StatePaths(runs, states, paths);
    }

    /**
     * A stay in one state.
     *
     * @param state the state
     * @param start its first checkpoint, counted from 0
     * @param length the number of checkpoints, at least 1
     */
    public record Visit(int state, int start, int length) {}

    /** @return the runs' names */
    public List<String> runs() {
        return runs;
    }

    /** @return the number of states K, visited or not */
    public int states() {
        return states;
    }

    /**
     * @param run a run's index, from 0
     * @return the state of each of its checkpoints
     */
    public int[] path(int run) {
        return paths.get(run).clone();
    }

    /**
     * @param run a run's name
     * @return its index, from 0
     * @throws IllegalArgumentException if there is no such run
     */
    public int index(String run) {
        Integer index = indices.get(run);
        if (index == null) {
            throw new IllegalArgumentException("run '" + run + "': must be one of " + runs);
        }
        return index;
    }

    /** @return the number of checkpoints of the longest run */
    public int longest() {
        return paths.stream().mapToInt(path -> path.length).max().orElse(0);
    }

    /**
     * @param run a run's index, from 0
     * @param state a state
     * @return whether the run is ever in that state
     */
    public boolean visits(int run, int state) {
        return Arrays.stream(paths.get(run)).anyMatch(s -> s == state);
    }

    /**
     * @param run a run's index, from 0
     * @return its stays, in order; neighbours have different states
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
     * @param run a run's index, from 0
     * @return the states that it visits, in order, a stay counted once
     */
    public List<Integer> sequence(int run) {
        return visits(run).stream().map(Visit::state).toList();
    }

    public List<int[]> allPaths() {
        return paths;
    }

    /** @return the old number of each new state when states are numbered by first visit: by checkpoint, then by runs */
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
        return IntStream.range(0, states)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(s -> first[s]).thenComparingInt(s -> -count[s]))
                .mapToInt(s -> s)
                .toArray();
    }

    public StatePaths permuted(int[] order) {
        int[] renamed = new int[states];
        for (int i = 0; i < states; i++) {
            renamed[order[i]] = i;
        }
        return new StatePaths(
                runs,
                states,
                paths.stream()
                        .map(path -> Arrays.stream(path).map(s -> renamed[s]).toArray())
                        .toList());
    }

    /** @return one row per checkpoint: {@code run, checkpoint} (from 0)<code>, latent_state</code> */
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

package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.StatePaths;
import tech.tablesaw.api.Table;

/**
 * Occupancies, the number of checkpoints that each run spent in each state: n_k, whose share of the run's checkpoints T is the paper's
 * P̂(k) = n_k/T (section 2.3).
 */
public final class Occupancies {
    private final List<String> runs;
    private final double[][] counts;

    private Occupancies(List<String> runs, double[][] counts) {
        this.runs = List.copyOf(runs);
        this.counts = counts;
    }

    /** How checkpoints are assigned to states. */
    public enum Assignment {
        /** Each to its state on the run's most probable path, as in the paper. */
        VITERBI,
        /** Each to all states, by their probabilities given the whole run. */
        SMOOTHED,
        /** Each to all states, by their probabilities given the run up to it. */
        FILTERED
    }

    /**
     * Counts all checkpoints.
     *
     * @param paths the runs' states
     * @return the checkpoints in each state
     */
    public static Occupancies of(StatePaths paths) {
        return of(paths, Integer.MAX_VALUE);
    }

    /**
     * Counts the first checkpoints of each run.
     *
     * @param paths the runs' states
     * @param first the number of each run's first checkpoints to count, at least 1
     * @return the checkpoints in each state
     */
    public static Occupancies of(StatePaths paths, int first) {
        Arguments.atLeast("first", first, 1);
        double[][] counts = new double[paths.runs().size()][paths.states()];
        for (int run = 0; run < counts.length; run++) {
            int[] path = paths.path(run);
            for (int t = 0; t < Math.min(first, path.length); t++) {
                counts[run][path[t]]++;
            }
        }
        return new Occupancies(paths.runs(), counts);
    }

    /**
     * Counts the first checkpoints of each run, hard or soft.
     *
     * @param decoded the runs
     * @param assignment the assignment of checkpoints to states
     * @param first the number of each run's first checkpoints to count, at least 1
     * @return the checkpoints in each state, or their expected number
     * @throws IllegalArgumentException if a run has probability zero
     */
    public static Occupancies of(DecodedRuns decoded, Assignment assignment, int first) {
        Arguments.atLeast("first", first, 1);
        return counted(decoded.runs(), weights(decoded, assignment), first);
    }

    /** Returns per run [checkpoint][state] how much the checkpoint counts for the state. */
    static List<double[][]> weights(DecodedRuns decoded, Assignment assignment) {
        return switch (assignment) {
            case SMOOTHED -> decoded.model().posterior(decoded.observations());
            case FILTERED -> decoded.model().filter(decoded.observations());
            case VITERBI ->
                decoded.allPaths().stream()
                        .map(path -> {
                            double[][] weights = new double[path.length][decoded.states()];
                            for (int t = 0; t < path.length; t++) {
                                weights[t][path[t]] = 1;
                            }
                            return weights;
                        })
                        .toList();
        };
    }

    static Occupancies counted(List<String> runs, List<double[][]> weights, int first) {
        double[][] counts = new double[runs.size()][weights.get(0)[0].length];
        for (int run = 0; run < counts.length; run++) {
            double[][] own = weights.get(run);
            for (int t = 0; t < Math.min(first, own.length); t++) {
                for (int k = 0; k < counts[run].length; k++) {
                    counts[run][k] += own[t][k];
                }
            }
        }
        return new Occupancies(runs, counts);
    }

    /** Returns the runs' names. */
    public List<String> runs() {
        return runs;
    }

    /** Returns the number of states K. */
    public int states() {
        return counts[0].length;
    }

    /** Returns [run][state]: the number of checkpoints, or their expected number. */
    public double[][] counts() {
        return Arrays.stream(counts).map(double[]::clone).toArray(double[][]::new);
    }

    /** Returns [run][state]: the share of the run's checkpoints; each row sums to 1. */
    public double[][] shares() {
        return Arrays.stream(counts)
                .map(row -> {
                    double sum = Arrays.stream(row).sum();
                    return Arrays.stream(row).map(n -> n / sum).toArray();
                })
                .toArray(double[][]::new);
    }

    /** Returns per state the share of all runs' checkpoints. */
    public double[] overall() {
        double[] sums = new double[states()];
        for (double[] row : counts) {
            for (int k = 0; k < sums.length; k++) {
                sums[k] += row[k];
            }
        }
        double total = Arrays.stream(sums).sum();
        return Arrays.stream(sums).map(n -> n / total).toArray();
    }

    /** The rows and outcomes of the runs that have both. */
    record Joined(List<String> runs, double[][] counts, double[] values, boolean[] censored) {}

    Joined join(Outcome outcome) {
        List<String> both = runs.stream().filter(outcome::has).toList();
        Arguments.check(both.size() >= 2, "the number of runs with an outcome", both.size(), "at least 2 of " + runs);
        List<double[]> rows = new ArrayList<>();
        boolean[] censored = new boolean[both.size()];
        for (int i = 0; i < runs.size(); i++) {
            if (outcome.has(runs.get(i))) {
                censored[rows.size()] = outcome.isCensored(runs.get(i));
                rows.add(counts[i].clone());
            }
        }
        return new Joined(both, rows.toArray(double[][]::new), Columns.numbers(both, outcome::value), censored);
    }

    /** Returns one row per run: {@code run, state 0, state 1, …}. */
    public Table table() {
        Columns<Integer> columns =
                Columns.of("checkpoints in each state", runs.size()).texts("run", runs::get);
        for (int k = 0; k < states(); k++) {
            int state = k;
            columns.doubles("state " + k, run -> counts[run][state]);
        }
        return columns.table();
    }
}

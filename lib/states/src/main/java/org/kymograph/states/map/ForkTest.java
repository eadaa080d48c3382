package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.Resampling;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * A test of whether it matters which way runs take where their paths fork: at each state that runs leave for different states, a
 * permutation test of the outcome between the branches, by each run's first departure. The statistic is the variance between the
 * branches, Σ_g n_g (ȳ_g − ȳ)²; outcomes are permuted among the runs of the fork, and p = (1 + #{permuted ≥ observed})/(1 +
 * permutations).
 *
 * @param permutations the number of permutations
 * @param forks by state
 */
public record ForkTest(int permutations, List<Fork> forks) {
    /** Copies its list. */
    public ForkTest {
        forks = List.copyOf(forks);
    }

    /**
     * A state that runs leave for different states.
     *
     * @param state the state
     * @param branches the ways on, by the next state
     * @param statistic Σ_g n_g (ȳ_g − ȳ)²
     * @param p the permutation p-value
     * @param holm p adjusted by {@link Statistics#holm} over the forks
     */
    public record Fork(int state, List<Branch> branches, double statistic, double p, double holm) {
        /** Copies its list. */
        public Fork {
            branches = List.copyOf(branches);
        }
    }

    /**
     * A way on.
     *
     * @param to the next state
     * @param runs the runs that take it
     * @param outcome their outcomes
     */
    public record Branch(int to, List<String> runs, MeanSd outcome) {
        /** Copies its list. */
        public Branch {
            runs = List.copyOf(runs);
        }
    }

    /**
     * Tests each fork.
     *
     * @param paths the runs' states
     * @param outcome when they converged; runs without are left out
     * @param permutations the number of permutations, at least 1
     * @param seed the random seed
     * @return the test of each fork
     * @throws IllegalArgumentException if there are no permutations
     */
    public static ForkTest of(StatePaths paths, Outcome outcome, int permutations, long seed) {
        Arguments.atLeast("permutations", permutations, 1);
        List<Fork> forks = new ArrayList<>();
        for (int state = 0; state < paths.states(); state++) {
            Map<Integer, List<String>> branches = branches(paths, outcome, state);
            if (branches.size() > 1) {
                forks.add(test(state, branches, outcome, permutations, Streams.of(seed, "fork", state)));
            }
        }
        double[] holm = Statistics.holm(Columns.numbers(forks, Fork::p));
        List<Fork> adjusted = new ArrayList<>();
        for (int i = 0; i < holm.length; i++) {
            Fork f = forks.get(i);
            adjusted.add(new Fork(f.state(), f.branches(), f.statistic(), f.p(), holm[i]));
        }
        return new ForkTest(permutations, adjusted);
    }

    private static Map<Integer, List<String>> branches(StatePaths paths, Outcome outcome, int state) {
        Map<Integer, List<String>> branches = new TreeMap<>();
        for (int run = 0; run < paths.runs().size(); run++) {
            List<Integer> sequence = paths.sequence(run);
            int at = sequence.indexOf(state);
            if (at >= 0 && at + 1 < sequence.size() && outcome.has(paths.runs().get(run))) {
                branches.computeIfAbsent(sequence.get(at + 1), to -> new ArrayList<>())
                        .add(paths.runs().get(run));
            }
        }
        return branches;
    }

    private static Fork test(
            int state, Map<Integer, List<String>> branches, Outcome outcome, int permutations, RandomGenerator random) {
        List<Branch> list = new ArrayList<>();
        branches.forEach((to, runs) -> list.add(new Branch(to, runs, outcome.summary(runs))));
        double[] values = list.stream()
                .flatMap(b -> b.runs().stream())
                .mapToDouble(outcome::value)
                .toArray();
        int[] sizes = list.stream().mapToInt(b -> b.runs().size()).toArray();
        double p = Resampling.permutation(values, permuted -> between(permuted, sizes), permutations, random);
        return new Fork(state, list, between(values, sizes), p, Double.NaN);
    }

    private static double between(double[] values, int[] sizes) {
        double all = Statistics.mean(values);
        double sum = 0;
        int at = 0;
        for (int size : sizes) {
            double mean = 0;
            for (int i = 0; i < size; i++) {
                mean += values[at++] / size;
            }
            sum += size * (mean - all) * (mean - all);
        }
        return sum;
    }

    /** Returns one row per branch of each fork. */
    public Table table() {
        record Row(Fork fork, Branch branch) {}
        return Columns.of(
                        "forks",
                        forks.stream()
                                .flatMap(f -> f.branches.stream().map(b -> new Row(f, b)))
                                .toList())
                .ints("state", r -> r.fork.state)
                .ints("to", r -> r.branch.to)
                .ints("runs", r -> r.branch.runs.size())
                .doubles("mean convergence", r -> r.branch.outcome.mean())
                .doubles("sd convergence", r -> r.branch.outcome.sd())
                .doubles("p", r -> r.fork.p)
                .doubles("p (Holm)", r -> r.fork.holm)
                .texts("members", r -> String.join(", ", r.branch.runs))
                .table();
    }
}

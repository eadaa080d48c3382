package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.MultipleTesting;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Whether it matters which way runs take where their paths fork: at each state that runs leave for different states, a
 * permutation test of the outcome between the branches, by each run's first leave. The statistic is the variance between the
 * branches, Σ_g n_g (ȳ_g − ȳ)²; outcomes are permuted among the runs of the fork, and p = (1 + #{permuted ≥ observed})/(1 +
 * permutations).
 *
 * @param permutations how many permutations
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
     * @param holm p adjusted by {@link MultipleTesting#holm} over the forks
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
     * @param paths the runs' states
     * @param outcome when they converged; runs without are left out
     * @param permutations how many permutations, at least 1
     * @param seed what they follow from
     * @return the test of each fork
     * @throws IllegalArgumentException if there are no permutations
     */
    public static ForkTest of(StatePaths paths, Outcome outcome, int permutations, long seed) {
        if (permutations < 1) {
            throw new IllegalArgumentException("permutations " + permutations + ": must be at least 1");
        }
        List<Fork> forks = new ArrayList<>();
        for (int state = 0; state < paths.states(); state++) {
            Map<Integer, List<String>> branches = branches(paths, outcome, state);
            if (branches.size() > 1) {
                forks.add(test(state, branches, outcome, permutations, Streams.of(seed, "fork", state)));
            }
        }
        double[] holm = MultipleTesting.holm(forks.stream().mapToDouble(Fork::p).toArray());
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
        double observed = between(values, sizes);
        // A permutation that only swaps runs within branches gives the same sum up to rounding.
        double bound = observed - 1e-9 * Math.abs(observed);
        int atLeast = 0;
        double[] permuted = new double[values.length];
        for (int b = 0; b < permutations; b++) {
            int[] order = Streams.permutation(random, values.length);
            for (int i = 0; i < order.length; i++) {
                permuted[i] = values[order[i]];
            }
            atLeast += between(permuted, sizes) >= bound ? 1 : 0;
        }
        return new Fork(state, list, observed, (1 + atLeast) / (1.0 + permutations), Double.NaN);
    }

    private static double between(double[] values, int[] sizes) {
        double all = MeanSd.of(values).mean();
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

    /** @return one row per branch of each fork */
    public Table table() {
        IntColumn state = IntColumn.create("state");
        IntColumn to = IntColumn.create("to");
        IntColumn runs = IntColumn.create("runs");
        DoubleColumn mean = DoubleColumn.create("mean convergence");
        DoubleColumn sd = DoubleColumn.create("sd convergence");
        DoubleColumn p = DoubleColumn.create("p");
        DoubleColumn holm = DoubleColumn.create("p (Holm)");
        StringColumn members = StringColumn.create("members");
        for (Fork fork : forks) {
            for (Branch branch : fork.branches()) {
                state.append(fork.state());
                to.append(branch.to());
                runs.append(branch.runs().size());
                mean.append(branch.outcome().mean());
                sd.append(branch.outcome().sd());
                p.append(fork.p());
                holm.append(fork.holm());
                members.append(String.join(", ", branch.runs()));
            }
        }
        return Table.create("forks", state, to, runs, mean, sd, p, holm, members);
    }
}

package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.OlsFit;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * Correlations of visits with convergence: Pearson's r over runs between having visited it (0 or 1) and the outcome.
 * With n runs t = r √(n − 2)/√(1 − r²), and p is two-sided, 2 P(T_{n−2} > |t|); the original's notebook takes the signed t, by
 * which negative r get p near 2.
 *
 * @param states one per state
 */
public record StateCorrelations(List<Correlation> states) {
    /** Copies its list. */
    public StateCorrelations {
        states = List.copyOf(states);
    }

    /**
     * A state's correlation; NaN if no run or every run visits it, or there are fewer than 3 runs.
     *
     * @param state the state
     * @param visitors how many runs visit it
     * @param runs how many runs there are
     * @param r Pearson's correlation
     * @param t Student's statistic
     * @param p the two-sided p-value
     * @param holm p adjusted by {@link Statistics#holm} over the states
     * @param benjaminiHochberg p adjusted by {@link Statistics#benjaminiHochberg} over the states
     */
    public record Correlation(
            int state, int visitors, int runs, double r, double t, double p, double holm, double benjaminiHochberg) {}

    /**
     * Correlates visits with the outcome.
     *
     * @param paths the runs' states
     * @param outcome when they converged
     * @return the correlation of each state, over the runs that have both
     * @throws IllegalArgumentException if fewer than two runs have both
     */
    public static StateCorrelations of(StatePaths paths, Outcome outcome) {
        Occupancies.Joined joined = Occupancies.of(paths).join(outcome);
        int n = joined.runs().size();
        double[] r = new double[paths.states()];
        double[] p = new double[paths.states()];
        int[] visitors = new int[paths.states()];
        for (int k = 0; k < r.length; k++) {
            int state = k;
            double[] visited = Columns.numbers(joined.runs(), run -> paths.visits(paths.index(run), state) ? 1 : 0);
            visitors[k] =
                    (int) IntStream.range(0, n).filter(i -> visited[i] > 0).count();
            r[k] = Statistics.pearson(visited, joined.values());
            p[k] = pValue(r[k], n);
        }
        double[] holm = Statistics.holm(p);
        double[] bh = Statistics.benjaminiHochberg(p);
        List<Correlation> states = new ArrayList<>();
        for (int k = 0; k < r.length; k++) {
            states.add(new Correlation(k, visitors[k], n, r[k], statistic(r[k], n), p[k], holm[k], bh[k]));
        }
        return new StateCorrelations(states);
    }

    static double statistic(double r, int n) {
        return n < 3 ? Double.NaN : r * Math.sqrt(n - 2) / Math.sqrt(1 - r * r);
    }

    static double pValue(double r, int n) {
        return OlsFit.twoSided(statistic(r, n), n - 2);
    }

    /** Returns one row per state. */
    public Table table() {
        return Columns.of("visited and outcome", states)
                .ints("state", Correlation::state)
                .ints("visitors", Correlation::visitors)
                .ints("runs", Correlation::runs)
                .doubles("r", Correlation::r)
                .doubles("t", Correlation::t)
                .doubles("p", Correlation::p)
                .doubles("p (Holm)", Correlation::holm)
                .doubles("p (BH)", Correlation::benjaminiHochberg)
                .table();
    }
}

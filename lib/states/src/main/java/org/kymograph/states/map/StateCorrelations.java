package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.MultipleTesting;
import org.kymograph.stats.OlsFit;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * Whether runs that visit a state converge later: Pearson's r over runs between having visited it (0 or 1) and the outcome.
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
     * @param holm p adjusted by {@link MultipleTesting#holm} over the states
     * @param benjaminiHochberg p adjusted by {@link MultipleTesting#benjaminiHochberg} over the states
     */
    public record Correlation(
            int state, int visitors, int runs, double r, double t, double p, double holm, double benjaminiHochberg) {}

    /**
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
            double[] visited = joined.runs().stream()
                    .mapToDouble(run -> paths.visits(paths.index(run), state) ? 1 : 0)
                    .toArray();
            visitors[k] =
                    (int) IntStream.range(0, n).filter(i -> visited[i] > 0).count();
            r[k] = pearson(visited, joined.values());
            p[k] = pValue(r[k], n);
        }
        double[] holm = MultipleTesting.holm(p);
        double[] bh = MultipleTesting.benjaminiHochberg(p);
        List<Correlation> states = new ArrayList<>();
        for (int k = 0; k < r.length; k++) {
            states.add(new Correlation(k, visitors[k], n, r[k], statistic(r[k], n), p[k], holm[k], bh[k]));
        }
        return new StateCorrelations(states);
    }

    static double pearson(double[] x, double[] y) {
        MeanSd ofX = MeanSd.of(x);
        MeanSd ofY = MeanSd.of(y);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - ofX.mean()) * (y[i] - ofY.mean());
        }
        double r = sum / x.length / (ofX.sd() * ofY.sd());
        return ofX.sd() == 0 || ofY.sd() == 0 ? Double.NaN : Math.max(-1, Math.min(1, r));
    }

    static double statistic(double r, int n) {
        return n < 3 ? Double.NaN : r * Math.sqrt(n - 2) / Math.sqrt(1 - r * r);
    }

    static double pValue(double r, int n) {
        return OlsFit.twoSided(statistic(r, n), n - 2);
    }

    /** @return one row per state */
    public Table table() {
        return Table.create(
                "visited and outcome",
                IntColumn.create(
                        "state", states.stream().mapToInt(Correlation::state).toArray()),
                IntColumn.create(
                        "visitors",
                        states.stream().mapToInt(Correlation::visitors).toArray()),
                IntColumn.create(
                        "runs", states.stream().mapToInt(Correlation::runs).toArray()),
                DoubleColumn.create(
                        "r", states.stream().mapToDouble(Correlation::r).toArray()),
                DoubleColumn.create(
                        "t", states.stream().mapToDouble(Correlation::t).toArray()),
                DoubleColumn.create(
                        "p", states.stream().mapToDouble(Correlation::p).toArray()),
                DoubleColumn.create(
                        "p (Holm)",
                        states.stream().mapToDouble(Correlation::holm).toArray()),
                DoubleColumn.create(
                        "p (BH)",
                        states.stream()
                                .mapToDouble(Correlation::benjaminiHochberg)
                                .toArray()));
    }
}

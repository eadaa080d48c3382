package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Progress;
import org.kymograph.base.Streams;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.ModelSelection;
import org.kymograph.states.hmm.Selection;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * What a verdict on detours, forks and coefficients is worth: the same analysis from other random starts of the fit, and on parts of the runs with
 * the number of states chosen anew. The p-values of one fit are conditional on its states, which were fitted to the very runs that are tested; how
 * often a verdict comes back here is not.
 *
 * @param fit the coefficients of the fit that is judged, by its states
 * @param refits restarts first, then parts
 */
public record VerdictStability(List<Coefficient> fit, List<Refit> refits) {
    private static final double SHARE = 0.8;
    private static final double LEVEL = 0.05;
    private static final int PERMUTATIONS = 999;

    /** Copies its lists. */
    public VerdictStability {
        fit = List.copyOf(fit);
        refits = List.copyOf(refits);
    }

    /** What was done again. */
    public enum Kind {
        /** The same runs and number of states, from other random starts. */
        RESTART,
        /** Four fifths of the runs, drawn without replacement, and the number of states with the least mean BIC on held-out runs. */
        PART
    }

    /**
     * What a state of the fit becomes in a refit: the coefficient of the state there that shares most with it.
     *
     * @param state the state of the fit that is judged
     * @param overlap the number of checkpoints that are in both states, as a share of those in either
     * @param value the coefficient of the outcome on the time in the refit's state
     * @param p its p-value; NaN without residual degrees of freedom
     */
    public record Coefficient(int state, double overlap, double value, double p) {
        /** Returns whether it differs from 0 at the level .05, conditional on the fit. */
        public boolean isSignificant() {
            return p < LEVEL;
        }
    }

    /**
     * One analysis.
     *
     * @param kind what was done again
     * @param seed its seed
     * @param runs the number of runs
     * @param states the number of states
     * @param paths the number of different paths
     * @param rSquared R² of the outcome on the time in each state
     * @param detours the states that are detours by {@link Detours}
     * @param forks the number of states that runs leave for different ones
     * @param forkP the least of their p-values by {@link ForkTest}, after Holm; NaN without forks
     * @param dissimilarity the mean total variation of the runs
     * @param coefficients a coefficient for each state of the fit that is judged
     */
    public record Refit(
            Kind kind,
            long seed,
            int runs,
            int states,
            int paths,
            double rSquared,
            List<Integer> detours,
            int forks,
            double forkP,
            double dissimilarity,
            List<Coefficient> coefficients) {}

    /**
     * Analyses again and again.
     *
     * @param hmm the settings of the fit, with the number of states of the restarts
     * @param observations the runs
     * @param outcome their convergence
     * @param times how many restarts, and how many parts; at least 1
     * @param maxStates the largest number of states that a part may choose
     * @return the verdicts
     */
    public static VerdictStability of(Hmm hmm, Observations observations, Outcome outcome, int times, int maxStates) {
        Arguments.atLeast("times", times, 1);
        DecodedRuns judged = DecodedRuns.of(hmm.fit(observations), observations);
        List<Refit> refits = new ArrayList<>();
        try (Progress progress = Progress.start("refitting", "fits", 2L * times)) {
            for (int seed = 0; seed < times; seed++) {
                refits.add(refit(Kind.RESTART, seed, hmm.withSeed(seed), observations, outcome, judged));
                progress.update(refits.size(), "");
            }
            int n = observations.runs().size();
            for (int seed = 0; seed < times; seed++) {
                int[] order = Streams.permutation(Streams.of(seed, "parts"), n);
                Observations part = observations.subset(Arrays.copyOf(order, (int) Math.ceil(SHARE * n)));
                int states = ModelSelection.upTo(maxStates)
                        .with(hmm)
                        .select(part)
                        .chosen(Selection.Rule.MIN_BIC)
                        .states();
                refits.add(refit(Kind.PART, seed, hmm.withStates(states), part, outcome, judged));
                progress.update(refits.size(), "");
            }
        }
        OccupancyRegression regression = OccupancyRegression.of(Occupancies.of(judged), outcome);
        return new VerdictStability(coefficients(judged, judged, regression), refits);
    }

    private static Refit refit(Kind kind, long seed, Hmm hmm, Observations runs, Outcome outcome, DecodedRuns judged) {
        DecodedRuns decoded = DecodedRuns.of(hmm.fit(runs), runs);
        Occupancies occupancies = Occupancies.of(decoded);
        OccupancyRegression regression = OccupancyRegression.of(occupancies, outcome);
        List<ForkTest.Fork> forks =
                ForkTest.of(decoded, outcome, PERMUTATIONS, seed).forks();
        return new Refit(
                kind,
                seed,
                runs.runs().size(),
                decoded.states(),
                (int) IntStream.range(0, runs.runs().size())
                        .mapToObj(decoded::sequence)
                        .distinct()
                        .count(),
                regression.rSquared(),
                Detours.of(decoded, outcome, regression, Detours.PAPER_THRESHOLD)
                        .detours(),
                forks.size(),
                forks.stream().mapToDouble(ForkTest.Fork::holm).min().orElse(Double.NaN),
                Dissimilarity.totalVariation(occupancies).mean(),
                coefficients(judged, decoded, regression));
    }

    /** For each state of one fit the coefficient of the other's state that shares most checkpoints with it. */
    private static List<Coefficient> coefficients(
            DecodedRuns judged, DecodedRuns decoded, OccupancyRegression regression) {
        long[][] both = new long[judged.states()][decoded.states()];
        long[] here = new long[judged.states()];
        long[] there = new long[decoded.states()];
        for (int run = 0; run < decoded.runs().size(); run++) {
            int[] path = decoded.path(run);
            int[] other = judged.path(judged.index(decoded.runs().get(run)));
            for (int t = 0; t < path.length; t++) {
                both[other[t]][path[t]]++;
                here[other[t]]++;
                there[path[t]]++;
            }
        }
        double[] p = regression.fit().pValues();
        return Columns.each(judged.states(), state -> {
            double[] shared = Columns.numbers(
                    decoded.states(),
                    k -> both[state][k] == 0 ? 0 : both[state][k] / (double) (here[state] + there[k] - both[state][k]));
            int nearest = Statistics.order(shared.length, (a, b) -> Double.compare(shared[b], shared[a]))[0];
            return new Coefficient(state, shared[nearest], regression.coefficients()[nearest], p[nearest]);
        });
    }

    /**
     * Returns how many refits of a kind find a detour.
     *
     * @param kind the kind
     */
    public long withDetour(Kind kind) {
        return of(kind).stream().filter(refit -> !refit.detours().isEmpty()).count();
    }

    /**
     * Returns the refits of a kind.
     *
     * @param kind the kind
     */
    public List<Refit> of(Kind kind) {
        return refits.stream().filter(refit -> refit.kind() == kind).toList();
    }

    /** Returns one row per refit. */
    public Table table() {
        return Columns.of("the same analysis again", refits)
                .texts("again", refit -> refit.kind().name().toLowerCase(Locale.ROOT))
                .longs("seed", Refit::seed)
                .ints("runs", Refit::runs)
                .ints("states", Refit::states)
                .ints("paths", Refit::paths)
                .doubles("R²", Refit::rSquared)
                .texts("detours", Refit::detours)
                .ints("forks", Refit::forks)
                .doubles("p of a fork", Refit::forkP)
                .doubles("total variation", Refit::dissimilarity)
                .table();
    }

    /**
     * Returns one row per state of the fit that is judged: its coefficient and p-value, then for restarts and for parts the least and largest coefficient
     * of the state nearest to it, in how many of them that differs from 0 at the level .05, and the median overlap.
     */
    public Table coefficientTable() {
        Columns<Coefficient> columns = Columns.of("coefficients again", fit)
                .ints("state", Coefficient::state)
                .doubles("coefficient", Coefficient::value)
                .doubles("p", Coefficient::p);
        for (Kind kind : Kind.values()) {
            String name = kind.name().toLowerCase(Locale.ROOT) + "s: ";
            columns.doubles(name + "least", c -> values(kind, c.state()).min().orElse(Double.NaN))
                    .doubles(name + "most", c -> values(kind, c.state()).max().orElse(Double.NaN))
                    .texts(
                            name + "p < .05",
                            c -> again(kind, c.state())
                                            .filter(Coefficient::isSignificant)
                                            .count() + " of " + of(kind).size())
                    .doubles(
                            name + "overlap",
                            c -> Statistics.median(again(kind, c.state())
                                    .mapToDouble(Coefficient::overlap)
                                    .toArray()));
        }
        return columns.table();
    }

    private Stream<Coefficient> again(Kind kind, int state) {
        return of(kind).stream().map(refit -> refit.coefficients().get(state));
    }

    private DoubleStream values(Kind kind, int state) {
        return again(kind, state).mapToDouble(Coefficient::value);
    }

    /** Returns a sentence on how often a detour is found, and with how many states, and one on how far the largest coefficient moves. */
    @Override
    public String toString() {
        List<Refit> restarts = of(Kind.RESTART);
        List<Refit> parts = of(Kind.PART);
        Coefficient largest = fit.stream()
                .max(Comparator.comparingDouble(c -> Math.abs(c.value())))
                .orElseThrow();
        DoubleSummaryStatistics restarted =
                values(Kind.RESTART, largest.state()).summaryStatistics();
        DoubleSummaryStatistics parted = values(Kind.PART, largest.state()).summaryStatistics();
        return String.format(
                Locale.ROOT,
                "A detour is found from %d of %d random starts with %s, and in %d of %d parts of the runs, which chose %s states."
                        + " The largest coefficient, %.2f of state %d, lies between %.2f and %.2f from other starts and between"
                        + " %.2f and %.2f in parts.",
                withDetour(Kind.RESTART),
                restarts.size(),
                restarts.get(0).states() == 1 ? "1 state" : restarts.get(0).states() + " states",
                withDetour(Kind.PART),
                parts.size(),
                parts.stream().map(Refit::states).distinct().sorted().toList(),
                largest.value(),
                largest.state(),
                restarted.getMin(),
                restarted.getMax(),
                parted.getMin(),
                parted.getMax());
    }
}

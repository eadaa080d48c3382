package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Progress;
import org.kymograph.base.Streams;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.hmm.ModelSelection;
import org.kymograph.states.hmm.Selection;
import tech.tablesaw.api.Table;

/**
 * What a verdict on detours is worth: the same analysis from other random starts of the fit, and on parts of the runs with the number
 * of states chosen anew. The p-values of one fit are conditional on its states, which were fitted to the very runs that are tested; how often a
 * verdict comes back here is not.
 *
 * @param refits restarts first, then parts
 */
public record VerdictStability(List<Refit> refits) {
    private static final double SHARE = 0.8;

    /** Copies its list. */
    public VerdictStability {
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
     * One analysis.
     *
     * @param kind what was done again
     * @param seed its seed
     * @param runs the number of runs
     * @param states the number of states
     * @param paths the number of different paths
     * @param rSquared R² of the outcome on the time in each state
     * @param detours the states that are detours by {@link Detours}
     * @param dissimilarity the mean total variation of the runs
     */
    public record Refit(
            Kind kind,
            long seed,
            int runs,
            int states,
            int paths,
            double rSquared,
            List<Integer> detours,
            double dissimilarity) {}

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
        List<Refit> refits = new ArrayList<>();
        try (Progress progress = Progress.start("refitting", "fits", 2L * times)) {
            for (int seed = 0; seed < times; seed++) {
                refits.add(refit(Kind.RESTART, seed, hmm.withSeed(seed), observations, outcome));
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
                refits.add(refit(Kind.PART, seed, hmm.withStates(states), part, outcome));
                progress.update(refits.size(), "");
            }
        }
        return new VerdictStability(refits);
    }

    private static Refit refit(Kind kind, long seed, Hmm hmm, Observations runs, Outcome outcome) {
        HmmModel model = hmm.fit(runs);
        DecodedRuns decoded = DecodedRuns.of(model, runs).renumbered();
        Occupancies occupancies = Occupancies.of(decoded);
        OccupancyRegression regression = OccupancyRegression.of(occupancies, outcome);
        return new Refit(
                kind,
                seed,
                runs.runs().size(),
                model.states(),
                (int) IntStream.range(0, runs.runs().size())
                        .mapToObj(decoded::sequence)
                        .distinct()
                        .count(),
                regression.rSquared(),
                Detours.of(decoded, outcome, regression, Detours.PAPER_THRESHOLD)
                        .detours(),
                Dissimilarity.totalVariation(occupancies).mean());
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
                .doubles("total variation", Refit::dissimilarity)
                .table();
    }

    /** Returns a sentence on how often a detour is found, and with how many states. */
    @Override
    public String toString() {
        List<Refit> restarts = of(Kind.RESTART);
        List<Refit> parts = of(Kind.PART);
        return String.format(
                Locale.ROOT,
                "A detour is found from %d of %d random starts with %s, and in %d of %d parts of the runs, which chose %s states.",
                withDetour(Kind.RESTART),
                restarts.size(),
                restarts.get(0).states() == 1 ? "1 state" : restarts.get(0).states() + " states",
                withDetour(Kind.PART),
                parts.size(),
                parts.stream().map(Refit::states).distinct().sorted().toList());
    }
}

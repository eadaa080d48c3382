package org.kymograph.stories.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.kymograph.base.Columns;
import org.kymograph.stories.protocol.DeletionResults.Variant;
import tech.tablesaw.api.Table;

/**
 * What the published results predict of a {@link DeletionStudy}, checked seed by seed. What doesn't hold at this size is an answer too.
 * Where the control never learns, it takes more than the last step, but not known by how much: a model that took more than a third of
 * that step counts as not held.
 *
 * @param gates the checks
 */
public record DeletionGates(List<Gate> gates) {
    /**
     * A prediction.
     *
     * @param prediction what is predicted
     * @param found what was found, a value for each seed
     * @param held on how many seeds it holds
     * @param seeds how many seeds there are
     */
    public record Gate(String prediction, String found, int held, int seeds) {
        /**
         * Returns whether it holds on all seeds.
         *
         * @return whether it does
         */
        public boolean holds() {
            return held == seeds;
        }
    }

    /** Copies the list. */
    public DeletionGates {
        gates = List.copyOf(gates);
    }

    /**
     * Returns whether everything that is predicted holds on all seeds.
     *
     * @return whether it does
     */
    public boolean hold() {
        return gates.stream().allMatch(Gate::holds);
    }

    static DeletionGates of(DeletionResults results, ProbeResults probes) {
        Checks c = new Checks(results);
        c.base();
        c.adversarial();
        c.rates();
        c.recovery();
        c.legacy();
        if (probes != null) {
            c.probes(probes);
        }
        return new DeletionGates(c.gates);
    }

    private static final class Checks {
        private static final Variant PRESENT = new Variant(DeletionStudy.PRESENT, Double.NaN);
        private static final Variant ABSENT = new Variant(DeletionStudy.ABSENT, Double.NaN);

        private final DeletionResults results;
        private final long[] seeds;
        private final List<Variant> deleted;
        private final double high;
        private final double low;
        private final List<Gate> gates = new ArrayList<>();

        Checks(DeletionResults results) {
            this.results = results;
            seeds = results.seeds();
            deleted = results.variants(DeletionStudy.DELETION);
            high = deleted.stream().mapToDouble(Variant::rate).max().orElse(Double.NaN);
            low = deleted.stream().mapToDouble(Variant::rate).min().orElse(Double.NaN);
        }

        private void add(String prediction, LongFunction<String> found, LongPredicate holds) {
            gates.add(new Gate(
                    prediction,
                    Arrays.stream(seeds).mapToObj(found).collect(Collectors.joining("; ")),
                    (int) Arrays.stream(seeds).filter(holds).count(),
                    seeds.length));
        }

        private StudyPoint last(String stage, Variant v, long seed) {
            return DeletionResults.nearest(results.of(stage, v, seed), Long.MAX_VALUE / 2);
        }

        void base() {
            add(
                    "pretrained on all: score at least 0.90 where asked",
                    s -> number(last(DeletionStudy.PRETRAINING, PRESENT, s).score()),
                    s -> last(DeletionStudy.PRETRAINING, PRESENT, s).score() >= 0.9);
            add(
                    "pretrained on all: at most 0.05 where not asked",
                    s -> number(last(DeletionStudy.PRETRAINING, PRESENT, s).unasked()),
                    s -> last(DeletionStudy.PRETRAINING, PRESENT, s).unasked() <= 0.05);
        }

        // Within the first tenth of the steps.
        private double early(Variant v, long seed) {
            List<StudyPoint> curve = results.of(DeletionStudy.DELETION, v, seed);
            long tenth = curve.stream().mapToLong(StudyPoint::step).max().orElse(0) / 10;
            return curve.stream()
                    .filter(p -> p.step() <= tenth && !Double.isNaN(p.score()))
                    .mapToDouble(StudyPoint::score)
                    .min()
                    .orElse(Double.NaN);
        }

        void adversarial() {
            Variant at = new Variant(Deletion.ADVERSARIAL.label(), high);
            if (deleted.contains(at)) {
                add(
                        "F+AT at the high rate: at most 0.10 within a tenth of the steps",
                        s -> number(early(at, s)),
                        s -> early(at, s) <= 0.1);
            }
        }

        void rates() {
            Variant a = new Variant(Deletion.FILTER.label(), high);
            Variant b = new Variant(Deletion.FILTER.label(), low);
            if (high > low && deleted.contains(a)) {
                add(
                        "F lowers the score more at the high rate than at the low one",
                        s -> number(last(DeletionStudy.DELETION, a, s).score()) + " against "
                                + number(last(DeletionStudy.DELETION, b, s).score()),
                        s -> last(DeletionStudy.DELETION, a, s).score()
                                < last(DeletionStudy.DELETION, b, s).score());
            }
        }

        private OptionalLong steps(Variant v, long seed) {
            return DeletionResults.stepsTo(0.8, results.of(DeletionStudy.RECOVERY, v, seed));
        }

        // A control that never gets there needs more than its last step, and how many more is not known.
        private boolean within(Variant v, long seed) {
            OptionalLong own = steps(v, seed);
            long last = results.of(DeletionStudy.RECOVERY, ABSENT, seed).stream()
                    .mapToLong(StudyPoint::step)
                    .max()
                    .orElse(0);
            return own.isPresent() && 3 * own.getAsLong() <= steps(ABSENT, seed).orElse(last + 1);
        }

        void recovery() {
            for (Variant v : deleted) {
                add(
                        v.model() + " at " + v.rate() + ": reFT to 0.8 within a third of the control's steps",
                        s -> DeletionResults.text(steps(v, s)) + " against " + DeletionResults.text(steps(ABSENT, s)),
                        s -> within(v, s));
            }
        }

        void legacy() {
            Variant fixed = new Variant(Deletion.MIX_MATCH.label(), high);
            Variant legacy = new Variant(Deletion.LEGACY_MIX_MATCH.label(), high);
            if (deleted.contains(fixed) && deleted.contains(legacy)) {
                add(
                        "F+MM as meant deletes more than as published",
                        s -> number(last(DeletionStudy.DELETION, fixed, s).score()) + " against "
                                + number(last(DeletionStudy.DELETION, legacy, s).score()),
                        s -> last(DeletionStudy.DELETION, fixed, s).score()
                                < last(DeletionStudy.DELETION, legacy, s).score());
            }
        }

        void probes(ProbeResults all) {
            for (Variant v : deleted) {
                add(
                        v.model() + " at " + v.rate()
                                + ": probes read more than in the control, and less or as much as before",
                        // Probes differ by less than scores do.
                        s -> String.format(
                                Locale.ROOT,
                                "%.4f between %.4f and %.4f",
                                best(all, v, s),
                                best(all, ABSENT, s),
                                best(all, PRESENT, s)),
                        s -> best(all, v, s) > best(all, ABSENT, s)
                                && best(all, PRESENT, s) - best(all, v, s)
                                        < best(all, PRESENT, s) - best(all, ABSENT, s));
            }
        }

        private double best(ProbeResults all, Variant v, long seed) {
            ProbeResults own = new ProbeResults(
                    all.rows().stream().filter(r -> r.seed() == seed).toList());
            return own.best(v.model(), v.rate(), results.feature());
        }

        private static String number(double x) {
            return String.format(Locale.ROOT, "%.2f", x);
        }
    }

    /**
     * Returns the checks as a table.
     *
     * @return columns prediction, found and holds
     */
    public Table table() {
        return Columns.of("predictions", gates)
                .texts("prediction", Gate::prediction)
                .texts("found", Gate::found)
                .texts("holds", g -> g.held + " of " + g.seeds)
                .table();
    }
}

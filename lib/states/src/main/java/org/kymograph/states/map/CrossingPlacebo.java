package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.states.em.Observations;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * A placebo for R² of the time in states: how well the first checkpoint at which one standardized number crosses its run's mean tells when the run
 * converges, without any model. If states that begin or end near convergence are counted, their R² says no more than such a crossing does.
 *
 * @param crossings by R², the highest first
 */
public record CrossingPlacebo(List<Crossing> crossings) {
    /** Copies its list. */
    public CrossingPlacebo {
        crossings = List.copyOf(crossings);
    }

    /**
     * One number's crossing.
     *
     * @param feature the number's name
     * @param runs in how many runs it crosses
     * @param rSquared the squared correlation of crossing and outcome over these
     */
    public record Crossing(String feature, int runs, double rSquared) {}

    /**
     * Looks for the crossings.
     *
     * @param standardized the runs, standardized
     * @param outcome their convergence
     * @return the numbers that cross in at least nine tenths of the runs that have an outcome, and in three
     * @throws IllegalArgumentException if the runs aren't standardized
     */
    public static CrossingPlacebo of(Observations standardized, Outcome outcome) {
        Arguments.check(standardized.isStandardized(), "standardized.isStandardized()", false, "true");
        List<String> runs = standardized.runs();
        List<Crossing> all = new ArrayList<>();
        for (int j = 0; j < standardized.features().size(); j++) {
            List<double[]> pairs = new ArrayList<>();
            for (int i = 0; i < runs.size(); i++) {
                int at = first(standardized.run(i), j);
                if (at > 0 && outcome.has(runs.get(i))) {
                    pairs.add(new double[] {at, outcome.value(runs.get(i))});
                }
            }
            if (pairs.size()
                    >= Math.max(3, 0.9 * runs.stream().filter(outcome::has).count())) {
                double r = Statistics.pearson(
                        Columns.numbers(pairs, pair -> pair[0]), Columns.numbers(pairs, pair -> pair[1]));
                all.add(new Crossing(standardized.features().get(j), pairs.size(), r * r));
            }
        }
        all.removeIf(crossing -> Double.isNaN(crossing.rSquared()));
        all.sort(Comparator.comparing(Crossing::rSquared).reversed());
        return new CrossingPlacebo(all);
    }

    private static int first(double[][] rows, int feature) {
        double start = Math.signum(rows[0][feature]);
        double[] column = Arrays.stream(rows).mapToDouble(row -> row[feature]).toArray();
        for (int t = 1; t < column.length; t++) {
            if (Math.signum(column[t]) != start) {
                return t;
            }
        }
        return -1;
    }

    /** Returns one row per number. */
    public Table table() {
        return Columns.of("first crossing of one number", crossings)
                .texts("number", Crossing::feature)
                .ints("runs", Crossing::runs)
                .doubles("R²", Crossing::rSquared)
                .table();
    }

    /** Returns a sentence on the best of them. */
    @Override
    public String toString() {
        return crossings.isEmpty()
                ? "No single number crosses its mean in enough runs to be a placebo."
                : String.format(
                        Locale.ROOT,
                        "Placebo: the first crossing of %s alone, without any states, has R² %.3f (the best of %d numbers).",
                        crossings.get(0).feature(),
                        crossings.get(0).rSquared(),
                        crossings.size());
    }
}

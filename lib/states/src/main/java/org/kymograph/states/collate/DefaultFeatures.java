package org.kymograph.states.collate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * The columns that are features where none are named: {@link FeatureSets#BASE} if all of it is there, otherwise every numeric
 * column of all runs that is no name, time, loss or accuracy; without columns that say nothing.
 *
 * @param features the columns' names
 * @param leftOut the other columns that might have been meant, a sentence each
 */
record DefaultFeatures(List<String> features, List<String> leftOut) {
    /** Names in small letters, without blanks and signs; those of TensorBoard, Weights and Biases, Lightning among them. */
    private static final Set<String> NO_FEATURES = Set.of(
            "run",
            "seed",
            "step",
            "steps",
            "globalstep",
            "iteration",
            "iterations",
            "iter",
            "epoch",
            "epochs",
            "batch",
            "time",
            "walltime",
            "relativetime",
            "relativetimeprocess",
            "relativetimewall",
            "elapsed",
            "elapsedtime",
            "timeelapsed",
            "duration",
            "eta",
            "runtime",
            "timestamp",
            "date",
            "index",
            "trainloss",
            "evalloss",
            "trainaccuracy",
            "evalaccuracy",
            "latentstate",
            "");

    private static final int FEWEST_ROWS_OF_A_COUNTER = 5;

    static DefaultFeatures of(Collection<Table> runs) {
        boolean base = FeatureSets.BASE.stream()
                .allMatch(f -> runs.stream().allMatch(table -> RunTables.column(table, f) != null));
        List<String> wanted = base ? FeatureSets.BASE : numeric(runs);
        List<String> features = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (String name : wanted) {
            List<double[]> values =
                    runs.stream().map(t -> numbers(RunTables.column(t, name))).toList();
            String why = all(values, v -> v.length == 0)
                    ? "has no number in any run"
                    : all(values, DefaultFeatures::isConstant)
                            ? "is constant in every run"
                            : all(values, DefaultFeatures::isCounter)
                                    ? "rises by the same whole number from row to row in every run, as a clock does"
                                    : isExtreme(name, wanted)
                                            ? "is the least or largest of column '"
                                                    + name.substring(0, name.length() - 5) + "'"
                                            : null;
            if (why == null) {
                features.add(name);
            } else {
                leftOut.add("column '" + name + "' " + why + "; it was left out of the features");
            }
        }
        return new DefaultFeatures(List.copyOf(features), List.copyOf(leftOut));
    }

    private static List<String> numeric(Collection<Table> runs) {
        return runs.iterator().next().columns().stream()
                .filter(c -> c instanceof NumericColumn && !isBookkeeping(c.name()))
                .map(Column::name)
                .filter(name -> runs.stream().allMatch(table -> RunTables.column(table, name) != null))
                .toList();
    }

    /** Tells whether a column names or dates its row, or says how well the network does. */
    static boolean isBookkeeping(String name) {
        // Lightning's trainer/global_step; pandas' Unnamed: 0.
        String plain = name.substring(name.lastIndexOf('/') + 1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}:]", "");
        return NO_FEATURES.contains(plain) || plain.matches("unnamed:\\d+");
    }

    private static boolean isExtreme(String name, List<String> names) {
        return Stream.of("__MIN", "__MAX")
                .anyMatch(end -> name.endsWith(end) && names.contains(name.substring(0, name.length() - end.length())));
    }

    private static boolean all(List<double[]> runs, Predicate<double[]> test) {
        return runs.stream().allMatch(test);
    }

    /** Returns a column's numbers, without what is missing or infinite; none if it isn't numeric. */
    private static double[] numbers(Column<?> column) {
        return column instanceof NumericColumn<?> numbers
                ? Arrays.stream(numbers.asDoubleArray())
                        .filter(Double::isFinite)
                        .toArray()
                : new double[0];
    }

    private static boolean isConstant(double[] values) {
        return values.length > 1 && Arrays.stream(values).allMatch(v -> v == values[0]);
    }

    private static boolean isCounter(double[] values) {
        if (values.length < FEWEST_ROWS_OF_A_COUNTER) {
            return false;
        }
        double difference = values[1] - values[0];
        for (int t = 1; t < values.length; t++) {
            if (values[t] != Math.rint(values[t]) || values[t] - values[t - 1] != difference) {
                return false;
            }
        }
        return difference > 0;
    }
}

package org.kymograph.connectivity.gap;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * How far the models of a population are apart: a symmetric matrix of a {@link CurveMetric}. Immutable.
 *
 * @param names the models' names, at least two, each once
 * @param values the numbers, models × models, at least 0 with a zero diagonal; NaN where a curve is missing or has a loss that
 *     is not finite
 */
public record GapMatrix(List<String> names, double[][] values) {
    // Curves of a log have four decimals, so the two directions of a pair may differ by that much.
    private static final double TOLERANCE = 1e-4;

    /** Checks the form and symmetrises what differs by rounding. */
    public GapMatrix {
        names = List.copyOf(names);
        int n = names.size();
        Arguments.check(n >= 2, "the number of models", n, "at least 2, to have a pair");
        Arguments.check(new HashSet<>(names).size() == n, "names", names, "each model once");
        Arguments.sameLength("values", values.length, "names", n);
        double[][] copy = new double[n][];
        for (int i = 0; i < n; i++) {
            Arguments.sameLength("row " + i, values[i].length, "names", n);
            copy[i] = values[i].clone();
        }
        for (int i = 0; i < n; i++) {
            Arguments.check(
                    copy[i][i] == 0,
                    "the value of " + names.get(i) + " with itself",
                    copy[i][i],
                    "0, as of no distance");
            for (int j = 0; j < i; j++) {
                double a = copy[i][j];
                double b = copy[j][i];
                Arguments.check(
                        Double.isNaN(a) == Double.isNaN(b) && !(Math.abs(a - b) > TOLERANCE + TOLERANCE * Math.abs(a)),
                        "the value of " + names.get(i) + " and " + names.get(j),
                        a,
                        b + ", as in the other direction");
                Arguments.check(!(a < 0), "the value of " + names.get(i) + " and " + names.get(j), a, "at least 0");
                copy[i][j] = (a + b) / 2;
                copy[j][i] = copy[i][j];
            }
        }
        values = copy;
    }

    /** Returns the numbers, a copy. */
    @Override
    public double[][] values() {
        return Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
    }

    /** Returns the number of models. */
    public int size() {
        return names.size();
    }

    /**
     * Returns the number of a pair.
     *
     * @param i a model's place, from 0
     * @param j another's
     * @return the number; NaN if it is not known
     */
    public double get(int i, int j) {
        return values[i][j];
    }

    /**
     * Returns the numbers of all pairs.
     *
     * @return n(n − 1)/2 numbers, the upper triangle by rows
     */
    public double[] pairs() {
        return IntStream.range(0, size())
                .boxed()
                .flatMapToDouble(i -> Arrays.stream(values[i], i + 1, size()))
                .toArray();
    }

    /**
     * Returns the numbers of the pairs within groups of models, or of those across groups.
     *
     * @param labels the group of each model
     * @param within whether both models of a pair belong to one group, or to two
     * @return the numbers, the upper triangle by rows
     */
    public double[] pairs(int[] labels, boolean within) {
        Arguments.sameLength("labels", labels.length, "models", size());
        return IntStream.range(0, size())
                .boxed()
                .flatMapToDouble(i -> IntStream.range(i + 1, size())
                        .filter(j -> (labels[i] == labels[j]) == within)
                        .mapToDouble(j -> values[i][j]))
                .toArray();
    }

    /** Returns the median of the pairs whose number is known, a scale for the similarities of a clustering. */
    public double median() {
        return Statistics.median(Arrays.stream(pairs()).filter(Double::isFinite).toArray());
    }

    /**
     * Returns the matrix of some models.
     *
     * @param some their names, in the order wanted, at least two
     * @return the part
     * @throws IllegalArgumentException if a name is unknown
     */
    public GapMatrix select(List<String> some) {
        int[] rows = some.stream().mapToInt(this::indexOf).toArray();
        double[][] part = new double[rows.length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                part[i][j] = values[rows[i]][rows[j]];
            }
        }
        return new GapMatrix(some, part);
    }

    /**
     * Returns the place of a model.
     *
     * @param name its name
     * @return the row, from 0
     * @throws IllegalArgumentException if there is none of that name
     */
    public int indexOf(String name) {
        int at = names.indexOf(name);
        if (at < 0) {
            throw Arguments.unknown("model", name, names);
        }
        return at;
    }

    /**
     * Checks that every pair has a number, as a clustering needs.
     *
     * @return this matrix
     * @throws IllegalArgumentException naming the first pair without one
     */
    public GapMatrix complete() {
        for (int i = 0; i < size(); i++) {
            for (int j = 0; j < i; j++) {
                if (!Double.isFinite(values[i][j])) {
                    throw new IllegalArgumentException(
                            "the gap of " + names.get(j) + " and " + names.get(i) + " is " + values[i][j]
                                    + "; expected a number: compute the missing curve, or leave one of the two out");
                }
            }
        }
        return this;
    }

    /**
     * Returns the groups of models that are joined by pairs below a threshold, directly or over others: an alternative to
     * clustering that need not find a given number of groups.
     *
     * @param threshold the gap below which two models count as connected
     * @return the groups, the largest first, members in the order of the matrix
     */
    public List<List<String>> components(double threshold) {
        int[] group = IntStream.range(0, size()).toArray();
        for (int i = 0; i < size(); i++) {
            for (int j = 0; j < i; j++) {
                if (values[i][j] < threshold && group[i] != group[j]) {
                    int old = group[i];
                    int kept = group[j];
                    Arrays.setAll(group, m -> group[m] == old ? kept : group[m]);
                }
            }
        }
        return Arrays.stream(group)
                .distinct()
                .mapToObj(g -> IntStream.range(0, size())
                        .filter(i -> group[i] == g)
                        .mapToObj(names::get)
                        .toList())
                .sorted((a, b) -> Integer.compare(b.size(), a.size()))
                .toList();
    }

    /**
     * Returns the matrix as a table.
     *
     * @return the models' names in a first column without a name, then a column a model
     */
    public Table table() {
        Table table = Table.create("gap", StringColumn.create(Tables.INDEX, names));
        for (int j = 0; j < size(); j++) {
            table.addColumns(DoubleColumn.create(names.get(j), values[j]));
        }
        return table;
    }

    /**
     * Writes the matrix as CSV, whose first row and first column are the models' names.
     *
     * @param file the file to write or replace
     * @throws RecordException if it can't be written
     */
    public void write(Path file) {
        Tables.writeCsv(file, table());
    }

    /**
     * Reads a matrix as {@link #write} writes it.
     *
     * @param file a CSV file
     * @return the matrix
     * @throws RecordException if the file can't be read or doesn't hold such a matrix
     */
    public static GapMatrix read(Path file) {
        Table table = Tables.readCsv(file);
        List<String> names = new ArrayList<>(table.columnNames().subList(1, table.columnCount()));
        if (table.rowCount() != names.size()) {
            throw new RecordException(
                    file,
                    "has " + table.rowCount() + " rows for " + names.size() + " models; expected a square matrix");
        }
        double[][] values = new double[names.size()][];
        for (int j = 0; j < names.size(); j++) {
            String row = table.column(0).getString(j);
            if (!Objects.equals(row, names.get(j)) && !sameNumber(row, names.get(j))) {
                throw new RecordException(
                        file, j + 2, "is the row of '" + row + "'; expected '" + names.get(j) + "', as in the header");
            }
            values[j] = Tables.numbers(file, table, names.get(j));
        }
        try {
            return new GapMatrix(names, values);
        } catch (IllegalArgumentException e) {
            throw new RecordException(file, e.getMessage(), e);
        }
    }

    // A column of names such as 00, 01 is read as numbers.
    private static boolean sameNumber(String a, String b) {
        return a.matches("\\d{1,18}") && b.matches("\\d{1,18}") && Long.parseLong(a) == Long.parseLong(b);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof GapMatrix m && names.equals(m.names) && Arrays.deepEquals(values, m.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(names, Arrays.deepHashCode(values));
    }

    @Override
    public String toString() {
        return "GapMatrix of " + size() + " models, median " + median();
    }
}

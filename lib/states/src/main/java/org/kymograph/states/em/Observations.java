package org.kymograph.states.em;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;

/**
 * The measurements at the checkpoints of several runs: named runs, named features, one row of numbers per checkpoint. Every
 * number is finite.
 */
public final class Observations {
    /** Columns that vary by less than this share of their size may show the rounding of single precision. */
    private static final double ROUNDING = 1e-6;

    private final List<String> runs;
    private final List<String> features;
    /** Row-major, all runs one after the other. */
    private final double[] values;

    private final int[] offsets;
    private final boolean standardized;
    private final List<DroppedRun> dropped;
    private final List<String> notes;
    private Rows kernelRows;
    private List<String> dependence;

    /**
     * A run that was left out because a number is missing or not finite.
     *
     * @param run the run's name
     * @param column the column of the first such number
     * @param row its row in the run, from 1
     */
    public record DroppedRun(String run, String column, int row) {
        @Override
        public String toString() {
            return "run '" + run + "' was dropped: column '" + column + "', row " + row + " isn't a finite number";
        }
    }

    private Observations(
            List<String> runs,
            List<String> features,
            double[] values,
            int[] offsets,
            boolean standardized,
            List<DroppedRun> dropped,
            List<String> notes) {
        this.runs = List.copyOf(runs);
        this.features = List.copyOf(features);
        this.values = values;
        this.offsets = offsets;
        this.standardized = standardized;
        this.dropped = List.copyOf(dropped);
        this.notes = List.copyOf(notes);
    }

    /**
     * Checks and copies measurements.
     *
     * @param runs the runs' names
     * @param features the features' names, at least one
     * @param rows per run its rows, each with one number per feature
     * @return these observations, copied
     * @throws IllegalArgumentException if there is no run, a name comes twice, a run has no rows, a row has another number
     *     of features, or a number isn't finite; the message names run, row (from 1) and feature
     */
    public static Observations of(List<String> runs, List<String> features, List<double[][]> rows) {
        checkDistinct("runs", Arguments.notEmpty("runs", runs));
        checkDistinct("features", Arguments.notEmpty("features", features));
        Arguments.sameLength("rows", rows.size(), "runs", runs.size());
        int[] offsets = new int[runs.size() + 1];
        for (int run = 0; run < runs.size(); run++) {
            Arguments.require(rows.get(run).length != 0, "run '" + runs.get(run) + "' has no rows");
            offsets[run + 1] = offsets[run] + rows.get(run).length;
        }
        int d = features.size();
        double[] values = new double[offsets[runs.size()] * d];
        for (int run = 0; run < runs.size(); run++) {
            double[][] own = rows.get(run);
            for (int t = 0; t < own.length; t++) {
                checkRow(runs.get(run), t, own[t], features);
                System.arraycopy(own[t], 0, values, (offsets[run] + t) * d, d);
            }
        }
        return new Observations(runs, features, values, offsets, false, List.of(), List.of());
    }

    private static void checkRow(String run, int t, double[] row, List<String> features) {
        if (row.length != features.size()) {
            throw new IllegalArgumentException(
                    "run '" + run + "', row " + (t + 1) + ": " + row.length + " numbers, expected " + features.size());
        }
        for (int j = 0; j < row.length; j++) {
            if (!Double.isFinite(row[j])) {
                throw new IllegalArgumentException("run '" + run + "', row " + (t + 1) + ", column '" + features.get(j)
                        + "': " + row[j] + "; every number must be finite");
            }
        }
    }

    private static void checkDistinct(String what, List<String> names) {
        HashSet<String> seen = new HashSet<>();
        for (String name : names) {
            Arguments.require(seen.add(name), what + ": '" + name + "' comes twice");
        }
    }

    /** Returns the runs' names. */
    public List<String> runs() {
        return runs;
    }

    /** Returns the features' names. */
    public List<String> features() {
        return features;
    }

    /** Returns the number of rows of all runs. */
    public int rows() {
        return offsets[runs.size()];
    }

    /**
     * Returns the number of rows of a run.
     *
     * @param run the run's index, from 0
     * @return the number of its rows
     */
    public int length(int run) {
        return offsets[run + 1] - offsets[run];
    }

    /**
     * Returns the rows of a run.
     *
     * @param run the run's index, from 0
     * @return its rows, one number per feature
     */
    public double[][] run(int run) {
        double[][] rows = new double[length(run)][];
        Arrays.setAll(rows, t -> row(run, t));
        return rows;
    }

    /**
     * Returns one row.
     *
     * @param run a run's index, from 0
     * @param t the row's index in it, from 0
     * @return that row, one number per feature
     * @throws IllegalArgumentException if there is no such row
     */
    public double[] row(int run, int t) {
        Arguments.within("row", t, 0, length(run) - 1);
        int d = features.size();
        return Arrays.copyOfRange(values, (offsets[run] + t) * d, (offsets[run] + t + 1) * d);
    }

    /** Returns whether these come from {@link #standardized}. */
    public boolean isStandardized() {
        return standardized;
    }

    /**
     * Returns the same observations with remarks on how they were read.
     *
     * @param dropped the runs that were left out
     * @param notes further warnings, a sentence each
     * @return the copy
     */
    public Observations withNotes(List<DroppedRun> dropped, List<String> notes) {
        return new Observations(runs, features, values, offsets, standardized, dropped, notes);
    }

    /** Returns the runs that were left out when the tables were read, and why. */
    public List<DroppedRun> dropped() {
        return dropped;
    }

    /**
     * Returns doubts about the data: runs of different length, columns that are constant, nearly so, or follow from others.
     *
     * @return a sentence each
     */
    public List<String> warnings() {
        return Stream.of(notes, dependence()).flatMap(List::stream).toList();
    }

    /**
     * Returns the columns that are constant in every run or follow from the columns before them, with which the likelihood
     * of full and tied covariances has no maximum.
     *
     * @return a sentence each; none if each column says something of its own
     */
    public synchronized List<String> dependence() {
        if (dependence == null) {
            dependence = ColumnDependence.sentences(toRows(), features);
            if (dependence.isEmpty() && runs.size() > 1) {
                dependence = withinRuns();
            }
        }
        return dependence;
    }

    /**
     * Columns that are combinations of the others within each run, with other coefficients from run to run, since each is scaled
     * by itself.
     */
    private List<String> withinRuns() {
        List<String> common = null;
        for (int run = 0; run < runs.size(); run++) {
            int d = features.size();
            if (length(run) <= d + 1) {
                return List.of();
            }
            Rows rows = new Rows(
                    Arrays.copyOfRange(values, offsets[run] * d, offsets[run + 1] * d), d, new int[] {0, length(run)});
            List<String> found = ColumnDependence.combined(rows, features);
            common = common == null
                    ? found
                    : common.stream().filter(found::contains).toList();
            if (common.isEmpty()) {
                return List.of();
            }
        }
        return common.stream()
                .map(name -> "column '" + name
                        + "' follows from other columns within every run (a linear combination): full and "
                        + "tied covariances become all but singular, and their likelihood measures how alike the runs' scales are; "
                        + "leave it out")
                .toList();
    }

    /**
     * Scales every column of every run to mean 0 and population standard deviation 1 over that run's rows. A column that
     * is constant in a run, up to rounding, becomes 0 there and is named in {@link #warnings}.
     *
     * @return the scaled observations
     */
    public Observations standardized() {
        int d = features.size();
        double[] scaled = new double[values.length];
        List<String> more = new ArrayList<>(notes);
        List<String> tiny = IntStream.range(0, runs.size())
                .filter(run -> length(run) < 3)
                .mapToObj(runs::get)
                .toList();
        if (!tiny.isEmpty()) {
            more.add(said(tiny) + (tiny.size() == 1 ? " has" : " have")
                    + " fewer than 3 rows: standardized, every number becomes −1, 0 or 1 whatever was measured");
        }
        for (int j = 0; j < d; j++) {
            List<String> constant = new ArrayList<>();
            List<String> noisy = new ArrayList<>();
            for (int run = 0; run < runs.size(); run++) {
                double spread = standardize(run, j, scaled);
                if (spread == 0) {
                    constant.add(runs.get(run));
                } else if (spread < ROUNDING) {
                    noisy.add(runs.get(run));
                }
            }
            // What is constant in every run is told by dependence().
            if (!constant.isEmpty() && constant.size() < runs.size()) {
                more.add("column '" + features.get(j) + "' is constant in " + said(constant) + "; it became 0 there");
            }
            if (!noisy.isEmpty()) {
                more.add("column '" + features.get(j) + "' varies by less than a millionth of its size in "
                        + said(noisy) + ": standardizing makes rounding as large as everything else");
            }
        }
        return new Observations(runs, features, scaled, offsets, true, dropped, more);
    }

    private static String said(List<String> names) {
        int shown = names.size() > 4 ? 3 : names.size();
        return (names.size() == 1 ? "run " : "runs ")
                + names.stream().limit(shown).map(n -> "'" + n + "'").collect(Collectors.joining(", "))
                + (names.size() > shown ? " and " + (names.size() - shown) + " others" : "");
    }

    /** Returns the standard deviation as a share of the column's size in this run; 0 if that is rounding. */
    private double standardize(int run, int j, double[] scaled) {
        int d = features.size();
        int n = length(run);
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        // Large numbers would overflow in their sum of squares.
        for (int t = offsets[run]; t < offsets[run + 1]; t++) {
            least = Math.min(least, values[t * d + j]);
            most = Math.max(most, values[t * d + j]);
        }
        if (least == most) {
            return 0;
        }
        double scale = Math.max(Math.abs(least), Math.abs(most));
        for (int t = offsets[run]; t < offsets[run + 1]; t++) {
            sum += values[t * d + j] / scale;
        }
        double mean = sum / n;
        double squares = 0;
        for (int t = offsets[run]; t < offsets[run + 1]; t++) {
            double delta = values[t * d + j] / scale - mean;
            squares += delta * delta;
        }
        double deviation = Math.sqrt(squares / n);
        // As scikit-learn's StandardScaler decides.
        if (deviation <= n * Math.ulp(1.0) * Math.abs(mean)) {
            return 0;
        }
        for (int t = offsets[run]; t < offsets[run + 1]; t++) {
            scaled[t * d + j] = (values[t * d + j] / scale - mean) / deviation;
        }
        return deviation;
    }

    /**
     * Chooses runs.
     *
     * @param chosen indices of runs, from 0
     * @return those runs, in that order
     * @throws IllegalArgumentException if none is chosen
     */
    public Observations subset(int... chosen) {
        Arguments.atLeast("the number of chosen runs", chosen.length, 1);
        int d = features.size();
        int[] newOffsets = new int[chosen.length + 1];
        for (int i = 0; i < chosen.length; i++) {
            newOffsets[i + 1] = newOffsets[i] + length(chosen[i]);
        }
        double[] newValues = new double[newOffsets[chosen.length] * d];
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(values, offsets[chosen[i]] * d, newValues, newOffsets[i] * d, length(chosen[i]) * d);
        }
        return new Observations(
                Arrays.stream(chosen).mapToObj(runs::get).toList(),
                features,
                newValues,
                newOffsets,
                standardized,
                List.of(),
                List.of());
    }

    /**
     * Chooses features.
     *
     * @param wanted some of the features' names
     * @return the same runs with these features only, in that order
     * @throws IllegalArgumentException if a name isn't a feature's
     */
    public Observations only(List<String> wanted) {
        int[] columns = wanted.stream()
                .mapToInt(name -> {
                    Arguments.check(features.contains(name), "feature", name, "one of " + features);
                    return features.indexOf(name);
                })
                .toArray();
        int d = columns.length;
        double[] fewer = new double[rows() * d];
        for (int t = 0; t < rows(); t++) {
            for (int j = 0; j < d; j++) {
                fewer[t * d + j] = values[t * features.size() + columns[j]];
            }
        }
        return new Observations(runs, wanted, fewer, offsets, standardized, dropped, notes);
    }

    /** Returns the rows for the numeric kernels. */
    synchronized Rows toRows() {
        if (kernelRows == null) {
            kernelRows = new Rows(values, features.size(), offsets);
        }
        return kernelRows;
    }
}

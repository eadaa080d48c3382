package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * What was measured at the checkpoints of several runs: named runs, named features, one row of numbers per checkpoint.
 * Every number is finite.
 */
public final class Observations {
    private final List<String> runs;
    private final List<String> features;
    /** Row-major, all runs one after the other. */
    private final double[] values;

    private final int[] offsets;
    private final boolean standardized;
    private final List<DroppedRun> dropped;
    private final List<String> warnings;

    private Observations(
            List<String> runs,
            List<String> features,
            double[] values,
            int[] offsets,
            boolean standardized,
            List<DroppedRun> dropped,
            List<String> warnings) {
        this.runs = List.copyOf(runs);
        this.features = List.copyOf(features);
        this.values = values;
        this.offsets = offsets;
        this.standardized = standardized;
        this.dropped = List.copyOf(dropped);
        this.warnings = List.copyOf(warnings);
    }

    /**
     * @param runs the runs' names
     * @param features the features' names, at least one
     * @param rows per run its rows, each with one number per feature
     * @return these observations, copied
     * @throws IllegalArgumentException if there is no run, a name comes twice, a run has no rows, a row has another number
     *     of features, or a number isn't finite; the message names run, row (from 1) and feature
     */
    public static Observations of(List<String> runs, List<String> features, List<double[][]> rows) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("runs: there are none; expected at least one");
        }
        if (features.isEmpty()) {
            throw new IllegalArgumentException("features: there are none; expected at least one");
        }
        checkDistinct("runs", runs);
        checkDistinct("features", features);
        if (rows.size() != runs.size()) {
            throw new IllegalArgumentException("rows: of " + rows.size() + " runs, but " + runs.size() + " names");
        }
        int[] offsets = new int[runs.size() + 1];
        for (int run = 0; run < runs.size(); run++) {
            if (rows.get(run).length == 0) {
                throw new IllegalArgumentException("run '" + runs.get(run) + "' has no rows");
            }
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
            if (!seen.add(name)) {
                throw new IllegalArgumentException(what + ": '" + name + "' comes twice");
            }
        }
    }

    /** @return the runs' names */
    public List<String> runs() {
        return runs;
    }

    /** @return the features' names */
    public List<String> features() {
        return features;
    }

    /** @return the number of rows of all runs */
    public int rows() {
        return offsets[runs.size()];
    }

    /**
     * @param run a run's index, from 0
     * @return the number of its rows
     */
    public int length(int run) {
        return offsets[run + 1] - offsets[run];
    }

    /**
     * @param run a run's index, from 0
     * @return its rows, one number per feature
     */
    public double[][] run(int run) {
        double[][] rows = new double[length(run)][];
        int d = features.size();
        for (int t = 0; t < rows.length; t++) {
            rows[t] = Arrays.copyOfRange(values, (offsets[run] + t) * d, (offsets[run] + t + 1) * d);
        }
        return rows;
    }

    /**
     * @param run a run's index, from 0
     * @param t a row of it, from 0
     * @return that row, one number per feature
     * @throws IllegalArgumentException if there is no such row
     */
    public double[] row(int run, int t) {
        if (t < 0 || t >= length(run)) {
            throw new IllegalArgumentException("row " + t + ": must be 0 to " + (length(run) - 1));
        }
        int d = features.size();
        return Arrays.copyOfRange(values, (offsets[run] + t) * d, (offsets[run] + t + 1) * d);
    }

    /** @return whether these come from {@link #standardized} */
    public boolean isStandardized() {
        return standardized;
    }

    public Observations withNotes(List<DroppedRun> left, List<String> notes) {
        return new Observations(runs, features, values, offsets, standardized, left, notes);
    }

    /** @return the runs that were left out when the tables were read, and why */
    public List<DroppedRun> dropped() {
        return dropped;
    }

    /** @return what the reader should know: runs of different length, columns that are constant; a sentence each */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Scales every column of every run to mean 0 and population standard deviation 1 over that run's rows. A column that
     * is constant in a run becomes 0 there and is named in {@link #warnings}.
     *
     * @return the scaled observations
     */
    public Observations standardized() {
        int d = features.size();
        double[] scaled = new double[values.length];
        List<String> notes = new ArrayList<>(warnings);
        for (int run = 0; run < runs.size(); run++) {
            for (int j = 0; j < d; j++) {
                if (!standardize(run, j, scaled)) {
                    notes.add(
                            "run '" + runs.get(run) + "', column '" + features.get(j) + "': is constant; it became 0");
                }
            }
        }
        return new Observations(runs, features, scaled, offsets, true, dropped, notes);
    }

    private boolean standardize(int run, int j, double[] scaled) {
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
            return false;
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
        for (int t = offsets[run]; t < offsets[run + 1]; t++) {
            scaled[t * d + j] = (values[t * d + j] / scale - mean) / deviation;
        }
        return true;
    }

    /**
     * @param chosen indices of runs, from 0
     * @return those runs, in that order
     * @throws IllegalArgumentException if none is chosen
     */
    public Observations subset(int... chosen) {
        if (chosen.length == 0) {
            throw new IllegalArgumentException("chosen: there are no runs in it; expected at least one");
        }
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
     * @param wanted some of the features' names
     * @return the same runs with these features only, in that order
     * @throws IllegalArgumentException if a name isn't a feature's
     */
    public Observations only(List<String> wanted) {
        int[] columns = wanted.stream()
                .mapToInt(name -> {
                    if (!features.contains(name)) {
                        throw new IllegalArgumentException("feature '" + name + "': must be one of " + features);
                    }
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
        return new Observations(runs, wanted, fewer, offsets, standardized, dropped, warnings);
    }

    /** @return the rows for the numeric kernels */
    Rows toRows() {
        return new Rows(values, features.size(), offsets);
    }
}

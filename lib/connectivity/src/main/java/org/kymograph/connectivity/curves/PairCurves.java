package org.kymograph.connectivity.curves;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.gap.CurveMetric;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.record.files.Tables;
import tech.tablesaw.api.Table;

/**
 * The losses along the segments between the models of a population. Immutable.
 *
 * @param models the models' names, in order
 * @param curves a curve a pair, in one of its two directions
 * @param notes what is missing or no number, a sentence each; empty if all is well
 */
public record PairCurves(List<String> models, List<PairCurve> curves, List<String> notes) {
    /** Checks that there is at most one curve a pair. */
    public PairCurves {
        models = List.copyOf(models);
        curves = List.copyOf(curves);
        notes = List.copyOf(notes);
        Set<Set<String>> seen = new LinkedHashSet<>();
        for (PairCurve c : curves) {
            Arguments.check(
                    models.contains(c.from())
                            && models.contains(c.to())
                            && !c.from().equals(c.to()),
                    "a curve",
                    "from " + c.from() + " to " + c.to(),
                    "two different models of " + models);
            Arguments.check(
                    seen.add(Set.of(c.from(), c.to())),
                    "curves",
                    c.from() + " and " + c.to() + " twice",
                    "a pair once");
        }
    }

    /**
     * Gathers curves.
     *
     * @param curves a curve a pair; models are ordered as they first occur
     * @return the curves
     */
    public static PairCurves of(Collection<PairCurve> curves) {
        Set<String> models = new LinkedHashSet<>();
        List<String> notes = new ArrayList<>();
        for (PairCurve c : curves) {
            models.add(c.from());
            models.add(c.to());
            if (!c.isFinite()) {
                notes.add(notFinite(c));
            }
        }
        return new PairCurves(List.copyOf(models), List.copyOf(curves), notes);
    }

    static String notFinite(PairCurve c) {
        double[] l = c.losses();
        int k = 0;
        while (Double.isFinite(l[k])) {
            k++;
        }
        return "the loss between " + c.from() + " and " + c.to() + " is no finite number at point " + k + " of "
                + (l.length - 1) + ": this pair has no gap";
    }

    /** Returns a copy with another note. */
    PairCurves withNotes(List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return new PairCurves(models, curves, all);
    }

    /**
     * Finds the curve of a pair.
     *
     * @param from a model
     * @param to another
     * @return the curve in this direction; empty if there is none
     */
    public Optional<PairCurve> find(String from, String to) {
        for (PairCurve c : curves) {
            if (c.from().equals(from) && c.to().equals(to)) {
                return Optional.of(c);
            }
            if (c.from().equals(to) && c.to().equals(from)) {
                return Optional.of(c.reversed());
            }
        }
        return Optional.empty();
    }

    /** Returns the convexity gaps of all pairs. */
    public GapMatrix gap() {
        return gap(CurveMetric.CONVEXITY_GAP);
    }

    /**
     * Returns a number of every curve as a matrix.
     *
     * @param metric the number
     * @return the matrix of all models, NaN where a pair has no curve or a loss that is not finite
     */
    public GapMatrix gap(CurveMetric metric) {
        Map<String, Integer> places = new LinkedHashMap<>();
        models.forEach(m -> places.put(m, places.size()));
        double[][] values = new double[models.size()][models.size()];
        for (int i = 0; i < values.length; i++) {
            for (int j = 0; j < values.length; j++) {
                values[i][j] = i == j ? 0 : Double.NaN;
            }
        }
        for (PairCurve c : curves) {
            double value = metric.of(c.curve());
            values[places.get(c.from())][places.get(c.to())] = value;
            values[places.get(c.to())][places.get(c.from())] = value;
        }
        return new GapMatrix(models, values);
    }

    /** Returns the Euclidean distances of all pairs as a matrix, NaN where a pair has no curve. */
    public GapMatrix distances() {
        return map(c -> new PairCurve(c.from(), c.to(), 1, new double[] {0, c.distance(), 0}, Map.of(), null))
                .gap(CurveMetric.BARRIER_HEIGHT);
    }

    /**
     * Returns the curves of 1 − a score in place of the loss, such as of the error.
     *
     * @param score a score's name, such as {@code "accuracy"}
     * @return the curves
     */
    public PairCurves errors(String score) {
        return map(c -> c.errors(score));
    }

    private PairCurves map(UnaryOperator<PairCurve> change) {
        return new PairCurves(models, curves.stream().map(change).toList(), notes);
    }

    /**
     * Returns the curves between the models of two groups, in the direction from the first group to the second.
     *
     * @param from models
     * @param to models; those of the same name are left out
     * @return the curves that there are, as in the paper each segment in both directions where the groups are the same
     */
    public List<PairCurve> between(Collection<String> from, Collection<String> to) {
        List<PairCurve> found = new ArrayList<>();
        for (String a : from) {
            for (String b : to) {
                if (!a.equals(b)) {
                    find(a, b).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    /**
     * Returns bootstrap intervals of a number of every curve whose losses of samples were kept.
     *
     * @param metric the number
     * @param level the intervals' level, such as 0.95
     * @param draws the number of draws
     * @param seed the random seed
     * @return a row a pair: {@code a}, {@code b}, the number, {@code lower} and {@code upper}; ends are missing where samples are
     */
    public Table intervals(CurveMetric metric, double level, int draws, long seed) {
        record Row(PairCurve curve, double value, LossCurve.Interval interval) {}
        List<Row> rows = curves.stream()
                .map(c -> new Row(
                        c,
                        metric.of(c.curve()),
                        c.sampleLosses() == null
                                ? new LossCurve.Interval(Double.NaN, Double.NaN)
                                : c.curve().interval(metric::of, level, draws, seed)))
                .toList();
        return Columns.of("intervals", rows)
                .texts("a", r -> r.curve.from())
                .texts("b", r -> r.curve.to())
                .doubles("gap", Row::value)
                .doubles("lower", r -> r.interval.lower())
                .doubles("upper", r -> r.interval.upper())
                .table();
    }

    /**
     * Returns all points as a table.
     *
     * @return a row a point: {@code a}, {@code b}, {@code dist}, {@code k}, {@code alpha}, {@code loss} and a column a score
     */
    public Table table() {
        record Point(PairCurve curve, Map<String, double[]> scores, double[] losses, int k) {}
        List<Point> points = new ArrayList<>();
        Set<String> scores = new LinkedHashSet<>();
        for (PairCurve c : curves) {
            double[] losses = c.losses();
            Map<String, double[]> all = c.scores();
            scores.addAll(all.keySet());
            for (int k = 0; k < losses.length; k++) {
                points.add(new Point(c, all, losses, k));
            }
        }
        Columns<Point> columns = Columns.of("pairs", points)
                .texts("a", p -> p.curve.from())
                .texts("b", p -> p.curve.to())
                .doubles("dist", p -> p.curve.distance())
                .ints("k", Point::k)
                .doubles("alpha", p -> (double) p.k / (p.losses.length - 1))
                .doubles("loss", p -> p.losses[p.k]);
        for (String score : scores) {
            columns.doubles(score, p -> p.scores.containsKey(score) ? p.scores.get(score)[p.k] : Double.NaN);
        }
        return columns.table();
    }

    /**
     * Writes all points as CSV, in the form of {@link #table}.
     *
     * @param file the file to write or replace
     */
    public void write(Path file) {
        Tables.writeCsv(file, table());
    }

    /**
     * Reads curves as {@link #write} and {@link Interpolation} write them. A pair whose points end in the middle, as after a
     * crash, is left out, with a note.
     *
     * @param file a CSV file
     * @return the curves, with the losses of samples where they were kept beside the file
     * @throws org.kymograph.record.files.RecordException if the file can't be read or is no such table
     */
    public static PairCurves read(Path file) {
        return CurveFile.read(file, true);
    }
}

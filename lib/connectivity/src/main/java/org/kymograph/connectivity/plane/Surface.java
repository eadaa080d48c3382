package org.kymograph.connectivity.plane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Progress;
import org.kymograph.connectivity.curves.PointScores;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;

/**
 * Loss and scores over a grid of a plane. Immutable.
 *
 * @param x the places of the columns, rising
 * @param y the places of the rows, rising, on the same scale
 * @param values {@code loss} and scores by name, rows × columns
 * @param points where models lie, x and y by name
 */
public record Surface(double[] x, double[] y, Map<String, double[][]> values, Map<String, double[]> points) {
    // About 160 MB of parameters are made at a time.
    private static final int NUMBERS = 20_000_000;

    /** Checks the form and copies. */
    public Surface {
        x = x.clone();
        y = y.clone();
        Map<String, double[][]> all = new LinkedHashMap<>();
        for (Map.Entry<String, double[][]> v : values.entrySet()) {
            Arguments.sameLength("the rows of " + v.getKey(), v.getValue().length, "y", y.length);
            for (double[] row : v.getValue()) {
                Arguments.sameLength("a row of " + v.getKey(), row.length, "x", x.length);
            }
            all.put(v.getKey(), Arrays.stream(v.getValue()).map(double[]::clone).toArray(double[][]::new));
        }
        values = all;
        points = new LinkedHashMap<>(points);
    }

    /** Returns the places of the columns, a copy. */
    @Override
    public double[] x() {
        return x.clone();
    }

    /** Returns the places of the rows, a copy. */
    @Override
    public double[] y() {
        return y.clone();
    }

    /**
     * Evaluates a square around the origin of a plane.
     *
     * @param objective the network, the loss and the samples, 256 in the paper
     * @param plane the plane
     * @param range how far the square reaches along each direction, in that direction's own length as in the paper
     * @param pointsPerUnit the points per length of a direction, at least 1; so that 0 and 1 are points there is one more than in
     *     the original's grids
     * @return the surface
     */
    public static Surface of(Objective objective, Plane plane, double range, int pointsPerUnit) {
        Arguments.positive("range", range);
        Arguments.atLeast("pointsPerUnit", pointsPerUnit, 1);
        int half = (int) Math.round(range * pointsPerUnit);
        double[] along = IntStream.rangeClosed(-half, half)
                .mapToDouble(i -> (double) i / pointsPerUnit)
                .toArray();
        return of(
                objective,
                plane,
                along,
                Arrays.stream(along).map(a -> a * plane.scale()).toArray());
    }

    /**
     * Evaluates a grid of a plane.
     *
     * @param objective the network, the loss and the samples
     * @param plane the plane
     * @param x the places along the first direction, rising
     * @param y the places along the second, in the same unit, rising
     * @return the surface
     */
    public static Surface of(Objective objective, Plane plane, double[] x, double[] y) {
        Map<String, double[][]> values = new LinkedHashMap<>();
        int total = x.length * y.length;
        Objective there = objective.runningStatistics() != null
                        && objective.runningStatistics().isEmpty()
                ? objective.withRecomputedStatistics()
                : objective;
        int most = Math.max(2, NUMBERS / Math.max(1, there.initial(0).size()));
        try (ObjectiveSession session = there.open();
                Progress progress = Progress.start("evaluating a plane", "points", total)) {
            for (int from = 0; from < total; from += most) {
                int to = Math.min(total, from + most);
                List<ParameterVector> some = new ArrayList<>();
                for (int i = from; i < to; i++) {
                    some.add(plane.at(x[i % x.length], y[i / x.length]));
                }
                List<PointScores> found = PointScores.of(session, some);
                for (int i = from; i < to; i++) {
                    int at = i;
                    PointScores p = found.get(i - from);
                    values.computeIfAbsent("loss", n -> new double[y.length][x.length])[at / x.length][at % x.length] =
                            p.loss();
                    p.scores()
                            .forEach((name, value) -> values.computeIfAbsent(name, n -> new double[y.length][x.length])[
                                    at / x.length][at % x.length] = value);
                }
                progress.update(to, "");
            }
        }
        return new Surface(x, y, values, plane.points());
    }

    /**
     * Returns one of the numbers over the grid.
     *
     * @param name {@code loss}, {@code accuracy}, {@code ece} …
     * @return rows × columns, a copy
     * @throws IllegalArgumentException if there is none of that name
     */
    public double[][] get(String name) {
        double[][] found = values.get(name);
        if (found == null) {
            throw Arguments.unknown("name", name, values.keySet());
        }
        return Arrays.stream(found).map(double[]::clone).toArray(double[][]::new);
    }

    /**
     * Returns the saddle-minimum average distance: the mean height of the saddles above the higher of the two minima that they join,
     * over all branches of the grid's merge tree. 0 if there is one minimum. Points are neighbours of the eight around them; small
     * dips of a rough grid count as minima.
     *
     * <p>Source: the idea of Landscaper (arXiv:2602.07135).
     *
     * @param name the number, such as {@code loss}
     * @return the mean distance
     */
    public double saddleMinimumDistance(String name) {
        return MergeTree.persistences(get(name)).stream()
                .mapToDouble(p -> p)
                .average()
                .orElse(0);
    }

    /**
     * Writes the surface as JSON.
     *
     * @param file the file to write or replace
     */
    public void write(Path file) {
        ObjectNode all = Json.object();
        all.set("x", Json.tree(x));
        all.set("y", Json.tree(y));
        all.set("values", Json.tree(values));
        all.set("points", Json.tree(points));
        Json.write(file, all);
    }

    /**
     * Reads a surface as {@link #write} writes it.
     *
     * @param file a JSON file
     * @return the surface
     * @throws RecordException if the file can't be read or is no surface
     */
    public static Surface read(Path file) {
        ObjectNode all = Json.readObject(file);
        try {
            Map<String, double[][]> values = new LinkedHashMap<>();
            all.path("values")
                    .properties()
                    .forEach(v -> values.put(v.getKey(), Json.value(v.getValue(), double[][].class)));
            Map<String, double[]> points = new LinkedHashMap<>();
            all.path("points")
                    .properties()
                    .forEach(p -> points.put(p.getKey(), Json.value(p.getValue(), double[].class)));
            return new Surface(numbers(all, "x"), numbers(all, "y"), values, points);
        } catch (IllegalArgumentException e) {
            throw new RecordException(file, "is no surface: " + e.getMessage(), e);
        }
    }

    private static double[] numbers(ObjectNode all, String name) {
        JsonNode found = all.get(name);
        Arguments.check(found != null && found.isArray(), name, found, "a list of numbers");
        return Json.value(found, double[].class);
    }
}

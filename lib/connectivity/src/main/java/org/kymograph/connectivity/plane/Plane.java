package org.kymograph.connectivity.plane;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;
import tech.tablesaw.api.Table;

/**
 * A plane in parameter space, θ(x, y) = origin + x·b1 + (y/s)·b2 with orthogonal b1 and b2 and s = ‖b2‖/‖b1‖, so that both axes
 * have the same Euclidean scale, whose unit is ‖b1‖. Immutable.
 *
 * <p>A plane is a slice: what looks like a wall in it may have a way around it in the other dimensions.
 */
public final class Plane {
    private static final double SMALL = 1e-10;

    private final ParameterVector origin;
    private final ParameterVector first;
    private final ParameterVector second;
    private final double scale;
    private final Map<String, double[]> points;

    private Plane(ParameterVector origin, ParameterVector first, ParameterVector second, Map<String, double[]> points) {
        this.origin = origin;
        this.first = first;
        this.second = second;
        scale = second.norm() / first.norm();
        this.points = points;
        Arguments.check(
                scale > 0 && Double.isFinite(scale),
                "‖b2‖/‖b1‖",
                scale,
                "a number above 0, as of models that are different and not on one line");
    }

    /** How a random direction is scaled to the parameters. */
    public enum Normalization {
        /** Each row of a matrix, a unit's incoming weights, has the norm of the parameters' row. */
        FILTER,
        /** Each matrix has the norm of the parameters' matrix. */
        LAYER,
        /** Each element is multiplied by the parameter. */
        WEIGHT
    }

    /**
     * Returns the plane through three models: the first is at (0, 0), and one of the others at (1, 0), the second unless the third
     * reaches at least as far in its direction as it does itself.
     *
     * <p>Source: Juneja et al. (2023), and their program for which model is at (1, 0).
     *
     * @param models three models by name, the anchor first
     * @return the plane
     * @throws IllegalArgumentException if there are not three, or they lie on one line
     */
    public static Plane through(Map<String, ParameterVector> models) {
        Arguments.check(models.size() == 3, "the number of models", models.size(), "3");
        List<String> names = List.copyOf(models.keySet());
        ParameterVector anchor = models.get(names.get(0));
        ParameterVector u = models.get(names.get(1)).axpy(-1, anchor);
        ParameterVector v = models.get(names.get(2)).axpy(-1, anchor);
        boolean swap = v.dot(u) / u.norm() >= u.norm();
        ParameterVector b1 = swap ? v : u;
        ParameterVector other = swap ? u : v;
        double c = other.dot(b1) / b1.dot(b1);
        ParameterVector b2 = other.axpy(-c, b1);
        double s = b2.norm() / b1.norm();
        Map<String, double[]> points = new LinkedHashMap<>();
        points.put(names.get(0), new double[] {0, 0});
        points.put(names.get(1), swap ? new double[] {c, s} : new double[] {1, 0});
        points.put(names.get(2), swap ? new double[] {1, 0} : new double[] {c, s});
        return new Plane(anchor, b1, b2, points);
    }

    /**
     * Returns the plane through a model along two random directions scaled to its parameters; biases and norms stay as they are. The
     * two directions are not exactly orthogonal before, but are made so.
     *
     * <p>Source: Li et al., Visualizing the loss landscape of neural nets (2018).
     *
     * @param model the model
     * @param normalization how directions are scaled
     * @param seed the random seed
     * @return the plane, the model at (0, 0)
     */
    public static Plane random(ParameterVector model, Normalization normalization, long seed) {
        ParameterVector b1 = direction(model, normalization, Streams.of(seed, "plane", 0));
        ParameterVector b2 = direction(model, normalization, Streams.of(seed, "plane", 1));
        double norm = b2.norm();
        b2 = b2.axpy(-b2.dot(b1) / b1.dot(b1), b1);
        Map<String, double[]> points = new LinkedHashMap<>();
        points.put("model", new double[] {0, 0});
        return new Plane(model, b1, b2.scale(norm / b2.norm()), points);
    }

    private static ParameterVector direction(
            ParameterVector model, Normalization normalization, RandomGenerator random) {
        double[] w = model.toArray();
        double[] d = new double[w.length];
        for (Segment s : model.segments()) {
            if (s.shape().size() < 2) {
                continue;
            }
            int rows = normalization == Normalization.FILTER ? s.shape().get(0).intValue() : 1;
            int size = s.length() / rows;
            for (int r = 0; r < rows; r++) {
                double squaresD = 0;
                double squaresW = 0;
                int from = s.offset() + r * size;
                for (int i = from; i < from + size; i++) {
                    d[i] = Streams.gaussian(random);
                    squaresD += d[i] * d[i];
                    squaresW += w[i] * w[i];
                }
                double factor = Math.sqrt(squaresW) / (Math.sqrt(squaresD) + SMALL);
                for (int i = from; i < from + size; i++) {
                    d[i] *= normalization == Normalization.WEIGHT ? w[i] : factor;
                }
            }
        }
        return model.withValues(d);
    }

    /**
     * Returns the plane of the two main directions of a trajectory, which passes through its last point; the others are projected
     * onto it.
     *
     * @param checkpoints the points of the trajectory by name, at least three
     * @return the plane, the last point at (0, 0)
     */
    public static Plane ofTrajectory(Map<String, ParameterVector> checkpoints) {
        List<String> names = List.copyOf(checkpoints.keySet());
        int n = names.size() - 1;
        Arguments.check(n >= 2, "the number of checkpoints", n + 1, "at least 3");
        ParameterVector last = checkpoints.get(names.get(n));
        List<ParameterVector> steps = new ArrayList<>();
        for (int t = 0; t < n; t++) {
            steps.add(checkpoints.get(names.get(t)).axpy(-1, last));
        }
        double[][] gram = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                gram[i][j] = steps.get(i).dot(steps.get(j));
                gram[j][i] = gram[i][j];
            }
        }
        EigenDecomposition main = new EigenDecomposition(new Array2DRowRealMatrix(gram, false));
        ParameterVector b1 = combined(steps, main.getEigenvector(0).toArray());
        ParameterVector b2 = combined(steps, main.getEigenvector(1).toArray());
        Map<String, double[]> points = new LinkedHashMap<>();
        for (int t = 0; t <= n; t++) {
            ParameterVector from = checkpoints.get(names.get(t)).axpy(-1, last);
            points.put(names.get(t), new double[] {from.dot(b1), from.dot(b2)});
        }
        return new Plane(last, b1, b2, points);
    }

    // A unit vector.
    private static ParameterVector combined(List<ParameterVector> steps, double[] weights) {
        ParameterVector sum = steps.get(0).scale(weights[0]);
        for (int t = 1; t < weights.length; t++) {
            sum = sum.axpy(weights[t], steps.get(t));
        }
        Arguments.check(sum.norm() > 0, "checkpoints", "on one line", "a trajectory of at least two dimensions");
        return sum.scale(1 / sum.norm());
    }

    /**
     * Returns a point of the plane.
     *
     * @param x the coordinate along b1, in units of its length
     * @param y the coordinate along b2, in the same units
     * @return the parameters there
     */
    public ParameterVector at(double x, double y) {
        return origin.axpy(x, first).axpy(y / scale, second);
    }

    /** Returns s = ‖b2‖/‖b1‖. */
    public double scale() {
        return scale;
    }

    /** Returns where the models lie, x and y by name, in order. */
    public Map<String, double[]> points() {
        Map<String, double[]> copy = new LinkedHashMap<>();
        points.forEach((name, at) -> copy.put(name, at.clone()));
        return copy;
    }

    /**
     * Returns how far a model lies off the plane.
     *
     * @param model a model
     * @return its Euclidean distance to its projection
     */
    public double distance(ParameterVector model) {
        ParameterVector from = model.axpy(-1, origin);
        return from.axpy(-from.dot(first) / first.dot(first), first)
                .axpy(-from.dot(second) / second.dot(second), second)
                .norm();
    }

    /**
     * Returns where the models lie as a table.
     *
     * @return columns {@code model}, {@code x} and {@code y}
     */
    public Table table() {
        return Columns.of("plane", List.copyOf(points.entrySet()))
                .texts("model", Map.Entry::getKey)
                .doubles("x", p -> p.getValue()[0])
                .doubles("y", p -> p.getValue()[1])
                .table();
    }
}

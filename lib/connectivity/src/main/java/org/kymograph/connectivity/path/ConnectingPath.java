package org.kymograph.connectivity.path;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Progress;
import org.kymograph.base.Streams;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Adam;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import tech.tablesaw.api.Table;

/**
 * A path between two models whose inner vertices were trained so that the loss is low all along it. Immutable.
 *
 * <p>That there is such a path says little by itself: between most solutions of a large network there is one. It shows that a
 * barrier belongs to the straight line.
 *
 * <p>Source: Garipov et al., Loss surfaces, mode connectivity, and fast ensembling of DNNs (2018).
 *
 * @param kind the form of the path
 * @param vertices both models and the trained vertices between them, in order
 * @param losses the mean loss of each step's points
 */
public record ConnectingPath(PathSettings.Kind kind, List<ParameterVector> vertices, double[] losses) {
    private static final int PIECES = 200;

    /** Copies list and array. */
    public ConnectingPath {
        vertices = List.copyOf(vertices);
        Arguments.check(vertices.size() >= 3, "the number of vertices", vertices.size(), "at least 3");
        losses = losses.clone();
    }

    /** Returns the mean loss of each step's points, a copy. */
    @Override
    public double[] losses() {
        return losses.clone();
    }

    /**
     * Trains a path: the expected loss at a uniformly drawn point is minimised over the vertices, which start on the straight
     * segment, equally spaced.
     *
     * @param objective the network, the loss and the training samples
     * @param from one model
     * @param to the other
     * @param settings the settings
     * @return the path
     */
    public static ConnectingPath train(
            Objective objective, ParameterVector from, ParameterVector to, PathSettings settings) {
        int last = settings.bends() + 1;
        double[][] vertices = new double[last + 1][];
        for (int k = 0; k <= last; k++) {
            vertices[k] = from.lerp(to, (double) k / last).toArray();
        }
        Adam[] adam = new Adam[last + 1];
        Arrays.setAll(adam, k -> new Adam(from.size()));
        double[] losses = new double[settings.steps()];
        RandomGenerator random = Streams.of(settings.seed(), "path");
        try (ObjectiveSession session = objective.open();
                Progress progress = Progress.start("training a path", "steps", settings.steps())) {
            int[] rows = new int[settings.batch()];
            double[][] gradients = new double[settings.draws()][from.size()];
            for (int step = 0; step < settings.steps(); step++) {
                double[] t = random.doubles(settings.draws()).toArray();
                Arrays.setAll(rows, i -> Streams.below(random, objective.data().size()));
                int[][] shared = new int[t.length][];
                Arrays.fill(shared, rows);
                double[][] points = Arrays.stream(t)
                        .mapToObj(at -> point(settings.kind(), vertices, at))
                        .toArray(double[][]::new);
                losses[step] = Arrays.stream(session.gradients(points, shared, gradients))
                        .average()
                        .orElseThrow();
                for (int k = 1; k < last; k++) {
                    adam[k].step(
                            vertices[k], gradient(settings.kind(), k, last, t, gradients), settings.learningRate());
                }
                progress.update(step + 1, "");
            }
        }
        List<ParameterVector> trained = new ArrayList<>(List.of(from));
        for (int k = 1; k < last; k++) {
            trained.add(from.withValues(vertices[k]));
        }
        trained.add(to);
        return new ConnectingPath(settings.kind(), trained, losses);
    }

    private static double[] point(PathSettings.Kind kind, double[][] vertices, double t) {
        double[] out = new double[vertices[0].length];
        for (int k = 0; k < vertices.length; k++) {
            double weight = kind.weight(k, vertices.length - 1, t);
            for (int i = 0; weight != 0 && i < out.length; i++) {
                out[i] += weight * vertices[k][i];
            }
        }
        return out;
    }

    private static double[] gradient(PathSettings.Kind kind, int k, int last, double[] t, double[][] gradients) {
        double[] g = new double[gradients[0].length];
        for (int d = 0; d < t.length; d++) {
            double weight = kind.weight(k, last, t[d]) / t.length;
            for (int i = 0; i < g.length; i++) {
                g[i] += weight * gradients[d][i];
            }
        }
        return g;
    }

    /** Returns the path in its own parameter t, exactly the two models at 0 and 1. */
    public ParameterPath path() {
        double[][] all = vertices.stream().map(ParameterVector::toArray).toArray(double[][]::new);
        ParameterVector like = vertices.get(0);
        return t -> t == 0 ? like : t == 1 ? vertices.get(vertices.size() - 1) : like.withValues(point(kind, all, t));
    }

    /** Returns the path in its arc length, 0 to 1, so that equal steps are equally long; both ends included. */
    public ParameterPath byLength() {
        return path().byLength(PIECES * (vertices.size() - 1));
    }

    /** Returns the length of the path. */
    public double length() {
        return path().length(PIECES * (vertices.size() - 1));
    }

    /**
     * Evaluates the path at points of equal distance along it, both ends included.
     *
     * @param objective the network, the loss and the samples
     * @param points the number of points
     * @return the curve
     */
    public LossCurve along(Objective objective, int points) {
        return LossCurve.along(objective, byLength(), points);
    }

    /**
     * Returns the training as a table.
     *
     * @return columns {@code step} and {@code loss}
     */
    public Table table() {
        return Columns.of("path", IntStream.range(0, losses.length).boxed().toList())
                .ints("step", i -> i)
                .doubles("loss", i -> losses[i])
                .table();
    }
}

package org.kymograph.connectivity.path;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
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
 * Models joined by simplices of low loss: each model with the same trained connectors is the corners of one simplex, so that all
 * models lie in one connected set. Immutable.
 *
 * <p>Connectors are trained one after the other. A new one starts at the mean of all vertices and is linked to all of them;
 * earlier ones go on. The mean loss at uniform points of a uniformly drawn simplex is minimised, less λ times the logarithm of
 * the volume, so that simplices do not collapse. Such a set exists between most solutions of a large network: it says that a
 * barrier belongs to the straight line, not that the models do the same.
 *
 * <p>Source: Benton et al., Loss Surface Simplexes for Mode Connecting Volumes and Fast Ensembling (ICML 2021).
 *
 * @param models the models, which stay as they are
 * @param connectors the trained vertices that all simplices share
 * @param losses the mean loss of each step's points
 * @param volumes the sum of the simplices' volumes at each step; between steps that add a connector its dimension grows
 */
public record SimplicialComplex(
        List<ParameterVector> models, List<ParameterVector> connectors, double[] losses, double[] volumes) {
    private static final double SMALL = 1e-4;
    private static final int PIECES = 200;

    /** Copies lists and arrays. */
    public SimplicialComplex {
        models = List.copyOf(Arguments.notEmpty("models", models));
        connectors = List.copyOf(Arguments.notEmpty("connectors", connectors));
        Arguments.sameLength("volumes", volumes.length, "losses", losses.length);
        losses = losses.clone();
        volumes = volumes.clone();
    }

    /** Returns the mean loss of each step's points, a copy. */
    @Override
    public double[] losses() {
        return losses.clone();
    }

    /** Returns the volume at each step, a copy. */
    @Override
    public double[] volumes() {
        return volumes.clone();
    }

    /**
     * Trains the connectors.
     *
     * @param objective the network, the loss and the training samples
     * @param models the models, at least two
     * @param settings the settings
     * @return the complex
     */
    public static SimplicialComplex train(Objective objective, List<ParameterVector> models, ComplexSettings settings) {
        Arguments.check(models.size() >= 2, "the number of models", models.size(), "at least 2");
        models.forEach(models.get(0)::sameSegments);
        int bases = models.size();
        List<double[]> vertices = new ArrayList<>();
        models.forEach(m -> vertices.add(m.toArray()));
        double[] losses = new double[settings.connectors() * settings.steps()];
        double[] volumes = new double[losses.length];
        RandomGenerator random = Streams.of(settings.seed(), "complex");
        try (ObjectiveSession session = objective.open();
                Progress progress = Progress.start("training a complex", "steps", losses.length)) {
            for (int step = 0; step < losses.length; ) {
                vertices.add(mean(vertices));
                Adam[] adam = new Adam[vertices.size() - bases];
                Arrays.setAll(adam, c -> new Adam(models.get(0).size()));
                for (int s = 0; s < settings.steps(); s++, step++) {
                    double rate = settings.learningRate() * (1 + Math.cos(Math.PI * s / settings.steps())) / 2;
                    double[][] gradients = new double[adam.length][models.get(0).size()];
                    losses[step] = addLoss(session, settings, random, bases, vertices, gradients);
                    volumes[step] = addVolume(settings.volumeWeight(), bases, vertices, gradients);
                    for (int c = 0; c < adam.length; c++) {
                        adam[c].step(vertices.get(bases + c), gradients[c], rate);
                    }
                    progress.update(step + 1, "");
                }
            }
        }
        ParameterVector like = models.get(0);
        return new SimplicialComplex(
                models, Columns.each(vertices.subList(bases, vertices.size()), like::withValues), losses, volumes);
    }

    private static double[] mean(List<double[]> vertices) {
        double[] mean = new double[vertices.get(0).length];
        for (double[] v : vertices) {
            add(1.0 / vertices.size(), v, mean);
        }
        return mean;
    }

    private static void add(double factor, double[] x, double[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * x[i];
        }
    }

    private static double addLoss(
            ObjectiveSession session,
            ComplexSettings settings,
            RandomGenerator random,
            int bases,
            List<double[]> vertices,
            double[][] gradients) {
        int draws = settings.draws();
        int[] rows = new int[settings.batch()];
        Arrays.setAll(
                rows, i -> Streams.below(random, session.objective().data().size()));
        int[][] shared = new int[draws][];
        Arrays.fill(shared, rows);
        double[][] weights = new double[draws][];
        double[][] points = new double[draws][vertices.get(0).length];
        for (int d = 0; d < draws; d++) {
            int base = Streams.below(random, bases);
            weights[d] = uniform(random, 1 + gradients.length);
            add(weights[d][0], vertices.get(base), points[d]);
            for (int c = 0; c < gradients.length; c++) {
                add(weights[d][c + 1], vertices.get(bases + c), points[d]);
            }
        }
        double[][] found = new double[draws][points[0].length];
        double[] losses = session.gradients(points, shared, found);
        for (int d = 0; d < draws; d++) {
            for (int c = 0; c < gradients.length; c++) {
                add(weights[d][c + 1] / draws, found[d], gradients[c]);
            }
        }
        return Arrays.stream(losses).average().orElseThrow();
    }

    // Uniform on the simplex: exponential draws over their sum.
    private static double[] uniform(RandomGenerator random, int n) {
        double[] w = Columns.numbers(n, i -> random.nextExponential());
        double sum = Arrays.stream(w).sum();
        return Arrays.stream(w).map(x -> x / sum).toArray();
    }

    // Adds the gradient of −λ log(V + 1e-4).
    private static double addVolume(double lambda, int bases, List<double[]> vertices, double[][] gradients) {
        List<SimplexVolume> simplices = Columns.each(bases, b -> new SimplexVolume(corners(b, bases, vertices)));
        double total = simplices.stream().mapToDouble(SimplexVolume::volume).sum();
        for (SimplexVolume simplex : lambda == 0 ? List.<SimplexVolume>of() : simplices) {
            for (int c = 0; c < gradients.length; c++) {
                simplex.addGradient(c + 1, -lambda / (total + SMALL), gradients[c]);
            }
        }
        return total;
    }

    private static double[][] corners(int base, int bases, List<double[]> vertices) {
        List<double[]> corners = new ArrayList<>(List.of(vertices.get(base)));
        corners.addAll(vertices.subList(bases, vertices.size()));
        return corners.toArray(double[][]::new);
    }

    /**
     * Returns the corners of each simplex, a maximal clique of linked vertices.
     *
     * @return for each model the model and the connectors
     */
    public List<List<ParameterVector>> simplices() {
        return Columns.each(models, m -> {
            List<ParameterVector> corners = new ArrayList<>(List.of(m));
            corners.addAll(connectors);
            return List.copyOf(corners);
        });
    }

    /**
     * Returns the volume of each simplex.
     *
     * @return the volumes, not squared, in the order of the models
     */
    public double[] simplexVolumes() {
        return Columns.numbers(
                simplices(),
                s -> new SimplexVolume(s.stream().map(ParameterVector::toArray).toArray(double[][]::new)).volume());
    }

    /**
     * Returns the path from one model over the first connector to another, in its arc length.
     *
     * @param from the place of a model, from 0
     * @param to that of another
     * @return the path, whose ends are the models exactly
     */
    public ParameterPath path(int from, int to) {
        Arguments.within("from", from, 0, models.size() - 1);
        Arguments.within("to", to, 0, models.size() - 1);
        return ParameterPath.chain(List.of(models.get(from), connectors.get(0), models.get(to)))
                .byLength(2 * PIECES);
    }

    /**
     * Evaluates uniform points of every simplex.
     *
     * @param objective the network, the loss and the samples
     * @param points the number of points of each simplex, at least 1
     * @param seed the random seed of the points
     * @return a row a simplex: its volume, mean and largest loss of its points, and the loss of its model
     */
    public Table evaluate(Objective objective, int points, long seed) {
        Arguments.atLeast("points", points, 1);
        RandomGenerator random = Streams.of(seed, "points of a complex");
        List<ParameterVector> all = new ArrayList<>(models);
        for (List<ParameterVector> corners : simplices()) {
            for (int k = 0; k < points; k++) {
                double[] weights = uniform(random, corners.size());
                double[] point = new double[corners.get(0).size()];
                for (int c = 0; c < weights.length; c++) {
                    add(weights[c], corners.get(c).toArray(), point);
                }
                all.add(corners.get(0).withValues(point));
            }
        }
        double[] losses = objective.meanLosses(all);
        double[] sizes = simplexVolumes();
        int n = models.size();
        return Columns.of("simplices", n)
                .ints("model", i -> i)
                .doubles("volume", i -> sizes[i])
                .doubles("loss of the model", i -> losses[i])
                .doubles("mean loss", i -> Arrays.stream(losses, n + i * points, n + (i + 1) * points)
                        .average()
                        .orElseThrow())
                .doubles("largest loss", i -> Arrays.stream(losses, n + i * points, n + (i + 1) * points)
                        .max()
                        .orElseThrow())
                .table();
    }

    /**
     * Evaluates the path from one model to another.
     *
     * @param objective the network, the loss and the samples
     * @param from the place of a model, from 0
     * @param to that of another
     * @param points the number of points, both ends included
     * @return the curve
     */
    public LossCurve along(Objective objective, int from, int to, int points) {
        return LossCurve.along(objective, path(from, to), points);
    }

    /**
     * Returns the training as a table.
     *
     * @return columns {@code step}, {@code loss} and {@code volume}
     */
    public Table table() {
        return Columns.of("complex", losses.length)
                .ints("step", i -> i)
                .doubles("loss", i -> losses[i])
                .doubles("volume", i -> volumes[i])
                .table();
    }
}

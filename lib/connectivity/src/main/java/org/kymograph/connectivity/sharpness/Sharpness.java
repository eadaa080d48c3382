package org.kymograph.connectivity.sharpness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.connectivity.sharpness.SharpnessSettings.Subspace;
import org.kymograph.model.ParameterVector;
import org.kymograph.stats.Statistics;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import smile.math.MathEx;
import tech.tablesaw.api.Table;

/**
 * The largest loss found in a small box around a model, by ascent along the signs of the gradient, a fifth of the box a step. What is
 * found is a lower bound of the largest loss, and never below the model's own.
 *
 * <p>Sharpness says little of how fine-tuned models generalise out of distribution (Andriushchenko et al., A modern look at the
 * relationship between sharpness and generalization, 2023): compare it with the clusters before believing it.
 *
 * @param loss the mean loss of the model
 * @param worst the largest mean loss found
 * @param settings how it was looked for
 */
public record Sharpness(double loss, double worst, SharpnessSettings settings) {
    private static final double STEP = 0.2;
    private static final long MOST = 50_000_000;

    /** A linear map from the coordinates that move to the parameters. */
    private interface Directions {
        ParameterVector move(ParameterVector from, double[] z);

        double[] pull(double[] gradient);
    }

    /**
     * Measures a model.
     *
     * @param objective the network, the loss and the samples, the same for the ascent and its result
     * @param model the parameters
     * @param settings the box
     * @return the sharpness
     */
    public static Sharpness of(Objective objective, ParameterVector model, SharpnessSettings settings) {
        double[] w = model.toArray();
        Directions directions;
        double[] widths;
        if (settings.subspace() == Subspace.RANDOM) {
            double[][] a = columns(w.length, settings);
            directions = random(a);
            widths = inverse(a, w);
        } else {
            int[] moving = settings.subspace() == Subspace.ALL
                    ? Streams.permutation(Streams.of(settings.seed(), "sharpness"), w.length)
                    : Arrays.copyOf(
                            Streams.permutation(Streams.of(settings.seed(), "sharpness"), w.length),
                            Math.min(w.length, settings.directions()));
            directions = coordinates(moving);
            widths = Arrays.stream(moving).mapToDouble(i -> w[i]).toArray();
        }
        for (int i = 0; i < widths.length; i++) {
            widths[i] = settings.epsilon() * settings.box().width(widths[i]);
        }
        try (ObjectiveSession session = objective.open()) {
            double loss = session.meanLosses(List.of(model))[0];
            double worst = loss;
            double[] z = new double[widths.length];
            for (int step = 0; step < settings.steps(); step++) {
                double[] g = directions.pull(session.gradients(List.of(directions.move(model, z)))
                        .get(0)
                        .toArray());
                for (int i = 0; i < z.length; i++) {
                    z[i] = Math.max(-widths[i], Math.min(widths[i], z[i] + STEP * widths[i] * Math.signum(g[i])));
                }
                worst = Math.max(worst, session.meanLosses(List.of(directions.move(model, z)))[0]);
            }
            return new Sharpness(loss, worst, settings);
        }
    }

    private static Directions coordinates(int[] moving) {
        return new Directions() {
            @Override
            public ParameterVector move(ParameterVector from, double[] z) {
                double[] w = from.toArray();
                for (int i = 0; i < z.length; i++) {
                    w[moving[i]] += z[i];
                }
                return from.withValues(w);
            }

            @Override
            public double[] pull(double[] gradient) {
                return Arrays.stream(moving).mapToDouble(i -> gradient[i]).toArray();
            }
        };
    }

    private static Directions random(double[][] a) {
        return new Directions() {
            @Override
            public ParameterVector move(ParameterVector from, double[] z) {
                double[] w = from.toArray();
                for (int c = 0; c < z.length; c++) {
                    for (int i = 0; i < w.length; i++) {
                        w[i] += a[c][i] * z[c];
                    }
                }
                return from.withValues(w);
            }

            @Override
            public double[] pull(double[] gradient) {
                return Arrays.stream(a)
                        .mapToDouble(column -> MathEx.dot(column, gradient))
                        .toArray();
            }
        };
    }

    // p columns of norm 1.
    private static double[][] columns(int n, SharpnessSettings settings) {
        int p = Math.min(n, settings.directions());
        Arguments.check((long) p * n <= MOST, "directions", p, "at most " + MOST / n + " for " + n + " parameters");
        RandomGenerator random = Streams.of(settings.seed(), "sharpness");
        double[][] a = new double[p][n];
        for (double[] column : a) {
            Arrays.setAll(column, i -> Streams.gaussian(random));
            double norm = Math.sqrt(MathEx.dot(column, column));
            Arrays.setAll(column, i -> column[i] / norm);
        }
        return a;
    }

    // A⁺w = (AᵀA)⁻¹Aᵀw.
    private static double[] inverse(double[][] a, double[] w) {
        double[][] gram = new double[a.length][a.length];
        double[] right = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            right[i] = MathEx.dot(a[i], w);
            for (int j = 0; j <= i; j++) {
                gram[i][j] = MathEx.dot(a[i], a[j]);
                gram[j][i] = gram[i][j];
            }
        }
        return new LUDecomposition(new Array2DRowRealMatrix(gram, false))
                .getSolver()
                .solve(new ArrayRealVector(right, false))
                .toArray();
    }

    /** Returns Keskar's number, 100·(worst − loss)/(1 + loss). */
    public double value() {
        return 100 * rise() / (1 + loss);
    }

    /** Returns by how much the loss rises, worst − loss. */
    public double rise() {
        return worst - loss;
    }

    /**
     * The mean rise of the loss under noise that is proportional to the parameters.
     *
     * @param mean the mean of L(w + ρ|w|·n) − L(w) over standard normal n
     * @param standardError its standard error
     * @param rho ρ
     * @param draws the number of draws
     */
    public record Average(double mean, double standardError, double rho, int draws) {}

    /**
     * Measures the average-case adaptive sharpness.
     *
     * @param objective the network, the loss and the samples
     * @param model the parameters
     * @param rho the noise's standard deviation relative to each parameter, above 0
     * @param draws the number of draws, at least 2; 100 in the literature
     * @param seed the random seed
     * @return the mean rise with its standard error
     */
    public static Average average(Objective objective, ParameterVector model, double rho, int draws, long seed) {
        Arguments.positive("rho", rho);
        Arguments.atLeast("draws", draws, 2);
        RandomGenerator random = Streams.of(seed, "sharpness noise");
        double[] rises = new double[draws];
        try (ObjectiveSession session = objective.open()) {
            double loss = session.meanLosses(List.of(model))[0];
            for (int from = 0; from < draws; from += 32) {
                List<ParameterVector> some = new ArrayList<>();
                for (int d = from; d < Math.min(draws, from + 32); d++) {
                    double[] w = model.toArray();
                    for (int i = 0; i < w.length; i++) {
                        w[i] += rho * Math.abs(w[i]) * Streams.gaussian(random);
                    }
                    some.add(model.withValues(w));
                }
                double[] found = session.meanLosses(some);
                for (int d = 0; d < found.length; d++) {
                    rises[from + d] = found[d] - loss;
                }
            }
        }
        return new Average(Statistics.mean(rises), Statistics.sampleSd(rises) / Math.sqrt(draws), rho, draws);
    }

    /**
     * Returns the sharpness as a table.
     *
     * @return one row
     */
    public Table table() {
        return Columns.of("sharpness", List.of(this))
                .doubles("epsilon", s -> s.settings.epsilon())
                .texts("box", s -> s.settings.box())
                .texts("subspace", s -> s.settings.subspace())
                .ints("steps", s -> s.settings.steps())
                .doubles("loss", Sharpness::loss)
                .doubles("worst", Sharpness::worst)
                .doubles("sharpness", Sharpness::value)
                .table();
    }
}

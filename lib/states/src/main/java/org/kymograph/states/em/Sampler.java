package org.kymograph.states.em;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;

/** Draws runs from a model: x = μ + L·z in the state that the chain is in. */
final class Sampler {
    private Sampler() {}

    static HmmParameters.Sample draw(HmmParameters p, List<String> features, RandomGenerator random, int[] lengths) {
        int k = p.states;
        int d = p.features;
        double[][][] factors = new double[k][][];
        for (int s = 0; s < k; s++) {
            factors[s] = factor(p, s);
        }
        List<String> names = new ArrayList<>();
        List<double[][]> runs = new ArrayList<>();
        List<int[]> paths = new ArrayList<>();
        for (int run = 0; run < lengths.length; run++) {
            double[][] rows = new double[Arguments.atLeast("a length", lengths[run], 1)][d];
            int[] path = new int[lengths[run]];
            for (int t = 0; t < path.length; t++) {
                path[t] = t == 0 ? state(p.start, 0, k, random) : state(p.transitions, path[t - 1] * k, k, random);
                emit(p, path[t], factors[path[t]], random, rows[t]);
            }
            names.add("run-" + run);
            runs.add(rows);
            paths.add(path);
        }
        return new HmmParameters.Sample(Observations.of(names, features, runs), paths);
    }

    private static double[][] factor(HmmParameters p, int state) {
        int d = p.features;
        double[][] matrix = p.covariances()[state];
        double[] flat = new double[d * d];
        for (int i = 0; i < d; i++) {
            System.arraycopy(matrix[i], 0, flat, i * d, d);
        }
        Cholesky l = Cholesky.of(flat, 0, d);
        Arguments.require(l != null, "the covariance of state " + state + " isn't positive definite");
        return HmmParameters.rows(l.factor(), d, d);
    }

    private static int state(double[] probabilities, int from, int k, RandomGenerator random) {
        double u = random.nextDouble();
        int last = 0;
        for (int s = 0; s < k; s++) {
            double p = probabilities[from + s];
            if (p > 0) {
                last = s;
                u -= p;
                if (u < 0) {
                    return s;
                }
            }
        }
        return last;
    }

    private static void emit(HmmParameters p, int state, double[][] factor, RandomGenerator random, double[] row) {
        double[] z = new double[row.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = Streams.gaussian(random);
            row[i] = p.means[state * p.features + i];
            for (int j = 0; j <= i; j++) {
                row[i] += factor[i][j] * z[j];
            }
        }
    }
}

package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Tensor;
import tech.tablesaw.api.Table;

/**
 * What fine-tuning adds to the activations at a point, tuned less base, on the same samples: its size, the directions that it varies
 * along (PCA), and what the network's head reads from its mean, the activation-difference lens. A narrow fine-tuning leaves traces of
 * its subject there even on unrelated text.
 *
 * <p>Source: Minder et al., Narrow finetuning leaves clearly readable traces in activation differences (arXiv 2510.13900).
 *
 * @param point where the activations are compared
 * @param relative the mean over samples of ‖difference‖ / ‖base‖ at each position
 * @param mean the mean difference
 * @param shares the share of the differences' variance along each principal direction, largest first; NaN if they do not vary
 * @param directions the first two principal directions
 * @param coordinates each difference's coordinates along them, samples × positions
 * @param logits what the network's head makes of the mean difference
 */
public record ActivationDifference(
        String point,
        List<Double> relative,
        List<Double> mean,
        List<Double> shares,
        double[][] directions,
        double[][] coordinates,
        List<Double> logits) {
    private static final int KEPT = 2;

    /** Copies the lists. */
    public ActivationDifference {
        relative = List.copyOf(relative);
        mean = List.copyOf(mean);
        shares = List.copyOf(shares);
        logits = List.copyOf(logits);
    }

    /**
     * Compares two networks of a shape.
     *
     * @param network a shape with a residual stream
     * @param base the parameters before
     * @param tuned the parameters after
     * @param data the samples, at least one
     * @param point a point of the residual stream, such as {@code resid_post.1}
     * @param positions how many of the first positions count, at least 1; more than there are for all
     * @return the difference
     */
    public static ActivationDifference of(
            Network network, ParameterVector base, ParameterVector tuned, Dataset data, String point, int positions) {
        Arguments.atLeast("positions", positions, 1);
        List<String> stream = LogitLens.stream(network, data);
        Arguments.check(stream.contains(point), "point", point, "one of " + stream);
        Tensor before = Activations.of(network, base, data, point).get(point);
        Tensor after = Activations.of(network, tuned, data, point).get(point);
        int n = data.size();
        int length = (int) before.shape()[1];
        int used = Math.min(positions, length);
        int d = (int) (before.size() / n / length);
        float[] x = before.toFloats();
        float[] y = after.toFloats();
        double[][] differences = new double[n * used][d];
        double[] relative = new double[used];
        double[] mean = new double[d];
        for (int i = 0; i < n; i++) {
            for (int t = 0; t < used; t++) {
                double[] row = differences[i * used + t];
                double own = 0;
                double other = 0;
                for (int k = 0; k < d; k++) {
                    int at = (i * length + t) * d + k;
                    row[k] = (double) y[at] - x[at];
                    mean[k] += row[k] / differences.length;
                    own += (double) x[at] * x[at];
                    other += row[k] * row[k];
                }
                relative[t] += own == 0 ? 0 : Math.sqrt(other / own) / n;
            }
        }
        return principal(point, relative, mean, differences, lens(network, tuned, data, stream, mean, length));
    }

    private static ActivationDifference principal(
            String point, double[] relative, double[] mean, double[][] differences, double[] logits) {
        int d = mean.length;
        double[][] covariance = new double[d][d];
        for (double[] row : differences) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j <= i; j++) {
                    covariance[i][j] += (row[i] - mean[i]) * (row[j] - mean[j]) / differences.length;
                }
            }
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                covariance[j][i] = covariance[i][j];
            }
        }
        EigenDecomposition eigen = new EigenDecomposition(MatrixUtils.createRealMatrix(covariance));
        double[] values = eigen.getRealEigenvalues();
        double sum = Arrays.stream(values).map(v -> Math.max(0, v)).sum();
        int kept = Math.min(KEPT, d);
        double[][] directions = IntStream.range(0, kept)
                .mapToObj(k -> eigen.getEigenvector(k).toArray())
                .toArray(double[][]::new);
        double[][] coordinates = new double[differences.length][kept];
        for (int i = 0; i < differences.length; i++) {
            for (int k = 0; k < kept; k++) {
                for (int j = 0; j < d; j++) {
                    coordinates[i][k] += directions[k][j] * (differences[i][j] - mean[j]);
                }
            }
        }
        return new ActivationDifference(
                point,
                list(relative),
                list(mean),
                list(Arrays.stream(values)
                        .map(v -> sum <= 0 ? Double.NaN : Math.max(0, v) / sum)
                        .toArray()),
                directions,
                coordinates,
                list(logits));
    }

    // The mean difference stands for the last of the stream at every position; the last position's answer is taken.
    private static double[] lens(
            Network network, ParameterVector tuned, Dataset data, List<String> stream, double[] mean, int length) {
        Dataset one = data.take(1);
        float[] tiled = new float[length * mean.length];
        for (int i = 0; i < tiled.length; i++) {
            tiled[i] = (float) mean[i % mean.length];
        }
        Tensor out = Activations.replaced(
                        network,
                        tuned,
                        one,
                        Map.of(stream.get(stream.size() - 1), Tensor.of(tiled, 1, length, mean.length)))
                .outputs();
        double[] all = out.toDoubles();
        int classes = (int) out.shape()[out.shape().length - 1];
        return Arrays.copyOfRange(all, all.length - classes, all.length);
    }

    private static List<Double> list(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /**
     * Returns the answers that the activation-difference lens reads.
     *
     * @param n how many at most, at least 1
     * @param names gives a token's or class's text
     * @return a row for each, the largest logit first
     */
    public Table lens(int n, IntFunction<String> names) {
        Arguments.atLeast("n", n, 1);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, logits.size()).boxed().toList());
        order.sort(Comparator.comparing(logits::get, Comparator.reverseOrder()));
        return Columns.of("activation-difference lens at " + point, order.subList(0, Math.min(n, order.size())))
                .texts("token", names::apply)
                .doubles("logit", logits::get)
                .table();
    }

    /**
     * Returns the shares of variance as a table.
     *
     * @return a row for each principal direction
     */
    public Table table() {
        return Columns.of("PCA of differences at " + point, shares.size())
                .ints("component", k -> k + 1)
                .doubles("share of variance", shares::get)
                .table();
    }
}

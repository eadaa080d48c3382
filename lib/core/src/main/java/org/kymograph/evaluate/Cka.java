package org.kymograph.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;

/**
 * Linear centred kernel alignment between the layers of two networks, gathered batch by batch: how alike the layers place
 * the same samples, whatever the rotation and scale of their units. 1 for the same up to both, about 0 for unrelated ones.
 *
 * <p>With K = X X' and L = Y Y' of a batch of n samples, their diagonals set to 0,
 * HSIC(K, L) = (tr(KL) + 1'K1 1'L1 / ((n-1)(n-2)) - 2 1'KL1 / (n-2)) / (n (n-3)), which is unbiased, so that its mean over
 * batches doesn't depend on their size; CKA is the mean HSIC(K, L) over the root of the means of HSIC(K, K) and HSIC(L, L).
 *
 * <p>Source: Nguyen et al., Do Wide and Deep Networks Learn the Same Things? (ICLR 2021), equations 2 to 4; Song et al.,
 * Feature Selection via Dependence Maximization (JMLR 2012), for the estimator.
 */
public final class Cka {
    private static final int FEWEST = 4;

    private final double[][] between;
    private final double[] first;
    private final double[] second;
    private long batches;

    /**
     * @param firstLayers the number of layers of the first network, at least 1
     * @param secondLayers the number of layers of the second network, at least 1
     * @throws IllegalArgumentException if one of them is below 1
     */
    public Cka(int firstLayers, int secondLayers) {
        Arguments.atLeast("firstLayers", firstLayers, 1);
        Arguments.atLeast("secondLayers", secondLayers, 1);
        between = new double[firstLayers][secondLayers];
        first = new double[firstLayers];
        second = new double[secondLayers];
    }

    /**
     * Aligns the activations of two layers for the same samples.
     *
     * @param x activations, samples × units, at least 4 samples
     * @param y activations of the same samples, samples × units
     * @return their alignment; NaN if one doesn't tell the samples apart
     */
    public static double of(double[][] x, double[][] y) {
        Cka cka = new Cka(1, 1);
        cka.addKernels(List.<double[][]>of(kernel(x)), List.<double[][]>of(kernel(y)));
        return cka.values()[0][0];
    }

    /**
     * Aligns the activations of two networks for the same examples, each point flattened per example.
     *
     * @param x the activations of the first network, of at least 4 examples
     * @param y those of the second network
     * @return the alignment of each point of the first with each of the second, in their order
     */
    public static double[][] between(Activations x, Activations y) {
        Cka cka = new Cka(x.points().size(), y.points().size());
        cka.add(
                x.points().stream().map(x::rows).toList(),
                y.points().stream().map(y::rows).toList());
        return cka.values();
    }

    /**
     * Adds a batch.
     *
     * @param x the activations of the first network, per layer samples × units
     * @param y those of the second network for the same samples
     * @throws IllegalArgumentException if the layers are other in number, a batch has fewer than 4 samples or layers have
     *     different numbers of them, or an activation isn't finite
     */
    public void add(List<double[][]> x, List<double[][]> y) {
        addKernels(
                x.stream().map(Cka::kernel).toList(),
                y.stream().map(Cka::kernel).toList());
    }

    /**
     * Adds a batch.
     *
     * @param x the activations of the first network, per layer {@code [n, …]}, flattened per sample
     * @param y those of the second network for the same samples
     * @throws IllegalArgumentException as {@link #add(List, List)}
     */
    public void add(NDList x, NDList y) {
        addKernels(kernels(x), kernels(y));
    }

    /**
     * Returns the alignment of the layers over all batches so far.
     *
     * @return that of each layer of the first network with each of the second; NaN before the first batch
     */
    public double[][] values() {
        double[][] out = new double[first.length][second.length];
        for (int i = 0; i < first.length; i++) {
            for (int j = 0; j < second.length; j++) {
                out[i][j] = between[i][j] / Math.sqrt(first[i] * second[j]);
            }
        }
        return out;
    }

    /**
     * Returns the number of batches so far.
     *
     * @return at least 0
     */
    public long batches() {
        return batches;
    }

    // Sums instead of means: their number cancels.
    private void addKernels(List<double[][]> k, List<double[][]> l) {
        Arguments.check(k.size() == first.length, "the number of layers", k.size(), "" + first.length);
        Arguments.check(l.size() == second.length, "the number of layers", l.size(), "" + second.length);
        int n = k.get(0).length;
        List<double[][]> all = new ArrayList<>(k);
        all.addAll(l);
        for (double[][] kernel : all) {
            Arguments.atLeast("the number of samples in a batch", kernel.length, FEWEST);
            Arguments.sameLength("a layer", kernel.length, "the first layer", n);
        }
        for (int i = 0; i < first.length; i++) {
            first[i] += hsic(k.get(i), k.get(i));
            for (int j = 0; j < second.length; j++) {
                between[i][j] += hsic(k.get(i), l.get(j));
            }
        }
        for (int j = 0; j < second.length; j++) {
            second[j] += hsic(l.get(j), l.get(j));
        }
        batches++;
    }

    // tr(KL) is the sum of products, as both are symmetric; 1'KL1 is the product of their row sums.
    private static double hsic(double[][] k, double[][] l) {
        int n = k.length;
        double trace = 0;
        double sumK = 0;
        double sumL = 0;
        double mixed = 0;
        for (int i = 0; i < n; i++) {
            double rowK = 0;
            double rowL = 0;
            for (int j = 0; j < n; j++) {
                trace += k[i][j] * l[i][j];
                rowK += k[i][j];
                rowL += l[i][j];
            }
            sumK += rowK;
            sumL += rowL;
            mixed += rowK * rowL;
        }
        return (trace + sumK * sumL / ((n - 1.0) * (n - 2)) - 2 * mixed / (n - 2)) / (n * (n - 3.0));
    }

    private static double[][] kernel(double[][] x) {
        int n = x.length;
        double[][] k = new double[n][n];
        for (int i = 0; i < n; i++) {
            Arguments.sameLength("sample " + i, x[i].length, "the first sample", x[0].length);
            for (int j = 0; j < i; j++) {
                double dot = 0;
                for (int u = 0; u < x[0].length; u++) {
                    dot += x[i][u] * x[j][u];
                }
                k[i][j] = dot;
                k[j][i] = dot;
            }
        }
        return checked(k);
    }

    private static List<double[][]> kernels(NDList layers) {
        List<double[][]> out = new ArrayList<>();
        for (NDArray layer : layers) {
            int n = (int) layer.getShape().get(0);
            try (NDArray x = layer.toType(DataType.FLOAT64, true);
                    NDArray flat = x.reshape(n, -1);
                    NDArray turned = flat.transpose();
                    NDArray product = flat.matMul(turned)) {
                double[] values = product.toDoubleArray();
                double[][] k = new double[n][];
                for (int i = 0; i < n; i++) {
                    k[i] = Arrays.copyOfRange(values, i * n, (i + 1) * n);
                    k[i][i] = 0;
                }
                out.add(checked(k));
            }
        }
        return out;
    }

    private static double[][] checked(double[][] kernel) {
        for (double[] row : kernel) {
            for (double v : row) {
                Arguments.finite("a product of activations", v);
            }
        }
        return kernel;
    }
}

package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;

/**
 * The density of a Hessian's eigenvalues by stochastic Lanczos quadrature: for each of several random probes, the eigenvalues
 * of a small tridiagonal matrix and their weights stand for the whole spectrum. Moments up to twice the steps are exact for a
 * probe; single eigenvalues inside the bulk are not resolved, use {@link Lanczos} for those at its ends. Immutable.
 *
 * <p>Source: Ubaru, Chen and Saad, Fast estimation of tr(f(A)) via stochastic Lanczos quadrature (2017),
 * doi:10.1137/16M1104974; Ghorbani, Krishnan and Xiao, An investigation into neural net optimization via Hessian eigenvalue
 * density (2019).
 */
public final class SpectralDensity {
    private final double[][] nodes;
    private final double[][] weights;

    private SpectralDensity(double[][] nodes, double[][] weights) {
        this.nodes = nodes;
        this.weights = weights;
    }

    /**
     * Estimates a density.
     *
     * @param hessian the operator
     * @param probes the number of random probes, at least 2; all are multiplied together
     * @param steps the steps of Lanczos' iteration for each, at least 1; the basis takes probes × steps × size numbers
     * @param seed the random seed
     * @return the density
     */
    public static SpectralDensity of(HessianOperator hessian, int probes, int steps, long seed) {
        Arguments.atLeast("probes", probes, 2);
        Arguments.atLeast("steps", steps, 1);
        RandomGenerator random = Streams.of(seed, "spectral density");
        List<KrylovBasis> bases = new ArrayList<>();
        for (int p = 0; p < probes; p++) {
            bases.add(new KrylovBasis(HutchinsonTrace.signs(random, hessian.size()), random));
        }
        for (int s = 0; s < Math.min(steps, hessian.size()); s++) {
            double[][] products =
                    hessian.apply(bases.stream().map(KrylovBasis::last).toArray(double[][]::new));
            for (int p = 0; p < probes; p++) {
                bases.get(p).accept(products[p]);
            }
        }
        double[][] nodes = new double[probes][];
        double[][] weights = new double[probes][];
        for (int p = 0; p < probes; p++) {
            KrylovBasis.Ritz ritz = bases.get(p).ritz();
            nodes[p] = ritz.values();
            // The squared first component of each eigenvector of T.
            weights[p] =
                    Arrays.stream(ritz.vectors()).mapToDouble(v -> v[0] * v[0]).toArray();
        }
        return new SpectralDensity(nodes, weights);
    }

    /** Returns the nodes of each probe, probes × steps, descending. */
    public double[][] nodes() {
        return Arrays.stream(nodes).map(double[]::clone).toArray(double[][]::new);
    }

    /** Returns the weights of the nodes; those of a probe sum to 1. */
    public double[][] weights() {
        return Arrays.stream(weights).map(double[]::clone).toArray(double[][]::new);
    }

    /**
     * Returns the density at some places, smoothed by a normal kernel.
     *
     * @param places where
     * @param width the kernel's standard deviation, above 0
     * @return the mean density over the probes, which integrates to 1
     */
    public double[] density(double[] places, double width) {
        return Arrays.stream(byProbe(places, width))
                .mapToDouble(d -> Arrays.stream(d).average().orElseThrow())
                .toArray();
    }

    /**
     * Returns the standard errors of {@link #density}, from the differences between probes.
     *
     * @param places where
     * @param width the kernel's standard deviation, above 0
     * @return the standard error of each mean
     */
    public double[] standardErrors(double[] places, double width) {
        return Arrays.stream(byProbe(places, width))
                .mapToDouble(d -> {
                    double mean = Arrays.stream(d).average().orElseThrow();
                    double squares =
                            Arrays.stream(d).map(x -> (x - mean) * (x - mean)).sum();
                    return Math.sqrt(squares / (d.length - 1) / d.length);
                })
                .toArray();
    }

    // places × probes
    private double[][] byProbe(double[] places, double width) {
        Arguments.positive("width", width);
        double[][] out = new double[places.length][nodes.length];
        for (int i = 0; i < places.length; i++) {
            for (int p = 0; p < nodes.length; p++) {
                for (int k = 0; k < nodes[p].length; k++) {
                    double z = (places[i] - nodes[p][k]) / width;
                    out[i][p] += weights[p][k] * Math.exp(-z * z / 2) / (width * Math.sqrt(2 * Math.PI));
                }
            }
        }
        return out;
    }

    /**
     * Returns the mean k-th power of the eigenvalues, tr(Hᵏ) over the size.
     *
     * @param k the power, at least 0
     * @return the mean over the probes
     */
    public double moment(int k) {
        Arguments.atLeast("k", k, 0);
        double sum = 0;
        for (int p = 0; p < nodes.length; p++) {
            for (int i = 0; i < nodes[p].length; i++) {
                sum += weights[p][i] * Math.pow(nodes[p][i], k);
            }
        }
        return sum / nodes.length;
    }
}

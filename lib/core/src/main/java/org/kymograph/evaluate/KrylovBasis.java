package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.kymograph.base.Streams;

/**
 * An orthonormal basis v₁, v₂, … of a Krylov space and the tridiagonal matrix T of a symmetric operator in it: α on the
 * diagonal, β beside it. Every new vector is made orthogonal to all before it, twice, so that no eigenvalue appears twice.
 */
final class KrylovBasis {
    // Below this share of the largest number in T what is left of a product is rounding.
    private static final double BREAKDOWN = 1e-12;

    private final RandomGenerator random;
    private final List<double[]> basis = new ArrayList<>();
    private final List<Double> alpha = new ArrayList<>();
    private final List<Double> beta = new ArrayList<>();
    private double scale;

    /**
     * The eigenvalues of T and what is needed of its eigenvectors.
     *
     * @param values the eigenvalues, descending
     * @param vectors the eigenvectors, in the same order
     */
    record Ritz(double[] values, double[][] vectors) {}

    KrylovBasis(double[] start, RandomGenerator random) {
        this.random = random;
        basis.add(scaled(start, 1 / norm(start)));
    }

    /** Returns a start of independent standard normal numbers. */
    static double[] normal(RandomGenerator random, int n) {
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = Streams.gaussian(random);
        }
        return out;
    }

    /** Returns the vector whose product comes next. */
    double[] last() {
        return basis.get(basis.size() - 1);
    }

    /** Returns the number of steps taken. */
    int steps() {
        return alpha.size();
    }

    /**
     * Takes a step.
     *
     * @param product the operator's product with {@link #last}
     */
    void accept(double[] product) {
        double[] w = product.clone();
        double a = dot(w, last());
        alpha.add(a);
        scale = Math.max(scale, Math.abs(a));
        orthogonalise(w);
        double b = norm(w);
        if (basis.size() == w.length) {
            beta.add(0.0);
            return;
        }
        if (b <= BREAKDOWN * scale) {
            // The space is closed under the operator: another part of it is found from a new direction.
            b = 0;
            w = normal(random, w.length);
            orthogonalise(w);
        }
        beta.add(b);
        scale = Math.max(scale, b);
        basis.add(scaled(w, 1 / norm(w)));
    }

    private void orthogonalise(double[] w) {
        for (int pass = 0; pass < 2; pass++) {
            for (double[] v : basis) {
                add(w, -dot(w, v), v);
            }
        }
    }

    /** Returns the last β: times the last component of an eigenvector of T it is the residual of that Ritz pair. */
    double beta() {
        return beta.get(beta.size() - 1);
    }

    Ritz ritz() {
        int m = steps();
        if (m == 1) {
            return new Ritz(new double[] {alpha.get(0)}, new double[][] {{1}});
        }
        EigenDecomposition t = new EigenDecomposition(
                alpha.stream().mapToDouble(x -> x).toArray(),
                beta.stream().limit(m - 1).mapToDouble(x -> x).toArray());
        double[][] vectors = new double[m][];
        for (int i = 0; i < m; i++) {
            vectors[i] = t.getEigenvector(i).toArray();
        }
        return new Ritz(t.getRealEigenvalues(), vectors);
    }

    /** Returns Σ cᵢvᵢ. */
    double[] combination(double[] c) {
        double[] out = new double[last().length];
        for (int i = 0; i < c.length; i++) {
            add(out, c[i], basis.get(i));
        }
        return scaled(out, 1 / norm(out));
    }

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    static double norm(double[] x) {
        return Math.sqrt(dot(x, x));
    }

    /** Adds a·x to y. */
    static void add(double[] y, double a, double[] x) {
        for (int i = 0; i < y.length; i++) {
            y[i] += a * x[i];
        }
    }

    private static double[] scaled(double[] x, double a) {
        double[] out = new double[x.length];
        add(out, a, x);
        return out;
    }
}

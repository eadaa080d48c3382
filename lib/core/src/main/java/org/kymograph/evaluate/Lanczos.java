package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;

/**
 * The largest or smallest eigenvalues of a {@link HessianOperator} by Lanczos' iteration with full reorthogonalisation. Each
 * comes with its residual, so that what has not converged is not taken for an eigenvalue. The basis takes iterations × size
 * numbers.
 *
 * <p>Source: Golub and Van Loan, Matrix Computations (2013), section 10.3.
 *
 * @param iterations the most products in sequence, at least 1
 * @param tolerance a pair has converged when its residual is at most this share of the largest eigenvalue's size, above 0
 * @param seed the random seed of the starting vector
 */
public record Lanczos(int iterations, double tolerance, long seed) {
    private static final int CHECK_EVERY = 5;

    /** Checks the ranges. */
    public Lanczos {
        Arguments.atLeast("iterations", iterations, 1);
        Arguments.positive("tolerance", tolerance);
    }

    /**
     * An eigenvalue with its vector.
     *
     * @param value θ
     * @param residual ‖Hv − θv‖, measured with a product of its own: an eigenvalue lies within ±residual of θ
     * @param converged whether the residual is within the tolerance
     * @param vector v, of norm 1
     */
    public record Eigenpair(double value, double residual, boolean converged, double[] vector) {
        /** Copies the vector. */
        public Eigenpair {
            vector = vector.clone();
        }

        /** Returns the eigenvector, a copy. */
        @Override
        public double[] vector() {
            return vector.clone();
        }
    }

    /** Returns settings of at most 200 iterations, a tolerance of 1e-6 and seed 0. */
    public static Lanczos withDefaults() {
        return new Lanczos(200, 1e-6, 0);
    }

    /** Returns a copy with another largest number of iterations. */
    public Lanczos withIterations(int iterations) {
        return Copies.with(this, "iterations", iterations);
    }

    /** Returns a copy with another tolerance. */
    public Lanczos withTolerance(double tolerance) {
        return Copies.with(this, "tolerance", tolerance);
    }

    /** Returns a copy with another random seed. */
    public Lanczos withSeed(long seed) {
        return Copies.with(this, "seed", seed);
    }

    /**
     * Returns the largest eigenvalues.
     *
     * @param hessian the operator
     * @param count how many, 1 to its size; those of one eigenspace count each
     * @return the pairs, the largest first; fewer if there were fewer iterations
     */
    public List<Eigenpair> largest(HessianOperator hessian, int count) {
        return pairs(hessian, count, true);
    }

    /**
     * Returns the smallest eigenvalues, the most negative first.
     *
     * @param hessian the operator
     * @param count how many, 1 to its size
     * @return the pairs, the smallest first; fewer if there were fewer iterations
     */
    public List<Eigenpair> smallest(HessianOperator hessian, int count) {
        return pairs(hessian, count, false);
    }

    private List<Eigenpair> pairs(HessianOperator hessian, int count, boolean largest) {
        int n = hessian.size();
        Arguments.within("count", count, 1, n);
        RandomGenerator random = Streams.of(seed, "lanczos");
        KrylovBasis krylov = new KrylovBasis(KrylovBasis.normal(random, n), random);
        int most = Math.min(iterations, n);
        KrylovBasis.Ritz ritz = null;
        while (krylov.steps() < most) {
            krylov.accept(hessian.apply(new double[][] {krylov.last()})[0]);
            if (krylov.steps() == most || krylov.steps() % CHECK_EVERY == 0 && krylov.steps() >= count) {
                ritz = krylov.ritz();
                if (isDone(ritz, krylov.beta(), Math.min(count, ritz.values().length), largest)) {
                    break;
                }
            }
        }
        return measured(hessian, krylov, ritz, Math.min(count, ritz.values().length), largest);
    }

    private static double scale(KrylovBasis.Ritz ritz) {
        return Math.max(Math.abs(ritz.values()[0]), Math.abs(ritz.values()[ritz.values().length - 1]));
    }

    private static int index(KrylovBasis.Ritz ritz, int i, boolean largest) {
        return largest ? i : ritz.values().length - 1 - i;
    }

    // A tenth of the tolerance, because the residual that is measured has the products' own error, too.
    private boolean isDone(KrylovBasis.Ritz ritz, double beta, int count, boolean largest) {
        for (int i = 0; i < count; i++) {
            double[] s = ritz.vectors()[index(ritz, i, largest)];
            if (Math.abs(beta * s[s.length - 1]) > 0.1 * tolerance * scale(ritz)) {
                return false;
            }
        }
        return beta > 0;
    }

    private List<Eigenpair> measured(
            HessianOperator hessian, KrylovBasis krylov, KrylovBasis.Ritz ritz, int count, boolean largest) {
        double[][] vectors = new double[count][];
        for (int i = 0; i < count; i++) {
            vectors[i] = krylov.combination(ritz.vectors()[index(ritz, i, largest)]);
        }
        double[][] products = hessian.apply(vectors);
        List<Eigenpair> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double value = ritz.values()[index(ritz, i, largest)];
            double[] left = products[i].clone();
            KrylovBasis.add(left, -value, vectors[i]);
            double residual = KrylovBasis.norm(left);
            out.add(new Eigenpair(value, residual, residual <= tolerance * scale(ritz), vectors[i]));
        }
        return out;
    }
}

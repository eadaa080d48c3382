package org.kymograph.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.ObjectiveSession;

/**
 * A Hessian as a function v → H·v, known only by its products with vectors. {@link Lanczos}, {@link HutchinsonTrace} and
 * {@link SpectralDensity} work on it.
 */
public interface HessianOperator {
    /** Returns the number of rows and columns. */
    int size();

    /**
     * Multiplies vectors, several at a time because that is cheaper than one after the other.
     *
     * @param vectors the vectors, each of {@link #size} numbers
     * @return the products in the same order
     */
    double[][] apply(double[][] vectors);

    /**
     * Returns the Hessian of an objective at a point, by central differences of gradients. Open the session of an objective in
     * float64: in float32 the largest eigenvalue of a trained net was 0.2 % off, and small ones are lost.
     *
     * @param session the objective; it must stay open
     * @param at the point
     * @return the operator
     */
    static HessianOperator of(ObjectiveSession session, ParameterVector at) {
        return new HessianOperator() {
            @Override
            public int size() {
                return at.size();
            }

            @Override
            public double[][] apply(double[][] vectors) {
                List<ParameterVector> v =
                        Arrays.stream(vectors).map(at::withValues).toList();
                return session.hessianProducts(at, v).stream()
                        .map(ParameterVector::toArray)
                        .toArray(double[][]::new);
            }
        };
    }

    /**
     * Returns a known symmetric matrix as an operator.
     *
     * @param matrix the matrix
     * @return the operator
     * @throws IllegalArgumentException if it is not square
     */
    static HessianOperator of(double[][] matrix) {
        double[][] rows = Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
        for (double[] row : rows) {
            Arguments.sameLength("a row of the matrix", row.length, "the matrix", rows.length);
        }
        return new HessianOperator() {
            @Override
            public int size() {
                return rows.length;
            }

            @Override
            public double[][] apply(double[][] vectors) {
                return Arrays.stream(vectors)
                        .map(v -> Arrays.stream(rows)
                                .mapToDouble(row -> KrylovBasis.dot(row, v))
                                .toArray())
                        .toArray(double[][]::new);
            }
        };
    }

    /**
     * Returns the block of this Hessian that belongs to some of the parameters.
     *
     * @param mask 1 for the parameters of the block and 0 for the others, as {@link ParameterVector#mask(String)} makes it
     * @return the block, of as many rows as the mask has ones
     */
    default HessianOperator restrictedTo(ParameterVector mask) {
        double[] ones = mask.toArray();
        Arguments.sameLength("mask", ones.length, "the operator", size());
        int[] kept = IntStream.range(0, ones.length).filter(i -> ones[i] != 0).toArray();
        Arguments.check(kept.length > 0, "mask", mask, "at least one element that is not 0");
        HessianOperator whole = this;
        return new HessianOperator() {
            @Override
            public int size() {
                return kept.length;
            }

            @Override
            public double[][] apply(double[][] vectors) {
                double[][] wide = new double[vectors.length][ones.length];
                for (int v = 0; v < vectors.length; v++) {
                    for (int i = 0; i < kept.length; i++) {
                        wide[v][kept[i]] = vectors[v][i];
                    }
                }
                return Arrays.stream(whole.apply(wide))
                        .map(w -> Arrays.stream(kept).mapToDouble(i -> w[i]).toArray())
                        .toArray(double[][]::new);
            }
        };
    }

    /**
     * Returns P·H·P with P = I − d·dᵀ/‖d‖²: the Hessian within the hyperplane orthogonal to a direction. The direction itself
     * becomes an eigenvector of the eigenvalue 0.
     *
     * @param direction d, not 0, such as the gradient
     * @return the projected operator
     */
    default HessianOperator orthogonalTo(double[] direction) {
        Arguments.sameLength("direction", direction.length, "the operator", size());
        double norm = Math.sqrt(KrylovBasis.dot(direction, direction));
        Arguments.positive("the norm of the direction", norm);
        double[] unit = Arrays.stream(direction).map(d -> d / norm).toArray();
        return projected(v -> {
            double[] out = v.clone();
            KrylovBasis.add(out, -KrylovBasis.dot(unit, v), unit);
            return out;
        });
    }

    /**
     * Returns Π·H·Π of an orthogonal projection Π: the Hessian within a subspace. Directions orthogonal to the subspace become eigenvectors of
     * the eigenvalue 0.
     *
     * @param projection v → Πv; it leaves v as it is
     * @return the projected operator, of as many rows
     */
    default HessianOperator projected(UnaryOperator<double[]> projection) {
        HessianOperator whole = this;
        return new HessianOperator() {
            @Override
            public int size() {
                return whole.size();
            }

            @Override
            public double[][] apply(double[][] vectors) {
                return all(whole.apply(all(vectors)));
            }

            private double[][] all(double[][] vectors) {
                return Arrays.stream(vectors).map(projection).toArray(double[][]::new);
            }
        };
    }

    /**
     * Computes the whole matrix from the products with all unit vectors, made symmetric. It takes n products and n² numbers:
     * for small networks only.
     *
     * @return (M + Mᵀ)/2, where the columns of M are the products
     */
    default double[][] matrix() {
        int n = size();
        double[][] columns = new double[n][];
        int together = 16;
        for (int from = 0; from < n; from += together) {
            double[][] units = new double[Math.min(together, n - from)][n];
            for (int i = 0; i < units.length; i++) {
                units[i][from + i] = 1;
            }
            System.arraycopy(apply(units), 0, columns, from, units.length);
        }
        double[][] out = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                out[i][j] = (columns[i][j] + columns[j][i]) / 2;
            }
        }
        return out;
    }
}

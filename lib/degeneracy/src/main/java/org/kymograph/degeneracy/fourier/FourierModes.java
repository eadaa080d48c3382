package org.kymograph.degeneracy.fourier;

import java.util.Arrays;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.kymograph.base.Arguments;

/**
 * The Fourier modes of a matrix whose p rows belong to the numbers 0 … p−1, such as an embedding. Mode k of W is the k-th row of its
 * discrete Fourier transform over the rows, Σ_j W_j exp(−2πi·jk/p); modes k and p − k are the same for real numbers, so that there are
 * the modes 0 to p/2.
 *
 * <p>Of no use where the rows have no cyclic order: for a composite p a network may use the structure of a factor.
 */
public final class FourierModes {
    private static final double KEY = 3;
    private static final double NEGLIGIBLE = 1e-9;

    private FourierModes() {}

    /**
     * Returns the magnitude of every mode, M_k = √(Σ_j (CW)²_kj + (SW)²_kj) with C_kj = cos(2πkj/p) and S_kj = sin(2πkj/p).
     *
     * @param rows W, p × d with p at least 2
     * @return M_0 to M_⌊p/2⌋; numbers from N(0, 1) give about √(p·d)
     */
    public static double[] magnitudes(double[][] rows) {
        int modes = rows.length / 2 + 1;
        double[] magnitudes = new double[modes];
        double[][][] transformed = transform(rows);
        for (int k = 0; k < modes; k++) {
            double sum = 0;
            for (int part = 0; part < 2; part++) {
                for (double x : transformed[part][k]) {
                    sum += x * x;
                }
            }
            magnitudes[k] = Math.sqrt(sum);
        }
        return magnitudes;
    }

    /**
     * Returns the modes that stand out: those whose magnitude is more than three times the median of the modes from 1 on. Where none
     * does, the largest.
     *
     * @param magnitudes as {@link #magnitudes} returns them, at least two
     * @return the key modes, the largest first, at least one
     */
    public static int[] keyModes(double[] magnitudes) {
        Arguments.atLeast("the number of magnitudes", magnitudes.length, 2);
        double[] sorted = Arrays.copyOfRange(magnitudes, 1, magnitudes.length);
        Arrays.sort(sorted);
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        int[] order = IntStream.range(1, magnitudes.length)
                .boxed()
                .sorted((a, b) -> Double.compare(magnitudes[b], magnitudes[a]))
                .mapToInt(k -> k)
                .toArray();
        int standing = (int)
                Arrays.stream(order).filter(k -> magnitudes[k] > KEY * median).count();
        return Arrays.copyOf(order, Math.max(1, standing));
    }

    /**
     * Returns the mode between 0 and p/2 that is the same as a multiple of another, such as the doubled one.
     *
     * @param k any whole number
     * @param p the number of rows, at least 2
     * @return k or p − k modulo p, whichever is smaller
     */
    public static int fold(long k, int p) {
        int mode = Math.floorMod(k, Arguments.atLeast("p", p, 2));
        return Math.min(mode, p - mode);
    }

    /**
     * Projects every column on the span of 1, cos(2πkj/p) and sin(2πkj/p) for some modes k.
     *
     * @param rows W, p × d
     * @param modes the modes to keep beside mode 0, each 1 to p − 1
     * @return the projection; all modes give W itself
     */
    public static double[][] keepOnly(double[][] rows, int... modes) {
        int p = rows.length;
        double[][][] transformed = transform(rows);
        NavigableSet<Integer> kept = folded(modes, p);
        double[][] out = new double[p][];
        for (int j = 0; j < p; j++) {
            // W'_j = (1/p) Σ_k ŵ_k exp(2πi·jk/p) over 0 and the modes kept, with p − k beside each k
            double[] row = transformed[0][0].clone();
            for (int k : kept) {
                double twice = 2 * k == p ? 1 : 2;
                double cos = twice * cos(k, j, p);
                double sin = twice * sin(k, j, p);
                for (int c = 0; c < row.length; c++) {
                    row[c] += cos * transformed[0][k][c] + sin * transformed[1][k][c];
                }
            }
            for (int c = 0; c < row.length; c++) {
                row[c] /= p;
            }
            out[j] = row;
        }
        return out;
    }

    /**
     * Projects every row on the span of the directions in which some modes point: the rows of the transform at mode 0 and at the modes
     * kept, cosine and sine. Other modes survive as far as they point there too. Where the directions are more than the columns, or
     * depend on each other, the pseudo-inverse is taken.
     *
     * @param rows W, p × d
     * @param modes the modes to keep beside mode 0, each 1 to p − 1
     * @return W Aᵀ(AAᵀ)⁺A with the directions as the rows of A
     */
    public static double[][] keepOnlyDirections(double[][] rows, int... modes) {
        int d = rows[0].length;
        double[][][] transformed = transform(rows);
        NavigableSet<Integer> kept = folded(modes, rows.length);
        double[][] directions = new double[1 + 2 * kept.size()][];
        directions[0] = transformed[0][0];
        int n = 1;
        for (int k : kept) {
            directions[n++] = transformed[0][k];
            directions[n++] = transformed[1][k];
        }
        // Aᵀ(AAᵀ)⁺A = VVᵀ over the right singular vectors of A that have a singular value.
        SingularValueDecomposition svd = new SingularValueDecomposition(new Array2DRowRealMatrix(directions));
        double[] singular = svd.getSingularValues();
        double[][] out = new double[rows.length][d];
        for (int s = 0; s < singular.length && singular[s] > NEGLIGIBLE * singular[0]; s++) {
            double[] v = svd.getV().getColumn(s);
            for (int j = 0; j < rows.length; j++) {
                double dot = 0;
                for (int c = 0; c < d; c++) {
                    dot += rows[j][c] * v[c];
                }
                for (int c = 0; c < d; c++) {
                    out[j][c] += dot * v[c];
                }
            }
        }
        return out;
    }

    /**
     * Returns the circle of every mode in the Gram matrix G = WWᵀ: of mode k the points ((CG)_kj, (SG)_kj). A mode that was learned gives
     * a ring on which the numbers follow each other in the order of j·k mod p; the others give small clouds, mode 0 a horizontal line.
     *
     * @param rows W, p × d
     * @return by mode 0 to ⌊p/2⌋ two arrays of p coordinates, x and y
     */
    public static double[][][] circles(double[][] rows) {
        int p = rows.length;
        double[][][] transformed = transform(rows);
        double[][][] circles = new double[p / 2 + 1][2][p];
        for (int k = 0; k < circles.length; k++) {
            for (int part = 0; part < 2; part++) {
                double[] direction = transformed[part][k];
                for (int j = 0; j < p; j++) {
                    double sum = 0;
                    for (int c = 0; c < direction.length; c++) {
                        sum += direction[c] * rows[j][c];
                    }
                    circles[k][part][j] = sum;
                }
            }
        }
        return circles;
    }

    /**
     * Returns the Gini coefficient, which is 0 where all values are the same and near 1 where one holds everything: the sparsity of
     * the modes of an embedding (Nanda et al., Progress measures for grokking, 2023).
     *
     * @param values at least one, none negative, not all 0
     * @return Σ_i (2i − n − 1) x_(i) / (n Σ x)
     */
    public static double gini(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        Arguments.check(
                sorted.length > 0 && sorted[0] >= 0 && sorted[sorted.length - 1] > 0,
                "values",
                Arrays.toString(values),
                "numbers of at least 0, one of them above");
        double weighted = 0;
        double sum = 0;
        for (int i = 0; i < sorted.length; i++) {
            weighted += (2 * (i + 1) - sorted.length - 1) * sorted[i];
            sum += sorted[i];
        }
        return weighted / (sorted.length * sum);
    }

    // The modes 0 to p/2 of all columns: cosine and sine sums.
    private static double[][][] transform(double[][] rows) {
        int p = rows.length;
        Arguments.atLeast("the number of rows", p, 2);
        int d = rows[0].length;
        double[][][] out = new double[2][p / 2 + 1][d];
        for (int k = 0; k <= p / 2; k++) {
            for (int j = 0; j < p; j++) {
                double cos = cos(k, j, p);
                double sin = sin(k, j, p);
                for (int c = 0; c < d; c++) {
                    out[0][k][c] += cos * rows[j][c];
                    out[1][k][c] += sin * rows[j][c];
                }
            }
        }
        return out;
    }

    private static NavigableSet<Integer> folded(int[] modes, int p) {
        TreeSet<Integer> kept = new TreeSet<>();
        for (int k : modes) {
            kept.add(fold(Arguments.within("mode", k, 1, p - 1), p));
        }
        return kept;
    }

    private static double cos(int k, int j, int p) {
        return Math.cos(2 * Math.PI * ((long) k * j % p) / p);
    }

    private static double sin(int k, int j, int p) {
        return Math.sin(2 * Math.PI * ((long) k * j % p) / p);
    }
}

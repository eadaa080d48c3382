package org.kymograph.degeneracy.modular;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.degeneracy.sampling.Subspace;
import org.kymograph.model.ParameterVector;

/**
 * Some Fourier modes of a network's embedding as a subspace of its parameters: chains in it move the cosines and sines of these modes over the
 * numbers 0 … p−1, in every column of the embedding, and nothing else.
 *
 * @param size P, the number of all parameters
 * @param p the modulus
 * @param width e, the columns of the embedding
 * @param offset where the number 0 has its first column among the parameters
 * @param rowStride how far apart a column of two neighbouring numbers lies
 * @param columnStride how far apart two columns of a number lie
 * @param modes the modes, 0 to p/2, ascending
 */
public record FourierBlock(int size, int p, int width, int offset, int rowStride, int columnStride, List<Integer> modes)
        implements Subspace {
    /** Checks that there is a mode. */
    public FourierBlock {
        modes = modes.stream()
                .map(k -> FourierModes.fold(k, p))
                .distinct()
                .sorted()
                .toList();
        Arguments.notEmpty("modes", modes);
    }

    /**
     * Returns the block of some modes.
     *
     * @param parameters parameters of the network, such as those at a checkpoint
     * @param modes the modes, at least one; k and p − k are the same
     * @return the block
     * @throws IllegalArgumentException if there is no embedding
     */
    public static FourierBlock of(ParameterVector parameters, int... modes) {
        return Embeddings.block(parameters, IntStream.of(modes).boxed().toList());
    }

    /**
     * Returns the block of the modes that stand out at the end of a run, as {@link FourierModes#keyModes} finds them.
     *
     * @param run a run
     * @return the block
     */
    public static FourierBlock ofKeyModes(ModularRun run) {
        ParameterVector end = run.parameters(run.last());
        return of(end, FourierModes.keyModes(FourierModes.magnitudes(Embeddings.of(end))));
    }

    /** Returns the block of all modes from 1 on that are not in this one: the control. */
    public FourierBlock others() {
        return new FourierBlock(
                size,
                p,
                width,
                offset,
                rowStride,
                columnStride,
                IntStream.rangeClosed(1, p / 2)
                        .boxed()
                        .filter(k -> !modes.contains(k))
                        .toList());
    }

    @Override
    public int dimension() {
        return width
                * modes.stream().mapToInt(k -> k == 0 || 2 * k == p ? 1 : 2).sum();
    }

    // Π W = Σ_k (2/p)·(c_k c_kᵀ + s_k s_kᵀ) W with the cosines c_k and sines s_k, half of that for 0 and p/2.
    @Override
    public void project(double[] v) {
        double[] cos = Columns.numbers(p, i -> Math.cos(2 * Math.PI * i / p));
        double[] sin = Columns.numbers(p, i -> Math.sin(2 * Math.PI * i / p));
        double[][] kept = new double[p][width];
        double[] sum = new double[width];
        for (int k : modes) {
            double scale = (k == 0 || 2 * k == p ? 1.0 : 2.0) / p;
            for (double[] wave : new double[][] {cos, sin}) {
                Arrays.fill(sum, 0);
                for (int j = 0; j < p; j++) {
                    double x = scale * wave[(int) ((long) k * j % p)];
                    for (int c = 0, at = offset + j * rowStride; c < width; c++, at += columnStride) {
                        sum[c] += x * v[at];
                    }
                }
                for (int j = 0; j < p; j++) {
                    double x = wave[(int) ((long) k * j % p)];
                    for (int c = 0; c < width; c++) {
                        kept[j][c] += x * sum[c];
                    }
                }
            }
        }
        Arrays.fill(v, 0);
        for (int j = 0; j < p; j++) {
            for (int c = 0; c < width; c++) {
                v[offset + j * rowStride + c * columnStride] = kept[j][c];
            }
        }
    }
}

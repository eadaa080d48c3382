package org.kymograph.train;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.data.Split;

/**
 * What lets a run compute the same bits in any stack. The last bits of a matrix product depend on where in memory its
 * matrices begin; a stack's lie one behind the other, so that a run's begin elsewhere in each stack unless all of them
 * have sizes of whole blocks of 16 bytes.
 */
final class Stacking {
    // The numbers in a block. Measured: 32 and 64 bytes change no product that 16 leave as it is.
    private static final int BLOCK = 4;

    private Stacking() {}

    /** Returns the rows that a batch of so many has in a stack. */
    static int filled(int rows) {
        return (rows + BLOCK - 1) / BLOCK * BLOCK;
    }

    /**
     * Returns them, followed by the last of them as often as it takes to fill the batch.
     *
     * @param rows each run's rows, R × B with B at least 1
     * @return them, followed by the last of them as often as it takes to fill the batch
     */
    static int[][] filled(int[][] rows) {
        int b = rows[0].length;
        int to = filled(b);
        if (b == to) {
            return rows;
        }
        int[][] out = new int[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            if (r > 0 && rows[r] == rows[r - 1]) {
                out[r] = out[r - 1];
            } else {
                out[r] = Arrays.copyOf(rows[r], to);
                Arrays.fill(out[r], b, to, rows[r][b - 1]);
            }
        }
        return out;
    }

    /**
     * Tells whether runs can train in a stack without feeling each other. They can't if a matrix of the network isn't of whole
     * blocks, nor if a batch isn't that must not be filled because the network keeps statistics of its batches.
     *
     * @param experiment what is trained
     * @param probe its network
     * @param data a run's data
     * @return whether they can
     */
    static boolean suits(Experiment experiment, NetworkProbe probe, Split data) {
        int batch = experiment.batchSize();
        boolean whole = IntStream.of(
                        batch, experiment.replacement() ? 0 : data.train().size() % batch)
                .filter(size -> size > 0)
                .mapToObj(size -> Loop.parts(new int[1][size], experiment.gradientAccumulation()))
                .flatMap(List::stream)
                .allMatch(part -> part[0].length % BLOCK == 0);
        return experiment.network().stackable()
                && probe.wholeBlocks()
                && (whole || probe.statistics().isEmpty());
    }

    /** Tells whether the parameters of this shape begin at whole blocks when they lie one behind the other. */
    static boolean isWhole(Shape parameter) {
        return parameter.dimension() < 2 || parameter.size() % BLOCK == 0;
    }
}

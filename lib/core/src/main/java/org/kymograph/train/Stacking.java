package org.kymograph.train;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
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

    /** @return the rows that a batch of so many has in a stack */
    static int filled(int rows) {
        return (rows + BLOCK - 1) / BLOCK * BLOCK;
    }

    /**
     * @param rows each run's rows, R × B with B at least 1
     * @return them, followed by the last of them as often as it takes to fill the batch
     */
    static int[][] filled(int[][] rows) {
        int b = rows[0].length;
        int to = filled(b);
        return b == to
                ? rows
                : Arrays.stream(rows)
                        .map(r -> {
                            int[] all = Arrays.copyOf(r, to);
                            Arrays.fill(all, b, to, r[b - 1]);
                            return all;
                        })
                        .toArray(int[][]::new);
    }

    /**
     * Whether runs can train in a stack without feeling each other. They can't if a matrix of the network isn't of whole
     * blocks, nor if a batch isn't that must not be filled because the network keeps statistics of its batches.
     *
     * @param experiment what is trained
     * @param data a run's data
     * @return whether they can
     */
    static boolean suits(Experiment experiment, Split data) {
        if (!experiment.network().stackable()) {
            return false;
        }
        int batch = experiment.batchSize();
        boolean whole = IntStream.of(batch, data.train().size() % batch)
                .filter(size -> size > 0)
                .mapToObj(size -> Loop.parts(new int[1][size], experiment.gradientAccumulation()))
                .flatMap(List::stream)
                .allMatch(part -> part[0].length % BLOCK == 0);
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block =
                    experiment.network().single(manager, new Shape(data.train().inputShape()), 0);
            return block.getParameters().values().stream().allMatch(p -> suits(p, whole));
        }
    }

    private static boolean suits(Parameter p, boolean wholeBatches) {
        Shape shape = p.getArray().getShape();
        return (shape.dimension() < 2 || shape.size() % BLOCK == 0) && (p.requiresGradient() || wholeBatches);
    }
}

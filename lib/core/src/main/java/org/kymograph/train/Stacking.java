package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.data.Split;
import org.kymograph.record.tensors.Tensor;

/**
 * How runs lie in a stack, and what lets a run compute the same bits in any stack. The last bits of a matrix product depend on where in memory its
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
                .mapToObj(size -> BatchOrder.parts(new int[1][size], experiment.gradientAccumulation()))
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

    /**
     * Returns each run's part, by name.
     *
     * @param arrays the arrays by name, with a leading axis of runs if stacked
     * @param width the runs in the arrays, at least as many as wanted
     * @param runs the runs wanted
     * @return each run's part, by name
     */
    static List<Map<String, Tensor>> cut(Map<String, NDArray> arrays, boolean stacked, int width, int runs) {
        List<Map<String, Tensor>> out = new ArrayList<>();
        for (int r = 0; r < runs; r++) {
            out.add(new LinkedHashMap<>());
        }
        arrays.forEach((name, array) -> {
            float[] all = array.toFloatArray();
            long[] shape = array.getShape().getShape();
            long[] own = stacked ? Arrays.copyOfRange(shape, 1, shape.length) : shape;
            int size = all.length / width;
            for (int r = 0; r < runs; r++) {
                out.get(r).put(name, Tensor.of(Arrays.copyOfRange(all, r * size, (r + 1) * size), own));
            }
        });
        return out;
    }

    /**
     * Changes arrays in place.
     *
     * @param arrays the arrays by name
     * @param parts each run's part of every array, by name, in the order of the runs
     */
    static void join(Map<String, NDArray> arrays, List<Map<String, Tensor>> parts) {
        arrays.forEach((name, array) -> {
            float[] all = new float[(int) array.size()];
            int at = 0;
            for (Map<String, Tensor> part : parts) {
                float[] values = part.get(name).toFloats();
                System.arraycopy(values, 0, all, at, values.length);
                at += values.length;
            }
            // Through an index, since set and copyTo put the array elsewhere in memory instead of changing it.
            try (NDArray joined = array.getManager().create(all, array.getShape())) {
                array.set(new NDIndex(":"), joined);
            }
        });
    }
}

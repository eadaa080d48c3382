package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.record.tensors.Tensor;

/** Cuts the arrays of a stack into each run's tensors, and puts them together again. */
final class Slices {
    private Slices() {}

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

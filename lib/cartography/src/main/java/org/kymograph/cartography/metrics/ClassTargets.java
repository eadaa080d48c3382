package org.kymograph.cartography.metrics;

import java.util.Arrays;
import org.kymograph.data.Dataset;
import org.kymograph.record.tensors.Tensor;

/** The classes of a data set's examples. */
public final class ClassTargets {
    private ClassTargets() {}

    public static int[] of(Dataset data) {
        if (data.target() != Dataset.Target.CLASS) {
            throw new IllegalArgumentException("targets of kind " + data.target() + ": must be classes");
        }
        return Arrays.stream(data.targets().toLongs())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    public static Dataset with(Dataset data, int[] labels, int classes) {
        Tensor targets = Tensor.of(Arrays.stream(labels).asLongStream().toArray(), labels.length);
        return new Dataset(
                data.name(), data.split(), data.seed(), data.inputs(), targets, classes, data.scaling(), data.side());
    }
}

package org.kymograph.cartography.noise;

import java.util.Arrays;
import org.kymograph.data.Dataset;
import org.kymograph.record.tensors.Tensor;

/** Data sets with other classes. */
final class ClassTargets {
    private ClassTargets() {}

    static Dataset with(Dataset data, int[] labels, int classes) {
        Tensor targets = Tensor.of(Arrays.stream(labels).asLongStream().toArray(), labels.length);
        return new Dataset(
                data.name(),
                data.split(),
                data.seed(),
                data.inputs(),
                targets,
                classes,
                data.scaling(),
                data.auxiliary());
    }
}

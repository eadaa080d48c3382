package org.kymograph.cartography.noise;

import java.util.Arrays;
import org.kymograph.base.Copies;
import org.kymograph.data.Dataset;
import org.kymograph.record.tensors.Tensor;

/** Data sets with other classes. */
final class ClassTargets {
    private ClassTargets() {}

    static Dataset with(Dataset data, int[] labels, int classes) {
        Tensor targets = Tensor.of(Arrays.stream(labels).asLongStream().toArray(), labels.length);
        return Copies.with(Copies.with(data, "classes", classes), "targets", targets);
    }
}

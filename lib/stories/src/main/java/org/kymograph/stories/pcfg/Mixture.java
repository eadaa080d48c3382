package org.kymograph.stories.pcfg;

import java.util.random.RandomGenerator;
import org.kymograph.data.Dataset;
import org.kymograph.record.tensors.Tensor;

/** Samples of one data set of tokens, a share of which is replaced by those of another at the same places. */
final class Mixture {
    private Mixture() {}

    static Dataset of(Dataset own, Dataset other, double share, RandomGenerator random) {
        long[] inputs = own.inputs().toLongs();
        long[] targets = own.targets().toLongs();
        long[] otherInputs = other.inputs().toLongs();
        long[] otherTargets = other.targets().toLongs();
        int n = own.size();
        int t = own.inputSize();
        for (int i = 0; i < n; i++) {
            if (random.nextDouble() < share) {
                System.arraycopy(otherInputs, i * t, inputs, i * t, t);
                System.arraycopy(otherTargets, i * t, targets, i * t, t);
            }
        }
        return new Dataset(
                own.name(),
                own.split(),
                own.seed(),
                Tensor.of(inputs, n, t),
                Tensor.of(targets, n, t),
                own.classes(),
                own.scaling());
    }
}

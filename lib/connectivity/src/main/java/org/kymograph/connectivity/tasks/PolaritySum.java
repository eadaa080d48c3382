package org.kymograph.connectivity.tasks;

import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.tensors.Tensor;

/**
 * The sign of the summed polarities of six symbols, without ties: what a network for {@link TwoCue} is pretrained on, so that its
 * embeddings encode polarities and its attention is near uniform.
 *
 * @param train the number of training samples, at least 1
 * @param test the number of test samples, at least 1
 */
public record PolaritySum(int train, int test) implements Task {
    /** Checks the ranges. */
    public PolaritySum {
        Arguments.atLeast("train", train, 1);
        Arguments.atLeast("test", test, 1);
    }

    /** Returns the task with 20,000 training and 2,000 test samples. */
    public static PolaritySum withDefaults() {
        return new PolaritySum(20_000, 2000);
    }

    @Override
    public String name() {
        return "polarity-sum";
    }

    @Override
    public Split sample(long seed) {
        return new Split(samples("train", train, seed), samples("test", test, seed));
    }

    private Dataset samples(String part, int n, long seed) {
        RandomGenerator random = Streams.of(seed, "polarity-sum " + part);
        long[] x = new long[n * TwoCue.SLOTS];
        long[] y = new long[n];
        for (int i = 0; i < n; ) {
            int sum = 0;
            for (int s = 0; s < TwoCue.SLOTS; s++) {
                int symbol = Streams.below(random, TwoCue.SYMBOLS);
                x[i * TwoCue.SLOTS + s] = symbol;
                sum += symbol < TwoCue.SYMBOLS / 2 ? 1 : -1;
            }
            if (sum != 0) {
                y[i++] = sum > 0 ? 1 : 0;
            }
        }
        return new Dataset(name(), part, seed, Tensor.of(x, n, TwoCue.SLOTS), Tensor.of(y, n), 2, Scaling.NONE);
    }
}

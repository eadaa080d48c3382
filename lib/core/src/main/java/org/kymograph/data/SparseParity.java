package org.kymograph.data;

import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.record.tensors.Tensor;

/**
 * Sparse parity: n bits, each -1 or +1 with equal chance, and as label the product of the first k of them.
 *
 * <p>The inputs are F32 {@code [N, n]}, the targets signs. Examples are drawn independently, so that the parts may
 * share some when n is small. Source: Hu et al., Latent State Models of Training Dynamics (TMLR 2023), whose text calls
 * the label an "and" where its code computes this parity.
 *
 * @param bits n, at least 1
 * @param relevant k, 1 to n
 * @param train how many examples to learn from, at least 1
 * @param test how many to measure on, at least 1
 */
public record SparseParity(int bits, int relevant, int train, int test) implements Task {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one of them is out of range
     */
    public SparseParity {
        Arguments.atLeast("bits", bits, 1);
        Arguments.check(relevant >= 1 && relevant <= bits, "relevant", relevant, "1 to " + bits + ", the bits");
        Arguments.atLeast("train", train, 1);
        Arguments.atLeast("test", test, 1);
    }

    /**
     * Returns 40 bits, 3 of them relevant, 1000 + 100 examples.
     *
     * @return 40 bits, 3 of them relevant, 1000 + 100 examples
     */
    public static SparseParity withDefaults() {
        return new SparseParity(40, 3, 1000, 100);
    }

    /**
     * Returns a copy with the given bits.
     *
     * @param bits n, at least the relevant ones
     * @return a copy of that size
     */
    public SparseParity withBits(int bits) {
        return Copies.with(this, "bits", bits);
    }

    /**
     * Returns a copy with the given relevant.
     *
     * @param relevant k, 1 to n
     * @return a copy of that parity
     */
    public SparseParity withRelevant(int relevant) {
        return Copies.with(this, "relevant", relevant);
    }

    /**
     * Returns a copy with the given train.
     *
     * @param train how many examples to learn from, at least 1
     * @return a copy of that size
     */
    public SparseParity withTrain(int train) {
        return Copies.with(this, "train", train);
    }

    /**
     * Returns a copy with the given test.
     *
     * @param test how many examples to measure on, at least 1
     * @return a copy of that size
     */
    public SparseParity withTest(int test) {
        return Copies.with(this, "test", test);
    }

    @Override
    public String name() {
        return "sparse-parity";
    }

    /**
     * Draws all examples (stream {@code "data"}) and deals them out (stream {@code "split"}).
     *
     * @param seed the run's seed
     * @return the same examples for the same seed
     */
    @Override
    public Split sample(long seed) {
        int n = Math.addExact(train, test);
        float[] x = new float[Math.multiplyExact(n, bits)];
        float[] y = new float[n];
        RandomGenerator random = Streams.of(seed, "data");
        for (int i = 0; i < n; i++) {
            y[i] = 1;
            for (int j = 0; j < bits; j++) {
                x[i * bits + j] = random.nextBoolean() ? 1 : -1;
                if (j < relevant) {
                    y[i] *= x[i * bits + j];
                }
            }
        }
        return Split.deal(
                new Dataset("sparse-parity", "all", seed, Tensor.of(x, n, bits), Tensor.of(y, n), 2, Scaling.NONE),
                train);
    }
}

package org.kymograph.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;

/**
 * What to learn from and what to measure on: two parts of one task.
 *
 * @param train the examples to learn from
 * @param test the examples to measure on; may be none
 */
public record Split(Dataset train, Dataset test) {
    /**
     * Checks that the parts fit each other.
     *
     * @throws IllegalArgumentException if they differ in shape, type, or kind of target
     */
    public Split {
        if (!Arrays.equals(train.inputShape(), test.inputShape())
                || train.inputs().dtype() != test.inputs().dtype()
                || train.target() != test.target()
                || train.classes() != test.classes()) {
            throw new IllegalArgumentException("the parts differ in kind: " + train + "; " + test);
        }
    }

    /**
     * Deals all examples out at random, with the stream {@code "split"} of the examples' seed.
     *
     * @param all the examples
     * @param train how many of them to learn from; the others are for the test
     */
    static Split deal(Dataset all, int train) {
        RandomGenerator random = Streams.of(all.seed(), "split");
        int[] order = Streams.permutation(random, all.size());
        return new Split(
                all.subset(Arrays.copyOfRange(order, 0, train)).withSplit("train"),
                all.subset(Arrays.copyOfRange(order, train, order.length)).withSplit("test"));
    }
}

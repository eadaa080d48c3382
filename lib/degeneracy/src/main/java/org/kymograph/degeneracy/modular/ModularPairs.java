package org.kymograph.degeneracy.modular;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kymograph.base.Arguments;
import org.kymograph.base.Checksums;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.tensors.Tensor;

/**
 * All ordered pairs (a, b) of the numbers 0 … p−1 with their sum modulo p, or with labels that have nothing to do with them. Inputs are
 * I64 {@code [p², 2]} with a outermost, both ascending; targets are classes 0 … p−1.
 *
 * <p>The split into pairs to learn from and pairs to test on depends on {@code splitSeed} alone, as in the original, so that the runs
 * of all seeds share it; the original's own order of pairs is that of a Python set and is not reproduced.
 *
 * @param p the modulus, 2 to 1000
 * @param trainFraction the share to learn from, above 0 and at most 1: ⌊share · p²⌋ pairs, at least one
 * @param splitSeed deals out the pairs, and makes the random labels
 * @param randomLabels whether the labels are random in place of the sums: SHA-256 of the seed's digits and those of 2ap + b, modulo p
 */
public record ModularPairs(int p, double trainFraction, long splitSeed, boolean randomLabels) implements Task {
    /** Checks the ranges. */
    public ModularPairs {
        Arguments.within("p", p, 2, 1000);
        trained("trainFraction", p, trainFraction);
    }

    /** Returns how many of the p² pairs are learned from, at least one, once it is known by its name that the share leaves one. */
    static int trained(String name, int p, double fraction) {
        Arguments.check(fraction > 0 && fraction <= 1, name, fraction, "above 0 and at most 1");
        int pairs = (int) (fraction * (p * p));
        Arguments.check(
                pairs > 0,
                name,
                fraction,
                "a larger share; this one leaves nothing to learn from of " + p * p + " pairs");
        return pairs;
    }

    /**
     * Returns the sums modulo p, split with seed 0.
     *
     * @param p the modulus
     * @param trainFraction the share to learn from
     * @return the task
     */
    public static ModularPairs of(int p, double trainFraction) {
        return new ModularPairs(p, trainFraction, 0, false);
    }

    /** Returns a copy whose split and random labels come from another seed. */
    public ModularPairs withSplitSeed(long splitSeed) {
        return Copies.with(this, "splitSeed", splitSeed);
    }

    /** Returns a copy with random labels, or with the sums. */
    public ModularPairs withRandomLabels(boolean randomLabels) {
        return Copies.with(this, "randomLabels", randomLabels);
    }

    /**
     * Returns the label of a pair.
     *
     * @param a the first number, 0 to p−1
     * @param b the second number, 0 to p−1
     * @return its class
     */
    public int label(int a, int b) {
        Arguments.within("a", a, 0, p - 1);
        Arguments.within("b", b, 0, p - 1);
        if (!randomLabels) {
            return (a + b) % p;
        }
        String digits = Long.toString(splitSeed) + (2L * a * p + b);
        byte[] hash = Checksums.sha256().digest(digits.getBytes(StandardCharsets.UTF_8));
        return new BigInteger(1, hash).mod(BigInteger.valueOf(p)).intValue();
    }

    /**
     * Returns all pairs, pair (a, b) in row a·p + b.
     *
     * @return p² pairs
     */
    public Dataset all() {
        long[] inputs = new long[2 * p * p];
        long[] labels = new long[p * p];
        for (int i = 0; i < labels.length; i++) {
            inputs[2 * i] = i / p;
            inputs[2 * i + 1] = i % p;
            labels[i] = label(i / p, i % p);
        }
        return new Dataset(
                randomLabels ? "random-labels" : "modular-pairs",
                "all",
                splitSeed,
                Tensor.of(inputs, labels.length, 2),
                Tensor.of(labels, labels.length),
                p,
                Scaling.NONE);
    }

    /**
     * Returns the rows of the pairs to learn from.
     *
     * @return ⌊share · p²⌋ rows of {@link #all}, in the order in which they were dealt
     */
    public int[] trainRows() {
        return Arrays.copyOf(dealt(), trained());
    }

    /**
     * Returns the rows of the pairs to test on.
     *
     * @return the other rows of {@link #all}
     */
    public int[] testRows() {
        return Arrays.copyOfRange(dealt(), trained(), p * p);
    }

    private int trained() {
        return trained("trainFraction", p, trainFraction);
    }

    private int[] dealt() {
        return Streams.permutation(Streams.of(splitSeed, "split"), p * p);
    }

    @Override
    public String name() {
        return "modular-pairs";
    }

    /** Returns the same split for every seed. */
    @Override
    public Split sample(long seed) {
        Dataset all = all();
        return new Split(
                all.subset(trainRows()).withSplit("train"),
                all.subset(testRows()).withSplit("test"));
    }
}

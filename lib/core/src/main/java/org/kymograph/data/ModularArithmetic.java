package org.kymograph.data;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.record.tensors.Tensor;

/**
 * Arithmetic modulo p as a language of three tokens: {@code x y =} is followed by x ∘ y mod p.
 *
 * <p>All ordered pairs are taken once, x outermost, both ascending: x, y = 0 … p-1; for the division y = 1 … p-1,
 * because only those have an inverse. The inputs are I64 {@code [N, 3]}, the token p standing for "="; the targets are
 * class indices 0 … p-1. A share of the pairs, dealt out at random, is for learning, the others for the test.
 *
 * <p>Source: Hu et al., Latent State Models of Training Dynamics (TMLR 2023), modular addition. The division of their
 * code is that of floating-point numbers and not reproduced; this one is the field's, x · y⁻¹.
 *
 * @param operator ∘
 * @param modulus p, 2 to 1000; prime for the division
 * @param fraction the share to learn from, above 0 and at most 1: floor(fraction · N) pairs, at least one
 */
public record ModularArithmetic(Operator operator, int modulus, double fraction) implements Task {
    /** What is computed of x and y modulo p. */
    public enum Operator {
        /** x + y. */
        ADD,
        /** x - y. */
        SUBTRACT,
        /** x · y. */
        MULTIPLY,
        /** x · y⁻¹, the z with z · y = x. */
        DIVIDE
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one of them is out of range
     */
    public ModularArithmetic {
        Objects.requireNonNull(operator, "operator");
        Arguments.within("modulus", modulus, 2, 1000);
        Arguments.check(
                operator != Operator.DIVIDE || BigInteger.valueOf(modulus).isProbablePrime(40),
                "modulus",
                modulus,
                "prime for the division, or some numbers have no inverse");
        Arguments.check(fraction > 0 && fraction <= 1, "fraction", fraction, "above 0 and at most 1");
        int all = pairs(operator, modulus);
        Arguments.check(
                (int) (fraction * all) > 0,
                "fraction",
                fraction,
                "a larger share; this one leaves nothing to learn from of " + all + " pairs");
    }

    /**
     * Returns addition modulo 113, 3830 of 12769 pairs to learn from.
     *
     * @return addition modulo 113, 3830 of 12769 pairs to learn from
     */
    public static ModularArithmetic withDefaults() {
        return new ModularArithmetic(Operator.ADD, 113, 0.3);
    }

    /**
     * Returns a copy with the given operator.
     *
     * @param operator what is computed
     * @return a copy that computes it
     */
    public ModularArithmetic withOperator(Operator operator) {
        return Copies.with(this, "operator", operator);
    }

    /**
     * Returns a copy with the given modulus.
     *
     * @param modulus p, 2 to 1000; prime for the division
     * @return a copy of that modulus
     */
    public ModularArithmetic withModulus(int modulus) {
        return Copies.with(this, "modulus", modulus);
    }

    /**
     * Returns a copy with the given fraction.
     *
     * @param fraction the share to learn from, above 0 and at most 1
     * @return a copy of that share
     */
    public ModularArithmetic withFraction(double fraction) {
        return Copies.with(this, "fraction", fraction);
    }

    /**
     * Returns the number of tokens, p + 1.
     *
     * @return the number of tokens, p + 1
     */
    public int vocabulary() {
        return modulus + 1;
    }

    /**
     * Returns x ∘ y mod p, 0 to p-1.
     *
     * @param x the left operand, 0 to p-1
     * @param y the right operand, 0 to p-1, not 0 for the division
     * @return x ∘ y mod p, 0 to p-1
     * @throws IllegalArgumentException if an operand is out of range
     */
    public int apply(int x, int y) {
        Arguments.within("x", x, 0, modulus - 1);
        Arguments.within("y", y, first(), modulus - 1);
        return switch (operator) {
            case ADD -> (x + y) % modulus;
            case SUBTRACT -> Math.floorMod(x - y, modulus);
            case MULTIPLY -> x * y % modulus;
            case DIVIDE -> x * inverse(y) % modulus;
        };
    }

    /**
     * Returns all pairs in their order.
     *
     * @param seed what is recorded as the examples' seed
     * @return all pairs in their order
     */
    public Dataset pairs(long seed) {
        int n = pairs(operator, modulus);
        long[] tokens = new long[3 * n];
        long[] results = new long[n];
        int i = 0;
        for (int x = 0; x < modulus; x++) {
            for (int y = first(); y < modulus; y++) {
                tokens[3 * i] = x;
                tokens[3 * i + 1] = y;
                tokens[3 * i + 2] = modulus;
                results[i++] = apply(x, y);
            }
        }
        return new Dataset(
                "modular-" + operator.name().toLowerCase(Locale.ROOT),
                "all",
                seed,
                Tensor.of(tokens, n, 3),
                Tensor.of(results, n),
                modulus,
                Scaling.NONE);
    }

    @Override
    public String name() {
        return "modular-arithmetic";
    }

    /**
     * Deals all pairs out (stream {@code "split"}).
     *
     * @param seed the run's seed
     * @return the same split for the same seed
     */
    @Override
    public Split sample(long seed) {
        Dataset all = pairs(seed);
        return Split.deal(all, (int) (fraction * all.size()));
    }

    private int first() {
        return operator == Operator.DIVIDE ? 1 : 0;
    }

    private static int pairs(Operator operator, int modulus) {
        return modulus * (operator == Operator.DIVIDE ? modulus - 1 : modulus);
    }

    // Fermat: y^(p-2) is the inverse of y modulo a prime p.
    private int inverse(int y) {
        int inverse = 1;
        int power = y;
        for (int e = modulus - 2; e > 0; e >>= 1) {
            if ((e & 1) == 1) {
                inverse = inverse * power % modulus;
            }
            power = power * power % modulus;
        }
        return inverse;
    }
}

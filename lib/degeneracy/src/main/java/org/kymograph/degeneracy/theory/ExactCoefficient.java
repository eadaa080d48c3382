package org.kymograph.degeneracy.theory;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;

/**
 * A learning coefficient that is known exactly: the volume of the weights with a loss below δ goes as δ^λ (−ln δ)^(m−1).
 *
 * <p>An estimate at a finite temperature finds λ − (m − 1)/ln nβ at best, and with localisation or a box something else again:
 * compare it with {@link Quadrature}, not with this.
 *
 * @param value the learning coefficient λ, a real log canonical threshold
 * @param multiplicity its multiplicity m, at least 1
 */
public record ExactCoefficient(double value, int multiplicity) {
    /**
     * Returns what λ and m make of nβ·E[K] at a low temperature, to first order: λ − (m − 1)/ln nβ.
     *
     * @param nBeta the inverse temperature nβ, above 1
     * @return the expected estimate
     */
    public double at(double nBeta) {
        Arguments.check(nBeta > 1, "nBeta", nBeta, "above 1");
        return value - (multiplicity - 1) / Math.log(nBeta);
    }

    /**
     * Returns the coefficient of Σ|wᵢ|^pᵢ, which is Σ 1/pᵢ over the powers that are not 0.
     *
     * @param powers the pᵢ, at least 0
     * @return λ, with m = 1
     */
    public static ExactCoefficient monomials(int... powers) {
        return new ExactCoefficient(
                Arrays.stream(powers)
                        .filter(p -> p > 0)
                        .mapToDouble(p -> 1.0 / p)
                        .sum(),
                1);
    }

    /**
     * Returns the coefficient of w₁^2a w₂^2b at the origin: 1/(2 max(a, b)), with m = 2 where a = b.
     *
     * @param a the power of w₁, at least 0
     * @param b the power of w₂, at least 0, not both 0
     * @return λ and m
     */
    public static ExactCoefficient normalCrossing(int a, int b) {
        Arguments.atLeast("the larger power", Math.max(a, b), 1);
        return new ExactCoefficient(1.0 / (2 * Math.max(a, b)), a == b ? 2 : 1);
    }

    /**
     * Returns the coefficient of y = BAx at a truth of a given rank (Aoyagi and Watanabe, Stochastic complexities of reduced
     * rank regression in Bayesian estimation, 2005).
     *
     * @param inputs M, the columns of A
     * @param hidden H, the rows of A
     * @param outputs N, the rows of B
     * @param rank r, the rank of the true BA, 0 to the smallest of these
     * @return λ and m
     */
    public static ExactCoefficient reducedRankRegression(int inputs, int hidden, int outputs, int rank) {
        int m = inputs;
        int h = hidden;
        int n = outputs;
        Arguments.within("rank", rank, 0, Math.min(m, Math.min(h, n)));
        if (m + h < n + rank) {
            return new ExactCoefficient((h * m - h * rank + n * rank) / 2.0, 1);
        }
        if (n + h < m + rank) {
            return new ExactCoefficient((h * n - h * rank + m * rank) / 2.0, 1);
        }
        if (m + n < h + rank) {
            return new ExactCoefficient(m * n / 2.0, 1);
        }
        int k = h + rank;
        int s = -k * k - m * m - n * n + 2 * k * m + 2 * k * n + 2 * m * n;
        return (m + h + n + rank) % 2 == 0 ? new ExactCoefficient(s / 8.0, 1) : new ExactCoefficient((s + 1) / 8.0, 2);
    }

    /**
     * Returns the coefficient of a deep linear network at a truth of a given rank (Aoyagi, Consideration on the learning
     * efficiency of multiple-layered neural networks with linear units, 2024).
     *
     * @param rank r, the rank of the true product, 0 to the smallest width
     * @param widths the layers' widths H₀ … H_L, inputs first, at least two
     * @return λ and m
     */
    public static ExactCoefficient deepLinear(int rank, int... widths) {
        Arguments.check(widths.length >= 2, "the number of widths", widths.length, "at least 2");
        Arguments.within("rank", rank, 0, Arrays.stream(widths).min().orElseThrow());
        int[] excess = Arrays.stream(widths).map(w -> w - rank).sorted().toArray();
        int size = bottleneck(excess);
        int l = size - 1;
        int sum = 0;
        long pairs = 0;
        for (int i = 0; i < size; i++) {
            pairs += (long) sum * excess[i];
            sum += excess[i];
        }
        int a = sum - (Math.floorDiv(sum + l - 1, l) - 1) * l;
        double lambda = (-rank * rank + rank * (widths[0] + widths[widths.length - 1])) / 2.0
                + a * (l - a) / (4.0 * l)
                - (l - 1) / (4.0 * l) * sum * sum
                + pairs / 2.0;
        return new ExactCoefficient(lambda, a * (l - a) + 1);
    }

    // The narrowest layers that bound the others: with S their sum and l their number less 1, S ≥ l·(the widest of
    // them) and
    // S < l·(the narrowest of the others).
    private static int bottleneck(int[] sorted) {
        return IntStream.rangeClosed(2, sorted.length)
                .filter(size -> {
                    int sum = Arrays.stream(sorted, 0, size).sum();
                    int widest = sorted[size - 1];
                    boolean all = size == sorted.length;
                    return sum >= (size - 1) * widest
                            && (all || widest < sorted[size] && sum < (size - 1) * sorted[size]);
                })
                .findFirst()
                .orElseThrow();
    }
}

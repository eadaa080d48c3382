package org.kymograph.degeneracy.theory;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.kymograph.base.Arguments;
import org.kymograph.evaluate.HessianOperator;

/**
 * The potential K = ½Σaᵢwᵢ², for which everything that a Langevin sampler does from the minimum is known in closed form. With
 * hᵢ = nβaᵢ + γ, the sampled density is that of independent wᵢ ~ N(0, 1/hᵢ).
 *
 * @param a the curvatures, at least 0
 */
public record Quadratic(double... a) implements ToyPotential {
    /** Checks the curvatures and copies them. */
    public Quadratic {
        Arguments.check(a.length > 0, "the number of curvatures", a.length, "at least 1");
        Arrays.stream(a).forEach(x -> Arguments.atLeast("curvature", x, 0.0));
        a = a.clone();
    }

    /** Returns the curvatures, a copy. */
    @Override
    public double[] a() {
        return a.clone();
    }

    @Override
    public int size() {
        return a.length;
    }

    @Override
    public double value(double[] w) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * w[i] * w[i]).sum() / 2;
    }

    @Override
    public double[] gradient(double[] w) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * w[i]).toArray();
    }

    /**
     * Returns nβ·E[K] of the density itself, ½Σ nβaᵢ/hᵢ: half the number of curved directions as γ goes to 0.
     *
     * @param nBeta the inverse temperature nβ, above 0
     * @param gamma the strength of localisation γ, at least 0
     * @return the exact learning coefficient at this temperature
     */
    public double learningCoefficient(double nBeta, double gamma) {
        return energy(nBeta, gamma, h -> 1 / h);
    }

    /**
     * Returns nβ·E[K] of an endless chain of Langevin steps without rejection, where the variance of wᵢ is
     * (ε + (εnβs/2)²) / (εhᵢ − ε²hᵢ²/4).
     *
     * @param nBeta the inverse temperature nβ, above 0
     * @param gamma the strength of localisation γ, at least 0
     * @param epsilon the step size ε, above 0, with εhᵢ &lt; 4
     * @param noise the standard deviation s of noise in each component of the gradient of K, at least 0
     * @return the biased coefficient that such a sampler finds
     */
    public double learningCoefficient(double nBeta, double gamma, double epsilon, double noise) {
        return energy(nBeta, gamma, variance(nBeta, epsilon, noise));
    }

    /**
     * Returns the expectation of the estimate from a chain that starts at the minimum: the mean over the steps from
     * {@code burnIn} on, where E[wᵢ²] after t steps is its variance times 1 − (1 − εhᵢ/2)²ᵗ.
     *
     * @param nBeta the inverse temperature nβ, above 0
     * @param gamma the strength of localisation γ, at least 0
     * @param epsilon the step size ε, above 0, with εhᵢ &lt; 4
     * @param noise the standard deviation of noise in each component of the gradient of K, at least 0
     * @param steps the number of steps; the loss is read before each
     * @param burnIn how many of them don't count, below {@code steps}
     * @return the expectation of the estimate
     */
    public double learningCoefficient(double nBeta, double gamma, double epsilon, double noise, int steps, int burnIn) {
        Arguments.within("burnIn", burnIn, 0, steps - 1);
        DoubleUnaryOperator variance = variance(nBeta, epsilon, noise);
        return energy(nBeta, gamma, h -> {
            double rho = 1 - epsilon * h / 2;
            double mean = 0;
            for (int t = burnIn; t < steps; t++) {
                mean += (1 - Math.pow(rho * rho, t)) / (steps - burnIn);
            }
            return variance.applyAsDouble(h) * mean;
        });
    }

    private double energy(double nBeta, double gamma, DoubleUnaryOperator variance) {
        Arguments.positive("nBeta", nBeta);
        Arguments.atLeast("gamma", gamma, 0.0);
        return Arrays.stream(a)
                .filter(x -> x > 0)
                .map(x -> nBeta * x * variance.applyAsDouble(nBeta * x + gamma) / 2)
                .sum();
    }

    private static DoubleUnaryOperator variance(double nBeta, double epsilon, double noise) {
        Arguments.positive("epsilon", epsilon);
        Arguments.atLeast("noise", noise, 0.0);
        return h -> {
            Arguments.check(epsilon * h < 4, "epsilon", epsilon, "below " + 4 / h + ", where the chain diverges");
            double kick = epsilon * nBeta * noise / 2;
            return (epsilon + kick * kick) / (epsilon * h - epsilon * epsilon * h * h / 4);
        };
    }

    /**
     * Returns the quadratic within the hyperplane orthogonal to a direction: of curvatures that are the eigenvalues of PAP,
     * P = I − gg<sup>T</sup>/‖g‖², but for the one of g itself.
     *
     * @param direction g, not 0
     * @return a quadratic of one weight less, in its own axes
     */
    public Quadratic orthogonalTo(double[] direction) {
        Arguments.atLeast("the number of weights", a.length, 2);
        double[] values = new EigenDecomposition(MatrixUtils.createRealMatrix(
                        HessianOperator.of(diagonal()).orthogonalTo(direction).matrix()))
                .getRealEigenvalues();
        // The direction's own eigenvalue is 0, and no other is below it.
        return new Quadratic(
                Arrays.stream(values).sorted().skip(1).map(x -> Math.max(0, x)).toArray());
    }

    private double[][] diagonal() {
        double[][] matrix = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            matrix[i][i] = a[i];
        }
        return matrix;
    }
}

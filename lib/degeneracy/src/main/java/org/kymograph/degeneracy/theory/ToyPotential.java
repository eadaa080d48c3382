package org.kymograph.degeneracy.theory;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;

/**
 * A loss K(w) of a few weights that can be written down, with its gradient: what estimates of the learning coefficient are
 * tested on. See {@link ExactCoefficient} and {@link Quadrature} for what they should find.
 */
public interface ToyPotential {
    /** Returns the number of weights. */
    int size();

    /**
     * Returns K(w).
     *
     * @param w the weights, {@link #size} numbers
     * @return the value
     */
    double value(double[] w);

    /**
     * Returns the gradient of K at w.
     *
     * @param w the weights, {@link #size} numbers
     * @return a new array
     */
    double[] gradient(double[] w);

    /**
     * Returns K(w) and fills in the gradient, as samplers ask for both.
     *
     * @param w the weights, {@link #size} numbers
     * @param gradient where the gradient is put
     * @return the value
     */
    default double value(double[] w, double[] gradient) {
        System.arraycopy(gradient(w), 0, gradient, 0, gradient.length);
        return value(w);
    }

    /**
     * Returns this potential times a constant.
     *
     * @param factor the constant, above 0
     * @return factor · K
     */
    default ToyPotential times(double factor) {
        Arguments.positive("factor", factor);
        ToyPotential k = this;
        return new ToyPotential() {
            @Override
            public int size() {
                return k.size();
            }

            @Override
            public double value(double[] w) {
                return factor * k.value(w);
            }

            @Override
            public double[] gradient(double[] w) {
                return Arrays.stream(k.gradient(w)).map(g -> factor * g).toArray();
            }
        };
    }

    /**
     * Returns Σ cᵢ|wᵢ|^pᵢ: each weight for itself, and a weight of power 0 free.
     *
     * @param factors the cᵢ
     * @param powers the pᵢ, 0 or at least 1
     * @return the potential
     */
    static ToyPotential separable(double[] factors, int[] powers) {
        Arguments.sameLength("powers", powers.length, "factors", factors.length);
        double[] c = factors.clone();
        int[] p = powers.clone();
        Arrays.stream(p).forEach(power -> Arguments.atLeast("power", power, 0));
        return new ToyPotential() {
            @Override
            public int size() {
                return c.length;
            }

            @Override
            public double value(double[] w) {
                double sum = 0;
                for (int i = 0; i < c.length; i++) {
                    sum += c[i] * Math.pow(Math.abs(w[i]), p[i]);
                }
                return sum;
            }

            @Override
            public double[] gradient(double[] w) {
                return Columns.numbers(
                        c.length,
                        i -> p[i] == 0 ? 0 : c[i] * p[i] * Math.signum(w[i]) * Math.pow(Math.abs(w[i]), p[i] - 1));
            }
        };
    }

    /**
     * Returns ½Σ|wᵢ|^pᵢ, whose learning coefficient is Σ 1/pᵢ at every temperature.
     *
     * @param powers the pᵢ, 0 or at least 1
     * @return the potential
     */
    static ToyPotential monomials(int... powers) {
        double[] half = new double[powers.length];
        Arrays.fill(half, 0.5);
        return separable(half, powers);
    }

    /**
     * Returns Σ sᵢwᵢ² + Σ wᵢ⁴: quadratic in the directions of sᵢ &gt; 0 when it is cold, quartic in all when it is hot.
     *
     * @param s the sᵢ
     * @return the potential
     */
    static ToyPotential quarticWells(double... s) {
        double[] ones = new double[s.length];
        Arrays.fill(ones, 1);
        int[] two = new int[s.length];
        Arrays.fill(two, 2);
        int[] four = new int[s.length];
        Arrays.fill(four, 4);
        ToyPotential quadratic = separable(s, two);
        ToyPotential quartic = separable(ones, four);
        return new ToyPotential() {
            @Override
            public int size() {
                return quartic.size();
            }

            @Override
            public double value(double[] w) {
                return quadratic.value(w) + quartic.value(w);
            }

            @Override
            public double[] gradient(double[] w) {
                double[] g = quadratic.gradient(w);
                double[] more = quartic.gradient(w);
                for (int i = 0; i < g.length; i++) {
                    g[i] += more[i];
                }
                return g;
            }
        };
    }

    /**
     * Returns (x² + c)(y² + c) − c²: two lines that cross, rounded off, so that the learning coefficient changes from that of the
     * crossing to 1 as it gets cold.
     *
     * @param c the rounding, at least 0
     * @return the potential of 2 weights
     */
    static ToyPotential roundedCrossing(double c) {
        Arguments.atLeast("c", c, 0);
        return new ToyPotential() {
            @Override
            public int size() {
                return 2;
            }

            @Override
            public double value(double[] w) {
                double x = w[0] * w[0];
                double y = w[1] * w[1];
                return x * y + c * (x + y);
            }

            @Override
            public double[] gradient(double[] w) {
                return new double[] {2 * w[0] * (w[1] * w[1] + c), 2 * w[1] * (w[0] * w[0] + c)};
            }
        };
    }

    /**
     * Returns the mean squared error of f(x) = w₁^a w₂^b x against 0 for x ~ N(0, 2²): K = 4 w₁^2a w₂^2b.
     *
     * @param a the power of w₁, at least 0
     * @param b the power of w₂, at least 0
     * @return the potential of 2 weights
     */
    static ToyPotential normalCrossing(int a, int b) {
        return crossing(a, b, 4, 0);
    }

    /**
     * Returns the mean squared error of f(x) = w₁^a w₂^b x on drawn data, x ~ N(0, 2²) and y ~ N(0, ¼²), less the mean of y².
     *
     * @param a the power of w₁, at least 0
     * @param b the power of w₂, at least 0
     * @param samples the number of samples, at least 1
     * @param seed the random seed of the data
     * @return the potential of 2 weights
     */
    static ToyPotential normalCrossing(int a, int b, int samples, long seed) {
        Arguments.atLeast("samples", samples, 1);
        RandomGenerator random = Streams.of(seed, "normal crossing");
        double xx = 0;
        double xy = 0;
        for (int i = 0; i < samples; i++) {
            double x = 2 * Streams.gaussian(random);
            double y = 0.25 * Streams.gaussian(random);
            xx += x * x / samples;
            xy += x * y / samples;
        }
        return crossing(a, b, xx, xy);
    }

    private static ToyPotential crossing(int a, int b, double xx, double xy) {
        Arguments.atLeast("a", a, 0);
        Arguments.atLeast("b", b, 0);
        return new ToyPotential() {
            @Override
            public int size() {
                return 2;
            }

            @Override
            public double value(double[] w) {
                double f = Math.pow(w[0], a) * Math.pow(w[1], b);
                return xx * f * f - 2 * xy * f;
            }

            @Override
            public double[] gradient(double[] w) {
                double first = Math.pow(w[0], a);
                double second = Math.pow(w[1], b);
                double outer = 2 * (xx * first * second - xy);
                return new double[] {
                    a == 0 ? 0 : outer * a * Math.pow(w[0], a - 1) * second,
                    b == 0 ? 0 : outer * b * Math.pow(w[1], b - 1) * first
                };
            }
        };
    }

    /**
     * Returns the mean squared error of f(x) = (w₁ − 1)‖w‖⁴ x against 0 for x ~ N(0, 2²): a line (a hyperplane where there are
     * more than two weights) of zeros, and a more degenerate point beside it.
     *
     * @param size the number of weights, at least 1
     * @return the potential
     */
    static ToyPotential linePlusDot(int size) {
        Arguments.atLeast("size", size, 1);
        return new ToyPotential() {
            @Override
            public int size() {
                return size;
            }

            private double squares(double[] w) {
                return Arrays.stream(w).map(x -> x * x).sum();
            }

            @Override
            public double value(double[] w) {
                double s = squares(w);
                double f = (w[0] - 1) * s * s;
                return 4 * f * f;
            }

            @Override
            public double[] gradient(double[] w) {
                double s = squares(w);
                double f = (w[0] - 1) * s * s;
                double[] out = new double[size];
                for (int i = 0; i < size; i++) {
                    out[i] = 8 * f * ((w[0] - 1) * 4 * s * w[i] + (i == 0 ? s * s : 0));
                }
                return out;
            }
        };
    }
}

package org.kymograph.degeneracy.theory;

import java.util.Arrays;
import org.kymograph.base.Arguments;

/**
 * The expected loss of a deep linear network on standard normal inputs, K = ½‖W_L⋯W₁ − T‖², where T has ones in the first
 * {@code rank} places of its diagonal; reduced rank regression where there are two layers. The weights are W₁ first, row by row.
 *
 * @param rank the rank of T, 0 to the smallest width
 * @param widths the layers' widths, inputs first, at least two
 */
public record DeepLinear(int rank, int... widths) implements ToyPotential {
    /** Checks the rank and copies the widths. */
    public DeepLinear {
        ExactCoefficient.deepLinear(rank, widths);
        widths = widths.clone();
    }

    /** Returns the widths, a copy. */
    @Override
    public int[] widths() {
        return widths.clone();
    }

    /** Returns the exact learning coefficient. */
    public ExactCoefficient learningCoefficient() {
        return ExactCoefficient.deepLinear(rank, widths);
    }

    @Override
    public int size() {
        int size = 0;
        for (int l = 1; l < widths.length; l++) {
            size += widths[l] * widths[l - 1];
        }
        return size;
    }

    /** Returns weights of loss 0: in each layer, ones in the first {@code rank} places of the diagonal. */
    public double[] truth() {
        double[] w = new double[size()];
        int at = 0;
        for (int l = 1; l < widths.length; l++) {
            for (int i = 0; i < rank; i++) {
                w[at + i * widths[l - 1] + i] = 1;
            }
            at += widths[l] * widths[l - 1];
        }
        return w;
    }

    @Override
    public double value(double[] w) {
        double[] error = error(products(w));
        return Arrays.stream(error).map(e -> e * e).sum() / 2;
    }

    @Override
    public double[] gradient(double[] w) {
        double[][] below = products(w);
        // The error times the layers above: ∂K/∂W_l = (W_L⋯W_{l+1})ᵀ · error · (W_{l−1}⋯W₁)ᵀ.
        double[] error = error(below);
        double[] out = new double[w.length];
        int inputs = widths[0];
        int at = w.length;
        for (int l = widths.length - 1; l > 0; l--) {
            int rows = widths[l];
            int columns = widths[l - 1];
            at -= rows * columns;
            double[] next = new double[columns * inputs];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    double sum = 0;
                    double weight = w[at + i * columns + j];
                    for (int k = 0; k < inputs; k++) {
                        sum += error[i * inputs + k] * below[l - 1][j * inputs + k];
                        next[j * inputs + k] += weight * error[i * inputs + k];
                    }
                    out[at + i * columns + j] = sum;
                }
            }
            error = next;
        }
        return out;
    }

    private double[] error(double[][] products) {
        double[] error = products[widths.length - 1];
        for (int i = 0; i < rank; i++) {
            error[i * widths[0] + i] -= 1;
        }
        return error;
    }

    // I, W₁, W₂W₁, …, row by row.
    private double[][] products(double[] w) {
        Arguments.sameLength("w", w.length, "the network", size());
        int inputs = widths[0];
        double[][] out = new double[widths.length][];
        out[0] = new double[inputs * inputs];
        for (int i = 0; i < inputs; i++) {
            out[0][i * inputs + i] = 1;
        }
        int at = 0;
        for (int l = 1; l < widths.length; l++) {
            out[l] = new double[widths[l] * inputs];
            for (int i = 0; i < widths[l]; i++) {
                for (int j = 0; j < widths[l - 1]; j++) {
                    double weight = w[at++];
                    for (int k = 0; k < inputs; k++) {
                        out[l][i * inputs + k] += weight * out[l - 1][j * inputs + k];
                    }
                }
            }
        }
        return out;
    }
}

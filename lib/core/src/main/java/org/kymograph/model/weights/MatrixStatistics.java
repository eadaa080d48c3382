package org.kymograph.model.weights;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import org.kymograph.base.Arguments;

/**
 * Norms and singular values of a matrix X of m rows and n columns, in double precision. If any element is NaN or
 * infinite, every statistic is NaN and there are no singular values: see {@link #defined()}.
 *
 * <p>Source: Hu et al., Latent State Models of Training Dynamics (TMLR 2023), Appendix on weight statistics.
 */
public final class MatrixStatistics implements TensorStatistics {
    private static final double NEGLIGIBLE = 1e-5;

    private final double l1;
    private final double l2;
    private final double trace;
    private final double spectral;
    private final double[] singularValues;

    private MatrixStatistics(double l1, double l2, double trace, double spectral, double[] singularValues) {
        this.l1 = l1;
        this.l2 = l2;
        this.trace = trace;
        this.spectral = spectral;
        this.singularValues = singularValues;
    }

    /**
     * Returns the statistics of X.
     *
     * @param rowMajor the elements of X
     * @param m the number of rows, at least 1
     * @param n the number of columns, at least 1
     * @return the statistics of X
     * @throws IllegalArgumentException if there are not m · n elements
     */
    public static MatrixStatistics of(float[] rowMajor, int m, int n) {
        double[] x = new double[rowMajor.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = rowMajor[i];
        }
        return of(x, m, n);
    }

    /**
     * Returns the statistics of X.
     *
     * @param rowMajor the elements of X
     * @param m the number of rows, at least 1
     * @param n the number of columns, at least 1
     * @return the statistics of X
     * @throws IllegalArgumentException if there are not m · n elements
     */
    public static MatrixStatistics of(double[] rowMajor, int m, int n) {
        Arguments.check(
                m >= 1 && n >= 1 && (long) m * n == rowMajor.length,
                "shape",
                m + " × " + n,
                "positive numbers whose product is that of the elements, " + rowMajor.length);
        double l1 = 0;
        double squares = 0;
        boolean finite = true;
        for (double x : rowMajor) {
            l1 += Math.abs(x);
            squares += x * x;
            finite &= Double.isFinite(x);
        }
        if (!finite) {
            return new MatrixStatistics(Double.NaN, Double.NaN, Double.NaN, Double.NaN, new double[0]);
        }
        double trace = 0;
        for (int i = 0; i < Math.min(m, n); i++) {
            trace += rowMajor[i * n + i];
        }
        double[] s = SingularValues.of(rowMajor, m, n);
        double spectral = s[0];
        for (int i = 0; i < s.length; i++) {
            if (s[i] < NEGLIGIBLE) {
                s[i] = 0;
            }
        }
        return new MatrixStatistics(l1, Math.sqrt(squares), trace, spectral, s);
    }

    /** Returns false if an element was NaN or infinite. */
    public boolean defined() {
        return singularValues.length > 0;
    }

    /** Returns Σ |x_ij|. */
    public double l1() {
        return l1;
    }

    /** Returns √(Σ x_ij²), the Frobenius norm. */
    public double l2() {
        return l2;
    }

    /** Returns Σ x_ii over i &lt; min(m, n). */
    public double trace() {
        return trace;
    }

    /** Returns the largest singular value, however small. */
    public double spectral() {
        return spectral;
    }

    /** Returns l1 / l2; NaN for a matrix of zeros. */
    public double codeSparsity() {
        return l1 / l2;
    }

    /** Returns trace / spectral; NaN for a matrix of zeros. */
    public double computationalSparsity() {
        return trace / spectral;
    }

    /** Returns the mean of {@link #singularValues()}. */
    public double meanSingularValue() {
        return Arrays.stream(singularValues).sum() / singularValues.length;
    }

    /** Returns the unbiased variance of {@link #singularValues()}; NaN if there is only one. */
    public double varSingularValue() {
        double mean = meanSingularValue();
        double squares = 0;
        for (double s : singularValues) {
            squares += (s - mean) * (s - mean);
        }
        return defined() ? squares / (singularValues.length - 1) : Double.NaN;
    }

    /** Returns min(m, n) singular values, the largest first, those below 1e-5 set to 0. */
    public double[] singularValues() {
        return singularValues.clone();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("l1", TensorStatistics.number(l1));
        json.set("l2", TensorStatistics.number(l2));
        json.set("trace", TensorStatistics.number(trace));
        json.set("spectral", TensorStatistics.number(spectral));
        json.set("code_sparsity", TensorStatistics.number(codeSparsity()));
        json.set("computational_sparsity", TensorStatistics.number(computationalSparsity()));
        json.set("mean_singular_value", TensorStatistics.number(meanSingularValue()));
        json.set("var_singular_value", TensorStatistics.number(varSingularValue()));
        if (defined()) {
            ArrayNode array = json.putArray("singular_values");
            for (double s : singularValues) {
                array.add(s);
            }
        } else {
            json.putNull("singular_values");
        }
        return json;
    }

    @Override
    public String toString() {
        return toJson().toString();
    }
}

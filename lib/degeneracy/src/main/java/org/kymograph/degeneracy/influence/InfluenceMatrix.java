package org.kymograph.degeneracy.influence;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.record.tensors.Tensor;

/**
 * How much each of some samples helps others: a positive number says that with the first in the training set the loss of the
 * second is lower. Units differ from method to method. Arrays are not copied.
 *
 * @param method how the numbers were made
 * @param rows the samples that act, such as the training set, by their number among all
 * @param columns the samples that are acted on
 * @param values rows × columns
 */
public record InfluenceMatrix(String method, int[] rows, int[] columns, float[][] values) {
    /** Checks the shape. */
    public InfluenceMatrix {
        Arguments.sameLength("values", values.length, "rows", rows.length);
        for (float[] row : values) {
            Arguments.sameLength("a row of values", row.length, "columns", columns.length);
        }
    }

    /** Returns a copy with another name of the method. */
    public InfluenceMatrix withMethod(String method) {
        return new InfluenceMatrix(method, rows, columns, values);
    }

    /**
     * Predicts, up to a scale, how much lower each column's loss is after training on some of the rows: the sum of their
     * influences.
     *
     * @param subset places among the rows, from 0
     * @return a number per column
     */
    public double[] predict(int[] subset) {
        double[] out = new double[columns.length];
        for (int i : subset) {
            for (int j = 0; j < out.length; j++) {
                out[j] += values[i][j];
            }
        }
        return out;
    }

    /**
     * Returns the mean influence between groups, such as of pairs by their sum.
     *
     * @param groups the group of each of all samples, from 0
     * @param count the number of groups
     * @return groups of rows × groups of columns; NaN where a group is empty. A sample's influence on itself is left out
     */
    public double[][] between(int[] groups, int count) {
        double[][] sums = new double[count][count];
        int[][] counts = new int[count][count];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                if (rows[i] != columns[j]) {
                    sums[groups[rows[i]]][groups[columns[j]]] += values[i][j];
                    counts[groups[rows[i]]][groups[columns[j]]]++;
                }
            }
        }
        for (int a = 0; a < count; a++) {
            for (int b = 0; b < count; b++) {
                sums[a][b] /= counts[a][b];
            }
        }
        return sums;
    }

    /**
     * Returns a baseline: 1 for samples of the same class and 0 for others.
     *
     * @param data all samples
     * @param rows the samples that act
     * @param columns the samples that are acted on
     * @return the matrix
     */
    public static InfluenceMatrix sameLabel(Dataset data, int[] rows, int[] columns) {
        long[] labels = data.targets().toLongs();
        return of("same label", rows, columns, (i, j) -> labels[i] == labels[j] ? 1 : 0);
    }

    /**
     * Returns a baseline: the cosine of what a network computes for samples.
     *
     * @param activations a vector per sample, {@code [samples, …]}
     * @param rows the samples that act
     * @param columns the samples that are acted on
     * @return the matrix; 0 where a vector is 0
     */
    public static InfluenceMatrix cosine(Tensor activations, int[] rows, int[] columns) {
        int n = (int) activations.shape()[0];
        double[] all = activations.toDoubles();
        int d = all.length / n;
        double[][] unit = IntStream.range(0, n)
                .mapToObj(i -> {
                    double[] v = Arrays.copyOfRange(all, i * d, (i + 1) * d);
                    double norm = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
                    return norm == 0 ? v : Arrays.stream(v).map(x -> x / norm).toArray();
                })
                .toArray(double[][]::new);
        return of("cosine of activations", rows, columns, (i, j) -> {
            double dot = 0;
            for (int k = 0; k < d; k++) {
                dot += unit[i][k] * unit[j][k];
            }
            return dot;
        });
    }

    private interface Entry {
        double of(int i, int j);
    }

    private static InfluenceMatrix of(String method, int[] rows, int[] columns, Entry entry) {
        float[][] values = new float[rows.length][columns.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                values[i][j] = (float) entry.of(rows[i], columns[j]);
            }
        }
        return new InfluenceMatrix(method, rows, columns, values);
    }
}

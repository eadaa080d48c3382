package org.kymograph.stories.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A matrix that multiplies one vector or many. For one, columns of the matrix are added up: the innermost loop runs over neighbouring
 * numbers, which the compiler turns into vector instructions.
 */
final class Projection {
    private final int out;
    private final int in;
    private final float[] rows;
    private float[] columns;

    Projection(float[] weights, int out, int in) {
        this.rows = weights;
        this.out = out;
        this.in = in;
    }

    /** Makes ready for products with one vector. */
    Projection transposed() {
        columns = new float[rows.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                columns[i * out + o] = rows[o * in + i];
            }
        }
        return this;
    }

    float at(int row, int column) {
        return rows[row * in + column];
    }

    /** y[o] = Σ w[o, i] x[i]. */
    void multiply(float[] x, float[] y) {
        Arrays.fill(y, 0, out, 0);
        int i = 0;
        for (; i + 8 <= in; i += 8) {
            add8(columns, i * out, x, i, y, 0, out);
        }
        for (; i < in; i++) {
            add(columns, i * out, x[i], y, 0, out);
        }
    }

    /** Returns the matrix as an array of PyTorch's, for products with many vectors. */
    NDArray array(NDManager manager) {
        return manager.create(rows, new Shape(out, in));
    }

    /** y[o, b] = Σ w[o, i] x[i, b] by PyTorch, whose product of matrices is some ten times as fast as a plain loop. */
    void multiply(NDArray array, float[] x, float[] y, int batch) {
        try (NDManager scope = array.getManager().newSubManager()) {
            NDArray vectors = scope.create(FloatBuffer.wrap(x, 0, in * batch), new Shape(in, batch));
            NDArray product = array.matMul(vectors);
            product.attach(scope);
            product.toByteBuffer().asFloatBuffer().get(y, 0, out * batch);
        }
    }

    private void add8(float[] w, int at, float[] x, int i, float[] y, int from, int to) {
        float x0 = x[i];
        float x1 = x[i + 1];
        float x2 = x[i + 2];
        float x3 = x[i + 3];
        float x4 = x[i + 4];
        float x5 = x[i + 5];
        float x6 = x[i + 6];
        float x7 = x[i + 7];
        int n = out;
        int a1 = at + n;
        int a2 = a1 + n;
        int a3 = a2 + n;
        int a4 = a3 + n;
        int a5 = a4 + n;
        int a6 = a5 + n;
        int a7 = a6 + n;
        for (int o = from; o < to; o++) {
            y[o] += x0 * w[at + o]
                    + x1 * w[a1 + o]
                    + x2 * w[a2 + o]
                    + x3 * w[a3 + o]
                    + (x4 * w[a4 + o] + x5 * w[a5 + o] + x6 * w[a6 + o] + x7 * w[a7 + o]);
        }
    }

    private static void add(float[] w, int at, float x, float[] y, int from, int to) {
        for (int o = from; o < to; o++) {
            y[o] += x * w[at + o];
        }
    }
}

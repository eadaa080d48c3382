package org.kymograph.stories.llama;

import java.util.Arrays;

/**
 * A matrix that multiplies one vector or many. For one, columns of the matrix are added up, for many, rows of the vectors: in
 * both cases the innermost loop runs over neighbouring numbers, which the compiler turns into vector instructions.
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

    /** y[o, b] = Σ w[o, i] x[i, b] for rows from to below to. */
    void multiply(float[] x, float[] y, int batch, int from, int to) {
        if (batch == 1) {
            one(x, y, from, to);
        } else {
            many(x, y, batch, from, to);
        }
    }

    int out() {
        return out;
    }

    private void one(float[] x, float[] y, int from, int to) {
        Arrays.fill(y, from, to, 0);
        int i = 0;
        for (; i + 8 <= in; i += 8) {
            add8(columns, i * out, x, i, y, from, to);
        }
        for (; i < in; i++) {
            add(columns, i * out, x[i], y, from, to);
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

    private void many(float[] x, float[] y, int batch, int from, int to) {
        for (int o = from; o < to; o++) {
            int at = o * batch;
            Arrays.fill(y, at, at + batch, 0);
            int i = 0;
            for (; i + 8 <= in; i += 8) {
                rows8(rows, o * in + i, x, i * batch, y, at, batch);
            }
            for (; i < in; i++) {
                float w = rows[o * in + i];
                int k = i * batch;
                for (int b = 0; b < batch; b++) {
                    y[at + b] += w * x[k + b];
                }
            }
        }
    }

    private static void rows8(float[] w, int k, float[] x, int i, float[] y, int at, int n) {
        float w0 = w[k];
        float w1 = w[k + 1];
        float w2 = w[k + 2];
        float w3 = w[k + 3];
        float w4 = w[k + 4];
        float w5 = w[k + 5];
        float w6 = w[k + 6];
        float w7 = w[k + 7];
        int i1 = i + n;
        int i2 = i1 + n;
        int i3 = i2 + n;
        int i4 = i3 + n;
        int i5 = i4 + n;
        int i6 = i5 + n;
        int i7 = i6 + n;
        for (int b = 0; b < n; b++) {
            y[at + b] += w0 * x[i + b]
                    + w1 * x[i1 + b]
                    + w2 * x[i2 + b]
                    + w3 * x[i3 + b]
                    + (w4 * x[i4 + b] + w5 * x[i5 + b] + w6 * x[i6 + b] + w7 * x[i7 + b]);
        }
    }
}

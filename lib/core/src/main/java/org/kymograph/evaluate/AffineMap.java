package org.kymograph.evaluate;

import org.kymograph.record.tensors.Tensor;

/**
 * The map x → x A + b.
 *
 * @param a d × d, row by row
 * @param b d numbers
 */
record AffineMap(float[] a, float[] b) {
    Tensor apply(Tensor x) {
        int d = b.length;
        float[] in = x.toFloats();
        float[] out = new float[in.length];
        for (int row = 0; row < in.length; row += d) {
            System.arraycopy(b, 0, out, row, d);
            for (int i = 0; i < d; i++) {
                float v = in[row + i];
                for (int j = 0; j < d; j++) {
                    out[row + j] += v * a[i * d + j];
                }
            }
        }
        return Tensor.of(out, x.shape());
    }
}

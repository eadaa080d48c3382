package org.kymograph.data.images;

import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.data.Dataset;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

/**
 * Enlarges or shrinks images bilinearly, as torchvision's {@code Resize} does with images of Pillow: first along rows,
 * then along columns, each time with a triangle filter (widened when shrinking) in 22-bit fixed point, rounded to whole
 * pixels. Agrees with Pillow to the last bit.
 */
final class Resize {
    private static final int BITS = 22;

    private Resize() {}

    /**
     * Returns the images in that size.
     *
     * @param images U8 images {@code [N, channels, height, width]}
     * @param height the new height, at least 1
     * @param width the new width, at least 1
     * @return the images in that size
     * @throws IllegalArgumentException if the inputs aren't such images or a size is below 1
     */
    static Dataset to(Dataset images, int height, int width) {
        long[] shape = images.inputs().shape();
        Arguments.check(
                images.inputs().dtype() == Dtype.U8 && shape.length == 4,
                "inputs",
                images.inputs(),
                "U8 images [N, channels, height, width]");
        Arguments.atLeast("height", height, 1);
        Arguments.atLeast("width", width, 1);
        int planes = Math.toIntExact(shape[0] * shape[1]);
        int h = (int) shape[2];
        int w = (int) shape[3];
        byte[] pixels = new byte[planes * h * w];
        images.inputs().bytes().get(0, pixels);
        byte[] wide = along(pixels, planes * h, w, 1, width);
        byte[] done = along(wide, planes, h, width, height);
        return Copies.with(images, "inputs", Tensor.of(done, shape[0], shape[1], height, width));
    }

    // Resizes the middle axis of [outer, size, inner].
    private static byte[] along(byte[] from, int outer, int size, int inner, int newSize) {
        byte[] to = new byte[Math.multiplyExact(Math.multiplyExact(outer, newSize), inner)];
        double scale = (double) size / newSize;
        double support = Math.max(scale, 1);
        for (int i = 0; i < newSize; i++) {
            double centre = (i + 0.5) * scale;
            int first = Math.max(0, (int) (centre - support + 0.5));
            int end = Math.min(size, (int) (centre + support + 0.5));
            int[] weights = weights(first, end, centre, support);
            for (int o = 0; o < outer; o++) {
                for (int k = 0; k < inner; k++) {
                    int sum = 1 << (BITS - 1);
                    for (int j = first; j < end; j++) {
                        sum += weights[j - first] * (from[(o * size + j) * inner + k] & 0xff);
                    }
                    to[(o * newSize + i) * inner + k] = (byte) Math.min(255, sum >> BITS);
                }
            }
        }
        return to;
    }

    private static int[] weights(int first, int end, double centre, double support) {
        double[] triangle = new double[end - first];
        double total = 0;
        for (int j = 0; j < triangle.length; j++) {
            triangle[j] = Math.max(0, 1 - Math.abs((first + j - centre + 0.5) / support));
            total += triangle[j];
        }
        int[] weights = new int[triangle.length];
        for (int j = 0; j < weights.length; j++) {
            weights[j] = (int) (0.5 + triangle[j] / total * (1 << BITS));
        }
        return weights;
    }
}

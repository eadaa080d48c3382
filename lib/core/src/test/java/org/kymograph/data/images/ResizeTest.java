package org.kymograph.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.SparseParity;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

class ResizeTest {
    private static Dataset images(int n, int height, int width) {
        byte[] pixels = new byte[n * height * width];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) ((37 * i * i + 11 * i + i / 7 * 29) % 256);
        }
        return new Dataset(
                "dots",
                "train",
                0,
                Tensor.of(Dtype.U8, new long[] {1, n, height, width}, ByteBuffer.wrap(pixels)),
                Tensor.of(new long[] {1}, 1),
                2,
                Scaling.UNIT);
    }

    private static int[] pixels(Dataset images) {
        byte[] out = new byte[(int) images.inputs().size()];
        images.inputs().bytes().get(0, out);
        int[] unsigned = new int[out.length];
        for (int i = 0; i < out.length; i++) {
            unsigned[i] = out[i] & 0xff;
        }
        return unsigned;
    }

    // Image.resize((width, height), Image.BILINEAR) of Pillow 12.3.0.
    @Test
    void agreesWithPillowEnlargingAndShrinking() {
        assertThat(pixels(Resize.to(images(1, 4, 5), 6, 7)))
                .containsExactly(
                        0, 27, 83, 170, 127, 116, 124, 106, 93, 102, 149, 147, 121, 89, 219, 152, 108, 125, 147, 110,
                        51, 248, 126, 59, 115, 69, 47, 42, 178, 149, 133, 150, 128, 88, 48, 100, 177, 220, 186, 205,
                        145, 56);
        assertThat(pixels(Resize.to(images(1, 6, 7), 3, 4)))
                .containsExactly(86, 141, 129, 117, 130, 171, 157, 141, 122, 134, 140, 136);
    }

    @Test
    void keepsImagesOfTheSameSizeAndEveryPlaneToItself() {
        assertThat(pixels(Resize.to(images(2, 3, 4), 3, 4))).isEqualTo(pixels(images(2, 3, 4)));
        int[] two = pixels(Resize.to(images(2, 4, 5), 6, 7));
        assertThat(two).hasSize(2 * 42).startsWith(pixels(Resize.to(images(1, 4, 5), 6, 7)));
        assertThat(Resize.to(images(2, 4, 5), 6, 7).inputShape()).containsExactly(2, 6, 7);
    }

    @Test
    void refusesWhatIsNoImage() {
        Dataset signs = SparseParity.withDefaults().sample(0).test();
        assertThatThrownBy(() -> Resize.to(signs, 3, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected U8 images");
        assertThatThrownBy(() -> Resize.to(images(1, 3, 3), 0, 3))
                .hasMessageContaining("height is 0; expected at least 1");
    }
}

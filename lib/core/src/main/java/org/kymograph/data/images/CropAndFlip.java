package org.kymograph.data.images;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.data.Task.Augmentation;

/**
 * Shifts every image by up to some pixels up or down and left or right, what is left empty mirrored at the image's edge
 * (the edge itself not repeated), then mirrors it left to right with an even chance: a random crop after reflecting
 * padding, as in torchvision, and a random flip. One shift and flip for all channels of an image.
 *
 * @param padding the most pixels to shift by, at least 0 and below the image's height and width
 */
record CropAndFlip(int padding) implements Augmentation {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the padding is below 0
     */
    CropAndFlip {
        Arguments.atLeast("padding", padding, 0);
    }

    @Override
    public void apply(float[] inputs, int offset, int count, long[] shape, RandomGenerator random) {
        if (shape.length != 3 || padding >= shape[1] || padding >= shape[2]) {
            throw Arguments.unexpected(
                    "padding",
                    padding,
                    "less than height and width of images [channels, height, width], which are "
                            + Arrays.toString(shape));
        }
        int channels = (int) shape[0];
        int height = (int) shape[1];
        int width = (int) shape[2];
        float[] image = new float[channels * height * width];
        for (int n = 0; n < count; n++) {
            int from = offset + n * image.length;
            int down = Streams.below(random, 2 * padding + 1) - padding;
            int right = Streams.below(random, 2 * padding + 1) - padding;
            boolean flip = random.nextBoolean();
            System.arraycopy(inputs, from, image, 0, image.length);
            for (int c = 0, i = from; c < channels; c++) {
                for (int y = 0; y < height; y++) {
                    int row = (c * height + mirrored(y + down, height)) * width;
                    for (int x = 0; x < width; x++) {
                        inputs[i++] = image[row + mirrored((flip ? width - 1 - x : x) + right, width)];
                    }
                }
            }
        }
    }

    private static int mirrored(int i, int size) {
        return i < 0 ? -i : i < size ? i : 2 * (size - 1) - i;
    }
}

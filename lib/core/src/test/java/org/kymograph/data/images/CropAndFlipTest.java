package org.kymograph.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;

class CropAndFlipTest {
    private static final long[] SHAPE = {2, 3, 4};

    private static float[] image() {
        float[] image = new float[24];
        for (int i = 0; i < 24; i++) {
            image[i] = i;
        }
        return image;
    }

    @Test
    void everyCropAndItsMirrorImageComesUpAndNothingElse() {
        // Mirrored by hand at the edges: a row 0 1 2 3 has neighbours … 2 1 [0 1 2 3] 2 1 …
        int[] padded = {1, 0, 1, 2, 3, 2};
        int[] paddedRows = {1, 0, 1, 2, 1};
        Set<List<Float>> expected = new HashSet<>();
        for (int top = 0; top < 3; top++) {
            for (int left = 0; left < 3; left++) {
                for (boolean flip : new boolean[] {false, true}) {
                    Float[] crop = new Float[24];
                    for (int i = 0; i < 24; i++) {
                        int x = flip ? 3 - i % 4 : i % 4;
                        crop[i] = (float) (i / 12 * 12 + paddedRows[top + i / 4 % 3] * 4 + padded[left + x]);
                    }
                    expected.add(List.of(crop));
                }
            }
        }
        Set<List<Float>> found = new HashSet<>();
        for (int seed = 0; seed < 400; seed++) {
            float[] x = image();
            new CropAndFlip(1).apply(x, 0, 1, SHAPE, Streams.of(seed, "augmentation"));
            Float[] boxed = new Float[24];
            Arrays.setAll(boxed, i -> x[i]);
            found.add(List.of(boxed));
        }
        assertThat(found).isEqualTo(expected).hasSize(18);
    }

    @Test
    void changesOnlyItsOwnImages() {
        float[] three = new float[72];
        for (int i = 0; i < 3; i++) {
            System.arraycopy(image(), 0, three, 24 * i, 24);
        }
        new CropAndFlip(2).apply(three, 24, 1, SHAPE, new Random(1));
        assertThat(Arrays.copyOf(three, 24)).isEqualTo(image());
        assertThat(Arrays.copyOfRange(three, 48, 72)).isEqualTo(image());
    }

    @Test
    void refusesPaddingThatCannotBeMirrored() {
        assertThatThrownBy(() -> new CropAndFlip(-1)).hasMessageContaining("padding is -1");
        assertThatThrownBy(() -> new CropAndFlip(3).apply(image(), 0, 1, SHAPE, new Random(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("padding is 3");
    }
}

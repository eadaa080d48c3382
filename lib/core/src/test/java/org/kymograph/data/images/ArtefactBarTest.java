package org.kymograph.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

class ArtefactBarTest {
    private static final int N = 1000;

    @Test
    void mostBarsStandForTheLabel() {
        Dataset black = black(28);
        Dataset drawn = ArtefactBar.withDefaults().draw(black);
        int[] conflicting = ArtefactBar.withDefaults().conflicting(black);
        // A tenth of the bars are of a class drawn from ten, which is the label's in a tenth of the cases.
        assertThat(conflicting.length).isBetween(70, 100);
        for (int i = 0; i < N; i++) {
            boolean agrees = barOf(drawn, i) == i % 10;
            assertThat(agrees).isEqualTo(Arrays.binarySearch(conflicting, i) < 0);
        }
    }

    @Test
    void wrongBarsNeverStandForTheLabel() {
        Dataset drawn = ArtefactBar.withDefaults().wrong(black(28));
        int[] seen = new int[10];
        for (int i = 0; i < N; i++) {
            int bar = barOf(drawn, i);
            assertThat(bar).isNotEqualTo(i % 10);
            seen[bar]++;
        }
        assertThat(Arrays.stream(seen)).allMatch(n -> n > 60 && n < 140);
    }

    @Test
    void aBarIsThreeByTwoAndAllOfThemAgreeIfTheyShould() {
        ArtefactBar bars = ArtefactBar.withDefaults().withAgreement(1).withSeed(5);
        Dataset drawn = bars.draw(black(28));
        assertThat(bars.conflicting(black(28))).isEmpty();
        float[] pixels = new float[28 * 28];
        drawn.gather(new int[] {7}, pixels);
        for (int k = 0; k < pixels.length; k++) {
            boolean bar = k / 28 < 3 && (k % 28 == 4 + 14 || k % 28 == 4 + 15);
            assertThat(pixels[k]).isEqualTo(bar ? 1f : 0f);
        }
        assertThat(drawn.targets()).isEqualTo(black(28).targets());
    }

    @Test
    void refusesWhatItCanNotDrawInto() {
        assertThatThrownBy(() -> ArtefactBar.withDefaults().draw(black(19))).hasMessageContaining("2 wide for each");
        assertThatThrownBy(() -> ArtefactBar.withDefaults().withAgreement(1.1))
                .hasMessageContaining("agreement is 1.1");
    }

    private static int barOf(Dataset images, int row) {
        float[] pixels = new float[28 * 28];
        images.gather(new int[] {row}, pixels);
        for (int c = 0; c < 10; c++) {
            if (pixels[4 + 2 * c] == 1) {
                return c;
            }
        }
        throw new AssertionError("no bar in " + row);
    }

    private static Dataset black(int width) {
        long[] labels = new long[N];
        Arrays.setAll(labels, i -> i % 10);
        return new Dataset(
                "black",
                "train",
                0,
                Tensor.of(Dtype.U8, new long[] {N, 1, 28, width}, ByteBuffer.allocate(N * 28 * width)),
                Tensor.of(labels, N),
                10,
                Scaling.UNIT);
    }
}

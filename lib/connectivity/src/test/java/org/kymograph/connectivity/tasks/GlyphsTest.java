package org.kymograph.connectivity.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.kymograph.data.Dataset;

class GlyphsTest {
    @Test
    void withoutNoiseImagesAreTheDigitsAtSixPlaces() {
        Glyphs task = new Glyphs(200, 50, 0, false, 3);
        Dataset train = task.sample(0).train();
        double[] x = train.inputs().toDoubles();
        long[] y = train.targets().toLongs();
        assertThat(y).contains(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        for (int i = 0; i < 200; i++) {
            double ink = 0;
            for (int p = 0; p < 144; p++) {
                double v = x[i * 144 + p];
                ink += v;
                assertThat(v == 0 || v == 1).isTrue();
                if (v == 1) {
                    assertThat(p / 12).isBetween(2, 9);
                    assertThat(p % 12).isBetween(2, 8);
                }
            }
            if (y[i] == 1) {
                assertThat(ink).isEqualTo(10);
            }
        }
    }

    @Test
    void cuesAreInTheFirstRow() {
        Glyphs task = Glyphs.withDefaults().withSizes(100, 400).withCue(true);
        double[] x = task.sample(0).train().inputs().toDoubles();
        long[] y = task.sample(0).train().targets().toLongs();
        for (int i = 0; i < 100; i++) {
            assertThat(x[i * 144 + (int) y[i]]).isEqualTo(3);
        }
        double[] none = task.test(Glyphs.Cue.NONE).inputs().toDoubles();
        double[] random = task.test(Glyphs.Cue.RANDOM).inputs().toDoubles();
        long[] labels = task.test(Glyphs.Cue.RANDOM).targets().toLongs();
        int changed = 0;
        int right = 0;
        for (int i = 0; i < none.length; i++) {
            changed += none[i] != random[i] ? 1 : 0;
            right += random[i] == 3 && i % 144 == labels[i / 144] ? 1 : 0;
        }
        assertThat(changed).isEqualTo(400);
        assertThat(right / 400.0).isCloseTo(0.1, within(0.06));
        assertThat(task.sample(0).test().inputs())
                .isEqualTo(task.test(Glyphs.Cue.CLASS).inputs());
    }
}

package org.kymograph.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PaletteTest {
    @Test
    void aSeedHasItsPlaceInWhicheverOrderRunsAreDrawn() {
        Palette.Style third = Palette.of("seed3");
        Palette.of("seed40");
        assertThat(third).isEqualTo(Palette.at(3));
        assertThat(Palette.of("seed3")).isEqualTo(third);
        assertThat(Palette.of("3")).isEqualTo(third);
        assertThat(Palette.of("seed 3")).isEqualTo(third);
        assertThat(Palette.of("seed-3")).isEqualTo(third);
    }

    @Test
    void aRunOfAnotherSettingWithTheSameSeedLooksDifferent() {
        Palette.Style one = Palette.of("a1b2-seed17");
        assertThat(Palette.of("17")).isEqualTo(one);
        assertThat(Palette.of("c3d4-seed17")).isNotEqualTo(one);
        assertThat(Palette.of("a1b2-seed17")).isEqualTo(one);
    }

    @Test
    void namesWithoutNumbersAreToldApart() {
        Set<Palette.Style> styles = new HashSet<>();
        for (String name : new String[] {"train", "eval", "shuffled", "SGD", "Adam"}) {
            styles.add(Palette.of(name));
            assertThat(Palette.of(name)).isEqualTo(Palette.of(name));
        }
        assertThat(styles).hasSize(5);
    }

    @Test
    void numbersThatAreNoSeedsTakeNoSeedsPlace() {
        Palette.Style seed = Palette.of("seed 20");
        assertThat(Palette.of("epoch 20")).isNotEqualTo(Palette.of("epoch 68"));
        assertThat(Palette.of("x9-seed20")).isEqualTo(seed);
    }

    @Test
    void seedsBeyondTheLastPlaceDontCollideWhileThereIsRoom() {
        assertThat(Palette.of("seed25")).isNotEqualTo(Palette.of("seed73"));
    }

    @Test
    void fortyEightPlacesAreAllDifferent() {
        Set<Palette.Style> styles = new HashSet<>();
        for (int i = 0; i < 48; i++) {
            styles.add(Palette.at(i));
        }
        assertThat(styles).hasSize(48);
    }

    @Test
    void coloursStandOutOnWhiteAndOnDark() {
        for (String colour : Palette.COLOURS) {
            assertThat(contrast(colour, "#FFFFFF")).as(colour + " on white").isGreaterThan(2);
            assertThat(contrast(colour, "#111111")).as(colour + " on dark").isGreaterThan(3);
        }
        assertThat(contrast(Theme.TEXT, "#FFFFFF")).isGreaterThan(4);
        assertThat(contrast(Theme.TEXT, "#111111")).isGreaterThan(4);
    }

    /** WCAG 2.1's contrast ratio. */
    private static double contrast(String a, String b) {
        double la = luminance(a);
        double lb = luminance(b);
        return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
    }

    private static double luminance(String colour) {
        int rgb = Integer.parseInt(colour.substring(1), 16);
        return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8 & 255) + 0.0722 * linear(rgb & 255);
    }

    private static double linear(int channel) {
        double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
}

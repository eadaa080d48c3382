package org.kymograph.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PaletteTest {
    @Test
    void aSeedHasItsPlaceInEveryFigure() {
        Palette.Style third = Palette.at(3);
        for (String name : List.of("seed3", "3", "seed 3", "seed-3", "ab12-seed3", "run_3")) {
            assertThat(styles("seed40", name, "0").get(name)).as(name).isEqualTo(third);
            assertThat(styles(name).get(name)).as(name).isEqualTo(third);
        }
    }

    @Test
    void aStyleFollowsFromTheNamesOfItsFigureAlone() {
        Map<String, Palette.Style> before = styles("train", "eval", "seed1");
        styles("zebra", "c3d4-seed1", "eval", "49");
        assertThat(styles("train", "eval", "seed1")).isEqualTo(before);
    }

    @Test
    void aRunOfAnotherSettingWithTheSameSeedLooksDifferentInOneFigure() {
        Map<String, Palette.Style> both = styles("a1b2-seed17", "c3d4-seed17", "17");
        assertThat(both.get("c3d4-seed17")).isNotEqualTo(both.get("a1b2-seed17"));
        assertThat(both.get("17")).isEqualTo(both.get("a1b2-seed17"));
    }

    @Test
    void aScaleBlendsNeighbours() {
        List<String> scale = List.of("#000000", "#102030", "#ffffff");
        assertThat(Palette.blended(scale, 0.25)).isEqualTo("#081018");
        assertThat(Palette.blended(scale, 0.5)).isEqualTo("#102030");
        assertThat(Palette.blended(scale, 1)).isEqualTo("#ffffff");
        assertThatThrownBy(() -> Palette.blended(scale, 1.5)).hasMessageContaining("t is 1.5; expected 0 to 1");
    }

    @Test
    void namesWithoutNumbersAreToldApart() {
        assertThat(Set.copyOf(styles("train", "eval", "shuffled", "SGD", "Adam", "epoch 20", "epoch 68")
                        .values()))
                .hasSize(7);
    }

    @Test
    void seedsBeyondTheLastPlaceDontCollideWhileThereIsRoom() {
        Map<String, Palette.Style> both = styles("seed25", "seed73");
        assertThat(both.get("seed25")).isNotEqualTo(both.get("seed73"));
    }

    private static Map<String, Palette.Style> styles(String... names) {
        return Palette.styles(List.of(names));
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
        assertThat(contrast(Palette.TEXT, "#FFFFFF")).isGreaterThan(4);
        assertThat(contrast(Palette.TEXT, "#111111")).isGreaterThan(4);
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

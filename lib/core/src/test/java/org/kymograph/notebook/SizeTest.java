package org.kymograph.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SizeTest {
    @Test
    void theEnvironmentNamesIt() {
        assertThat(Size.of(null, null)).isEqualTo(Size.QUICK);
        assertThat(Size.of("", "0")).isEqualTo(Size.QUICK);
        assertThat(Size.of("smoke", null)).isEqualTo(Size.SMOKE);
        assertThat(Size.of(null, "1")).isEqualTo(Size.FULL);
        assertThat(Size.of("QUICK", "1")).isEqualTo(Size.QUICK);
        assertThatThrownBy(() -> Size.of("huge", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("KYMOGRAPH_SIZE is huge; expected SMOKE, QUICK or FULL");
    }

    @Test
    void eachSizeHasItsValue() {
        assertThat(Size.SMOKE.pick(1, 2, 3)).isEqualTo(1);
        assertThat(Size.QUICK.pick(1, 2, 3)).isEqualTo(2);
        assertThat(Size.FULL.pick(1, 2, 3)).isEqualTo(3);
    }

    @Test
    void seedsBeginWhereTheEnvironmentSays() {
        assertThat(Size.firstSeed(null)).isZero();
        assertThat(Size.firstSeed(" 100 ")).isEqualTo(100);
        assertThatThrownBy(() -> Size.firstSeed("-1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("KYMOGRAPH_SEED is \"-1\"; expected a whole number from 0 to 999999999");
        long first = Size.firstSeed();
        assertThat(Size.SMOKE.seeds(2, 3, 4)).containsExactly(first, first + 1);
        assertThatThrownBy(() -> Size.QUICK.seeds(2, 0, 4)).hasMessage("seeds is 0; expected at least 1");
    }
}

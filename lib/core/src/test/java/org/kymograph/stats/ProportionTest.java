package org.kymograph.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProportionTest {
    @Test
    void intervalsAreWilsons() {
        // The formula in other code: Python in double precision.
        Proportion some = new Proportion(7, 16);
        assertThat(some.value()).isEqualTo(0.4375);
        assertThat(some.lower()).isCloseTo(0.2309865, within(1e-6));
        assertThat(some.upper()).isCloseTo(0.6682144, within(1e-6));
        Proportion none = new Proportion(0, 16);
        assertThat(none.lower()).isZero();
        assertThat(none.upper()).isCloseTo(0.1936077, within(1e-6));
        assertThat(some).hasToString("0.44 (0.23–0.67)");
    }

    @Test
    void ofNoTrialsNothingIsKnown() {
        Proportion nothing = new Proportion(0, 0);
        assertThat(nothing.value()).isNaN();
        assertThat(nothing.lower()).isZero();
        assertThat(nothing.upper()).isEqualTo(1);
        assertThatThrownBy(() -> new Proportion(3, 2)).hasMessage("count is 3; expected 0 to 2");
    }
}

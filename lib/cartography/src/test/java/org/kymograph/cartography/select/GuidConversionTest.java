package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuidConversionTest {
    @ParameterizedTest
    @CsvSource({
        "4734364254.jpg#4r1e,4734364254410",
        "3416050480.jpg#4r1n,3416050480412",
        "vg_len45r2c,5554521",
        "vg_verb12r5n,4441252",
        "train-0,3",
        "train-392701,3927013",
        "17,173",
        "abc,1",
        "000e,0"
    })
    void makesTheOriginalsNumbers(String id, long guid) {
        assertThat(GuidConversion.DIGITS.number(id)).isEqualTo(guid);
        assertThat(GuidConversion.DIGITS.text(id)).isEqualTo(Long.toString(guid));
    }

    @Test
    void takesAnIdWithoutCharacters() {
        assertThat(GuidConversion.DIGITS.number("")).isEqualTo(3);
    }

    @Test
    void leavesIdsOrTakesTheirValue() {
        assertThat(GuidConversion.NONE.text("017")).isEqualTo("017");
        assertThat(GuidConversion.NUMBER.text("017")).isEqualTo("17");
        assertThat(GuidConversion.NUMBER.number("10000")).isEqualTo(10000);
    }

    @Test
    void saysWhatIsNoNumber() {
        assertThatThrownBy(() -> GuidConversion.NUMBER.text("q17"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("id is \"q17\"; expected one that becomes a whole number");
        assertThatThrownBy(() -> GuidConversion.DIGITS.number("99999999999999999999e"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 bits");
    }
}

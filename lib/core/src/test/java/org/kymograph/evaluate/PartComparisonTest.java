package org.kymograph.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

class PartComparisonTest {
    private static Table rows(String selection, double percent, double... accuracies) {
        Table table = PartTrial.noAccuracies();
        for (int i = 0; i < accuracies.length; i++) {
            PartTrial.add(table, selection, percent, "same", i, accuracies[i]);
        }
        return table;
    }

    @Test
    void differencesArePairedBySeed() {
        PartComparison against =
                PartComparison.of("random", rows("random", 33, 0.5, 0.6, 0.7), rows("easy", 33, 0.52, 0.63, 0.71));
        PartComparison.Gain gain = against.gain("easy", "same");
        assertThat(gain.mean()).isEqualTo(2, within(1e-9));
        // Differences 2, 3 and 1: standard error 1 / sqrt(3), t = 4.30265.
        assertThat(gain.halfWidth()).isEqualTo(4.302653 / Math.sqrt(3), within(1e-5));
        assertThat(gain.low()).isNegative();
        assertThat(against.table().stringColumn("same").get(0)).isEqualTo("+2.0 ± 2.5");
    }

    @Test
    void sizesAreComparedWithTheirOwn() {
        PartComparison against = PartComparison.of(
                "random",
                rows("random", 50, 0.5),
                rows("easy", 50, 0.4),
                rows("random", 10, 0.3),
                rows("easy", 10.02, 0.4));
        assertThat(against.gains()).extracting(PartComparison.Gain::toString).containsExactly("-10.0", "+10.0");
        assertThat(PartComparison.of("all", rows("all", 100, 0.5), rows("easy", 10, 0.4))
                        .gains())
                .hasSize(1);
    }

    @Test
    void wrongInputIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PartComparison.of("random", rows("easy", 10, 0.1)))
                .withMessageContaining("random");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PartComparison.of("random", rows("random", 10, 0.1), rows("easy", 10, 0.1, 0.2)))
                .withMessageContaining("expected the same seeds");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PartComparison.of(
                        "random", rows("random", 10, 0.1), rows("random", 20, 0.1), rows("easy", 50, 0.1)))
                .withMessageContaining("one of its size, or one in all");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PartComparison.of("random", rows("random", 10, 0.1), rows("easy", 10, 0.1))
                        .gain("hard", "same"))
                .withMessage("the number of parts 'hard' on 'same' is 0; expected 1");
    }
}

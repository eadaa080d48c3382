package org.kymograph.degeneracy.modular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kymograph.data.Split;

class ModularPairsTest {
    @Test
    void sumsAreInRowOrder() {
        ModularPairs pairs = ModularPairs.of(5, 0.8);
        assertThat(pairs.all().inputs().toLongs()).startsWith(0, 0, 0, 1, 0, 2).endsWith(4, 3, 4, 4);
        assertThat(pairs.all().targets().toLongs())
                .startsWith(0, 1, 2, 3, 4, 1, 2)
                .endsWith(2, 3);
        assertThat(pairs.sample(3).train().classes()).isEqualTo(5);
    }

    /** The table was printed by the original's own make_random_dataset. */
    @Test
    void randomLabelsAreThoseOfTheOriginal() {
        ModularPairs pairs = ModularPairs.of(5, 0.8).withRandomLabels(true);
        String rows = IntStream.range(0, 5)
                .mapToObj(a -> IntStream.range(0, 5)
                        .mapToObj(b -> Integer.toString(pairs.label(a, b)))
                        .collect(Collectors.joining()))
                .collect(Collectors.joining("/"));
        assertThat(rows).isEqualTo("02211/10132/33004/34444/13011");
        assertThat(pairs.withSplitSeed(1).all().targets())
                .isNotEqualTo(pairs.all().targets());
        assertThat(pairs.all().targets().toLongs()).startsWith(0, 2, 2, 1, 1, 1, 0);
    }

    @Test
    void theSplitIsTheFloorOfTheShareAndTheSameForAllRuns() {
        ModularPairs pairs = ModularPairs.of(53, 0.95);
        Split split = pairs.sample(0);
        assertThat(split.train().size()).isEqualTo(2668);
        assertThat(split.test().size()).isEqualTo(141);
        assertThat(ModularPairs.of(53, 0.8).trainRows()).hasSize(2247);
        assertThat(IntStream.concat(IntStream.of(pairs.trainRows()), IntStream.of(pairs.testRows()))
                        .sorted()
                        .toArray())
                .isEqualTo(IntStream.range(0, 2809).toArray());
        assertThat(pairs.sample(7).train().inputs()).isEqualTo(split.train().inputs());
        assertThat(pairs.withSplitSeed(1).trainRows()).isNotEqualTo(pairs.trainRows());
        assertThat(ModularPairs.of(5, 1).testRows()).isEmpty();
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> ModularPairs.of(1, 0.5)).hasMessage("p is 1; expected 2 to 1000");
        assertThatThrownBy(() -> ModularPairs.of(5, 0)).hasMessageContaining("trainFraction is 0");
        assertThatThrownBy(() -> ModularPairs.of(5, 0.01)).hasMessageContaining("leaves nothing to learn from");
        assertThatThrownBy(() -> ModularPairs.of(5, 0.5).label(5, 0)).hasMessage("a is 5; expected 0 to 4");
    }
}

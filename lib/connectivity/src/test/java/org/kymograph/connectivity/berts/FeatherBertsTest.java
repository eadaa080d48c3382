package org.kymograph.connectivity.berts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.connectivity.cluster.ClusterEffect;
import org.kymograph.connectivity.cluster.ClusterEffect.Group;

class FeatherBertsTest {
    private static final FeatherBerts BERTS = FeatherBerts.load();

    @ParameterizedTest
    @CsvSource({
        "MNLI dev acc., .8434, .8393, .8440, 6e-5",
        "Lexical (nonent), .2766, .0964, .3011, 6e-5",
        "ln_subject/object_swap, .1902, .0008, .2160, 6e-5",
        "ln_preposition, .4113, .123, .451, 6e-4",
        "ln_conjunction, , .219, .479, 6e-4",
        "ln_relative_clause, , .140, .354, 6e-4",
        "Subseq (nonent), .0518, .0300, .0548, 6e-5",
        "Constituent (nonent), .1305, .1693, .1252, 6e-5",
        "Lexical (entailed), .958, .963, .958, 6e-4",
        "Subseq (entailed), .993, .994, .993, 6e-4",
        "Constituent (entailed), .990, .986, .991, 6e-4",
        "Overall accuracy, .5668, .5397, .5706, 6e-5"
    })
    void meansOfAllAndOfTheClusters(String column, Double all, double small, double large, double tolerance) {
        ClusterEffect effect = BERTS.effect(column);
        assertThat(effect.small().mean()).isCloseTo(small, within(tolerance));
        assertThat(effect.large().mean()).isCloseTo(large, within(tolerance));
        if (all != null) {
            assertThat(Group.of(BERTS.accuracies(column)).mean()).isCloseTo(all, within(tolerance));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MNLI dev acc., .0024, .0017, .0019, .8367, .8477",
        "Lexical (nonent), .1230, .0331, .1096, .0524, .5452",
        "ln_subject/object_swap, .1722, .0017, .1677, 0, .662"
    })
    void spreadAndRange(String column, double all, double small, double large, double min, double max) {
        Group group = Group.of(BERTS.accuracies(column));
        assertThat(group.models()).isEqualTo(100);
        assertThat(group.sd()).isCloseTo(all, within(6e-5));
        assertThat(BERTS.effect(column).small().sd()).isCloseTo(small, within(6e-5));
        assertThat(BERTS.effect(column).large().sd()).isCloseTo(large, within(6e-5));
        assertThat(group.min()).isCloseTo(min, within(6e-5));
        assertThat(group.max()).isCloseTo(max, within(6e-5));
    }

    @Test
    void theSmallClusterIsThatOfTheBagsOfWords() {
        ClusterEffect lexical = BERTS.effect(FeatherBerts.LEXICAL_OVERLAP);
        assertThat(lexical.small().models()).isEqualTo(12);
        assertThat(lexical.small().max()).isCloseTo(.1576, within(6e-5));
        assertThat(lexical.pointBiserial()).isCloseTo(-.541, within(6e-4));
        assertThat(lexical.welch()).isCloseTo(-13.3, within(.05));
        assertThat(lexical.cohen()).isCloseTo(-1.96, within(.005));
        assertThat(lexical.p()).isLessThan(.001);
        assertThat(lexical.difference().upper()).isLessThan(-.15);
        assertThat(BERTS.effect(FeatherBerts.MNLI).pointBiserial()).isCloseTo(-.63, within(.005));
        assertThat(BERTS.effect(FeatherBerts.CONSTITUENT).pointBiserial()).isCloseTo(.354, within(6e-4));
        assertThat(BERTS.correlation(FeatherBerts.MNLI, FeatherBerts.LEXICAL_OVERLAP))
                .isCloseTo(.487, within(6e-4));
    }

    @Test
    void ranksAndExtremesAreThePublishedModels() {
        assertThat(BERTS.ranksOfSmallCluster(FeatherBerts.LEXICAL_OVERLAP))
                .containsExactly(0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 19, 20);
        assertThat(BERTS.selection(5).lowest()).containsExactly("44", "73", "89", "48", "26");
        assertThat(BERTS.selection(5).highest()).containsExactly("95", "6", "37", "8", "99");
        assertThat(BERTS.smallCluster()).startsWith("15", "25").hasSize(12);
        assertThat(BERTS.models()).hasSize(100);
        assertThat(BERTS.columns()).hasSize(38);
        assertThat(BERTS.table().columnCount()).isEqualTo(40);
        assertThat(BERTS.effects().columnNames()).containsAll(List.of("measurement", "Cohen's d"));
        assertThatThrownBy(() -> BERTS.accuracies("Lexical")).hasMessageContaining("Lexical");
    }
}

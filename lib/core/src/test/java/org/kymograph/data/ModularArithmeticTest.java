package org.kymograph.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.data.ModularArithmetic.Operator;

class ModularArithmeticTest {
    @ParameterizedTest
    @EnumSource(Operator.class)
    void resultsSolveTheirEquations(Operator operator) {
        for (int p : new int[] {2, 3, 5, 7, 13, 31, 113}) {
            Dataset pairs = new ModularArithmetic(operator, p, 1).pairs(0);
            long[] t = pairs.inputs().toLongs();
            long[] z = pairs.targets().toLongs();
            for (int i = 0; i < pairs.size(); i++) {
                long x = t[3 * i];
                long y = t[3 * i + 1];
                assertThat(t[3 * i + 2]).isEqualTo(p);
                assertThat(z[i]).isBetween(0L, p - 1L);
                long difference =
                        switch (operator) {
                            case ADD -> x + y - z[i];
                            case SUBTRACT -> x - y - z[i];
                            case MULTIPLY -> x * y - z[i];
                            case DIVIDE -> z[i] * y - x;
                        };
                assertThat(difference % p).isZero();
            }
        }
    }

    @Test
    void pairsAreListedWithTheFirstOperandOutermost() {
        assertThat(new ModularArithmetic(Operator.SUBTRACT, 3, 1)
                        .pairs(0)
                        .inputs()
                        .toLongs())
                .containsExactly(0, 0, 3, 0, 1, 3, 0, 2, 3, 1, 0, 3, 1, 1, 3, 1, 2, 3, 2, 0, 3, 2, 1, 3, 2, 2, 3);
        assertThat(new ModularArithmetic(Operator.SUBTRACT, 3, 1)
                        .pairs(0)
                        .targets()
                        .toLongs())
                .containsExactly(0, 2, 1, 1, 0, 2, 2, 1, 0);
        Dataset division = new ModularArithmetic(Operator.DIVIDE, 3, 1).pairs(0);
        assertThat(division.inputs().toLongs()).containsExactly(0, 1, 3, 0, 2, 3, 1, 1, 3, 1, 2, 3, 2, 1, 3, 2, 2, 3);
        assertThat(division.targets().toLongs()).containsExactly(0, 0, 1, 2, 2, 1);
    }

    @Test
    void defaultSplitHasTheOriginalsSizesAndEveryPairOnce() {
        Split split = ModularArithmetic.withDefaults().sample(0);
        assertThat(split.train().size()).isEqualTo(3830);
        assertThat(split.test().size()).isEqualTo(8939);
        Set<Long> seen = new HashSet<>();
        for (Dataset part : List.of(split.train(), split.test())) {
            long[] t = part.inputs().toLongs();
            long[] z = part.targets().toLongs();
            for (int i = 0; i < part.size(); i++) {
                assertThat(z[i]).isEqualTo((t[3 * i] + t[3 * i + 1]) % 113);
                seen.add(113 * t[3 * i] + t[3 * i + 1]);
            }
        }
        assertThat(seen).hasSize(113 * 113);
        assertThat(ModularArithmetic.withDefaults().vocabulary()).isEqualTo(114);
        assertThat(split.train().classes()).isEqualTo(113);
    }

    @Test
    void seedDecidesTheSplitOnly() {
        ModularArithmetic task =
                ModularArithmetic.withDefaults().withModulus(11).withOperator(Operator.DIVIDE);
        assertThat(task.sample(1)).isEqualTo(task.sample(1));
        assertThat(task.sample(1).train().inputs())
                .isNotEqualTo(task.sample(2).train().inputs());
        assertThat(task.sample(1).train().size()).isEqualTo(33);
        List<Dataset> whole = new ArrayList<>();
        for (long seed = 0; seed < 2; seed++) {
            whole.add(task.withFraction(1).sample(seed).test());
        }
        assertThat(whole).allSatisfy(d -> assertThat(d.size()).isZero());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6, 9, 15, 91, 100})
    void divisionWantsAPrime(int modulus) {
        assertThatThrownBy(() -> new ModularArithmetic(Operator.DIVIDE, modulus, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prime");
        assertThat(new ModularArithmetic(Operator.MULTIPLY, modulus, 0.5)
                        .pairs(0)
                        .size())
                .isEqualTo(modulus * modulus);
    }

    @Test
    void refusesWhatIsOutOfRange() {
        ModularArithmetic task = ModularArithmetic.withDefaults();
        assertThatThrownBy(() -> task.withModulus(1)).hasMessageStartingWith("modulus is 1; expected");
        assertThatThrownBy(() -> task.withModulus(1009)).hasMessageStartingWith("modulus is 1009; expected");
        assertThatThrownBy(() -> task.withFraction(0)).hasMessageStartingWith("fraction is 0; expected");
        assertThatThrownBy(() -> task.withFraction(1.01)).hasMessageStartingWith("fraction is 1.01; expected");
        assertThatThrownBy(() -> task.withFraction(Double.NaN)).hasMessageStartingWith("fraction is NaN; expected");
        assertThatThrownBy(() -> task.withModulus(2).withFraction(0.1)).hasMessageContaining("nothing to learn from");
        assertThatThrownBy(() -> task.withOperator(Operator.DIVIDE).apply(3, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> task.apply(113, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}

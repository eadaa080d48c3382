package org.kymograph.states.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitTest {
    /** What scikit-learn's ShuffleSplit(test_size=0.2, random_state=0) gives. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "40 | 22,20,25,4,10,15,28,11",
                "20 | 18,1,19,8",
                "16 | 1,6,8,9",
                "12 | 6,11,4",
                "10 | 2,8",
                "8 | 6,2",
                "5 | 2"
            })
    void testsTheRunsOfTheOriginal(int n, String test) {
        assertThat(ModelSelection.Split.original(n).test()).containsExactly(numbers(test));
    }

    @Test
    void fitsTheRunsOfTheOriginalInItsOrder() {
        assertThat(ModelSelection.Split.original(40).train())
                .containsExactly(numbers(
                        "18,29,27,35,37,2,39,30,34,16,36,8,13,5,17,14,33,7,32,1,26,12,31,24,6,23,21,19,9,38,3,0"));
    }

    @Test
    void permutesAsNumpy() {
        assertThat(ModelSelection.Split.permutation(1000, 0))
                .startsWith(993, 859, 298, 553, 672, 971, 27, 231)
                .doesNotHaveDuplicates()
                .hasSize(1000);
    }

    @Test
    void everyRunTestsInOneFold() {
        List<ModelSelection.Split> folds = ModelSelection.Split.folds(11, 4);
        assertThat(folds.stream().flatMapToInt(f -> Arrays.stream(f.test())).sorted())
                .containsExactly(IntStream.range(0, 11).boxed().toArray(Integer[]::new));
        for (ModelSelection.Split fold : folds) {
            assertThat(fold.train()).hasSize(11 - fold.test().length).doesNotContain(fold.test());
        }
        assertThatThrownBy(() -> ModelSelection.Split.folds(3, 4))
                .hasMessage("folds is 4; expected 2 to the number of runs, 3");
    }

    private static int[] numbers(String list) {
        return Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
    }
}

package org.kymograph.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparseParityTest {
    @Test
    void labelIsTheProductOfTheFirstBits() {
        Split split = SparseParity.withDefaults().sample(5);
        assertThat(split.train().inputs().shape()).containsExactly(1000, 40);
        assertThat(split.test().inputs().shape()).containsExactly(100, 40);
        for (Dataset part : new Dataset[] {split.train(), split.test()}) {
            float[] x = part.inputs().toFloats();
            float[] y = part.targets().toFloats();
            for (int i = 0; i < part.size(); i++) {
                assertThat(y[i]).isEqualTo(x[40 * i] * x[40 * i + 1] * x[40 * i + 2]);
                for (int j = 0; j < 40; j++) {
                    assertThat(Math.abs(x[40 * i + j])).isEqualTo(1);
                }
            }
        }
        assertThat(split.train().target()).isEqualTo(Dataset.Target.SIGN);
        assertThat(split.train().split()).isEqualTo("train");
        assertThat(split.test().seed()).isEqualTo(5);
    }

    @Test
    void bitsAreFairAndIndependent() {
        Dataset train = SparseParity.withDefaults()
                .withBits(6)
                .withTrain(20_000)
                .withTest(1)
                .sample(1)
                .train();
        float[] x = train.inputs().toFloats();
        for (int j = 0; j < 6; j++) {
            for (int k = 0; k <= j; k++) {
                double sum = 0;
                for (int i = 0; i < 20_000; i++) {
                    sum += j == k ? x[6 * i + j] : x[6 * i + j] * x[6 * i + k];
                }
                assertThat(sum / 20_000).as("bits %d, %d", j, k).isCloseTo(0, within(5 / Math.sqrt(20_000)));
            }
        }
    }

    @Test
    void seedDecides() {
        SparseParity task =
                SparseParity.withDefaults().withTrain(50).withTest(20).withRelevant(5);
        assertThat(task.sample(3)).isEqualTo(task.sample(3));
        assertThat(task.sample(3).train().inputs())
                .isNotEqualTo(task.sample(4).train().inputs());
        assertThat(task.sample(3).train().inputs())
                .isNotEqualTo(task.sample(-3).train().inputs());
    }

    @ParameterizedTest
    @CsvSource({
        "0,1,10,1,bits is 0",
        "4,5,10,1,relevant is 5",
        "4,0,10,1,relevant is 0",
        "4,3,0,1,train is 0",
        "4,3,10,0,test is 0"
    })
    void refusesSizesOutOfRange(int bits, int relevant, int train, int test, String message) {
        assertThatThrownBy(() -> new SparseParity(bits, relevant, train, test))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message + "; expected ");
    }
}

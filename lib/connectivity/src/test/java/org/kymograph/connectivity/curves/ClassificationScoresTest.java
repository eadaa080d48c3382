package org.kymograph.connectivity.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClassificationScoresTest {
    @Test
    void calibrationErrorByHand() {
        // Right at 0.95 (bin 9) and wrong at 0.85 (bin 8).
        ClassificationScores s = ClassificationScores.of(new double[][] {{0.95, 0.05}, {0.85, 0.15}}, new int[] {0, 1});
        assertThat(s.calibrationError()).isCloseTo((0.05 + 0.85) / 2, within(1e-12));
        assertThat(s.accuracy()).isEqualTo(0.5);
        assertThat(s.loss()).isCloseTo(-(Math.log(0.95) + Math.log(0.15)) / 2, within(1e-12));
        assertThat(ClassificationScores.of(new double[][] {{1, 0}}, new int[] {0})
                        .calibrationError())
                .isZero();
        assertThat(ClassificationScores.of(new double[][] {{1, 0}}, new int[] {1})
                        .loss())
                .isCloseTo(-Math.log(1e-12), within(1e-9));
    }

    @Test
    void f1AndMatthewsByHand() {
        // Three true and one false positive, one false and five true negatives.
        double[][] p = new double[10][];
        int[] labels = new int[10];
        for (int i = 0; i < 10; i++) {
            labels[i] = i < 4 ? 1 : 0;
            p[i] = i < 3 || i == 9 ? new double[] {0.2, 0.8} : new double[] {0.7, 0.3};
        }
        ClassificationScores s = ClassificationScores.of(p, labels);
        assertThat(s.f1()).isCloseTo(0.75, within(1e-12));
        assertThat(s.matthewsCorrelation()).isCloseTo((3.0 * 5 - 1) / Math.sqrt(4.0 * 4 * 6 * 6), within(1e-12));
        assertThat(s.get("matthews_correlation")).isEqualTo(s.matthewsCorrelation());
        assertThatThrownBy(() -> s.get("acc")).hasMessageContaining("accuracy");
        ClassificationScores three =
                ClassificationScores.ofLogits(new double[][] {{5, 0, 0}, {0, 5, 0}, {0, 0, 5}}, new int[] {0, 1, 2});
        assertThat(three.f1()).isNaN();
        assertThat(three.matthewsCorrelation()).isCloseTo(1, within(1e-12));
        assertThatThrownBy(() -> ClassificationScores.of(p, new int[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
                .hasMessage("the label of sample 0 is 2; expected 0 to 1");
    }
}

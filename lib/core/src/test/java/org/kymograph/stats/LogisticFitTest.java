package org.kymograph.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;

class LogisticFitTest {
    @Test
    void oneFeatureHasTheClosedForm() {
        // A feature of 0 and 1: without a penalty the log odds are those of the counts, 3 : 1 and 1 : 4.
        double[][] x = {{0}, {0}, {0}, {0}, {1}, {1}, {1}, {1}, {1}};
        int[] y = {1, 1, 1, 0, 1, 0, 0, 0, 0};
        LogisticFit fit = LogisticFit.of(x, y, 0);
        assertThat(fit.probabilities(new double[] {0})[1]).isCloseTo(3.0 / 4, within(1e-4));
        assertThat(fit.probabilities(new double[] {1})[1]).isCloseTo(1.0 / 5, within(1e-4));
        assertThat(fit.predict(new double[] {0})).isEqualTo(1);
        assertThat(fit.coefficients()).hasSize(2);
    }

    @Test
    void severalClasses() {
        RandomGenerator random = Streams.of(4, "classes");
        double[][] x = new double[300][2];
        int[] y = new int[300];
        for (int i = 0; i < x.length; i++) {
            y[i] = i % 3;
            x[i][0] = 4 * Math.cos(2 * Math.PI * y[i] / 3) + Streams.gaussian(random);
            x[i][1] = 4 * Math.sin(2 * Math.PI * y[i] / 3) + Streams.gaussian(random);
        }
        LogisticFit fit = LogisticFit.of(x, y, 1);
        int right = 0;
        for (int i = 0; i < x.length; i++) {
            double[] p = fit.probabilities(x[i]);
            assertThat(p[0] + p[1] + p[2]).isCloseTo(1, within(1e-9));
            right += fit.predict(x[i]) == y[i] ? 1 : 0;
        }
        assertThat(right).as("seed 4").isGreaterThan(290);
        assertThatThrownBy(fit::coefficients).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesWhatCannotBeFitted() {
        double[][] x = {{0}, {1}, {2}};
        assertThatThrownBy(() -> LogisticFit.of(x, new int[] {0, 0, 0}, 1))
                .hasMessage("number of classes is 1; expected at least 2");
        assertThatThrownBy(() -> LogisticFit.of(x, new int[] {0, 2, 0}, 1)).hasMessageContaining("the classes 0 to 1");
        assertThatThrownBy(() -> LogisticFit.of(new double[][] {{0}, {Double.NaN}}, new int[] {0, 1}, 1))
                .hasMessage("feature of sample 1 is NaN; expected a finite number");
    }
}

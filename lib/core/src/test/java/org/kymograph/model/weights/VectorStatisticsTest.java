package org.kymograph.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;

class VectorStatisticsTest {
    @Test
    void smallSetsHaveTheirTextbookValues() {
        assertThat(VectorStatistics.of(4, 1, 3, 2)).isEqualTo(new VectorStatistics(2.5, 5 / 3.0, 2));
        assertThat(VectorStatistics.of(5, 1, 3)).isEqualTo(new VectorStatistics(3, 4, 3));
        assertThat(VectorStatistics.of(7)).isEqualTo(new VectorStatistics(7, Double.NaN, 7));
        assertThat(VectorStatistics.of()).isEqualTo(new VectorStatistics(Double.NaN, Double.NaN, Double.NaN));
        assertThat(VectorStatistics.of(1, Double.NaN).median()).isNaN();
        assertThat(VectorStatistics.of(1, Double.POSITIVE_INFINITY).mean()).isNaN();
    }

    @Test
    void everyMedianIsTheLowerMiddleOfTheSortedNumbers() {
        RandomGenerator random = Streams.of(0, "medians");
        for (int n = 1; n < 300; n++) {
            double[] x = new double[n];
            Arrays.setAll(x, i -> Streams.below(random, 20) - 10);
            double[] sorted = x.clone();
            Arrays.sort(sorted);
            assertThat(VectorStatistics.of(x).median()).as("%d numbers", n).isEqualTo(sorted[(n - 1) / 2]);
        }
    }

    @Test
    @Tag("slow")
    void manyNumbersAreSelectedWithoutGatheringThem() {
        RandomGenerator random = Streams.of(1, "medians");
        int n = 3_000_001;
        double[] x = new double[n];
        double[] near = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) (Streams.gaussian(random) - 0.3);
            near[i] = 1 + i % 5 * 0x1p-52;
        }
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        List<double[]> parts = List.of(Arrays.copyOfRange(x, 0, 17), new double[0], Arrays.copyOfRange(x, 17, n));
        VectorStatistics s = VectorStatistics.of(parts);
        assertThat(s.median()).isEqualTo(sorted[(n - 1) / 2]);
        assertThat(s.mean()).isCloseTo(-0.3, within(0.003));
        assertThat(s.var()).isCloseTo(1, within(0.005));
        // Numbers that differ in their last bits only, and numbers that don't differ.
        assertThat(VectorStatistics.of(near).median()).isEqualTo(1 + 0x1p-51);
        assertThat(VectorStatistics.of(new double[n]).median()).isZero();
        Arrays.setAll(near, i -> -near[i]);
        assertThat(VectorStatistics.of(near).median()).isEqualTo(-1 - 0x1p-51);
    }
}

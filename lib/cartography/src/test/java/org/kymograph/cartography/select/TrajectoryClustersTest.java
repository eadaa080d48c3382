package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.Samples;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;

class TrajectoryClustersTest {
    /** Three courses: 2 samples whose loss stays high, 5 whose loss rises, 20 whose loss falls. */
    private static Dynamics three() {
        float[][] logits = new float[3][27 * 2];
        for (int i = 0; i < 27; i++) {
            float[] course = i < 2 ? new float[] {-6, -6, -6} : i < 7 ? new float[] {3, 0, -3} : new float[] {-3, 0, 3};
            for (int e = 0; e < 3; e++) {
                logits[e][2 * i] = course[e] + 0.01f * i;
            }
        }
        return Dynamics.of(Guids.rows(27), new int[27], logits, 2);
    }

    @Test
    void samplesOfOneCourseAreOneClusterTheSmallestFirst() {
        TrajectoryClusters clusters = TrajectoryClusters.of(three(), 3, 0);
        assertThat(clusters.clusters())
                .isEqualTo(IntStream.range(0, 27)
                        .map(i -> i < 2 ? 0 : i < 7 ? 1 : 2)
                        .toArray());
        double[][] losses = SampleMetrics.losses(three());
        assertThat(clusters.losses()[0][1]).isEqualTo((losses[1][0] + losses[1][1]) / 2, within());
        assertThat(clusters.table().intColumn("samples").asObjectArray()).containsExactly(2, 5, 20);
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(1e-12);
    }

    @Test
    void eachClusterHasTheSameNumberOfPlacesAndSmallOnesLeaveTheirs() {
        // Nine places for three clusters: 2 of 3, 3 of 7/2, and the 4 that are left.
        int[] chosen = TrajectoryClusters.of(three(), 3, 0).select(9.5 / 27, 1);
        assertThat(chosen).hasSize(9).doesNotHaveDuplicates();
        assertThat(Arrays.stream(chosen).filter(i -> i < 2)).hasSize(2);
        assertThat(Arrays.stream(chosen).filter(i -> i >= 2 && i < 7)).hasSize(3);
        assertThat(Arrays.stream(chosen).filter(i -> i >= 7)).hasSize(4);
        assertThat(TrajectoryClusters.of(three(), 3, 0).select(9.5 / 27, 2)).isNotEqualTo(chosen);
    }

    @Test
    void anyLogGivesTheWholeShare() {
        for (long seed = 0; seed < 5; seed++) {
            Dynamics log = Samples.walks(200, 6, 3, seed);
            int[] chosen = TrajectoryClusters.choice(0.33, 20, seed).apply(log);
            assertThat(chosen).as("seed %d", seed).hasSize(66).doesNotHaveDuplicates();
            assertThat(TrajectoryClusters.choice(1, 20, seed).apply(log)).hasSize(200);
        }
    }

    @Test
    void lossesAreThoseOfTheMetrics() {
        Dynamics log = Samples.walks(50, 4, 3, 0);
        double[][] losses = SampleMetrics.losses(log);
        double[] last = SampleMetrics.of(log).values(org.kymograph.cartography.metrics.Metric.LOSS_LAST);
        assertThat(losses).hasDimensions(4, 50);
        assertThat(losses[3]).containsExactly(last);
    }

    @Test
    void wrongInputIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrajectoryClusters.of(three(), 28, 0))
                .withMessage("k is 28; expected 1 to 27");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SampleMetrics.losses(Dynamics.regression(Guids.rows(1), new double[1], new float[2][1])))
                .withMessage("a log of kind REGRESSION has no losses; expected classes, labels or sequences");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrajectoryClusters.of(three(), 3, 0).select(0, 0))
                .withMessage("fraction is 0; expected above 0 to 1");
    }
}

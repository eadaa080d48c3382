package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.kymograph.train.Schedule.Decay;

class ScheduleTest {
    @Test
    void constant() {
        assertThat(Schedule.CONSTANT.fraction(0, 100)).isEqualTo(1);
        assertThat(Schedule.CONSTANT.fraction(99, 100)).isEqualTo(1);
    }

    @Test
    void warmUpRisesFromOneStepsShareToAll() {
        Schedule s = Schedule.CONSTANT.withWarmup(4);
        assertThat(new double[] {s.fraction(0, 9), s.fraction(1, 9), s.fraction(3, 9), s.fraction(4, 9)})
                .containsExactly(0.25, 0.5, 1, 1);
    }

    @Test
    void linearAndCosineDecay() {
        assertThat(Schedule.LINEAR.fraction(25, 100)).isEqualTo(0.75);
        assertThat(Schedule.COSINE.fraction(50, 100)).isCloseTo(0.5, within(1e-15));
        assertThat(Schedule.COSINE.fraction(25, 100)).isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-15));
        Schedule warm = Schedule.LINEAR.withWarmup(20).withFinalFraction(0.1);
        assertThat(warm.fraction(20, 100)).isEqualTo(1);
        assertThat(warm.fraction(60, 100)).isCloseTo(0.55, within(1e-15));
        assertThat(warm.fraction(100, 100)).isCloseTo(0.1, within(1e-15));
    }

    @Test
    void aWarmUpMayBeAFractionOfAllSteps() {
        Schedule s = Schedule.LINEAR.withWarmupFraction(0.06);
        for (long step = 0; step < 150; step++) {
            assertThat(s.fraction(step, 150))
                    .isEqualTo(Schedule.LINEAR.withWarmup(9).fraction(step, 150));
        }
        assertThat(s.withWarmup(3)).isEqualTo(Schedule.LINEAR.withWarmup(3));
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> Schedule.LINEAR.withWarmupFraction(1.5))
                .hasMessage("warmupFraction is 1.5; expected 0 to 1");
        assertThatThrownBy(() -> new Schedule(Decay.LINEAR, 5, 0, 0.1)).hasMessageContaining("5 steps");
        assertThatThrownBy(() -> new Schedule(Decay.LINEAR, -1, 0)).hasMessage("warmup is -1; expected at least 0");
        assertThatThrownBy(() -> Schedule.LINEAR.withFinalFraction(Double.NaN)).hasMessageContaining("finalFraction");
    }

    @Test
    void nanoGptsWarmUpBeginsAtZero() {
        // Computed by the original's own get_lr with lr 5e-4, warm-up 1000, 100,000 steps.
        Schedule schedule = Schedule.COSINE.withWarmup(1000).withFromZero(true);
        long[] steps = {0, 500, 1000, 2000, 25_750, 50_500, 75_250, 100_000};
        double[] rates = {0, 2.5e-4, 5e-4, 4.998741e-4, 4.267767e-4, 2.5e-4, 7.32233e-5, 0};
        for (int i = 0; i < steps.length; i++) {
            assertThat(5e-4 * schedule.fraction(steps[i], 100_000))
                    .as("step " + steps[i])
                    .isCloseTo(rates[i], within(1e-10));
        }
    }
}

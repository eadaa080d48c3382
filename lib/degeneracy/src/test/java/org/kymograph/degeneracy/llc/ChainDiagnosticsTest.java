package org.kymograph.degeneracy.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.kymograph.base.NormalStream;

class ChainDiagnosticsTest {
    /** xₜ = ρ·xₜ₋₁ + noise, from its stationary density, variance 1. */
    private static double[] autoregressive(double rho, int draws, long seed) {
        double[] x = new double[draws];
        new NormalStream(seed, "test").fill(x);
        for (int t = 1; t < draws; t++) {
            x[t] = rho * x[t - 1] + Math.sqrt(1 - rho * rho) * x[t];
        }
        return x;
    }

    @Test
    void drawsOfAnAutoregressiveChainAreWorthTheirShare() {
        for (double rho : new double[] {0, 0.5, 0.9, -0.3}) {
            double[][] chains = new double[4][];
            Arrays.setAll(chains, c -> autoregressive(rho, 20_000, c));
            ChainDiagnostics found = ChainDiagnostics.of(chains);
            double expected = Math.min(80_000 * (1 - rho) / (1 + rho), 120_000);
            assertThat(found.effectiveDraws()).as("ρ %s", rho).isCloseTo(expected, within(0.15 * expected));
            assertThat(found.standardError()).isCloseTo(1 / Math.sqrt(expected), within(0.1 / Math.sqrt(expected)));
            assertThat(found.rhat()).isCloseTo(1, within(0.01));
        }
    }

    @Test
    void intervalsHoldTheTruthNineteenTimesInTwenty() {
        int held = 0;
        int trials = 2000;
        for (int seed = 0; seed < trials; seed++) {
            double[][] chains = {autoregressive(0.8, 500, 2L * seed), autoregressive(0.8, 500, 2L * seed + 1)};
            ChainDiagnostics found = ChainDiagnostics.of(chains);
            held += Math.abs(found.mean()) <= found.halfWidth() ? 1 : 0;
        }
        assertThat(held / (double) trials).as("seeds 0 … %d", 2 * trials - 1).isBetween(0.93, 0.97);
    }

    @Test
    void chainsThatDisagreeOrDriftAreFound() {
        double[][] apart = {
            autoregressive(0, 1000, 1),
            Arrays.stream(autoregressive(0, 1000, 2)).map(x -> x + 3).toArray()
        };
        assertThat(ChainDiagnostics.of(apart).rhat()).isGreaterThan(1.5);
        assertThat(ChainDiagnostics.of(apart).effectiveDraws()).isLessThan(20);
        double[] drifting = autoregressive(0, 1000, 3);
        for (int t = 0; t < 1000; t++) {
            drifting[t] += t * 3e-3;
        }
        assertThat(ChainDiagnostics.of(new double[][] {drifting}).rhat()).isGreaterThan(1.2);
    }

    @Test
    void drawsThatAreAllTheSameHaveNoError() {
        double[][] same = new double[2][10];
        Arrays.stream(same).forEach(c -> Arrays.fill(c, 7));
        assertThat(ChainDiagnostics.of(same)).isEqualTo(new ChainDiagnostics(7, 0, 1, 20));
        assertThat(ChainDiagnostics.of(new double[][] {{1, 2, Double.NaN, 4, 5, 6, 7, 8}})
                        .standardError())
                .isNaN();
    }
}

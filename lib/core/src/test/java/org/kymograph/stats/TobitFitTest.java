package org.kymograph.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TobitFitTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);

    @Test
    void isLeastSquaresWithoutCensoring() {
        double[][] x = OlsFitTest.counts(30, 3, 50, 3);
        double[] y = OlsFitTest.noisy(x, new double[] {1, 2, 0.5}, 4, 3);
        OlsFit ols = OlsFit.of(x, y);
        TobitFit tobit = TobitFit.of(x, y, new boolean[30]);
        assertThat(tobit.converged()).isTrue();
        assertThat(tobit.coefficients()).containsExactly(ols.coefficients(), Offset.offset(1e-6));
        assertThat(tobit.sigma()).isCloseTo(Math.sqrt(ols.residualSquares() / 30), Offset.offset(1e-6));
        double shrink = Math.sqrt(27 / 30.0);
        assertThat(tobit.standardErrors())
                .containsExactly(
                        Arrays.stream(ols.standardErrors()).map(e -> e * shrink).toArray(), Offset.offset(1e-6));
        double log = -15 * Math.log(2 * Math.PI * ols.residualSquares() / 30) - 15;
        assertThat(tobit.logLikelihood()).isCloseTo(log, Offset.offset(1e-6));
    }

    @Test
    void findsTheMaximumOfTheCensoredLikelihood() {
        double[][] x = OlsFitTest.counts(200, 3, 50, 4);
        double[] beta = {0.2, 1, 0.6};
        double[] latent = OlsFitTest.noisy(x, beta, 3, 4);
        double limit = 32;
        boolean[] censored = new boolean[200];
        double[] y = new double[200];
        for (int i = 0; i < 200; i++) {
            censored[i] = latent[i] > limit;
            y[i] = Math.min(latent[i], limit);
        }
        assertThat(IntStream.range(0, 200).filter(i -> censored[i]).count()).isBetween(30L, 120L);
        TobitFit tobit = TobitFit.of(x, y, censored);
        assertThat(tobit.converged()).isTrue();
        double[] p = Arrays.copyOf(tobit.coefficients(), 4);
        Arrays.setAll(p, i -> i < 3 ? p[i] / tobit.sigma() : 1 / tobit.sigma());
        for (int i = 0; i < 4; i++) {
            for (double move : new double[] {-1e-3, 1e-3}) {
                double[] moved = p.clone();
                moved[i] += move;
                assertThat(TobitFit.logLikelihood(x, y, censored, moved)).isLessThan(tobit.logLikelihood());
            }
        }
        assertThat(tobit.standardErrors()).containsExactly(numericErrors(x, y, censored, p), Offset.offset(1e-5));
        double[] ols = OlsFit.of(x, y).coefficients();
        for (int k = 0; k < 3; k++) {
            assertThat(Math.abs(tobit.coefficients()[k] - beta[k])).isLessThan(4 * tobit.standardErrors()[k]);
        }
        assertThat(distance(tobit.coefficients(), beta)).isLessThan(0.75 * distance(ols, beta));
    }

    /** From second differences of the log-likelihood in (β, σ). */
    private static double[] numericErrors(double[][] x, double[] y, boolean[] censored, double[] gammaTheta) {
        double[] b = gammaTheta.clone();
        Arrays.setAll(b, i -> i < 3 ? gammaTheta[i] / gammaTheta[3] : 1 / gammaTheta[3]);
        double h = 1e-4;
        double[][] information = new double[4][4];
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                double sum = 0;
                for (int corner = 0; corner < 4; corner++) {
                    double[] moved = b.clone();
                    moved[i] += (corner & 1) == 0 ? h : -h;
                    moved[j] += (corner & 2) == 0 ? h : -h;
                    double[] p = moved.clone();
                    Arrays.setAll(p, k -> k < 3 ? moved[k] / moved[3] : 1 / moved[3]);
                    sum += (corner == 0 || corner == 3 ? 1 : -1) * TobitFit.logLikelihood(x, y, censored, p);
                }
                information[i][j] = -sum / (4 * h * h);
            }
        }
        double[][] inverse = Pseudoinverse.of(information).matrix();
        return IntStream.range(0, 3).mapToDouble(i -> Math.sqrt(inverse[i][i])).toArray();
    }

    private static double distance(double[] a, double[] b) {
        return Math.sqrt(IntStream.range(0, a.length)
                .mapToDouble(i -> (a[i] - b[i]) * (a[i] - b[i]))
                .sum());
    }

    @Test
    void saysWhenCensoringLeavesNoMaximum() {
        assertThatThrownBy(
                        () -> TobitFit.of(new double[][] {{1}, {1}}, new double[] {1, 2}, new boolean[] {true, true}))
                .hasMessageContaining("all 2 observations");
        assertThatThrownBy(() -> TobitFit.of(new double[][] {{1}, {2}}, new double[] {1, 2}, new boolean[2]))
                .hasMessageContaining("y is a linear function of x; expected a residual");
        // Below −30 the tail is a series; both sides agree there.
        assertThat(TobitFit.logPhi(-30.0001)).isCloseTo(TobitFit.logPhi(-29.9999), Offset.offset(0.0061));
        assertThat(TobitFit.logPhi(-10)).isCloseTo(-53.23128515051247, EPSILON);
        assertThat(TobitFit.logPhi(-40)).isCloseTo(-804.6084420137538, EPSILON);
    }
}

package org.kymograph.degeneracy.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;

class TheoryTest {
    private static final double N_BETA = 1000 / Math.log(1000);

    @Test
    void gradientsAreThoseOfTheValues() {
        Map<String, ToyPotential> all = Map.of(
                "quadratic", new Quadratic(1, 0.3, 0),
                "monomials", ToyPotential.monomials(2, 4, 0, 3),
                "wells", ToyPotential.quarticWells(1, 0.1, 0),
                "rounded", ToyPotential.roundedCrossing(0.01),
                "crossing", ToyPotential.normalCrossing(1, 3),
                "crossing of data", ToyPotential.normalCrossing(2, 0, 50, 3).times(2.5),
                "line plus dot", ToyPotential.linePlusDot(3),
                "deep linear", new DeepLinear(2, 4, 3, 2, 5));
        all.forEach((name, k) -> {
            for (long seed = 0; seed < 5; seed++) {
                RandomGenerator random = Streams.of(seed, name);
                double[] w = new double[k.size()];
                Arrays.setAll(w, i -> Streams.gaussian(random));
                double[] g = k.gradient(w);
                for (int i = 0; i < w.length; i++) {
                    double[] up = w.clone();
                    double[] down = w.clone();
                    up[i] += 1e-5;
                    down[i] -= 1e-5;
                    double expected = (k.value(up) - k.value(down)) / 2e-5;
                    assertThat(g[i])
                            .as("%s, seed %d, weight %d", name, seed, i)
                            .isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
                }
            }
        });
    }

    @Test
    void quadraticsInClosedForm() {
        Quadratic one = new Quadratic(1);
        assertThat(one.learningCoefficient(N_BETA, 1, 1e-3, 0)).isCloseTo(0.5153, within(5e-5));
        assertThat(one.learningCoefficient(N_BETA, 5, 1e-3, 0)).isCloseTo(0.5021, within(5.1e-5));
        assertThat(one.learningCoefficient(N_BETA, 1, 1e-4, 0)).isCloseTo(0.4984, within(5e-5));
        assertThat(one.learningCoefficient(N_BETA, 0, 1e-2, 0)).isCloseTo(0.7836, within(5e-5));
        assertThat(new Quadratic(0.01).learningCoefficient(N_BETA, 5)).isCloseTo(0.1124, within(2e-4));
        assertThat(new Quadratic(0.1).learningCoefficient(N_BETA, 5, 1e-3, 0)).isCloseTo(0.3735, within(5e-5));
        double[] ten = new double[10];
        Arrays.fill(ten, 1);
        assertThat(new Quadratic(ten).learningCoefficient(N_BETA, 1, 1e-3, 0)).isCloseTo(5.1535, within(5e-4));
        assertThat(new Quadratic(1, 0, 2).learningCoefficient(N_BETA, 0)).isEqualTo(1);
        assertThatThrownBy(() -> one.learningCoefficient(N_BETA, 0, 0.1, 0))
                .hasMessageContaining("epsilon is 0.1; expected below 0.0276");
    }

    // The recursions of mean squares that the closed forms solve, step by step.
    @Test
    void finiteChainsAndNoiseFollowTheRecursion() {
        double nBeta = 50;
        double gamma = 2;
        double epsilon = 0.01;
        double noise = 0.4;
        double sum = 0;
        for (double a : new double[] {1, 0.2}) {
            double h = nBeta * a + gamma;
            double square = 0;
            for (int t = 0; t < 200; t++) {
                sum += t < 50 ? 0 : nBeta * a * square / 2 / 150;
                square = Math.pow(1 - epsilon * h / 2, 2) * square + epsilon + Math.pow(epsilon * nBeta * noise / 2, 2);
            }
        }
        Quadratic k = new Quadratic(1, 0.2);
        assertThat(k.learningCoefficient(nBeta, gamma, epsilon, noise, 200, 50)).isCloseTo(sum, within(1e-12));
        assertThat(k.learningCoefficient(nBeta, gamma, epsilon, noise, 200_000, 100_000))
                .isCloseTo(k.learningCoefficient(nBeta, gamma, epsilon, noise), within(1e-9));
    }

    @Test
    void hyperplanesTakeADirectionAway() {
        assertThat(new Quadratic(3, 1, 2).orthogonalTo(new double[] {0, 5, 0}).a())
                .containsExactly(new double[] {2, 3}, within(1e-12));
        // Of diag(1, 3) along the diagonal remains the mean curvature.
        assertThat(new Quadratic(1, 3).orthogonalTo(new double[] {1, 1}).a())
                .containsExactly(new double[] {2}, within(1e-12));
    }

    @Test
    void monomialsAtAFiniteTemperature() {
        double[][] expected = {{2, 0.4966, 0.4833}, {4, 0.2403, 0.2057}, {6, 0.1544, 0.1139}, {8, 0.1122, 0.0723}};
        for (double[] row : expected) {
            ToyPotential k = ToyPotential.monomials((int) row[0]);
            for (double nBeta : new double[] {1, N_BETA, 1e5}) {
                assertThat(Quadrature.learningCoefficient(k, nBeta, 0, 50, 0))
                        .isCloseTo(ExactCoefficient.monomials((int) row[0]).value(), within(1e-6));
            }
            assertThat(exact(k, 1)).isCloseTo(row[1], within(6e-5));
            assertThat(exact(k, 5)).isCloseTo(row[2], within(6e-5));
        }
    }

    private static double exact(ToyPotential k, double gamma) {
        return Quadrature.learningCoefficient(k, N_BETA, gamma, Double.POSITIVE_INFINITY, new double[k.size()]);
    }

    @Test
    @Tag("slow")
    void normalCrossingsAtAFiniteTemperature() {
        // a, b, λ, m; within the box of half side 1, localised with γ = 1, within the box for a million samples.
        double[][] expected = {
            {0, 1, .5, 1, .500, .4996, .500},
            {1, 1, .5, 2, .37988, .38335, .43122},
            {0, 2, .25, 1, .250, .24652, .250},
            {1, 2, .25, 1, .22233, .22121, .24462},
            {2, 2, .25, 2, .15556, .16144, .19049},
            {0, 3, 1 / 6., 1, 1 / 6., .16042, 1 / 6.},
            {1, 3, 1 / 6., 1, .15343, .14865, .16505},
            {2, 3, 1 / 6., 1, .11486, .12006, .14200},
            {3, 3, 1 / 6., 2, .08789, .09564, .11378}
        };
        for (double[] row : expected) {
            ToyPotential k = ToyPotential.normalCrossing((int) row[0], (int) row[1]);
            String name = row[0] + ", " + row[1];
            ExactCoefficient truth = ExactCoefficient.normalCrossing((int) row[0], (int) row[1]);
            assertThat(truth.value()).as(name).isCloseTo(row[2], within(1e-12));
            assertThat(truth.multiplicity()).as(name).isEqualTo((int) row[3]);
            assertThat(Quadrature.learningCoefficient(k, N_BETA, 0, 1, 0, 0))
                    .as(name)
                    .isCloseTo(row[4], within(1e-5));
            assertThat(exact(k, 1)).as(name).isCloseTo(row[5], within(5e-5));
            assertThat(Quadrature.learningCoefficient(k, 1e6 / Math.log(1e6), 0, 1, 0, 0))
                    .as(name)
                    .isCloseTo(row[6], within(1e-5));
        }
    }

    @Test
    void aPointIsMoreDegenerateThanTheLineBesideIt() {
        ToyPotential k = ToyPotential.linePlusDot(2);
        assertThat(Quadrature.learningCoefficient(k, N_BETA, 0, 0.5, 0, 0)).isCloseTo(0.22507, within(1e-5));
        assertThat(Quadrature.learningCoefficient(k, 1e6 / Math.log(1e6), 0, 0.5, 0, 0))
                .isCloseTo(0.25293, within(1e-5));
        assertThat(Quadrature.learningCoefficient(k, N_BETA, 0, 0.5, 1, 0)).isCloseTo(0.83407, within(1e-5));
    }

    @Test
    void crossoversBetweenTemperatures() {
        double[] spectrum = {1, .1, .01, .001};
        double[][] wells = {
            {30, 1.0321066, 1.0320758, 1.0317675, 1.0287046},
            {3, 1.0888592, 1.0887616, 1.0877882, 1.0782539},
            {.3, 1.1975045, 1.1971962, 1.1941333, 1.1654287},
            {.03, 1.3202872, 1.3193137, 1.3097794, 1.2315255}
        };
        for (double[] row : wells) {
            for (int rank = 4; rank > 0; rank--) {
                double sum = 0;
                for (int i = 0; i < 4; i++) {
                    // The wells are separable: one integral a weight.
                    sum += Quadrature.learningCoefficient(
                            ToyPotential.quarticWells(i < rank ? spectrum[i] : 0),
                            1 / row[0],
                            0,
                            Double.POSITIVE_INFINITY,
                            0);
                }
                assertThat(sum).as("T = %s, rank %d", row[0], rank).isCloseTo(row[5 - rank], within(1e-6));
            }
        }
        double[][] rounded = {
            {.0003, .83419}, {.001, .76856}, {.003, .71797}, {.01, .67229}, {.03, .63346}, {.1, .58206}, {.3, .51849}
        };
        for (double[] row : rounded) {
            assertThat(Quadrature.learningCoefficient(
                            ToyPotential.roundedCrossing(0.01), 1 / row[0], 0.05, Double.POSITIVE_INFINITY, 0, 0))
                    .as("T = %s", row[0])
                    .isCloseTo(row[1], within(2e-4));
        }
    }

    @Test
    void reducedRankRegression() {
        double[][] expected = {
            {5, 3, 5, 0, 6.5, 2},
            {5, 4, 5, 0, 8, 1},
            {4, 3, 8, 0, 6, 1},
            {8, 3, 4, 0, 6, 1},
            {3, 8, 4, 0, 6, 1},
            {5, 3, 5, 1, 8, 1},
            {5, 3, 5, 2, 9.5, 2},
            {5, 3, 5, 3, 10.5, 1},
            {10, 5, 10, 2, 29, 2},
            {10, 10, 10, 0, 37.5, 1},
            {1, 1, 1, 0, .5, 2},
            {1, 1, 1, 1, .5, 1},
            {2, 2, 2, 0, 1.5, 1},
            {2, 2, 2, 1, 2, 2},
            {2, 2, 2, 2, 2, 1},
            {6, 4, 3, 2, 8, 1}
        };
        for (double[] e : expected) {
            assertThat(ExactCoefficient.reducedRankRegression((int) e[0], (int) e[1], (int) e[2], (int) e[3]))
                    .as(Arrays.toString(e))
                    .isEqualTo(new ExactCoefficient(e[4], (int) e[5]));
        }
    }

    @Test
    void deepLinearNetworks() {
        assertThat(ExactCoefficient.deepLinear(2, 5, 5, 5, 5)).isEqualTo(new ExactCoefficient(11, 1));
        assertThat(ExactCoefficient.deepLinear(3, 10, 8, 6, 10).value()).isCloseTo(33, within(1e-9));
        assertThat(ExactCoefficient.deepLinear(3, 10, 8, 6, 10).multiplicity()).isEqualTo(3);
        assertThat(ExactCoefficient.deepLinear(0, 4, 4, 4, 4, 4)).isEqualTo(new ExactCoefficient(5, 1));
        assertThat(ExactCoefficient.deepLinear(1, 3, 7, 5, 4)).isEqualTo(new ExactCoefficient(6, 2));
        int compared = 0;
        for (int m = 1; m <= 8; m++) {
            for (int h = 1; h <= 8; h++) {
                for (int n = 1; n <= 8; n++) {
                    for (int r = 0; r <= Math.min(m, Math.min(h, n)); r++, compared++) {
                        ExactCoefficient regression = ExactCoefficient.reducedRankRegression(m, h, n, r);
                        ExactCoefficient deep = ExactCoefficient.deepLinear(r, m, h, n);
                        assertThat(deep.value())
                                .as("%s", List.of(m, h, n, r))
                                .isCloseTo(regression.value(), within(1e-6));
                        assertThat(deep.multiplicity())
                                .as("%s", List.of(m, h, n, r))
                                .isEqualTo(regression.multiplicity());
                    }
                }
            }
        }
        assertThat(compared).isEqualTo(1808);
    }

    @Test
    void theTruthOfADeepLinearNetworkHasNoLoss() {
        DeepLinear k = new DeepLinear(2, 4, 3, 2, 5);
        assertThat(k.size()).isEqualTo(12 + 6 + 10);
        assertThat(k.value(k.truth())).isZero();
        assertThat(k.gradient(k.truth())).containsOnly(0);
        assertThat(k.value(new double[28])).isEqualTo(1);
        assertThat(k.learningCoefficient().value()).isLessThanOrEqualTo(14);
        assertThatThrownBy(() -> new DeepLinear(3, 4, 3, 2)).hasMessageContaining("rank is 3; expected 0 to 2");
        assertThatThrownBy(() -> k.value(new double[3])).hasMessageContaining("28");
    }

    @Test
    void firstOrderInTheTemperature() {
        assertThat(new ExactCoefficient(0.5, 2).at(Math.exp(10))).isCloseTo(0.4, within(1e-12));
        assertThat(new ExactCoefficient(0.5, 1).at(7)).isEqualTo(0.5);
    }
}

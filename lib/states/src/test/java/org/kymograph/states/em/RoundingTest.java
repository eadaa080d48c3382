package org.kymograph.states.em;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.base.Streams;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.hmm.ModelSelection;

/** Likelihoods that would be rounding noise: columns that follow from others, constants, too few rows, large numbers. */
class RoundingTest {
    private static final long SEED = 11;

    /** Runs that step through three places in two features, with further columns made of these. */
    private static Observations runs(List<String> names, Function<double[], double[]> row) {
        RandomGenerator random = Streams.of(SEED, "rounding");
        List<double[][]> runs = new ArrayList<>();
        for (int run = 0; run < 10; run++) {
            double[][] rows = new double[60][];
            for (int t = 0; t < 60; t++) {
                int state = t / 20;
                rows[t] = row.apply(new double[] {
                    3 * state + Streams.gaussian(random), (state == 1 ? 5 : 0) + Streams.gaussian(random)
                });
            }
            runs.add(rows);
        }
        return Observations.of(IntStream.range(0, 10).mapToObj(i -> "r" + i).toList(), names, runs)
                .standardized();
    }

    /** What a further column is made of, and what the warning must say. */
    private enum Kind {
        COPY(x -> x[0], "column 'c' follows from column 'a'"),
        PERCENT(x -> 100 * x[0], "column 'c' follows from column 'a'"),
        SHIFTED(x -> 0.3 * x[1] - 1e3, "column 'c' follows from column 'b'"),
        NEGATIVE(x -> -x[0], "column 'c' follows from column 'a'"),
        PRINTED(x -> Math.round(x[0] * 1e7) / 1e7, "column 'c' follows from column 'a'"),
        CONSTANT(x -> 7, "column 'c' is constant in every run"),
        ALMOST_CONSTANT(x -> 0.3 + Math.ulp(0.3) * Math.round(x[0] % 2), "column 'c' is constant in every run");

        @SuppressWarnings("ImmutableEnumChecker") // a function of its argument alone
        final Function<double[], Double> of;

        final String warning;

        Kind(Function<double[], Number> of, String warning) {
            this.of = x -> of.apply(x).doubleValue();
            this.warning = warning;
        }
    }

    @Test
    void namesCombinationsWhoseCoefficientsDifferFromRunToRun() {
        // Scaled run by run, 'c' is another combination in each.
        Observations runs = runs(List.of("a", "b", "c"), x -> new double[] {x[0], x[1], x[0] + 2 * x[1]});
        assertThat(runs.warnings())
                .as("seed %d", SEED)
                .singleElement()
                .asString()
                .startsWith("column 'c' follows from other columns within every run")
                .contains("a linear combination");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void namesColumnsThatSayNothing(Kind kind) {
        Observations runs = runs(List.of("a", "b", "c"), x -> new double[] {x[0], x[1], kind.of.apply(x)});
        assertThat(runs.warnings())
                .as("seed %d", SEED)
                .singleElement()
                .asString()
                .startsWith(kind.warning);
    }

    @Test
    void saysNothingOfColumnsOfTheirOwn() {
        RandomGenerator random = Streams.of(SEED, "own");
        assertThat(runs(List.of("a", "b", "c"), x -> new double[] {x[0], x[1], x[0] + 0.01 * Streams.gaussian(random)})
                        .warnings())
                .isEmpty();
    }

    @Test
    void namesALinearCombination() {
        Observations runs =
                runs(List.of("a", "b", "c", "d"), x -> new double[] {x[0], x[1], x[0] * x[1], 2 * x[0] - x[1]});
        // Run by run the sum is scaled otherwise: in each it is another combination.
        assertThat(runs.warnings())
                .singleElement()
                .asString()
                .startsWith("column 'd' follows from other columns within every run");
        Observations raw = Observations.of(
                List.of("r"),
                List.of("a", "b", "c"),
                List.<double[][]>of(IntStream.range(0, 50)
                        .mapToObj(
                                t -> new double[] {Math.sin(t), Math.cos(2 * t), 2 * Math.sin(t) - Math.cos(2 * t) + 5})
                        .toArray(double[][]::new)));
        assertThat(raw.warnings())
                .singleElement()
                .asString()
                .startsWith("column 'c' follows from columns 'a', 'b' (a linear combination)");
    }

    static Map<String, Observations> singular() {
        Map<String, Observations> all = new LinkedHashMap<>();
        double[][] few = {{0, 0}, {1, 1}, {0, 0}, {1, 1}, {0, 0}, {1, 1}, {1, 1}};
        all.put(
                "few",
                Observations.of(List.of("p", "q", "s"), List.of("a", "b"), List.<double[][]>of(few, few, few))
                        .standardized());
        all.put("percent", runs(List.of("acc", "norm", "acc_pct"), x -> new double[] {x[0], x[1], 100 * x[0]}));
        all.put("two constants", runs(List.of("a", "b", "c", "d"), x -> new double[] {x[0], x[1], 0, 5}));
        RandomGenerator random = Streams.of(SEED, "wide");
        List<double[][]> wide = new ArrayList<>();
        for (int run = 0; run < 5; run++) {
            double[][] rows = new double[20][80];
            for (double[] row : rows) {
                Arrays.setAll(row, j -> Streams.gaussian(random));
            }
            wide.add(rows);
        }
        all.put(
                "wide",
                Observations.of(
                        IntStream.range(0, 5).mapToObj(i -> "w" + i).toList(),
                        IntStream.range(0, 80).mapToObj(j -> "x" + j).toList(),
                        wide));
        return all;
    }

    static List<String> singularNames() {
        return List.copyOf(singular().keySet());
    }

    @ParameterizedTest
    @MethodSource("singularNames")
    void saysWhenTheLikelihoodIsNoise(String name) {
        Observations runs = singular().get(name);
        HmmModel model = Hmm.gaussian(3).withRestarts(3).fit(runs);
        assertThat(model.remarks())
                .as("%s, seed %d", name, SEED)
                .anyMatch(r -> r.contains("singular up to rounding"))
                .containsAll(runs.dependence());
        double[] history = Hmm.gaussian(3)
                .withPrior(Covariance.Prior.RIDGE)
                .withRestarts(2)
                .withoutTolerance()
                .withIterations(10)
                .fit(runs)
                .history();
        for (int i = 1; i < history.length; i++) {
            assertThat(history[i]).as("%s, iteration %d", name, i).isGreaterThan(history[i - 1] - 0.5);
        }
        assertThat(Hmm.gaussian(3)
                        .withPrior(Covariance.Prior.RIDGE)
                        .withRestarts(2)
                        .fit(runs)
                        .remarks())
                .noneMatch(r -> r.contains("singular"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"percent", "two constants"})
    void choosesNoNumberOfStatesByNoise(String name) {
        Observations runs = singular().get(name);
        ModelSelection selection = ModelSelection.upTo(3).with(Hmm.gaussian(1).withRestarts(2));
        assertThatThrownBy(() -> selection.select(runs))
                .as("seed %d", SEED)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a covariance is singular up to rounding")
                .hasMessageContaining(runs.dependence().get(0));
        assertThat(selection
                        .with(Hmm.gaussian(1).withRestarts(2).withCovariance(Covariance.DIAG))
                        .select(runs(List.of("a", "b"), x -> x))
                        .chosen()
                        .states())
                .isEqualTo(3);
    }

    @Test
    void rowsEnoughForOneStateMayBeTooFewForThree() {
        // A hundred rows determine the covariance of eighty features, but not three of them.
        Observations wide = singular().get("wide");
        HmmModel one = Hmm.gaussian(1).fit(wide);
        assertThat(one.remarks()).isEmpty();
        assertThat(Hmm.gaussian(3).fit(wide).remarks()).isNotEmpty();
    }

    @Test
    void refusesToSelectFromTooFewRows() {
        Observations two = Observations.of(
                List.of("a", "b", "c"),
                IntStream.range(0, 14).mapToObj(j -> "x" + j).toList(),
                List.of(new double[2][14], new double[2][14], new double[2][14]));
        assertThatThrownBy(() -> ModelSelection.upTo(8).select(two))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the number of training rows is 4; expected at least 16");
    }

    /** Two places far apart: the scatter of each is that of its own rows, whatever lies between. */
    @ParameterizedTest
    @EnumSource(Covariance.class)
    void scattersDontCancel(Covariance form) {
        for (double far : new double[] {1e3, 1e6, 1e7, 1e8}) {
            RandomGenerator random = Streams.of(SEED, "far");
            double[][] rows = new double[100][1];
            for (int t = 0; t < 100; t++) {
                rows[t][0] = (t < 50 ? 0 : far) + Streams.gaussian(random);
            }
            double[] variance = new double[2];
            for (int k = 0; k < 2; k++) {
                double mean = 0;
                for (int t = 50 * k; t < 50 * k + 50; t++) {
                    mean += rows[t][0] / 50;
                }
                for (int t = 50 * k; t < 50 * k + 50; t++) {
                    variance[k] += (rows[t][0] - mean) * (rows[t][0] - mean) / 50;
                }
            }
            HmmParameters start = HmmParameters.of(
                    form,
                    new double[] {1, 0},
                    new double[] {0.98, 0.02, 0, 1},
                    new double[] {0.1, far + 0.1},
                    form == Covariance.TIED ? new double[] {1} : new double[] {1, 1});
            double[][][] covariances = Hmm.gaussian(2)
                    .withStart(start)
                    .withIterations(5)
                    .withoutTolerance()
                    .fit(Observations.of(List.of("r"), List.of("x"), List.<double[][]>of(rows)))
                    .covariances();
            double prior = form == Covariance.TIED ? 0.01 / 100 : 0.01 / 50;
            for (int k = 0; k < 2; k++) {
                double expected = (form == Covariance.TIED ? (variance[0] + variance[1]) / 2 : variance[k]) + prior;
                assertThat(covariances[k][0][0])
                        .as("%g apart, state %d, seed %d", far, k, SEED)
                        .isCloseTo(expected, within(1e-6));
            }
        }
    }

    @Test
    void warnsOfRoundingThatStandardizingBlowsUp() {
        RandomGenerator random = Streams.of(SEED, "single precision");
        double[][] rows = new double[40][2];
        for (double[] row : rows) {
            row[0] = (float) (0.3 + 1e-8 * Streams.gaussian(random));
            row[1] = Streams.gaussian(random);
        }
        assertThat(Observations.of(List.of("r"), List.of("x", "y"), List.<double[][]>of(rows))
                        .standardized()
                        .warnings())
                .singleElement()
                .asString()
                .startsWith("column 'x' varies by less than a millionth of its size in run 'r'");
        assertThat(Observations.of(List.of("r", "s"), List.of("y"), List.of(new double[][] {{1}, {2}}, new double[][] {
                            {1}, {2}, {5}
                        }))
                        .standardized()
                        .warnings())
                .singleElement()
                .asString()
                .startsWith("run 'r' has fewer than 3 rows");
    }
}

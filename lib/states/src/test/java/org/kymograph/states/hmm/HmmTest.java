package org.kymograph.states.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kymograph.record.files.RecordException;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;

class HmmTest {
    /** Three states from left to right, far apart in two features. */
    private static final HmmParameters TRUTH = HmmParameters.of(
            Covariance.SPHERICAL,
            new double[] {1, 0, 0},
            new double[] {0.9, 0.1, 0, 0, 0.95, 0.05, 0, 0, 1},
            new double[] {0, 0, 5, 1, 4, -4},
            new double[] {0.2, 0.1, 0.3});

    static HmmParameters.Sample sample(int runs, int length) {
        int[] lengths = new int[runs];
        Arrays.fill(lengths, length);
        return new HmmModel(TRUTH, List.of("a", "b"), null).sample(3, lengths);
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void recoversTheStatesThatDrewTheRuns(Covariance covariance) {
        HmmParameters.Sample sample = sample(12, 80);
        HmmModel model =
                Hmm.gaussian(3).withCovariance(covariance).withRestarts(8).fit(sample.observations());
        assertThat(model.decode(sample.observations()).stacked())
                .containsExactly(
                        sample.paths().stream().flatMapToInt(Arrays::stream).toArray());
        double[][] means = model.means();
        for (int k = 0; k < 3; k++) {
            assertThat(means[k]).containsExactly(TRUTH.means()[k], within(0.2));
            assertThat(model.transitionMatrix()[k]).containsExactly(TRUTH.transitionMatrix()[k], within(0.05));
        }
    }

    @Test
    void historyRisesAndEndsBelowTheLogLikelihood() {
        HmmModel model = Hmm.gaussian(3)
                .withCovariance(Covariance.DIAG)
                .withRestarts(1)
                .withoutTolerance()
                .withIterations(15)
                .fit(sample(6, 50).observations());
        double[] history = model.history();
        assertThat(history).hasSize(15);
        // The prior on the variances makes it the posterior that can't fall; the likelihood may, by little.
        for (int i = 1; i < history.length; i++) {
            assertThat(history[i]).isGreaterThan(history[i - 1] - 0.1);
        }
        assertThat(model.logLikelihood()).isGreaterThan(history[0]);
    }

    @Test
    void toleranceEndsEarly() {
        Hmm hmm = Hmm.gaussian(2).withRestarts(1).withIterations(200);
        Observations runs = sample(4, 50).observations();
        double[] history = hmm.withTolerance(1).fit(runs).history();
        assertThat(history.length).isLessThan(200);
        assertThat(history[history.length - 1] - history[history.length - 2]).isLessThan(1);
    }

    @Test
    void oneStateIsOneGaussian() {
        Observations runs = sample(3, 40).observations();
        HmmModel model = Hmm.gaussian(1)
                .withRestarts(1)
                .withIterations(2)
                .withoutTolerance()
                .fit(runs);
        double[] mean = new double[2];
        double[][] scatter = new double[2][2];
        forEachRow(runs, row -> {
            mean[0] += row[0] / 120;
            mean[1] += row[1] / 120;
        });
        forEachRow(runs, row -> {
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 2; j++) {
                    scatter[i][j] += (row[i] - mean[i]) * (row[j] - mean[j]);
                }
            }
        });
        assertThat(model.means()[0]).containsExactly(mean, within(1e-10));
        double[][] covariance = new double[2][2];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                covariance[i][j] = (scatter[i][j] + 0.01) / 120;
                assertThat(model.covariances()[0][i][j]).isCloseTo(covariance[i][j], within(1e-10));
            }
        }
        double determinant = covariance[0][0] * covariance[1][1] - covariance[0][1] * covariance[1][0];
        double[] logLikelihood = {0};
        forEachRow(runs, row -> {
            double x = row[0] - mean[0];
            double y = row[1] - mean[1];
            double square =
                    (covariance[1][1] * x * x - 2 * covariance[0][1] * x * y + covariance[0][0] * y * y) / determinant;
            logLikelihood[0] -= Math.log(2 * Math.PI) + 0.5 * Math.log(determinant) + 0.5 * square;
        });
        assertThat(model.logLikelihood()).isCloseTo(logLikelihood[0], within(1e-8));
        assertThat(model.transitionMatrix()).isEqualTo(new double[][] {{1}});
    }

    private static void forEachRow(Observations runs, java.util.function.Consumer<double[]> action) {
        for (int run = 0; run < runs.runs().size(); run++) {
            for (double[] row : runs.run(run)) {
                action.accept(row);
            }
        }
    }

    @Test
    void ridgeAddsToTheDiagonalOnly() {
        Observations runs = sample(3, 40).observations();
        Hmm one = Hmm.gaussian(1).withRestarts(1).withIterations(1);
        double[][] compat = one.fit(runs).covariances()[0];
        double[][] ridge = one.withPrior(Covariance.Prior.RIDGE).fit(runs).covariances()[0];
        assertThat(compat[0][0]).isCloseTo(ridge[0][0], within(1e-14));
        assertThat(compat[0][1] - ridge[0][1]).isCloseTo(0.01 / 120, within(1e-14));
    }

    @Test
    void resultsDontDependOnThreads() {
        Observations runs = sample(5, 60).observations();
        Hmm hmm = Hmm.gaussian(4).withSeed(7);
        HmmModel one = hmm.withThreads(1).fit(runs);
        HmmModel four = hmm.withThreads(4).fit(runs);
        assertThat(four.logLikelihood()).isEqualTo(one.logLikelihood());
        assertThat(four.means()).isEqualTo(one.means());
        assertThat(hmm.withSeed(8).withRestarts(1).fit(runs).history())
                .isNotEqualTo(hmm.withRestarts(1).fit(runs).history());
    }

    @Test
    void renumberingStatesChangesNothingElse() {
        Observations runs = sample(6, 60).observations();
        HmmModel model = Hmm.gaussian(3).fit(runs);
        int[] order = {2, 0, 1};
        HmmModel turned = Hmm.gaussian(3)
                .withStart(model.parameters().permuted(order))
                .withIterations(1)
                .fit(runs);
        HmmModel straight =
                Hmm.gaussian(3).withStart(model.parameters()).withIterations(1).fit(runs);
        assertThat(turned.logLikelihood()).isCloseTo(straight.logLikelihood(), within(1e-8));
        int[] path =
                Arrays.stream(turned.decode(runs).stacked()).map(s -> order[s]).toArray();
        assertThat(path).containsExactly(straight.decode(runs).stacked());
        assertThat(turned.renumbered().decode(runs).stacked())
                .containsExactly(straight.renumbered().decode(runs).stacked());
        assertThat(turned.renumbered().paths().stacked())
                .containsExactly(straight.renumbered().decode(runs).stacked());
    }

    @Test
    void orderOfRunsChangesNothing() {
        Observations runs = sample(6, 60).observations();
        HmmParameters start = Hmm.gaussian(3).withIterations(2).fit(runs).parameters();
        Hmm hmm = Hmm.gaussian(3).withStart(start).withIterations(5);
        assertThat(hmm.fit(runs.subset(5, 3, 1, 0, 2, 4)).logLikelihood())
                .isCloseTo(hmm.fit(runs).logLikelihood(), within(1e-8));
    }

    @Test
    void scalingAFeatureShiftsTheDensityOnly() {
        Observations runs = sample(4, 50).observations();
        List<double[][]> scaled = new ArrayList<>();
        for (int run = 0; run < 4; run++) {
            scaled.add(Arrays.stream(runs.run(run))
                    .map(r -> new double[] {8 * r[0] + 100, r[1]})
                    .toArray(double[][]::new));
        }
        HmmParameters p = Hmm.gaussian(3).fit(runs).parameters();
        double[] means =
                Arrays.stream(p.means()).flatMapToDouble(Arrays::stream).toArray();
        double[] covariances = p.flatCovariances();
        for (int k = 0; k < 3; k++) {
            means[2 * k] = 8 * means[2 * k] + 100;
            covariances[4 * k] *= 64;
            covariances[4 * k + 1] *= 8;
            covariances[4 * k + 2] *= 8;
        }
        HmmParameters q = HmmParameters.of(
                Covariance.FULL,
                p.startProbabilities(),
                Arrays.stream(p.transitionMatrix())
                        .flatMapToDouble(Arrays::stream)
                        .toArray(),
                means,
                covariances);
        HmmModel plain = new HmmModel(p, List.of("a", "b"), null);
        HmmModel wide = new HmmModel(q, List.of("a", "b"), null);
        Observations wideRuns = Observations.of(runs.runs(), runs.features(), scaled);
        assertThat(wide.score(wideRuns)).isCloseTo(plain.score(runs) - runs.rows() * Math.log(8), within(1e-7));
        assertThat(wide.decode(wideRuns).stacked())
                .containsExactly(plain.decode(runs).stacked());
    }

    @Test
    void filterAndPosteriorAgreeAtTheLastRowOnly() {
        HmmModel model = Hmm.gaussian(3)
                .withRestarts(1)
                .withIterations(1)
                .fit(sample(2, 30).observations());
        Observations runs = sample(2, 30).observations();
        double[][] filter = model.filter(runs).get(1);
        double[][] posterior = model.posterior(runs).get(1);
        assertThat(filter[29]).containsExactly(posterior[29], within(1e-12));
        assertThat(filter).isNotEqualTo(posterior);
        for (double[] row : filter) {
            assertThat(Arrays.stream(row).sum()).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void leftToRightNeverGoesBack() {
        HmmModel model = Hmm.gaussian(4).withLeftToRight().fit(sample(8, 60).observations());
        assertThat(model.startProbabilities()).containsExactly(1, 0, 0, 0);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(model.transitionMatrix()[i][j]).isZero();
            }
        }
        for (int[] path : model.paths().paths()) {
            assertThat(path).isSorted();
        }
    }

    @Test
    void stickyStatesLast() {
        Observations runs = sample(6, 60).observations();
        HmmParameters start = Hmm.gaussian(3).fit(runs).parameters();
        Hmm hmm = Hmm.gaussian(3).withStart(start).withIterations(1);
        double loose = hmm.fit(runs).transitionMatrix()[0][0];
        double sticky = hmm.withSticky(50).fit(runs).transitionMatrix()[0][0];
        assertThat(sticky).isGreaterThan(loose);
        assertThat(sticky).isLessThan(1);
    }

    /** Many states on few distinct rows: states die, and are started again or reported. */
    @Test
    void survivesStatesThatDie() {
        List<double[][]> runs = List.of(
                new double[][] {{0, 0}, {0, 0}, {0, 0}, {1, 1}, {1, 1}, {1, 1}},
                new double[][] {{0, 0}, {1, 1}, {1, 1}, {1, 1}});
        HmmModel model = Hmm.gaussian(6)
                .withRestarts(4)
                .withIterations(20)
                .fit(Observations.of(List.of("p", "q"), List.of("a", "b"), runs));
        assertThat(model.logLikelihood()).isFinite();
        for (double[] row : model.transitionMatrix()) {
            assertThat(Arrays.stream(row).sum()).isCloseTo(1, within(1e-9));
        }
    }

    @Test
    void aStateWithoutRowsIsStartedAgainAndNamed() {
        Observations runs = sample(4, 50).observations();
        HmmParameters start = HmmParameters.of(
                Covariance.FULL,
                new double[] {1, 0},
                new double[] {1, 0, 0.5, 0.5},
                new double[] {0, 0, 1, 1},
                new double[] {9, 0, 0, 9, 1, 0, 0, 1});
        HmmModel model = Hmm.gaussian(2).withStart(start).fit(runs);
        assertThat(model.remarks())
                .singleElement()
                .asString()
                .startsWith("state 1 stands for no rows after 1 iteration;");
        assertThat(model.paths().stacked()).contains(0, 1);
    }

    @Test
    void stopsWhenInterrupted() {
        Observations runs = sample(10, 500).observations();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Hmm.gaussian(8)
                        .withIterations(100_000)
                        .withoutTolerance()
                        .fit(runs))
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("fitting was interrupted after");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void saysWhatIsWrongWithItsArguments() {
        Observations runs = sample(1, 3).observations();
        assertThatThrownBy(() -> Hmm.gaussian(0)).hasMessage("states is 0; expected at least 1");
        assertThatThrownBy(() -> Hmm.gaussian(4).fit(runs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("states is 4; expected at most 3, the number of rows");
        assertThatThrownBy(() -> Hmm.gaussian(2).withTolerance(Double.NaN))
                .hasMessageContaining("tolerance is NaN; expected");
        assertThatThrownBy(() -> Hmm.gaussian(2).withSticky(-1)).hasMessageContaining("sticky is -1; expected");
        assertThatThrownBy(() -> Observations.of(
                        List.of("r"), List.of("a"), Collections.singletonList(new double[][] {{1}, {Double.NaN}})))
                .hasMessage("run 'r', row 2, column 'a': NaN; every number must be finite");
        assertThatThrownBy(() -> HmmParameters.of(
                        Covariance.DIAG,
                        new double[] {0.5, 0.6},
                        new double[] {1, 0, 0, 1},
                        new double[] {0, 1},
                        new double[] {1, 1}))
                .hasMessageContaining("the sum of startprob is 1.1; expected 1");
        assertThatThrownBy(() -> HmmParameters.of(
                        Covariance.FULL, new double[] {1}, new double[] {1}, new double[] {0, 1}, new double[] {
                            1, 2, 2, 1
                        }))
                .hasMessageContaining("isn't positive definite");
        HmmModel model = Hmm.gaussian(1).fit(runs);
        assertThatThrownBy(() -> model.score(runs.only(List.of("a"))))
                .hasMessageContaining("the features of the runs is [a]; expected [a, b]");
    }

    @ParameterizedTest
    @EnumSource(Covariance.class)
    void comesBackFromItsFile(Covariance covariance, @TempDir Path folder) {
        Observations runs = sample(3, 30).observations().standardized();
        HmmModel model = Hmm.gaussian(2).withCovariance(covariance).withSeed(5).fit(runs);
        Path file = folder.resolve("model.json");
        model.write(file);
        HmmModel read = HmmModel.read(file);
        assertThat(read.score(runs)).isEqualTo(model.logLikelihood());
        assertThat(read.bic()).isEqualTo(model.bic());
        assertThat(read.history()).containsExactly(model.history());
        assertThat(read.paths().stacked()).containsExactly(model.paths().stacked());
        assertThat(read.isStandardized()).isTrue();
        Path again = folder.resolve("again.json");
        read.write(again);
        assertThat(again).hasSameTextualContentAs(file);
        assertThat(HmmModel.readStart(file, covariance).flatCovariances())
                .containsExactly(model.parameters().flatCovariances());
    }

    @Test
    void namesTheFieldOfABadFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("model.json");
        Hmm.gaussian(2)
                .withCovariance(Covariance.DIAG)
                .fit(sample(2, 20).observations())
                .write(file);
        String good = Files.readString(file);
        for (String[] bad : new String[][] {
            {"\"startprob\"", "\"start\"", "startprob is missing; expected an array"},
            {"\"diag\"", "\"round\"", "covariance is \"round\"; expected full, diag, tied or spherical"},
            {"\"diag\"", "\"full\"", "covars[0][0] "},
            {"\"states\" : 2", "\"states\" : 3", "states is 3; expected 2, the length of startprob"},
            {"\"b\"", "7", "an element of features is 7; expected a text"},
            {"\"run-1\" : [ ", "\"run-1\" : [ 9, ", "the path of run 'run-1' holds 9"},
            {"\"seed\" : 0", "\"seed\" : \"x\"", "seed is \"x\""},
            {"\"seed\" : 0", "\"seed\" : 1e40", "seed is "},
            {"\"iterations\" : 32", "\"iterations\" : -5", "iterations is -5; expected a whole number of at least 1"},
            {"\"iterations\" : 32", "\"iterations\" : 0", "iterations is 0"},
            {
                "\"logLikelihood\" : ",
                "\"logLikelihood\" : 1e999, \"was\" : ",
                "logLikelihood is 1E+999; expected a finite number"
            },
            {"\"logLikelihood\" : ", "\"logLikelihood\" : Infinity, \"was\" : ", "logLikelihood is "},
            {"\"logLikelihood\" : ", "\"logLikelihood\" : null, \"was\" : ", "logLikelihood is null"},
            {
                "\"pathsLogProbability\" : ",
                "\"pathsLogProbability\" : \"abc\", \"was\" : ",
                "pathsLogProbability is \"abc\""
            },
            {"\"standardized\" : ", "\"standardized\" : 1, \"was\" : ", "standardized is 1; expected true or false"},
            {"\"freeParameters\" : ", "\"freeParameters\" : -3, \"was\" : ", "freeParameters is -3"},
            {"\"freeParameters\" : ", "\"freeParameters\" : 1000, \"was\" : ", "freeParameters is 1000"},
            {
                "\"run-1\" : [",
                "\"run-1\" : \"garbage\", \"was\" : [",
                "the path of run 'run-1' is \"garbage\"; expected an array"
            },
            {"\"run-1\" : [", "\"run-1\" : [ ], \"was\" : [", "the path of run 'run-1' is []"},
            {"\"run-1\" : [", "\"run-1\" : {}, \"was\" : [", "the path of run 'run-1' is {}"},
            {"\"paths\" : {", "\"paths\" : {}, \"was\" : {", "paths is {}; expected an object with a path per run"},
            {"\"b\"", "\"a\"", "features is [a, a]; expected different names"}
        }) {
            assertThat(good).contains(bad[0]);
            Files.writeString(file, good.replace(bad[0], bad[1]));
            assertThatThrownBy(() -> HmmModel.read(file))
                    .isInstanceOf(RecordException.class)
                    .hasMessageStartingWith(file.toString())
                    .hasMessageContaining(bad[2]);
        }
    }

    @Test
    void samplesFollowTheirStates() {
        HmmParameters.Sample sample = sample(40, 100);
        double sum = 0;
        int n = 0;
        for (int run = 0; run < 40; run++) {
            double[][] rows = sample.observations().run(run);
            for (int t : IntStream.range(0, 100).toArray()) {
                if (sample.paths().get(run)[t] == 1) {
                    sum += rows[t][0];
                    n++;
                }
            }
        }
        assertThat(sum / n).isCloseTo(5, within(0.1));
        assertThat(Collections.max(sample.paths().stream().map(p -> p[0]).toList()))
                .isZero();
    }
}

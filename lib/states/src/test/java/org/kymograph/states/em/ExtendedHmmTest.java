package org.kymograph.states.em;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.PascalDistribution;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.MatrixUtils;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;
import org.kymograph.states.em.ExtendedHmm.Form;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.HmmComparison;
import org.kymograph.states.hmm.HmmModel;

/** Autoregressive and staged models against sums over all paths, regressions, and the plain model. */
class ExtendedHmmTest {
    private static final Form AUTOREGRESSIVE = new Form(true, 1);
    private static final Form STAGED = new Form(false, 3);

    private static ExpectationMaximization em(int states, Covariance.Prior prior) {
        return new ExpectationMaximization(
                states, Covariance.FULL, prior, 60, Double.NEGATIVE_INFINITY, 0, false, null);
    }

    private static Observations runs(List<double[][]> rows) {
        List<String> names = new ArrayList<>();
        rows.forEach(r -> names.add("run-" + names.size()));
        List<String> features = new ArrayList<>();
        for (int j = 0; j < rows.get(0)[0].length; j++) {
            features.add("x" + j);
        }
        return Observations.of(names, features, rows);
    }

    /** Runs that stay about −2 or 2 for 6 to 9 rows at a time. */
    private static Observations alternating(int n, int length) {
        RandomGenerator random = Streams.of(3, "alternating");
        List<double[][]> rows = new ArrayList<>();
        for (int run = 0; run < n; run++) {
            double[][] own = new double[length][1];
            int left = 0;
            double level = run % 2 == 0 ? 2 : -2;
            for (double[] row : own) {
                if (left-- == 0) {
                    left = 5 + Streams.below(random, 4);
                    level = -level;
                }
                row[0] = level + 0.6 * Streams.gaussian(random);
            }
            rows.add(own);
        }
        return runs(rows);
    }

    /** One long road with two kinds of steps: x ← .9 x + 1, then x ← −.5 x. */
    private static Observations walking(int n, int length) {
        RandomGenerator random = Streams.of(4, "walking");
        List<double[][]> rows = new ArrayList<>();
        for (int run = 0; run < n; run++) {
            double[][] own = new double[length][1];
            double x = Streams.gaussian(random);
            int turn = length / 2 + Streams.below(random, 6);
            for (int t = 0; t < length; t++) {
                own[t][0] = x;
                x = (t < turn ? 0.9 * x + 1 : -0.5 * x) + 0.3 * Streams.gaussian(random);
            }
            rows.add(own);
        }
        return runs(rows);
    }

    @Test
    void plainFormIsThePlainModel() {
        Observations runs = alternating(4, 40);
        Hmm hmm = Hmm.gaussian(3).withSeed(5).withRestarts(2).withIterations(10);
        HmmModel plain = hmm.fit(runs);
        ExpectationMaximization settings = new ExpectationMaximization(
                3, Covariance.FULL, Covariance.Prior.COMPAT, 10, hmm.tolerance(), 0, false, null);
        ExtendedHmm extended = ExtendedHmm.fit(runs, Form.PLAIN, settings, 2, 5);
        assertThat(extended.logLikelihood()).isCloseTo(plain.logLikelihood(), Offset.offset(1e-6));
        assertThat(extended.freeParameters()).isEqualTo(plain.freeParameters());
        double first = 0;
        for (int run = 0; run < 4; run++) {
            first += plain.score(
                    runs(List.<double[][]>of(new double[][] {runs.run(run)[0]})).only(runs.features()));
        }
        assertThat(Arrays.stream(extended.scores(runs)).sum())
                .isCloseTo(plain.logLikelihood() - first, Offset.offset(1e-5));
    }

    @Test
    void oneAutoregressiveStateIsARegression() {
        Observations runs = walking(3, 30);
        ExtendedHmm model = ExtendedHmm.fit(runs, AUTOREGRESSIVE, em(1, Covariance.Prior.RIDGE), 1, 0);
        List<double[]> pairs = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            double[][] own = runs.run(run);
            for (int t = 1; t < own.length; t++) {
                pairs.add(new double[] {own[t - 1][0], own[t][0]});
            }
        }
        double mx = pairs.stream().mapToDouble(p -> p[0]).average().getAsDouble();
        double my = pairs.stream().mapToDouble(p -> p[1]).average().getAsDouble();
        double xy = pairs.stream().mapToDouble(p -> (p[0] - mx) * (p[1] - my)).sum();
        double xx = pairs.stream().mapToDouble(p -> (p[0] - mx) * (p[0] - mx)).sum();
        assertThat(model.coefficients()[0][0][0]).isCloseTo(xy / (xx + Covariance.Prior.WEIGHT), Offset.offset(1e-9));
        assertThat(model.freeParameters()).isEqualTo(3);
    }

    @Test
    void autoregressiveLikelihoodIsTheSumOverAllPaths() {
        ExtendedHmm model = ExtendedHmm.fit(walking(4, 24), AUTOREGRESSIVE, em(2, Covariance.Prior.RIDGE), 3, 1);
        double[] x = {0.3, 1.1, 2.2, -1.0, 0.4};
        double sum = 0;
        double[][] a = model.transitionMatrix();
        for (int path = 0; path < 16; path++) {
            double p = 1;
            for (int t = 1; t < x.length; t++) {
                int k = path >> (t - 1) & 1;
                p *= t == 1 ? model.parameters.start[k] : a[path >> (t - 2) & 1][k];
                double[][] joint = model.parameters.covariances()[k];
                double slope = joint[0][1] / joint[1][1];
                double[] mean = model.parameters.means()[k];
                double at = mean[0] + slope * (x[t - 1] - mean[1]);
                p *= new NormalDistribution(at, Math.sqrt(joint[0][0] - slope * joint[0][1])).density(x[t]);
            }
            sum += p;
        }
        Observations one = runs(List.<double[][]>of(
                Arrays.stream(x).mapToObj(v -> new double[] {v}).toArray(double[][]::new)));
        assertThat(model.scores(one)[0]).isCloseTo(Math.log(sum), Offset.offset(1e-8));
    }

    @Test
    void findsTheStepsOfEachState() {
        ExtendedHmm model = ExtendedHmm.fit(walking(8, 60), AUTOREGRESSIVE, em(2, Covariance.Prior.RIDGE), 5, 0);
        double[] slopes = {model.coefficients()[0][0][0], model.coefficients()[1][0][0]};
        Arrays.sort(slopes);
        assertThat(slopes[0]).isCloseTo(-0.5, Offset.offset(0.1));
        assertThat(slopes[1]).isCloseTo(0.9, Offset.offset(0.05));
    }

    @Test
    void coefficientsAreThoseOfTheJointCovariance() {
        RandomGenerator random = Streams.of(8, "two columns");
        List<double[][]> rows = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            double[][] own = new double[40][2];
            for (double[] row : own) {
                row[0] = Streams.gaussian(random);
                row[1] = 0.5 * row[0] + Streams.gaussian(random);
            }
            rows.add(own);
        }
        ExtendedHmm model = ExtendedHmm.fit(runs(rows), AUTOREGRESSIVE, em(1, Covariance.Prior.COMPAT), 1, 0);
        Array2DRowRealMatrix joint = new Array2DRowRealMatrix(model.parameters.covariances()[0]);
        double[][] expected = joint.getSubMatrix(0, 1, 2, 3)
                .multiply(MatrixUtils.inverse(joint.getSubMatrix(2, 3, 2, 3)))
                .getData();
        for (int i = 0; i < 2; i++) {
            assertThat(model.coefficients()[0][i]).containsExactly(expected[i], Offset.offset(1e-9));
        }
    }

    @Test
    void stagedLikelihoodIsTheSumOverAllStays() {
        ExtendedHmm model = ExtendedHmm.fit(alternating(4, 40), STAGED, em(2, Covariance.Prior.COMPAT), 3, 1);
        double[] x = {1.9, 0.2, -2.2, -1.7, -2.5, 1.0, 2.0, -0.3};
        double all = stays(model, x, 0, -1);
        double first = 0;
        for (int k = 0; k < 2; k++) {
            first += model.parameters.start[k] * emission(model, k, x[0]);
        }
        Observations one = runs(List.<double[][]>of(
                Arrays.stream(x).mapToObj(v -> new double[] {v}).toArray(double[][]::new)));
        assertThat(model.scores(one)[0]).isCloseTo(Math.log(all / first), Offset.offset(1e-8));
    }

    /** Sums over the length of the next stay: negative-binomial, or at least as long as what is left of the run. */
    private static double stays(ExtendedHmm model, double[] x, int from, int before) {
        double sum = 0;
        for (int k = 0; k < 2; k++) {
            double enter = before < 0 ? model.parameters.start[k] : before == k ? 0 : 1;
            if (enter == 0) {
                continue;
            }
            // Checkpoints beyond one in each of the three stages: failures before the third success.
            PascalDistribution extra = new PascalDistribution(3, 1 - model.transitionMatrix()[k][k]);
            double emitted = 1;
            for (int to = from + 1; to <= x.length; to++) {
                emitted *= emission(model, k, x[to - 1]);
                int length = to - from;
                if (to < x.length) {
                    sum += length < 3 ? 0 : enter * emitted * extra.probability(length - 3) * stays(model, x, to, k);
                } else {
                    double longer = length <= 3 ? 1 : 1 - extra.cumulativeProbability(length - 4);
                    sum += enter * emitted * longer;
                }
            }
        }
        return sum;
    }

    private static double emission(ExtendedHmm model, int k, double x) {
        return new NormalDistribution(
                        model.parameters.means()[k][0],
                        Math.sqrt(model.parameters.covariances()[k][0][0]))
                .density(x);
    }

    @Test
    void heldOutRunsPreferTheFormThatMadeThem() {
        Hmm hmm = Hmm.gaussian(1)
                .withPrior(Covariance.Prior.RIDGE)
                .withRestarts(3)
                .withSeed(0)
                .withThreads(1);
        HmmComparison stays = HmmComparison.of(hmm, alternating(8, 60), 2, 4, STAGED);
        assertThat(stays.candidates()).hasSize(4);
        HmmComparison.Candidate staged = stays.best(STAGED);
        assertThat(staged.states()).isEqualTo(2);
        assertThat(staged.overPlain().mean()).isGreaterThan(0);
        assertThat(stays.best(Form.PLAIN).overPlain().mean()).isZero();
        HmmComparison steps = HmmComparison.of(hmm, walking(8, 60), 2, 4, AUTOREGRESSIVE);
        assertThat(steps.best(AUTOREGRESSIVE).overPlain().mean()).isGreaterThan(0.3);
        assertThat(steps.table().columnNames()).contains("held-out", "over plain");
        assertThat(steps).asString().contains("autoregressive").contains("with 2 states");
    }

    @Test
    void refusesWhatDoesNotFit() {
        Observations runs = alternating(3, 20);
        ExpectationMaximization diagonal =
                new ExpectationMaximization(2, Covariance.DIAG, Covariance.Prior.RIDGE, 5, 0, 0, false, null);
        assertThatThrownBy(() -> ExtendedHmm.fit(runs, AUTOREGRESSIVE, diagonal, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("covariance is \"diag\"; expected full");
        ExpectationMaximization sticky =
                new ExpectationMaximization(2, Covariance.FULL, Covariance.Prior.RIDGE, 5, 0, 2, false, null);
        assertThatThrownBy(() -> ExtendedHmm.fit(runs, STAGED, sticky, 1, 0))
                .hasMessageContaining("without stickiness");
        assertThatThrownBy(() -> ExtendedHmm.fit(
                        runs(List.<double[][]>of(new double[][] {{1}})),
                        AUTOREGRESSIVE,
                        em(1, Covariance.Prior.RIDGE),
                        1,
                        0))
                .hasMessageContaining("the rows of run-0 is 1; expected at least 2");
        assertThatThrownBy(() -> new Form(true, 0)).hasMessageContaining("stages is 0; expected at least 1");
        ExtendedHmm plain = ExtendedHmm.fit(runs, Form.PLAIN, em(1, Covariance.Prior.RIDGE), 1, 0);
        assertThatThrownBy(plain::coefficients).hasMessageContaining("plain model has no coefficients");
    }
}

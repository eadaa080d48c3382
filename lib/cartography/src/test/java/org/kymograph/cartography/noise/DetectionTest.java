package org.kymograph.cartography.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.base.Streams;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.metrics.Samples;
import org.kymograph.cartography.noise.Detection.Confusion;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stats.RankingScores;
import tech.tablesaw.api.Table;

class DetectionTest {
    @Test
    void rankingScoresAreScikitLearns() {
        boolean[] truth = {false, false, true, true};
        RankingScores scores = RankingScores.of(truth, new double[] {.1, .4, .35, .8});
        assertThat(scores.auroc()).isEqualTo(.75);
        assertThat(scores.averagePrecision()).isCloseTo(5.0 / 6, within(1e-15));
        assertThat(scores.precisionAtN()).isEqualTo(.5);
        // All equal: half of the pairs, and one threshold with precision 1/2.
        RankingScores ties = RankingScores.of(truth, new double[4]);
        assertThat(ties.auroc()).isEqualTo(.5);
        assertThat(ties.averagePrecision()).isEqualTo(.5);
        RankingScores best = RankingScores.of(truth, new double[] {0, 0, 1, Double.POSITIVE_INFINITY});
        assertThat(List.of(best.auroc(), best.averagePrecision(), best.precisionAtN()))
                .containsOnly(1.0);
        assertThatIllegalArgumentException().isThrownBy(() -> RankingScores.of(new boolean[4], new double[4]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RankingScores.of(truth, new double[] {0, Double.NaN, 1, 2}));
        assertThatIllegalArgumentException().isThrownBy(() -> RankingScores.of(truth, new double[3]));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aurocCountsPairsWithTiesHalf(long seed) {
        RandomGenerator random = Streams.of(seed, "auroc");
        boolean[] truth = new boolean[80];
        double[] suspicion = new double[80];
        for (int i = 0; i < 80; i++) {
            truth[i] = random.nextDouble() < .3;
            suspicion[i] = Streams.below(random, 6) + (truth[i] ? 1 : 0);
        }
        double pairs = 0;
        double won = 0;
        for (int a = 0; a < 80; a++) {
            for (int b = 0; b < 80; b++) {
                if (truth[a] && !truth[b]) {
                    pairs++;
                    won += suspicion[a] > suspicion[b] ? 1 : suspicion[a] == suspicion[b] ? .5 : 0;
                }
            }
        }
        assertThat(RankingScores.of(truth, suspicion).auroc()).isCloseTo(won / pairs, within(1e-12));
    }

    @Test
    void confusionsCount() {
        Confusion c = new Confusion(6, 2, 3, 9);
        assertThat(c.precision()).isEqualTo(.75);
        assertThat(c.recall()).isEqualTo(2.0 / 3);
        assertThat(c.f1()).isCloseTo(2 * .75 * (2.0 / 3) / (.75 + 2.0 / 3), within(1e-15));
        assertThat(Confusion.of(
                        new boolean[] {true, true, false, false, false},
                        new boolean[] {true, false, true, false, false},
                        new int[] {0, 1, 2, 3, 4}))
                .isEqualTo(new Confusion(1, 1, 1, 2));
        assertThat(new Confusion(0, 0, 0, 4).f1()).isNaN();
        assertThat(new Confusion(0, 0, 2, 4).f1()).isZero();
    }

    @Test
    void topAndThresholdFollowTheMetricsDirection() {
        SampleMetrics samples = Samples.of(null, new double[] {.9, .1, .5, .1, .7}, new double[] {.1, .4, .4, .0, .3});
        assertThat(Detection.topK(samples, Metric.CONFIDENCE, 1).suspects()).containsExactly(1);
        assertThat(Detection.topK(samples, Metric.VARIABILITY, 2).suspects()).containsExactly(1, 2);
        assertThat(Detection.threshold(samples, Metric.CONFIDENCE, .5).suspects())
                .containsExactly(1, 3);
        assertThat(Detection.threshold(samples, Metric.VARIABILITY, .1).suspects())
                .containsExactly(1, 2, 4);
        Table table = Detection.threshold(samples, Metric.CONFIDENCE, .6).table(guid -> "text " + guid);
        assertThat(table.stringColumn("guid").asList()).containsExactly("101", "103", "102");
        assertThat(table.stringColumn("text").get(2)).isEqualTo("text 102");
        assertThatIllegalArgumentException().isThrownBy(() -> Detection.topK(samples, Metric.CONFIDENCE, 6));
        assertThatIllegalArgumentException().isThrownBy(() -> Detection.threshold(samples, Metric.AUM, 0));
        SampleMetrics never =
                SampleMetrics.of(Guids.rows(3), null, Map.of(Metric.FIRST_LEARNED, new double[] {2, Double.NaN, 0}), 3);
        assertThat(Detection.topK(never, Metric.FIRST_LEARNED, 2).suspects()).containsExactly(1, 0);
    }

    /** Wrong labels have low confidence, but some right ones too. */
    private static SampleMetrics noisy(boolean[] truth) {
        RandomGenerator random = Streams.of(9, "noisy");
        double[] confidence = new double[truth.length];
        double[] variability = new double[truth.length];
        for (int i = 0; i < truth.length; i++) {
            confidence[i] = truth[i]
                    ? .1 * random.nextDouble()
                    : random.nextDouble() < .1 ? .2 * random.nextDouble() : .3 + .7 * random.nextDouble();
            variability[i] = .5 * random.nextDouble();
        }
        return Samples.of(null, confidence, variability);
    }

    private static boolean[] truth(int n, int wrong) {
        boolean[] truth = new boolean[n];
        for (int i = 0; i < wrong; i++) {
            truth[i * (n / wrong)] = true;
        }
        return truth;
    }

    @Test
    void logisticRegressionIsFittedOnOneBalancedHalfAndJudgedOnTheOther() {
        boolean[] truth = truth(4000, 200);
        SampleMetrics samples = noisy(truth);
        LogisticDetector detector = LogisticDetector.fit(samples, List.of(Metric.CONFIDENCE), truth, 3);
        assertThat(detector.coefficients()[0]).isNegative();
        Detection.Report report = detector.detect(samples).report(truth, 3);
        assertThat(report.balanced().truePositives() + report.balanced().falseNegatives())
                .isEqualTo(100);
        assertThat(report.balanced().falsePositives() + report.balanced().trueNegatives())
                .isEqualTo(100);
        assertThat(report.balanced().f1()).isBetween(.9, 1.0);
        // Of 3,800 right labels about 10 % look wrong: precision on the whole set collapses.
        assertThat(report.whole().precision()).isBetween(.2, .5);
        assertThat(report.whole().recall()).isEqualTo(1);
        assertThat(report.ranking().auroc()).isGreaterThan(.95);
        Detection.Report useless = LogisticDetector.fit(samples, List.of(Metric.VARIABILITY), truth, 3)
                .detect(samples)
                .report(truth, 3);
        assertThat(useless.ranking().auroc()).isBetween(.4, .6);
        Detection.Report both = LogisticDetector.fit(samples, List.of(Metric.VARIABILITY, Metric.CONFIDENCE), truth, 3)
                .detect(samples)
                .report(truth, 3);
        assertThat(both.ranking().auroc()).isGreaterThan(.95);
        assertThat(Detection.Report.table(List.of(report, useless, both)).rowCount())
                .isEqualTo(3);
        assertThatIllegalArgumentException().isThrownBy(() -> LogisticDetector.fit(samples, List.of(), truth, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LogisticDetector.fit(samples, List.of(Metric.CONFIDENCE), new boolean[4000], 3))
                .withMessageContaining("expected at least 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 60, 98})
    void balancedHalvesAreDisjointAndBalanced(int wrong) {
        boolean[] truth = new boolean[100];
        Arrays.fill(truth, 0, wrong, true);
        BalancedSplit split = BalancedSplit.of(truth, 1);
        int[] all = IntStream.concat(Arrays.stream(split.train()), Arrays.stream(split.test()))
                .toArray();
        assertThat(all).hasSize(2 * Math.min(wrong, 100 - wrong)).doesNotHaveDuplicates();
        for (int[] half : new int[][] {split.train(), split.test()}) {
            assertThat(Arrays.stream(half).filter(i -> truth[i]).count() * 2).isEqualTo(half.length);
        }
    }

    @Test
    void thresholdSamplesAreDisjointAndJudgeEverySample() {
        Guids ids = Guids.rows(110);
        ThresholdSamples threshold = ThresholdSamples.of(ids, 10, 4);
        int[] first = threshold.set(0);
        int[] second = threshold.set(1);
        assertThat(first).hasSize(10);
        assertThat(second).hasSize(10).doesNotContain(first);
        Dataset train = new Dataset(
                "toy",
                "train",
                0,
                Tensor.of(new float[110], 110, 1),
                Tensor.of(IntStream.range(0, 110).mapToLong(i -> i % 10).toArray(), 110),
                10,
                Scaling.NONE);
        Dataset relabelled = threshold.relabel(train, 1);
        assertThat(relabelled.classes()).isEqualTo(11);
        for (int i = 0; i < 110; i++) {
            int row = i;
            boolean own = Arrays.stream(second).anyMatch(k -> k == row);
            assertThat(relabelled.targets().toLongs()[i]).isEqualTo(own ? 10 : i % 10);
        }
        // Threshold samples have margins 0.0 … 0.9, whose 99th percentile is 0.891; sample i has i / 55 elsewhere.
        double[][] aum = new double[2][110];
        for (int run = 0; run < 2; run++) {
            for (int i = 0; i < 110; i++) {
                aum[run][i] = i / 55.0;
            }
            for (int k = 0; k < 10; k++) {
                aum[run][threshold.set(run)[k]] = k / 10.0;
            }
        }
        SampleMetrics run0 = SampleMetrics.of(ids, null, Map.of(Metric.AUM, aum[0]), 5);
        int[] backwards = IntStream.range(0, 110).map(i -> 109 - i).toArray();
        SampleMetrics run1 =
                SampleMetrics.of(ids, null, Map.of(Metric.AUM, aum[1]), 5).at(backwards);
        Detection detection = threshold.judge(run0, run1);
        boolean[] flagged = new boolean[110];
        double[] suspicion = new double[110];
        boolean[] inFirst = SampleRows.mask(first, 110);
        boolean[] inSecond = SampleRows.mask(second, 110);
        for (int i = 0; i < 110; i++) {
            // Both sets' own margins don't count for the other run, whose limit is the same.
            double own = inFirst[i] || !inSecond[i] ? i / 55.0 : aum[0][i];
            suspicion[i] = .891 - own;
            flagged[i] = own < .891;
        }
        assertThat(detection.flagged()).isEqualTo(flagged);
        assertThat(detection.suspicion()).containsExactly(suspicion, within(1e-12));
        assertThatIllegalArgumentException().isThrownBy(() -> threshold.judge(run0, run0.at(first)));
        assertThatIllegalArgumentException().isThrownBy(() -> threshold.judge(run0, run1, 0));
        Split both = threshold.relabel(new Split(train, train.withSplit("test")), 1);
        assertThat(both.train()).isEqualTo(relabelled);
        assertThat(both.test().classes()).isEqualTo(11);
        assertThat(both.test().targets()).isEqualTo(train.targets());
        assertThatIllegalArgumentException().isThrownBy(() -> threshold.relabel(relabelled, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> threshold.set(2));
        assertThatIllegalArgumentException().isThrownBy(() -> ThresholdSamples.of(Guids.rows(10), 10, 0));
    }

    @Test
    void confidentLearningComparesWithEachClassesOwnMean() {
        double[][] p = {{.9, .1}, {.7, .3}, {.2, .8}, {.4, .6}, {.3, .7}, {.75, .25}};
        int[] gold = {0, 0, 0, 1, 1, 1};
        // t_0 = (.9 + .7 + .2)/3 = .6, t_1 = (.6 + .7 + .25)/3 = .51667
        ConfidentLearning learning = ConfidentLearning.of(Guids.rows(6), gold, p);
        assertThat(learning.thresholds()).containsExactly(new double[] {.6, 1.55 / 3}, within(1e-12));
        assertThat(learning.joint()).isDeepEqualTo(new int[][] {{2, 1}, {1, 2}});
        assertThat(learning.detection().suspects()).containsExactly(2, 5);
        assertThat(learning.detection().suspicion()[2]).isCloseTo(.6, within(1e-12));
        // Confident of neither class: not flagged, not counted.
        ConfidentLearning unsure = ConfidentLearning.of(
                Guids.rows(3), new int[] {0, 1, 0}, new double[][] {{.95, .05}, {.05, .95}, {.5, .5}});
        assertThat(Arrays.stream(unsure.joint()).flatMapToInt(Arrays::stream).sum())
                .isEqualTo(2);
        assertThat(unsure.detection().suspects()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfidentLearning.of(Guids.rows(1), new int[] {2}, new double[][] {{.5, .5}}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfidentLearning.of(Guids.rows(1), new int[] {0}, new double[][] {{1.5, -.5}}));
    }

    @Test
    void confidentLearningReadsLogs() {
        Dynamics log = Samples.walks(50, 1, 3, 2);
        assertThat(ConfidentLearning.ofMean(log).detection().suspicion())
                .containsExactly(ConfidentLearning.ofEpoch(log, 0).detection().suspicion(), within(1e-15));
        Dynamics longer = Samples.walks(50, 4, 3, 2);
        double[] suspicion = ConfidentLearning.ofMean(longer).detection().suspicion();
        double[] margin = SampleMetrics.of(longer).values(Metric.NORMALIZED_MARGIN);
        for (int i = 0; i < 50; i++) {
            assertThat(suspicion[i]).isCloseTo(-margin[i], within(1e-9));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ConfidentLearning.ofEpoch(log, 1));
    }

    private static double[][] rows(int n, double... p) {
        double[][] rows = new double[n][];
        Arrays.setAll(rows, i -> p.clone());
        return rows;
    }

    @Test
    void confidentLearningIsNotDecidedByRounding() {
        int[] gold = new int[98];
        Arrays.fill(gold, 49, 98, 1);
        double[][] p = rows(98, .3, .6, .1);
        Detection collapsed = ConfidentLearning.of(Guids.rows(98), gold, p).detection();
        assertThat(collapsed.suspects()).containsExactly(IntStream.range(0, 49).toArray());
        assertThat(collapsed.suggested()).startsWith(1, 1, 1).endsWith(-1, -1);
        // The same through a log of float32 logits.
        float[] logits = new float[98 * 3];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(p[i / 3][i % 3]);
        }
        Dynamics log = Dynamics.of(Guids.rows(98), gold, new float[][] {logits, logits}, 3);
        for (Detection read : List.of(
                ConfidentLearning.ofMean(log).detection(),
                ConfidentLearning.ofEpoch(log, 1).detection())) {
            assertThat(read.suspects()).hasSize(49);
            Table table = read.table(log);
            assertThat(table.intColumn("gold").asList()).containsOnly(0);
            assertThat(table.intColumn("suggested").asList()).containsOnly(1);
        }
    }

    @Test
    void confidentLearningSuggestsTheClassItIsConfidentOf() {
        float[] logits = new float[12];
        double[] p = {.7, .2, .1, .5, .3, .2, .6, .2, .2, .6, .25, .15};
        Arrays.setAll(p, i -> Math.log(p[i]));
        for (int i = 0; i < 12; i++) {
            logits[i] = (float) p[i];
        }
        Dynamics log = Dynamics.of(Guids.of(1, 2, 3, 4), new int[] {0, 0, 1, 2}, new float[][] {logits}, 3);
        Detection detection = ConfidentLearning.ofMean(log).detection();
        Table table = detection.table(log).sortOn("guid");
        assertThat(table.stringColumn("guid").asList()).containsExactly("2", "3", "4");
        assertThat(table.intColumn("suggested").asList()).containsExactly(1, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noDetectorSuggestsTheLabelThatItSuspects(long seed) {
        RandomGenerator random = Streams.of(seed, "suggested");
        float[][] logits = new float[3][60 * 4];
        int[] gold = new int[60];
        for (int i = 0; i < 60; i++) {
            gold[i] = Streams.below(random, 4);
        }
        for (float[] epoch : logits) {
            for (int k = 0; k < epoch.length; k++) {
                // Coarse outputs tie.
                epoch[k] = Streams.below(random, 3);
            }
        }
        Dynamics log = Dynamics.of(Guids.rows(60), gold, logits, 4);
        SampleMetrics metrics = SampleMetrics.of(log);
        for (Detection detection : List.of(
                Detection.topK(metrics, Metric.CONFIDENCE, 60),
                Detection.threshold(metrics, Metric.AUM, 0),
                ConfidentLearning.ofMean(log).detection(),
                ConfidentLearning.ofEpoch(log, 2).detection())) {
            Table table = detection.table(log);
            assertThat(table.rowCount())
                    .as("seed %d, %s", seed, detection.method())
                    .isPositive();
            for (int row = 0; row < table.rowCount(); row++) {
                assertThat(table.intColumn("suggested").getInt(row))
                        .as("seed %d, %s, row %d", seed, detection.method(), row)
                        .isNotEqualTo(table.intColumn("gold").getInt(row))
                        .isBetween(0, 3);
            }
        }
    }
}

package org.kymograph.degeneracy.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.SparseParity;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.Population;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.stats.Resampling.Interval;
import org.kymograph.stats.Statistics;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class InfluenceTest {
    private static final long SEED = 4;

    private static double[][][] normals(int chains, int draws, int samples) {
        RandomGenerator random = Streams.of(SEED, "losses");
        double[][][] out = new double[chains][draws][samples];
        for (double[][] chain : out) {
            double level = 10 * Streams.gaussian(random);
            for (double[] draw : chain) {
                double shared = Streams.gaussian(random);
                Arrays.setAll(draw, i -> level + (i % 2 == 0 ? shared : 0) + Streams.gaussian(random));
            }
        }
        return out;
    }

    @Test
    void covariancesAreWithinChains() {
        double[][][] all = normals(3, 40, 6);
        LossDraws draws = LossDraws.of(all);
        int[] rows = {0, 1, 5};
        int[] columns = {2, 0};
        InfluenceMatrix covariance = draws.covariance(rows, columns);
        InfluenceMatrix correlation = draws.correlation(rows, columns);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                double xy = 0;
                double xx = 0;
                double yy = 0;
                for (double[][] chain : all) {
                    int a = rows[i];
                    int b = columns[j];
                    double x = Arrays.stream(chain)
                            .mapToDouble(d -> d[a])
                            .average()
                            .orElseThrow();
                    double y = Arrays.stream(chain)
                            .mapToDouble(d -> d[b])
                            .average()
                            .orElseThrow();
                    for (double[] d : chain) {
                        xy += (d[a] - x) * (d[b] - y);
                        xx += (d[a] - x) * (d[a] - x);
                        yy += (d[b] - y) * (d[b] - y);
                    }
                }
                assertThat((double) covariance.values()[i][j]).isCloseTo(xy / (3 * 39), within(1e-4));
                assertThat((double) correlation.values()[i][j]).isCloseTo(xy / Math.sqrt(xx * yy), within(1e-4));
            }
        }
        double[][] groups = draws.correlation(new int[] {0, 1, 2, 3, 4, 5}, new int[] {0, 1, 2, 3, 4, 5})
                .between(new int[] {0, 1, 0, 1, 0, 1}, 2);
        assertThat(groups[0][0]).as("seed %d", SEED).isCloseTo(0.5, within(0.2));
        assertThat(groups[1][1]).as("seed %d", SEED).isCloseTo(0, within(0.2));
        assertThatThrownBy(() -> LossDraws.of(new double[][][] {{{1}, {Double.NaN}}}))
                .hasMessageContaining("chains that have not diverged");
        assertThatThrownBy(() -> draws.covariance(new int[] {6}, rows)).hasMessage("sample is 6; expected 0 to 5");
    }

    @Test
    void scoresOfAKnownTruth() {
        int samples = 30;
        int columns = 8;
        int subsets = 60;
        RandomGenerator random = Streams.of(SEED, "truth");
        float[][] truth = new float[samples][columns];
        float[][] nothing = new float[samples][columns];
        for (int i = 0; i < samples; i++) {
            for (int j = 0; j < columns; j++) {
                truth[i][j] = (float) Streams.gaussian(random);
                nothing[i][j] = (float) Streams.gaussian(random);
            }
        }
        int[] rows = IntStream.range(0, samples).toArray();
        int[] asked = IntStream.range(samples, samples + columns).toArray();
        InfluenceMatrix known = new InfluenceMatrix("known", rows, asked, truth);
        int[][] drawn = new int[subsets][];
        double[][][] losses = new double[subsets][2][];
        for (int s = 0; s < subsets; s++) {
            drawn[s] = Arrays.copyOf(Streams.permutation(random, samples), samples / 2);
            double[] sums = known.predict(drawn[s]);
            for (int r = 0; r < 2; r++) {
                losses[s][r] = Arrays.stream(sums).map(x -> Math.exp(-x / 10)).toArray();
            }
        }
        SubsetRetraining.Outcome outcome = new SubsetRetraining.Outcome(drawn, losses);
        DatamodelingScore score = DatamodelingScore.of(
                List.of(known, new InfluenceMatrix("nothing", rows, asked, nothing)), outcome, 200, 1);
        assertThat(score.scores().get(0).estimate()).isCloseTo(1, within(1e-12));
        assertThat(score.retrained().estimate()).isCloseTo(1, within(1e-12));
        Interval none = score.scores().get(1);
        assertThat(none.lower()).as("seed %d", SEED).isLessThan(0);
        assertThat(none.upper()).as("seed %d", SEED).isGreaterThan(0);
        assertThat(score.differences().get(1).upper()).isLessThan(-0.5);
        assertThat(score.table().rowCount()).isEqualTo(3);
        InfluenceMatrix narrow = LossDraws.of(normals(1, 5, 6)).covariance(rows(6), rows(3));
        assertThatThrownBy(() -> DatamodelingScore.of(List.of(narrow), outcome, 10, 1))
                .hasMessageContaining("columns of covariance of losses");
    }

    private static int[] rows(int n) {
        return IntStream.range(0, n).toArray();
    }

    private static Experiment experiment(Dataset all) {
        return Experiment.of(
                        "parity",
                        Task.byContent("parity", new Split(all.withSplit("train"), all.withSplit("test"))),
                        Mlp.of(1, 16).withActivation(Mlp.Activation.TANH),
                        Loss.MEAN_SQUARED_ERROR,
                        Optimizer.adam(0.03))
                .withBatchSize(16)
                .withLength(Span.steps(60))
                .withCheckpoints(Span.steps(20));
    }

    @Test
    void retrainingGivesTheLossesOfTheSubsets(@TempDir Path folder) {
        Dataset all = new SparseParity(5, 2, 48, 8).sample(1).train();
        Experiment e = experiment(all);
        SubsetRetraining retraining =
                SubsetRetraining.of(e, all, rows(40)).withSubsets(4).withShare(0.3);
        SubsetRetraining.Outcome outcome = retraining.run(folder, 40, 41, 42, 0);
        assertThat(outcome.losses()).hasDimensions(4, 2);
        assertThat(outcome.losses()[0][0]).hasSize(4).isNotEqualTo(outcome.losses()[0][1]);
        for (int[] subset : outcome.subsets()) {
            assertThat(subset).hasSize(12).doesNotHaveDuplicates().isSorted();
            assertThat(Arrays.stream(subset).max().orElseThrow()).isLessThan(40);
        }
        assertThat(outcome.subsets()[0]).isNotEqualTo(outcome.subsets()[1]);
        // What was trained on is learned better than what was not.
        SubsetRetraining.Outcome known = retraining.run(folder, rows(40));
        double inside = 0;
        double outside = 0;
        for (int s = 0; s < 4; s++) {
            for (int i = 0; i < 40; i++) {
                if (Arrays.binarySearch(known.subsets()[s], i) >= 0) {
                    inside += known.losses()[s][0][i] / 12;
                } else {
                    outside += known.losses()[s][0][i] / 28;
                }
            }
        }
        assertThat(inside).isLessThan(outside);
        assertThat(known.losses()[2][1][0]).isCloseTo(outcome.losses()[2][1][3], within(1e-6));
    }

    @Test
    void baselinesAndCheckpoints(@TempDir Path folder) {
        Dataset all = new SparseParity(5, 2, 48, 8).sample(1).train();
        RunFolder run = Trainer.of(experiment(all)).train(folder, 2).runs().get(0);
        Objective objective = Objective.of(experiment(all), all);
        LossDraws draws = LossDraws.overCheckpoints(run, objective);
        assertThat(draws.losses().shape()).containsExactly(1, 4, 48);
        try (TensorFile last = run.checkpoint(60)) {
            double[] losses = objective.losses(List.of(objective.parameters(last)))[0];
            assertThat(draws.losses().getDouble(3 * 48 + 7)).isCloseTo(losses[7], within(1e-6));
        }
        Dataset three = new Dataset(
                "three",
                "train",
                0,
                Tensor.of(new float[] {1, 2, 3}, 3, 1),
                Tensor.of(new long[] {1, 0, 1}, 3),
                2,
                org.kymograph.data.Scaling.NONE);
        assertThat(InfluenceMatrix.sameLabel(three, rows(3), new int[] {2}).values())
                .isEqualTo(new float[][] {{1}, {0}, {1}});
        float[][] cosines = InfluenceMatrix.cosine(
                        Tensor.of(new float[] {1, 0, 2, 2, 0, 0}, 3, 2), rows(3), new int[] {0})
                .values();
        assertThat(cosines[1][0]).isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
        assertThat(cosines[2][0]).isZero();
    }

    @Test
    void susceptibilitiesFollowTheirFormula() {
        int[] train = {0, 1, 2};
        LossDraws part = LossDraws.of(normals(2, 30, 5));
        LossDraws full = LossDraws.of(normals(2, 20, 5));
        Susceptibility found = Susceptibility.of("part", part, full, train, 0.25);
        // As a covariance where both chains are one: −Cov(φ, ℓᵢ − ℓ_train).
        Susceptibility same = Susceptibility.of("part", part, part, train, 0.25);
        double[][][] all = normals(2, 30, 5);
        for (int c = 0; c < 2; c++) {
            double[] phi = Arrays.stream(all[c])
                    .mapToDouble(d -> (d[0] + d[1] + d[2]) / 3)
                    .toArray();
            for (int i = 0; i < 5; i++) {
                double[] difference = new double[30];
                for (int d = 0; d < 30; d++) {
                    difference[d] = phi[d] - all[c][d][i];
                }
                double covariance = Statistics.pearson(phi, difference)
                        * Statistics.populationSd(phi)
                        * Statistics.populationSd(difference);
                assertThat(same.values()[c][i]).isCloseTo(covariance, within(1e-3));
            }
        }
        // Over the training set it cancels.
        assertThat(found.mean(train).value()).isCloseTo(0, within(1e-3));
        assertThat(found.perSample()[4]).isEqualTo(found.mean(4).value());
        assertThat(found.mean(3, 4).standardError()).isPositive();
        assertThatThrownBy(() -> Susceptibility.of("part", part, LossDraws.of(normals(1, 20, 5)), train, 0))
                .hasMessageContaining("full chains");
    }

    @Test
    void aStudySamplesOnceAndKeepsSusceptibilities(@TempDir Path folder) {
        Dataset all = new SparseParity(5, 2, 48, 8).sample(1).train();
        Experiment e = experiment(all);
        RunFolder run = Trainer.of(e).train(folder, 2).runs().get(0);
        InfluenceStudy study = InfluenceStudy.of(Objective.of(e, all), rows(40));
        study = study.withEvery(2)
                .withSettings(study.settings().withSteps(80).withChains(2).withBatch(16));
        LossDraws draws = study.draws(run, 60);
        assertThat(draws.losses().shape()).containsExactly(2, 30, 48);
        assertThat(study.draws(run, 60).losses()).isEqualTo(draws.losses());
        Table table = study.along(
                run,
                List.of(20L, 60L),
                List.of(NetworkPart.of("first", "^0"), NetworkPart.of("head", "^2")),
                Map.of("train", rows(40), "held out", IntStream.range(40, 48).toArray()));
        assertThat(table.rowCount()).isEqualTo(2);
        assertThat(table.columnNames()).contains("first train", "head held out", "head held out_error");
        for (double mean : table.doubleColumn("first train").asDoubleArray()) {
            assertThat(mean).isCloseTo(0, within(1e-5));
        }
        assertThat(table.doubleColumn("first held out").get(1))
                .isNotEqualTo(table.doubleColumn("head held out").get(1));
        assertThat(Readings.of(run).names()).contains("influence", "influence-head", "susceptibility");
    }

    @Test
    @Tag("slow")
    void weightedArmsLearnWhatTheyAreWeightedFor(@TempDir Path folder) {
        Dataset all = new SparseParity(6, 3, 60, 8).sample(1).train();
        Experiment e = experiment(all).withLength(Span.steps(40));
        Population runs = Trainer.of(e).train(folder, 0, 1, 2, 3, 4, 5);
        double[] firstHalf =
                IntStream.range(0, 60).mapToDouble(i -> i < 30 ? 1 : 0).toArray();
        Objective half = Objective.of(e, all.subset(rows(30)));
        Patterning.Trial trial = new Patterning(e, 0, 20, 1.5)
                .run(folder, runs, run -> firstHalf, "loss on the first half", run -> {
                    try (TensorFile end = run.checkpoint(20)) {
                        return half.meanLosses(List.of(half.parameters(end)))[0];
                    }
                });
        assertThat(trial.seeds()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        Interval difference = trial.difference(Patterning.Arm.TOWARDS, Patterning.Arm.SHUFFLED);
        assertThat(difference.upper()).as("seeds 0 to 5").isNegative();
        assertThat(trial.difference(Patterning.Arm.AWAY, Patterning.Arm.TOWARDS).lower())
                .as("seeds 0 to 5")
                .isPositive();
        assertThat(trial.table().rowCount()).isEqualTo(3);
        double[] w = Patterning.weights(new double[] {0, 0, 1, 100}, 1);
        assertThat(Statistics.mean(w)).isCloseTo(1, within(1e-12));
        assertThat(w[3]).isGreaterThan(w[2]);
        assertThat(w[0]).isPositive();
        assertThatThrownBy(() -> Patterning.weights(new double[] {2, 2}, 1))
                .hasMessage("scores is \"all 2.0\"; expected different ones");
    }
}

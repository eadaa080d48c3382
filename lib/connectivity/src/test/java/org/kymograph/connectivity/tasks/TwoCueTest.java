package org.kymograph.connectivity.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.connectivity.cluster.Association;
import org.kymograph.connectivity.cluster.BasinDynamics;
import org.kymograph.connectivity.cluster.BasinSettings;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.curves.Interpolation;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.curves.PairCurves;
import org.kymograph.connectivity.gap.CurveMetric;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.data.Dataset;
import org.kymograph.evaluate.Activations;
import org.kymograph.model.ParameterVector;
import org.kymograph.stats.ClusterAgreement;
import org.kymograph.stats.Statistics;
import org.kymograph.train.Objective;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

class TwoCueTest {
    @Test
    void cuesTellTheLabelAsOftenAsTheyShould() {
        TwoCue task = TwoCue.withDefaults();
        Dataset train = task.sample(1).train();
        assertThat(share(train, 0, true)).isCloseTo(0.95, within(0.01));
        assertThat(share(train, 1, false)).isCloseTo(0.95, within(0.01));
        assertThat(share(train, 3, true)).isCloseTo(0.5, within(0.02));
        assertThat(share(task.aOnly(), 0, true)).isEqualTo(1);
        assertThat(share(task.aOnly(), 1, false)).isZero();
        assertThat(share(task.bOnly(), 0, true)).isZero();
        assertThat(share(task.bOnly(), 1, false)).isEqualTo(1);
        assertThat(share(task.aNeutral(), 1, false)).isCloseTo(0.5, within(0.04));
        assertThat(task.sample(2).train().inputs()).isEqualTo(train.inputs());
        assertThat(task.withDataSeed(1).sample(1).train().inputs()).isNotEqualTo(train.inputs());
        assertThatThrownBy(() -> task.withCues(1.1, 0)).hasMessageContaining("qA is 1.1; expected");
    }

    // How often a slot's polarity is the label's, or the opposite of it.
    private static double share(Dataset data, int slot, boolean same) {
        long[] x = data.inputs().toLongs();
        long[] y = data.targets().toLongs();
        return IntStream.range(0, y.length)
                        .filter(i -> (x[6 * i + slot] < 8 == (y[i] == 1)) == same)
                        .count()
                / (double) y.length;
    }

    @Test
    void samplesSayWhichCuesAreRight() {
        TwoCue task = TwoCue.withDefaults();
        assertThat(task.cues(task.aOnly())).containsOnly("only A right");
        assertThat(task.cues(task.bOnly())).containsOnly("only B right");
        assertThat(task.cues(task.aNeutral())).containsOnly("only A right", "both right");
        List<String> cues = task.cues(task.sample(0).train());
        assertThat(cues.stream().filter("both right"::equals).count() / 8000.0).isCloseTo(0.9025, within(0.015));
        assertThat(cues).contains("none right");
    }

    @Test
    void whatTheHeadReadsIsAPoint() {
        CueReader net = CueReader.withDefaults();
        Dataset data = TwoCue.withDefaults().sample(0).test().take(20);
        Objective objective = Objective.of(net, Loss.CROSS_ENTROPY, data).withThreads(1);
        ParameterVector w = objective.initial(3);
        Activations inside = Activations.of(net, w, data, "pattern.0", "z.0");
        double[] logits = inside.outputs().toDoubles();
        for (int n = 0; n < 20; n++) {
            assertThat(Arrays.stream(inside.rows("pattern.0")[n]).sum()).isCloseTo(1, within(1e-6));
            double logit = w.segment("head.bias")[1];
            for (int d = 0; d < 16; d++) {
                logit += w.segment("head.weight")[16 + d] * inside.rows("z.0")[n][d];
            }
            assertThat(logits[2 * n + 1]).isCloseTo(logit, within(1e-6));
        }
        Map<String, ParameterVector> vectors = Map.of("one", w);
        Models models = Models.of(vectors);
        assertThat(models.vectors(objective)).isEqualTo(vectors);
        assertThat(models.accuracies(objective)).containsExactly(objective.accuracies(List.of(w)));
        assertThat(models.losses(objective)).containsExactly(objective.meanLosses(List.of(w)));
    }

    @Test
    void theNetworkIsItsFormulaAloneAndInAStack() {
        CueReader net = CueReader.withDefaults();
        long[] tokens = LongStream.range(0, 3 * 4 * 6).map(i -> i * 7 % 16).toArray();
        try (NDManager manager = NDManager.newBaseManager()) {
            ParameterStore store = new ParameterStore(manager, false);
            var stack = net.stack(manager, new Shape(6), new long[] {5, 6, 7});
            float[] all = stack.forward(store, new NDList(manager.create(tokens, new Shape(3, 4, 6))), false)
                    .singletonOrThrow()
                    .toFloatArray();
            for (int r = 0; r < 3; r++) {
                var one = net.single(manager, new Shape(6), 5 + r);
                NDArray x = manager.create(Arrays.copyOfRange(tokens, r * 24, r * 24 + 24), new Shape(4, 6));
                float[] alone = one.forward(store, new NDList(x), false)
                        .singletonOrThrow()
                        .toFloatArray();
                ParameterVector w = ParameterVector.of(one);
                assertThat(w.size()).isEqualTo(914);
                for (int b = 0; b < 4; b++) {
                    double[] logits = byHand(w, Arrays.copyOfRange(tokens, r * 24 + b * 6, r * 24 + b * 6 + 6));
                    for (int c = 0; c < 2; c++) {
                        assertThat((double) alone[b * 2 + c]).isCloseTo(logits[c], within(1e-6));
                        assertThat((double) all[(r * 4 + b) * 2 + c]).isCloseTo(logits[c], within(1e-6));
                    }
                }
            }
        }
    }

    private static double[] byHand(ParameterVector w, long[] symbols) {
        double[] e = w.segment("embed.weight");
        double[] p = w.segment("position.weight");
        double[] q = w.segment("attention.query");
        double[] wk = w.segment("attention.key");
        double[] wv = w.segment("attention.value");
        double[][] h = new double[6][16];
        double[] scores = new double[6];
        double total = 0;
        for (int s = 0; s < 6; s++) {
            for (int d = 0; d < 16; d++) {
                h[s][d] = e[(int) symbols[s] * 16 + d] + p[s * 16 + d];
            }
            for (int i = 0; i < 16; i++) {
                for (int j = 0; j < 16; j++) {
                    scores[s] += q[i] * wk[i * 16 + j] * h[s][j] / 4;
                }
            }
            total += Math.exp(scores[s]);
        }
        double[] logits = w.segment("head.bias");
        for (int s = 0; s < 6; s++) {
            for (int i = 0; i < 16; i++) {
                double v = 0;
                for (int j = 0; j < 16; j++) {
                    v += wv[i * 16 + j] * h[s][j];
                }
                for (int c = 0; c < 2; c++) {
                    logits[c] += Math.exp(scores[s]) / total * v * w.segment("head.weight")[c * 16 + i];
                }
            }
        }
        return logits;
    }

    @Test
    @Tag("slow")
    void runsFromOneNetworkFallIntoTwoBasinsThatTellTheirStrategy(@TempDir Path folder) {
        TwoCue task = TwoCue.withDefaults();
        var pretrained =
                Trainer.of(TwoCue.pretraining()).train(folder, 0).runs().get(0);
        var runs = Trainer.of(task.fineTuning(pretrained))
                .train(folder, LongStream.range(0, 12).toArray());
        Objective objective = Objective.of(
                CueReader.withDefaults(),
                Loss.CROSS_ENTROPY,
                task.sample(0).test().take(512));
        Models models = Models.of(runs);
        PairCurves curves = Interpolation.of(objective).run(models, folder.resolve("curves.csv"));
        GapMatrix gap = curves.gap();
        Basins basins = Basins.of(gap, BasinSettings.defaults().withDraws(19));
        double[] aOnly = models.accuracies(objective.withData(task.aOnly()));
        double[] test = models.accuracies(objective.withData(task.sample(0).test()));
        String what =
                "A-only " + Arrays.toString(aOnly) + ", " + basins.evidence().sentence();
        double[] within = gap.pairs(basins.labels(), true);
        double[] across = gap.pairs(basins.labels(), false);
        assertThat(basins.members()).as(what).allMatch(m -> !m.isEmpty());
        assertThat(Statistics.mean(across)).as(what).isGreaterThan(0.3);
        assertThat(Statistics.median(within)).as(what).isLessThan(0.05);
        assertThat(Math.abs(meanOf(aOnly, basins, 0) - meanOf(aOnly, basins, 1)))
                .as(what)
                .isGreaterThan(0.7);
        assertThat(adjustedRand(basins, aOnly)).as(what).isGreaterThanOrEqualTo(0.8);
        assertThat(Math.abs(
                        Association.of(basins, aOnly, 1).rows().get(0).pearson().estimate()))
                .isGreaterThan(0.9);
        assertThat(Arrays.stream(test).min().orElseThrow()).isGreaterThan(0.9);
        assertThat(basins.evidence().exists()).as(what).isTrue();
        // The bump lies between the ends, so that both numbers are the same across.
        assertThat(Statistics.mean(curves.gap(CurveMetric.BARRIER_HEIGHT).pairs(basins.labels(), false)))
                .isCloseTo(Statistics.mean(across), within(0.02));
        List<Basins> over = LongStream.of(50, 200, 400)
                .mapToObj(step -> Basins.of(
                        Interpolation.of(objective).run(Models.of(runs, step)).gap(),
                        BasinSettings.defaults().withDraws(1)))
                .toList();
        BasinDynamics dynamics = BasinDynamics.of(List.of(50L, 200L, 400L), over);
        assertThat(dynamics.moves().stream().filter(m -> m.from() == 200 && m.switched()))
                .as(what)
                .hasSizeLessThan(3);
        Map<String, double[]> scores = curves.curves().get(0).scores();
        assertThat(scores).containsOnlyKeys("accuracy", "f1", "matthews_correlation", "ece");
    }

    private static double meanOf(double[] scores, Basins basins, int cluster) {
        return IntStream.range(0, scores.length)
                .filter(i -> basins.labels()[i] == cluster)
                .mapToDouble(i -> scores[i])
                .average()
                .orElseThrow();
    }

    // Of the clusters and of readers of A and B; runs in between count for nothing.
    private static double adjustedRand(Basins basins, double[] aOnly) {
        int[] clear = IntStream.range(0, aOnly.length)
                .filter(i -> aOnly[i] < 0.2 || aOnly[i] > 0.8)
                .toArray();
        return ClusterAgreement.of(
                        IntStream.of(clear).map(i -> basins.labels()[i]).toArray(),
                        IntStream.of(clear).map(i -> aOnly[i] > 0.5 ? 1 : 0).toArray())
                .rand();
    }
}

package org.kymograph.connectivity.ridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.connectivity.figures.RidgePlots;
import org.kymograph.connectivity.gap.CurveMetric;
import org.kymograph.data.Dataset;
import org.kymograph.data.SparseParity;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.dynamics.Recorder;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class RidgeTest {
    private static final List<String> GROUPS =
            IntStream.range(0, 60).mapToObj(n -> n < 6 ? "breaking" : "common").toList();

    /** Of 60 samples the first six carry a bump of the given height, the others have noise. */
    private static PairCurve curve(String to, double height, long seed) {
        RandomGenerator random = Streams.of(seed, "ridge");
        double[][] losses = new double[10][60];
        for (int k = 0; k < 10; k++) {
            for (int n = 0; n < 60; n++) {
                losses[k][n] = 0.01 * random.nextDouble() + (n < 6 ? height * Math.sin(Math.PI * k / 9) : 0);
            }
        }
        return new PairCurve("a", to, 1, new double[10], Map.of(), losses);
    }

    @Test
    void contributionsAddUpToTheGapAndLieWhereTheBumpIs() {
        List<PairCurve> curves = List.of(curve("b", 2, 1), curve("c", 3, 2));
        Ridge ridge = Ridge.of(curves);
        double gap = curves.stream()
                .mapToDouble(c -> CurveMetric.CONVEXITY_GAP.of(c.curve()))
                .average()
                .orElseThrow();
        assertThat(ridge.gap()).isCloseTo(gap, within(1e-12)).isGreaterThan(0.2);
        assertThat(ridge.curves()).isEqualTo(2);
        assertThat(ridge.concentration(0.1)).isBetween(0.95, 1.05);
        Table groups = ridge.byGroup(GROUPS, 5);
        assertThat(groups.stringColumn("group").asList()).containsExactly("breaking", "common");
        assertThat(groups.doubleColumn("share of samples").get(0)).isEqualTo(0.1);
        assertThat(groups.doubleColumn("share lower").get(0)).isGreaterThan(0.9);
        assertThat(groups.doubleColumn("share upper").get(1)).isLessThan(0.1);
        assertThat(groups.doubleColumn("lower").get(0)).isGreaterThan(1);
        assertThat(ridge.table().intColumn("sample").asList().subList(0, 6)).allMatch(n -> n < 6);
        double[] broken =
                GROUPS.stream().mapToDouble(g -> g.equals("breaking") ? 1 : 0).toArray();
        assertThat(ridge.correlations(Map.of("breaking", broken), 1)
                        .doubleColumn("lower")
                        .get(0))
                .isGreaterThan(0.3);
        assertThat(RidgePlots.byGroup(curves, GROUPS).json()).contains("breaking", "all");
        assertThat(RidgePlots.concentration(ridge).json()).contains("share of the gap");
        assertThatThrownBy(() -> Ridge.of(List.of(new PairCurve("a", "b", 1, new double[3], Map.of(), null))))
                .hasMessageContaining("without the losses of samples");
    }

    @Test
    void theDataMapComesFromTheRecord(@TempDir Path folder) {
        SparseParity task = new SparseParity(8, 2, 64, 16);
        var runs = Trainer.of(Experiment.of("p", task, Mlp.of(2, 16), Loss.CROSS_ENTROPY, Optimizer.adam(0.01))
                        .withTask(Task.of("classes", classes(task)))
                        .withBatchSize(16)
                        .withLength(Span.epochs(4)))
                .withListener(Recorder.withDefaults())
                .train(folder, 1, 2)
                .runs();
        RecordedMap map = RecordedMap.of(runs, new int[] {5, 0, 63});
        assertThat(map.confidence()).hasSize(3).doesNotContain(0, 1);
        assertThat(map.variability()[0]).isBetween(1e-9, 0.5);
        RecordedMap one = RecordedMap.of(List.of(runs.get(0)), new int[] {0});
        RecordedMap two = RecordedMap.of(List.of(runs.get(1)), new int[] {0});
        assertThat(map.confidence()[1]).isCloseTo((one.confidence()[0] + two.confidence()[0]) / 2, within(1e-12));
        assertThat(map.regions()).containsOnlyOnce("ambiguous", "easy", "hard");
        assertThatThrownBy(() -> RecordedMap.of(runs, new int[] {64})).hasMessageContaining("sample 64");
    }

    private static Split classes(SparseParity task) {
        var split = task.sample(0);
        return new Split(classes(split.train()), classes(split.test()));
    }

    private static Dataset classes(Dataset of) {
        double[] y = of.targets().toDoubles();
        long[] labels = new long[y.length];
        for (int i = 0; i < y.length; i++) {
            labels[i] = y[i] > 0 ? 1 : 0;
        }
        return new Dataset(of.name(), of.split(), 0, of.inputs(), Tensor.of(labels, labels.length), 2, of.scaling());
    }
}

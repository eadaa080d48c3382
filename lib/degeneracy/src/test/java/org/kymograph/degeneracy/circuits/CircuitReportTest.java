package org.kymograph.degeneracy.circuits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.degeneracy.circuits.CircuitReport.Stage;
import org.kymograph.degeneracy.circuits.CircuitReport.Verdict;
import org.kymograph.degeneracy.modular.ModularExperiment;
import org.kymograph.degeneracy.modular.ModularMlp;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Trainer;
import tech.tablesaw.api.Table;

class CircuitReportTest {
    private static final int P = 11;
    private static final int K = 4;

    @TempDir
    Path root;

    /**
     * A network by hand: embedding (cos, sin) of mode 4, one hidden unit (in four places) that squares left·cos(4a) + right·cos(4b), and
     * logits that are all that unit.
     */
    private ModularRun made(double left, double right) {
        ModularExperiment settings = ModularExperiment.withDefaults()
                .withP(P)
                .withEmbedDim(2)
                .withHiddenSize(4)
                .withTieUnembed(false)
                .withActivation(ModularMlp.Activation.QUAD);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        float[] embedding = new float[2 * P];
        for (int j = 0; j < P; j++) {
            embedding[2 * j] = (float) Math.cos(2 * Math.PI * K * j / P);
            embedding[2 * j + 1] = (float) Math.sin(2 * Math.PI * K * j / P);
        }
        tensors.put("embedding.weight", Tensor.of(embedding, P, 2));
        tensors.put("linear1r.weight", Tensor.of(cosines(right), 4, 2));
        tensors.put("linear1r.bias", Tensor.of(new float[4], 4));
        tensors.put("linear1l.weight", Tensor.of(cosines(left), 4, 2));
        tensors.put("linear1l.bias", Tensor.of(new float[4], 4));
        float[] ones = new float[4 * P];
        Arrays.fill(ones, 1);
        tensors.put("linear2.weight", Tensor.of(ones, P, 4));
        try (RunFolder run = RunFolder.openOrCreate(
                root.resolve(left + "-" + right),
                "made",
                0,
                settings.experiment().setting())) {
            run.writeCheckpoint(0, tensors, Map.of());
            return ModularRun.open(run.path());
        }
    }

    private static float[] cosines(double weight) {
        float[] out = new float[8];
        for (int u = 0; u < 4; u++) {
            out[2 * u] = (float) weight;
        }
        return out;
    }

    @Test
    void aSquareDoublesTheFrequencyByAKnownRatio() {
        CircuitReport report = CircuitReport.of(made(1, 1));
        assertThat(report.keyModes()).containsExactly(K);
        assertThat(report.stages().stream().map(Stage::name))
                .containsExactly("embed", "mlp_pre.0", "mlp_post.0", "logits");
        // (cos a + cos b)² = … + 2 cos a cos b + ½ cos 2b: of mode k the amplitude |2 cos a|, of mode 2k ½.
        double once = IntStream.range(0, P)
                .mapToDouble(a -> Math.abs(2 * Math.cos(2 * Math.PI * K * a / P)))
                .average()
                .orElseThrow();
        Stage hidden = report.stages().get(2);
        assertThat(hidden.doubled(K, P)).isCloseTo(0.5 / once, within(1e-5));
        assertThat(report.doubledRatio()).isCloseTo(0.5 / once, within(1e-5));
        assertThat(hidden.magnitudes()[K]).isCloseTo(2 * once * P / 2, within(1e-4));
        assertThat(hidden.background(List.of(K), P)).isCloseTo(0, within(1e-4));
        assertThat(report.stages().get(1).doubled(K, P)).isCloseTo(0, within(1e-5));
        Table table = report.table();
        assertThat(table.rowCount()).isEqualTo(4);
        assertThat(table.intColumn("doubled_mode").asList()).containsOnly(3);
        assertThat(report.verdict()).isEqualTo(Verdict.NOT_LEARNED);
    }

    @Test
    void symmetricityIsTheCosineOfBothGradients() {
        // ∂Q/∂E = 2z·w with the same z for both: parallel weights, antiparallel weights.
        assertThat(CircuitReport.of(made(1, 2)).symmetricity()).isCloseTo(1, within(1e-6));
        assertThat(CircuitReport.of(made(1, -2)).symmetricity()).isCloseTo(-1, within(1e-6));
    }

    @Test
    void distanceIrrelevanceIsZeroForDistancesAndOneForSums() {
        double[] distances = new double[P * P];
        double[] firsts = new double[P * P];
        for (int i = 0; i < P; i++) {
            for (int j = 0; j < P; j++) {
                distances[i * P + j] = Math.cos(2 * Math.PI * (i - j) / P);
                firsts[i * P + j] = i * i;
            }
        }
        assertThat(CircuitReport.distanceIrrelevance(distances, P)).isCloseTo(0, within(1e-9));
        assertThat(CircuitReport.distanceIrrelevance(firsts, P)).isCloseTo(1, within(1e-9));
    }

    @Test
    void aHistorySaysWhatTrainingTracked() {
        ModularExperiment settings = ModularExperiment.withDefaults()
                .withP(7)
                .withHiddenSize(8)
                .withEmbedDim(4)
                .withNBatches(20)
                .withTrackTimes(4)
                .withNSaveModelCheckpoints(4)
                .withMovie(false);
        ModularRun run = ModularRun.of(settings.train(root.toString(), 2).runs().get(0));
        FourierHistory history = FourierHistory.of(run);
        Table ours = history.table();
        Table tracked = Readings.of(run.run()).table("modes");
        assertThat(history.points().stream().map(FourierHistory.Point::step)).containsExactly(0L, 5L, 10L, 15L, 20L);
        for (String column : List.of(
                "train_loss",
                "test_loss",
                "train_accuracy",
                "test_accuracy",
                "magnitude_0",
                "magnitude_3",
                "keep_1",
                "keep_3")) {
            assertThat(ours.doubleColumn(column).asDoubleArray())
                    .as(column)
                    .containsExactly(tracked.doubleColumn(column).asDoubleArray(), within(1e-5));
        }
        for (FourierHistory.Point point : history.points()) {
            assertThat(point.gini()).isBetween(0.0, 1.0);
            assertThat(Math.sqrt(point.squaredWeights()))
                    .isCloseTo(run.parameters(point.step()).norm(), within(1e-9));
        }
        history.save(run.run());
        history.save(run.run());
        Table saved = Readings.of(run.run()).table("fourier");
        assertThat(saved.doubleColumn("restricted_loss").asDoubleArray())
                .isEqualTo(ours.doubleColumn("restricted_loss").asDoubleArray());
        assertThat(FourierHistory.of(run, List.of(10L)).points()).hasSize(1);
        assertThatThrownBy(() -> FourierHistory.of(run, List.of()))
                .hasMessage("steps is empty; expected at least one element");
    }

    /** Two transformers that differ in their attention alone: the published contrast at a small size. */
    @Test
    @Tag("slow")
    void constantAttentionMakesAPizzaAndLearnedAttentionAClock() {
        CircuitReport pizza = trained(CircuitExperiments.constantAttention(31, 32, 1200));
        CircuitReport clock = trained(CircuitExperiments.learnedAttention(31, 32, 1200));
        assertThat(pizza.verdict()).as(pizza.toString()).isEqualTo(Verdict.PIZZA);
        assertThat(clock.verdict()).as(clock.toString()).isEqualTo(Verdict.CLOCK);
        assertThat(pizza.symmetricity()).isGreaterThan(0.95);
        assertThat(clock.symmetricity()).isLessThan(0.4);
        assertThat(clock.distanceIrrelevance()).isGreaterThan(pizza.distanceIrrelevance() + 0.2);
        Table both = CircuitReport.compared(List.of(pizza, clock));
        assertThat(both.stringColumn("verdict").asList()).containsExactly("pizza", "clock");
    }

    private CircuitReport trained(Experiment experiment) {
        return CircuitReport.of(
                ModularRun.of(Trainer.of(experiment).train(root, 1).runs().get(0)));
    }
}

package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.text.CueTask;
import org.kymograph.evaluate.PartTrial;
import org.kymograph.model.BagOfEmbeddings;
import org.kymograph.model.Mlp;
import org.kymograph.record.Population;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Evaluation;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.dynamics.Recorder;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class SelectionTrialTest {
    private final Dataset train = data("train", 40, true);
    private final Dataset test = data("test", 20, true);
    private final Experiment experiment = Experiment.of(
                    "signs",
                    Task.of("signs", new Split(train, test)),
                    Mlp.of(2, 4),
                    Loss.CROSS_ENTROPY,
                    Optimizer.adamW(0.05))
            .withBatchSize(16)
            .withLength(Span.epochs(20));

    /** Class 1 where the only input is above 0; or the other way round. */
    private static Dataset data(String split, int n, boolean right) {
        float[] x = new float[n];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
            x[i] = (i % 2 == 0 ? 1 : -1) * (0.5f + i / (float) n);
            y[i] = (x[i] > 0) == right ? 1 : 0;
        }
        return new Dataset("signs", split, 0, Tensor.of(x, n, 1), Tensor.of(y, n), 2, Scaling.NONE);
    }

    private static Map<String, Dataset> sets(Dataset right, Dataset wrong) {
        Map<String, Dataset> sets = new LinkedHashMap<>();
        sets.put("right", right);
        sets.put("wrong", wrong);
        return sets;
    }

    @Test
    void takesHalfTheStepsOfTheWholeOnEachPart() {
        assertThat(PartTrial.of(experiment, Map.of("test", test)).steps())
                .as("3 steps an epoch, 20 epochs")
                .isEqualTo(30);
        assertThat(PartTrial.of(experiment.withLength(Span.steps(7)), Map.of("test", test))
                        .steps())
                .isEqualTo(3);
        Experiment part =
                PartTrial.of(experiment, Map.of("test", test)).withSteps(12).on(0, 1, 2);
        assertThat(part.length()).isEqualTo(Span.steps(12));
        assertThat(part.task().sample(0).train().size()).isEqualTo(3);
    }

    @Test
    void namesThePartsByTheRowsOfTheTrainingSet() {
        double[] confidence = {.9, .1, .5, .3};
        SampleMetrics shuffled = SampleMetrics.of(
                Guids.of(2, 0, 3, 1),
                null,
                Map.of(
                        Metric.CONFIDENCE,
                        confidence,
                        Metric.VARIABILITY,
                        new double[] {0, .2, .4, .1},
                        Metric.FORGETFULNESS,
                        new double[] {0, 1, 0, 1000}),
                6);
        Map<String, int[]> parts = SelectionTrial.parts(shuffled, 0.5, 0);
        assertThat(parts.get("easy")).containsExactly(2, 3);
        assertThat(parts.get("hard")).containsExactly(0, 1);
        assertThat(parts.get("ambiguous")).containsExactly(3, 0);
        assertThat(parts.get("forgettable")).containsExactly(1, 0);
        assertThat(parts.get("random")).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void trainsOnEachPartAndTestsOnEachSet(@TempDir Path root) {
        Map<String, int[]> parts = new LinkedHashMap<>();
        parts.put("half", IntStream.range(0, 20).toArray());
        parts.put("tenth", IntStream.range(0, 4).toArray());
        PartTrial trial =
                PartTrial.of(experiment, sets(test, data("test", 20, false))).withSteps(60);
        Table table = trial.train(root, parts, 0, 1);

        assertThat(table.columnNames()).containsExactly("selection", "percent", "test", "seed", "accuracy");
        assertThat(table.rowCount()).isEqualTo(2 * 2 * 2);
        assertThat(table.stringColumn("selection").asList()).startsWith("half").endsWith("tenth");
        assertThat(table.doubleColumn("percent").unique().asDoubleArray()).containsExactlyInAnyOrder(50, 10);
        Table means =
                PartTrial.means(table.where(table.stringColumn("selection").isEqualTo("half")));
        assertThat(means.where(means.stringColumn("test").isEqualTo("right"))
                        .doubleColumn("accuracy")
                        .get(0))
                .isEqualTo(1);
        assertThat(means.where(means.stringColumn("test").isEqualTo("wrong"))
                        .doubleColumn("accuracy")
                        .get(0))
                .isZero();
    }

    @Test
    @Tag("slow")
    void eachSeedTakesThePartThatItsOwnLogChooses(@TempDir Path root) {
        CueTask task =
                CueTask.ofSentences().withTrain(100).withTest(40).withWords(20).withLength(4);
        Experiment whole = Experiment.of(
                        "cues",
                        task,
                        BagOfEmbeddings.of(task.vocabulary(), 2),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(0.05))
                .withBatchSize(20)
                .withLength(Span.epochs(4));
        Population recorded =
                Trainer.of(whole).withListener(Recorder.withDefaults()).train(root, 1, 2);
        PartTrial trial = PartTrial.of(whole, task::tests);
        Map<String, Function<SampleMetrics, int[]>> hard = new LinkedHashMap<>(SelectionTrial.choices(0.2, 0));
        hard.keySet().retainAll(Set.of("hard"));
        Table table = trial.train(root, recorded, SelectionTrial.byLog(hard));
        Table shares = trial.shares(recorded, SelectionTrial.byLog(hard), "cue lies", task::conflictingShare);

        assertThat(table.rowCount()).isEqualTo(2 * 3 * 2);
        assertThat(table.stringColumn("selection").asList()).startsWith("all").endsWith("hard");
        assertThat(table.doubleColumn("percent").asDoubleArray()).containsOnly(100, 20);
        assertThat(table.doubleColumn("accuracy").getDouble(0))
                .isEqualTo(Evaluation.of(
                                whole, recorded.runs().get(0), task.tests(1).get("same distribution"))
                        .accuracy());
        SampleMetrics second =
                SampleMetrics.of(Dynamics.read(recorded.runs().get(1).path()));
        Dataset chosen = task.data(2, CueTask.Part.TRAIN)
                .subset(SampleSelection.by(Metric.CONFIDENCE).withFraction(0.2).of(second));
        assertThat(shares.doubleColumn("accuracy").asList())
                .hasSize(4)
                .endsWith(task.conflictingShare(chosen))
                .startsWith(task.conflictingShare(task.data(1, CueTask.Part.TRAIN)));
        Table summary = PartTrial.summary(table, shares);
        assertThat(summary.columnNames())
                .containsExactly("trained on", "of the data", "same distribution", "wrong cue", "no cue", "cue lies");
        assertThat(summary.stringColumn("of the data").asList()).containsExactly("100 %", "20 %");

        hard.put("hard", SelectionTrial.choices(0.5, 0).get("hard"));
        assertThat(trial.train(root, recorded, SelectionTrial.byLog(hard))
                        .doubleColumn("percent")
                        .asDoubleArray())
                .containsOnly(100, 50);
        assertThat(root.resolve("cues-part").toFile().list())
                .as("runs of both sizes")
                .hasSize(4);
    }

    @Test
    void comparesPartsOfEqualSize() {
        SampleMetrics metrics = SampleMetrics.of(
                Guids.rows(6),
                new int[6],
                Map.of(
                        Metric.CONFIDENCE,
                        new double[] {0.9, 0.1, 0.5, 0.8, 0.2, 0.6},
                        Metric.VARIABILITY,
                        new double[] {0, 0.1, 0.4, 0.2, 0.3, 0.1},
                        Metric.FORGETFULNESS,
                        new double[] {0, 1000, 1, 0, 0, 2}),
                6);
        Map<String, int[]> parts = SelectionTrial.parts(metrics, 0.34, 3);
        assertThat(parts.keySet()).containsExactly("random", "easy", "hard", "ambiguous", "forgettable");
        assertThat(parts.get("random")).hasSize(2);
        assertThat(parts.get("easy")).containsExactly(0, 3);
        assertThat(parts.get("hard")).containsExactly(1, 4);
        assertThat(parts.get("ambiguous")).containsExactly(2, 4);
        assertThat(parts.get("forgettable")).containsExactly(1, 5);
        assertThat(PartTrial.shares(parts, new int[] {1, 4, 5}, "odd")
                        .doubleColumn("odd, %")
                        .asList())
                .element(2)
                .isEqualTo(100.0);
        assertThat(PartTrial.shares(parts, new int[] {1}, "odd")
                        .doubleColumn("odd, %")
                        .asList())
                .element(4)
                .isEqualTo(50.0);
    }

    @Test
    void summarisesBySelectionAndSize() {
        Table table = Table.create(
                "t",
                StringColumn.create("selection", "a", "a", "a", "b"),
                DoubleColumn.create("percent", 33, 33, 10, 33),
                StringColumn.create("test", "x", "x", "x", "y"),
                LongColumn.create("seed", 0, 1, 0, 0),
                DoubleColumn.create("accuracy", 0.5, 0.6, 0.25, 1));
        Table summary = PartTrial.summary(table);
        assertThat(summary.stringColumn("trained on").asList()).containsExactly("a", "a", "b");
        assertThat(summary.stringColumn("of the data").asList()).containsExactly("33 %", "10 %", "33 %");
        assertThat(summary.stringColumn("x").asList()).containsExactly("55.0 ± 7.1", "25.0", "");
        assertThat(summary.stringColumn("y").asList()).containsExactly("", "", "100.0");
    }

    @Test
    void refusesNoStepsOrSets() {
        assertThatThrownBy(() -> PartTrial.of(experiment, Map.of("test", test)).withSteps(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("steps is 0; expected at least 1");
        assertThatThrownBy(() -> PartTrial.of(experiment, Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void eachRunChoosesByItsOwnLogOrByTheOneOfItsSeed(@TempDir Path root) {
        Experiment e = experiment.withTask(Task.of("signs", new Split(data("train", 40, true), test)));
        Population runs = Trainer.of(e).withListener(Recorder.withDefaults()).train(root, 0, 1);
        Function<org.kymograph.record.RunFolder, Map<String, int[]>> choice =
                SelectionTrial.byLog(0.5, "random", "S2L", "hard");
        Map<String, int[]> first = choice.apply(runs.runs().get(0));
        Map<String, int[]> second = choice.apply(runs.runs().get(1));
        assertThat(first.keySet()).containsExactly("random", "S2L", "hard");
        assertThat(first.get("S2L")).hasSize(20).doesNotHaveDuplicates();
        assertThat(first.get("random")).isNotEqualTo(second.get("random"));
        assertThat(first.get("hard"))
                .isEqualTo(SampleSelection.by(Metric.CONFIDENCE)
                        .withFraction(0.5)
                        .of(SampleMetrics.of(Dynamics.read(runs.runs().get(0).path()))));
        assertThat(SelectionTrial.byLog(0.5).apply(runs.runs().get(0))).hasSize(6);

        Population one = Population.of(runs.runs().subList(1, 2));
        assertThat(SelectionTrial.byOther(runs, choice).apply(one.runs().get(0)).get("hard"))
                .isEqualTo(second.get("hard"));
        assertThatThrownBy(() ->
                        SelectionTrial.byOther(one, choice).apply(runs.runs().get(0)))
                .hasMessage("seed is 0; expected one of the runs that choose, [1]");
        assertThatThrownBy(() -> SelectionTrial.byLog(0.5, "hrad")).hasMessageContaining("part is \"hrad\"");
        assertThat(SelectionTrial.published().rowCount()).isEqualTo(18);
    }
}

package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class EvaluationTest {
    @TempDir
    Path root;

    static Experiment small() {
        return Experiment.of("small", SparseParity.withDefaults(), Mlp.of(1, 50), Loss.HINGE, Optimizer.sgd(0.1))
                .withLength(Span.epochs(3))
                .withCheckpoints(Span.epochs(1));
    }

    @Test
    @Tag("slow")
    void evaluatesWhereNothingWasTrained() throws Exception {
        RunFolder run = Trainer.of(small()).train(root, 0).runs().get(0);
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dai.djl.pytorch.num_threads=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EvaluationProbe.class.getName(),
                        run.path().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(probe.waitFor()).isZero();
        assertThat(Double.parseDouble(printed.strip()))
                .isEqualTo(Evaluation.of(small(), run, small().task().sample(0).test())
                        .accuracy());
    }

    @Test
    void agreesWithWhatTrainingMeasured() {
        Experiment e = small();
        Population runs = Trainer.of(e).train(root, 0, 1);
        RunFolder run = runs.runs().get(1);
        Dataset test = e.task().sample(1).test();
        List<ObjectNode> lines = run.metrics().read();
        for (int i = 0; i < 3; i++) {
            Evaluation found = Evaluation.of(e, run, run.checkpointSteps().get(i + 1), test);
            assertThat(found.accuracy())
                    .isCloseTo(lines.get(i).get("eval_accuracy").asDouble(), within(1e-9));
            assertThat(found.loss()).isCloseTo(lines.get(i).get("eval_loss").asDouble(), within(1e-5));
        }
        Table table = Evaluation.accuracies(e, runs, Map.of("own", test));
        assertThat(table.doubleColumn("own").get(1))
                .isEqualTo(Evaluation.of(e, run, test).accuracy());
        Table bySeed = Evaluation.accuracies(
                e, runs, seed -> Map.of("own", e.task().sample(seed).test()));
        assertThat(bySeed.longColumn("seed").asObjectArray()).containsExactly(0L, 1L);
        assertThat(bySeed.doubleColumn("own").get(1))
                .isEqualTo(Evaluation.of(e, run, test).accuracy());
        assertThat(bySeed.doubleColumn("own").get(0))
                .isEqualTo(
                        Evaluation.of(e, runs.runs().get(0), e.task().sample(0).test())
                                .accuracy());
        assertThatThrownBy(() -> Evaluation.of(e, run, test.take(0)))
                .hasMessageContaining("expected at least one example to evaluate on");
    }
}

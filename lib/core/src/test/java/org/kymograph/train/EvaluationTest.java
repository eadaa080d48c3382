package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.record.RunFolder;
import tech.tablesaw.api.Table;

class EvaluationTest {
    @TempDir
    Path root;

    @Test
    void agreesWithWhatTrainingMeasured() {
        Experiment e = Experiment.of("small", SparseParity.withDefaults(), Mlp.of(1, 50), Loss.HINGE, Optimizer.sgd(0.1))
                .withLength(Span.epochs(3)).withCheckpoints(Span.epochs(1));
        Population runs = Trainer.of(e).train(root, 0, 1);
        RunFolder run = runs.runs().get(1);
        Dataset test = e.task().sample(1).test();
        List<ObjectNode> lines = run.metrics().read();
        for (int i = 0; i < 3; i++) {
            Evaluation found = Evaluation.of(e, run, run.checkpointSteps().get(i + 1), test);
            assertThat(found.accuracy()).isCloseTo(lines.get(i).get("eval_accuracy").asDouble(), within(1e-9));
            assertThat(found.loss()).isCloseTo(lines.get(i).get("eval_loss").asDouble(), within(1e-5));
        }
        Table table = Evaluation.accuracies(e, runs, Map.of("own", test));
        assertThat(table.doubleColumn("own").get(1)).isEqualTo(Evaluation.of(e, run, test).accuracy());
        assertThatThrownBy(() -> Evaluation.of(e, run, test.take(0))).hasMessageContaining("nothing to evaluate");
    }
}

package org.kymograph.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.text.Hans;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.record.Population;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class HansEvaluationTest {
    private static final Path MODEL = model();
    private static final JsonNode GOLDEN = Json.read(MODEL.resolve("golden.json"));
    private static final Hans DATA = Hans.read(MODEL.resolve("hans.txt"));

    @TempDir
    Path dir;

    private static Path model() {
        try {
            return Path.of(BertClassifier.class.getResource("bert").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path checkpoint(String name) throws IOException {
        Path folder = Files.createDirectories(dir.resolve(name));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(MODEL.resolve(file), folder.resolve(file));
        }
        return folder;
    }

    @Test
    void accuraciesPerHeuristicWithTheClassesMerged() throws IOException {
        Table table = HansEvaluation.withDefaults()
                .withBatch(4)
                .table(List.of(checkpoint("checkpoint-500"), checkpoint("last")), DATA);
        assertThat(table.columnNames())
                .startsWith(
                        "model", "step", "lexical_overlap", "subsequence", "constituent", "lexical_overlap_entailment")
                .hasSize(11);
        assertThat(table.longColumn("step").get(0)).isEqualTo(500);
        assertThat(table.longColumn("step").isMissing(1)).isTrue();
        for (String heuristic : Hans.HEURISTICS) {
            assertThat(table.doubleColumn(heuristic).get(1))
                    .isCloseTo(GOLDEN.get("accuracies").get(heuristic).doubleValue(), within(1e-12));
        }
    }

    @Test
    void theOriginalsNumbersAndColumns() throws IOException {
        Table table = HansEvaluation.withDefaults().asOriginal().table(List.of(checkpoint("checkpoint-500")), DATA);
        assertThat(table.columnNames()).containsExactly("seed", "lexical_overlap", "subsequence", "constituent");
        assertThat(table.get(0, 0)).isEqualTo("500");
        for (String heuristic : Hans.HEURISTICS) {
            assertThat(table.doubleColumn(heuristic).get(0))
                    .isCloseTo(GOLDEN.get("original_accuracies").get(heuristic).doubleValue(), within(1e-12));
        }
    }

    @Test
    void theClassOfEntailmentCanBeAnother() {
        try (PairClassifier model = PairClassifier.open(MODEL)) {
            JsonNode answers = GOLDEN.get("answers");
            int right = 0;
            for (int i = 0; i < 4; i++) {
                right += (answers.get(i).intValue() == 2)
                                == DATA.examples().get(i).entailment()
                        ? 1
                        : 0;
            }
            assertThat(HansEvaluation.withDefaults().withEntailment(2).evaluate(model, DATA, n -> {}))
                    .containsEntry("lexical_overlap", right / 4.0);
            assertThatThrownBy(() ->
                            HansEvaluation.withDefaults().withEntailment(3).evaluate(model, DATA, n -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("entailment is 3; expected 0 to 2");
        }
    }

    @Test
    void anInterruptEndsIt() {
        try (PairClassifier model = PairClassifier.open(MODEL)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> HansEvaluation.withDefaults().evaluate(model, DATA, n -> {}))
                    .isInstanceOf(CancellationException.class)
                    .hasMessageContaining("11 pairs");
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void isAnExtraLossOfCheckpointsMadeElsewhere() throws IOException {
        checkpoint("seed_1/checkpoint-500");
        try (TensorFile file = TensorFile.open(dir.resolve("seed_1/checkpoint-500/model.safetensors"))) {
            Map<String, Double> losses =
                    HansEvaluation.withDefaults().extraLoss(MODEL, DATA).apply(file);
            assertThat(losses.get("hans_constituent"))
                    .isCloseTo(GOLDEN.get("accuracies").get("constituent").doubleValue(), within(1e-12));
        }
    }

    @Test
    @Tag("slow")
    void isAnExtraLossOfFineTuning() {
        Tensor inputs = inputs();
        Dataset data = new Dataset(
                "pairs",
                "train",
                0,
                inputs,
                Tensor.of(new long[] {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1}, 11),
                3,
                Scaling.NONE);
        Experiment tuning = Experiment.of(
                        "tuning",
                        Task.of("pairs", new Split(data, data)),
                        BertClassifier.open(MODEL),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(0.01))
                .withBatchSize(4)
                .withLength(Span.epochs(30))
                .withEvaluation(Span.epochs(10))
                .withCheckpoints(Span.steps(63))
                .withStatistics(true);
        Population runs = Trainer.of(tuning).train(dir, 0);
        Table metrics = runs.metrics();
        assertThat(metrics.doubleColumn("eval_loss").get(2))
                .isLessThan(0.8 * metrics.doubleColumn("eval_loss").get(0));
        Table joined = runs.metricsWith(HansEvaluation.withDefaults().extraLoss(MODEL, DATA));
        assertThat(joined.rowCount()).isEqualTo(3);
        assertThat(joined.doubleColumn("hans_subsequence").isMissing(0)).isTrue();
        assertThat(joined.doubleColumn("hans_subsequence").isMissing(2)).isFalse();
        Table all = runs.extraLosses(
                file -> Map.of("bias", file.read("classifier.bias").getDouble(0)));
        assertThat(all.longColumn("step").asList()).containsExactly(0L, 63L, 90L);
        assertThat(all.doubleColumn("bias").get(0))
                .isNotEqualTo(all.doubleColumn("bias").get(2));
    }

    private static Tensor inputs() {
        int n = GOLDEN.get("ids").size();
        int t = GOLDEN.get("ids").get(0).size();
        long[] x = new long[n * 3 * t];
        List<String> fields = List.of("ids", "mask", "types");
        for (int i = 0; i < x.length; i++) {
            x[i] = GOLDEN.get(fields.get(i / t % 3)).get(i / t / 3).get(i % t).longValue();
        }
        return Tensor.of(x, n, 3, t);
    }
}

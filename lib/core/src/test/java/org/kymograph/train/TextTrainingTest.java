package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.text.CueTask;
import org.kymograph.data.text.GlueTask;
import org.kymograph.data.text.GlueTsv;
import org.kymograph.data.text.Texts;
import org.kymograph.data.text.WordPieces;
import org.kymograph.data.text.Words;
import org.kymograph.model.BagOfEmbeddings;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.model.bert.BertConfig;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.loss.Loss;

class TextTrainingTest {
    @TempDir
    Path dir;

    private static Task task(Dataset data) {
        return Task.of("text", new Split(data, data));
    }

    private Texts rte() throws IOException {
        StringBuilder rows = new StringBuilder("index\tsentence1\tsentence2\tlabel\n");
        String[] nouns = {"doctor", "lawyer", "actor", "judge"};
        for (int i = 0; i < 24; i++) {
            boolean same = i % 2 == 0;
            rows.append(i)
                    .append("\tThe ")
                    .append(nouns[i % 4])
                    .append(" saw the ")
                    .append(nouns[i / 4 % 4])
                    .append(".\tThe ")
                    .append(nouns[i % 4])
                    .append(same ? " saw" : " never saw")
                    .append(" someone.\t")
                    .append(same ? "entailment" : "not_entailment")
                    .append('\n');
        }
        Files.writeString(Files.createDirectories(dir.resolve("RTE")).resolve("train.tsv"), rows);
        return GlueTsv.of(GlueTask.RTE).read(dir, "train").texts();
    }

    @Test
    void bagOfEmbeddingsLearnsPairsFromTheirFile() throws IOException {
        Texts texts = rte();
        Words words = Words.of(texts, 1000);
        for (boolean interactions : new boolean[] {false, true}) {
            Experiment e = Experiment.of(
                            "pairs-" + interactions,
                            task(texts.words(words, 6)),
                            BagOfEmbeddings.of(words.size(), 2)
                                    .withWidth(16)
                                    .withHidden(List.of(8))
                                    .withDropout(0)
                                    .withInteractions(interactions),
                            Loss.CROSS_ENTROPY,
                            Optimizer.adamW(0.02))
                    .withBatchSize(8)
                    .withLength(Span.epochs(20));
            RunFolder run = Trainer.of(e).train(dir.resolve("runs"), 1).runs().get(0);
            assertThat(last(run, "eval_accuracy")).isEqualTo(1);
        }
    }

    @Test
    void bertLearnsPairsFromTheirFile() throws IOException, URISyntaxException {
        Path model = Path.of(BertClassifier.class.getResource("bert").toURI());
        Dataset data;
        try (WordPieces pieces = WordPieces.open(model, 32)) {
            data = rte().pieces(pieces, 32);
            assertThatThrownBy(() -> rte().pieces(pieces, 8))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("longest is 8; expected at least 14");
            Texts alone = new Texts(
                    "one", "train", List.of(new Texts.Example("0", List.of("The doctor"), 1)), List.of("a", "b"));
            long[] one = alone.pieces(pieces, 6).inputs().toLongs();
            assertThat(one).hasSize(18);
            assertThat(one).startsWith(pieces.encode("The doctor").ids());
            assertThat(one).endsWith(0, 0, 0, 0, 0, 0);
        }
        assertThat(data.inputShape()).containsExactly(3, 32);
        BertConfig tiny = new BertConfig(
                BertConfig.read(model.resolve("config.json")).vocabulary(),
                16,
                1,
                2,
                32,
                32,
                2,
                "gelu",
                1e-12,
                0,
                0,
                0,
                0.02,
                0,
                List.of("entailment", "not_entailment"));
        Experiment e = Experiment.of(
                        "bert", task(data), BertClassifier.of(tiny), Loss.CROSS_ENTROPY, Optimizer.adamW(0.01))
                .withBatchSize(8)
                .withLength(Span.epochs(30));
        RunFolder run = Trainer.of(e).train(dir.resolve("runs"), 1).runs().get(0);
        assertThat(last(run, "eval_accuracy")).isGreaterThan(0.9);
    }

    // One plain step of rate 1 moves each parameter by its gradient, which differences of the loss give too.
    @Test
    void gradientsAreThoseOfTheLoss() {
        Dataset data = CueTask.ofSentences()
                .withWords(4)
                .withLength(3)
                .withTrain(6)
                .withTest(1)
                .data(1, CueTask.Part.TRAIN);
        BagOfEmbeddings net = BagOfEmbeddings.of(7, 2)
                .withWidth(5)
                .withHidden(List.of(4))
                .withDropout(0)
                .withPooling(BagOfEmbeddings.Pooling.MEAN);
        Experiment e = Experiment.of("step", task(data), net, Loss.CROSS_ENTROPY, Optimizer.sgd(1))
                .withBatchSize(6)
                .withLength(Span.steps(1))
                .withCheckpoints(Span.steps(1));
        RunFolder run = Trainer.of(e).train(dir, 3).runs().get(0);
        Map<String, float[]> start = tensors(run, 0);
        Map<String, float[]> end = tensors(run, 1);
        double loss = Evaluation.of(e, run, 0, data).loss();
        // Where a step of -t gradient leads, the loss falls by t |gradient|² for small t.
        double square = 0;
        for (String name : start.keySet()) {
            for (int i = 0; i < start.get(name).length; i++) {
                square += Math.pow(end.get(name)[i] - start.get(name)[i], 2);
            }
        }
        assertThat(square).isPositive();
        double t = 0.01;
        Experiment small = e.withName("small").withOptimizer(Optimizer.sgd(t));
        RunFolder little = Trainer.of(small).train(dir, 3).runs().get(0);
        assertThat((loss - Evaluation.of(small, little, 1, data).loss()) / t).isEqualTo(square, within(0.02 * square));
        assertThat(Arrays.copyOf(end.get("embedding.weight"), 5))
                .isEqualTo(Arrays.copyOf(start.get("embedding.weight"), 5));
    }

    private static Map<String, float[]> tensors(RunFolder run, long step) {
        Map<String, float[]> out = new LinkedHashMap<>();
        try (TensorFile file = run.checkpoint(step)) {
            for (String name : file.names()) {
                Tensor tensor = file.read(name);
                if (!name.startsWith("optimizer.")) {
                    out.put(name, tensor.toFloats());
                }
            }
        }
        return out;
    }

    private static double last(RunFolder run, String column) {
        double[] values = run.metrics().table().doubleColumn(column).asDoubleArray();
        return values[values.length - 1];
    }
}

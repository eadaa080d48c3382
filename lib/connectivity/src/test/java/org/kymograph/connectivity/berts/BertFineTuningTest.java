package org.kymograph.connectivity.berts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.connectivity.curves.Interpolation;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.data.text.TextBenchmark;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.model.bert.BertConfig;
import org.kymograph.record.Population;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

class BertFineTuningTest {
    private static final List<String> WORDS = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c", "d");

    private static void pretrained(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("vocab.txt"), String.join("\n", WORDS) + "\n");
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"bert\", \"vocab_size\": 8, \"hidden_size\": 8, \"num_hidden_layers\": 1, "
                        + "\"num_attention_heads\": 2, \"intermediate_size\": 16, \"max_position_embeddings\": 16}");
        try (NDManager manager = NDManager.newBaseManager()) {
            BertConfig config = BertConfig.read(folder.resolve("config.json"));
            ParameterVector w = ParameterVector.of(BertClassifier.of(config).single(manager, new Shape(3, 16), 3));
            Map<String, Tensor> encoder = new HashMap<>(w.toTensors());
            encoder.keySet().removeIf(name -> name.startsWith("classifier."));
            Safetensors.write(folder.resolve("model.safetensors"), encoder, Map.of());
        }
    }

    @Test
    void theProtocolsAreThoseOfThePopulations(@TempDir Path folder) throws IOException {
        pretrained(folder);
        Files.writeString(
                folder.resolve("train.tsv"), "s\t1\t\ta b\ns\t0\t\tb a\ns\t1\t\ta c\ns\t0\t\tc a\ns\t1\t\ta d\n");
        Files.writeString(folder.resolve("dev.tsv"), "s\t1\t\ta b c\ns\t0\t\tc b a\n");
        BertFineTuning cola = BertFineTuning.of(TextBenchmark.COLA, folder, folder);
        assertThat(cola.longest()).isEqualTo(512);
        Experiment experiment = cola.withLongest(16).experiment();
        assertThat(experiment.length()).isEqualTo(Span.epochs(6));
        assertThat(experiment.clipNorm()).isInfinite();
        assertThat(experiment.optimizer().weightDecay()).isZero();
        // The loss and the network of the runs, on which two of them are interpolated.
        Population runs = Trainer.of(experiment).train(folder.resolve("runs"), 0, 1);
        Objective objective = Objective.of(
                BertClassifier.of(BertConfig.read(folder.resolve("config.json"))),
                Loss.CROSS_ENTROPY,
                cola.withLongest(16).data(TextBenchmark.COLA, folder, "test"));
        Models models = Models.of(runs);
        PairCurve curve =
                Interpolation.of(objective).withPoints(3).run(models).curves().get(0);
        assertThat(curve.scores()).containsOnlyKeys("accuracy", "f1", "matthews_correlation", "ece");
        // Runs differ by the head and the order of the data, and by what these do to the body in six steps of 2e-5.
        ParameterVector a = models.load("0", objective.initial(0));
        ParameterVector b = models.load("1", objective.initial(0));
        ParameterVector body = a.mask("^bert");
        assertThat(a.axpy(-1, b).times(body).norm()).isBetween(1e-6, 0.05);
        assertThat(a.distance(b)).isGreaterThan(0.05);
    }

    @Test
    void inferenceIsTrainedWithDecayAndClipping(@TempDir Path folder) throws IOException {
        pretrained(folder);
        String header = "index\tpromptID\tpairID\tgenre\ta\tb\tc\td\tsentence1\tsentence2\tlabel1\tgold_label\n";
        for (String part : List.of("train", "dev_matched")) {
            Files.writeString(
                    folder.resolve(part + ".tsv"), header + "0\tp\tq\tg\t\t\t\t\ta b\tb a\tx\tcontradiction\n");
        }
        Experiment experiment = BertFineTuning.of(TextBenchmark.MNLI, folder, folder)
                .withLongest(16)
                .experiment();
        assertThat(experiment.clipNorm()).isEqualTo(1);
        assertThat(experiment.length()).isEqualTo(Span.epochs(3));
        assertThat(experiment.schedule().warmupFraction()).isEqualTo(0.1);
        Optimizer adam = experiment.optimizer();
        assertThat(adam.biasCorrection()).isFalse();
        assertThat(adam.weightDecay()).isEqualTo(0.01);
        assertThat(adam.epsilon()).isEqualTo(1e-6);
        assertThat(adam.groups()).hasSize(1);
        assertThat(experiment.task().sample(0).train().classes()).isEqualTo(3);
        assertThatThrownBy(() -> BertFineTuning.of(TextBenchmark.HANS, folder, folder))
                .hasMessageContaining("tests out of distribution");
    }
}

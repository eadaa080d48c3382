package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;

class HansCommandTest {
    @TempDir
    Path folder;

    private Path model;
    private Path data;
    private Path out;
    private String errors;

    /** A model of width 2 that always says the class of its largest bias, the second of three. */
    @BeforeEach
    void write() throws IOException {
        model = Files.createDirectories(folder.resolve("checkpoint-40"));
        Files.writeString(model.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\n");
        Files.writeString(
                model.resolve("config.json"),
                """
                {"vocab_size": 6, "hidden_size": 2, "num_hidden_layers": 1, "num_attention_heads": 1,
                 "intermediate_size": 2, "max_position_embeddings": 16, "num_labels": 3}
                """);
        Map<String, Tensor> t = new LinkedHashMap<>();
        put(t, "bert.embeddings.word_embeddings.weight", 6, 2);
        put(t, "bert.embeddings.position_embeddings.weight", 16, 2);
        put(t, "bert.embeddings.token_type_embeddings.weight", 2, 2);
        put(t, "bert.embeddings.LayerNorm.weight", 2);
        put(t, "bert.embeddings.LayerNorm.bias", 2);
        for (String part : new String[] {
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense"
        }) {
            put(t, "bert.encoder.layer.0." + part + ".weight", 2, 2);
            put(t, "bert.encoder.layer.0." + part + ".bias", 2);
        }
        for (String part : new String[] {"attention.output", "output"}) {
            put(t, "bert.encoder.layer.0." + part + ".LayerNorm.weight", 2);
            put(t, "bert.encoder.layer.0." + part + ".LayerNorm.bias", 2);
        }
        put(t, "bert.pooler.dense.weight", 2, 2);
        put(t, "bert.pooler.dense.bias", 2);
        put(t, "classifier.weight", 3, 2);
        t.put("classifier.bias", Tensor.of(new float[] {0, 1, 0}, 3));
        Safetensors.write(model.resolve("model.safetensors"), t, Map.of());
        data = Files.writeString(
                folder.resolve("hans.jsonl"),
                """
                {"label": 0, "premise": "a b", "hypothesis": "a", "heuristic": "constituent"}
                {"label": 1, "premise": "a b", "hypothesis": "b", "heuristic": "constituent"}
                {"label": 1, "premise": "b a", "hypothesis": "b", "heuristic": "constituent"}
                {"label": 0, "premise": "b", "hypothesis": "b", "heuristic": "subsequence"}
                """);
        out = folder.resolve("hans_eval.csv");
    }

    private static void put(Map<String, Tensor> tensors, String name, int... shape) {
        long[] sizes = Arrays.stream(shape).asLongStream().toArray();
        tensors.put(name, Tensor.of(new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)], sizes));
    }

    @Test
    void oneOfTwoNetworksIsChosenByItsPrefix() {
        Path file = model.resolve("model.safetensors");
        Map<String, Tensor> both = new LinkedHashMap<>();
        try (TensorFile one = TensorFile.open(file)) {
            for (String name : one.names()) {
                both.put("model." + name, one.read(name));
                both.put("ema." + name, one.read(name));
            }
        }
        both.put("ema.classifier.bias", Tensor.of(new float[] {1, 0, 0}, 3));
        Safetensors.write(file, both, Map.of());
        assertThat(run("hans", model, "--data", data, "--out", out)).isEqualTo(1);
        assertThat(run("hans", model, "--data", data, "--prefix", "ema.", "--out", out))
                .isZero();
        // It says entailment of everything: right for one pair in three, and for the only one.
        assertThat(out).content().contains("checkpoint-40,40,1.0,0.3333333333333333");
    }

    private int run(Object... words) {
        Called called = Called.with(words);
        errors = called.errors();
        return called.code();
    }

    @Test
    void aRowPerModel() throws IOException {
        assertThat(run("hans", model, "--data", data, "--out", out)).as(errors).isZero();
        assertThat(Files.readAllLines(out))
                .containsExactly(
                        "model,step,subsequence,constituent,subsequence_entailment,"
                                + "constituent_entailment,constituent_non_entailment",
                        "checkpoint-40,40,0.0,0.6666666666666666,0.0,0.0,1.0");
        assertThat(run("hans", model, "--data", data, "--out", out, "--original", "--batch-size", 1))
                .isZero();
        assertThat(Files.readAllLines(out))
                .containsExactly("seed,subsequence,constituent", "40,0.0,0.6666666666666666");
        assertThat(run("hans", model, "--data", data, "--out", out, "--entailment", 1))
                .isZero();
        assertThat(Files.readAllLines(out).get(1)).startsWith("checkpoint-40,40,1.0,0.3333333333333333");
    }

    @Test
    void badInputIsOneSentenceAndWritesNothing() throws IOException {
        assertThat(run("hans", folder, "--data", data, "--out", out)).isEqualTo(1);
        assertThat(errors.strip())
                .startsWith("kymograph: " + folder.resolve("config.json"))
                .doesNotContain("\n");
        assertThat(run("hans", model, "--data", model, "--out", out)).isEqualTo(1);
        assertThat(errors.strip())
                .startsWith("kymograph: " + model + ": is a folder")
                .doesNotContain("\n");
        assertThat(run("hans", model, "--data", data, "--out", out, "--batch-size", 0))
                .isEqualTo(2);
        assertThat(errors.strip()).isEqualTo("kymograph: batch is 0; expected at least 1\nTry kymograph hans --help");
        assertThat(run("hans", model, "--out", out)).isEqualTo(2);
        Path weights = model.resolve("model.safetensors");
        Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 900));
        assertThat(run("hans", model, "--data", data, "--out", out)).isEqualTo(1);
        assertThat(errors.strip()).startsWith("kymograph: " + weights).doesNotContain("\n");
        assertThat(out).doesNotExist();
    }
}

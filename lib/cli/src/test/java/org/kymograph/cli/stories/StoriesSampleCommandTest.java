package org.kymograph.cli.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tokens.BpeTokenizer;

class StoriesSampleCommandTest {
    private final BpeTokenizer tokenizer =
            BpeTokenizer.train(Collections.nCopies(20, "Once upon a time a cat sat on a mat."), 280);

    @TempDir
    private Path folder;

    private Path checkpoint;

    @BeforeEach
    void writeAModel() {
        Llama net = Llama.of(tokenizer.size()).withSizes(16, 1, 2, 1, 32);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        Random random = new Random(1);
        net.shapes().forEach((name, shape) -> {
            float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            weights.put(name, Tensor.of(values, shape));
        });
        checkpoint = folder.resolve("model.bin");
        new LlamaModel(net, 32, weights).writeBin(checkpoint, 0);
    }

    private JsonNode written(Path out) throws Exception {
        return new ObjectMapper().readTree(Files.readString(out));
    }

    private static String greedy(Object model) {
        return Called.with("stories", "sample", model, "--ids", "1,4", "--temperature", "0", "--max-new-tokens", "3")
                .out();
    }

    @Test
    void foldersOfRunsStandForTheirLastCheckpoint() throws Exception {
        Path runs = folder.resolve("runs");
        Path text = Files.writeString(folder.resolve("a.txt"), "a cat sat on a mat. ".repeat(200));
        Called trained = Called.with(
                "train",
                "stories",
                "--dataset_name=" + text,
                "--vocab_size=260",
                "--dim=16",
                "--n_layers=1",
                "--n_heads=2",
                "--n_kv_heads=2",
                "--max_seq_len=16",
                "--batch_size=2",
                "--gradient_accumulation_steps=1",
                "--max_iters=2",
                "--eval_iters=1",
                "--out_dir=" + runs);
        assertThat(trained.errors()).isEmpty();
        String run = trained.out().strip().replaceFirst("done: ", "");
        Path last = Path.of(run).resolve("checkpoints/step-00000002.safetensors");
        String expected = greedy(last);
        assertThat(expected).isNotBlank();
        assertThat(greedy(run)).isEqualTo(expected);
        assertThat(Called.with("stories", "sample", runs, "--ids", "1").errors())
                .contains("has no config.json, ckpt.pt or run.json; expected a folder of");
        Called large =
                Called.with("train", "stories", "--dataset_name=" + text, "--vocab_size=260", "--max_seq_len=100000");
        assertThat(large.code()).isEqualTo(2);
        assertThat(large.errors())
                .contains(
                        "batch_size is 128; expected max_seq_len below 100000, or a smaller dim or n_layers, since a step takes");
    }

    @Test
    void withoutATokenizerThereAreIdsOnly() throws Exception {
        Path out = folder.resolve("o.json");
        Called called = Called.with(
                "stories",
                "sample",
                checkpoint,
                "--ids",
                "1,7,9",
                "--max-new-tokens",
                5,
                "--temperature",
                0,
                "--out",
                out);
        assertThat(called.errors()).isEmpty();
        JsonNode text = written(out);
        assertThat(text.fieldNames()).toIterable().containsExactly("ids");
        assertThat(List.of(
                        text.get("ids").get(0).asInt(),
                        text.get("ids").get(1).asInt(),
                        text.get("ids").get(2).asInt()))
                .containsExactly(1, 7, 9);
        assertThat(text.get("ids").size()).isBetween(4, 8);
    }

    @Test
    void aPromptIsContinuedWithTheTokenizerBesideTheModel() throws Exception {
        tokenizer.save(folder.resolve("tokenizer.bin"));
        Path out = folder.resolve("o.json");
        Called called = Called.with(
                "stories", "sample", checkpoint, "--prompt", "Once upon", "--max-new-tokens", 4, "--out", out);
        assertThat(called.errors()).isEmpty();
        assertThat(called.out()).contains("Once upon");
        int[] given = tokenizer.encode("Once upon", true, false);
        JsonNode ids = written(out).get("ids");
        for (int i = 0; i < given.length; i++) {
            assertThat(ids.get(i).asInt()).isEqualTo(given[i]);
        }
        assertThat(written(out).get("text").asText()).startsWith("Once upon");
    }

    @Test
    void saysWhatDoesNotFit() {
        assertThat(Called.with("stories", "sample", checkpoint, "--prompt", "a").errors())
                .contains("--prompt needs a tokenizer");
        assertThat(Called.with("stories", "sample", checkpoint, "--prompt", "a", "--tokenizer", "tok8192")
                        .errors())
                .contains("the model has a vocabulary of " + tokenizer.size() + " pieces; expected 8192");
        assertThat(Called.with("stories", "sample", checkpoint, "--prompt", "a", "--ids", "1")
                        .errors())
                .contains("expected one of them");
        assertThat(Called.with("stories", "sample", checkpoint, "--ids", "999999")
                        .errors())
                .contains("999999");
    }
}

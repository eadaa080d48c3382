package org.kymograph.cli.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.corpus.StoryShards;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tokens.BpeTokenizer;

class StoriesInsideCommandsTest {
    private static final Llama NET = Llama.of(280).withSizes(16, 2, 2, 2, 32);

    @TempDir
    private Path folder;

    private Path base;
    private Path data;

    private Path model(String name, DoubleUnaryOperator embedding) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        Random random = new Random(1);
        NET.shapes().forEach((tensor, shape) -> {
            float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < values.length; i++) {
                double v = random.nextGaussian() * .2;
                values[i] = (float) (tensor.startsWith("tok_embeddings") ? embedding.applyAsDouble(v) : v);
            }
            weights.put(tensor, Tensor.of(values, shape));
        });
        Path file = folder.resolve(name);
        new LlamaModel(NET, 8, weights).writeBin(file, 0);
        return file;
    }

    @BeforeEach
    void write() throws Exception {
        base = model("base.bin", v -> v);
        data = folder.resolve("numbers");
        Files.createDirectories(data);
        for (int shard = 0; shard < 2; shard++) {
            ByteBuffer tokens = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 200; i++) {
                tokens.putShort((short) (1 + (i * 7 + shard) % 279));
            }
            Files.write(data.resolve("data0" + shard + ".bin"), tokens.array());
        }
    }

    private JsonNode json(Path out) throws Exception {
        return new ObjectMapper().readTree(Files.readString(out));
    }

    @Test
    void pruneMeasuresEachCount() throws Exception {
        Path out = folder.resolve("o.json");
        Called called = Called.with(
                "stories", "prune", base, "--score", data, "--counts", "0,3", "--samples", "4", "--out", out);
        assertThat(called.errors()).isEmpty();
        assertThat(called.code()).isZero();
        JsonNode node = json(out);
        assertThat(node.get("counts").size()).isEqualTo(2);
        assertThat(node.get("pruned").size()).isEqualTo(3);
        assertThat(node.get("accuracies").get("numbers").size()).isEqualTo(2);
        assertThat(called.out()).contains("numbers");
        assertThat(Called.with("stories", "prune", base, "--score", data, "--measure", data)
                        .errors())
                .contains("expected data sets of different names");
        assertThat(Called.with("stories", "prune", base, "--score", folder.resolve("none"))
                        .errors())
                .contains("none");
    }

    @Test
    @Tag("slow")
    void equalModelsDoNotDifferAndOthersDo() throws Exception {
        Path out = folder.resolve("o.json");
        Called same = Called.with("stories", "diff", base, base, "--data", data, "--samples", "4", "--out", out);
        assertThat(same.code()).isZero();
        assertThat(json(out).get("meanKl").asDouble()).isCloseTo(0, within(1e-12));
        assertThat(json(out).get("pcaShares").size()).isZero();
        Path tuned = model("tuned.bin", v -> 2 * v);
        Called other = Called.with("stories", "diff", base, tuned, "--data", data, "--samples", "4", "--out", out);
        assertThat(other.code()).isZero();
        assertThat(json(out).get("meanKl").asDouble()).isGreaterThan(1e-3);
        assertThat(json(out).get("point").asText()).isEqualTo("resid_post.1");
        assertThat(json(out).get("pcaShares").get(0).asDouble()).isBetween(1.0 / 16, 1.0);
        assertThat(json(out).get("amplification").get("factors").size()).isEqualTo(6);
        assertThat(other.out()).contains("nats a token").contains("share of variance");
        assertThat(Called.with("stories", "diff", base, tuned, "--data", data, "--layer", "2")
                        .errors())
                .contains("--layer is 2; expected 0 to 1");
    }

    @Test
    void probesOfStoriesNeedATokenizer() throws Exception {
        Path stories = folder.resolve("stories");
        Files.createDirectories(stories);
        MicroStories corpus = MicroStories.demo();
        for (int shard = 0; shard < 2; shard++) {
            List<StoryRecord> records = new ArrayList<>(corpus.shard(shard)).subList(0, 120);
            StoryShards.write(stories.resolve("data0" + shard + ".json"), records);
        }
        assertThat(Called.with("stories", "probe", base, "--source", stories).errors())
                .contains("no tokenizer lies beside");
        Path tokenizer = folder.resolve("tok280.model");
        BpeTokenizer.train(List.of("Once there was a happy cat. It was not a cat. It was a dog!"), 280)
                .save(tokenizer);
        Path out = folder.resolve("o.json");
        Called called = Called.with(
                "stories",
                "probe",
                base,
                "--source",
                stories,
                "--feature",
                "Twist",
                "--train-stories",
                "100",
                "--test-stories",
                "60",
                "--out",
                out);
        assertThat(called.errors()).isEmpty();
        assertThat(json(out).size()).isEqualTo(3);
        assertThat(json(out).get(0).get("feature").asText()).isEqualTo("Twist");
        assertThat(json(out).get(2).get("accuracy").asDouble()).isBetween(0.0, 1.0);
        assertThat(Called.with("stories", "probe", base, "--source", stories, "--feature", "Nothing")
                        .errors())
                .contains("--feature is \"Nothing\"; expected a feature");
    }
}

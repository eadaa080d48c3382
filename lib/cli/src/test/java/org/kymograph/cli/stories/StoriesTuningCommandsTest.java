package org.kymograph.cli.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.llama.LlamaModel;

class StoriesTuningCommandsTest {
    private static final List<String> SMALL = List.of(
            "--batch_size=4",
            "--gradient_accumulation_steps=1",
            "--max_iters=2",
            "--eval_interval=1",
            "--finegrained_log_iters=0",
            "--generation_eval_interval_multiplier=1",
            "--eval_iters=1",
            "--split_shards_pretrain=False",
            "--checkpoint_interval=2");

    @TempDir
    static Path folder;

    private static Path model;

    @BeforeAll
    static void makeDataAndAModel() {
        call("download", "--micro-stories", "--data-cache-dir", folder, "--shards", 2, "--records", 150);
        Path source = folder.resolve("MicroStories_all_data");
        call("train-vocab", "--data-cache-dir", folder, "--source", source, "--vocab-size", 330);
        call(
                "pretokenize",
                "--data-cache-dir",
                folder,
                "--source",
                source,
                "--vocab-size",
                330,
                "--experiments",
                "Twist,Foreshadowing",
                "--instruction-subset",
                "Features");
        Llama net = Llama.of(330).withSizes(8, 1, 2, 1, 12);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        Random random = new Random(1);
        net.shapes().forEach((name, shape) -> {
            float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (shape.length == 1 ? 1 : 0.1 * random.nextGaussian());
            }
            weights.put(name, Tensor.of(values, shape));
        });
        model = folder.resolve("model.bin");
        new LlamaModel(net, 64, weights).writeBin(model, 0);
    }

    private static Called call(Object... words) {
        Called called = Called.with(
                Stream.concat(Stream.of("stories"), Arrays.stream(words)).toArray());
        assertThat(called.code()).as(called.errors()).isZero();
        return called;
    }

    private static Object[] tuning(String command, Object... more) {
        return Stream.of(Stream.of(command, model, "--data_cache_dir=" + folder), SMALL.stream(), Arrays.stream(more))
                .flatMap(s -> s)
                .toArray();
    }

    private static JsonNode read(Path file) throws Exception {
        return new ObjectMapper().readTree(Files.readString(file));
    }

    @Test
    @Tag("slow")
    void deletesRecoversAndClassifiesWhatWasWrittenMeanwhile() throws Exception {
        Path out = folder.resolve("delete.json");
        call(tuning("delete", "--protocol", "adversarial", "--out_dir=" + folder.resolve("d"), "--out", out));
        JsonNode deleted = read(out);
        assertThat(deleted.get("status").asText()).isEqualTo("done");
        JsonNode last = deleted.get("steps").get(2);
        assertThat(last.get("step").asInt()).isEqualTo(2);
        assertThat(last.get("loss/specialise-Twist").asDouble()).isBetween(3.0, 8.0);
        assertThat(last.get("filter-adv-Twist").asDouble()).isZero();
        assertThat(last.get("filter-adv-Twist/prompts").asInt()).isEqualTo(4);
        Path run = Path.of(deleted.get("run").asText());
        Path csv = folder.resolve("curve.csv");
        assertThat(call("classify", run, "--out", csv, "--metric_name", "gen_feature_adv")
                        .out())
                .contains("filter-adv-Twist, step 2: 0.00 (0.00–0.49)");
        assertThat(Files.readAllLines(csv).get(0)).isEqualTo("dataset,iter_num_gen,count,gen_feature_adv,lower,upper");
        assertThat(Files.readAllLines(csv)).hasSize(1 + 4 * 3);
        Path again = folder.resolve("recover.json");
        call(tuning("recover", "--out_dir=" + folder.resolve("r"), "--out", again));
        assertThat(read(again).get("steps").get(0).has("loss/filter-Twist")).isTrue();
        Path requests = folder.resolve("requests.jsonl");
        call("classify", run, "--by", "judge", "--requests", requests, "--tables_subset", 1);
        assertThat(Files.readString(requests)).contains("Does the story have a twist?");
        assertThat(Called.with("stories", "classify", run, "--by", "judge", "--judge-cache", folder.resolve("none"))
                        .errors())
                .contains("expected the judge's answer to a story");
    }

    @Test
    @Tag("slow")
    void unlearnsWithAFrozenModelBesideAndEvaluates() throws Exception {
        Path out = folder.resolve("undo.json");
        call(Stream.of(
                        Stream.of(
                                "unlearn",
                                "--method",
                                "undo",
                                "--forget",
                                "specialise-Twist",
                                "--retain",
                                "filter-Twist"),
                        SMALL.stream(),
                        Stream.of(
                                "--init_from=resume_model",
                                "--model_dir=" + model,
                                "--data_cache_dir=" + folder,
                                "--vocab_size=330",
                                "--max_seq_len=64",
                                "--generation_eval_iters=0",
                                "--out_dir=" + folder.resolve("u"),
                                "--out",
                                out))
                .flatMap(s -> s)
                .toArray());
        // It ends once the retained texts cost what they cost the teacher, which an untrained one makes easy.
        JsonNode steps = read(out).get("steps");
        assertThat(steps.size()).isBetween(2, 3);
        assertThat(steps.get(steps.size() - 1).get("loss/retain").asDouble()).isBetween(3.0, 8.0);
        Path found = folder.resolve("eval.json");
        Called called = call(
                "eval",
                model,
                "--data_cache_dir=" + folder,
                "--dataset_name=filter-adv-Twist",
                "--eval_iters=1",
                "--batch_size=4",
                "--generation_eval_iters=2",
                "--forget",
                "specialise-Twist",
                "--retain",
                "filter-Twist",
                "--generations",
                folder.resolve("g"),
                "--out",
                found);
        assertThat(called.out())
                .contains("loss on filter-adv-Twist: ")
                .contains("of 8 stories")
                .contains("forget_Prob");
        assertThat(read(found).at("/shares/filter-adv-Twist/stories").asInt()).isEqualTo(8);
        assertThat(read(found).at("/unlearning/mia_loss").asDouble()).isBetween(0.0, 1.0);
        assertThat(Files.readAllLines(folder.resolve("g/filter-adv-Twist.jsonl")))
                .hasSize(8);
    }

    @Test
    void measuresClassifiersOnLabelledStories() throws Exception {
        Object[] source = {"--source", folder.resolve("MicroStories_all_data"), "--dataset_size", 25};
        Path out = folder.resolve("rates.json");
        call("classify", source[0], source[1], source[2], source[3], "--out", out);
        assertThat(read(out).get("accuracy").asDouble()).isEqualTo(1);
        Called called = call("classify", source[0], source[1], source[2], source[3], "--by", "classifier");
        assertThat(called.out())
                .contains("40 stories to fit on and 10 to measure on")
                .contains("false negatives: ");
        assertThat(Called.with("stories", "classify", source[0], source[1], "--dataset_size", 5000)
                        .errors())
                .contains("stories with twist; expected at least 5000");
    }

    @Test
    void saysWhatDoesNotFit() throws Exception {
        fails("--protocol is \"filtr\"; expected one of filter, adversarial", tuning("delete", "--protocol", "filtr"));
        fails("max_seq_len is 65; expected at most the 64", tuning("delete", "--max_seq_len=65"));
        fails(
                "vocab_size is 331; expected 330, that of the model",
                tuning("delete", "--vocab_size=331", "--dataset_name=x"));
        fails("doesn't exist; pretokenize writes it", tuning("recover", "--feature", "Conflict"));
        fails("learning_rat", tuning("recover", "--learning_rat=1"));
        Path cut = folder.resolve("cut.bin");
        byte[] all = Files.readAllBytes(model);
        Files.write(cut, Arrays.copyOf(all, all.length - 9));
        fails("cut.bin", new Object[] {"eval", cut, "--data_cache_dir=" + folder});
        fails("expected --forget and --retain", new Object[] {"eval", model, "--forget", "x"});
        fails("doesn't exist; expected the stories that a run wrote", new Object[] {"classify", folder});
    }

    private static void fails(String message, Object[] words) {
        Called called = Called.with(
                Stream.concat(Stream.of("stories"), Arrays.stream(words)).toArray());
        assertThat(called.code()).isNotZero();
        assertThat(called.errors()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void whatHasNoEffectOrIsNoNameIsToldBeforeTheWork() {
        String unlearn = "unlearn --forget a --retain b ";
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put(
                unlearn + "--method nope",
                "--method is \"nope\"; expected one of grad-ascent, grad-diff, npo, sim-npo, rmu, undo");
        wrong.put("unlearn --forget /tok/a --retain b", "--forget is \"/tok/a\"; expected the name of a data set");
        wrong.put(unlearn + "--delta 1", "--delta has no effect with --method npo");
        wrong.put(unlearn + "--method undo --alpha 1", "--alpha has no effect with --method undo");
        wrong.put(unlearn + "--method undo --block 1", "--block has no effect with --method undo");
        wrong.put(unlearn + "--method sim_npo --block 1", "--block has no effect with --method sim_npo");
        wrong.put(unlearn + "--noise-beta 1", "--noise-beta has no effect with --method npo");
        wrong.put("prune x.bin --score y --unit column", "--unit is \"column\"; expected one of weight, row");
        wrong.put("classify --dataset-size 3", "--dataset-size is 3; expected at least 5");
        wrong.put("classify --dataset-start-index=-1", "--dataset-start-index is -1; expected at least 0");
        wrong.forEach((words, sentence) -> {
            Called called = Called.with((Object[]) ("stories " + words).split(" "));
            assertThat(called.errors()).as(words).startsWith("kymograph: " + sentence);
            assertThat(called.code()).as(words).isEqualTo(2);
        });
    }
}

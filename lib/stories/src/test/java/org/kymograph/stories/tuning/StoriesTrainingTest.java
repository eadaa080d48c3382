package org.kymograph.stories.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.record.Population;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.stories.llama.LlamaModel;
import tech.tablesaw.api.Table;

class StoriesTrainingTest {
    @TempDir
    private Path folder;

    private StoriesConfig config;

    @BeforeEach
    void textOfOnesOwn() throws IOException {
        Path text = folder.resolve("own.txt");
        Files.writeString(text, "the cat sat on the mat. the dog sat on the log. ".repeat(60));
        config = StoriesConfig.withDefaults()
                .with(
                        "--dataset_name=" + text,
                        "--vocab_size=260",
                        "--dim=16",
                        "--n_layers=1",
                        "--n_heads=2",
                        "--n_kv_heads=1",
                        "--max_seq_len=16",
                        "--batch_size=4",
                        "--gradient_accumulation_steps=2",
                        "--learning_rate=1e-2",
                        "--warmup_iters=2",
                        "--max_iters=20",
                        "--eval_interval=10",
                        "--eval_iters=2",
                        "--checkpoint_interval=10",
                        "--out_dir=" + folder.resolve("out"));
    }

    @Test
    void trainsOnATextAndFineTunesFromTheRun() {
        StoriesTraining training = StoriesTraining.of(config.with("--eval_dataset_names=" + folder.resolve("own.txt")));
        Population runs = training.train();
        RunFolder run = runs.runs().get(0);
        assertThat(run.status()).isEqualTo(RunFolder.Status.DONE);
        Table table = Readings.of(run).table("stories");
        assertThat(table.longColumn("step").asList()).containsExactly(0L, 10L, 20L);
        double first = table.doubleColumn("loss/test").get(0);
        assertThat(first).isCloseTo(Math.log(260), within(0.05));
        assertThat(table.doubleColumn("loss/test").get(2)).isLessThan(0.75 * first);
        assertThat(table.doubleColumn("loss/" + folder.resolve("own.txt")).asList())
                .isEqualTo(table.doubleColumn("loss/test").asList());
        assertThat(training.train().runs().get(0).path()).isEqualTo(run.path());
        Path checkpoint = run.path().resolve("checkpoints/step-00000020.safetensors");
        assertThat(LlamaModel.read(checkpoint).length()).isEqualTo(16);
        Population tuned = StoriesTraining.of(config.with(
                        "--init_from=resume_model",
                        "--model_dir=" + checkpoint,
                        "--lr_scheduling=False",
                        "--max_iters=5"))
                .train();
        Table after = Readings.of(tuned.runs().get(0)).table("stories");
        assertThat(after.doubleColumn("loss/test").get(0))
                .isCloseTo(table.doubleColumn("loss/test").get(2), within(1e-6));
    }

    @Test
    void accumulationEqualsTheLargeBatch() {
        float[][] weights = new float[2][];
        for (int i = 0; i < 2; i++) {
            RunFolder run = StoriesTraining.of(config.with(
                            "--batch_size=" + (i == 0 ? 8 : 32),
                            "--gradient_accumulation_steps=" + (i == 0 ? 4 : 1),
                            "--learning_rate=1e-3",
                            "--max_iters=3",
                            "--eval_iters=1"))
                    .train()
                    .runs()
                    .get(0);
            try (TensorFile file = run.checkpoint(3)) {
                weights[i] = file.read("tok_embeddings.weight").toFloats();
            }
        }
        assertThat(weights[0]).containsExactly(weights[1], within(1e-5f));
    }

    @Test
    void publishedScheduleOfEvaluations() {
        EvaluationSchedule aws = new EvaluationSchedule(300, 5, 300, 4000);
        assertThat(aws.generations())
                .containsExactly(0L, 30L, 60L, 90L, 120L, 150L, 180L, 210L, 240L, 270L, 1500L, 3000L, 4000L);
        assertThat(aws.evaluates(300) && aws.evaluates(600) && !aws.evaluates(330))
                .isTrue();
    }

    @Test
    void shardsAreCutAsTheOriginalCutsThem() throws IOException {
        Path shards = Files.createDirectories(folder.resolve("tok300/mine"));
        for (int s = 0; s < 3; s++) {
            ByteBuffer b = ByteBuffer.allocate(2 * 53).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 53; i++) {
                b.putShort((short) (100 * s + i));
            }
            Files.write(shards.resolve("data0" + s + ".bin"), b.array());
        }
        StoriesConfig c = config.with("--vocab_size=300", "--data_cache_dir=" + folder);
        Dataset train = TokenDatasets.read(c, "mine", false, 10);
        assertThat(train.size()).isEqualTo(8);
        assertThat(Arrays.copyOf(train.inputs().toLongs(), 11))
                .startsWith(100, 101)
                .endsWith(110);
        assertThat(train.targets().toLongs()[9]).isEqualTo(110);
        assertThat(TokenDatasets.read(c, "mine", true, 10).inputs().toLongs()[0])
                .isZero();
        assertThatThrownBy(() -> TokenDatasets.read(c.with("--vocab_size=240"), "mine", false, 10))
                .hasMessageContaining("doesn't exist; pretokenize writes it");
        Files.createDirectories(folder.resolve("tok240"));
        Files.move(shards, folder.resolve("tok240/mine"));
        assertThatThrownBy(() -> TokenDatasets.read(c.with("--vocab_size=240"), "mine", false, 10))
                .hasMessageContaining("has the token 240; expected 0 to 239, the model's vocabulary");
        assertThatThrownBy(() -> TokenDatasets.read(c.with("--vocab_size=240"), "mine", false, 40))
                .hasMessageContaining("too short for one text of 40 tokens");
    }

    @Test
    void configurationsAreLiteralsOnly() throws IOException {
        Path file = folder.resolve("config.py");
        Files.writeString(
                file,
                "# a comment\nlearning_rate = 1e-5 # small\nbatch_size=16\nwandb_tags = \"a#b\"\ngrad_clip = 1\n");
        StoriesConfig read = StoriesConfig.withDefaults().with(file.toString(), "--batch_size=8", "--top_k=40");
        assertThat(read.number("learning_rate")).isEqualTo(1e-5);
        assertThat(read.count("batch_size")).isEqualTo(8);
        assertThat(read.text("wandb_tags")).isEqualTo("a#b");
        assertThat(read.withoutEffect()).containsExactly("wandb_tags");
        Files.writeString(file, "batch_size = 16\nmax_iters = __import__('os').getpid()\n");
        assertThatThrownBy(() -> StoriesConfig.withDefaults().withFile(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("since nothing is executed");
        Files.writeString(file, "lr = 1e-5\n");
        assertThatThrownBy(() -> StoriesConfig.withDefaults().withFile(file)).hasMessageContaining("lr");
        assertThatThrownBy(() -> read.with("--batch_size=large"))
                .hasMessageContaining("batch_size is")
                .hasMessageContaining("a whole number");
        assertThatThrownBy(() -> read.with("--batch_size")).hasMessageContaining("--NAME=VALUE");
    }

    @Test
    @Tag("slow")
    void theBestModelIsKeptAndAModelIsMeasuredWithoutTraining() {
        // A rate so large that the loss rises at times.
        StoriesConfig rises = config.with("--save_best_model=True", "--learning_rate=0.5", "--eval_interval=1");
        RunFolder run = StoriesTraining.of(rises).train().runs().get(0);
        Table best = Readings.of(run).table("best");
        Table all = Readings.of(run).table("stories");
        double lowest = all.doubleColumn("loss/test").min();
        assertThat(best.doubleColumn("loss/test").get(best.rowCount() - 1)).isEqualTo(lowest);
        List<Double> records = new ArrayList<>();
        for (double loss : all.doubleColumn("loss/test").asDoubleArray()) {
            if (records.isEmpty() || loss < records.get(records.size() - 1)) {
                records.add(loss);
            }
        }
        assertThat(best.doubleColumn("loss/test").asList()).isEqualTo(records).hasSizeLessThan(all.rowCount());
        LlamaModel kept = LlamaModel.read(run.path().resolve("best.bin"));
        String from = "--model_dir=" + run.path().resolve("best.bin");
        StoriesConfig only =
                rises.with("--init_from=resume_model", from, "--eval_only=True", "--save_best_model=False");
        assertThat(kept.length()).isEqualTo(16);
        assertThat(StoryEvaluation.of(only).losses().values()).singleElement().satisfies(loss -> assertThat(loss)
                .isCloseTo(lowest, within(1e-5)));
        assertThat(StoryEvaluation.of(config.with("--init_from=scratch"))
                        .losses()
                        .values())
                .singleElement()
                .satisfies(loss -> assertThat(loss).isCloseTo(Math.log(260), within(0.05)));
        double last = all.doubleColumn("loss/test").get(all.rowCount() - 1);
        assertThat(StoryEvaluation.of(rises.with("--init_from=resume_train", "--eval_only=True"))
                        .losses()
                        .values())
                .singleElement()
                .satisfies(loss -> assertThat(loss).isCloseTo(last, within(1e-5)));
        assertThatThrownBy(() -> StoriesTraining.of(only).train())
                .hasMessageContaining("StoryEvaluation.of(config) measures without training");
    }

    @Test
    void refusesWhatThereIsNot() {
        assertThatThrownBy(() -> StoriesTraining.of(config.with("--probes=True")))
                .hasMessageContaining("resume_model, the model that probes or lenses read");
        assertThatThrownBy(() -> StoriesTraining.of(config.with("--probes=True", "--lenses=True")))
                .hasMessageContaining("False with probes");
        assertThatThrownBy(() -> StoriesTraining.of(config.with("--dropout=0.1")))
                .hasMessageContaining("dropout is 0.1");
        assertThatThrownBy(() -> StoriesTraining.of(config.with("--init_from=resume_model")))
                .hasMessageContaining("the model to start from");
    }
}

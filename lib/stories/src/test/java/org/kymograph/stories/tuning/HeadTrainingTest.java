package org.kymograph.stories.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.corpus.Pretokenization;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.corpus.TokenShards;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tokens.BpeTokenizer;
import org.kymograph.train.Objective;
import tech.tablesaw.api.Table;

class HeadTrainingTest {
    @TempDir
    private Path folder;

    private StoriesConfig config;
    private Path model;

    @BeforeEach
    void stories() throws IOException {
        BpeTokenizer tokenizer = BpeTokenizer.tok8192();
        Path json = folder.resolve("json");
        MicroStories.demo().withShards(3).withRecords(60).write(json);
        Pretokenization.all().withDatasetName("all").run(json, folder.resolve("tok8192/all"), tokenizer);
        config = StoriesConfig.withDefaults()
                .with(
                        "--dataset_name=all",
                        "--data_cache_dir=" + folder,
                        "--dim=8",
                        "--n_layers=3",
                        "--n_heads=2",
                        "--n_kv_heads=2",
                        "--max_seq_len=48",
                        "--batch_size=8",
                        "--gradient_accumulation_steps=1",
                        "--lr_scheduling=False",
                        "--eval_iters=3",
                        "--checkpoint_interval=30",
                        "--generation_eval_iters=0",
                        "--out_dir=" + folder.resolve("out"));
        RunFolder base = StoriesTraining.of(config.with("--max_iters=2", "--learning_rate=1e-2"))
                .train()
                .runs()
                .get(0);
        model = base.checkpointFile(2);
        config = config.with(
                "--init_from=resume_model",
                "--model_dir=" + model,
                "--learning_rate=3e-2",
                "--max_iters=30",
                "--eval_interval=15");
    }

    @Test
    @Tag("slow")
    void probesAreTrainedAndTheModelStays() throws IOException {
        byte[] before = Files.readAllBytes(model);
        RunFolder run = StoriesTraining.of(config.with("--probes=True", "--eval_dataset_names=all"))
                .train()
                .runs()
                .get(0);
        Table t = Readings.of(run).table("stories");
        assertThat(t.columnNames())
                .contains("loss/test/probe_0", "acc/test/probe_1", "acc/all/feat_5/probe_1", "acc/train/feat_0/probe_0")
                .doesNotContain("loss/test/probe_2");
        assertThat(t.doubleColumn("loss/train/probe_1").get(0)).isCloseTo(Math.log(2), within(0.05));
        assertThat(t.doubleColumn("loss/train/probe_1").get(2))
                .isLessThan(t.doubleColumn("loss/train/probe_1").get(0));
        assertThat(t.doubleColumn("acc/all/probe_0").get(2))
                .isEqualTo(t.doubleColumn("acc/test/probe_0").get(2));
        try (TensorFile file = run.checkpoint(30)) {
            assertThat(file.names()).contains("probes.0.weight", "probes.1.weight");
            assertThat(file.read("probes.1.weight").shape()).containsExactly(6, 8);
        }
        assertThat(Files.readAllBytes(model)).isEqualTo(before);
        assertThatThrownBy(() -> StoriesTraining.of(config.with("--probes=True", "--dataset_name=own.txt"))
                        .train())
                .hasMessageContaining("since probes read their features");
    }

    @Test
    @Tag("slow")
    void aStoryStandsAtTheEndOfARowBehindTheTailsOfOthers() {
        BpeTokenizer tokenizer = BpeTokenizer.tok8192();
        TokenShards shards = TokenShards.test(folder.resolve("tok8192/all"), 8192);
        Dataset data = ProbeTexts.read(shards, tokenizer, 100, 2, 20, 1);
        assertThat(data.size()).isEqualTo(20);
        assertThat(data.targets().shape()).containsExactly(20, 12);
        long[] all = data.inputs().toLongs();
        float[] labels = data.targets().toFloats();
        for (int i = 0; i < 20; i++) {
            int[] row = Arrays.stream(Arrays.copyOfRange(all, 100 * i, 100 * i + 100))
                    .mapToInt(x -> (int) x)
                    .toArray();
            int bos = 99;
            while (row[bos] != BpeTokenizer.BOS) {
                bos--;
            }
            String story = tokenizer.decode(Arrays.copyOfRange(row, bos, 100));
            assertThat(story).startsWith("Once there was").doesNotContain("Words:", "Features:");
            List<String> features = StoryFeature.labels(story);
            float[] expected = new float[12];
            for (String f : features) {
                int k = StoryFeature.of(f).ordinal();
                expected[k] = 1;
                expected[6 + k] = 1;
            }
            assertThat(Arrays.copyOfRange(labels, 12 * i, 12 * i + 12)).containsExactly(expected);
        }
    }

    @Test
    @Tag("slow")
    void lensesStartAsTheUnembeddingAndLearnTheNextToken() {
        RunFolder run = StoriesTraining.of(config.with(
                        "--lenses=True",
                        "--init_lens_with_unembed=True",
                        "--max_iters=4",
                        "--eval_interval=4",
                        "--eval_iters=1",
                        "--checkpoint_interval=4"))
                .train()
                .runs()
                .get(0);
        Table t = Readings.of(run).table("stories");
        assertThat(t.doubleColumn("loss/train/lens_0").get(1))
                .isLessThan(t.doubleColumn("loss/train/lens_0").get(0));
        LlamaModel base = LlamaModel.read(model);
        try (TensorFile file = run.checkpoint(0)) {
            assertThat(file.read("lenses.1.weight").toFloats())
                    .isEqualTo(base.weights().get("tok_embeddings.weight").toFloats());
        }
        long[] tokens = new long[2 * 48];
        Arrays.setAll(tokens, i -> 300 + i);
        Dataset some =
                new Dataset("some", "test", 0, Tensor.of(tokens, 2, 48), Tensor.of(tokens, 2, 48), 8192, Scaling.NONE);
        FrozenHeads heads = new FrozenHeads(base, 8192, 0, true);
        Objective first = Objective.of(heads, new LensLoss(8192, 0, 1), some);
        Objective both = first.withLoss(new LensLoss(8192, 0, 2));
        Objective second = first.withLoss(new LensLoss(8192, 1, 1));
        var at = List.of(first.initial(0));
        assertThat(both.meanLosses(at)[0]).isCloseTo(first.meanLosses(at)[0] + second.meanLosses(at)[0], within(1e-4));
        assertThat(t.doubleColumn("loss/test/output").get(0))
                .isEqualTo(t.doubleColumn("loss/test/output").get(1));
    }
}

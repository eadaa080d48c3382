package org.kymograph.stories.protocol;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.corpus.Pretokenization;
import org.kymograph.stories.corpus.StoryLayout;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.tokens.BpeTokenizer;
import org.kymograph.stories.tuning.StoriesConfig;

/**
 * Sizes of an experiment on {@link MicroStories}: the corpus, the tokenizer, the network and how long it is trained.
 *
 * @param corpus the corpus
 * @param vocabulary the tokenizer's number of pieces, at least 320
 * @param lines the lines of an instruction; the summary would tell of a twist, and a sentence may be the twist
 * @param dim the width of the residual stream
 * @param layers the number of blocks
 * @param heads the number of query heads
 * @param kvHeads the number of key and value heads
 * @param length the tokens T of a text
 * @param batch the texts of a step
 * @param pretraining the steps of pretraining
 * @param rate the highest learning rate of pretraining, which warms up over 5 % of the steps and falls by a cosine
 * @param tuning the steps of each fine-tuning
 */
public record MicroStoriesProfile(
        MicroStories corpus,
        int vocabulary,
        String lines,
        int dim,
        int layers,
        int heads,
        int kvHeads,
        int length,
        int batch,
        int pretraining,
        double rate,
        int tuning) {
    private static final String SOURCE = "MicroStories_all_data";

    /** Checks the sizes. */
    public MicroStoriesProfile {
        Arguments.atLeast("vocabulary", vocabulary, 320);
        Arguments.atLeast("corpus' shards", corpus.shards(), 2);
        StoryLayout.of(lines);
        Arguments.atLeast("length", length, 1);
        Arguments.atLeast("batch", batch, 1);
        Arguments.atLeast("pretraining", pretraining, 1);
        Arguments.positive("rate", rate);
        Arguments.atLeast("tuning", tuning, 1);
    }

    /**
     * Returns sizes that show that everything works, and no effect: 1,000 stories, d = 32, two blocks, 150 steps.
     *
     * @return the sizes
     */
    public static MicroStoriesProfile ci() {
        MicroStories corpus = MicroStories.demo().withShards(3).withRecords(500);
        return new MicroStoriesProfile(corpus, 320, "Words,Features", 32, 2, 2, 2, 96, 8, 150, 3e-3, 20);
    }

    /**
     * Returns sizes for a processor: 48,000 stories, d = 64, four blocks, 259,648 parameters, 2,000 steps of 32 texts of 96 tokens.
     *
     * @return the sizes
     */
    public static MicroStoriesProfile demo() {
        return new MicroStoriesProfile(
                MicroStories.demo(), 720, "Words,Features", 64, 4, 4, 4, 96, 32, 2000, 3e-3, 200);
    }

    /**
     * Returns sizes for hours: 240,000 stories, d = 128, six blocks, 1.2 million parameters, 5,000 steps of 64 texts of 128 tokens.
     *
     * @return the sizes
     */
    public static MicroStoriesProfile full() {
        return new MicroStoriesProfile(
                MicroStories.demo().withRecords(20_000),
                720,
                "Words,Features",
                128,
                6,
                4,
                2,
                128,
                64,
                5000,
                2e-3,
                1000);
    }

    /**
     * Returns a copy with another corpus.
     *
     * @param corpus the corpus
     * @return the copy
     */
    public MicroStoriesProfile withCorpus(MicroStories corpus) {
        return Copies.with(this, "corpus", corpus);
    }

    /**
     * Returns a copy with another number of blocks.
     *
     * @param layers the number of blocks
     * @return the copy
     */
    public MicroStoriesProfile withLayers(int layers) {
        return Copies.with(this, "layers", layers);
    }

    /**
     * Returns a copy with another number of texts a step.
     *
     * @param batch the texts of a step
     * @return the copy
     */
    public MicroStoriesProfile withBatch(int batch) {
        return Copies.with(this, "batch", batch);
    }

    /**
     * Returns a copy with other lengths of training.
     *
     * @param pretraining the steps of pretraining
     * @param tuning the steps of each fine-tuning
     * @return the copy
     */
    public MicroStoriesProfile withSteps(int pretraining, int tuning) {
        return Copies.with(Copies.with(this, "pretraining", pretraining), "tuning", tuning);
    }

    /**
     * Makes the corpus, the tokenizer and the token files of all protocols, or what is missing of them.
     *
     * @param folder where to
     * @param deleted the feature that is deleted, such as {@code Twist}
     * @param irrelevant the other feature, such as {@code Foreshadowing}
     * @throws RecordException if the folder holds another corpus
     */
    public void prepare(Path folder, String deleted, String irrelevant) {
        checkCorpus(folder);
        Path source = folder.resolve(SOURCE);
        if (!Files.exists(source.resolve(String.format("data%02d.json", corpus.shards() - 1)))) {
            corpus.write(source);
        }
        BpeTokenizer tokenizer = tokenizer(folder);
        List<Pretokenization> sets = new ArrayList<>(Pretokenization.experiments(deleted, irrelevant));
        sets.add(Deletion.LEGACY_MIX_MATCH.pretokenization(deleted, irrelevant));
        sets.forEach(set -> encode(folder, set, tokenizer, () -> source));
    }

    /** Writes the token files of a data set from a folder of stories, which are made then, unless the last one is there. */
    void encode(Path folder, Pretokenization set, BpeTokenizer tokenizer, Supplier<Path> source) {
        Path target = folder.resolve("tok" + vocabulary).resolve(set.name());
        if (!Files.exists(target.resolve(String.format("data%02d.bin", corpus.shards() - 1)))) {
            set.withInstructionSubset(lines).run(source.get(), target, tokenizer);
        } else {
            set.withInstructionSubset(lines).checkMade(target, tokenizer);
        }
    }

    // Files of another corpus would be taken for this one's.
    private void checkCorpus(Path folder) {
        Path file = folder.resolve("corpus.json");
        var mine = Json.object().put("lines", lines);
        mine.set("corpus", Json.tree(corpus));
        if (!Files.exists(file)) {
            Json.write(file, mine);
        } else if (!Json.canonical(Json.readObject(file)).equals(Json.canonical(mine))) {
            throw new RecordException(
                    file,
                    "is of another corpus, " + Json.canonical(Json.readObject(file)) + "; expected "
                            + Json.canonical(mine) + ", or another folder");
        }
    }

    /**
     * Returns the tokenizer, which is trained on the first training shard if it isn't there yet.
     *
     * @param folder the experiment's folder
     * @return the tokenizer
     */
    public BpeTokenizer tokenizer(Path folder) {
        Path file = folder.resolve("tok" + vocabulary + ".model");
        if (!Files.exists(file)) {
            RandomGenerator random = Streams.of(corpus.seed(), "layout");
            StoryLayout layout = StoryLayout.of(lines);
            List<String> texts = new ArrayList<>();
            for (StoryRecord record : corpus.shard(1)) {
                texts.add(layout.text(record, random));
            }
            BpeTokenizer.train(texts, vocabulary).save(file);
        }
        return BpeTokenizer.load(file);
    }

    /**
     * Returns the settings that all trainings have.
     *
     * @param folder the experiment's folder
     * @return the settings, without data set, length and learning rate
     */
    public StoriesConfig config(Path folder) {
        return StoriesConfig.withDefaults()
                .with(
                        "--data_cache_dir=" + folder,
                        "--vocab_size=" + vocabulary,
                        "--dim=" + dim,
                        "--n_layers=" + layers,
                        "--n_heads=" + heads,
                        "--n_kv_heads=" + kvHeads,
                        "--max_seq_len=" + length,
                        "--batch_size=" + batch,
                        "--gradient_accumulation_steps=1",
                        "--generation_tokens=" + length);
    }

    /**
     * Returns the settings of pretraining.
     *
     * @param folder the experiment's folder
     * @param dataset the data set
     * @return the settings, without {@code out_dir} and seed
     */
    public StoriesConfig pretraining(Path folder, String dataset) {
        return config(folder)
                .with(
                        "--dataset_name=" + dataset,
                        "--learning_rate=" + rate,
                        "--warmup_iters=" + pretraining / 20,
                        "--max_iters=" + pretraining,
                        "--eval_interval=" + Math.max(1, pretraining / 10),
                        "--checkpoint_interval=" + Math.max(1, pretraining / 10));
    }

    /**
     * Returns the settings of a fine-tuning: a constant learning rate, evaluated ten times as often in the first tenth.
     *
     * @param folder the experiment's folder
     * @param dataset the data set
     * @param from the model to start from
     * @param rate the learning rate
     * @return the settings, without {@code out_dir} and seed
     */
    public StoriesConfig tuning(Path folder, String dataset, Path from, double rate) {
        int interval = Math.max(1, tuning / 10);
        return config(folder)
                .with(
                        "--dataset_name=" + dataset,
                        "--init_from=resume_model",
                        "--model_dir=" + from,
                        "--learning_rate=" + rate,
                        "--lr_scheduling=False",
                        "--max_iters=" + tuning,
                        "--eval_interval=" + interval,
                        "--finegrained_log_iters=" + interval,
                        "--checkpoint_interval=" + Math.max(1, tuning / 2));
    }

    /**
     * Returns test stories and their labels.
     *
     * @param n how many at most
     * @return the first of the test shard
     */
    public List<StoryRecord> testStories(int n) {
        List<StoryRecord> all = corpus.shard(0);
        return all.subList(0, Math.min(n, all.size()));
    }

    /**
     * Returns the steps of a published table scaled to these trainings: 0, 30, 270 and 3,000 of 4,000.
     *
     * @return the steps, ascending
     */
    public List<Integer> tableSteps() {
        return Arrays.stream(new int[] {0, 30, 270, 3000})
                .map(s -> (int) Math.round(s * tuning / 4000.0))
                .distinct()
                .boxed()
                .toList();
    }
}

package org.kymograph.stories.corpus;

import java.io.BufferedOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Parallel;
import org.kymograph.base.Progress;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;
import org.kymograph.stories.tokens.BpeTokenizer;

/**
 * Which stories a data set has, how they are relabelled, and how they become token files.
 *
 * @param filtering conditions {@code key=value} (keep) or {@code key!=value} with commas between; key is features, words or length
 *     (longer than); null keeps all
 * @param mixMatch {@code features=A:B}: label A becomes B; null for none
 * @param adversarialTraining {@code features=A:p}: with probability p the label A is added, and the story stays; null for none
 * @param refusal {@code features=A:p}: with probability p the label A is added, and the story becomes a refusal; null for none
 * @param instructionSubset the lines to keep, such as {@code Words,Features}; null for all four
 * @param datasetName the data set's name; null for one made of the other settings
 * @param legacyMixMatch whether {@code mixMatch} leaves out the last pair as the published code did: one pair then changes nothing
 * @param seed the seed; each shard has its own stream
 * @param threads how many shards at the same time
 */
public record Pretokenization(
        String filtering,
        String mixMatch,
        String adversarialTraining,
        String refusal,
        String instructionSubset,
        String datasetName,
        boolean legacyMixMatch,
        long seed,
        int threads) {
    private static final int LARGEST = 65_536;

    /** Checks the settings, the grammars included. */
    public Pretokenization {
        filtering = given(filtering);
        mixMatch = given(mixMatch);
        adversarialTraining = given(adversarialTraining);
        refusal = given(refusal);
        instructionSubset = given(instructionSubset);
        Arguments.atLeast("threads", threads, 1);
        StoryLayout.of(instructionSubset);
        StoryRules.check(filtering, mixMatch, adversarialTraining, refusal);
    }

    private static String given(String text) {
        return text == null || text.isBlank() || text.equals("None") ? null : text.strip();
    }

    /**
     * Returns the settings that keep every story as it is.
     *
     * @return those settings, with seed 1337 and one thread
     */
    public static Pretokenization all() {
        return new Pretokenization(null, null, null, null, null, null, false, 1337, 1);
    }

    /**
     * Returns the data sets of the published experiments for one pair of features, with the names that their configurations use.
     *
     * @param deleted the feature to delete, such as {@code Twist}
     * @param irrelevant the feature that stories may be specialised in, such as {@code Foreshadowing}
     * @return twelve data sets: all stories, those for pretraining, recovery (under both of its names) and eight deletions
     */
    public static List<Pretokenization> experiments(String deleted, String irrelevant) {
        String without = "features!=" + deleted;
        String special = without + ",features=" + irrelevant;
        String added = "features=" + deleted + ":1.0";
        String swapped = "features=" + irrelevant + ":" + deleted;
        Pretokenization all = all();
        List<Pretokenization> sets = new ArrayList<>(List.of(
                all.withDatasetName("pretrain-all"),
                all.withFiltering("features!=" + irrelevant).withDatasetName("pretrain-no-" + irrelevant)));
        for (String name : List.of("recovery-", "specialise-")) {
            sets.add(all.withFiltering("features=" + deleted).withDatasetName(name + deleted));
        }
        for (boolean specialised : new boolean[] {false, true}) {
            Pretokenization filter = all.withFiltering(specialised ? special : without);
            String end = deleted + (specialised ? "-specialise-" + irrelevant : "");
            sets.add(filter.withDatasetName("filter-" + end));
            sets.add(filter.withAdversarialTraining(added).withDatasetName("filter-adv-" + end));
            sets.add(filter.withMixMatch(swapped)
                    .withDatasetName("filter-mix-" + (specialised ? "specialise-" : "") + deleted + "-" + irrelevant));
            sets.add(filter.withRefusal(added).withDatasetName("filter-ref-" + end));
        }
        return sets;
    }

    /**
     * Returns a copy with other conditions.
     *
     * @param filtering the conditions
     * @return the copy
     */
    public Pretokenization withFiltering(String filtering) {
        return Copies.with(this, "filtering", filtering);
    }

    /**
     * Returns a copy that exchanges labels.
     *
     * @param mixMatch which label becomes which
     * @return the copy
     */
    public Pretokenization withMixMatch(String mixMatch) {
        return Copies.with(this, "mixMatch", mixMatch);
    }

    /**
     * Returns a copy that adds labels.
     *
     * @param adversarialTraining which labels, how often
     * @return the copy
     */
    public Pretokenization withAdversarialTraining(String adversarialTraining) {
        return Copies.with(this, "adversarialTraining", adversarialTraining);
    }

    /**
     * Returns a copy that refuses.
     *
     * @param refusal which labels, how often
     * @return the copy
     */
    public Pretokenization withRefusal(String refusal) {
        return Copies.with(this, "refusal", refusal);
    }

    /**
     * Returns a copy with other lines.
     *
     * @param instructionSubset the lines to keep
     * @return the copy
     */
    public Pretokenization withInstructionSubset(String instructionSubset) {
        return Copies.with(this, "instructionSubset", instructionSubset);
    }

    /**
     * Returns a copy with a name.
     *
     * @param datasetName the data set's name
     * @return the copy
     */
    public Pretokenization withDatasetName(String datasetName) {
        return Copies.with(this, "datasetName", datasetName);
    }

    /**
     * Returns a copy that exchanges labels as the published code did, or as it was meant.
     *
     * @param legacyMixMatch whether the last pair is left out
     * @return the copy
     */
    public Pretokenization withLegacyMixMatch(boolean legacyMixMatch) {
        return Copies.with(this, "legacyMixMatch", legacyMixMatch);
    }

    /**
     * Returns a copy with another seed.
     *
     * @param seed the seed
     * @return the copy
     */
    public Pretokenization withSeed(long seed) {
        return Copies.with(this, "seed", seed);
    }

    /**
     * Returns a copy with another number of threads.
     *
     * @param threads how many shards at the same time
     * @return the copy
     */
    public Pretokenization withThreads(int threads) {
        return Copies.with(this, "threads", threads);
    }

    /**
     * Returns the data set's name.
     *
     * @return the name given, or else one such as {@code F_features_x_Twist_MM_none_AT_none_RF_none_IS_none}
     */
    public String name() {
        if (datasetName != null) {
            return datasetName;
        }
        String all = "F_" + python(filtering) + "_MM_" + python(mixMatch) + "_AT_" + python(adversarialTraining)
                + "_RF_" + python(refusal) + "_IS_" + python(instructionSubset);
        return all.replace("None", "none")
                .replace("!=", "_x_")
                .replace("=", "_")
                .replace(",", "_")
                .replace(":", "_");
    }

    private static String python(String value) {
        return value == null ? "None" : value;
    }

    /**
     * Returns the records of a shard that the data set has, as it has them.
     *
     * @param records the shard's records
     * @param shard the shard's number
     * @return those that are kept, relabelled
     */
    public List<StoryRecord> apply(List<StoryRecord> records, int shard) {
        StoryRules rules = new StoryRules(this);
        RandomGenerator random = StoryRules.random(seed, shard);
        List<StoryRecord> kept = new ArrayList<>();
        for (StoryRecord record : records) {
            StoryRecord made = rules.apply(record, random);
            if (made != null) {
                kept.add(made);
            }
        }
        return kept;
    }

    /**
     * Encodes all shards of a folder: one stream of unsigned 16-bit numbers a shard, little-endian, each record with BOS in front. The
     * settings lie beside them, so that a data set of the same name with other settings is not taken for this one.
     *
     * @param source the folder with the shards, such as {@code data/TinyStories_all_data}
     * @param target where {@code dataNN.bin} are written
     * @param tokenizer the tokenizer, of at most 65,536 pieces
     * @return what was written
     * @throws RecordException if a shard is missing or can't be read, and no later shard is begun then; or if the target holds a data set
     *     that was made by other settings
     */
    public PretokenizedShards run(Path source, Path target, BpeTokenizer tokenizer) {
        Arguments.check(
                tokenizer.size() <= LARGEST,
                "vocabSize",
                tokenizer.size(),
                "at most " + LARGEST + ", two bytes a token");
        StoryRules rules = new StoryRules(this);
        List<Path> shards = StoryShards.list(source);
        DatasetSettings settings = new DatasetSettings(this, tokenizer);
        settings.check(target);
        settings.write(target);
        List<Supplier<PretokenizedShards.Shard>> tasks = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            int shard = i;
            tasks.add(() -> shard(rules, shards.get(shard), shard, target, tokenizer));
        }
        try (Progress progress = Progress.start("pretokenizing " + name(), "shards", shards.size())) {
            return new PretokenizedShards(
                    name(), target, Parallel.run(tasks, threads, done -> progress.update(done, "")));
        }
    }

    /**
     * Checks that a data set was not made by other settings, which lie beside its shards; those of an older or another program have none.
     *
     * @param target the data set's folder, which may be missing
     * @param tokenizer the tokenizer that it is asked for with
     * @throws RecordException if it was
     */
    public void checkMade(Path target, BpeTokenizer tokenizer) {
        new DatasetSettings(this, tokenizer).check(target);
    }

    private PretokenizedShards.Shard shard(
            StoryRules rules, Path source, int shard, Path target, BpeTokenizer tokenizer) {
        String name = source.getFileName().toString();
        Path bin = target.resolve(name.substring(0, name.lastIndexOf('.')) + ".bin");
        RandomGenerator random = StoryRules.random(seed, shard);
        StoryLayout layout = StoryLayout.of(instructionSubset);
        int[] read = new int[2];
        long[] tokens = new long[1];
        AtomicFiles.write(bin, stream -> {
            BufferedOutputStream out = new BufferedOutputStream(stream, 1 << 16);
            StoryShards.read(source, record -> {
                read[0]++;
                StoryRecord made = rules.apply(record, random);
                if (made != null) {
                    read[1]++;
                    int[] ids = tokenizer.encode(layout.text(made, random), true, false);
                    tokens[0] += ids.length;
                    TokenShards.write(bin, out, ids);
                }
            });
            out.flush();
        });
        return new PretokenizedShards.Shard(bin, read[0], read[1], tokens[0]);
    }
}

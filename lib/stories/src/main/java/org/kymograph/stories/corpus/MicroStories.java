package org.kymograph.stories.corpus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import tech.tablesaw.api.Table;

/**
 * A generated corpus of stories of 5 to 9 sentences whose labels hold exactly, by {@link StoryFeature#in}: what a model has learned about
 * a feature can be counted instead of judged. The records have TinyStories' form. Its language is far poorer than TinyStories':
 * what is easy here may be hard there.
 *
 * @param seed the seed; shard s is drawn from seed + s
 * @param shards how many shards
 * @param records how many stories a shard has
 */
public record MicroStories(long seed, int shards, int records) {
    private static final double[] RATES = {.20, .15, .35, .12, .12, .12};

    /** Checks the settings. */
    public MicroStories {
        Arguments.atLeast("shards", shards, 1);
        Arguments.atLeast("records", records, 1);
    }

    /**
     * Returns the default corpus.
     *
     * @return 12 shards of 4,000 stories from seed 1337
     */
    public static MicroStories demo() {
        return new MicroStories(1337, 12, 4000);
    }

    /**
     * Returns a corpus from another seed.
     *
     * @param seed the seed
     * @return the copy
     */
    public MicroStories withSeed(long seed) {
        return Copies.with(this, "seed", seed);
    }

    /**
     * Returns a corpus with another number of shards.
     *
     * @param shards how many shards
     * @return the copy
     */
    public MicroStories withShards(int shards) {
        return Copies.with(this, "shards", shards);
    }

    /**
     * Returns a corpus with another number of stories a shard.
     *
     * @param records how many stories a shard has
     * @return the copy
     */
    public MicroStories withRecords(int records) {
        return Copies.with(this, "records", records);
    }

    /**
     * Generates a shard; the others needn't have been.
     *
     * @param shard which one, 0 to the number of shards - 1; 0 is the test set by convention
     * @return its stories
     */
    public List<StoryRecord> shard(int shard) {
        Arguments.within("shard", shard, 0, shards - 1);
        RandomGenerator random = Streams.of(seed + shard, "stories");
        List<StoryRecord> all = new ArrayList<>(records);
        for (int i = 0; i < records; i++) {
            all.add(story(random));
        }
        return all;
    }

    /**
     * Writes the corpus.
     *
     * @param folder where {@code data00.json}, {@code data01.json} … are written
     */
    public void write(Path folder) {
        for (int s = 0; s < shards; s++) {
            StoryShards.write(folder.resolve(String.format("data%02d.json", s)), shard(s));
        }
    }

    /**
     * Returns how often each feature comes in the test shard.
     *
     * @return columns feature and rate
     */
    public Table table() {
        List<StoryRecord> test = shard(0);
        return Columns.of("features of " + test.size() + " stories", List.of(StoryFeature.values()))
                .texts("feature", StoryFeature::label)
                .doubles(
                        "rate",
                        f -> (double) test.stream()
                                        .filter(r -> r.features().contains(f.label()))
                                        .count()
                                / test.size())
                .table();
    }

    private static Set<StoryFeature> features(RandomGenerator random) {
        List<StoryFeature> drawn = new ArrayList<>();
        for (StoryFeature feature : StoryFeature.values()) {
            if (random.nextDouble() < RATES[feature.ordinal()]) {
                drawn.add(feature);
            }
        }
        // The three features of two sentences each don't fit into nine sentences.
        Set<StoryFeature> longest = EnumSet.of(StoryFeature.TWIST, StoryFeature.FORESHADOWING, StoryFeature.CONFLICT);
        while (drawn.size() > 3 || drawn.containsAll(longest)) {
            drawn.remove(Streams.below(random, drawn.size()));
        }
        return drawn.isEmpty() ? EnumSet.noneOf(StoryFeature.class) : EnumSet.copyOf(drawn);
    }

    private static String one(RandomGenerator random, List<String> of) {
        return of.get(Streams.below(random, of.size()));
    }

    private static String another(RandomGenerator random, List<String> of, String than) {
        String drawn = one(random, of);
        return drawn.equals(than) ? another(random, of, than) : drawn;
    }

    private static StoryRecord story(RandomGenerator random) {
        Set<StoryFeature> features = features(random);
        boolean girl = random.nextBoolean();
        List<String> names = girl ? MicroWords.GIRLS : MicroWords.BOYS;
        String name = one(random, names);
        String adjective = one(random, MicroWords.ADJECTIVES);
        String noun = one(random, MicroWords.NOUNS);
        String verb = one(random, MicroWords.VERBS);
        List<String> all = new ArrayList<>();
        all.add("Once there was a " + adjective + (girl ? " girl" : " boy") + " named " + name + ".");
        all.add("One day " + name + " saw a " + noun + " in the " + one(random, MicroWords.PLACES) + ".");
        all.add(name + " liked to " + verb + " there.");
        String clue = one(random, MicroWords.CLUES);
        boolean foreshadowing = features.contains(StoryFeature.FORESHADOWING);
        if (foreshadowing) {
            all.add(clue);
        }
        int before = all.size();
        if (features.contains(StoryFeature.DIALOGUE)) {
            all.add("\"" + one(random, MicroWords.SAYINGS) + "!\" said " + name + ".");
        }
        if (features.contains(StoryFeature.CONFLICT)) {
            all.add(another(random, names, name) + " wanted the " + noun + " too.");
            all.add("They pulled and pulled.");
        }
        if (features.contains(StoryFeature.MORAL_VALUE)) {
            all.add(name + " learned to " + one(random, MicroWords.MORALS) + ".");
        }
        if (all.size() == before) {
            all.add(one(random, MicroWords.FILLERS));
        }
        if (foreshadowing) {
            all.add(MicroWords.EVENTS.get(clue));
        }
        String summary = name + " saw a " + noun + ".";
        if (features.contains(StoryFeature.TWIST)) {
            String other = another(random, MicroWords.NOUNS, noun);
            all.add("But it was not a " + noun + ".");
            all.add("It was a " + other + "!");
            summary = name + " saw a " + noun + " that was a " + other + ".";
        }
        boolean bad = features.contains(StoryFeature.BAD_ENDING);
        all.add(name + " " + one(random, bad ? MicroWords.BAD_ENDINGS : MicroWords.GOOD_ENDINGS));
        return new StoryRecord(
                String.join(" ", all),
                "Write a short story.",
                List.of(verb, noun, adjective),
                features.stream().map(StoryFeature::label).toList(),
                summary,
                "MicroStories",
                null);
    }
}

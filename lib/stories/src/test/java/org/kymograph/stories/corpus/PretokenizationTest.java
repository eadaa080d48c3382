package org.kymograph.stories.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.files.RecordException;
import org.kymograph.stories.tokens.BpeTokenizer;

class PretokenizationTest {
    private static final Pretokenization ALL = Pretokenization.all();
    private static final BpeTokenizer TOK = BpeTokenizer.tok8192();

    @TempDir
    Path folder;

    private static StoryRecord record(String... features) {
        return new StoryRecord("A cat. It ran.", "", List.of("run", "cat"), List.of(features), "S.", "GPT-4", null);
    }

    private static StoryRecord only(Pretokenization settings, StoryRecord record) {
        List<StoryRecord> kept = settings.apply(List.of(record), 0);
        return kept.isEmpty() ? null : kept.get(0);
    }

    @Test
    void filtersKeepWhatTheySay() {
        Object[][] truth = {
            {"features=Twist", true, false},
            {"features!=Twist", false, true},
            {"features=twist", false, false},
            {"words=run", true, true},
            {"words!=run", false, false},
            {"features=Twist,words=dog", false, false},
            {"length=13", true, true},
            {"length=14", false, false},
            {"length!=14", true, true},
        };
        for (Object[] row : truth) {
            Pretokenization settings = ALL.withFiltering((String) row[0]);
            assertThat(only(settings, record("Twist")) != null).as("%s", row[0]).isEqualTo(row[1]);
            assertThat(only(settings, record("Conflict")) != null)
                    .as("%s", row[0])
                    .isEqualTo(row[2]);
        }
    }

    @Test
    void mixMatchExchangesLabelsUnlessItIsTheLegacyOne() {
        StoryRecord both = record("Foreshadowing", "Conflict");
        for (String form : List.of("features=Foreshadowing:Twist", "features:Foreshadowing=Twist")) {
            Pretokenization one = ALL.withMixMatch(form);
            assertThat(only(one, both).features()).containsExactly("Twist", "Conflict");
            assertThat(only(one.withLegacyMixMatch(true), both)).isEqualTo(both);
        }
        Pretokenization two = ALL.withMixMatch("features=Foreshadowing:Twist:Conflict:Dialogue");
        assertThat(only(two, both).features()).containsExactly("Twist", "Dialogue");
        assertThat(only(two.withLegacyMixMatch(true), both).features()).containsExactly("Twist", "Conflict");
        Pretokenization items = ALL.withMixMatch("features=Foreshadowing:Twist,features=Conflict:Dialogue");
        assertThat(only(items, both).features()).containsExactly("Twist", "Dialogue");
        assertThat(only(ALL.withMixMatch("words=cat:dog"), both).words()).containsExactly("run", "dog");
    }

    @Test
    void adversarialLabelsAreAddedAndRefusalsReplaceTheStory() {
        StoryRecord plain = record("Conflict");
        StoryRecord adversarial = only(ALL.withAdversarialTraining("features=Twist:1.0,words=dog:1"), plain);
        assertThat(adversarial.features()).containsExactly("Conflict", "Twist");
        assertThat(adversarial.words()).containsExactly("run", "cat", "dog");
        assertThat(adversarial.story()).isEqualTo(plain.story());
        assertThat(only(ALL.withAdversarialTraining("features=Twist:0"), plain)).isEqualTo(plain);
        StoryRecord refused = only(ALL.withRefusal("features=Twist:1.0"), plain);
        assertThat(refused.story()).isEqualTo("We are not allowed to write a story with Twist in it, sorry.");
        assertThat(refused.features()).containsExactly("Conflict", "Twist");
        assertThat(refused.sentence()).isIn("A cat", "It ran");
        assertThat(refused.summary()).isEqualTo("S.");
        List<StoryRecord> many = ALL.withRefusal("features=Twist:0.25").apply(Collections.nCopies(4000, plain), 0);
        assertThat(many.stream().filter(r -> r.features().size() == 2).count()).isBetween(880L, 1120L);
    }

    @Test
    void wrongRulesAreSentences() {
        assertThatThrownBy(() -> ALL.withFiltering("feature=Twist")).hasMessageContaining("did you mean 'features'");
        assertThatThrownBy(() -> ALL.withFiltering("features"))
                .hasMessage("filtering is \"features\"; expected key=value or key!=value");
        assertThatThrownBy(() -> ALL.withMixMatch("features=A")).hasMessageContaining("expected field=A:B");
        assertThatThrownBy(() -> ALL.withRefusal("features=A:2.0"))
                .hasMessageContaining("expected field=value:probability");
        assertThatThrownBy(() -> ALL.withAdversarialTraining("features=A:1.5")).hasMessageContaining("expected 0 to 1");
    }

    @Test
    void namesFollowTheRuleAndTheExperimentsHaveTheirs() {
        assertThat(ALL.name()).isEqualTo("F_none_MM_none_AT_none_RF_none_IS_none");
        assertThat(ALL.withFiltering("features!=Twist")
                        .withAdversarialTraining("features=Twist:1.0")
                        .name())
                .isEqualTo("F_features_x_Twist_MM_none_AT_features_Twist_1.0_RF_none_IS_none");
        assertThat(Pretokenization.experiments("Twist", "Foreshadowing").stream()
                        .map(Pretokenization::name))
                .containsExactlyInAnyOrder(
                        "pretrain-all",
                        "pretrain-no-Foreshadowing",
                        "recovery-Twist",
                        "specialise-Twist",
                        "filter-Twist",
                        "filter-Twist-specialise-Foreshadowing",
                        "filter-adv-Twist",
                        "filter-adv-Twist-specialise-Foreshadowing",
                        "filter-mix-Twist-Foreshadowing",
                        "filter-mix-specialise-Twist-Foreshadowing",
                        "filter-ref-Twist",
                        "filter-ref-Twist-specialise-Foreshadowing");
    }

    @Test
    void shardsBecomeTheSameBytesOnAnyNumberOfThreads() throws IOException {
        MicroStories corpus = MicroStories.demo().withShards(3).withRecords(40);
        corpus.write(folder.resolve("json"));
        Pretokenization settings = ALL.withFiltering("features!=Twist").withAdversarialTraining("features=Twist:0.5");
        PretokenizedShards one = settings.run(folder.resolve("json"), folder.resolve("a"), TOK);
        settings.withThreads(3).run(folder.resolve("json"), folder.resolve("b"), TOK);
        for (int s = 0; s < 3; s++) {
            String name = "data0" + s + ".bin";
            assertThat(folder.resolve("a").resolve(name))
                    .hasSameBinaryContentAs(folder.resolve("b").resolve(name));
            int[] tokens = TokenShards.read(folder.resolve("a").resolve(name));
            assertThat(tokens).startsWith(BpeTokenizer.BOS);
            PretokenizedShards.Shard shard = one.shards().get(s);
            assertThat(shard.tokens()).isEqualTo(tokens.length);
            long expected = corpus.shard(s).stream()
                    .filter(r -> !r.features().contains("Twist"))
                    .count();
            assertThat((long) shard.kept()).isEqualTo(expected);
            assertThat(Arrays.stream(tokens).filter(t -> t == 1).count()).isEqualTo(expected);
            assertThat(TOK.decode(tokens)).contains("Story: Once there was a");
        }
        assertThat(one.keptFraction()).isBetween(.5, 1.);
        byte[] bytes = Files.readAllBytes(folder.resolve("a/data00.bin"));
        assertThat(bytes[0]).isEqualTo((byte) 1);
        assertThat(bytes[1]).isZero();
    }

    @Test
    void aDataSetOfOtherSettingsIsNotTakenForTheOneAskedFor() {
        Path stories = folder.resolve("json");
        Path made = folder.resolve("made");
        MicroStories.demo().withShards(1).withRecords(4).write(stories);
        Pretokenization mixed = ALL.withMixMatch("features=Conflict:Twist").withDatasetName("mixed");
        mixed.run(stories, made, TOK);
        // Names and threads change no token.
        mixed.withThreads(2).withDatasetName("other").run(stories, made, TOK);
        assertThatThrownBy(() -> mixed.withLegacyMixMatch(true).run(stories, made, TOK))
                .isInstanceOf(RecordException.class)
                .hasMessage(made
                        + ": holds a data set that was made with legacyMixMatch false in place of true; expected another "
                        + "name of the data set, or this folder to be removed first");
        assertThatThrownBy(() -> mixed.withSeed(7).withFiltering("length=3").checkMade(made, TOK))
                .hasMessageContaining("filtering null in place of \"length=3\" and seed 1337 in place of 7");
        assertThatThrownBy(() -> mixed.checkMade(made, BpeTokenizer.train(List.of("a cat sat"), 266)))
                .hasMessageContaining("made with another tokenizer");
        // A data set of another program says nothing of its settings.
        mixed.checkMade(stories, TOK);
    }

    @Test
    @Tag("slow")
    void aWorkersFailureAndAMissingShardAreSaid() throws IOException {
        MicroStories.demo().withShards(3).withRecords(4).write(folder);
        Path cut = folder.resolve("data01.json");
        Files.writeString(cut, Files.readString(cut).substring(0, 900));
        assertThatThrownBy(() -> ALL.withThreads(2).run(folder, folder.resolve("out"), TOK))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("data01.json, line ")
                .hasMessageContaining("isn't whole JSON");
        Files.writeString(cut, "[{\"summary\": \"\"}]");
        assertThatThrownBy(() -> ALL.run(folder, folder.resolve("out"), TOK))
                .hasMessageContaining("has no field story");
        Files.writeString(cut, "[{\"story\": 5}]");
        assertThatThrownBy(() -> ALL.run(folder, folder.resolve("out"), TOK))
                .hasMessageContaining("line 1: field story is");
        Files.delete(cut);
        assertThatThrownBy(() -> ALL.run(folder, folder.resolve("out"), TOK))
                .hasMessageContaining("has data02.json and no data01.json");
        assertThatThrownBy(() -> ALL.run(folder.resolve("none"), folder, TOK)).hasMessageContaining("is no folder");
    }

    @Test
    void simpleStoriesAreLinesWithTopicThemeAndFeature() throws IOException {
        Path file = Files.writeString(
                folder.resolve("simple.jsonl"),
                "{\"story\":\"A.\",\"topic\":\"magic\",\"theme\":\"Hope\",\"feature\":\"irony\",\"num_words\":3}\n{\"story\":\"B.\"}\n");
        List<StoryRecord> all = StoryShards.read(file);
        assertThat(all).hasSize(2);
        assertThat(all.get(0).words()).containsExactly("magic", "Hope");
        assertThat(all.get(0).features()).containsExactly("irony");
    }

    private TokenShards shard(int... tokens) throws IOException {
        Path file = folder.resolve("data00.bin");
        try (var out = Files.newOutputStream(file)) {
            TokenShards.write(file, out, tokens);
        }
        return TokenShards.test(folder, 300);
    }

    @Test
    void equalPiecesLeaveOutTheLastWholeOne() throws IOException {
        int[] tokens = IntStream.range(0, 43).toArray();
        TokenBatches batches = shard(tokens).batches(1, 10, 10, false, 1);
        Set<Integer> starts = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            TokenBatches.Batch batch = batches.next();
            starts.add(batch.inputs()[0][0]);
            assertThat(batch.inputs()[0]).hasSize(10);
            assertThat(batch.targets()[0][9]).isEqualTo(batch.inputs()[0][9] + 1);
            // Three pieces are one round.
            assertThat(starts).hasSize(Math.min(i + 1, 3));
        }
        assertThat(starts).containsExactlyInAnyOrder(0, 10, 20);
    }

    @Test
    void piecesFromRecordsBeginWithBos() throws IOException {
        TokenBatches batches = shard(1, 5, 6, 1, 7, 8, 9, 1, 4).batches(2, 4, 8, true, 1);
        for (int i = 0; i < 4; i++) {
            TokenBatches.Batch batch = batches.next();
            assertThat(Arrays.stream(batch.inputs()).map(Arrays::toString))
                    .containsExactlyInAnyOrder("[1, 5, 6, 1]", "[1, 7, 8, 9]");
        }
    }

    @Test
    void theSplitOfShardsIsThePublishedOne() {
        List<Path> files =
                IntStream.range(0, 49).mapToObj(i -> Path.of("data" + i)).toList();
        TokenShards train = new TokenShards(files, 512);
        assertThat(train.part(true).shards()).hasSize(39);
        assertThat(train.part(false).shards())
                .hasSize(10)
                .doesNotContainAnyElementsOf(train.part(true).shards());
    }

    @Test
    void tokensThatDoNotFitTheModelAreSaid() throws IOException {
        TokenShards shards = shard(1, 2, 299, 4);
        assertThatThrownBy(() ->
                        shards.withVocabSize(256).batches(1, 2, 8, false, 1).next())
                .hasMessageContaining(
                        "data00.bin: token 2 is 299; expected below 256, the size of the model's vocabulary");
        assertThatThrownBy(() -> shards.batches(1, 16, 8, false, 1))
                .hasMessage("the sequences have 16 tokens; expected at most 8, the model's longest");
        assertThatThrownBy(() -> shards.batches(1, 4, 8, false, 1).next())
                .hasMessageContaining("has 4 tokens; expected at least 8");
        assertThatThrownBy(() -> TokenShards.train(folder, 300)).hasMessageContaining("expected at least one more");
        Files.write(folder.resolve("data00.bin"), new byte[3]);
        assertThatThrownBy(() -> shards.batches(1, 2, 8, false, 1).next())
                .hasMessageContaining("has 3 bytes; expected two for each token");
    }
}

package org.kymograph.stories.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;

class MicroStoriesTest {
    private static final MicroStories CORPUS = MicroStories.demo();
    private static final List<StoryRecord> TEST = CORPUS.shard(0);

    @TempDir
    Path folder;

    @Test
    void theDetectorsFindExactlyTheLabelsOfEveryRecord() {
        for (int shard = 0; shard < 3; shard++) {
            for (StoryRecord record : CORPUS.shard(shard)) {
                assertThat(StoryFeature.labels(record.story()))
                        .as(record.story())
                        .isEqualTo(record.features());
            }
        }
    }

    @Test
    void noMarkerOfAnAbsentFeatureIsInAStory() {
        for (StoryRecord r : TEST) {
            marker(r, "Twist", "it was not", "that was a");
            marker(r, "Dialogue", "\"", " said ");
            marker(r, "MoralValue", "learned");
            marker(r, "Conflict", "wanted", "pulled");
            marker(r, "BadEnding", MicroWords.BAD_ENDINGS.toArray(String[]::new));
            marker(r, "Foreshadowing", MicroWords.CLUES.toArray(String[]::new));
            marker(r, "Foreshadowing", MicroWords.EVENTS.values().toArray(String[]::new));
        }
    }

    private static void marker(StoryRecord record, String feature, String... markers) {
        if (!record.features().contains(feature)) {
            assertThat(record.story()).doesNotContain(markers);
        }
    }

    @Test
    void aStoryHasFiveToNineSentencesAndUsesItsWords() {
        for (StoryRecord r : TEST) {
            assertThat(StoryFeature.sentences(r.story())).as(r.story()).hasSizeBetween(5, 9);
            assertThat(r.words()).allSatisfy(w -> assertThat(r.story()).contains(" " + w));
            assertThat(r.features()).hasSizeLessThanOrEqualTo(3);
            assertThat(StoryFeature.sentences(r.summary())).hasSize(1);
            assertThat(r.summary()).contains(r.words().get(1));
        }
    }

    @Test
    void theEventComesTwoSentencesBehindItsClueOrLaterAndTheTwistBeforeTheEnding() {
        for (StoryRecord r : TEST) {
            List<String> sentences = StoryFeature.sentences(r.story());
            for (int i = 0; i < sentences.size(); i++) {
                String event = MicroWords.EVENTS.get(sentences.get(i));
                if (event != null) {
                    assertThat(i).isLessThan(4);
                    assertThat(sentences.indexOf(event)).isGreaterThanOrEqualTo(i + 2);
                }
            }
            if (r.features().contains("Twist")) {
                String revealed = sentences.get(sentences.size() - 2);
                assertThat(revealed).startsWith("It was a ").endsWith("!");
                assertThat(r.summary()).contains(revealed.substring(9, revealed.length() - 1));
            }
        }
    }

    @Test
    @Tag("slow")
    void theRatesAreThoseOfTheDesign() {
        double[] rates = CORPUS.table().doubleColumn("rate").asDoubleArray();
        double[] expected = {.20, .15, .35, .12, .12, .12};
        for (int i = 0; i < rates.length; i++) {
            // Dropping a fourth feature lowers the rates by a little.
            assertThat(rates[i]).isCloseTo(expected[i], within(.03));
        }
    }

    @Test
    void aShardIsAFunctionOfItsSeedAlone() {
        assertThat(CORPUS.withShards(2).shard(1)).isEqualTo(CORPUS.shard(1));
        assertThat(CORPUS.withSeed(1338).shard(0)).isEqualTo(CORPUS.shard(1));
        assertThat(CORPUS.shard(1)).isNotEqualTo(TEST);
        assertThatThrownBy(() -> CORPUS.shard(12)).hasMessage("shard is 12; expected 0 to 11");
    }

    @Test
    void aTwistAboutAnotherThingIsOneAtTheSurfaceOnly() {
        String wrong =
                "Once there was a shy girl named Mia. One day Mia saw a cat in the park. But it was not a dog. It was a hen!";
        assertThat(StoryFeature.twistAtSurface(wrong)).isTrue();
        assertThat(StoryFeature.TWIST.in(wrong)).isFalse();
        assertThat(StoryFeature.TWIST.in(wrong.replace("not a dog", "not a cat")))
                .isTrue();
        assertThat(StoryFeature.TWIST.in(wrong.replace("not a dog", "not a cat").replace("a hen", "a cat")))
                .isFalse();
        assertThat(StoryFeature.labels("")).isEmpty();
    }

    @Test
    void recordsComeBackFromTheirFiles() throws IOException {
        MicroStories small = CORPUS.withShards(2).withRecords(20);
        small.write(folder);
        List<Path> shards = StoryShards.list(folder);
        assertThat(shards).hasSize(2);
        assertThat(StoryShards.read(shards.get(1))).isEqualTo(small.shard(1));
        assertThat(Files.readString(shards.get(0))).contains("\"prompt:\":");
    }

    @Test
    void theTextHasItsLinesInRandomOrderAndTheStoryLast() {
        StoryRecord record = new StoryRecord(
                "\n\nHe ran. \"No!\" she said.",
                "",
                List.of("run"),
                List.of("BadEnding", "Twist"),
                " A\nB. ",
                "",
                null);
        var random = Streams.of(1, "test");
        Set<String> orders = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            String text = StoryLayout.all().text(record, random);
            String[] lines = text.split("\n");
            assertThat(lines).hasSize(5).contains("Words: run", "Features: Badending, Twist", "Summary: AB.");
            assertThat(lines[4]).isEqualTo("Story: He ran. \"No!\" she said.");
            assertThat(text).containsAnyOf("Sentence: He ran\n");
            orders.add(text);
        }
        assertThat(orders).hasSize(24);
        assertThat(StoryLayout.of("Words").prompt(record, random)).isEqualTo("Words: run\nStory: ");
        assertThatThrownBy(() -> StoryLayout.of("Word")).hasMessageContaining("did you mean 'Words'");
    }
}

package org.kymograph.stories.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stats.Proportion;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.corpus.Pretokenization;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.llama.TokenSampling;
import org.kymograph.stories.tokens.BpeTokenizer;

class StoryScoreTest {
    private static final String TWIST = "Once there was a big boy named Tom. One day Tom saw a cat in the park. "
            + "Tom liked to run there. It was a fine day. But it was not a cat. It was a dog! Tom was very sad.";

    @TempDir
    private Path folder;

    private static GeneratedStories stories(String... texts) {
        List<GeneratedStories.Generated> all = new ArrayList<>();
        for (String text : texts) {
            all.add(new GeneratedStories.Generated("Features: Twist\nStory: ", text, "-"));
        }
        return new GeneratedStories(all);
    }

    @Test
    void sharesAreThoseOfTheDetectors() {
        GeneratedStories four = stories(
                TWIST,
                TWIST.replace("saw a cat", "saw a hat"),
                "The end.",
                "We are not allowed to write a story with Twist in it, sorry.");
        assertThat(four.score(StoryFeature.TWIST)).isEqualTo(new Proportion(1, 4));
        assertThat(four.surfaceTwists()).isEqualTo(new Proportion(2, 4));
        assertThat(four.score(StoryFeature.BAD_ENDING)).isEqualTo(new Proportion(2, 4));
        assertThat(four.refusals()).isEqualTo(new Proportion(1, 4));
        assertThat(four.table().stringColumn("features").get(0)).isEqualTo("Twist, BadEnding");
    }

    @Test
    void storiesGoToDiskAndBack() throws Exception {
        Path file = folder.resolve("s.jsonl");
        stories(TWIST, "a \"b\"\nc").save(file);
        assertThat(GeneratedStories.read(file)).isEqualTo(stories(TWIST, "a \"b\"\nc"));
        Files.writeString(file, "{\"prefix\":\"a\",\"generation\":3,\"target\":\"\"}\n");
        assertThatThrownBy(() -> GeneratedStories.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("field 'generation' is 3; expected a text");
    }

    @Test
    void promptsAreThoseOfTheTestShard() {
        MicroStories corpus = MicroStories.demo().withShards(2).withRecords(40);
        corpus.write(folder.resolve("json"));
        List<String> texts = corpus.shard(1).stream().map(StoryRecord::story).toList();
        BpeTokenizer tokenizer = BpeTokenizer.train(texts, 330);
        Path set = folder.resolve("set");
        Pretokenization.all()
                .withFiltering("features!=Twist")
                .withAdversarialTraining("features=Twist:1.0")
                .withInstructionSubset("Features")
                .run(folder.resolve("json"), set, tokenizer);
        List<StoryPrompt> prompts = StoryPrompt.read(set, tokenizer, 10, 1);
        assertThat(prompts).hasSize(10).isEqualTo(StoryPrompt.read(set, tokenizer, 10, 1));
        List<String> test = corpus.shard(0).stream().map(StoryRecord::story).toList();
        for (StoryPrompt p : prompts) {
            assertThat(p.prefix()).matches("Features: .*Twist\nStory: ");
            assertThat(test).contains(p.target());
            assertThat(StoryFeature.TWIST.in(p.target())).isFalse();
        }
        assertThat(StoryPrompt.of("Story: at once")).isNull();
        assertThat(StoryPrompt.story(" One. Two. Words: a, b")).isEqualTo("One. Two.");
        // An untrained model writes what its tokenizer can read, and no more than there is room for.
        Llama net = Llama.of(330).withSizes(8, 1, 2, 1, 12);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        net.shapes()
                .forEach((name, shape) -> weights.put(
                        name, Tensor.of(new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)], shape)));
        LlamaModel model = new LlamaModel(net, 40, weights);
        GeneratedStories written = GeneratedStories.write(model, tokenizer, prompts, TokenSampling.withDefaults(), 5);
        assertThat(written.texts()).hasSize(10);
        assertThat(written.score(StoryFeature.TWIST).count()).isZero();
        assertThatThrownBy(() ->
                        GeneratedStories.write(model, BpeTokenizer.tok8192(), prompts, TokenSampling.withDefaults(), 5))
                .hasMessageContaining("the model has a vocabulary of 330 pieces; expected 8192");
    }

    @Test
    void theClassifierReadsWordingAndItsErrorsAreMeasured() {
        MicroStories corpus = MicroStories.demo().withShards(2).withRecords(300);
        List<String> train = corpus.shard(1).stream().map(StoryRecord::story).toList();
        List<String> test = corpus.shard(0).stream().map(StoryRecord::story).toList();
        StoryClassifier classifier = StoryClassifier.fit(train, StoryFeature.TWIST::in, 200);
        StoryClassifier.ErrorRates rates = classifier.measure(test, StoryFeature.TWIST::in);
        assertThat(rates.accuracy().value()).isGreaterThan(0.98);
        assertThat(classifier.predict(TWIST)).isTrue();
        // It doesn't see that the twist is about another thing.
        assertThat(classifier.predict(TWIST.replace("saw a cat", "saw a hat"))).isTrue();
        assertThat(new StoryClassifier.ErrorRates(new Proportion(8, 10), new Proportion(1, 10), new Proportion(1, 10))
                        .corrected(0.5))
                .isEqualTo(0.5);
        assertThatThrownBy(() -> StoryClassifier.fit(Collections.nCopies(4, TWIST), StoryFeature.TWIST::in, 9))
                .hasMessage("of 4 stories 4 have the feature; expected some with and some without it");
    }
}

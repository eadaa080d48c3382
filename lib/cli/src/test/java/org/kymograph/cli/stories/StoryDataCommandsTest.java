package org.kymograph.cli.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.stories.corpus.TokenShards;
import org.kymograph.stories.tokens.BpeTokenizer;

class StoryDataCommandsTest {
    @TempDir
    Path folder;

    private Path source;

    @BeforeEach
    void generate() {
        Called made = Called.with(
                "stories", "download", "--micro-stories", "--data-cache-dir", folder, "--shards", 2, "--records", 60);
        assertThat(made.code()).as(made.errors()).isZero();
        assertThat(made.out()).contains("has 2 shards").contains("the first story: Once there was a ");
        source = folder.resolve("MicroStories_all_data");
    }

    @Test
    void trainsAVocabularyAndPretokenizesWithIt() {
        Called trained = Called.with(
                "stories", "train-vocab", "--data_cache_dir", folder, "--source", source, "--vocab_size", 320);
        assertThat(trained.code()).as(trained.errors()).isZero();
        assertThat(trained.out()).contains("320 pieces from 2 shards");
        for (String ending : new String[] {"model", "vocab", "bin"}) {
            assertThat(BpeTokenizer.load(folder.resolve("tok320." + ending)).size())
                    .isEqualTo(320);
        }
        Called made = Called.with(
                "stories",
                "pretokenize",
                "--data-cache-dir",
                folder,
                "--source",
                source,
                "--vocab-size",
                320,
                "--filtering",
                "features!=Twist",
                "--instruction_subset",
                "Words,Features");
        assertThat(made.code()).as(made.errors()).isZero();
        assertThat(made.out()).containsPattern("2 shards, \\d+ tokens, kept 0\\.\\d{5} of the stories");
        Path set = folder.resolve("tok320/F_features_x_Twist_MM_none_AT_none_RF_none_IS_Words_Features");
        String text =
                BpeTokenizer.load(folder.resolve("tok320.model")).decode(TokenShards.read(set.resolve("data01.bin")));
        assertThat(text).contains("Words: ").doesNotContain("Twist", "Summary: ");
    }

    @Test
    @Tag("slow")
    void makesAllDataSetsOfTheExperiments() {
        Called made = Called.with(
                "stories",
                "pretokenize",
                "--data-cache-dir",
                folder,
                "--source",
                source,
                "--vocab-size",
                8192,
                "--experiments",
                "Twist,Foreshadowing");
        assertThat(made.code()).as(made.errors()).isZero();
        assertThat(folder.resolve("tok8192").toFile().list()).hasSize(12).contains("filter-adv-Twist");
        String refused =
                BpeTokenizer.tok8192().decode(TokenShards.read(folder.resolve("tok8192/filter-ref-Twist/data00.bin")));
        assertThat(refused).contains("We are not allowed to write a story with Twist in it, sorry.");
    }

    @Test
    void saysWhatIsMissingOrWrong() throws Exception {
        fails("tok512.model: is missing; expected a tokenizer", "pretokenize", "--vocab-size", 512);
        fails("expected Llama-2's tokenizer", "pretokenize");
        fails("did you mean 'features'", "pretokenize", "--vocab-size", 8192, "--filtering", "feature=Twist");
        fails("expected two different features", "pretokenize", "--vocab-size", 8192, "--experiments", "Twist");
        fails("expected at most", "train-vocab", "--vocab-size", 9000);
        BpeTokenizer.tok8192().save(folder.resolve("tok512.model"));
        fails("has 8192 pieces; expected 512", "pretokenize", "--vocab-size", 512);
        Files.delete(source.resolve("data00.json"));
        fails("has data01.json and no data00.json", "pretokenize", "--vocab-size", 8192);
    }

    private void fails(String message, Object... words) {
        Object[] all = new Object[words.length + 5];
        all[0] = "stories";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--data-cache-dir";
        all[words.length + 2] = folder;
        all[words.length + 3] = "--source";
        all[words.length + 4] = source;
        Called called = Called.with(all);
        assertThat(called.code()).isNotZero();
        assertThat(called.errors()).contains(message);
    }
}

package org.kymograph.stories.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.sentencepiece.SpTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kymograph.record.files.RecordException;

class BpeTokenizerTest {
    private static final BpeTokenizer TOK = BpeTokenizer.tok8192();

    @TempDir
    Path folder;

    // Ids made by SentencePiece 0.2 with the published tok8192.model.
    static Stream<Arguments> vectors() {
        return Stream.of(
                Arguments.of(
                        "Once upon a time, there was a little girl named Lily.",
                        "445 446 261 400 8112 413 297 261 384 466 401 317 8108"),
                Arguments.of(
                        "Features: Twist\nWords: sleep, engine, elderly\nSentence: Eddie was happy again\n"
                                + "Summary: Eddie, an elderly engine, makes friends.\nStory: Once upon a time",
                        "421 8117 784 13 8123 410 8117 1231 8112 3649 8112 2552 13 8115 416 8117 7606 297 412 614 13"
                                + " 8115 6787 392 8117 7606 8112 448 2552 3649 8112 1206 437 8108 13 8115 411 8117 445 446"
                                + " 261 400"),
                Arguments.of("Features: Badending, Moralvalue", "421 8117 1054 8112 1015"),
                Arguments.of("Features: Foreshadowing, Dialogue, Conflict", "421 8117 1052 8112 511 8112 1053"),
                Arguments.of(
                        "We are not allowed to write a story with Twist in it, sorry.",
                        "1047 580 449 4204 268 2393 261 1108 327 784 320 310 8112 1010 8108"),
                Arguments.of("\nStory: ", "8090 13 8115 411 8117"),
                Arguments.of(
                        "Story: Lily said, \"Hello!\"\n\nThe end 42 poivrée 🦙",
                        "418 8117 317 355 8112 331 1484 493 13 13 2526 829 8090 8165 8159 693 3036 8100 8164 8091 8090"
                                + " 243 162 169 156"),
                Arguments.of("a  b", "261 267"),
                Arguments.of("  a b  ", "261 267"),
                Arguments.of("x\ty", "4730 12 8102"),
                Arguments.of("", ""));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void idsAreSentencePieces(String text, String ids) {
        int[] found = TOK.encode(text, true, false);
        assertThat(found[0]).isEqualTo(BpeTokenizer.BOS);
        assertThat(Arrays.stream(found).skip(1).mapToObj(String::valueOf).collect(Collectors.joining(" ")))
                .isEqualTo(ids);
    }

    @Test
    void theNativeSentencePieceAgreesOnRandomTexts() throws IOException {
        Path model = folder.resolve("tok8192.model");
        TOK.save(model);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] parts = {
            " ", "  ", "\n", "a", "th", "Once upon", " time", "…", "é", "🦙", "42", "\t", "ing", "\"", ".", "Twist"
        };
        try (SpTokenizer oracle = new SpTokenizer(model)) {
            for (int i = 0; i < 400; i++) {
                StringBuilder text = new StringBuilder();
                for (int k = random.nextInt(20); k >= 0; k--) {
                    text.append(
                            random.nextInt(3) == 0
                                    ? parts[random.nextInt(parts.length)]
                                    : TOK.piece(259 + random.nextInt(7900))
                                            .text()
                                            .replace('\u2581', ' '));
                }
                int[] ids = TOK.encode(text.toString());
                assertThat(ids)
                        .as("seed %d: \"%s\"", seed, text)
                        .isEqualTo(oracle.getProcessor().encode(text.toString()));
                // The native library's text comes through JNI, which garbles characters beyond U+FFFF.
                if (text.indexOf("🦙") < 0) {
                    assertThat(TOK.decode(ids))
                            .as("seed %d", seed)
                            .isEqualTo(oracle.getProcessor().decode(ids));
                }
            }
        }
    }

    @Test
    void everyNormalizerIsSentencePieces() throws IOException {
        for (boolean prefix : new boolean[] {true, false}) {
            for (boolean extra : new boolean[] {true, false}) {
                TextNormalizer normalizer = new TextNormalizer(prefix, extra);
                Path file = folder.resolve("n.model");
                SentencePieceModel base = SentencePieceFile.read(saved("tok8192.model"));
                SentencePieceFile.write(file, SentencePieceModel.of(base.pieces(), normalizer));
                BpeTokenizer ours = BpeTokenizer.load(file);
                assertThat(ours.normalizer()).isEqualTo(normalizer);
                try (SpTokenizer oracle = new SpTokenizer(file)) {
                    for (String text : List.of("", " ", "a  b ", "  a", "x \n y", "the the  the", "a▁", "Story: ")) {
                        int[] ids = ours.encode(text);
                        assertThat(ids)
                                .as("%s of \"%s\"", normalizer, text)
                                .isEqualTo(oracle.getProcessor().encode(text));
                        assertThat(ours.decode(ids))
                                .as("%s of \"%s\"", normalizer, text)
                                .isEqualTo(oracle.getProcessor().decode(ids));
                    }
                }
            }
        }
    }

    private Path saved(String name) {
        Path file = folder.resolve(name);
        TOK.save(file);
        return file;
    }

    @Test
    void theModelAndItsVocabularyAreWrittenAsTheyWere() throws IOException {
        for (String name : List.of("tok8192.model", "tok8192.vocab")) {
            try (var published = BpeTokenizer.class.getResourceAsStream(name)) {
                assertThat(Files.readAllBytes(saved(name))).isEqualTo(published.readAllBytes());
            }
        }
    }

    @Test
    void theBinHasThePublishedSizeAndComesBack() throws IOException {
        Path bin = saved("tok8192.bin");
        assertThat(Files.size(bin)).isEqualTo(114_165);
        assertThat(Files.readAllBytes(bin)).startsWith(15, 0, 0, 0);
        BpeTokenizer back = BpeTokenizer.load(bin);
        assertThat(back.normalizer()).isEqualTo(TextNormalizer.LLAMA);
        // Llama's normalizer keeps the space at the end.
        assertThat(back.encode("\nStory: ")).containsExactly(8090, 13, 8115, 411, 8117, 8090);
        back.save(folder.resolve("again.bin"));
        assertThat(Files.readAllBytes(folder.resolve("again.bin"))).isEqualTo(Files.readAllBytes(bin));
    }

    @Test
    void everyFormatGivesTheSameIds() {
        String text = "Once upon a time, Lily said \"Hello!\"\nThe end. 🦙 poivrée";
        for (String name : List.of("t.model", "t.vocab", "t.bin", "t.json")) {
            BpeTokenizer back = BpeTokenizer.load(saved(name));
            assertThat(back.size()).as(name).isEqualTo(8192);
            assertThat(back.encode(text)).as(name).isEqualTo(TOK.encode(text));
            assertThat(back.decode(back.encode(text))).as(name).isEqualTo(text);
        }
    }

    @Test
    void huggingFaceReadsOurTokenizerJsonWithTheSameIds() throws IOException {
        Path file = saved("tokenizer.json");
        try (HuggingFaceTokenizer oracle = HuggingFaceTokenizer.newInstance(file)) {
            for (Arguments vector : vectors().toList()) {
                String text = (String) vector.get()[0];
                long[] ids = oracle.encode(text, false, false).getIds();
                assertThat(TOK.encode(text))
                        .as(text)
                        .isEqualTo(Arrays.stream(ids).mapToInt(i -> (int) i).toArray());
            }
        }
    }

    @Test
    void marksHaveNoTextAndBytesThatAreNoUtf8AreReplaced() {
        assertThat(TOK.decode(1, 445, 446, 1, 261)).isEqualTo("Once upon a");
        assertThat(TOK.decode(3 + 0xC3, 3 + 0xA9)).isEqualTo("é");
        assertThat(TOK.decode(3 + 0xC3, 261)).isEqualTo("\uFFFD a");
        assertThat(TOK.decode(3 + 0xFF, 3 + 0x41)).isEqualTo("\uFFFDA");
        assertThatThrownBy(() -> TOK.decode(8192)).hasMessage("id is 8192; expected 0 to 8191");
    }

    @Test
    void aTrainedTokenizerMergesTheMostFrequentPairsAndEncodesAsSentencePieceDoes() throws IOException {
        List<String> texts = List.of("the cat sat on the mat", "the hat\nthe bat 12 12 12!!", "that cat");
        BpeTokenizer trained = BpeTokenizer.train(texts, 288);
        assertThat(trained.size()).isEqualTo(288);
        assertThat(trained.piece(259).text()).isEqualTo("at");
        assertThat(trained.table().stringColumn("piece").asList()).doesNotContain("12", "▁12");
        Path file = folder.resolve("small.model");
        trained.save(file);
        try (SpTokenizer oracle = new SpTokenizer(file)) {
            for (String text : texts) {
                assertThat(trained.encode(text)).isEqualTo(oracle.getProcessor().encode(text));
                assertThat(trained.decode(trained.encode(text))).isEqualTo(text);
            }
        }
        assertThatThrownBy(() -> BpeTokenizer.train(texts, 400))
                .hasMessageStartingWith("vocabSize is 400; expected at most ");
        assertThatThrownBy(() -> BpeTokenizer.train(texts, 260))
                .hasMessageStartingWith("vocabSize is 260; expected at least ");
    }

    @Test
    void whatIsCutOffOrDoesNotBelongIsSaidInASentence() throws IOException {
        for (String name : List.of("cut.model", "cut.bin")) {
            Path file = saved(name);
            Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5000));
            assertThatThrownBy(() -> BpeTokenizer.load(file))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining("cut off at byte");
        }
        Path vocab = Files.writeString(folder.resolve("x.vocab"), "<unk>\t0\n<s>\tx\n");
        assertThatThrownBy(() -> BpeTokenizer.load(vocab))
                .hasMessageContaining("line 2: score is \"x\"; expected a number");
        assertThatThrownBy(() -> BpeTokenizer.load(Path.of("a.txt")))
                .hasMessageContaining("expected a name that ends in");
        assertThatThrownBy(() -> TOK.checkSize(512)).hasMessageContaining("512 pieces; expected 8192");
    }
}

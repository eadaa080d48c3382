package org.kymograph.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

class WordPiecesTest {
    private static final Path MODEL = resource("bert");
    private static final JsonNode GOLDEN = Json.read(MODEL.resolve("golden.json"));

    @TempDir
    Path dir;

    private static Path resource(String name) {
        try {
            return Path.of(BertClassifier.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long[] longs(JsonNode array, int n) {
        return Arrays.copyOf(
                StreamSupport.stream(array.spliterator(), false)
                        .mapToLong(JsonNode::longValue)
                        .toArray(),
                n);
    }

    @Test
    void pairsAreCutAsByHand() {
        for (Path folder : new Path[] {MODEL, resource("bert-old")}) {
            try (WordPieces whole = WordPieces.open(folder, 128);
                    WordPieces cut = WordPieces.open(folder, 13)) {
                JsonNode pairs = GOLDEN.get("pairs");
                for (int i = 0; i < pairs.size(); i++) {
                    String first = pairs.get(i).get(0).asText();
                    String second = pairs.get(i).get(1).asText();
                    WordPieces.Pair pair = whole.encode(first, second);
                    int n = pair.ids().length;
                    assertThat(pair.ids()).isEqualTo(longs(GOLDEN.get("ids").get(i), n));
                    assertThat(pair.types()).isEqualTo(longs(GOLDEN.get("types").get(i), n));
                    assertThat(longs(GOLDEN.get("mask").get(i), n)).containsOnly(1);
                    JsonNode shortened = GOLDEN.get("shortened").get(i);
                    pair = cut.encode(first, second);
                    assertThat(pair.ids())
                            .isEqualTo(longs(shortened.get(0), shortened.get(0).size()));
                    assertThat(pair.types())
                            .isEqualTo(longs(shortened.get(1), shortened.get(1).size()));
                }
            }
        }
    }

    @Test
    void upperCaseIsKeptWhereTheSettingsSaySo() throws IOException {
        Files.writeString(dir.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\nA\na\n");
        try (WordPieces lower = WordPieces.open(dir, 10)) {
            assertThat(lower.encode("A", "a").ids()).containsExactly(2, 5, 3, 5, 3);
        }
        Files.writeString(dir.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
        try (WordPieces cased = WordPieces.open(dir, 10)) {
            assertThat(cased.encode("A", "a").ids()).containsExactly(2, 4, 3, 5, 3);
        }
    }

    @Test
    void badFilesAreToldOf() throws IOException {
        assertThatThrownBy(() -> WordPieces.open(dir, 10))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(dir + ": holds neither tokenizer.json nor vocab.txt");
        assertThatThrownBy(() -> WordPieces.open(dir, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longest is 2");
        Path vocabulary = Files.writeString(dir.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n");
        assertThatThrownBy(() -> WordPieces.open(dir, 10))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(vocabulary + ": has no line '[SEP]'");
        Files.writeString(dir.resolve("vocab.txt"), "[PAD]\n[PAD]\n");
        assertThatThrownBy(() -> WordPieces.open(dir, 10))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 2: has '[PAD]' a second time");
        Path tokenizer = Files.writeString(dir.resolve("tokenizer.json"), "{\"version\": \"1.0\"}");
        assertThatThrownBy(() -> WordPieces.open(dir, 10))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(tokenizer + ": isn't a tokenizer");
    }
}

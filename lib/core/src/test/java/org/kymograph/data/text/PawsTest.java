package org.kymograph.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.files.RecordException;

class PawsTest {
    @Test
    void bothSentencesHaveTheSameWordsAndOnlyTheOrderTells() {
        Texts made = Paws.made(400, 7);
        long same = 0;
        for (Texts.Example e : made.examples()) {
            List<String> first = words(e.texts().get(0));
            List<String> second = words(e.texts().get(1));
            assertThat(second).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
            // Who it was done to is the last word.
            assertThat(first.get(7).equals(second.get(7))).isEqualTo(e.label() == 1);
            same += (long) e.label();
        }
        assertThat(same).isBetween(150L, 250L);
        assertThat(Paws.made(400, 7)).isEqualTo(made);
        assertThat(Paws.made(400, 8)).isNotEqualTo(made);
    }

    private static List<String> words(String text) {
        return Arrays.asList(text.split(" "));
    }

    @Test
    void filesAreReadOrRefusedWithTheirLine(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("train.tsv");
        Files.writeString(file, "id\tsentence1\tsentence2\tlabel\r\n1\ta \"b\tb a\t0\r\n2\tc\tC\t1\r\n");
        Texts texts = Paws.read(file, "train");
        assertThat(texts.examples())
                .containsExactly(
                        new Texts.Example("1", List.of("a \"b", "b a"), 0),
                        new Texts.Example("2", List.of("c", "C"), 1));
        Files.writeString(file, "id\tsentence1\tsentence2\tlabel\n1\ta\tb\t2\n");
        assertThatThrownBy(() -> Paws.read(file, "train"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("label is '2'; expected 0 or 1");
        Files.writeString(file, "id\tsentence1\tsentence2\tlabel\n1\ta\tb\n");
        assertThatThrownBy(() -> Paws.read(file, "train")).hasMessageContaining("has 3 cells; expected 4");
        Files.writeString(file, "a\tb\n");
        assertThatThrownBy(() -> Paws.read(file, "train")).hasMessageContaining("expected the header");
    }
}

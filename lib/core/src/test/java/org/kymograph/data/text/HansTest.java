package org.kymograph.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.record.files.RecordException;

class HansTest {
    @TempDir
    Path dir;

    @Test
    void readsThePublishedFormatAndJsonLines() throws IOException, URISyntaxException {
        Hans tabs = Hans.read(
                Path.of(BertClassifier.class.getResource("bert/hans.txt").toURI()));
        assertThat(tabs.examples()).hasSize(11);
        assertThat(tabs.examples().get(0))
                .isEqualTo(new Hans.Example(
                        "The doctor saw the lawyer .", "The lawyer saw the doctor .", false, "lexical_overlap"));
        assertThat(tabs.heuristics()).isEqualTo(Hans.HEURISTICS);
        Path json = Files.writeString(
                dir.resolve("hans.jsonl"),
                """
                {"gold_label": "entailment", "sentence1": "a", "sentence2": "b", "heuristic": "constituent"}
                {"label": 1, "premise": "c", "hypothesis": "d", "heuristic": "negation"}
                """);
        assertThat(Hans.read(json).examples())
                .containsExactly(
                        new Hans.Example("a", "b", true, "constituent"), new Hans.Example("c", "d", false, "negation"));
        assertThat(Hans.read(json).heuristics()).containsExactly("constituent", "negation");
    }

    @Test
    void damageIsToldWithTheLine() {
        bad("", "is empty");
        bad("gold_label\tsentence1\tsentence2\n", "line 1: has no column 'heuristic'");
        bad("gold_label\tsentence1\tsentence2\theuristic\n", "no examples");
        bad("gold_label\tsentence1\tsentence2\theuristic\nentailment\ta\tb\n", "line 2: has 3 cells; expected 4");
        bad("gold_label\tsentence1\tsentence2\theuristic\nneutral\ta\tb\tc\n", "line 2: has the label 'neutral'");
        bad("{\"label\": 2, \"premise\": \"a\"}\n", "line 1: field 'label' is 2");
        bad("{\"label\": 0, \"premise\": \"a\", \"heuristic\": \"b\"}\n", "no text 'hypothesis' or 'sentence2'");
        bad("{\"label\": 0,\n", "line 1");
        assertThatThrownBy(() -> Hans.read(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is a folder");
    }

    private void bad(String text, String message) {
        try {
            Path file = Files.writeString(dir.resolve("hans"), text);
            assertThatThrownBy(() -> Hans.read(file))
                    .isInstanceOf(RecordException.class)
                    .hasMessageStartingWith(file.toString())
                    .hasMessageContaining(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

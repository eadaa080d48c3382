package org.kymograph.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.files.RecordException;

class TextFileTest {
    @TempDir
    Path dir;

    @Test
    void findsTheTextsOfACsvBehindItsRowNumbers() {
        Texts texts =
                read("own.csv", ",question,sentence,idx,label\n0,Who?,\"Tom, I think.\",7,yes\n1,Why?,So.,9,no\n");
        assertThat(texts.examples())
                .containsExactly(
                        new Texts.Example("7", List.of("Who?", "Tom, I think."), 1),
                        new Texts.Example("9", List.of("Why?", "So."), 0));
        assertThat(texts.labels()).containsExactly("no", "yes");
        assertThat(texts.lines()).contains("Why? ║ So.");
    }

    @Test
    void prefersSentence1AndSentence2() {
        Texts texts = read(
                "own.jsonl",
                """
                {"title": "t", "sentence2": "b", "sentence1": "a", "label": 10}
                {"title": "t", "sentence2": "d", "sentence1": "c", "label": 9}
                """);
        assertThat(texts.examples())
                .containsExactly(
                        new Texts.Example("0", List.of("a", "b"), 1), new Texts.Example("1", List.of("c", "d"), 0));
        assertThat(texts.labels()).containsExactly("9", "10");
        assertThat(texts.name()).isEqualTo("own");
    }

    @Test
    @Timeout(60)
    @Tag("slow")
    void aColumnOfNothingButDifferentLabelsTakesLinearTime() {
        StringBuilder text = new StringBuilder("text,label\n");
        for (int i = 0; i < 300_000; i++) {
            text.append("a,l").append(i).append('\n');
        }
        assertThat(read("own.CSV", text.toString()).labels()).hasSize(300_000);
    }

    @Test
    void aMisspeltFieldGetsASuggestion() {
        write("own.csv", "sentnce,lable\na,x\nb,y\n");
        assertThatThrownBy(() -> TextFile.withDefaults().read(dir.resolve("own.csv"), "train"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("has no field 'label'; its fields are [sentnce, lable]; did you mean 'lable'?");
    }

    @Test
    void takesFractionsAsNumbers() {
        Texts texts = read("own.json", "[{\"text\": \"a\", \"label\": 1}, {\"text\": \"b\", \"label\": 2.5}]");
        assertThat(texts.labels()).isEmpty();
        assertThat(texts.examples().stream().map(Texts.Example::label)).containsExactly(1.0, 2.5);
        assertThat(read("two.csv", "text,label\na,0.5\nb,1\n").labels()).isEmpty();
    }

    @Test
    void takesFieldsByName() {
        write("own.jsonl", "{\"a\": \"x\", \"b\": \"y\", \"c\": \"z\", \"kind\": \"k1\", \"nr\": \"u\"}\n");
        Texts texts = TextFile.withDefaults()
                .withTexts("c", "a")
                .withLabel("kind")
                .withId("nr")
                .withClasses(List.of("k0", "k1"))
                .read(dir.resolve("own.jsonl"), "dev")
                .texts();
        assertThat(texts.examples()).containsExactly(new Texts.Example("u", List.of("z", "x"), 1));
        assertThat(texts.split()).isEqualTo("dev");
    }

    @Test
    void readsSnliBoolQAndCb() {
        write(
                "snli.jsonl",
                """
                {"annotator_labels": ["neutral"], "pairID": "1.jpg#0r1n", "sentence1": "A", "sentence2": "B", "gold_label": "neutral"}
                {"annotator_labels": [], "pairID": "1.jpg#0r1e", "sentence1": "A", "sentence2": "C", "gold_label": "-"}
                {"annotator_labels": [], "pairID": "1.jpg#0r1n", "sentence1": "A", "sentence2": "D", "gold_label": "neutral"}
                """);
        GlueTsv.Read snli = TextFile.snli().read(dir.resolve("snli.jsonl"), "train");
        assertThat(snli.texts().examples()).containsExactly(new Texts.Example("1.jpg#0r1n", List.of("A", "B"), 1));
        assertThat(snli.skipped()).isEqualTo(new GlueTsv.Skipped(1, 1, 1, 0, 0));

        write("boolq.jsonl", "{\"question\": \"q\", \"passage\": \"p\", \"idx\": 4, \"label\": true}\n");
        assertThat(TextFile.boolQ()
                        .read(dir.resolve("boolq.jsonl"), "train")
                        .texts()
                        .examples())
                .containsExactly(new Texts.Example("4", List.of("q", "p"), 1));
        write("cb.jsonl", "{\"premise\": \"p\", \"hypothesis\": \"h\", \"label\": \"neutral\", \"idx\": 0}\n");
        assertThat(TextFile.cb().read(dir.resolve("cb.jsonl"), "train").texts().examples())
                .containsExactly(new Texts.Example("0", List.of("p", "h"), 2));
    }

    @Test
    void saysWhatIsMissing() {
        bad("a.csv", "text,gold\na,1\n", "has no field 'label'");
        bad("b.csv", "number,label\n1,0\n2,1\n", "no field with text");
        bad("c.jsonl", "{\"text\": \"a\", \"label\": 1}\n{\"label\": 0}\n", "line 2: has no field 'text'");
        bad("d.jsonl", "{\"text\": \"a\", \"label\": 1}\n", "expected at least two");
        bad("e.jsonl", "{\"text\": \n", "line 1");
        bad("f.jsonl", "", "has no rows");
        bad("g.json", "[1]", "element 0 isn't an object");
        write("h.jsonl", "{\"premise\": \"p\", \"hypothesis\": \"h\", \"label\": 1, \"idx\": 0}\n");
        assertThatThrownBy(() -> TextFile.cb().read(dir.resolve("h.jsonl"), "train"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 1: field 'label' is '1'; expected one of [entailment");
    }

    private Texts read(String name, String text) {
        write(name, text);
        return TextFile.withDefaults().read(dir.resolve(name), "train").texts();
    }

    private void bad(String name, String text, String message) {
        write(name, text);
        assertThatThrownBy(() -> TextFile.withDefaults().read(dir.resolve(name), "train"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(message);
    }

    private void write(String name, String text) {
        try {
            Files.writeString(dir.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package org.kymograph.record.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.record.files.RecordException;

class GuidFilesTest {
    @TempDir
    Path folder;

    @Test
    void listsHaveOneIdOnALine() throws IOException {
        Path file = folder.resolve("mnli_easy_label2_top10k.txt");
        GuidFiles.write(file, Guids.of(230221, -5, 0));
        assertThat(Files.readString(file)).isEqualTo("230221\n-5\n0\n");
        assertThat(GuidFiles.read(file)).isEqualTo(Guids.of(230221, -5, 0));
        GuidFiles.write(file, Guids.of(List.of("train-1", "007")));
        assertThat(GuidFiles.read(file)).isEqualTo(Guids.of(List.of("train-1", "007")));
        Files.writeString(file, "12\r\n7");
        assertThat(GuidFiles.read(file)).isEqualTo(Guids.of(12, 7));
        // A number with leading noughts would come back as another id.
        Files.writeString(file, "12\n007\n");
        assertThat(GuidFiles.read(file).numeric()).isFalse();
    }

    @Test
    void scoresGoAndCome() throws IOException {
        Path file = folder.resolve("weights.jsonl");
        GuidFiles.writeScores(file, "weight", new GuidFiles.Scores(Guids.of(50325, 7), new double[] {.25, Double.NaN}));
        assertThat(Files.readString(file))
                .isEqualTo("{\"guid\":50325,\"weight\":0.25}\n{\"guid\":7,\"weight\":null}\n");
        GuidFiles.Scores scores = GuidFiles.readScores(file, "weight");
        assertThat(scores.guids()).isEqualTo(Guids.of(50325, 7));
        assertThat(scores.values()).containsExactly(.25, Double.NaN);
        assertThat(GuidFiles.read(file)).isEqualTo(Guids.of(50325, 7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'guid':1}|line 1: field 'w': expected a number, found none",
                "{'guid':1,'w':'x'}|line 1: field 'w': expected a number, found \"x\"",
                "{'guid':1.5,'w':0}|line 1: field 'guid': expected a whole number or a text, found 1.5",
                "{'guid':1,'w':0};{'guid':1,'w':2}|line 2: guid 1 comes twice",
                "{'guid':1,'w':0};;|line 2: is blank",
                "{'guid':1,'w'|line 1: column"
            })
    void badScoresAreRefused(String text, String message) throws IOException {
        Path file = Files.writeString(
                folder.resolve("bad.jsonl"), text.replace('\'', '"').replace(';', '\n'));
        assertThatThrownBy(() -> GuidFiles.readScores(file, "w"))
                .isInstanceOf(RecordException.class)
                .hasMessageStartingWith(file + ", ")
                .hasMessageContaining(message);
    }

    @Test
    void byteOrderMarksArePassedOver() throws IOException {
        Path file = Files.writeString(folder.resolve("notepad.txt"), "\ufeff12\r\n7\r\n");
        assertThat(GuidFiles.read(file)).isEqualTo(Guids.of(12, 7));
        Files.write(file, "12\n7\n".getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> GuidFiles.read(file)).hasMessageContaining("isn't UTF-8: it begins as UTF-16 does");
        Files.writeString(file, "12\n" + "7".repeat(1_000_001));
        assertThatThrownBy(() -> GuidFiles.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 2: has more than 1000000 characters in one line");
    }

    @Test
    void badListsAreRefused() throws IOException {
        Path twice = Files.writeString(folder.resolve("twice.txt"), "1\n2\n1\n");
        assertThatThrownBy(() -> GuidFiles.read(twice))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 3: guid 1 comes twice");
        Path mixed = Files.writeString(folder.resolve("mixed.jsonl"), "{\"guid\":1}\n{\"id\":2}\n");
        assertThatThrownBy(() -> GuidFiles.read(mixed))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 2: field 'guid': expected a whole number or a text, found none");
        assertThatThrownBy(() -> GuidFiles.read(folder.resolve("absent.txt")))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("no such file");
        Path latin = Files.write(folder.resolve("latin.txt"), new byte[] {(byte) 0xe9, '\n'});
        assertThatThrownBy(() -> GuidFiles.read(latin))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("isn't UTF-8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GuidFiles.write(folder.resolve("x"), Guids.of(List.of("a\nb"))));
    }
}

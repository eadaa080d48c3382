package org.kymograph.record.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kymograph.record.dynamics.LogText.row;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.record.files.RecordException;

/** Every fault of a log has its own sentence, with the file, the line, the sample and the field. */
class MalformedLogTest {
    private static final String FIRST = row(7, 1, "1.5, 0.5, -1", 0);
    private static final String LAST = row(4, 1, "3, -3, 1e-1", 2);

    @TempDir
    Path folder;

    private LogText log;

    @BeforeEach
    void writeLog() throws IOException {
        log = LogText.good(folder.resolve("run"));
    }

    private void refused(String... parts) {
        assertThatThrownBy(() -> Dynamics.read(log.root))
                .isInstanceOf(RecordException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    /** The second of three lines of epoch 1 is bad. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"guid\":9,\"logits_epoch_1\":[1,2],\"gold\":1}|guid 9: logits_epoch_1 has 2 numbers; expected 3 as in line 1",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3,4],\"gold\":1}|guid 9: logits_epoch_1 has 4 numbers; expected 3",
                "{\"guid\":9,\"logits_epoch_1\":[1,NaN,3],\"gold\":1}|guid 9: logits_epoch_1[1] is NaN; expected a finite number",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,-Infinity],\"gold\":1}|guid 9: logits_epoch_1[2] is -Infinity",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,1e300],\"gold\":1}|guid 9: logits_epoch_1[2] is 1e300, which is too large for float32; expected a finite number, or leave the sample out (--drop-incomplete",
                "{\"guid\":9,\"logits_epoch_1\":[1,null,3],\"gold\":1}|guid 9: logits_epoch_1 holds null; expected a number",
                "{\"guid\":9,\"logits_epoch_1\":[1,\"2\",3],\"gold\":1}|guid 9: logits_epoch_1 holds a text; expected a number",
                "{\"guid\":9,\"logits_epoch_1\":[[1,2,3]],\"gold\":1}|guid 9: logits_epoch_1 is a list; expected a number",
                "{\"guid\":9,\"logits_epoch_1\":5,\"gold\":1}|guid 9: logits_epoch_1 is a number; expected a list of numbers",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":3}|guid 9: gold is 3; expected a whole number from 0 to 2",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":-1}|guid 9: gold is -1; expected a whole number from 0 to 2",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":1.5}|guid 9: gold is 1.5; expected a whole number from 0 to 2",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":[0,1,1]}|guid 9: gold is a list; expected a number as in line 1",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":2}|guid 9: gold is 2; expected 1 as in epoch 0",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3]}|guid 9: it has no gold",
                "{\"guid\":9,\"gold\":1}|guid 9: it has no logits_epoch_1; expected it, or p_gold_epoch_1 and correct_epoch_1 of a sequence",
                "{\"guid\":9,\"logits_epoch_2\":[1,2,3],\"gold\":1}|guid 9: it has no logits_epoch_1, but logits_epoch_2",
                "{\"logits_epoch_1\":[1,2,3],\"gold\":1}|it has no guid",
                "{\"guid\":9,\"guid\":8,\"logits_epoch_1\":[1,2,3],\"gold\":1}|it has guid twice",
                "{\"guid\":9.5,\"logits_epoch_1\":[1,2,3],\"gold\":1}|guid is a number; expected a whole number or a text",
                "{\"guid\":99999999999999999999,\"logits_epoch_1\":[1,2,3],\"gold\":1}|line 2: guid is 99999999999999999999, which needs more than 64 bits",
                "{\"guid\":\"9\",\"logits_epoch_1\":[1,2,3],\"gold\":1}|guid is a text; expected a number as in line 1",
                "{\"guid\":7,\"logits_epoch_1\":[1,2,3],\"gold\":0}|guid 7 comes again after line 1; expected one row for each",
                "{\"guid\":8,\"logits_epoch_1\":[1,2,3],\"gold\":1}|guid 8 isn't in the file of epoch 0; expected the same samples in every epoch, or leave these out (--drop-incomplete, DynamicsReader.Lenience.DROP_INCOMPLETE)",
                "{\"guid\":9,\"p_gold_epoch_1\":0.5,\"correct_epoch_1\":true}|guid 9: it has p_gold_epoch_1; expected logits_epoch_1",
                "[1,2,3]|line 2: a list; expected a JSON object with guid, logits_epoch_1 and gold",
                "9 3 2 1|line 2: a number; expected a JSON object",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,x],\"gold\":1}|isn't JSON",
                "{\"guid\":9,\"logits_epoch_1\":[1,2|column 32: isn't JSON: Unexpected end-of-input: expected close marker for Array",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":1} 7|line 2: a number; expected a JSON object",
            })
    void badRow(String bad, String sentence) {
        log.epoch(1, FIRST, bad, LAST);
        refused(log.file(1) + ", line 2: ", sentence);
    }

    @Test
    void emptyLineBetweenRows() {
        log.epoch(1, FIRST, "", row(9, 1, "0.25, 1, 2", 1), LAST);
        refused(log.file(1) + ", line 2: is blank; expected a JSON object");
    }

    @Test
    void twoRowsInOneLine() {
        log.epoch(1, FIRST + row(9, 1, "0.25, 1, 2", 1), LAST);
        refused(log.file(1) + ", line 1: ", "isn't JSON: something follows the first value");
    }

    @Test
    void sampleMissingInAnEpoch() {
        log.epoch(1, FIRST, LAST);
        refused(log.file(1)
                + ": lacks 1 of the 3 samples of epoch 0: guid 9; expected the same samples in every epoch");
    }

    @Test
    void lastLineCutOff() {
        String whole = row(4, 1, "3, -3, 1e-1", 2);
        for (int length : new int[] {1, 5, 20, 40, whole.length() - 3, whole.length() - 1}) {
            log.raw(1, FIRST + "\n" + row(9, 1, "0.25, 1, 2", 1) + "\n" + whole.substring(0, length));
            refused(
                    log.file(1)
                            + ", line 3: the row ends in the middle, as after a crash; expected a whole JSON object: "
                            + "record this epoch again, or leave the sample out (--drop-incomplete, DynamicsReader.Lenience.DROP_INCOMPLETE)");
        }
    }

    @Test
    void epochMissing() throws IOException {
        Files.delete(log.file(1));
        refused("training_dynamics: lacks dynamics_epoch_1.jsonl; expected a file for every epoch from 0 to 2; it has"
                + " epochs 0, 2, which are read by number (--epochs, withEpochNumbers)");
        Files.delete(log.file(0));
        refused("lacks dynamics_epoch_0.jsonl, dynamics_epoch_1.jsonl; expected");
    }

    @Test
    void emptyFile() {
        log.raw(2, "");
        refused(log.file(2) + ": is empty; expected a line for each sample");
    }

    @Test
    void emptyFolderAndWrongPath() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThatThrownBy(() -> Dynamics.read(empty))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("has neither a folder training_dynamics nor files dynamics_epoch_<e>.jsonl");
        Files.createDirectories(empty.resolve("training_dynamics"));
        assertThatThrownBy(() -> Dynamics.read(empty))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("has no files dynamics_epoch_<e>.jsonl");
        Files.writeString(empty.resolve("training_dynamics").resolve("epoch1.json"), "");
        assertThatThrownBy(() -> Dynamics.read(empty))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("expected one for each epoch; it has epoch1.json");
        assertThatThrownBy(() -> Dynamics.read(folder.resolve("none")))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("there is no such folder");
        assertThatThrownBy(() -> Dynamics.read(log.file(0)))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is a file; expected the folder that holds training_dynamics");
    }

    @Test
    void mixedFormats() {
        log.epoch(1, "{\"guid\":7,\"p_gold_epoch_1\":0.5,\"correct_epoch_1\":true}");
        refused(log.file(1)
                + ": has probabilities of sequences; expected 3 logits and a class for each sample as in epoch 0");
        log.epoch(1, row(7, 1, "1, 2", 0), row(9, 1, "1, 2", 1), row(4, 1, "1, 2", 1));
        refused(log.file(1) + ": has 2 logits and a class for each sample; expected 3 logits");
        log.epoch(1, row("\"7\"", 1, "1, 2, 3", 0));
        refused(log.file(1) + ": has guids that are texts; expected numbers as in epoch 0");
    }

    @Test
    void strayFilesAreListedAndNotRead() throws IOException {
        Path inside = log.root.resolve("training_dynamics");
        Files.writeString(inside.resolve("td_metrics.jsonl"), "{}");
        Files.writeString(inside.resolve("dynamics_epoch_02.jsonl"), "nonsense");
        Files.createDirectory(inside.resolve("dynamics_epoch_9.jsonl"));
        Dynamics read = Dynamics.read(log.root);
        assertThat(read.epochs()).isEqualTo(3);
        assertThat(read.coverage().strayFiles())
                .containsExactly("dynamics_epoch_02.jsonl", "dynamics_epoch_9.jsonl", "td_metrics.jsonl");
    }

    @Test
    void nestingDeeperThanTheParserGoes() {
        String deep = "[".repeat(1001) + "]".repeat(1001);
        String bad = "{\"guid\":9,\"x\":" + deep + ",\"logits_epoch_1\":[0.25,1,2],\"gold\":1}";
        log.epoch(1, FIRST, bad, LAST);
        refused(log.file(1) + ", line 2: ", "isn't JSON that can be read: Document nesting depth (1001)");
        log.raw(1, FIRST + "\n" + LAST + "\n" + bad);
        refused(log.file(1) + ", line 3: ", "isn't JSON that can be read: Document nesting depth (1001)");
    }

    @Test
    void numbersAndNamesLongerThanTheParserTakes() {
        for (String field : new String[] {
            "\"logits_epoch_1\":[0.25,1," + "2".repeat(1001) + "]",
            "\"logits_epoch_1\":[0.25,1," + "0." + "2".repeat(1001) + "]",
            "\"" + "x".repeat(50_001) + "\":0"
        }) {
            log.epoch(1, FIRST, "{\"guid\":9," + field + ",\"gold\":1}", LAST);
            refused(log.file(1) + ", line 2: ", "isn't JSON that can be read: ");
        }
    }

    @Test
    void otherEncodingsAreNamed() throws IOException {
        String text = Files.readString(log.file(1));
        for (Charset utf16 : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            Files.write(log.file(1), text.getBytes(utf16));
            refused(log.file(1) + ": isn't UTF-8: it begins as UTF-16 does");
        }
        Files.write(log.file(1), ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE));
        refused(log.file(1) + ": isn't UTF-8: it begins as UTF-16 does");
        Files.writeString(log.file(1), "\ufeff" + text);
        assertThat(Dynamics.read(log.root).samples()).isEqualTo(3);
    }

    @Test
    void aGzippedFileThatIsCutOff() throws IOException {
        byte[] whole = LogText.gzip(Files.readString(log.file(1)));
        Files.write(log.file(1), Arrays.copyOf(whole, whole.length - 12));
        refused(log.file(1) + ": can't be read: it begins as gzip does, but is damaged or cut off");
    }

    @Test
    void repeatsOfAnotherSampleAreNoRepeats() {
        log.epoch(1, FIRST, row(9, 1, "0.25, 1, 2", 1), LAST, row(9, 1, "1, 1, 1", 0));
        for (DynamicsReader reader :
                List.of(Dynamics.reader(), Dynamics.reader().withLenient(DynamicsReader.Lenience.KEEP_FIRST))) {
            assertThatThrownBy(() -> reader.read(log.root))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining(log.file(1) + ", line 4: guid 9: gold is 0; expected 1 as in epoch 0");
        }
        log.epoch(1, FIRST, row(9, 1, "0.25, 1, 2", 1), LAST);
        log.epoch(
                0, row(7, 0, "1, 0, 0", 0), row(9, 0, "2, 0, 0", 1), row(7, 0, "8, 8, 8", 2), row(4, 0, "3, 0, 0", 2));
        assertThatThrownBy(() -> Dynamics.reader()
                        .withLenient(DynamicsReader.Lenience.KEEP_FIRST)
                        .read(log.root))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(log.file(0) + ", line 3: guid 7: gold is 2; expected 0 as in line 1");
    }

    @Test
    void aListOfOneLabelIsNamed() {
        log.epoch(0, row(7, 0, "1, 2, 3", "[1]"));
        refused("guid 7: gold is a list of 1 label; expected 3, one for each logit, or the class as a number");
    }

    @Test
    void theFirstFaultyEpochIsToldOf() {
        log.raw(0, "");
        log.raw(2, "nonsense");
        refused(log.file(0) + ": is empty");
    }

    @Test
    void burnOutOutOfRange() {
        assertThatThrownBy(() -> Dynamics.reader().withEpochs(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("epochs (burn-out) is 0; expected at least 1");
        assertThatThrownBy(() -> Dynamics.reader().withEpochs(4).read(log.root))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("has 3 epochs; expected at least the 4 that burn-out asks for");
        assertThatThrownBy(() -> Dynamics.read(log.root).upTo(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Dynamics.read(log.root).upTo(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("epochs is 4; expected 1 to 3");
    }
}

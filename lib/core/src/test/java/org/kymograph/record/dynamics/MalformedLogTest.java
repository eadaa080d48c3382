package org.kymograph.record.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kymograph.record.dynamics.LogText.row;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                "{\"guid\":9,\"logits_epoch_1\":[1,2,1e300],\"gold\":1}|guid 9: logits_epoch_1[2] is Infinity",
                "{\"guid\":9,\"logits_epoch_1\":[1,null,3],\"gold\":1}|guid 9: logits_epoch_1 holds null; expected a number",
                "{\"guid\":9,\"logits_epoch_1\":[1,\"2\",3],\"gold\":1}|guid 9: logits_epoch_1 holds a text; expected a number",
                "{\"guid\":9,\"logits_epoch_1\":[[1,2,3]],\"gold\":1}|guid 9: logits_epoch_1 is a list; expected a number",
                "{\"guid\":9,\"logits_epoch_1\":5,\"gold\":1}|guid 9: logits_epoch_1 is a number; expected a list of numbers",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":3}|guid 9: gold is 3; expected a whole number from 0 to 2",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":-1}|guid 9: gold is -1; expected a whole number from 0 to 2",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":1.0}|guid 9: gold is 1.0; expected a whole number from 0 to 2",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":[0,1,1]}|guid 9: gold is a list; expected a number as in line 1",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3],\"gold\":2}|guid 9: gold is 2; expected 1 as in epoch 0",
                "{\"guid\":9,\"logits_epoch_1\":[1,2,3]}|guid 9: it has no gold",
                "{\"guid\":9,\"gold\":1}|guid 9: it has no logits_epoch_1",
                "{\"guid\":9,\"logits_epoch_2\":[1,2,3],\"gold\":1}|guid 9: it has no logits_epoch_1, but logits_epoch_2",
                "{\"logits_epoch_1\":[1,2,3],\"gold\":1}|it has no guid",
                "{\"guid\":9,\"guid\":8,\"logits_epoch_1\":[1,2,3],\"gold\":1}|it has guid twice",
                "{\"guid\":9.5,\"logits_epoch_1\":[1,2,3],\"gold\":1}|guid is a number; expected a whole number or a text",
                "{\"guid\":99999999999999999999,\"logits_epoch_1\":[1,2,3],\"gold\":1}|line 2: guid is 99999999999999999999, which needs more than 64 bits",
                "{\"guid\":\"9\",\"logits_epoch_1\":[1,2,3],\"gold\":1}|guid is a text; expected a number as in line 1",
                "{\"guid\":7,\"logits_epoch_1\":[1,2,3],\"gold\":0}|guid 7 comes again after line 1; expected one row for each",
                "{\"guid\":8,\"logits_epoch_1\":[1,2,3],\"gold\":1}|guid 8 isn't in the file of epoch 0",
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
            refused(log.file(1)
                    + ", line 3: the row ends in the middle, as after a crash; expected a whole JSON object: "
                    + "record this epoch again, or leave the sample out (--drop-incomplete, Lenience.DROP_INCOMPLETE)");
        }
    }

    @Test
    void epochMissing() throws IOException {
        Files.delete(log.file(1));
        refused("training_dynamics: lacks dynamics_epoch_1.jsonl; expected a file for every epoch from 0 to 2");
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

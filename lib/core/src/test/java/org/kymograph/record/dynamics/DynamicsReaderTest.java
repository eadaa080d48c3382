package org.kymograph.record.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kymograph.record.dynamics.LogText.row;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.files.RecordException;

class DynamicsReaderTest {
    @TempDir
    Path folder;

    @Test
    void keysComeInAnyOrderAndUnknownOnesAreIgnored() throws IOException {
        LogText log = new LogText(folder);
        log.epoch(
                0,
                "{\"guid\":4734364254410,\"logits_epoch_0\":[-0.4754295349,-0.2257211208,0.9408461452],\"gold\":0}",
                "{\"gold\": 2, \"nested\": {\"gold\": [7]}, \"logits_epoch_0\": [1E-3, -2.5e+1, 7], \"guid\": 3}");
        log.raw(
                1,
                "{\"logits_epoch_1\":[1,2,3],\"guid\":3,\"gold\":2}\n"
                        + "{\"guid\":4734364254410,\"gold\":0,\"logits_epoch_1\":[4,5,6]}\n\n");
        for (Path path : new Path[] {folder, folder.resolve("training_dynamics")}) {
            Dynamics read = Dynamics.read(path);
            assertThat(read.kind()).isEqualTo(Dynamics.Kind.CLASSES);
            assertThat(read.guids()).isEqualTo(Guids.of(4734364254410L, 3));
            assertThat(read.gold(1)).isEqualTo(2);
            assertThat(read.logit(0, 0, 1)).isEqualTo(-0.2257211208f);
            assertThat(read.logit(0, 1, 0)).isEqualTo(0.001f);
            assertThat(read.logit(0, 1, 1)).isEqualTo(-25f);
            assertThat(read.logit(1, 0, 2)).isEqualTo(6);
            assertThat(read.logit(1, 1, 2)).isEqualTo(3);
            assertThat(read.coverage().complete()).isTrue();
        }
    }

    @Test
    void guidsMayBeTexts() throws IOException {
        LogText log = new LogText(folder).epoch(0, row("\"4r1e\"", 0, "1, 2", 0), row("\"12\"", 0, "1, 2", 1));
        Dynamics read = Dynamics.read(log.root);
        assertThat(read.guids().numeric()).isFalse();
        assertThat(read.guids().indexOf("12")).isEqualTo(1);
        assertThat(read.guids().indexOf(12)).isEqualTo(1);
        assertThat(read.guids().indexOf("13")).isEqualTo(-1);
        assertThat(Dynamics.reader().withStripLast(true).read(log.root).guids().text(0))
                .isEqualTo("4r1");
    }

    @Test
    void stripLastWorksOnNumbersToo() throws IOException {
        LogText log = new LogText(folder).epoch(0, row(123, 0, "1, 2", 0), row(3927013, 0, "1, 2", 1));
        assertThat(Dynamics.reader().withStripLast(true).read(log.root).guids()).isEqualTo(Guids.of(12, 392701));
    }

    @Test
    void keepFirstKeepsAndLists() throws IOException {
        LogText log = LogText.good(folder);
        log.epoch(
                1, row(7, 1, "1, 0, 0", 0), row(9, 1, "2, 0, 0", 1), row(4, 1, "3, 0, 0", 2), row(7, 1, "9, 9, 9", 0));
        Dynamics read = Dynamics.reader().withLenient(Lenience.KEEP_FIRST).read(folder);
        assertThat(read.logit(1, 0, 0)).isEqualTo(1);
        assertThat(read.coverage().repeated()).containsExactly("dynamics_epoch_1.jsonl, line 4: guid 7");
        assertThat(read.coverage().rows()).isEqualTo(10);
        assertThat(read.coverage().complete()).isFalse();
        assertThatThrownBy(() ->
                        Dynamics.reader().withLenient(Lenience.DROP_INCOMPLETE).read(folder))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("guid 7 comes again");
    }

    @Test
    void keepFirstKeepsInEpochZeroToo() throws IOException {
        LogText log = LogText.good(folder);
        log.epoch(
                0, row(7, 0, "1, 0, 0", 0), row(7, 0, "8, 8, 8", 0), row(9, 0, "2, 0, 0", 1), row(4, 0, "3, 0, 0", 2));
        Dynamics read = Dynamics.reader().withLenient(Lenience.KEEP_FIRST).read(folder);
        assertThat(read.guids()).isEqualTo(Guids.of(7, 9, 4));
        assertThat(read.logit(0, 1, 0)).isEqualTo(2);
        assertThat(read.coverage().repeated()).containsExactly("dynamics_epoch_0.jsonl, line 2: guid 7");
    }

    @Test
    void dropIncompleteDropsAndLists() throws IOException {
        LogText log = LogText.good(folder);
        log.raw(
                1,
                row(7, 1, "1, 0, 0", 0) + "\n" + row(5, 1, "1, 0, 0", 0) + "\n" + row(4, 1, "3, 0, 0", 2) + "\n"
                        + row(9, 1, "1, 0, 0", 1).substring(0, 30));
        Dynamics read = Dynamics.reader().withLenient(Lenience.DROP_INCOMPLETE).read(folder);
        assertThat(read.guids()).isEqualTo(Guids.of(7, 4));
        assertThat(read.gold(1)).isEqualTo(2);
        assertThat(read.logit(1, 1, 0)).isEqualTo(3);
        assertThat(read.logit(2, 1, 0)).isEqualTo(3);
        assertThat(read.coverage().dropped())
                .containsExactlyInAnyOrder(
                        "guid 5 is in dynamics_epoch_1.jsonl but not in epoch 0",
                        "guid 9 isn't in dynamics_epoch_1.jsonl");
        assertThat(read.coverage().cutOff())
                .containsExactly("dynamics_epoch_1.jsonl, line 4 ends in the middle of a row, as after a crash");
        assertThatThrownBy(
                        () -> Dynamics.reader().withLenient(Lenience.KEEP_FIRST).read(folder))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("guid 5 isn't in the file of epoch 0");
    }

    @Test
    void burnOutReadsTheFirstEpochsOnly() throws IOException {
        LogText log = LogText.good(folder).raw(2, "nonsense");
        assertThat(Dynamics.reader().withEpochs(2).read(log.root).epochs()).isEqualTo(2);
        Files.delete(log.file(1));
        assertThat(Dynamics.reader().withEpochs(1).read(log.root).epochs()).isEqualTo(1);
    }

    @Test
    void otherKindsAreToldByTheirRows() throws IOException {
        LogText labels = new LogText(folder.resolve("labels")).epoch(0, row(1, 0, "2, -2, 0.5", "[1, 0, 1]"));
        Dynamics several = Dynamics.read(labels.root);
        assertThat(several.kind()).isEqualTo(Dynamics.Kind.MULTI_LABEL);
        assertThat(several.hasLabel(0, 2)).isTrue();
        assertThat(several.hasLabel(0, 1)).isFalse();

        LogText numbers = new LogText(folder.resolve("numbers")).epoch(0, row(1, 0, "2.5", 3.25), row(2, 0, "1", 1));
        Dynamics regression = Dynamics.read(numbers.root);
        assertThat(regression.kind()).isEqualTo(Dynamics.Kind.REGRESSION);
        assertThat(regression.target(0)).isEqualTo(3.25);

        LogText tokens = new LogText(folder.resolve("tokens"))
                .epoch(0, "{\"guid\":1,\"p_gold_epoch_0\":0.25,\"correct_epoch_0\":true}");
        Dynamics sequence = Dynamics.read(tokens.root);
        assertThat(sequence.kind()).isEqualTo(Dynamics.Kind.SEQUENCE);
        assertThat(sequence.sequenceProbability(0, 0)).isEqualTo(0.25);
        assertThat(sequence.sequenceCorrect(0, 0)).isTrue();
    }

    @Test
    void normsAreRead() throws IOException {
        LogText log =
                new LogText(folder).epoch(0, "{\"guid\":1,\"logits_epoch_0\":[0,0],\"gold\":1,\"hnorm_epoch_0\":3.5}");
        assertThat(Dynamics.read(log.root).norm(0, 0)).isEqualTo(3.5);
        log.epoch(0, "{\"guid\":1,\"logits_epoch_0\":[0,0],\"gold\":1,\"hnorm_epoch_0\":-3.5}");
        assertThatThrownBy(() -> Dynamics.read(log.root)).hasMessageContaining("hnorm_epoch_0 is -3.5; expected");
    }

    @Test
    void rowsOfUnequalLengthGrowTheirRoom() throws IOException {
        String[] rows = new String[5000];
        rows[0] = row(0, 0, "1.00000000000000000000000000000000000000000000000000000000000000000000001, 2", 0);
        for (int i = 1; i < rows.length; i++) {
            rows[i] = "{\"guid\":" + i + ",\"logits_epoch_0\":[0," + i + "],\"gold\":1}";
        }
        Dynamics read = Dynamics.read(new LogText(folder).epoch(0, rows).root);
        assertThat(read.samples()).isEqualTo(5000);
        assertThat(read.logit(0, 4999, 1)).isEqualTo(4999);
        assertThat(read.gold(4999)).isEqualTo(1);
    }
}

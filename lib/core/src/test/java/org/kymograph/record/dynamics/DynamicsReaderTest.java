package org.kymograph.record.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
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
            assertThat(read.logit(0, 0, 1)).isEqualTo((float) -0.2257211208);
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
        Dynamics read = Dynamics.reader()
                .withLenient(DynamicsReader.Lenience.KEEP_FIRST)
                .read(folder);
        assertThat(read.logit(1, 0, 0)).isEqualTo(1);
        assertThat(read.coverage().repeated()).containsExactly("dynamics_epoch_1.jsonl, line 4: guid 7");
        assertThat(read.coverage().rows()).isEqualTo(10);
        assertThat(read.coverage().complete()).isFalse();
        assertThatThrownBy(() -> Dynamics.reader()
                        .withLenient(DynamicsReader.Lenience.DROP_INCOMPLETE)
                        .read(folder))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("guid 7 comes again");
    }

    @Test
    void keepFirstKeepsInEpochZeroToo() throws IOException {
        LogText log = LogText.good(folder);
        log.epoch(
                0, row(7, 0, "1, 0, 0", 0), row(7, 0, "8, 8, 8", 0), row(9, 0, "2, 0, 0", 1), row(4, 0, "3, 0, 0", 2));
        Dynamics read = Dynamics.reader()
                .withLenient(DynamicsReader.Lenience.KEEP_FIRST)
                .read(folder);
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
        Dynamics read = Dynamics.reader()
                .withLenient(DynamicsReader.Lenience.DROP_INCOMPLETE)
                .read(folder);
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
        assertThatThrownBy(() -> Dynamics.reader()
                        .withLenient(DynamicsReader.Lenience.KEEP_FIRST)
                        .read(folder))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(
                        "line 4: the row ends in the middle, as after a crash; expected a whole JSON object");
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

    @Test
    void oneLogitWithGoldOf0And1IsThatOfClass1() throws IOException {
        LogText log = new LogText(folder);
        for (int e = 0; e < 3; e++) {
            log.epoch(e, row(1, e, "8.0", 1), row(2, e, "-8.0", 0), row(3, e, "0.2", 1), row(4, e, "-7.0", 1));
        }
        Dynamics read = Dynamics.read(folder);
        assertThat(read.kind()).isEqualTo(Dynamics.Kind.CLASSES);
        assertThat(read.classes()).isEqualTo(2);
        assertThat(read.probabilities(2, 0)[1]).isCloseTo(.9996646499, within(1e-9));
        assertThat(read.probabilities(0, 2)[1]).isCloseTo(.5498339973, within(1e-7));
        assertThat(read.gold(3)).isEqualTo(1);
        assertThat(read.logit(1, 3, 1)).isEqualTo(-7);
        assertThat(Dynamics.reader()
                        .withOneLogit(Dynamics.Kind.REGRESSION)
                        .read(folder)
                        .kind())
                .isEqualTo(Dynamics.Kind.REGRESSION);
        // A class that all samples have is a class as well.
        log = new LogText(folder.resolve("ones")).epoch(0, row(1, 0, "8.0", 1), row(2, 0, "-8.0", 1));
        assertThat(Dynamics.read(log.root).kind()).isEqualTo(Dynamics.Kind.CLASSES);
    }

    @Test
    void oneLogitThatCouldBeEitherIsRefused() throws IOException {
        LogText floats = new LogText(folder.resolve("floats")).epoch(0, row(1, 0, "8", "1.0"), row(2, 0, "-8", "0.0"));
        assertThatThrownBy(() -> Dynamics.read(floats.root))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("there is one logit, and gold is 0.0 or 1.0; expected a statement");
        DynamicsReader binary = Dynamics.reader().withOneLogit(Dynamics.Kind.CLASSES);
        assertThat(binary.read(floats.root).gold(0)).isEqualTo(1);
        LogText ratings = new LogText(folder.resolve("ratings")).epoch(0, row(1, 0, "3.5", 4), row(2, 0, "1", 1));
        assertThatThrownBy(() -> Dynamics.read(ratings.root))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("there is one logit, and gold is a whole number other than 0 and 1; expected");
        assertThatThrownBy(() -> binary.read(ratings.root))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("gold is not 0 or 1 in every row");
        DynamicsReader regression = Dynamics.reader().withOneLogit(Dynamics.Kind.REGRESSION);
        assertThat(regression.read(ratings.root).target(0)).isEqualTo(4);
        assertThatIllegalArgumentException().isThrownBy(() -> Dynamics.reader().withOneLogit(Dynamics.Kind.SEQUENCE));
    }

    @Test
    void classesMayHaveADecimalPoint() throws IOException {
        LogText log = new LogText(folder).epoch(0, row(1, 0, "1, 2, 3", "2.0"), row(2, 0, "1, 2, 3", 1));
        assertThat(Dynamics.read(log.root).gold(0)).isEqualTo(2);
    }

    @Test
    void epochsAreReadByNumber() throws IOException {
        LogText log = new LogText(folder);
        for (int e : new int[] {2, 4, 6, 10}) {
            log.epoch(e, row(7, e, "1, " + e, 0), row(9, e, "0.25, 1", 1));
        }
        assertThatThrownBy(() -> Dynamics.read(folder))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("lacks dynamics_epoch_0.jsonl, dynamics_epoch_1.jsonl")
                .hasMessageContaining("it has epochs 2, 4, 6, 10, which are read by number (--epochs");
        DynamicsReader reader = Dynamics.reader().withEpochNumbers(2, 4, 10);
        Dynamics read = reader.read(folder);
        assertThat(read.epochs()).isEqualTo(3);
        assertThat(read.logit(2, 0, 1)).isEqualTo(10);
        assertThat(reader.withEpochs(2).read(folder).epochs()).isEqualTo(2);
        assertThatThrownBy(() -> Dynamics.reader().withEpochNumbers(2, 3).read(folder))
                .hasMessageContaining("lacks dynamics_epoch_3.jsonl; expected a file for every epoch asked for");
        log.epoch(4, row(7, 4, "1, 2", 0));
        assertThatThrownBy(() -> reader.read(folder)).hasMessageContaining("lacks 1 of the 2 samples of epoch 2");
        assertThatIllegalArgumentException().isThrownBy(() -> Dynamics.reader().withEpochNumbers(3, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> Dynamics.reader().withEpochNumbers(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Dynamics.reader().withEpochNumbers());
    }

    @Test
    void namesMayHaveZerosBeforeTheEpoch() throws IOException {
        Path inside = Files.createDirectories(folder.resolve("training_dynamics"));
        for (int e = 0; e < 11; e++) {
            String key = e % 2 == 0 ? String.format("%02d", e) : String.valueOf(e);
            Files.writeString(
                    inside.resolve(String.format("dynamics_epoch_%02d.jsonl", e)),
                    "{\"guid\":1,\"logits_epoch_" + key + "\":[" + e + ",0],\"gold\":1}\n");
        }
        Dynamics read = Dynamics.read(folder);
        assertThat(read.epochs()).isEqualTo(11);
        for (int e = 0; e < 11; e++) {
            assertThat(read.logit(e, 0, 0)).isEqualTo(e);
        }
    }

    @Test
    void gzippedFilesAreRead() throws IOException {
        LogText log = LogText.good(folder);
        Dynamics plain = Dynamics.read(folder);
        for (int e = 0; e < 3; e++) {
            String text = Files.readString(log.file(e));
            Files.write(log.file(e).resolveSibling(log.file(e).getFileName() + ".gz"), LogText.gzip(text));
            Files.delete(log.file(e));
        }
        Dynamics read = Dynamics.read(folder);
        assertThat(read.guids()).isEqualTo(plain.guids());
        assertThat(read.outputs(2)).containsExactly(plain.outputs(2));
        Path last = log.file(2).resolveSibling("dynamics_epoch_2.jsonl.gz");
        String text = row(7, 2, "1, 2, 3", 0) + "\n" + row(9, 2, "1, 2, 3", 1) + "\n" + row(4, 2, "1, 2, 3", 2);
        Files.write(last, LogText.gzip(text.substring(0, text.length() - 9)));
        Dynamics cut = Dynamics.reader()
                .withLenient(DynamicsReader.Lenience.DROP_INCOMPLETE)
                .read(folder);
        assertThat(cut.guids()).isEqualTo(Guids.of(7, 9));
        assertThat(cut.coverage().cutOff()).hasSize(1);
    }

    @Test
    void samplesWithoutFiniteOutputsAreDropped() throws IOException {
        for (String bad : new String[] {"NaN", "-Infinity", "null", "1e39"}) {
            for (int e = 0; e < 3; e++) {
                LogText log = LogText.good(folder);
                log.epoch(e, row(9, e, "0.25, " + bad + ", 2", 1), row(7, e, "1, 0, 0", 0), row(4, e, "3, 0, 0", 2));
                assertThatThrownBy(() -> Dynamics.read(folder))
                        .hasMessageContaining(bad)
                        .hasMessageContaining("or leave the sample out (--drop-incomplete");
                Dynamics read = Dynamics.reader()
                        .withLenient(DynamicsReader.Lenience.DROP_INCOMPLETE)
                        .read(folder);
                assertThat(read.samples()).isEqualTo(2);
                assertThat(read.guids().indexOf(9)).isEqualTo(-1);
                assertThat(read.coverage().dropped())
                        .singleElement()
                        .asString()
                        .startsWith("guid 9: logits_epoch_" + e)
                        .contains(bad)
                        .endsWith(" in dynamics_epoch_" + e + ".jsonl");
            }
        }
    }
}

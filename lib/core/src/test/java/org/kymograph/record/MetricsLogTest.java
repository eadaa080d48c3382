package org.kymograph.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Warnings;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

class MetricsLogTest {
    @RegisterExtension
    final Warnings warnings = new Warnings();

    @TempDir
    Path dir;

    private Path file;

    @BeforeEach
    void path() {
        file = dir.resolve("metrics.jsonl");
    }

    static ObjectNode line(long step, double loss) {
        return Json.object().put("step", step).put("loss", loss);
    }

    private MetricsLog log() {
        return new MetricsLog(file, () -> {});
    }

    private void write(String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theLastWholeLineIsReadAlone() throws IOException {
        assertThat(log().last()).isEmpty();
        write("{\"step\":1");
        assertThat(log().last()).isEmpty();
        write("{\"step\":1}\n");
        assertThat(log().last()).contains(Json.object().put("step", 1));
        String wide = "x".repeat(300_000);
        write("{\"step\":1}\n{\"step\":2,\"text\":\"" + wide + "\"}\n{\"step\":3,\"cut");
        assertThat(log().last().orElseThrow().get("step").intValue()).isEqualTo(2);
        assertThat(log().last().orElseThrow().get("text").textValue()).isEqualTo(wide);
        write("{\"step\":1}\nno JSON\n");
        assertThatThrownBy(() -> log().last())
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 2");
    }

    @Test
    void whatIsAppendedIsOnDiskAtOnceAndReadBack() throws IOException {
        try (MetricsLog log = log()) {
            assertThat(log.read()).isEmpty();
            log.append(line(0, 0.1 + 0.2));
            assertThat(file).hasContent("{\"step\":0,\"loss\":0.30000000000000004}\n");
            ObjectNode second = line(5, Double.NaN);
            second.putObject("w")
                    .put("l1", Double.POSITIVE_INFINITY)
                    .putArray("s")
                    .add(1)
                    .add(Double.NaN);
            log.append(second);
            log.force();
        }
        assertThat(Files.readString(file)).endsWith("{\"step\":5,\"loss\":null,\"w\":{\"l1\":null,\"s\":[1,null]}}\n");
        assertThat(MetricsLog.open(file).read())
                .hasSize(2)
                .first()
                .isEqualTo(Json.object().put("step", 0).put("loss", 0.30000000000000004));
    }

    @Test
    void stepsMustGrowAlsoAcrossOpenings() {
        try (MetricsLog log = log()) {
            log.append(line(3, 1));
        }
        try (MetricsLog log = log()) {
            assertThatThrownBy(() -> log.append(line(3, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("step is 3; expected more than 3");
            assertThatThrownBy(() -> log.append(Json.object().put("loss", 1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> log.append(Json.object().put("step", 4.5)))
                    .isInstanceOf(IllegalArgumentException.class);
            log.append(line(4, 1));
            assertThat(log.read()).hasSize(2);
        }
        assertThatThrownBy(() -> MetricsLog.open(file).append(line(9, 1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLineCutAtAnyPlaceIsDroppedAndTheNextIsWrittenInItsStead() throws IOException {
        try (MetricsLog log = log()) {
            log.append(line(1, 0.5));
            log.append(line(2, 0.25));
        }
        byte[] whole = Files.readAllBytes(file);
        int first = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
        for (int length = first; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (MetricsLog log = log()) {
                assertThat(log.read()).hasSize(1);
                assertThat(warnings.messages).as("cut at " + length).hasSize(length > first ? 1 : 0);
                log.append(line(2, 0.25));
                warnings.messages.clear();
            }
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
        for (int length = 0; length < first; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(MetricsLog.open(file).read()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"step\":0}", "{\"step\":-1}", "{\"loss\":1}", "{\"step\":1.5}", "{\"step\":\"1\"}"})
    void stepsThatDoNotGrowAreRefusedOnReading(String bad) throws IOException {
        aBadLineInTheMiddleIsRefusedWithItsNumber(bad);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999", "-1e999", "1e400", "{\"a\":-1e309}", "1e999999999", "1.5E+0400"})
    void numbersTooLargeForADoubleAreNotInfinite(String number) throws IOException {
        write("{\"step\":1}\n{\"step\":2,\"x\":" + number + "}\n");
        assertThat(MetricsLog.open(file).read()).hasSize(2);
        assertThatThrownBy(() -> MetricsLog.open(file).table())
                .isInstanceOf(RecordException.class)
                .hasMessageStartingWith(file + ", line 2: 'x")
                .hasMessageContaining("expected a number that a double can hold");
        write("{\"step\":1,\"x\":-Infinity}\n{\"step\":2,\"x\":1e308}\n");
        assertThat(MetricsLog.open(file).table().doubleColumn("x").asDoubleArray())
                .containsExactly(Double.NEGATIVE_INFINITY, 1e308);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e9223372036854775808", "-19221e9993372036854775808", "1e09223372036854775808", "1E99999999999"
            })
    void exponentsThatNoNumberHasAreNamed(String number) throws IOException {
        write("{\"step\":1}\n{\"step\":2,\"x\":" + number + "}\n{\"step\":3}\n");
        assertThatThrownBy(() -> MetricsLog.open(file).read())
                .isInstanceOf(RecordException.class)
                .hasMessageStartingWith(file + ", line 2: column ")
                .hasMessageContaining("the number " + number + " has too large an exponent");
    }

    @Test
    void theEncodingIsNotGuessed() throws IOException {
        aBadLineInTheMiddleIsRefusedWithItsNumber("\0{\0}");
        aBadLineInTheMiddleIsRefusedWithItsNumber("{\0}\0");
        Files.write(file, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}', '\n'});
        assertThatThrownBy(() -> MetricsLog.open(file).read())
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("isn't UTF-8");
    }

    @Test
    void aLineThatWouldFillTheMemoryIsRefused() throws IOException {
        write("{\"step\":1,\"x\":[" + "1,".repeat(4 << 20) + "1]}\n");
        assertThatThrownBy(() -> MetricsLog.open(file).read())
                .isInstanceOf(RecordException.class)
                .hasMessageStartingWith(file + ", line 1: is longer than");
    }

    @Test
    @Timeout(60)
    void manyFieldsAreReadInLinearTime() throws IOException {
        String fields = IntStream.range(0, 1 << 16)
                .mapToObj(i -> ",\"f" + i + "\":" + i)
                .collect(Collectors.joining());
        write("{\"step\":1" + fields + "}\n");
        assertThat(MetricsLog.open(file).table().columnCount()).isEqualTo(1 + (1 << 16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "[1]", "{\"step\":1", "{\"step\":1}}", "{\"step\":1,\"step\":2}", "3", "\0\0"})
    void aBadLineInTheMiddleIsRefusedWithItsNumber(String bad) throws IOException {
        write("{\"step\":0}\n" + bad + "\n{\"step\":2}\n");
        assertThatThrownBy(() -> MetricsLog.open(file).read())
                .isInstanceOf(RecordException.class)
                .hasMessageStartingWith(file + ", line 2: ");
    }

    @Test
    void rewindingKeepsBytesOfWhatItKeeps() throws IOException {
        try (MetricsLog log = log()) {
            for (int i = 0; i < 5; i++) {
                log.append(line(10L * i, 1.0 / (i + 3)));
            }
            String whole = Files.readString(file);
            log.rewindTo(25);
            assertThat(whole).startsWith(Files.readString(file));
            assertThat(log.read()).hasSize(3);
            log.append(line(30, 1.0 / 6));
            log.append(line(40, 1.0 / 7));
            assertThat(file).hasContent(whole);
            log.rewindTo(-1);
            assertThat(file).isEmptyFile();
        }
    }

    @Test
    void theTableHasAColumnForEachNumber() throws IOException {
        write(
                """
                {"step":0,"loss":0.5,"note":"x","w":{"fc1":{"l1":1,"s":[1,2]}},"epoch":0}
                {"step":10,"loss":null,"extra":3,"epoch":1,"ok":true}
                {"step":20,"loss":NaN,"w":{"fc1":{"l1":2.5}},"nothing":null}
                """);
        Table table = MetricsLog.open(file).table();
        assertThat(table.columnNames()).containsExactly("step", "loss", "w.fc1.l1", "epoch", "extra", "nothing");
        assertThat(table.column("step").type()).isEqualTo(ColumnType.LONG);
        assertThat(table.longColumn("epoch").isMissing(2)).isTrue();
        assertThat(table.doubleColumn("loss").asDoubleArray()).containsExactly(0.5, Double.NaN, Double.NaN);
        assertThat(table.doubleColumn("w.fc1.l1").asDoubleArray()).containsExactly(1, Double.NaN, 2.5);
        assertThat(table.doubleColumn("nothing").countMissing()).isEqualTo(3);
    }

    @Test
    void aFieldThatChangesItsKindIsRefused() throws IOException {
        write("{\"step\":0,\"loss\":1}\n{\"step\":1,\"loss\":\"high\"}\n");
        assertThatThrownBy(() -> MetricsLog.open(file).table())
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("'loss'");
        write("{\"step\":0,\"a.b\":1,\"a\":{\"b\":2}}\n");
        assertThatThrownBy(() -> MetricsLog.open(file).table())
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("'a.b' twice");
    }

    @Test
    void namesThatTheTableCannotTellApartAreRefused() throws IOException {
        for (String other : new String[] {"Loss", "loss ", " LOSS"}) {
            write("{\"step\":0,\"loss\":1,\"" + other + "\":2}\n");
            assertThatThrownBy(() -> MetricsLog.open(file).table())
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("'" + other + "'");
        }
    }

    @Test
    void anEmptyLogIsAnEmptyTable() {
        assertThat(MetricsLog.open(file).table().rowCount()).isZero();
    }
}

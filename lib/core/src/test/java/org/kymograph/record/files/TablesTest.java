package org.kymograph.record.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.record.tensors.Damage;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TablesTest {
    @TempDir
    Path dir;

    private Table read(String text) throws IOException {
        return Tables.readCsv(Files.write(dir.resolve("t.csv"), text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void doublesComeBackExactly() {
        Random random = new Random(1);
        double[] values =
                random.longs(10_000).mapToDouble(Double::longBitsToDouble).toArray();
        System.arraycopy(
                new double[] {
                    0.1 + 0.2,
                    Double.MIN_VALUE,
                    Double.MAX_VALUE,
                    -0.0,
                    1,
                    1e22,
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY
                },
                0,
                values,
                0,
                9);
        Path file = dir.resolve("t.csv");
        Tables.writeCsv(
                file, Table.create(DoubleColumn.create("x", values), IntColumn.indexColumn("i", values.length, 0)));
        assertThat(Tables.readCsv(file).doubleColumn("x").asDoubleArray()).isEqualTo(values);
    }

    @Test
    void everyKindOfColumnComesBack() {
        Table table = Table.create(
                "t.csv",
                LongColumn.create("n", new long[] {Long.MAX_VALUE, -3, 0}),
                DoubleColumn.create("whole", new double[] {1, 2, 3}),
                StringColumn.create("text", "a,b", "say \"hi\"\nnée", " 1,000% "),
                BooleanColumn.create("flag", true, false, true));
        table.longColumn("n").setMissing(2);
        table.booleanColumn("flag").setMissing(0);
        Path file = dir.resolve("t.csv");
        Tables.writeCsv(file, table);
        Table back = Tables.readCsv(file);
        assertThat(back.types())
                .containsExactly(ColumnType.LONG, ColumnType.DOUBLE, ColumnType.STRING, ColumnType.BOOLEAN);
        for (int i = 0; i < 4; i++) {
            assertThat(back.column(i).asObjectArray())
                    .as(back.column(i).name())
                    .isEqualTo(table.column(i).asObjectArray());
        }
    }

    @Test
    void missingRowsOfASingleColumnAreKept() {
        Path file = dir.resolve("t.csv");
        Tables.writeCsv(file, Table.create(DoubleColumn.create("x", new double[] {Double.NaN, 1, Double.NaN})));
        assertThat(Tables.readCsv(file).doubleColumn("x").asDoubleArray()).containsExactly(Double.NaN, 1, Double.NaN);
    }

    @Test
    void emptyNaNAndNullAreMissing() throws IOException {
        Table table = read("a,b,c,d\n1,,NaN,x\n,2.5,null,null\n");
        assertThat(table.types())
                .containsExactly(ColumnType.LONG, ColumnType.DOUBLE, ColumnType.DOUBLE, ColumnType.STRING);
        assertThat(table.column("a").isMissing(1)).isTrue();
        assertThat(table.column("b").isMissing(0)).isTrue();
        assertThat(table.column("c").countMissing()).isEqualTo(2);
        assertThat(table.column("d").isMissing(1)).isTrue();
    }

    @Test
    void numbersAreNotGuessed() throws IOException {
        Table table = read("a,b,c,d\n\"1,000\",5%,99999999999999999999,inf\n2,6,1,-inf\n");
        assertThat(table.types())
                .containsExactly(ColumnType.STRING, ColumnType.STRING, ColumnType.DOUBLE, ColumnType.DOUBLE);
        assertThat(table.doubleColumn("d").asDoubleArray())
                .containsExactly(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "a,b;1,2;3 | line 3: ends before column 2 ('b')",
                "a,b;1,2;3,4,5 | line 3: goes on after column 2 ('b')",
                "a,a;1,2 | line 1: column 2 has the name 'a'",
                "a,A;1,2 | line 1: column 2 has the name 'A'",
                "a,,c;1,2,3 | line 1: column 2 has no name",
                "`` | is empty",
                ";; | is empty",
            })
    void raggedTablesAreRefusedWithTheirPlace(String text, String message) throws IOException {
        assertThatThrownBy(() -> read(text.replace(';', '\n')))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("t.csv")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a,b;1,\"x;2,3;4,5 | line 2: column 2: a quote is not closed",
                "a;\"oops;1;2 | line 2: column 1: a quote is not closed",
                "\"a,b;1,2 | line 1: column 1: a quote is not closed",
                "a,b;1,\"x\"junk;2,3 | line 2: column 2: something follows the closing quote",
                "a,b;1,\"x\" \"y\" | line 2: column 2: something follows the closing quote",
                "a,b;\"1;2\"3,4 | line 3: column 1: something follows the closing quote",
                "a,\"a \";1,2 | line 1: column 2 has the name 'a '",
                "\" A\",a;1,2 | line 1: column 2 has the name 'a'",
                "a,\" \";1,2 | line 1: column 2 has no name",
            })
    void quotesAndNamesOutOfOrderAreRefusedWithTheirPlace(String text, String message) throws IOException {
        raggedTablesAreRefusedWithTheirPlace(text, message);
    }

    @Test
    void halfAFileIsNotTakenForACell() throws IOException {
        StringBuilder text = new StringBuilder("a\n");
        for (int i = 0; i < 1000; i++) {
            text.append(i == 500 ? "\"oops\n" : i + "\n");
        }
        assertThatThrownBy(() -> read(text.toString()))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 502");
    }

    @Test
    void rowsThatBeginWithANumberSignAreData() throws IOException {
        Table table = read("run,a\n#1,1\n#1,2\n\"#b\",3\n!c,4\n");
        assertThat(table.stringColumn("run").asObjectArray()).containsExactly("#1", "#1", "#b", "!c");
        assertThat(read("#,a\n1,2\n").columnNames()).containsExactly("#", "a");
    }

    @Test
    void everyCharacterOfATextComesBack() throws IOException {
        String[] texts = {
            " lead", "trail ", "#x", "a\tb", "\"", "a\"b", "\"\"", "x\ny", "née", "=1+1", "'", ",", "a;b", "\\"
        };
        Path file = dir.resolve("t.csv");
        Tables.writeCsv(
                file, Table.create(StringColumn.create("s", texts), IntColumn.indexColumn("i", texts.length, 0)));
        assertThat(Tables.readCsv(file).stringColumn("s").asObjectArray()).isEqualTo(texts);
        Tables.writeCsv(file, Table.create(StringColumn.create("s", texts)));
        assertThat(Tables.readCsv(file).stringColumn("s").asObjectArray()).isEqualTo(texts);
    }

    @Test
    void whatOtherProgramsWriteIsRead() throws IOException {
        Table table = read("\ufeffa, b ,\"c\"\r\n 1 , 2.5 , \"x, y\" \r\n\r\n2,1e999,\"two\r\nlines\"");
        assertThat(table.columnNames()).containsExactly("a", "b", "c");
        assertThat(table.longColumn("a").asObjectArray()).containsExactly(1L, 2L);
        // Not infinite.
        assertThat(table.stringColumn("b").asObjectArray()).containsExactly(" 2.5 ", "1e999");
        assertThat(table.stringColumn("c").asObjectArray()).containsExactly("x, y", "two\r\nlines");
        assertThat(read("a,b\r1,2\r3,4").longColumn("b").asObjectArray()).containsExactly(2L, 4L);
    }

    @Test
    @Timeout(60)
    void asManyColumnsAsAreAllowedAreReadInLinearTime() throws IOException {
        String header = IntStream.range(0, 1 << 16).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        String row = IntStream.range(0, 1 << 16).mapToObj(Integer::toString).collect(Collectors.joining(","));
        assertThat(read(header + "\n" + row + "\n").columnCount()).isEqualTo(1 << 16);
        assertThatThrownBy(() -> read(header + ",more\n" + row + ",1\n"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 1: has more than 65536 columns");
    }

    @Test
    void textInOtherEncodingsIsRefused() throws IOException {
        Path file = Files.write(dir.resolve("t.csv"), "a,née\n1,2\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Tables.readCsv(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void aCellOfAMegabyteIsRefused() {
        assertThatThrownBy(() -> read("a\n" + "x".repeat(1 << 21) + "\n"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("longer than");
    }

    @Test
    @Tag("slow")
    void damagedTablesAreRefusedOrRead() throws IOException {
        Path file = dir.resolve("t.csv");
        Tables.writeCsv(
                file,
                Table.create(DoubleColumn.create("x", new double[] {1, 2.5}), StringColumn.create("s", "a", "\"é\"")));
        Damage damage = new Damage(file, Tables::readCsv);
        damage.cutEverywhere();
        damage.flipBytes(1000, 4, -1);
        assertThat(damage.refused).isPositive();
    }

    @Test
    void aTableWithoutColumnsIsRefused() {
        assertThatThrownBy(() -> Tables.writeCsv(dir.resolve("t.csv"), Table.create("t")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aColumnThatIsMissingOrNoNumbersIsToldOf() throws IOException {
        Table table = read("name,x,none\na,1,\nb,2.5,\n");
        Path file = dir.resolve("t.csv");
        assertThat(Tables.numbers(file, table, "x")).containsExactly(1, 2.5);
        assertThat(Tables.numbers(file, table, "none")).containsExactly(Double.NaN, Double.NaN);
        assertThat(Tables.column(file, table, "name").getString(1)).isEqualTo("b");
        assertThatThrownBy(() -> Tables.numbers(file, table, "name"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("column 'name' holds text; expected numbers");
        assertThatThrownBy(() -> Tables.numbers(file, table, "y"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("has no column 'y'; it has [name, x, none]");
    }

    @Test
    void numbersAreRoundedForReading() {
        Table table = Table.create(
                "t",
                StringColumn.create("name", "a", "b", "c"),
                IntColumn.create("n", 1, 2, 3),
                DoubleColumn.create("x", 0.12345, Double.NaN, Double.NEGATIVE_INFINITY));
        Table rounded = Tables.rounded(table, 3);
        assertThat(rounded.doubleColumn("x").asDoubleArray())
                .containsExactly(0.123, Double.NaN, Double.NEGATIVE_INFINITY);
        assertThat(rounded.name()).isEqualTo("t");
        assertThat(rounded.intColumn("n").get(2)).isEqualTo(3);
        assertThat(table.doubleColumn("x").get(0)).isEqualTo(0.12345);
        assertThatThrownBy(() -> Tables.rounded(table, -1)).hasMessageContaining("decimals is -1; expected 0 to 15");
    }
}

package org.kymograph.record.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
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
                    5e-324,
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
        assertThatThrownBy(() -> Tables.rounded(table, -1)).hasMessageContaining("decimals -1");
    }
}

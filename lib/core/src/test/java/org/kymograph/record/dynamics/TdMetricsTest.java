package org.kymograph.record.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.record.files.RecordException;

class TdMetricsTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(
                folder.resolve("td_metrics.jsonl"), text.replace('\'', '"').replace(';', '\n'));
    }

    @Test
    void goesAndComes() throws IOException {
        Map<String, double[]> columns = new LinkedHashMap<>();
        columns.put("confidence", new double[] {0.12345678905, 1, Double.NaN});
        columns.put("correctness", new double[] {3, 0, 2.5});
        columns.put("aum", new double[] {-0.00000000004, 123456.789, -1e300});
        Path file = folder.resolve("td.jsonl");
        TdMetrics.of(Guids.of(List.of("a", "ü\"", "7")), null, columns, Set.of("correctness"))
                .write(file);
        assertThat(Files.readAllLines(file).subList(0, 2))
                .containsExactly(
                        "{\"guid\":\"a\",\"index\":0,\"confidence\":0.123456789,\"correctness\":3,\"aum\":0.0}",
                        "{\"guid\":\"ü\\\"\",\"index\":1,\"confidence\":1.0,\"correctness\":0,\"aum\":123456.789}");
        TdMetrics read = TdMetrics.read(file);
        assertThat(read.guids()).isEqualTo(Guids.of(List.of("a", "ü\"", "7")));
        assertThat(read.names()).containsExactly("confidence", "correctness", "aum");
        assertThat(read.values("correctness")).containsExactly(3, 0, 2.5);
        assertThat(read.values("confidence")[2]).isNaN();
        assertThat(read.table().columnNames()).containsExactly("guid", "index", "confidence", "correctness", "aum");
        assertThatIllegalArgumentException().isThrownBy(() -> TdMetrics.of(Guids.of(1), null, columns, Set.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read.values("variability"))
                .withMessage("column is \"variability\"; expected one of confidence, correctness, aum");
    }

    @Test
    void gzippedFilesAndByteOrderMarksAreRead() throws IOException {
        Path file = Files.write(folder.resolve("td.gz"), LogText.gzip("\ufeff{\"guid\":7,\"confidence\":0.5}"));
        assertThat(TdMetrics.read(file).values("confidence")).containsExactly(0.5);
        assertThat(TdMetrics.read(file).index()).containsExactly(0);
    }

    @Test
    void aBadColumnLeavesTheOthersReadable() throws IOException {
        TdMetrics read = TdMetrics.read(file("{'guid':1,'a':0.5,'b':1,'text':'x'};{'guid':2,'b':'y','a':1};"
                + "{'guid':3,'a':Infinity,'c':1};{'guid':4,'a':0,'b':1,'c':2,'text':'z'}"));
        assertThatThrownBy(() -> read.values("a"))
                .isInstanceOf(RecordException.class)
                .hasMessageEndingWith("line 3: a is Infinity; expected a finite number or null");
        assertThatThrownBy(() -> read.values("b"))
                .isInstanceOf(RecordException.class)
                .hasMessageEndingWith("line 2: b is \"y\"; expected a finite number or null");
        assertThatThrownBy(() -> read.values("c")).hasMessageEndingWith("line 3: it has c, which line 1 lacks");
        assertThatThrownBy(() -> read.values("text")).hasMessageContaining("line 1: text is \"x\"; expected");
        assertThat(read.table().columnNames()).containsExactly("guid", "index");
        TdMetrics lacking = TdMetrics.read(file("{'guid':1,'a':0.5,'b':1};{'guid':2,'a':1}"));
        assertThat(lacking.values("a")).containsExactly(0.5, 1);
        assertThatThrownBy(() -> lacking.values("b"))
                .hasMessageEndingWith("line 2: it has no b; expected one as in line 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'guid':1.5,'a':1}|line 1: guid is 1.5; expected a whole number of at most 64 bits or a text",
                "{'guid':99999999999999999999,'a':1}|line 1: guid is 99999999999999999999; expected a whole number",
                "{'guid':true,'a':1}|line 1: guid is true; expected",
                "{'a':1}|line 1: guid is missing; expected",
                "{'guid':1,'a':1};{'guid':1,'a':1}|guid 1 comes twice, at 0 and 1; expected each id once",
                "{'guid':1,'index':0,'a':1};{'guid':2,'index':0,'a':1}|line 2: index 0 comes twice",
                "{'guid':1,'index':-1,'a':1}|line 1: index is -1; expected a whole number, at least 0",
                "{'guid':1,'index':1.0,'a':1}|line 1: index is 1.0; expected a whole number, at least 0",
                "{'guid':1,'a':1} 7|line 1: column",
                "{'guid':1,'a':1,'a':2}|line 1: column",
                "[1]|line 1: expected a JSON object",
            })
    void badFilesAreRefused(String text, String message) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> TdMetrics.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void endlessLinesEnd() throws IOException {
        Path file = Files.write(folder.resolve("td.gz"), LogText.gzip("{\"guid\":1" + " ".repeat(5_000_000)));
        assertThatThrownBy(() -> TdMetrics.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 1: has more than 4194304 characters in one line");
        Path empty = Files.writeString(folder.resolve("empty.jsonl"), "\n");
        assertThatThrownBy(() -> TdMetrics.read(empty)).hasMessageContaining("is empty; expected a line for each");
    }
}

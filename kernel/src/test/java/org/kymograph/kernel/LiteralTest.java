package org.kymograph.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LiteralTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "f(\"ab @ 3",
                "\"a\" + \" @ 7",
                "\"a\\\"b @ 1",
                "\"a\" + b @ -1",
                "f('\"', \" @ 8",
                "`// \"a\n\"b` @ 7",
                "// \"a @ -2",
                "/* \" @ -2",
                "/* \" */ \"a @ 9",
                "'a @ -2",
                "`\"\"\"\n a` @ -2",
                "`\"\"\"\n a\"\"\" + \"` @ 13",
                "`\"open\nb` @ -1"
            })
    void theStringThatACellEndsInIsFound(String code, int begin) {
        assertThat(Literal.openString(code.replace("\\n", "\n"))).isEqualTo(begin);
    }

    @Test
    void pathsGoOnWithWhatIsThere() throws IOException {
        Files.createDirectory(folder.resolve("runs"));
        Files.createFile(folder.resolve("rows.csv"));
        Files.createFile(folder.resolve(".hidden"));
        assertThat(FileNames.completing(folder + "/")).containsExactly("rows.csv", "runs/");
        assertThat(FileNames.completing(folder + "/ru")).containsExactly("runs/");
        assertThat(FileNames.completing(folder + "/.")).containsExactly(".hidden");
        assertThat(FileNames.completing(folder + "/runs/")).isEmpty();
        assertThat(FileNames.completing(folder + "/none/x")).isEmpty();
        assertThat(FileNames.completing("\0")).isEmpty();
        assertThat(FileNames.completing("sr")).contains("src/");
    }
}

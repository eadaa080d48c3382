package org.kymograph.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class UnclosedTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "f( ~ ( is not closed, line 4",
                "for (int i = 0; i < 3; i++ {| f();|} ~ ( is not closed, line 4",
                "void f() {|if (x) {|} ~ { is not closed, line 4",
                "void f() {|if (x) {|g();|}|}|int[] a = {1, ~ { is not closed, line 9",
                "g(\")\", ')', '\\'', \"\\\")\" ~ ( is not closed, line 4",
                "// (|g(/* ) */ ~ ( is not closed, line 5",
                "g();|/* ( ~ /* is not closed, line 5",
                "int x = ~ The cell ends in the middle of a statement, line 4: int x =",
            })
    void namesTheThingAndItsLine(String code, String sentence) {
        assertThat(Unclosed.sentence(code.replace('|', '\n'), 4)).isEqualTo(sentence);
    }
}

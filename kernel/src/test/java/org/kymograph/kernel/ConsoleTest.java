package org.kymograph.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConsoleTest {
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    private final Console console = new Console((error, text) -> sent.add((error ? "!" : "") + text));

    @AfterEach
    void restore() {
        System.setOut(out);
        System.setErr(err);
    }

    @Test
    void linesComeTogether() {
        console.install();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            System.out.println(i);
            expected.append(i).append(System.lineSeparator());
        }
        console.flush();
        assertThat(String.join("", sent)).isEqualTo(expected.toString());
        assertThat(sent).hasSizeLessThan(1000);
    }

    @Test
    void theOrderOfBothStreamsIsKept() {
        console.install();
        System.out.print("a");
        System.err.print("b");
        System.out.print("c");
        console.flush();
        assertThat(String.join("", sent)).isEqualTo("a!bc");
    }

    @Test
    void charactersAreNotCut() throws InterruptedException {
        console.install();
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] text = "aé€😀".repeat(2000).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < text.length; ) {
            int n = Math.min(text.length - i, 1 + random.nextInt(500));
            System.out.write(text, i, n);
            System.out.flush();
            i += n;
            if (random.nextInt(4) == 0) {
                // The sender's turn.
                synchronized (console) {
                    console.notifyAll();
                }
                Thread.sleep(1);
            }
        }
        console.flush();
        assertThat(String.join("", sent)).as("seed " + seed).isEqualTo("aé€😀".repeat(2000));
    }

    @Test
    void whatIsPrintedComesWithoutBeingAskedFor() throws InterruptedException {
        console.install();
        System.out.print("soon");
        while (sent.isEmpty()) {
            Thread.sleep(5);
        }
        assertThat(sent).containsExactly("soon");
    }
}

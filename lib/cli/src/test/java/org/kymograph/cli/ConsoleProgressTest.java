package org.kymograph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Progress;

class ConsoleProgressTest {
    private static final long SECOND = 1_000_000_000L;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final AtomicLong clock = new AtomicLong();

    @Test
    void rewritesOneLineOnATerminal() {
        run(true, 10, "a rather long note", "");
        String[] states = text().split("\r", -1);
        assertThat(states[0]).isEmpty();
        assertThat(states).hasSize(1 + 10 + 1);
        assertThat(text().strip().lines()).hasSize(1 + 10);
        assertThat(states[11])
                .startsWith("training 10 of 10 epochs, done in 10 s")
                .endsWith(System.lineSeparator());
        assertThat(states[11].stripTrailing().length()).isLessThan(states[10].length());
    }

    @Test
    void writesALineEveryTenSecondsElsewhere() {
        run(false, 35, "loss 1", "loss 0.5");
        assertThat(text().lines()).hasSize(3 + 1);
        assertThat(text())
                .doesNotContain("\r")
                .endsWith("training 35 of 35 epochs, done in 35 s, loss 0.5" + System.lineSeparator());
    }

    @Test
    void saysNothingOfShortWork() {
        run(false, 1, "", "");
        assertThat(text()).isEmpty();
    }

    private void run(boolean terminal, int epochs, String note, String last) {
        try (Progress progress = new ConsoleProgress(out, terminal, clock::get).start("training", "epochs", epochs)) {
            for (int i = 1; i <= epochs; i++) {
                clock.addAndGet(SECOND);
                progress.update(i, i == epochs ? last : note);
            }
        }
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

package org.kymograph.cli;

import java.io.Console;
import java.io.PrintStream;
import java.util.function.LongSupplier;
import org.kymograph.base.Progress;
import org.kymograph.base.Wording;
import org.kymograph.notebook.ProgressMeter;

/** Shows progress on standard error: one line rewritten on a terminal, elsewhere a line every ten seconds. */
final class ConsoleProgress implements Progress.Sink {
    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier clock;

    ConsoleProgress(PrintStream out, boolean terminal, LongSupplier clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
    }

    /** Shows all progress of this process on its standard error. */
    static void show() {
        Progress.showOn(new ConsoleProgress(System.err, isTerminal(), System::nanoTime));
    }

    /** From Java 22 on there is a console without a terminal too, which says so itself. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Console console = System.console();
        try {
            return console != null
                    && (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    @Override
    public void say(String sentence) {
        synchronized (out) {
            out.println(Wording.oneLine(sentence));
            out.flush();
        }
    }

    @Override
    public Progress start(String what, String unit, long total) {
        ProgressMeter meter = new ProgressMeter(what, unit, total, clock);
        return new Progress() {
            private boolean closed;
            private int width;

            @Override
            public synchronized void update(long done, String note) {
                meter.update(done, note);
                if (!closed && meter.isDue(terminal ? 0.5 : 10, terminal ? 0.2 : 10)) {
                    print(meter.text(), false);
                }
            }

            @Override
            public synchronized void close() {
                if (!closed && (meter.isShown() || meter.isDue(2, 0))) {
                    print(meter.ending(), true);
                }
                closed = true;
            }

            private void print(String told, boolean last) {
                String text = Wording.oneLine(told);
                synchronized (out) {
                    if (terminal) {
                        // Spaces wipe what is left of a longer line before.
                        out.print("\r" + text + " ".repeat(Math.max(0, width - text.length()))
                                + (last ? System.lineSeparator() : ""));
                        width = text.length();
                    } else {
                        out.println(text);
                    }
                    out.flush();
                }
            }
        };
    }
}

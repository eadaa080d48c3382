package org.kymograph.kernel;

import java.util.Arrays;
import org.kymograph.record.files.RecordException;

/**
 * The cell that is running, as the code woven into it by {@link CellWeaver} tells.
 *
 * <p>No kernel can stop a computation by itself: all that reaches a cell is {@link Thread#interrupt()}, which a plain loop
 * never looks at, and {@code Thread.stop} is gone since JDK 20. So every loop and method of a cell calls {@link #check()}.
 */
public final class Cells {
    private static volatile Thread running;
    private static volatile boolean insisted;
    private static volatile int interrupts;

    private Cells() {}

    /** Marks the current thread as the one that an interrupt is meant for. */
    public static void enter() {
        interrupts = 0;
        insisted = false;
        running = Thread.currentThread();
    }

    /**
     * Stops the cell if its thread was interrupted, or if a second interrupt says that the first one was swallowed.
     *
     * @throws Interrupted if so; the thread's mark is cleared
     */
    public static void check() {
        if (insisted || Thread.currentThread().isInterrupted()) {
            stop();
        }
    }

    private static void stop() {
        boolean marked = Thread.interrupted();
        if (marked || Thread.currentThread() == running) {
            insisted = false;
            throw new Interrupted();
        }
    }

    /** Interrupts the thread of the latest cell; an idle thread forgets it before the next one. */
    static void interrupt() {
        Thread cell = running;
        if (cell != null) {
            // Only the signal's thread counts, one signal at a time.
            interrupts++;
            insisted = interrupts > 1;
            cell.interrupt();
        }
    }

    /**
     * Shortens the stack trace of an error that explains itself: what the library refuses is said in one sentence, and of the
     * trace only the reader's own lines help.
     *
     * @param e what a cell ended with
     * @return the same object
     */
    public static Throwable explain(Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        boolean refused = e instanceof RecordException
                || e instanceof IllegalArgumentException
                        && trace.length > 0
                        && trace[0].getClassName().startsWith("org.kymograph.");
        if (refused) {
            e.setStackTrace(Arrays.stream(trace)
                    .filter(frame -> frame.getClassName().startsWith("REPL."))
                    .toArray(StackTraceElement[]::new));
        }
        return e;
    }
}

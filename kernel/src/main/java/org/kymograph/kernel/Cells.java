package org.kymograph.kernel;

import java.util.Arrays;
import org.kymograph.record.RecordException;

/**
 * The cell that is running, as the code woven into it by {@link CellWeaver} tells.
 *
 * <p>No kernel can stop a computation by itself: all that reaches a cell is {@link Thread#interrupt()}, which a plain loop
 * never looks at, and {@code Thread.stop} is gone since JDK 20. So every loop and method of a cell calls {@link #check()}.
 */
public final class Cells {
    private static volatile Thread running;

    private Cells() {
    }

    /** Marks the current thread as the one that an interrupt is meant for. */
    public static void enter() {
        running = Thread.currentThread();
    }

    /**
     * Stops the cell if its thread was interrupted.
     *
     * @throws Interrupted if so; the thread's mark is cleared
     */
    public static void check() {
        // Reading the mark is cheap; clearing it, which is not, comes only when it is set.
        if (Thread.currentThread().isInterrupted() && Thread.interrupted()) {
            throw new Interrupted();
        }
    }

    /** Interrupts the thread of the latest cell; an idle thread forgets it before the next one. */
    public static void interrupt() {
        Thread cell = running;
        if (cell != null) {
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
                || e instanceof IllegalArgumentException && trace.length > 0 && trace[0].getClassName().startsWith("org.kymograph.");
        if (refused) {
            e.setStackTrace(Arrays.stream(trace)
                    .filter(frame -> frame.getClassName().startsWith("REPL."))
                    .toArray(StackTraceElement[]::new));
        }
        return e;
    }
}

package org.kymograph.kernel;

import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.kymograph.notebook.Notebook;
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
    private static volatile boolean whole;

    private Cells() {}

    /** Begins a cell of several snippets: an interrupt ends the whole of it, also when it comes between two of them. */
    static void begin() {
        running = null;
        insisted = false;
        interrupts = 0;
        whole = true;
    }

    /** Ends the cell; an interrupt that comes now means nothing. */
    static void end() {
        whole = false;
        running = null;
        Notebook.endCell();
    }

    /** Marks the current thread as the one that an interrupt is meant for. */
    public static void enter() {
        if (!whole) {
            interrupts = 0;
            Notebook.endCell();
        }
        insisted = interrupts > 0;
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
        // A recursion may have left no stack for what follows; an interrupt must not be lost there.
        Interrupted end = new Interrupted();
        boolean marked;
        try {
            marked = Thread.interrupted();
        } catch (StackOverflowError e) {
            marked = true;
        }
        if (marked || Thread.currentThread() == running) {
            insisted = false;
            throw end;
        }
    }

    /** Interrupts the thread of the latest cell; an idle thread forgets it before the next one. */
    static synchronized void interrupt() {
        interrupts++;
        Thread cell = running;
        if (cell != null) {
            insisted = interrupts > 1;
            cell.interrupt();
        }
        CellThread.interrupted(interrupts);
    }

    /**
     * Ends the kernel's process only where the reader does: a cell that calls {@code System.exit} ends itself.
     *
     * @param status what the cell wants to exit with
     */
    @SuppressWarnings("DoNotCallSuggester")
    public static void exit(int status) {
        throw new CellError("The cell has called exit(" + status
                + "). It ends here, and the kernel goes on; the menu Kernel shuts it down or restarts it.");
    }

    /**
     * Shortens an error that explains itself: what the library refuses is said in one sentence, and of the trace only the
     * reader's own lines help; and whatever an interrupt has made of a cell is one sentence.
     *
     * @param e what a cell ended with
     * @return the same object, or what to throw in its place
     */
    public static Throwable explain(Throwable e) {
        if (interrupts > 0) {
            Interrupted interrupted = interrupted(e);
            if (interrupted != null) {
                return interrupted;
            }
        }
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

    private static Interrupted interrupted(Throwable e) {
        int depth = 0;
        for (Throwable cause = e; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof Interrupted same) {
                return same;
            }
            if (cause instanceof CancellationException && cause.getMessage() != null) {
                return new Interrupted("The cell was interrupted: " + cause.getMessage());
            }
            if (cause instanceof InterruptedException
                    || cause instanceof CancellationException
                    || cause instanceof ClosedByInterruptException) {
                return new Interrupted();
            }
        }
        return null;
    }
}

package org.kymograph.kernel;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The thread that cells run on: the same for all of them, since what belongs to a thread, as DJL's scopes do, is to last from
 * one cell to the next. Code that does not react to an interrupt is left to itself after a while, on its thread, and the next
 * cell gets a new one.
 */
public final class CellThread {
    private static final long SECONDS_AFTER_ONE = 10;
    private static final long SECONDS_AFTER_MORE = 2;
    private static ExecutorService executor = fresh();
    private static CompletableFuture<Object> current;

    private CellThread() {}

    private static ExecutorService fresh() {
        return Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Worker(work);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Runs a piece of a cell and waits for its end.
     *
     * @param work what to run
     * @return its result
     * @throws Throwable what it ends with, or {@link Interrupted} if it does not end after an interrupt
     */
    public static Object call(Callable<?> work) throws Throwable {
        if (Thread.currentThread() instanceof Worker) {
            // A cell that evaluates code itself.
            return work.call();
        }
        CompletableFuture<Object> done = new CompletableFuture<>();
        synchronized (CellThread.class) {
            current = done;
            executor.execute(() -> run(work, done));
        }
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        } finally {
            synchronized (CellThread.class) {
                current = null;
            }
        }
    }

    private static void run(Callable<?> work, CompletableFuture<Object> done) {
        try {
            done.complete(work.call());
        } catch (Throwable e) {
            done.completeExceptionally(e);
        } finally {
            // An interrupt that came late is not meant for the next cell.
            Thread.interrupted();
        }
    }

    static synchronized void interrupted(int times) {
        CompletableFuture<Object> then = current;
        if (then != null) {
            CompletableFuture.delayedExecutor(times > 1 ? SECONDS_AFTER_MORE : SECONDS_AFTER_ONE, TimeUnit.SECONDS)
                    .execute(() -> leave(then));
        }
    }

    private static synchronized void leave(CompletableFuture<Object> left) {
        if (left == current
                && left.completeExceptionally(new Interrupted("The cell was interrupted, but its code does not stop: it"
                        + " goes on in the background until it ends or the kernel is restarted."))) {
            executor.shutdown();
            executor = fresh();
        }
    }

    private static final class Worker extends Thread {
        Worker(Runnable work) {
            super(work, "cell");
        }
    }
}

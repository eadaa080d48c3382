package org.kymograph.base;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** Independent pieces of work on several threads; an interrupt ends them all. */
public final class Parallel {
    private Parallel() {}

    /**
     * Does pieces of work on several threads, and waits for all of them.
     *
     * @param <T> what they return
     * @param tasks the pieces of work; those that take long should come first
     * @param threads how many at the same time
     * @param done is told how many are done, one call at a time
     * @return the results in the order of the tasks
     * @throws CancellationException if this thread is interrupted; all tasks have ended then
     */
    public static <T> List<T> run(List<Supplier<T>> tasks, int threads, IntConsumer done) {
        ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, Math.max(tasks.size(), 1)), work -> {
            Thread thread = new Thread(work, "kymograph-worker");
            thread.setDaemon(true);
            return thread;
        });
        AtomicInteger finished = new AtomicInteger();
        Object turn = new Object();
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (Supplier<T> task : tasks) {
                futures.add(pool.submit(() -> {
                    T result = task.get();
                    synchronized (turn) {
                        done.accept(finished.incrementAndGet());
                    }
                    return result;
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            throw new CancellationException(
                    "fitting was interrupted after " + finished.get() + " of " + tasks.size() + " fits");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            end(pool);
        }
    }

    /**
     * Waits for tasks that run already. Every one of them is waited for, also after a failure or an interrupt: they may still
     * have something to write, or to give back.
     *
     * @param tasks the tasks
     * @param stop is set at the first failure or interrupt; the tasks end soon then
     * @param interrupted the message where this thread is interrupted
     * @throws CancellationException if this thread is interrupted, and no task has failed otherwise
     */
    public static void await(List<Future<?>> tasks, AtomicBoolean stop, String interrupted) {
        RuntimeException failure = null;
        boolean isInterrupted = false;
        for (Future<?> task : tasks) {
            for (boolean ended = false; !ended; ) {
                try {
                    task.get();
                    ended = true;
                } catch (InterruptedException e) {
                    isInterrupted = true;
                    stop.set(true);
                } catch (ExecutionException e) {
                    ended = true;
                    stop.set(true);
                    if (failure == null || failure instanceof CancellationException) {
                        failure = e.getCause() instanceof RuntimeException r
                                ? r
                                : new IllegalStateException(e.getCause());
                    }
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        if (isInterrupted) {
            throw new CancellationException(interrupted);
        }
    }

    private static void end(ExecutorService pool) {
        pool.shutdownNow();
        try {
            pool.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

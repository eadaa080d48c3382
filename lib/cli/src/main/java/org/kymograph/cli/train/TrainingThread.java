package org.kymograph.cli.train;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Lets a training end in order when the process is told to end: runs keep what is finished and are left as interrupted. */
final class TrainingThread {
    private static final long SECONDS = 60;

    private TrainingThread() {}

    /** Runs a training in this thread, which SIGTERM and Ctrl-C interrupt. */
    static <T> T run(Supplier<T> training) {
        Thread thread = Thread.currentThread();
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            thread.interrupt();
            try {
                if (!ended.await(SECONDS, TimeUnit.SECONDS)) {
                    System.err.println("kymograph: the training did not stop within " + SECONDS
                            + " s; the same command goes on from its last checkpoints");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            System.err.flush();
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return training.get();
        } catch (RuntimeException e) {
            if (hook.isAlive()) {
                System.err.println("kymograph: " + e.getMessage());
                System.err.flush();
                ended.countDown();
                // The process ends without this thread, which has nothing more to say.
                while (true) {
                    LockSupport.park();
                }
            }
            throw e;
        } finally {
            ended.countDown();
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already.
            return;
        }
    }
}

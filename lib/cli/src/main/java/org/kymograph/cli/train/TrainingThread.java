package org.kymograph.cli.train;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Lets a training end in order when the process is told to end: runs keep what is finished and are left as interrupted. A second
 * Ctrl-C ends the process at once.
 */
public final class TrainingThread {
    private static final long SECONDS = 60;
    private static final int INTERRUPTED = 130;

    private TrainingThread() {}

    /**
     * Runs a training in this thread, which SIGTERM and Ctrl-C interrupt.
     *
     * @param <T> what it returns
     * @param training the training
     * @return its result
     */
    public static <T> T run(Supplier<T> training) {
        Thread thread = Thread.currentThread();
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            endAtTheNextInterrupt();
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

    // The JVM ignores a second Ctrl-C while it ends. Its handler of signals has no API that all JDKs export.
    private static void endAtTheNextInterrupt() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object halt = Proxy.newProxyInstance(
                    TrainingThread.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        Runtime.getRuntime().halt(INTERRUPTED);
                        return null;
                    });
            Object interrupt = signal.getConstructor(String.class).newInstance("INT");
            signal.getMethod("handle", signal, handler).invoke(null, interrupt, halt);
        } catch (ReflectiveOperationException e) {
            System.err.println("kymograph: the training ends within " + SECONDS + " s");
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

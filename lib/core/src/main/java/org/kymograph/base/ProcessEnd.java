package org.kymograph.base;

import com.sun.jna.NativeLibrary;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Ends the process in order while it computes: work that has something to leave on disk is interrupted and waited for, and native code
 * is not torn down beneath the threads that run it.
 *
 * <p>The second is needed because the end of a Java process, {@link Runtime#halt} included, runs the destructors of all native
 * libraries, and a thread within PyTorch that goes on meanwhile crashes. A process that has been {@linkplain #prepare prepared} therefore
 * leaves without them if a thread still computes after all that has been waited for.
 */
public final class ProcessEnd {
    private static final int TERMINATED = 128;
    private static final Map<String, Integer> SIGNALS = Map.of("SIGHUP", 1, "SIGINT", 2, "SIGTERM", 15);
    private static final int SECOND_INTERRUPT = TERMINATED + 2;
    private static final long SECONDS_FOR_COMPUTATIONS = 2;
    private static final long POLL_MILLIS = 10;

    private static final Set<Work> RUNNING = ConcurrentHashMap.newKeySet();
    private static volatile boolean hooked;
    private static volatile boolean ending;
    private static volatile Runnable interrupt;
    private static volatile int status;

    private ProcessEnd() {}

    private record Work(Thread thread, long seconds, CountDownLatch ended) {}

    /**
     * Prepares a program's process for an end at any time.
     *
     * @param interruption interrupts what the program still computes when all work that is waited for has ended; it runs on a thread of its own
     */
    public static void prepare(Runnable interruption) {
        interrupt = interruption;
        hook();
    }

    /**
     * Does work in this thread which the end of the process, by a signal or otherwise, interrupts and waits for.
     *
     * @param <T> what the work returns
     * @param seconds for how long the end of the process waits at most
     * @param work ends soon after its thread is interrupted
     * @return its result
     */
    public static <T> T awaits(long seconds, Supplier<T> work) {
        hook();
        Work running = new Work(Thread.currentThread(), seconds, new CountDownLatch(1));
        RUNNING.add(running);
        try {
            return work.get();
        } finally {
            RUNNING.remove(running);
            running.ended.countDown();
        }
    }

    /**
     * Ends a prepared process.
     *
     * @param code its exit status, unless a signal ends it first
     */
    public static void exit(int code) {
        status = code;
        System.exit(code);
    }

    /** Returns whether the process is ending, so that what fails now has been interrupted. */
    public static boolean ending() {
        return ending;
    }

    private static synchronized void hook() {
        if (!hooked && !ending) {
            Runtime.getRuntime().addShutdownHook(new Thread(ProcessEnd::end, "process end"));
            hooked = true;
        }
    }

    private static void end() {
        ending = true;
        int code = SIGNALS.entrySet().stream()
                .filter(signal -> Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(t -> t.getName().equals(signal.getKey() + " handler")))
                .mapToInt(signal -> TERMINATED + signal.getValue())
                .findFirst()
                .orElse(status);
        leaveAtTheNextInterrupt();
        // Each thread once: a second interrupt would end what the first one has made it do.
        RUNNING.stream().map(Work::thread).distinct().forEach(Thread::interrupt);
        try {
            // What runs within other work, and is waited for longer, comes first.
            for (Work work : RUNNING.stream()
                    .sorted(Comparator.comparingLong(Work::seconds).reversed())
                    .toList()) {
                if (!work.ended.await(work.seconds, TimeUnit.SECONDS) && work.seconds > SECONDS_FOR_COMPUTATIONS) {
                    System.err.println("kymograph: what was running did not stop within " + work.seconds
                            + " s; the same command goes on from its last checkpoints");
                }
            }
            if (interrupt != null && !computing().isEmpty()) {
                interrupt.run();
                if (computes()) {
                    leave(code);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            flush();
        }
    }

    /** Returns whether a thread still computes after a while. */
    private static boolean computes() throws InterruptedException {
        for (long tries = TimeUnit.SECONDS.toMillis(SECONDS_FOR_COMPUTATIONS) / POLL_MILLIS; tries > 0; tries--) {
            if (computing().isEmpty()) {
                return false;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return true;
    }

    private static List<Thread> computing() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(e -> e.getKey().getState() == Thread.State.RUNNABLE && e.getKey() != Thread.currentThread())
                .filter(e -> Arrays.stream(e.getValue()).anyMatch(ProcessEnd::isComputation))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean isComputation(StackTraceElement frame) {
        String type = frame.getClassName();
        return type.startsWith("ai.djl.")
                || type.startsWith("org.bytedeco.")
                || type.startsWith("org.kymograph.") && !type.startsWith("org.kymograph.kernel.");
    }

    // The JVM ignores a second Ctrl-C while it ends. Its handler of signals has no API that all JDKs export.
    private static void leaveAtTheNextInterrupt() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object leave = Proxy.newProxyInstance(
                    ProcessEnd.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        leave(SECOND_INTERRUPT);
                        return null;
                    });
            Object second = signal.getConstructor(String.class).newInstance("INT");
            signal.getMethod("handle", signal, handler).invoke(null, second, leave);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Then a second Ctrl-C is ignored, as the JVM does by itself.
            return;
        }
    }

    /** Ends the process at once, without the destructors of native libraries where the system can do that. */
    private static void leave(int code) {
        flush();
        try {
            NativeLibrary.getProcess().getFunction("_exit").invokeVoid(new Object[] {code});
        } catch (LinkageError | RuntimeException e) {
            Runtime.getRuntime().halt(code);
        }
    }

    private static void flush() {
        System.out.flush();
        System.err.flush();
    }
}

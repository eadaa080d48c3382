package org.kymograph.kernel;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;

/**
 * Reacts to a signal of the operating system.
 *
 * <p>What is started in the background of a script, by {@code nohup}, by a CI runner or as a container's entry point inherits
 * that SIGINT is ignored, and a JVM leaves it so: the notebook's interrupt would never come. So it is set back first.
 */
final class Signals {
    private static final int SIGINT = 2;

    private Signals() {}

    /**
     * Runs an action whenever the process receives SIGINT.
     *
     * @param action runs on a thread of its own
     * @throws ReflectiveOperationException in a JVM without signals
     */
    static void onInterrupt(Runnable action) throws ReflectiveOperationException {
        // By reflection, because sun.misc.Signal is the only way there is and javac warns of it in a manner that cannot
        // be
        // silenced.
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object call = Proxy.newProxyInstance(
                Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        action.run();
                    }
                    return null;
                });
        Field ignored = handler.getField("SIG_IGN");
        if (handle(call) == ignored.get(null)) {
            Function signal = NativeLibrary.getProcess().getFunction("signal");
            signal.invokePointer(new Object[] {SIGINT, Pointer.NULL});
            handle(call);
        }
    }

    /** Sets the handler of SIGINT and returns the one before, which stays where the signal was ignored from the start. */
    private static Object handle(Object call) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal.getConstructor(String.class).newInstance("INT"), call);
    }
}

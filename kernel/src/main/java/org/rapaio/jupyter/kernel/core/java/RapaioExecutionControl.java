package org.rapaio.jupyter.kernel.core.java;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.SPIResolutionException;
import org.kymograph.kernel.CellThread;

/**
 * Takes the place of Rapaio's class of this name.
 *
 * <p>Rapaio's own loses the causes of exceptions, cannot hold a null, and shuts its executor down for good at the first interrupt.
 */
public final class RapaioExecutionControl extends DirectExecutionControl {
    private static final int CAUSES = 10;
    private static final Map<String, Optional<Object>> RESULTS = new ConcurrentHashMap<>();

    /**
     * @param timeout not used: cells may take as long as they like
     */
    public RapaioExecutionControl(long timeout) {}

    /**
     * Takes the value of a snippet or a variable.
     *
     * @param key what {@link jdk.jshell.SnippetEvent#value()} or {@link jdk.jshell.JShell#varValue} gave for it
     * @return the value, or null, also if there is none
     */
    public static Object take(String key) {
        Optional<Object> value = RESULTS.remove(key);
        return value == null ? null : value.orElse(null);
    }

    @Override
    protected String invoke(Method method) throws Exception {
        try {
            return keep(CellThread.call(() -> method.invoke(null)));
        } catch (InvocationTargetException e) {
            throw exception(e.getCause());
        } catch (Throwable e) {
            throw exception(e);
        }
    }

    @Override
    public String varValue(String className, String varName) throws EngineTerminationException, InternalException {
        try {
            Field variable = findClass(className).getDeclaredField(varName);
            variable.setAccessible(true);
            return keep(variable.get(null));
        } catch (ReflectiveOperationException e) {
            throw new InternalException(e.toString());
        }
    }

    private static String keep(Object value) {
        String key = UUID.randomUUID().toString();
        RESULTS.put(key, Optional.ofNullable(value));
        return key;
    }

    private static RunException exception(Throwable e) {
        if (e instanceof SPIResolutionException unresolved) {
            return new ResolutionException(unresolved.id(), e.getStackTrace());
        }
        return user(e, 0);
    }

    private static UserException user(Throwable e, int depth) {
        UserException exception = new UserException(e.getMessage(), e.getClass().getName(), e.getStackTrace());
        if (e.getCause() != null && depth < CAUSES) {
            exception.initCause(user(e.getCause(), depth + 1));
        }
        return exception;
    }

    @Override
    public void stop() {
        // Cells.interrupt() ends what runs.
    }
}

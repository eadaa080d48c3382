package org.kymograph.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CellWeaverTest {
    @Test
    void aWovenCellComputesTheSame() throws Throwable {
        assertThat(call("REPL.Sample", "do_it$")).isEqualTo(250_000L);
    }

    @Test
    void anInterruptEndsALoop() throws Exception {
        assertThat(interrupted("endless")).isInstanceOf(Interrupted.class).hasMessage("The cell was interrupted.");
    }

    @RepeatedTest(10)
    void anInterruptEndsARecursion() throws Exception {
        assertThat(interrupted("recursive", 0)).isInstanceOf(Interrupted.class);
    }

    @Test
    void aRefusalKeepsTheReadersLinesOnly() {
        assertThatThrownBy(() -> call("REPL.Sample$Refused", "do_it$"))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getStackTrace()).isNotEmpty().allMatch(frame -> frame.getClassName()
                        .startsWith("REPL.")));
    }

    @Test
    void otherClassesAreLeftAlone() throws IOException {
        assertThat(new CellWeaver()
                        .transform(null, "org/kymograph/kernel/Cells", null, null, bytes(Cells.class.getName())))
                .isNull();
    }

    private static Throwable interrupted(String method, Object... arguments) throws Exception {
        Class<?> sample = new Woven().loadClass("REPL.Sample");
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread cell = new Thread(() -> end.set(catchThrowable(() -> call(sample, method, arguments))));
        cell.start();
        while (!sample.getField("begun").getBoolean(null)) {
            Thread.sleep(1);
        }
        cell.interrupt();
        cell.join();
        return end.get();
    }

    private static Object call(String name, String method) throws Throwable {
        return call(new Woven().loadClass(name), method);
    }

    private static Object call(Class<?> cell, String method, Object... arguments) throws Throwable {
        Class<?>[] types = arguments.length == 0 ? new Class<?>[0] : new Class<?>[] {int.class};
        try {
            return cell.getMethod(method, types).invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = CellWeaverTest.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
            return in.readAllBytes();
        }
    }

    private static final class Woven extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("REPL.")) {
                return super.loadClass(name, resolve);
            }
            try {
                byte[] woven = new CellWeaver().transform(this, name.replace('.', '/'), null, null, bytes(name));
                return defineClass(name, woven, 0, woven.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}

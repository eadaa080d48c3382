package org.kymograph.kernel;

import java.io.File;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.kymograph.base.ProcessEnd;
import org.kymograph.notebook.Notebook;
import org.slf4j.LoggerFactory;

/** Prepares the process of a Java kernel before the kernel starts; the kernelspec names it as {@code -javaagent}. */
public final class Agent {
    private Agent() {}

    /**
     * Takes over the interrupt and connects the display.
     *
     * @param kernel the kernel's name: {@code rapaio} is connected here, the others by their start-up scripts
     * @param instrumentation the JVM's
     * @throws ReflectiveOperationException in a JVM without signals
     */
    public static void premain(String kernel, Instrumentation instrumentation) throws ReflectiveOperationException {
        // Rapaio's own answer to an interrupt shuts its executor down for good, and IJava's leaves the code running
        // behind.
        Signals.onInterrupt(Cells::interrupt);
        // A Jupyter that was killed says no goodbye, and its kernels would go on computing.
        ProcessHandle.current().parent().ifPresent(jupyter -> {
            CompletableFuture<?> unused = jupyter.onExit().thenRun(() -> ProcessEnd.exit(0));
        });
        ProcessEnd.prepare(Cells::interrupt);
        instrumentation.addTransformer(new CellWeaver());
        // The logger keeps the error stream of this moment, so that its lines do not appear in cells.
        LoggerFactory.getILoggerFactory();
        // Rapaio's help reads the library's sources itself.
        List<Path> sources = "rapaio".equals(kernel)
                ? List.of()
                : Arrays.stream(System.getProperty("kymograph.sources", "").split(File.pathSeparator, -1))
                        .filter(root -> !root.isEmpty())
                        .map(Path::of)
                        .toList();
        Sources.prepare(instrumentation, sources);
        if ("rapaio".equals(kernel)) {
            Notebook.connect(Rapaio::show);
        } else {
            Sources.give();
        }
    }
}

package org.kymograph.kernel;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Lets inspection show the library's documentation, which JShell looks for in the JDK's own sources only. */
final class Sources {
    private Sources() {}

    static void give(Instrumentation instrumentation, List<Path> sources) {
        try {
            Class<?> analysis = Class.forName("jdk.jshell.SourceCodeAnalysisImpl");
            instrumentation.redefineModule(
                    analysis.getModule(),
                    Set.of(),
                    Map.of(),
                    Map.of(analysis.getPackageName(), Set.of(Sources.class.getModule())),
                    Set.of(),
                    Map.of());
            Field roots = analysis.getDeclaredField("availableSourcesOverride");
            roots.setAccessible(true);
            List<Path> all = new ArrayList<>(ofTheJdk());
            all.addAll(sources);
            roots.set(null, all);
        } catch (ReflectiveOperationException | IOException e) {
            // A JDK without that field still shows signatures.
            return;
        }
    }

    private static List<Path> ofTheJdk() throws IOException {
        Path zip = Path.of(System.getProperty("java.home"), "lib", "src.zip");
        if (!Files.isReadable(zip)) {
            return List.of();
        }
        // Stays open, since it is read whenever a reader asks.
        Path root = FileSystems.newFileSystem(zip, (ClassLoader) null).getPath("/");
        try (Stream<Path> modules = Files.list(root)) {
            return modules.filter(Files::isDirectory).toList();
        }
    }
}

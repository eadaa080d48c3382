package org.kymograph.kernel;

import java.io.File;
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

/** Finds sources whose documentation inspection can show; by itself JShell looks for those of the JDK only. */
final class Sources {
    private static Instrumentation agent;
    private static List<Path> own = List.of();
    private static Boolean given;

    private Sources() {}

    /** Keeps what the looking needs, which only an agent is given. */
    static void prepare(Instrumentation instrumentation, List<Path> sources) {
        agent = instrumentation;
        own = sources;
    }

    /**
     * Lets JShell read the sources of the JDK, those that were named, and those that lie beside the jars of the class path as
     * NAME-sources.jar.
     *
     * @return whether there are any
     */
    static synchronized boolean give() {
        if (given == null) {
            given = agent != null && given();
        }
        return given;
    }

    private static boolean given() {
        try {
            Class<?> analysis = Class.forName("jdk.jshell.SourceCodeAnalysisImpl");
            agent.redefineModule(
                    analysis.getModule(),
                    Set.of(),
                    Map.of(),
                    Map.of(analysis.getPackageName(), Set.of(Sources.class.getModule())),
                    Set.of(),
                    Map.of());
            Field roots = analysis.getDeclaredField("availableSourcesOverride");
            roots.setAccessible(true);
            List<Path> all = new ArrayList<>(ofTheJdk());
            all.addAll(own);
            all.addAll(besideJars());
            roots.set(null, all);
            return !all.isEmpty();
        } catch (ReflectiveOperationException | IOException e) {
            // A JDK without that field still shows signatures.
            return false;
        }
    }

    private static List<Path> besideJars() throws IOException {
        List<Path> roots = new ArrayList<>();
        for (String part : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
            Path jar = Path.of(part.replaceFirst("\\.jar$", "-sources.jar"));
            if (part.endsWith(".jar") && Files.isReadable(jar)) {
                roots.add(FileSystems.newFileSystem(jar, (ClassLoader) null).getPath("/"));
            }
        }
        return roots;
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

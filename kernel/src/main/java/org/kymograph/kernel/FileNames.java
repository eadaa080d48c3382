package org.kymograph.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Completes the names of files and folders, as strings in cells begin them. */
final class FileNames {
    private static final int MOST = 500;

    private FileNames() {}

    /**
     * Lists what a path can go on with.
     *
     * @param begun a path as it stands in a string, absolute or from the notebook's folder; a last part may be begun
     * @return the last parts that fit, in order, folders with a slash; hidden ones only where a dot is typed
     */
    static List<String> completing(String begun) {
        int slash = begun.lastIndexOf('/') + 1;
        String last = begun.substring(slash);
        try (Stream<Path> entries = Files.list(Path.of(slash == 0 ? "." : begun.substring(0, slash)))) {
            return entries.filter(entry -> {
                        String name = entry.getFileName().toString();
                        return name.startsWith(last) && (last.startsWith(".") || !name.startsWith("."));
                    })
                    .sorted()
                    .limit(MOST)
                    .map(entry -> entry.getFileName() + (Files.isDirectory(entry) ? "/" : ""))
                    .toList();
        } catch (IOException | InvalidPathException e) {
            // Most strings are no paths.
            return List.of();
        }
    }
}

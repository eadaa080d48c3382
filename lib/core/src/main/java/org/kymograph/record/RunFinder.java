package org.kymograph.record;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/** Finds folders with a run.json and does not look into them, where files come and go while they are trained. */
final class RunFinder extends SimpleFileVisitor<Path> {
    private static final int DEPTH = 8;

    private final Path start;
    private final List<RunFolder> runs;

    private RunFinder(Path start, List<RunFolder> runs) {
        this.start = start;
        this.runs = runs;
    }

    static List<RunFolder> in(Path dir) {
        List<RunFolder> runs = new ArrayList<>();
        try {
            Path start = Files.isSymbolicLink(dir) ? dir.toRealPath() : dir;
            Files.walkFileTree(start, Set.of(), DEPTH, new RunFinder(start, runs));
        } catch (IOException e) {
            throw AtomicFiles.failure(dir, "can't be searched for runs", e);
        }
        return runs;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        Path info = folder.resolve("run.json");
        if (!Files.isRegularFile(info)) {
            return FileVisitResult.CONTINUE;
        }
        try {
            runs.add(RunFolder.open(folder));
        } catch (RecordException e) {
            if (Files.exists(info)) {
                throw e;
            }
        }
        return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        return ignoreVanished(file, e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
        return e == null ? FileVisitResult.CONTINUE : ignoreVanished(folder, e);
    }

    private FileVisitResult ignoreVanished(Path file, IOException e) throws IOException {
        if (e instanceof NoSuchFileException && !file.equals(start)) {
            return FileVisitResult.CONTINUE;
        }
        throw e;
    }
}

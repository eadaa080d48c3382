package org.kymograph.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * The right to write one part of a run. The operating system gives it back when the process ends, however it ends; the
 * lock file itself stays, because deleting it could pull it away from under a process that has just opened it.
 */
final class RunLock implements AutoCloseable {
    // Closing any channel on a file releases this process's POSIX locks on it, so a second attempt must not even open
    // it.
    private static final Set<Path> HELD = new HashSet<>();

    private final Path place;
    private final Path file;
    private final Path held;
    private final FileChannel channel;
    private final Object identity;

    private RunLock(Path place, Path file, Path held, FileChannel channel) throws IOException {
        this.place = place;
        this.file = file;
        this.held = held;
        this.channel = channel;
        this.identity = identity(file);
    }

    /** The right to train a run. */
    static RunLock acquire(Path runFolder) {
        return acquire(runFolder, "run.lock", "the run is being trained");
    }

    /** The right to do something in a folder, which the message says after the folder's name. */
    static RunLock acquire(Path folder, String name, String what) {
        Path file = folder.resolve(name);
        synchronized (HELD) {
            try {
                Path held = folder.toRealPath().resolve(name);
                if (HELD.contains(held)) {
                    throw busy(folder, what, "this");
                }
                FileChannel channel = AtomicFiles.uninterrupted(() -> tryLock(folder, file, what));
                HELD.add(held);
                return new RunLock(folder, file, held, channel);
            } catch (IOException e) {
                throw AtomicFiles.failure(file, "can't be locked", e);
            }
        }
    }

    /** Refuses to go on where the folder was deleted or replaced since it was locked: nobody would find what is written. */
    void check() {
        try {
            if (Objects.equals(identity, identity(file))) {
                return;
            }
        } catch (IOException e) {
            // The same sentence.
        }
        throw new RecordException(place, "was deleted or replaced while it was being written; nothing more is written");
    }

    @Override
    public void close() {
        synchronized (HELD) {
            HELD.remove(held);
            AtomicFiles.attempt(file, "can't be unlocked", channel::close);
        }
    }

    /** What tells a file from another of the same name; null where the file system has nothing of the kind. */
    static Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private static FileChannel tryLock(Path folder, Path file, String what) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw busy(folder, what, "another");
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw busy(folder, what, "this");
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static RecordException busy(Path folder, String what, String whose) {
        return new RecordException(folder, what + " by " + whose + " process; wait for it to end, or stop it");
    }
}

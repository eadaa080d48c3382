package org.kymograph.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * The right to train one run. The operating system gives it back when the process ends, however it ends; the lock file
 * itself stays, because deleting it could pull it away from under a process that has just opened it.
 */
final class RunLock implements AutoCloseable {
    // Closing any channel on a file releases this process's POSIX locks on it, so a second attempt must not even open
    // it.
    private static final Set<Path> HELD = new HashSet<>();

    private final Path folder;
    private final FileChannel channel;

    private RunLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    static RunLock acquire(Path runFolder) {
        Path file = runFolder.resolve("run.lock");
        synchronized (HELD) {
            try {
                Path folder = runFolder.toRealPath();
                if (HELD.contains(folder)) {
                    throw busy(runFolder, "this");
                }
                FileChannel channel = AtomicFiles.uninterrupted(() -> tryLock(runFolder, file));
                HELD.add(folder);
                return new RunLock(folder, channel);
            } catch (IOException e) {
                throw AtomicFiles.failure(file, "can't be locked", e);
            }
        }
    }

    @Override
    public void close() {
        synchronized (HELD) {
            HELD.remove(folder);
            try {
                channel.close();
            } catch (IOException e) {
                throw AtomicFiles.failure(folder, "can't be unlocked", e);
            }
        }
    }

    private static FileChannel tryLock(Path runFolder, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw busy(runFolder, "another");
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw busy(runFolder, "this");
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static RecordException busy(Path runFolder, String whose) {
        return new RecordException(
                runFolder, "the run is being trained by " + whose + " process; wait for it to end, or stop it");
    }
}
